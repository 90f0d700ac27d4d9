//! What people order: kill, drain, start, approve, decline, change the gate.

use gannet_types::{
    AccountId, Alarm, ClientOrderId, Command, ExternalSignal, GateMode, InstrumentId, Nanos,
    OrderId, Outbox, RejectReason, Scope, Signal, StrategyId,
};

use crate::Pipeline;
use crate::execution::doubt;
use crate::gate::Waiting;
use crate::scope::halt_reason;
use crate::strategy::{Strategy, StrategyEvent};

impl<S: Strategy> Pipeline<S> {
    /// Takes an operator's instruction.
    pub(crate) fn on_command(&mut self, now: Nanos, command: Command, outbox: &mut Outbox) {
        match command {
            Command::Kill => self.kill(now, outbox),
            Command::KillReset => self.reset(),
            Command::Drain => {
                self.gate.draining = true;
                self.end_closes();
                self.stop_all(now, RejectReason::Draining, outbox);
            }
            Command::Start => self.start(),
            Command::Approve(id) => match self.approvals.take(id) {
                Some(waiting) => self.on_approved(now, &waiting, outbox),
                None => self.refuse_unknown(outbox),
            },
            Command::Decline(id) => self.decline(id, outbox),
            Command::SetGateMode(strategy, mode) => self.set_gate_mode(strategy, mode, outbox),
            Command::CancelAll => self.cancel_all(now, outbox),
            Command::CancelGateway(gateway) => self.cancel_gateway(now, gateway, outbox),
            // The gateway's business; it is here to be in the journal.
            Command::Session(_, _) => {}
            Command::Halt(scope) => self.halt_scope(now, scope, outbox),
            Command::Resume(scope) => self.resume_scope(scope),
            Command::Close(scope) => {
                self.halt_scope(now, scope, outbox);
                self.begin_closes(|place| place.is_within(scope));
            }
            Command::CloseAll => {
                self.kill(now, outbox);
                self.begin_closes(|_| true);
            }
            Command::SetRate(currency, rate) => self.set_rate(currency, rate),
            Command::Arm => self.gate.arm_all(),
            Command::ArmStrategy(strategy) => match self.gate.strategy_mut(strategy) {
                Some(gate) => gate.arming.arm(),
                None => self.counters.bad_inputs += 1,
            },
            Command::SetLimit { limit, scope, value } => {
                self.set_limit(limit, scope, value, outbox);
            }
            Command::Model(model, role) => {
                if !self.strategy.on_model(model, role) {
                    self.alarm(Alarm::ModelRefused(model), outbox);
                }
            }
            Command::PlaceOrder(order) => self.on_manual_order(now, &order, outbox),
            Command::ReplaceOrder(change) => self.on_manual_change(now, &change, outbox),
            Command::CancelOrder(order) => self.on_manual_cancel(now, order, outbox),
            Command::External(signal) => self.on_external(now, &signal, outbox),
            Command::Weight(strategy, school, weight) => {
                if !self.strategy.on_weight(strategy, school, weight) {
                    self.counters.bad_inputs += 1;
                }
            }
            Command::Opinion(opinion) => {
                if !opinion.is_possible() || !self.strategy.on_opinion(now, &opinion) {
                    self.counters.bad_inputs += 1;
                }
            }
        }
    }

    /// Tells the strategies what somebody outside wants.
    fn on_external(&mut self, now: Nanos, signal: &ExternalSignal, outbox: &mut Outbox) {
        if self.desk(signal.instrument).is_none() || signal.confidence > 100 {
            self.counters.bad_inputs += 1;
            return;
        }
        self.tell(now, now, signal.instrument, StrategyEvent::External(signal), outbox);
    }

    /// A person has looked: what the kill switch and risk have stopped goes on.
    fn reset(&mut self) {
        self.gate.reset();
        self.end_closes();
        for index in 0..self.config.accounts.len() {
            self.risk.account_mut(AccountId(index as u16)).reset();
        }
    }

    fn kill(&mut self, now: Nanos, outbox: &mut Outbox) {
        if !self.gate.killed {
            self.gate.killed = true;
            self.alarm(Alarm::Killed, outbox);
        }
        self.stop_all(now, RejectReason::KillSwitch, outbox);
    }

