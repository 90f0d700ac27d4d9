//! What people order themselves: orders and parent orders, changes, cancels.
//!
//! An account has a *desk* for people's orders: an entry among the strategies, behind all of them, that never
//! has a wish of its own. A person's order is released by being given; kill switch, halts, the mode of the
//! desk and every check of risk hold as for a strategy's. What it trades is the desk's part of the account's
//! position, so that no strategy takes it for its own.
//!
//! # Invariants
//! - What was given under a name is not done again under the same name, also after a restart, as long as
//!   the name is among the last [`REFERENCES_MAX`].

use std::collections::VecDeque;

use gannet_types::{
    AccountId, ClientOrderId, GateVerdict, InstrumentId, ManualChange, ManualOrder, Nanos, OrderId,
    OrderTerms, Outbox, Output, RejectReason, Signal, SignalAction, StrategyId, Text, Ticks,
};

use crate::strategy::Strategy;
use crate::{Pipeline, SIGNAL_ROOM};

/// Names remembered: a person who places one order a minute needs three days for as many; 200 KiB.
const REFERENCES_MAX: usize = 4_096;

/// The names under which people gave orders, and what each became.
pub(crate) struct References {
    given: VecDeque<(Text<32>, OrderId)>,
}

impl References {
    /// Reserves all memory, if there is a desk at all.
    pub(crate) fn new(has_desk: bool) -> Self {
        Self { given: VecDeque::with_capacity(if has_desk { REFERENCES_MAX } else { 0 }) }
    }

    fn find(&self, name: &Text<32>) -> Option<OrderId> {
        let found = self.given.iter().rev().find(|(known, _)| known == name);
        found.map(|&(_, order)| order)
    }

    fn remember(&mut self, name: Text<32>, order: OrderId) {
        if self.given.len() == REFERENCES_MAX {
            self.given.pop_front();
        }
        self.given.push_back((name, order));
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Takes a person's order. Whatever becomes of it is told under an id of its own.
    #[cold]
    pub(crate) fn on_manual_order(&mut self, now: Nanos, order: &ManualOrder, outbox: &mut Outbox) {
        let Some(desk) = self.config.manual_desk(order.account) else {
            return self.refuse_command(RejectReason::NoDesk, outbox);
        };
        if usize::from(order.instrument.0) >= self.desks.len() {
            return self.refuse_command(RejectReason::UnknownInstrument, outbox);
        }
        if self.config.account_of(desk, order.instrument) != order.account {
            return self.refuse_command(RejectReason::ListedElsewhere, outbox);
        }
        if let Some(known) = self.references.find(&order.client_ref) {
            let about = ClientOrderId::new(known, 0);
            let whose = (desk, order.instrument);
            return self.reject(whose, about, RejectReason::KnownReference, outbox);
        }
        let id = self.take_order_id();
        self.references.remember(order.client_ref, id);
        let signal = order.signal(desk);
        let allowed = self.judge_manual(&signal).and_then(|()| self.allow(&signal));
        match allowed {
            Ok(lots) => {
                let signal = Signal { lots, ..signal };
                self.emit(Output::Signal(signal, GateVerdict::Released), outbox);
                self.open_desk(order.account, outbox);
                self.release(now, &signal, Some(id), outbox);
            }
            Err(reason) => {
                self.emit(Output::Signal(signal, GateVerdict::Shown), outbox);
                let about = ClientOrderId::new(id, 0);
                self.reject((desk, order.instrument), about, reason, outbox);
            }
        }
    }

    /// Takes a person's change of an order that a person has placed.
    #[cold]
    pub(crate) fn on_manual_change(
        &mut self,
        now: Nanos,
        change: &ManualChange,
        outbox: &mut Outbox,
    ) {
        if self.parents.has(change.order) || self.parents.has_child(change.order) {
            return self.refuse_change(change.order, RejectReason::ChildOrder, outbox);
        }
        let Some(index) = self.orders.find(change.order) else {
            return self.refuse_change(change.order, RejectReason::UnknownOrder, outbox);
        };
        let order = self.orders.open()[index];
        if !self.config.is_manual(order.strategy) {
            return self.refuse_change(change.order, RejectReason::StrategysOrder, outbox);
        }
        let or = |new: Ticks, old: Ticks| if new == Ticks::ZERO { old } else { new };
        let stop_price = or(change.stop_price, order.terms.stop_price);
        let signal = Signal {
            strategy: order.strategy,
            instrument: order.instrument,
            action: SignalAction::Replace(order.id),
            side: order.side,
            order_type: order.order_type,
            price: or(change.price, order.price),
            lots: if change.lots.0 == 0 { order.lots } else { change.lots },
            time_in_force: order.time_in_force,
            terms: OrderTerms { stop_price, ..order.terms },
            confidence: 100,
            reason: Text::new(b"changed by a person"),
            origin: Nanos::ZERO,
        };
        match self.judge_manual(&signal) {
            Ok(()) => {
                self.emit(Output::Signal(signal, GateVerdict::Released), outbox);
                self.release(now, &signal, None, outbox);
            }
            Err(reason) => {
                self.reject((order.strategy, order.instrument), order.current, reason, outbox);
            }
        }
    }

    /// Cancels an order or a parent order for a person, now or as soon as that can be asked.
    #[cold]
    pub(crate) fn on_manual_cancel(&mut self, now: Nanos, id: OrderId, outbox: &mut Outbox) {
        if self.parents.cancel_any(id) {
            return;
        }
        match self.orders.find(id) {
            Some(index) => self.cancel(now, index, Nanos::ZERO, outbox),
            None => self.refuse_change(id, RejectReason::UnknownOrder, outbox),
        }
    }

    fn judge_manual(&self, signal: &Signal) -> Result<(), RejectReason> {
        let place = self.config.place(signal);
        let preferred = self.config.account(place.account).gateways.first();
        self.gate.judge_manual(place, self.route.is_simulated(preferred))
    }

    fn refuse_change(&mut self, order: OrderId, reason: RejectReason, outbox: &mut Outbox) {
        let open = self.orders.find(order).map(|index| self.orders.open()[index]);
        let whose = open.map_or((StrategyId::default(), InstrumentId::default()), |order| {
            (order.strategy, order.instrument)
        });
        let named = OrderId(order.0.min(OrderId::MAX.0));
        self.reject(whose, ClientOrderId::new(named, 0), reason, outbox);
    }

    /// From the first order of a person on, an account has its strategy's part beside the desk's. What the
    /// strategy holds is told, as long as there is room; from then on its part is told with each trade.
    fn open_desk(&mut self, account: AccountId, outbox: &mut Outbox) {
        let Some(only) = self.holdings.part_with(account, &mut self.trades) else { return };
        for index in 0..self.holdings.touched(account).len() {
            if outbox.room() < SIGNAL_ROOM {
                return;
            }
            let instrument = self.holdings.touched(account)[index];
            let position = self.holdings.strategy_position(only, instrument);
            self.emit(Output::StrategyPosition(position), outbox);
        }
    }
}
