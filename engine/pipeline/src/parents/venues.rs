//! What a split order sees of its venues: whether something may be sent there, how large, and what of a
//! book is its own already.

use gannet_types::{InstrumentId, Lots, Notional, Side, Ticks};

use crate::Pipeline;
use crate::listing::Venue;
use crate::orders::Order;
use crate::scope::Place;
use crate::strategy::Strategy;

use super::parent::{Parent, Work};
use super::split::{Look, venue_signal};

impl<S: Strategy> Pipeline<S> {
    /// What it costs to rest at a venue, if that can be; least where a child rests already.
    pub(super) fn maker_cost(&self, look: &Look, parent: &Parent, index: usize) -> Option<i64> {
        let venue = self.venue_of(parent, index)?;
        if parent.slots[index].open > Lots::ZERO && !self.is_in_flight(parent, index) {
            return self.is_alive(look, venue).then_some(i64::MIN);
        }
        let probe = venue_signal(&look.signal, venue.at.instrument);
        let is_usable = self.is_usable(look, parent, index);
        is_usable.then(|| self.quote(look.now, &probe, false)).flatten()
    }

    /// Returns whether something may be sent to a venue now.
    pub(super) fn is_usable(&self, look: &Look, parent: &Parent, index: usize) -> bool {
        let venue = self.venue_of(parent, index);
        look.now >= parent.slots[index].retry_at
            && venue.is_some_and(|venue| self.is_alive(look, venue))
    }

    /// Returns whether a venue's market is live and nobody has stopped trading there.
    pub(super) fn is_alive(&self, look: &Look, venue: &Venue) -> bool {
        let (strategy, instrument) = (look.signal.strategy, venue.at.instrument);
        let account = self.config.account_of(strategy, instrument);
        let market = &self.desks[usize::from(instrument.0)].market;
        market.is_live(look.now, self.config.risk.book_age_max)
            && !self.gate.is_stopped(Place { strategy, account, instrument })
    }

    /// Returns whether an order that trades at once or not at all is on its way to a venue.
    pub(super) fn is_in_flight(&self, parent: &Parent, index: usize) -> bool {
        let slot = &parent.slots[index];
        let child = slot.child.and_then(|child| self.orders.find(child));
        let rests = child.is_some_and(|child| self.orders.open()[child].time_in_force.rests());
        slot.open > Lots::ZERO && !rests
    }

    /// The largest order that a venue's limits allow, in its lots.
    pub(super) fn largest(&self, venue: &Venue, limit: Ticks) -> i64 {
        let limits = self.risk.of_instrument(venue.at.instrument);
        let affordable = limits.order_notional_max.0 / i128::from(limit.0.max(1));
        limits.order_lots_max.0.min(i64::try_from(affordable).unwrap_or(i64::MAX))
    }

    /// The smallest order at a venue at a price, in its lots.
    pub(super) fn least(&self, parent: &Parent, index: usize, price: Ticks) -> i64 {
        let Some(venue) = self.venue_of(parent, index) else { return i64::MAX };
        let limits = self.risk.of_instrument(venue.at.instrument);
        let Notional(worth) = venue.at.child_notional_min.max(limits.order_notional_min);
        let lots = -(-worth).div_euclid(i128::from(price.0.max(1)));
        venue.at.child_lots_min.0.max(1).max(i64::try_from(lots).unwrap_or(i64::MAX))
    }

    /// The price of the last of so many lots in a venue's book.
    pub(super) fn dearest(&self, venue: &Venue, side: Side, lots: i64) -> Ticks {
        let market = &self.desks[usize::from(venue.at.instrument.0)].market;
        let (mut left, mut price) = (lots, Ticks::ZERO);
        for level in market.book.levels(side.opposite()) {
            price = level.price;
            left -= level.lots.0.min(left);
            if left == 0 {
                break;
            }
        }
        price
    }

    /// What of a venue's book is ours already: traded since its market spoke, or asked for.
    pub(super) fn spent(&self, venue: &Venue, side: Side) -> i64 {
        let instrument = venue.at.instrument;
        let place = usize::from(instrument.0);
        let traded = self.parents.spent[place].of(side, self.desks[place].market.events);
        let takes = |order: &&Order| {
            (order.instrument, order.side) == (instrument, side) && !order.time_in_force.rests()
        };
        let asked = self.orders.open().iter().filter(takes).map(|order| order.exposure().0);
        asked.fold(traded.0, i64::saturating_add)
    }

    /// The venue of a slot, if the parent is split.
    pub(super) fn venue_of(&self, parent: &Parent, index: usize) -> Option<&Venue> {
        match &parent.work {
            Work::Split(split) => self.config.listings.venues(split.group).get(index),
            Work::One(_) | Work::Either(_) | Work::Bracket { .. } | Work::Sliced(_) => None,
        }
    }

    /// The instrument that the children in a slot trade.
    pub(super) fn instrument_of(&self, parent: &Parent, index: usize) -> InstrumentId {
        let venue = self.venue_of(parent, index);
        venue.map_or(parent.signal.instrument, |venue| venue.at.instrument)
    }
}