    /// Refuses a signal that waited.
    pub(crate) fn refuse_waiting(
        &mut self,
        waiting: &Waiting,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        let Signal { strategy, instrument, .. } = waiting.signal;
        let about = ClientOrderId::new(waiting.id, 0);
        self.reject((strategy, instrument), about, reason, outbox);
    }

    /// Cancels everything open and forgets everything that waits.
    pub(crate) fn stop_all(&mut self, now: Nanos, reason: RejectReason, outbox: &mut Outbox) {
        self.refuse_waiting_of(|_| true, reason, outbox);
        self.cancel_all(now, outbox);
    }

    /// Refuses new orders of a scope, and cancels those open and what waits.
    fn halt_scope(&mut self, now: Nanos, scope: Scope, outbox: &mut Outbox) {
        match self.gate.set_halted(scope, true) {
            None => return self.counters.bad_inputs += 1,
            Some(true) => {}
            Some(false) => self.alarm(Alarm::ScopeHalted(scope), outbox),
        }
        self.stop_scope(now, scope, halt_reason(scope), outbox);
    }

    /// Cancels everything open of a scope and forgets everything of it that waits.
    pub(crate) fn stop_scope(
        &mut self,
        now: Nanos,
        scope: Scope,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        while let Some(waiting) = self.take_waiting_within(scope) {
            self.refuse_waiting(&waiting, reason, outbox);
        }
        self.cancel_within(now, scope, outbox);
    }

    fn take_waiting_within(&mut self, scope: Scope) -> Option<Waiting> {
        let config = &self.config;
        self.approvals.take_oldest_of(|signal| config.place(signal).is_within(scope))
    }

    /// Trades a scope again; what risk has halted of an account, or the venue of an instrument, a
    /// person has looked at.
    fn resume_scope(&mut self, scope: Scope) {
        if self.gate.set_halted(scope, false).is_none() {
            self.counters.bad_inputs += 1;
            return;
        }
        self.end_closes_within(scope);
        match scope {
            Scope::Account(account) => {
                self.gate.reset_account(account);
                self.risk.account_mut(account).reset();
            }
            // Until the feed says it again.
            Scope::Instrument(instrument) => {
                self.desks[usize::from(instrument.0)].market.is_halted = false;
            }
            Scope::Strategy(_) => {}
        }
    }

    /// Begins anew with what is remembered: no gateway is up, no feed is live, and every open
    /// order is in doubt. Kill switch, halts and what waits for a person stay as they are; draining
    /// ended with the last run.
    fn start(&mut self) {
        self.gate.draining = false;
        self.route.restart();
        self.reconciliation.restart();
        self.venue_positions.restart();
        for desk in &mut self.desks {
            desk.market.restart();
        }
        for index in 0..self.orders.open().len() {
            self.orders.update(index, doubt);
        }
        for index in 0..self.desks.len() {
            self.reprice(self.config.instruments[index].id);
        }
    }

    fn decline(&mut self, id: OrderId, outbox: &mut Outbox) {
        match self.approvals.take(id) {
            Some(waiting) => self.refuse_waiting(&waiting, RejectReason::Declined, outbox),
            None => self.refuse_unknown(outbox),
        }
    }

    /// Tells the operator that nothing waits under the id: it expired, or never did.
    fn refuse_unknown(&mut self, outbox: &mut Outbox) {
        self.refuse_command(RejectReason::UnknownOrder, outbox);
    }

    /// Tells the operator why a command was not carried out.
    pub(crate) fn refuse_command(&mut self, reason: RejectReason, outbox: &mut Outbox) {
        let nowhere = (StrategyId::default(), InstrumentId::default());
        self.reject(nowhere, ClientOrderId::default(), reason, outbox);
    }

    fn set_gate_mode(&mut self, strategy: StrategyId, mode: GateMode, outbox: &mut Outbox) {
        let Some(gate) = self.gate.strategy_mut(strategy) else {
            self.counters.bad_inputs += 1;
            return;
        };
        gate.mode = mode;
        if mode != GateMode::Assisted {
            let is_meant = |signal: &Signal| signal.strategy == strategy;
            self.refuse_waiting_of(is_meant, RejectReason::GateClosed, outbox);
        }
    }

    /// Refuses the waiting signals that `is_meant`.
    pub(crate) fn refuse_waiting_of(
        &mut self,
        is_meant: impl Fn(&Signal) -> bool,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        while let Some(waiting) = self.approvals.take_oldest_of(&is_meant) {
            self.refuse_waiting(&waiting, reason, outbox);
        }
    }
}
