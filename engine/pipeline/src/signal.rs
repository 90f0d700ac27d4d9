//! From a signal to a request: gate, risk, order manager, in this order.

use gannet_types::{
    Alarm, ClientOrderId, GateVerdict, GatewayId, Lots, Nanos, OrderId, OrderStatus, OrderTerms,
    OrderType, Outbox, Output, RejectReason, RequestKind, Signal, SignalAction, StrategyId,
    TimeInForce,
};

use crate::facts::Wanted;
use crate::gate::{Passage, Waiting};
use crate::orders::{Order, Shape};
use crate::risk::{OrderShape, Proposal, Reference};
use crate::route::{Choice, GatewaySet};
use crate::strategy::Strategy;
use crate::{Pipeline, SIGNAL_ROOM};

/// What is special about an order that is placed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Errand {
    /// It closes a position in a panic: what stops trading does not stop it.
    in_panic: bool,
    /// What the other order of a pair, which it ends, may still trade.
    twin: Lots,
}

impl Errand {
    /// Nothing.
    pub(crate) const NONE: Self = Self { in_panic: false, twin: Lots::ZERO };

    /// A panic close.
    const PANIC: Self = Self { in_panic: true, ..Self::NONE };

    /// One of a pair.
    pub(crate) const fn one_of_pair(twin: Lots) -> Self {
        Self { twin, ..Self::NONE }
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Passes a signal through the gate.
    pub(crate) fn on_signal(&mut self, now: Nanos, mut signal: Signal, outbox: &mut Outbox) {
        self.counters.signals += 1;
        if outbox.room() < SIGNAL_ROOM {
            self.counters.signals_dropped += 1;
            return;
        }
        let place = self.config.place(&signal);
        let passage = if usize::from(signal.instrument.0) >= self.desks.len() {
            Passage::Refuse(RejectReason::UnknownInstrument)
        } else {
            let preferred = self.config.account(place.account).gateways.first();
            let simulated = self.route.is_simulated(preferred);
            match self.gate.judge(place, signal.action, simulated) {
                passage @ (Passage::Release | Passage::Wait) => match self.allow(&signal) {
                    Ok(lots) => {
                        signal.lots = lots;
                        passage
                    }
                    Err(reason) => Passage::Refuse(reason),
                },
                // What is only shown commits nobody.
                passage @ (Passage::Show | Passage::Refuse(_)) => passage,
            }
        };
        match passage {
            Passage::Release => {
                self.emit(Output::Signal(signal, GateVerdict::Released), outbox);
                self.release(now, &signal, None, outbox);
            }
            Passage::Show => self.emit(Output::Signal(signal, GateVerdict::Shown), outbox),
            Passage::Wait => self.park(signal, outbox),
            Passage::Refuse(reason) => self.show_refused(signal, reason, outbox),
        }
    }

    /// Passes an approved signal on to risk.
    pub(crate) fn on_approved(&mut self, now: Nanos, waiting: &Waiting, outbox: &mut Outbox) {
        let allowed = self.allow(&waiting.signal);
        let signal = Signal { lots: allowed.unwrap_or(waiting.signal.lots), ..waiting.signal };
        self.emit(Output::Signal(signal, GateVerdict::Released), outbox);
        match allowed {
            Ok(_) => self.release(now, &signal, Some(waiting.id), outbox),
            Err(reason) => self.refuse_waiting(waiting, reason, outbox),
        }
    }

    /// Cancels the order at `index`, now or as soon as that can be asked.
    pub(crate) fn cancel(&mut self, now: Nanos, index: usize, origin: Nanos, outbox: &mut Outbox) {
        let order = &self.orders.open()[index];
        if order.is_settled() && self.route.is_up(order.gateway) {
            self.orders.update(index, |order| order.begin_cancel(now));
            self.send(index, RequestKind::Cancel, origin, outbox);
        } else if order.status != OrderStatus::PendingCancel {
            self.orders.update(index, |order| order.cancel_wanted = true);
        }
    }

    /// Asks the venue about the order at `index`.
    pub(crate) fn ask_status(&mut self, now: Nanos, index: usize, outbox: &mut Outbox) {
        self.orders.update(index, |order| order.begin_status(now));
        self.send(index, RequestKind::Status, Nanos::ZERO, outbox);
    }

    fn park(&mut self, signal: Signal, outbox: &mut Outbox) {
        let id = match signal.action {
            SignalAction::Replace(order) if self.find_own(&signal, order).is_none() => {
                self.show_refused(signal, RejectReason::UnknownOrder, outbox);
                return;
            }
            SignalAction::Replace(order) => order,
            SignalAction::Place | SignalAction::Work(_) | SignalAction::Cancel(_) => {
                self.next_order_id
            }
        };
        while let Some(outdated) = self.approvals.take_outdated(self.steady.time(), &signal) {
            self.refuse_waiting(&outdated, RejectReason::WishReplaced, outbox);
        }
        match self.approvals.park(self.steady.time(), id, signal) {
            Ok(()) => {
                if id == self.next_order_id {
                    self.take_order_id();
                }
                self.emit(Output::Signal(signal, GateVerdict::Waiting(id)), outbox);
            }
            Err(reason) => self.show_refused(signal, reason, outbox),
        }
    }

    fn show_refused(&mut self, signal: Signal, reason: RejectReason, outbox: &mut Outbox) {
        self.emit(Output::Signal(signal, GateVerdict::Shown), outbox);
        self.refuse(&signal, reason, outbox);
    }

    /// Refuses a signal that has no order yet.
    pub(crate) fn refuse(&mut self, signal: &Signal, reason: RejectReason, outbox: &mut Outbox) {
        let about = (signal.strategy, signal.instrument);
        self.reject(about, ClientOrderId::default(), reason, outbox);
    }

    /// Sends a closing order, which what stops trading does not stop.
    pub(crate) fn release_close(&mut self, now: Nanos, signal: &Signal, outbox: &mut Outbox) {
        if let Err(reason) = self.place(now, signal, None, Errand::PANIC, outbox) {
            self.refuse(signal, reason, outbox);
        }
    }

    /// Acts on a released signal; a new order gets `id` if it waited under one.
    pub(crate) fn release(
        &mut self,
        now: Nanos,
        signal: &Signal,
        id: Option<OrderId>,
        outbox: &mut Outbox,
    ) {
        let (instrument, about, outcome) = match signal.action {
            SignalAction::Place => {
                let about = id.map_or(ClientOrderId::default(), |id| ClientOrderId::new(id, 0));
                let placed = self.place(now, signal, id, Errand::NONE, outbox);
                if placed.is_ok() && id.is_none() {
                    self.note_automated(signal.strategy, outbox);
                }
                (signal.instrument, about, placed)
            }
            SignalAction::Work(plan) => {
                let about = id.map_or(ClientOrderId::default(), |id| ClientOrderId::new(id, 0));
                (signal.instrument, about, self.begin_parent(signal, plan, id))
            }
            SignalAction::Cancel(order) if self.parents.cancel(signal.strategy, order) => return,
            SignalAction::Replace(order) if self.parents.has_child(order) => {
                (signal.instrument, ClientOrderId::default(), Err(RejectReason::ChildOrder))
            }
            SignalAction::Replace(order) | SignalAction::Cancel(order) => {
                match self.find_own(signal, order) {
                    None => {
                        let unknown = Err(RejectReason::UnknownOrder);
                        (signal.instrument, ClientOrderId::default(), unknown)
                    }
                    Some(index) => {
                        let order = &self.orders.open()[index];
                        let (instrument, about) = (order.instrument, order.current);
                        (instrument, about, self.change(now, index, signal, Lots::ZERO, outbox))
                    }
                }
            }
        };
        if let Err(reason) = outcome {
            self.reject((signal.strategy, instrument), about, reason, outbox);
        }
    }

    /// Returns where an open order is that a signal's own strategy has placed.
    fn find_own(&self, signal: &Signal, order: OrderId) -> Option<usize> {
        let index = self.orders.find(order)?;
        (self.orders.open()[index].strategy == signal.strategy).then_some(index)
    }

    /// Counts an order that no person released.
    pub(crate) fn note_automated(&mut self, strategy: StrategyId, outbox: &mut Outbox) {
        let Some(gate) = self.gate.strategy_mut(strategy) else { return };
        gate.arming.note();
        if gate.arming.take_untold() {
            self.alarm(Alarm::NotArmed(strategy), outbox);
        }
    }

    pub(crate) fn place(
        &mut self,
        now: Nanos,
        signal: &Signal,
        id: Option<OrderId>,
        errand: Errand,
        outbox: &mut Outbox,
    ) -> Result<(), RejectReason> {
        self.place_except(now, signal, id, errand, GatewaySet::NONE, outbox)
    }

    /// Places a new order at a gateway of its account that is not in `except`.
    pub(crate) fn place_except(
        &mut self,
        now: Nanos,
        signal: &Signal,
        id: Option<OrderId>,
        errand: Errand,
        except: GatewaySet,
        outbox: &mut Outbox,
    ) -> Result<(), RejectReason> {
        let Signal { strategy, instrument, side, .. } = *signal;
        let Errand { in_panic, twin } = errand;
        let account = self.config.account_of(strategy, instrument);
        let Choice { gateway, blocked } = self.choose(account, signal, except, in_panic)?;
        let Signal { order_type, terms, price, lots, .. } = *signal;
        let twice_mid = self.desks[usize::from(instrument.0)].market.twice_mid();
        let reference = Reference::of(order_type, price, &terms, twice_mid);
        let shape = OrderShape { instrument, side, price: reference.worth(price), lots };
        let OrderTerms { stop_distance, reduce_only, .. } = terms;
        let (cum_lots, is_new) = (Lots::ZERO, true);
        let proposal = Proposal { strategy, shape, cum_lots, is_new, reference, stop_distance };
        let closes_side = self.judge_side((strategy, account), (instrument, side, lots), None)?;
        let replaced = Lots::ZERO;
        let wanted = Wanted {
            account,
            gateway,
            order_type,
            closes_side,
            replaced,
            reduce_only,
            twin,
            in_panic,
        };
        self.check_risk(now, &proposal, &wanted)?;
        blocked.map_or(Ok(()), Err)?;
        let id = id.unwrap_or_else(|| self.take_order_id());
        self.risk.note_order(now, self.steady.time(), account, &proposal);
        self.route.on_sent(self.steady.time(), gateway, id);
        self.holdings.touch(account, instrument);
        let order = new_order(now, id, &wanted, signal);
        self.orders.insert(Order { tried: order.tried.with(except), ..order });
        let index = self.orders.open().len() - 1;
        self.send(index, RequestKind::New, signal.origin, outbox);
        Ok(())
    }

    /// Replaces or cancels the open order at `index`; `twin` is what the other order of a pair may
    /// still trade.
    pub(crate) fn change(
        &mut self,
        now: Nanos,
        index: usize,
        signal: &Signal,
        twin: Lots,
        outbox: &mut Outbox,
    ) -> Result<(), RejectReason> {
        let order = self.orders.open()[index];
        if matches!(signal.action, SignalAction::Cancel(_)) {
            if !self.route.is_up(order.gateway) {
                return Err(RejectReason::GatewayDown);
            }
            if order.cancel_wanted || order.status == OrderStatus::PendingCancel {
                return Err(RejectReason::OrderNotReady);
            }
            self.cancel(now, index, signal.origin, outbox);
            return Ok(());
        }
        if !order.is_settled() || order.cancel_wanted {
            return Err(RejectReason::OrderNotReady);
        }
        if order.is_worn_out() {
            return Err(RejectReason::TooManyRevisions);
        }
        let Signal { price, lots, terms, .. } = *signal;
        if (price, lots, terms) == (order.price, order.lots, order.terms) {
            return Err(RejectReason::Duplicate);
        }
        self.check_kind(order.gateway, order.order_type, order.time_in_force, &terms, lots)?;
        let (instrument, side) = (order.instrument, order.side);
        let twice_mid = self.desks[usize::from(instrument.0)].market.twice_mid();
        let reference = Reference::of(order.order_type, price, &terms, twice_mid);
        let shape = OrderShape { instrument, side, price: reference.worth(price), lots };
        let Order { strategy, account, gateway, order_type, closes: closes_side, .. } = order;
        let OrderTerms { stop_distance, reduce_only, .. } = terms;
        let (cum_lots, is_new) = (order.cum_lots, false);
        let proposal = Proposal { strategy, shape, cum_lots, is_new, reference, stop_distance };
        let rest = lots - order.cum_lots;
        let sided =
            self.judge_side((strategy, account), (instrument, side, rest), Some(order.id))?;
        if sided != closes_side {
            return Err(RejectReason::HedgedTurn);
        }
        let (replaced, in_panic) = (order.exposure(), false);
        let wanted = Wanted {
            account,
            gateway,
            order_type,
            closes_side,
            replaced,
            reduce_only,
            twin,
            in_panic,
        };
        self.check_risk(now, &proposal, &wanted)?;
        let wanted = Shape { price, lots, terms };
        let can = self.config.capabilities(order.gateway).is_some_and(|broker| broker.replace);
        if can {
            self.orders.update(index, |order| order.begin_replace(now, wanted));
            self.send(index, RequestKind::Replace, signal.origin, outbox);
        } else {
            self.orders.update(index, |order| order.begin_succession(now, wanted));
            self.send(index, RequestKind::Cancel, signal.origin, outbox);
        }
        Ok(())
    }

    /// Sends the order that takes the place of one that is cancelled, for what of it has not
    /// traded. It passes risk like any other: the cancel has taken its time.
    pub(crate) fn succeed(&mut self, now: Nanos, done: &Order, outbox: &mut Outbox) {
        let Shape { price, lots, terms } = done.pending;
        let rest = lots - done.cum_lots;
        let follows = done.is_succeeded && done.status == OrderStatus::Canceled;
        if !follows || rest <= Lots::ZERO || outbox.room() < SIGNAL_ROOM {
            return;
        }
        let signal = done.again(price, rest, terms);
        // Where its predecessor was: what of that one trades late must net with it.
        let elsewhere = GatewaySet::ALL.without(done.gateway);
        if let Err(reason) = self.place_except(now, &signal, None, Errand::NONE, elsewhere, outbox)
        {
            self.reject((done.strategy, done.instrument), done.current, reason, outbox);
        }
    }

    /// Checks that the broker has such orders, and that the terms are those of one.
    pub(crate) fn check_kind(
        &self,
        gateway: GatewayId,
        order_type: OrderType,
        time_in_force: TimeInForce,
        terms: &OrderTerms,
        lots: Lots,
    ) -> Result<(), RejectReason> {
        let broker = self.config.capabilities(gateway).ok_or(RejectReason::GatewayDown)?;
        broker.check(order_type, time_in_force, terms)?;
        terms.check(order_type, time_in_force, lots)
    }

    fn check_risk(
        &mut self,
        now: Nanos,
        proposal: &Proposal,
        wanted: &Wanted,
    ) -> Result<(), RejectReason> {
        self.catch_up_for(wanted.account, proposal.shape.instrument);
        self.risk.hours.look(now, proposal.shape.instrument);
        let limits = self.risk.of_instrument(proposal.shape.instrument);
        let facts = self.facts(now, proposal, wanted);
        self.risk.check(self.steady.time(), proposal, limits, &facts)?;
        self.check_strategy(now, proposal, wanted)
    }

    /// Sends the request that the order at `index` was just prepared for.
    fn send(&mut self, index: usize, kind: RequestKind, origin: Nanos, outbox: &mut Outbox) {
        let order = &self.orders.open()[index];
        let mut request = order.request(kind, origin);
        match kind {
            RequestKind::MassCancel | RequestKind::MassStatus | RequestKind::Positions => {}
            RequestKind::New => {
                self.counters.orders += 1;
                request.terms = self.told(order, request.terms);
            }
            RequestKind::Cancel => self.counters.cancels += 1,
            RequestKind::Replace => {
                self.counters.replaces += 1;
                request.terms = self.told(order, request.terms);
            }
            RequestKind::Status => self.counters.status_requests += 1,
        }
        self.risk.note_message(self.steady.time());
        self.emit(Output::Order(request), outbox);
    }

    pub(crate) fn take_order_id(&mut self) -> OrderId {
        let id = self.next_order_id;
        self.next_order_id = OrderId(id.0 + 1);
        id
    }
}

fn new_order(now: Nanos, id: OrderId, wanted: &Wanted, signal: &Signal) -> Order {
    let first = ClientOrderId::new(id, 0);
    let shape = Shape { price: signal.price, lots: signal.lots, terms: signal.terms };
    Order {
        id,
        strategy: signal.strategy,
        account: wanted.account,
        instrument: signal.instrument,
        gateway: wanted.gateway,
        side: signal.side,
        closes: wanted.closes_side,
        order_type: signal.order_type,
        time_in_force: signal.time_in_force,
        status: OrderStatus::PendingNew,
        price: signal.price,
        lots: signal.lots,
        terms: signal.terms,
        cum_lots: Lots::ZERO,
        pending: shape,
        is_succeeded: false,
        was_corrected: false,
        unresolved_lots: Lots::ZERO,
        current: first,
        accepted: first,
        cancel_wanted: false,
        in_doubt: false,
        status_asked: false,
        asked_at: now,
        questions: 0,
        alarmed: false,
        tried: GatewaySet::of(wanted.gateway),
    }
}
