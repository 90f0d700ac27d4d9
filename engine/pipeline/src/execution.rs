//! What venues and gateways say: executions, and connections that come and go.
//!
//! When a gateway comes up, the venue is asked about every order that was open through it; until
//! it has spoken of each, no new order goes there. When it goes down, its open orders are in
//! doubt: neither working nor gone.

use gannet_types::{
    Alarm, ExecKind, ExecutionReport, GatewayState, GatewayStatus, InstrumentId, Nanos, Outbox,
    Output, RejectReason, Side,
};

use crate::Pipeline;
use crate::orders::{Effect, Fill, Order, apply};
use crate::strategy::{Strategy, StrategyEvent};

impl<S: Strategy> Pipeline<S> {
    /// Takes a report about an order.
    pub(crate) fn on_execution(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        let Some(index) = self.orders.find_reported(report) else {
            self.on_late_report(report, outbox);
            return;
        };
        let before = self.orders.open()[index].view();
        let effect = self.orders.update(index, |order| apply(order, report));
        let order = self.orders.open()[index];
        self.take_effect(&order, report, effect, outbox);
        let after = if order.status.is_done() {
            self.orders.remove(index);
            self.closed.remember(&order);
            order.view()
        } else {
            self.follow_up(now, index, effect.ask, outbox);
            self.orders.open()[index].view()
        };
        if after != before {
            let event = StrategyEvent::Order(&after);
            self.tell(now, Nanos::ZERO, order.instrument, event, outbox);
        }
    }

    /// Takes news about a gateway's connection.
    pub(crate) fn on_gateway(&mut self, now: Nanos, status: GatewayStatus, outbox: &mut Outbox) {
        let Some(before) = self.route.set(status.gateway, status.state) else {
            self.counters.bad_inputs += 1;
            return;
        };
        let mut concerned = false;
        for index in 0..self.orders.open().len() {
            if self.orders.open()[index].gateway != status.gateway {
                continue;
            }
            concerned = true;
            self.orders.update(index, doubt);
            if status.state == GatewayState::Up {
                self.ask_status(now, index, outbox);
            }
        }
        let fell = (before, status.state) == (GatewayState::Up, GatewayState::Down);
        if concerned && fell {
            self.alarm(Alarm::GatewayDown, outbox);
        }
    }

    /// Books, counts and reports what a report did.
    fn take_effect(
        &mut self,
        order: &Order,
        report: &ExecutionReport,
        effect: Effect,
        outbox: &mut Outbox,
    ) {
        self.counters.duplicate_executions += u64::from(effect.duplicate);
        if let Some(fill) = effect.fill {
            self.book_fill(order.instrument, order.side, fill, outbox);
        }
        if effect.mismatch {
            self.alarm(Alarm::FillMismatch(report.client_order_id), outbox);
        }
        if effect.refused {
            let reason = match (report.kind, report.reason) {
                (ExecKind::Unsent, _) => RejectReason::NotSent,
                (_, RejectReason::None) => RejectReason::Venue,
                (_, reason) => reason,
            };
            self.reject(order.instrument, report.client_order_id, reason, outbox);
        }
    }

    /// Sends what had to wait for an answer.
    fn follow_up(&mut self, now: Nanos, index: usize, ask: bool, outbox: &mut Outbox) {
        let order = &self.orders.open()[index];
        if order.cancel_wanted && order.is_settled() {
            self.cancel(now, index, Nanos::ZERO, outbox);
        } else if ask && self.route.is_up(order.gateway) {
            self.ask_status(now, index, outbox);
        }
    }

    /// Takes a report about an order that is done or was never ours. If the venue works what we
    /// took for refused, a person must look: nothing here can tell which of its words is true.
    fn on_late_report(&mut self, report: &ExecutionReport, outbox: &mut Outbox) {
        let id = report.client_order_id;
        let found = self.closed.find(report).filter(|closed| !closed.is_contradicted_by(report));
        let Some(closed) = found else {
            self.counters.unknown_executions += 1;
            self.alarm(Alarm::UnknownExecution(id), outbox);
            return;
        };
        let (instrument, side) = (closed.instrument, closed.side);
        match closed.apply(report) {
            Some(fill) => {
                self.book_fill(instrument, side, fill, outbox);
                self.alarm(Alarm::FillMismatch(id), outbox);
            }
            None => self.counters.duplicate_executions += 1,
        }
    }

    fn book_fill(&mut self, instrument: InstrumentId, side: Side, fill: Fill, outbox: &mut Outbox) {
        self.counters.fills += 1;
        let position = &mut self.desks[usize::from(instrument.0)].position;
        position.on_fill(side, fill.lots, fill.price, fill.fee);
        let report = position.report(self.config.account, instrument);
        self.emit(Output::Position(report), outbox);
    }
}

/// Notes that a connection was lost since the venue last spoke of an order.
pub(crate) fn doubt(order: &mut Order) {
    order.in_doubt = true;
    order.status_asked = false;
    order.alarmed = false;
}
