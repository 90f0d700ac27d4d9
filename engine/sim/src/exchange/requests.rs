//! What the venue does with a request when it arrives.

use gannet_types::{
    Capabilities, ExecKind, InstrumentId, Lots, Nanos, OrderRequest, OrderType, PositionEffect,
    RejectReason, RequestKind, Ticks, TimeInForce,
};

use super::Exchange;
use super::desk::{Desk, MassAnswer};
use super::listing::Listing;
use super::order::{Order, State};

/// What is done to the working order with this number.
type Change = fn(&mut Exchange, Nanos, &OrderRequest, u64) -> Result<(), RejectReason>;

impl Exchange {
    pub(super) fn execute(&mut self, at: Nanos, request: &OrderRequest) {
        match request.kind {
            RequestKind::New => self.enter(at, request),
            RequestKind::Cancel => self.change(at, request, Self::cancel),
            RequestKind::Replace => self.change(at, request, Self::replace),
            RequestKind::Status => self.tell(at, request),
            RequestKind::MassCancel => self.cancel_all(at, request),
            RequestKind::MassStatus => self.tell_all(at, request),
            RequestKind::Positions => self.tell_positions(at, request),
        }
    }

    /// A new order. A second one under a known id is refused and the first is left alone.
    fn enter(&mut self, at: Nanos, request: &OrderRequest) {
        let id = request.client_order_id;
        if self.history.number(id).is_some() {
            return self.refuse(at, request, ExecKind::Rejected, RejectReason::DuplicateId);
        }
        self.orders += 1;
        let mut order = Order::new(request, self.orders);
        self.history.admit(id, order.number);
        if let Err(reason) = self.check(at, &order).and_then(|()| self.admit_at_all()) {
            order.state = State::Rejected(reason);
            self.desk.refuse(at, &order, ExecKind::Rejected, id, reason);
            return self.history.close(order);
        }
        if let Some(listing) = listing(&mut self.listings, order.instrument) {
            listing.follow(&mut order);
        }
        self.desk.say(at, &order, ExecKind::New, id);
        self.place(at, order);
    }

    /// Has a stop wait until the market reaches it; anything else works at once.
    pub(super) fn place(&mut self, at: Nanos, order: Order) {
        let listing = listing(&mut self.listings, order.instrument)
            .expect("an order was checked to be of a listed instrument");
        if !order.waits {
            self.work(at, order);
        } else if listing.is_reached(&order) {
            self.trigger(at, order);
        } else {
            listing.wait(order);
        }
    }

    /// Turns a stop into the order that it becomes.
    pub(super) fn trigger(&mut self, at: Nanos, mut stop: Order) {
        stop.waits = false;
        self.desk.say(at, &stop, ExecKind::Triggered, stop.client_order_id);
        self.work(at, stop);
    }

    /// Ends the orders whose time is `at`.
    pub(super) fn expire(&mut self, at: Nanos) {
        for listing in self.listings.iter_mut().flatten() {
            let is_due = |order: &&Order| order.expires().is_some_and(|expires| expires <= at);
            let due: Vec<u64> =
                listing.working().filter(is_due).map(|order| order.number).collect();
            for mut order in due.into_iter().filter_map(|number| listing.remove(number)) {
                order.state = State::Expired;
                self.desk.say(at, &order, ExecKind::Expired, order.client_order_id);
                self.history.close(order);
            }
        }
    }

    /// A cancel or a replacement. Any id the order ever had names it, so that a cancel that
    /// crosses a replacement on the way still finds it.
    fn change(&mut self, at: Nanos, request: &OrderRequest, act: Change) {
        let verdict = self.find_working(request).and_then(|number| act(self, at, request, number));
        if let Err(reason) = verdict {
            self.refuse_change(at, request, reason);
        }
    }

    /// Returns the number of the working order a cancel or replacement is about, after noting
    /// the request's id in it.
    fn find_working(&mut self, request: &OrderRequest) -> Result<u64, RejectReason> {
        if self.history.number(request.client_order_id).is_some() {
            return Err(RejectReason::DuplicateId);
        }
        let number = self.history.number(request.original).ok_or(RejectReason::UnknownOrder)?;
        if self.history.done(number).is_some_and(|order| order.is_meant_by(request)) {
            return Err(RejectReason::TooLate);
        }
        let listing = listing(&mut self.listings, request.instrument);
        let order = listing
            .and_then(|listing| listing.find(number))
            .filter(|order| order.is_meant_by(request))
            .ok_or(RejectReason::UnknownOrder)?;
        order.ids.push(request.client_order_id);
        self.history.admit(request.client_order_id, number);
        Ok(number)
    }

    fn cancel(
        &mut self,
        at: Nanos,
        request: &OrderRequest,
        number: u64,
    ) -> Result<(), RejectReason> {
        let mut order = listing(&mut self.listings, request.instrument)
            .and_then(|listing| listing.remove(number))
            .ok_or(RejectReason::UnknownOrder)?;
        order.state = State::Canceled;
        self.desk.say(at, &order, ExecKind::Canceled, request.client_order_id);
        self.history.close(order);
        Ok(())
    }

