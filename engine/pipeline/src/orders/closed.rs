//! Orders that are done, remembered for a while: the venue may repeat itself, be late, or take a
//! trade back.

use gannet_types::{ExecKind, ExecutionReport, Lots, OrderId, OrderStatus};

use super::Order;
use super::transition::take_fill;

/// An order is remembered until one this many ids younger is done.
const CLOSED_MEMORY: usize = 1024;

/// The last orders that were done.
pub(crate) struct ClosedOrders {
    slots: Vec<Option<Order>>,
}

impl ClosedOrders {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; CLOSED_MEMORY] }
    }

    pub(crate) fn remember(&mut self, order: &Order) {
        self.slots[slot(order.id)] = Some(*order);
    }

    /// Returns the order a report is about.
    pub(crate) fn find(&mut self, report: &ExecutionReport) -> Option<&mut Order> {
        let found = self.find_order(report.client_order_id.order())?;
        let other = report.kind == ExecKind::Trade
            && (report.instrument, report.side) != (found.instrument, found.side);
        (!other).then_some(found)
    }

    /// Returns an order by its id.
    pub(crate) fn find_order(&mut self, id: OrderId) -> Option<&mut Order> {
        self.slots[slot(id)].as_mut().filter(|closed| closed.id == id)
    }

    /// Forgets an order that is open again.
    pub(crate) fn forget(&mut self, id: OrderId) {
        let slot = &mut self.slots[slot(id)];
        if slot.is_some_and(|closed| closed.id == id) {
            *slot = None;
        }
    }
}

/// Returns whether the report says that an order works which was taken for refused.
pub(crate) fn is_contradicted(closed: &Order, report: &ExecutionReport) -> bool {
    let works = matches!(
        report.kind,
        ExecKind::New | ExecKind::Replaced | ExecKind::Status | ExecKind::Triggered
    );
    closed.status == OrderStatus::Rejected && works
}

/// Takes what a late report tells to have traded after all; returns the lots that are new.
pub(crate) fn take_late(closed: &mut Order, report: &ExecutionReport) -> Lots {
    let ceiling = closed.ceiling();
    take_fill(&mut closed.cum_lots, ceiling, report).0
}

fn slot(id: OrderId) -> usize {
    (id.0 % CLOSED_MEMORY as u64) as usize
}
