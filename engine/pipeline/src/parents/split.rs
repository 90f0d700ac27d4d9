//! A split order: what is offered at several venues is taken where it costs least, and the rest waits
//! at the best maker place.
//!
//! After every input the venues are looked at: which can be traded on, what they offer within the limit,
//! what a lot costs there with fees, latency and refusals as `route` scores them. `listing` splits what is
//! left over that; each part is an immediate-or-cancel order with the dearest price it counts on as its
//! limit. What one venue refuses or misses is offered to the others at once, and to that one again after a
//! while. What nobody offers rests at the limit where making costs least, and is taken back lot by lot as
//! the others offer something.
//!
//! What a strategy holds of the other side at some venue is closed there first: to sell elsewhere would
//! leave two positions that pay twice.
//!
//! # Invariants
//! - Per venue at most one child; all of them together are never for more than what is left.

use gannet_types::{
    InstrumentId, Lots, Nanos, OrderTerms, OrderType, Outbox, RejectReason, Side, Signal,
    SignalAction, Ticks, TimeInForce,
};

use crate::Pipeline;
use crate::listing::{LEVELS_MAX, VENUES_MAX, Venue};
use crate::strategy::Strategy;

use super::parent::{Parent, SLOTS, Slot, Work};
use super::part::Want;

/// One, in the parts that costs are counted in.
const BILLION: i128 = 1_000_000_000;

/// A venue that comes after all others costs so many times the price: more says nothing more.
const COST_PPB_MAX: i64 = 1_000 * 1_000_000_000;

/// What is kept of the venues between two looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Split {
    pub(super) group: u16,
    pub(super) venues: usize,
    /// Common price steps in a tick of the parent's instrument.
    pub(super) home_tick: i64,
}

/// What was taken of an instrument, by side of the taker, since its market last spoke: its book may not
/// know yet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Spent {
    lots: [Lots; 2],
    /// How often the market had spoken.
    events: u64,
}

/// What should be open, by venue.
type Wants = [Option<Want>; SLOTS];

/// One look at the venues.
pub(super) struct Look {
    pub(super) now: Nanos,
    pub(super) signal: Signal,
    /// The venue of the signal's own instrument.
    home: Venue,
    /// In the smallest lots: what may be asked for by venue, and altogether.
    caps: [i64; SLOTS],
    left: i64,
}

impl Spent {
    /// Notes what traded after the market has spoken so many times.
    pub(super) fn note(&mut self, side: Side, lots: Lots, events: u64) {
        if std::mem::replace(&mut self.events, events) != events {
            self.lots = [Lots::ZERO; 2];
        }
        self.lots[usize::from(side == Side::Sell)] += lots;
    }