    /// A smaller size at the same price keeps the place in the queue; anything else loses it.
    /// The size is the total one, filled lots included.
    fn replace(
        &mut self,
        at: Nanos,
        request: &OrderRequest,
        number: u64,
    ) -> Result<(), RejectReason> {
        self.admit_at_all()?;
        let listing =
            listing(&mut self.listings, request.instrument).ok_or(RejectReason::UnknownOrder)?;
        let would_take = listing.would_take(request.side, Some(request.price));
        let is_tradable = listing.visible.is_tradable();
        let order = listing.find(number).ok_or(RejectReason::UnknownOrder)?;
        check_numbers(order.order_type, request.price, request.lots)?;
        if request.lots <= order.cum_lots {
            return Err(RejectReason::TooLate);
        }
        if !is_tradable {
            return Err(RejectReason::StaleBook);
        }
        if would_take && order.time_in_force == TimeInForce::PostOnly {
            return Err(RejectReason::WouldTake);
        }
        let mut changed = order.clone();
        changed.amend(request);
        listing.follow(&mut changed);
        self.desk.say(at, &changed, ExecKind::Replaced, request.client_order_id);
        let order = listing.find(number).ok_or(RejectReason::UnknownOrder)?;
        let keeps_place =
            !order.waits && changed.price == order.price && changed.lots <= order.lots;
        *order = changed;
        if !keeps_place && let Some(order) = listing.remove(number) {
            self.place(at, order);
        }
        self.keep_reducing(at, request.instrument);
        Ok(())
    }

    /// The answer to a status request. Of a done order the report that ended it is repeated; a
    /// filled one answers `Status` without leaves.
    fn tell(&mut self, at: Nanos, request: &OrderRequest) {
        let id = request.client_order_id;
        let Some(number) = self.history.number(id) else {
            return self.refuse(at, request, ExecKind::Rejected, RejectReason::UnknownOrder);
        };
        if let Some(order) = self.history.done(number) {
            return match order.state {
                State::Working | State::Filled => self.desk.say(at, order, ExecKind::Status, id),
                State::Canceled => self.desk.say(at, order, ExecKind::Canceled, id),
                State::Expired => self.desk.say(at, order, ExecKind::Expired, id),
                State::Rejected(reason) => {
                    self.desk.refuse(at, order, ExecKind::Rejected, id, reason);
                }
            };
        }
        let listing = listing(&mut self.listings, request.instrument);
        match listing.and_then(|listing| listing.find(number)) {
            Some(order) => self.desk.say(at, order, ExecKind::Status, id),
            None => self.refuse(at, request, ExecKind::Rejected, RejectReason::UnknownOrder),
        }
    }

    /// Cancels every working order of the gateway that asks, whichever account's, each told under its own
    /// id.
    fn cancel_all(&mut self, at: Nanos, request: &OrderRequest) {
        for listing in self.listings.iter_mut().flatten() {
            for mut order in listing.remove_all(|order| order.gateway == request.gateway) {
                order.state = State::Canceled;
                self.desk.say(at, &order, ExecKind::Canceled, order.client_order_id);
                self.history.close(order);
            }
        }
    }

    /// Tells every working order of the gateway that asks.
    fn tell_all(&mut self, at: Nanos, request: &OrderRequest) {
        let (question, gateway) = (request.client_order_id, request.gateway);
        let all = || self.listings.iter().flatten().flat_map(Listing::working);
        let orders = all().filter(|order| order.gateway == gateway).count() as u64;
        let mut left = orders;
        for order in all().filter(|order| order.gateway == gateway) {
            left -= 1;
            let answer = MassAnswer { question, orders, is_last: left == 0 };
            self.desk.answer(at, order, answer);
        }
        if orders == 0 {
            let nothing = Order::refused(request, RejectReason::UnknownOrder);
            self.desk.answer_none(at, &nothing, question);
        }
    }

    /// Lets an order take what it can, then rests or cancels what is left.
    fn work(&mut self, at: Nanos, mut order: Order) {
        let instrument = order.instrument;
        let listing = listing(&mut self.listings, instrument)
            .expect("an order was checked to be of a listed instrument");
        if !reduce(at, &mut order, &mut self.desk) {
            return self.history.close(order);
        }
        if order.time_in_force != TimeInForce::FillOrKill || listing.can_fill(&order) {
            listing.take(at, &mut order, &mut self.desk);
        }
        if order.state == State::Working && order.rests() {
            listing.rest(order);
            return self.keep_reducing(at, instrument);
        }
        if order.state == State::Working {
            order.state = State::Canceled;
            self.desk.say(at, &order, ExecKind::Canceled, order.client_order_id);
        }
        self.history.close(order);
        self.keep_reducing(at, instrument);
    }

