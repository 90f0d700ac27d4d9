//! What people order: kill, drain, start, approve, decline, change the gate.

use gannet_types::{
    Alarm, ClientOrderId, Command, ExternalSignal, GateMode, InstrumentId, Nanos, OrderId, Outbox,
    RejectReason,
};

use crate::Pipeline;
use crate::execution::doubt;
use crate::gate::Waiting;
use crate::strategy::{Strategy, StrategyEvent};

impl<S: Strategy> Pipeline<S> {
    /// Takes an operator's instruction.
    pub(crate) fn on_command(&mut self, now: Nanos, command: Command, outbox: &mut Outbox) {
        match command {
            Command::Kill => self.kill(now, outbox),
            Command::KillReset => {
                self.gate.reset();
                self.end_closes();
                self.risk.account.reset();
            }
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
            Command::SetGateMode(strategy, mode) => {
                if strategy == self.config.strategy {
                    self.set_gate_mode(mode, outbox);
                } else {
                    self.counters.bad_inputs += 1;
                }
            }
            Command::CancelAll => self.cancel_all(now, outbox),
            // The gateway's business; it is here to be in the journal.
            Command::Session(_, _) => {}
            Command::Halt(instrument) => self.halt_instrument(now, instrument, outbox),
            Command::Resume(instrument) => self.resume_instrument(instrument),
            Command::Close(instrument) => {
                self.halt_instrument(now, instrument, outbox);
                self.begin_close(now, instrument);
            }
            Command::CloseAll => {
                self.kill(now, outbox);
                for index in 0..self.config.instruments.len() {
                    self.begin_close(now, self.config.instruments[index].id);
                }
            }
            Command::Arm => self.gate.arming.arm(),
            Command::Model(model, role) => {
                if !self.strategy.on_model(model, role) {
                    self.alarm(Alarm::ModelRefused(model), outbox);
                }
            }
            Command::External(signal) => self.on_external(now, &signal, outbox),
            Command::Weight(strategy, school, weight) => {
                if !self.strategy.on_weight(strategy, school, weight) {
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
        let about = ClientOrderId::new(waiting.id, 0);
        self.reject(waiting.signal.instrument, about, reason, outbox);
    }

    /// Cancels everything open and forgets everything that waits.
    pub(crate) fn stop_all(&mut self, now: Nanos, reason: RejectReason, outbox: &mut Outbox) {
        self.refuse_all_waiting(reason, outbox);
        self.cancel_all(now, outbox);
    }

    /// Begins anew with what is remembered: no gateway is up, no feed is live, and every open
    /// order is in doubt. The kill switch stays as it is; draining ended with the last run.
    fn start(&mut self) {
        self.gate.draining = false;
        self.route.restart();
        self.reconciliation.restart();
        for desk in &mut self.desks {
            desk.market.restart();
        }
        for index in 0..self.orders.open().len() {
            self.orders.update(index, doubt);
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
        let nowhere = InstrumentId::default();
        let reason = RejectReason::UnknownOrder;
        self.reject(nowhere, ClientOrderId::default(), reason, outbox);
    }

    fn set_gate_mode(&mut self, mode: GateMode, outbox: &mut Outbox) {
        self.gate.mode = mode;
        if mode != GateMode::Assisted {
            self.refuse_all_waiting(RejectReason::GateClosed, outbox);
        }
    }

    pub(crate) fn refuse_waiting_of(
        &mut self,
        instrument: InstrumentId,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        while let Some(waiting) = self.approvals.take_oldest_of(instrument) {
            self.refuse_waiting(&waiting, reason, outbox);
        }
    }

    fn refuse_all_waiting(&mut self, reason: RejectReason, outbox: &mut Outbox) {
        while let Some(waiting) = self.approvals.take_oldest() {
            self.refuse_waiting(&waiting, reason, outbox);
        }
    }
}
