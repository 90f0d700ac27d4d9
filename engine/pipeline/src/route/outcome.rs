//! What becomes of new orders, as far as it tells about their gateway.
//!
//! A refusal by the venue, a request that could not be sent and an answer that does not come are
//! failures of the gateway. A post-only order that would have taken is the market's doing, and a
//! request that a crash kept from leaving is ours.

use gannet_types::{
    Alarm, ExecKind, ExecutionReport, GatewayId, Nanos, OrderId, OrderStatus, Outbox, RejectReason,
};

use super::breaker::Turned;
use crate::Pipeline;
use crate::orders::Order;
use crate::strategy::Strategy;

/// A new order whose first answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Attempt {
    pub(crate) gateway: GatewayId,
    pub(crate) order: OrderId,
    /// When it was sent, if its answer tells how fast the venue is: not after a question about it
    /// or a lost connection.
    sent: Option<Nanos>,
}

impl Attempt {
    /// Returns the attempt that an order still is, if it is one.
    pub(crate) fn of(order: &Order) -> Option<Self> {
        let asked = order.status_asked || order.in_doubt || order.alarmed;
        (order.status == OrderStatus::PendingNew).then_some(Self {
            gateway: order.gateway,
            order: order.id,
            sent: (!asked).then_some(order.asked_at),
        })
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Takes what a report has made of an attempt; `after` is the order as the report left it.
    pub(crate) fn judge_attempt(
        &mut self,
        now: Nanos,
        attempt: &Attempt,
        after: &Order,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        if after.status == OrderStatus::PendingNew {
            return;
        }
        let answered = attempt.sent.map(|sent| now.since(sent));
        let (failed, latency) = match (report.kind, report.reason) {
            (ExecKind::Unsent, RejectReason::NotSent) => return,
            (ExecKind::Unsent, _) => (true, None),
            (ExecKind::Rejected, RejectReason::WouldTake) => (false, answered),
            (ExecKind::Rejected, _) => (true, answered),
            _ => (false, answered),
        };
        let turned = self.route.on_outcome(self.steady.time(), attempt, failed, latency);
        self.tell_turned(attempt.gateway, turned, outbox);
    }

    /// Takes note that an order was not answered in time, once.
    pub(crate) fn note_silence(&mut self, now: Nanos, order: &Order, outbox: &mut Outbox) {
        if order.alarmed {
            return;
        }
        if let Some(attempt) = Attempt::of(order) {
            let waited = attempt.sent.map(|sent| now.since(sent));
            let turned = self.route.on_outcome(self.steady.time(), &attempt, true, waited);
            self.tell_turned(attempt.gateway, turned, outbox);
        }
    }

    fn tell_turned(&mut self, gateway: GatewayId, turned: Option<Turned>, outbox: &mut Outbox) {
        match turned {
            Some(Turned::Open) => self.alarm(Alarm::BreakerOpened(gateway), outbox),
            Some(Turned::Closed) => self.alarm(Alarm::BreakerClosed(gateway), outbox),
            None => {}
        }
    }
}
