//! Listings: instruments that are one thing, traded at several venues.
//!
//! Each venue's listing is an instrument of its own, with its own book, tick, lot and limits. A group
//! says which are the same thing and whose account trades where: orders in a listed instrument are those
//! of the account that its entry names, whichever account their strategy has otherwise. Prices and sizes
//! of a group are compared in whole numbers: multiples of the largest step that all ticks, or all lots,
//! are multiples of.
//!
//! Hot: without a group a look-up is one comparison.
//!
//! # Invariants
//! - Of any two lots of a group the larger is a multiple of the smaller, so that every size is a sum of
//!   lots, the largest first, or cannot be traded at all.

use std::fmt;

use gannet_types::{
    AccountId, Increment, Instrument, InstrumentId, InstrumentKind, Lots, Notional, PositionReport,
    StrategyId,
};

pub(crate) use split::{LEVELS_MAX, Splitter};

use crate::config::INSTRUMENTS_MAX;
use crate::positions::Holdings;

mod split;
#[cfg(test)]
mod tests;

/// Most venues of one thing.
pub const VENUES_MAX: usize = 8;

/// Most different lots in a group.
pub const LOT_SIZES_MAX: usize = 3;

/// One venue's listing of a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListedAt {
    /// What it is called here.
    pub instrument: InstrumentId,
    /// Whose orders are sent in it; `None`: those of each strategy's own account.
    pub account: Option<AccountId>,
    /// The smallest order that is part of a split one.
    pub child_lots_min: Lots,
    /// The same by value, in ticks times lots of the instrument.
    pub child_notional_min: Notional,
}

impl ListedAt {
    /// A listing that trades for every strategy's own account, in orders of any size.
    #[must_use]
    pub const fn new(instrument: InstrumentId) -> Self {
        let (child_lots_min, child_notional_min) = (Lots::ZERO, Notional::ZERO);
        Self { instrument, account: None, child_lots_min, child_notional_min }
    }
}

/// Why instruments cannot be listings of one thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ListingError {
    /// Name at least two, and at most [`VENUES_MAX`].
    Venues,
    /// Name each instrument once, in one group.
    Instrument,
    /// Bring the lots into steps of each other, at most [`LOT_SIZES_MAX`].
    Lots,
    /// The ticks have no common step that fits.
    Ticks,
    /// Contracts that settle in the coin are not compared with what settles in money.
    Inverse,
}

impl fmt::Display for ListingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Venues => write!(f, "a thing is listed at 2 to {VENUES_MAX} venues"),
            Self::Instrument => write!(f, "an instrument is not there, or is listed twice"),
            Self::Lots => write!(
                f,
                "of two lots the larger must be a multiple of the smaller, and at most \
                 {LOT_SIZES_MAX} may differ"
            ),
            Self::Ticks => write!(f, "the ticks are too far apart"),
            Self::Inverse => write!(f, "an inverse contract is no listing of another instrument"),
        }
    }
}

impl std::error::Error for ListingError {}

/// All groups.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Listings {
    groups: Vec<Group>,
    /// By instrument; empty without a group.
    places: Vec<Option<Place>>,
}

/// Where an instrument stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    group: u16,
    venue: u8,
}

/// One thing and its venues, in the order of preference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    venues: Vec<Venue>,
}

/// A venue, and how its ticks and lots compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Venue {
    pub(crate) at: ListedAt,
    /// Common price steps in a tick.
    pub(crate) tick: i64,
    /// Smallest lots of the group in a lot.
    pub(crate) lot: i64,
}

impl Listings {
    /// Groups instruments; each one's id is its index.
    ///
    /// # Errors
    /// They cannot be one thing.
    pub fn new(instruments: &[Instrument], groups: &[Vec<ListedAt>]) -> Result<Self, ListingError> {
        if groups.is_empty() {
            return Ok(Self::default());
        }
        let mut all = Self { groups: Vec::new(), places: vec![None; instruments.len()] };
        for (listed, number) in groups.iter().zip(0..INSTRUMENTS_MAX as u16) {
            if !(2..=VENUES_MAX).contains(&listed.len()) {
                return Err(ListingError::Venues);
            }
            for (venue, at) in (0..).zip(listed) {
                let place = all.places.get_mut(usize::from(at.instrument.0));
                let place =
                    place.filter(|place| place.is_none()).ok_or(ListingError::Instrument)?;
                *place = Some(Place { group: number, venue });
                if instruments[usize::from(at.instrument.0)].kind != InstrumentKind::Linear {
                    return Err(ListingError::Inverse);
                }
            }
            all.groups.push(Group::new(instruments, listed)?);
        }
        Ok(all)
    }

    /// Returns the account that all orders in an instrument are for, if its listing names one.
    #[inline]
    #[must_use]
    pub fn account(&self, instrument: InstrumentId) -> Option<AccountId> {
        let Place { group, venue } = (*self.places.get(usize::from(instrument.0))?)?;
        self.groups[usize::from(group)].venues[usize::from(venue)].at.account
    }

