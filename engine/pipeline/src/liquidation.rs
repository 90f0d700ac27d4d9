//! Positions that the venue takes over because there is too little margin for them.
//!
//! The venue tells it as a trade of no order, with the reason [`RejectReason::Liquidated`]. It is
//! booked like any other, once, and halts trading: a person looks and resets.

use gannet_types::{
    Alarm, ExecKind, ExecutionReport, Lots, Nanos, OrderId, Outbox, RejectReason, Ticks, VenueId,
};

use crate::Pipeline;
use crate::positions::Trade;
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Takes the report of a takeover; returns whether it was one.
    #[cold]
    pub(crate) fn on_liquidation(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) -> bool {
        if report.kind != ExecKind::Trade || report.reason != RejectReason::Liquidated {
            return false;
        }
        let book = usize::from(report.instrument.0);
        let order = OrderId::default();
        if self.trades.knows(report.gateway, order, &report.exec_id) {
            self.counters.duplicate_executions += 1;
            return true;
        }
        let is_sound = report.last_lots > Lots::ZERO
            && report.last_price > Ticks::ZERO
            && !report.exec_id.is_empty();
        if book >= self.desks.len() || !is_sound {
            self.counters.unknown_executions += 1;
            self.alarm(Alarm::UnknownExecution(report.client_order_id), outbox);
            return true;
        }
        self.keep_trade(Trade {
            book,
            gateway: report.gateway,
            order,
            side: report.side,
            lots: report.last_lots,
            price: report.last_price,
            fee: report.fee,
            exec_id: report.exec_id,
            is_inferred: false,
            corrected_by: VenueId::default(),
        });
        self.rebuild_position(book, outbox);
        self.gate.halt_for(RejectReason::Liquidated);
        self.poll_halt(now, outbox);
        true
    }
}
