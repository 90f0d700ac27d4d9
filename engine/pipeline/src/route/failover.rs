//! A new order that provably never left is placed at the next gateway of its account.
//!
//! Only our own gateway's word that the request was not sent and never will be leads here: an order
//! whose fate is unknown is asked about where it is, and never sent elsewhere. The new order has an id
//! of its own and passes risk as any other; each gateway is tried once.

use gannet_types::{ExecKind, ExecutionReport, Lots, Nanos, OrderStatus, Outbox, RejectReason};

use crate::orders::Order;
use crate::signal::Errand;
use crate::strategy::Strategy;
use crate::{Pipeline, SIGNAL_ROOM};

impl<S: Strategy> Pipeline<S> {
    /// Places an order that `report` has ended elsewhere, if it never left and there is another
    /// gateway. What was found unsent after a crash is not sent any more: the market has gone on.
    pub(crate) fn fail_over(
        &mut self,
        now: Nanos,
        done: &Order,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        if self.parents.has_child(done.id) {
            // Its parent sees that it is gone, and sends another if it still wants one.
            return;
        }
        let never_left = report.kind == ExecKind::Unsent
            && report.reason != RejectReason::NotSent
            && done.status == OrderStatus::Rejected
            && done.current.revision() == 0
            && done.cum_lots == Lots::ZERO;
        let listed = self.config.account(done.account).gateways;
        let is_left = listed.as_slice().iter().any(|&gateway| !done.tried.contains(gateway));
        if !never_left || !is_left || done.cancel_wanted || outbox.room() < SIGNAL_ROOM {
            return;
        }
        let signal = done.again(done.price, done.lots, done.terms);
        self.risk.forget_order(done.strategy, done.instrument, done.side, done.lots);
        match self.place_except(now, &signal, None, Errand::NONE, done.tried, outbox) {
            Ok(()) => self.counters.failovers += 1,
            Err(reason) => {
                self.reject((done.strategy, done.instrument), done.current, reason, outbox);
            }
        }
    }
}