    /// Returns the number of an instrument's group.
    pub(crate) fn group_of(&self, instrument: InstrumentId) -> Option<u16> {
        Some((*self.places.get(usize::from(instrument.0))?)?.group)
    }

    /// Returns the venues of a group.
    pub(crate) fn venues(&self, group: u16) -> &[Venue] {
        self.groups.get(usize::from(group)).map_or(&[], |group| &group.venues)
    }

    /// Returns whether no other venue of an instrument's thing has a smaller lot; `None` if it is listed
    /// nowhere else.
    #[must_use]
    pub fn is_smallest(&self, instrument: InstrumentId) -> Option<bool> {
        Some(self.venue(instrument)?.lot == 1)
    }

    /// Returns an instrument as one of the venues of its group.
    pub(crate) fn venue(&self, instrument: InstrumentId) -> Option<&Venue> {
        let Place { group, venue } = (*self.places.get(usize::from(instrument.0))?)?;
        self.groups[usize::from(group)].venues.get(usize::from(venue))
    }

    /// Returns whether there are groups at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// Returns whether every account that is named is one of so many.
    pub(crate) fn are_known(&self, accounts: usize) -> bool {
        let venues = self.groups.iter().flat_map(|group| &group.venues);
        let mut named = venues.filter_map(|venue| venue.at.account);
        named.all(|account| usize::from(account.0) < accounts)
    }

    /// Returns whether a listing names an account.
    pub(crate) fn trades_for(&self, account: AccountId) -> bool {
        let mut venues = self.groups.iter().flat_map(|group| &group.venues);
        venues.any(|venue| venue.at.account == Some(account))
    }
}

impl Group {
    fn new(instruments: &[Instrument], listed: &[ListedAt]) -> Result<Self, ListingError> {
        let steps = |step: fn(&Instrument) -> Increment| {
            let of = |at: &ListedAt| step(&instruments[usize::from(at.instrument.0)]);
            common_steps(&listed.iter().map(of).collect::<Vec<_>>())
        };
        let ticks = steps(|instrument| instrument.tick).ok_or(ListingError::Ticks)?;
        let lots = steps(|instrument| instrument.lot).ok_or(ListingError::Lots)?;
        let mut sizes = lots.clone();
        sizes.sort_unstable();
        sizes.dedup();
        let chained = sizes.windows(2).all(|pair| pair[1] % pair[0] == 0);
        if !chained || sizes.len() > LOT_SIZES_MAX {
            return Err(ListingError::Lots);
        }
        let venue = |((&at, tick), lot)| Venue { at, tick, lot };
        Ok(Self { venues: listed.iter().zip(ticks).zip(lots).map(venue).collect() })
    }
}

/// Returns how many of the largest common step each has; `None` if that does not fit.
fn common_steps(increments: &[Increment]) -> Option<Vec<i64>> {
    let decimals = increments.iter().map(|step| step.parts().1).max()?;
    let scaled = |step: &Increment| {
        let (units, own) = step.parts();
        i128::from(units).checked_mul(10_i128.checked_pow(u32::from(decimals - own))?)
    };
    let all = increments.iter().map(scaled).collect::<Option<Vec<_>>>()?;
    let common = all.iter().copied().fold(0, common_divisor);
    all.iter().map(|steps| i64::try_from(steps / common).ok()).collect()
}

fn common_divisor(mut left: i128, mut right: i128) -> i128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left
}

/// Returns what a strategy holds of a thing at all venues, counted in ticks and lots of one of its
/// listings. A part of such a lot is left out; amounts are rounded down.
pub(crate) fn held_across(
    listings: &Listings,
    holdings: &Holdings,
    strategy: StrategyId,
    home: InstrumentId,
) -> PositionReport {
    let own = holdings.share_report(strategy, home);
    let (Some(group), Some(unit)) = (listings.group_of(home), listings.venue(home)) else {
        return own;
    };
    let (mut lots, mut amounts) = (0_i128, [0_i128; 4]);
    for venue in listings.venues(group) {
        let held = holdings.share(strategy, venue.at.instrument);
        lots += i128::from(held.lots.0) * i128::from(venue.lot);
        let scale = i128::from(venue.tick) * i128::from(venue.lot);
        let each = [held.cost, held.realized, held.fees, held.funding];
        for (sum, amount) in amounts.iter_mut().zip(each) {
            *sum = sum.saturating_add(amount.0.saturating_mul(scale));
        }
    }
    let scale = i128::from(unit.tick) * i128::from(unit.lot);
    let [cost, realized, fees, funding] = amounts.map(|sum| Notional(sum.div_euclid(scale)));
    let lots = Lots((lots / i128::from(unit.lot)).clamp(i64::MIN.into(), i64::MAX.into()) as i64);
    PositionReport { lots, cost, realized, fees, funding, ..own }
}