    pub(super) fn of(&self, side: Side, events: u64) -> Lots {
        let is_known = self.events != events;
        if is_known { Lots::ZERO } else { self.lots[usize::from(side == Side::Sell)] }
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Begins to split an order.
    ///
    /// # Errors
    /// It is no limit order without terms, its instrument is listed nowhere else or has larger lots than
    /// another listing, or some of the venues are simulated and others are not.
    pub(super) fn begin_split(&self, signal: &Signal) -> Result<Work, RejectReason> {
        let group = self.config.listings.group_of(signal.instrument);
        let home = self.config.listings.venue(signal.instrument);
        let (Some(group), Some(home)) = (group, home) else {
            return Err(RejectReason::NotListed);
        };
        if home.lot != 1 {
            return Err(RejectReason::ListingLot);
        }
        let is_plain = signal.order_type == OrderType::Limit && signal.terms == OrderTerms::PLAIN;
        let lives = match signal.time_in_force {
            TimeInForce::ImmediateOrCancel => true,
            other => other.rests() && other != TimeInForce::GoodTillDate,
        };
        let simulated = |venue: &Venue| {
            let account = self.config.account_of(signal.strategy, venue.at.instrument);
            self.route.is_simulated(self.config.account(account).gateways.first())
        };
        let venues = self.config.listings.venues(group);
        let is_mixed = venues.iter().any(|venue| simulated(venue) != simulated(home));
        if !is_plain || !lives || is_mixed {
            return Err(RejectReason::BadPlan);
        }
        Ok(Work::Split(Split { group, venues: venues.len(), home_tick: home.tick }))
    }

    /// Brings what is open at the venues to what should be; what one refuses is offered to the others.
    pub(super) fn work_split(
        &mut self,
        now: Nanos,
        parent: &mut Parent,
        split: &Split,
        outbox: &mut Outbox,
    ) {
        if parent.ends.is_some() {
            return self.work_children(now, parent, &[None; SLOTS], outbox);
        }
        let mut wants = [None; SLOTS];
        // Each refusal takes a venue out for a while.
        for _ in 0..=split.venues {
            wants = self.split_wants(parent, split);
            if !self.work_venues(now, parent, &wants, outbox) {
                break;
            }
        }
        let nothing = wants.iter().all(Option::is_none);
        let is_idle = parent.slots.iter().all(|slot| slot.open == Lots::ZERO);
        if nothing && is_idle && !parent.signal.time_in_force.rests() {
            parent.end(gannet_types::OrderStatus::Canceled);
        }
    }

    /// Changes what is open and sends what is not, as far as there is room below the whole; returns
    /// whether something was refused.
    fn work_venues(
        &mut self,
        now: Nanos,
        parent: &mut Parent,
        wants: &Wants,
        outbox: &mut Outbox,
    ) -> bool {
        for (index, want) in wants.iter().enumerate() {
            self.cancel_revived(now, parent.slots[index].before, outbox);
            let open = parent.slots[index].child.and_then(|child| self.orders.find(child));
            let resting = open.filter(|&order| self.orders.open()[order].time_in_force.rests());
            if let Some(order) = resting {
                // It grows only as far as nothing else is open.
                let most = parent.slots[index].open.0 + self.room(parent);
                let lot = self.venue_of(parent, index).map_or(1, |venue| venue.lot);
                let want = want.map(|it| Want { lots: it.lots.min(Lots(most / lot)), ..it });
                self.change_child(now, parent, index, order, want, outbox);
            }
        }
        let mut is_refused = false;
        for (index, want) in wants.iter().enumerate() {
            let Some(want) = *want else { continue };
            let Some(Venue { lot, .. }) = self.venue_of(parent, index) else { continue };
            let room = self.room(parent) / lot;
            let is_open = parent.slots[index].open > Lots::ZERO;
            if is_open || room == 0 || self.steady.time() < parent.slots[index].retry_at {
                continue;
            }
            if room < want.lots.0 && room < self.least(parent, index, want.price) {
                continue;
            }
            let want = Want { lots: want.lots.min(Lots(room)), ..want };
            is_refused |= !self.send_child(now, parent, index, want, outbox);
        }
        is_refused
    }

    /// What of a parent has neither traded nor is open, in the smallest lots.
    fn room(&self, parent: &Parent) -> i64 {
        // What a replacement has just asked for counts already.
        let open = |(index, slot): (usize, &Slot)| {
            let child = slot.child.and_then(|child| self.orders.find(child));
            let lot = self.venue_of(parent, index).map_or(1, |venue| venue.lot);
            child.map_or(0, |child| self.orders.open()[child].exposure().0 * lot)
        };
        let open: i64 = parent.slots.iter().enumerate().map(open).sum();
        (parent.left().0 - open).max(0)
    }

    /// What should be open at each venue.
    fn split_wants(&mut self, parent: &Parent, split: &Split) -> Wants {
        let mut wants = [None; SLOTS];
        let Some(look) = self.look(parent, split) else { return wants };
        if look.left <= 0 {
            return wants;
        }
        let mut left = look.left;
        if look.signal.time_in_force != TimeInForce::PostOnly {
            left -= self.takes(&look, parent, split, &mut wants);
        }
        if look.signal.time_in_force.rests() {
            self.rests(&look, left, parent, split, &mut wants);
        }
        wants
    }

    /// Where what can be traded; orders that are in flight count as traded.
    fn look(&self, parent: &Parent, split: &Split) -> Option<Look> {
        let signal = parent.signal;
        let home = *self.config.listings.venue(signal.instrument)?;
        let mut caps = [0; SLOTS];
        for (index, venue) in self.config.listings.venues(split.group).iter().enumerate() {
            let held = self.holdings.share(signal.strategy, venue.at.instrument).lots;
            let against = -signal.side.signed(held).0;
            caps[index] = against.max(0).saturating_mul(venue.lot);
        }
        let closes: i64 = caps.iter().fold(0, |sum, cap| sum.saturating_add(*cap));
        let mut left = parent.left().0;
        if closes > 0 {
            left = left.min(closes);
        } else {
            caps = [i64::MAX; SLOTS];
        }
        for index in 0..split.venues {
            if self.is_in_flight(parent, index) {
                left -= parent.slots[index].open.0;
            }
        }
        Some(Look { now: self.steady.time(), signal, home, caps, left })
    }

    /// Takes what is offered within the limit; returns how much, in the smallest lots.
    fn takes(&mut self, look: &Look, parent: &Parent, split: &Split, wants: &mut Wants) -> i64 {
        self.parents.splitter.clear();
        for index in 0..split.venues {
            let is_free = parent.slots[index].open == Lots::ZERO;
            if is_free && self.is_usable(look, parent, index) {
                self.offer(look, parent, index);
            }
        }
        let parts = self.parents.splitter.split(look.left);
        let mut taken = 0;
        for (index, &lots) in parts.lots.iter().enumerate() {
            let Some(venue) = self.venue_of(parent, index).copied().filter(|_| lots > 0) else {
                continue;
            };
            let spent = self.spent(&venue, look.signal.side);
            let price = self.dearest(&venue, look.signal.side, spent.saturating_add(lots));
            taken += lots * venue.lot;
            wants[index] = Some(Want {
                side: look.signal.side,
                order_type: OrderType::Limit,
                price,
                time_in_force: TimeInForce::ImmediateOrCancel,
                terms: OrderTerms::PLAIN,
                lots: Lots(lots),
            });
        }
        taken
    }

    /// Lists what a venue offers.
    fn offer(&mut self, look: &Look, parent: &Parent, index: usize) {
        let Some(venue) = self.venue_of(parent, index).copied() else { return };
        let time_in_force = TimeInForce::ImmediateOrCancel;
        let probe = Signal { time_in_force, ..venue_signal(&look.signal, venue.at.instrument) };
        let Some(cost_ppb) = self.quote(look.now, &probe, true) else { return };
        let Some(limit) = look.limit(&venue) else { return };
        let side = look.signal.side;
        let own = self.orders.best_price(venue.at.instrument, side.opposite());
        let sign = i128::from(side.signed(Lots(1)).0);
        let rate = BILLION + sign * i128::from(cost_ppb.min(COST_PPB_MAX));
        let mut room = self.largest(&venue, limit).min(look.caps[index] / venue.lot);
        let mut spent = self.spent(&venue, side);
        let market = &self.desks[usize::from(venue.at.instrument.0)].market;
        let best = market.book.levels(side.opposite()).next().map_or(limit, |level| level.price);
        let lowest = if side == Side::Buy { best } else { limit };
        let least = self.least(parent, index, lowest);
        let Self { parents, desks, .. } = self;
        parents.splitter.begin(index, venue.lot, least);
        let book = &desks[usize::from(venue.at.instrument.0)].market.book;
        for level in book.levels(side.opposite()).take(LEVELS_MAX) {
            let meets_own = own.is_some_and(|own| side.reaches(level.price, own));
            if !side.reaches(limit, level.price) || meets_own || room <= 0 {
                break;
            }
            let gone = spent.min(level.lots.0);
            spent -= gone;
            let lots = (level.lots.0 - gone).min(room);
            room -= lots;
            let price = i128::from(level.price.0) * i128::from(venue.tick);
            let cost = price.saturating_mul(rate).saturating_mul(i128::from(venue.lot) * sign);
            parents.splitter.add(index, cost, lots);
        }
    }

    /// Lets the rest wait: what waits already stays, and more joins it or goes where making costs least.
    fn rests(&self, look: &Look, mut left: i64, parent: &Parent, split: &Split, wants: &mut Wants) {
        for index in 0..split.venues {
            let open = parent.slots[index].open.0;
            if self.waits(look, parent, index) {
                left -= self.rest(look, left.min(open), parent, index, wants);
            }
        }
        let mut tried = [false; SLOTS];
        while left > 0 {
            let place = (0..split.venues)
                .filter(|&index| !tried[index])
                .filter_map(|index| Some((self.maker_cost(look, parent, index)?, index)))
                .min();
            let Some((_, index)) = place else { return };
            tried[index] = true;
            left -= self.rest(look, left, parent, index, wants);
        }
    }

    /// Lets so much more wait at a venue, as far as it may; returns how much that is.
    fn rest(
        &self,
        look: &Look,
        more: i64,
        parent: &Parent,
        index: usize,
        wants: &mut Wants,
    ) -> i64 {
        let Some(venue) = self.venue_of(parent, index) else { return 0 };
        let Some(price) = look.limit(venue) else { return 0 };
        // What is taken there is in the way: the rest follows when that is done.
        let waiting = wants[index].filter(|want| want.time_in_force.rests());
        let before = waiting.map_or(0, |want| want.lots.0);
        let cap = (look.caps[index] / venue.lot).min(self.largest(venue, price));
        let lots = (before + more / venue.lot).min(cap);
        if lots <= before || lots < self.least(parent, index, price) {
            return 0;
        }
        let want = Want {
            side: look.signal.side,
            order_type: OrderType::Limit,
            price,
            time_in_force: look.signal.time_in_force,
            terms: OrderTerms::PLAIN,
            lots: Lots(lots),
        };
        match &mut wants[index] {
            Some(waiting) if waiting.time_in_force.rests() => *waiting = want,
            Some(_) => {}
            free @ None => *free = Some(want),
        }
        (lots - before) * venue.lot
    }

    /// Returns whether a child rests at a venue and may go on to.
    fn waits(&self, look: &Look, parent: &Parent, index: usize) -> bool {
        let is_open = parent.slots[index].open > Lots::ZERO;
        let venue = self.venue_of(parent, index).filter(|_| is_open);
        let is_alive = venue.is_some_and(|venue| self.is_alive(look, venue));
        is_alive && !self.is_in_flight(parent, index)
    }
}

impl Look {
    /// The limit in a venue's ticks, rounded away from the market; `None` if no price is left.
    fn limit(&self, venue: &Venue) -> Option<Ticks> {
        let common = i128::from(self.signal.price.0) * i128::from(self.home.tick);
        let tick = i128::from(venue.tick);
        let price = match self.signal.side {
            Side::Buy => common.div_euclid(tick),
            Side::Sell => -(-common).div_euclid(tick),
        };
        let price = Ticks(i64::try_from(price).ok()?);
        (price > Ticks::ZERO).then_some(price)
    }
}

/// A split order as one at a venue.
pub(super) fn venue_signal(signal: &Signal, instrument: InstrumentId) -> Signal {
    Signal { instrument, action: SignalAction::Place, ..*signal }
}

const _: () = assert!(SLOTS == VENUES_MAX, "a slot for each venue");
