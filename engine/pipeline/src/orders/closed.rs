//! Orders that are done, remembered for a while: the venue may repeat itself, or be late.

use gannet_types::{
    ExecKind, ExecutionReport, InstrumentId, Lots, OrderId, OrderStatus, Side, Ticks,
};

use super::Order;
use super::transition::{Fill, take_fill};

/// An order is remembered until one this many ids younger is done.
const CLOSED_MEMORY: usize = 1024;

/// What must be known of an order that is done.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ClosedOrder {
    id: OrderId,
    pub(crate) instrument: InstrumentId,
    pub(crate) side: Side,
    price: Ticks,
    ceiling: Lots,
    cum_lots: Lots,
    refused: bool,
}

impl ClosedOrder {
    /// Returns whether the report says that an order works which was taken for refused.
    pub(crate) fn is_contradicted_by(&self, report: &ExecutionReport) -> bool {
        let works = matches!(report.kind, ExecKind::New | ExecKind::Replaced | ExecKind::Status);
        self.refused && works
    }

    /// Takes a late report: a cum higher than known traded after all.
    pub(crate) fn apply(&mut self, report: &ExecutionReport) -> Option<Fill> {
        take_fill(&mut self.cum_lots, self.ceiling, self.price, report).0
    }
}

/// The last orders that were done.
pub(crate) struct ClosedOrders {
    slots: Vec<Option<ClosedOrder>>,
}

impl ClosedOrders {
    pub(crate) fn new() -> Self {
        Self { slots: vec![None; CLOSED_MEMORY] }
    }

    pub(crate) fn remember(&mut self, order: &Order) {
        self.slots[slot(order.id)] = Some(ClosedOrder {
            id: order.id,
            instrument: order.instrument,
            side: order.side,
            price: order.price,
            ceiling: order.ceiling(),
            cum_lots: order.cum_lots,
            refused: order.status == OrderStatus::Rejected,
        });
    }

    /// Returns the order a report is about.
    pub(crate) fn find(&mut self, report: &ExecutionReport) -> Option<&mut ClosedOrder> {
        let id = report.client_order_id.order();
        let found = self.slots[slot(id)].as_mut().filter(|closed| closed.id == id)?;
        let other = report.kind == ExecKind::Trade
            && (report.instrument, report.side) != (found.instrument, found.side);
        (!other).then_some(found)
    }
}

fn slot(id: OrderId) -> usize {
    (id.0 % CLOSED_MEMORY as u64) as usize
}