    /// Cuts the reduce-only orders of an instrument to the positions that are left.
    pub(super) fn keep_reducing(&mut self, at: Nanos, instrument: InstrumentId) {
        if let Some(listing) = listing(&mut self.listings, instrument) {
            listing.keep_reducing(at, &mut self.desk, &mut self.history);
        }
    }

    fn check(&mut self, at: Nanos, order: &Order) -> Result<(), RejectReason> {
        let listing =
            listing(&mut self.listings, order.instrument).ok_or(RejectReason::UnknownInstrument)?;
        CAPABILITIES.check(order.order_type, order.time_in_force, &order.terms)?;
        check_numbers(order.order_type, order.price, order.lots)?;
        if !listing.visible.is_tradable() || !listing.has_price(order) {
            return Err(RejectReason::StaleBook);
        }
        let is_post_only = order.time_in_force == TimeInForce::PostOnly;
        if is_post_only && listing.would_take(order.side, order.limit()) {
            return Err(RejectReason::WouldTake);
        }
        if order.expires().is_some_and(|expires| expires <= at) {
            return Err(RejectReason::BadTerms);
        }
        if order.terms.reduce_only {
            check_reducing(order, self.desk.reducible(order))?;
        }
        order.terms.check(order.order_type, order.time_in_force, order.lots)
    }

    /// Refuses as many requests as the configuration says, for no reason that the engine knows.
    fn admit_at_all(&mut self) -> Result<(), RejectReason> {
        let refuses =
            self.reject_ppm > 0 && self.refusals.below(1_000_000) < u64::from(self.reject_ppm);
        if refuses { Err(RejectReason::Venue) } else { Ok(()) }
    }

    /// Refuses a request without telling about any order.
    fn refuse(&mut self, at: Nanos, request: &OrderRequest, kind: ExecKind, reason: RejectReason) {
        let nothing = Order::refused(request, reason);
        self.desk.refuse(at, &nothing, kind, request.client_order_id, reason);
    }

    /// Refuses a cancel or replacement, and tells how its order stands if there is one.
    fn refuse_change(&mut self, at: Nanos, request: &OrderRequest, reason: RejectReason) {
        let kind = ExecKind::CancelRejected;
        let id = request.client_order_id;
        let number = self.history.number(request.original).unwrap_or(0);
        let listing = listing(&mut self.listings, request.instrument);
        let working = listing.and_then(|listing| listing.find(number)).map(|order| &*order);
        let order = working.or_else(|| self.history.done(number));
        match order.filter(|order| order.is_meant_by(request)) {
            Some(order) => self.desk.refuse(at, order, kind, id, reason),
            None => self.refuse(at, request, kind, reason),
        }
    }
}

/// A reduce-only order must find something to reduce; a stop when it is set off.
fn check_reducing(order: &Order, reducible: Lots) -> Result<(), RejectReason> {
    match order.terms.position_effect {
        PositionEffect::Open => Err(RejectReason::BadTerms),
        _ if !order.waits && reducible == Lots::ZERO => Err(RejectReason::ReduceOnly),
        PositionEffect::None | PositionEffect::Close => Ok(()),
    }
}

/// Cuts a reduce-only order to what there is to reduce, and cancels one that finds nothing: whether it
/// still works.
pub(super) fn reduce(at: Nanos, order: &mut Order, desk: &mut Desk) -> bool {
    let tradable = desk.tradable(order);
    if tradable == order.leaves_lots() {
        return true;
    }
    let kind = if tradable > Lots::ZERO {
        order.lots = order.cum_lots + tradable;
        ExecKind::Restated
    } else {
        order.state = State::Canceled;
        ExecKind::Canceled
    };
    desk.say(at, order, kind, order.client_order_id);
    kind == ExecKind::Restated
}

fn check_numbers(order_type: OrderType, price: Ticks, lots: Lots) -> Result<(), RejectReason> {
    if lots <= Lots::ZERO {
        return Err(RejectReason::BadSize);
    }
    if order_type.has_limit() && price <= Ticks::ZERO {
        return Err(RejectReason::BadPrice);
    }
    Ok(())
}

/// What this venue can do with an order. It has no auctions and never closes: orders for the opening
/// or the close are refused.
const CAPABILITIES: Capabilities =
    Capabilities::BASIC.with_order_types(&OrderType::ALL).with_times_in_force(&[
        TimeInForce::Day,
        TimeInForce::GoodTillCancel,
        TimeInForce::ImmediateOrCancel,
        TimeInForce::FillOrKill,
        TimeInForce::GoodTillDate,
        TimeInForce::PostOnly,
    ]);

fn listing(listings: &mut [Option<Listing>], instrument: InstrumentId) -> Option<&mut Listing> {
    listings.get_mut(usize::from(instrument.0))?.as_mut()
}
