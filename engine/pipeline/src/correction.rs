//! Trades that the venue takes back or changes: position, profit and filled quantity become what
//! they would be if it had said so at once.
//!
//! A correction of a trade we do not know changes nothing: a person must compare the books.

use gannet_types::{Alarm, ExecutionReport, Lots, Nanos, Outbox};

use crate::Pipeline;
use crate::orders::corrected;
use crate::positions::Correction;
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Takes the report that a trade never happened or was another one.
    #[cold]
    pub(crate) fn on_correction(
        &mut self,
        now: Nanos,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        match self.trades.correct(report) {
            None => self.alarm(Alarm::UnknownCorrection(report.client_order_id), outbox),
            Some(correction) if correction.is_known => self.counters.duplicate_executions += 1,
            Some(correction) => {
                self.counters.corrections += 1;
                self.alarm(Alarm::TradeCorrected(report.client_order_id), outbox);
                self.rebuild_position(correction.book, outbox);
                self.correct_order(now, &correction, report, outbox);
            }
        }
    }

    /// Takes a correction to the order of its trade, open or done.
    fn correct_order(
        &mut self,
        now: Nanos,
        correction: &Correction,
        report: &ExecutionReport,
        outbox: &mut Outbox,
    ) {
        let change = correction.change;
        if let Some(index) = self.orders.find(correction.order) {
            let before = self.orders.open()[index].view();
            let mismatch = self.orders.update(index, |order| corrected(order, change, report));
            let order = self.orders.open()[index];
            if mismatch {
                self.alarm(Alarm::FillMismatch(order.accepted), outbox);
            }
            if order.status.is_done() {
                self.orders.remove(index);
                self.closed.remember(&order);
            } else if report.leaves_lots <= Lots::ZERO && self.route.is_up(order.gateway) {
                // The venue has ended it together with the trade, or says nothing about it.
                self.ask_status(now, index, outbox);
            }
            self.show_change(now, &order, before, outbox);
            return;
        }
        let Some(closed) = self.closed.find_order(correction.order) else { return };
        let before = closed.view();
        let mismatch = corrected(closed, change, report);
        let order = *closed;
        if mismatch {
            self.alarm(Alarm::FillMismatch(order.accepted), outbox);
        }
        if !order.status.is_done() && self.orders.has_room() {
            self.alarm(Alarm::OrderRevived(order.accepted), outbox);
            self.closed.forget(order.id);
            self.orders.insert(order);
            self.show_change(now, &order, before, outbox);
        }
    }
}
