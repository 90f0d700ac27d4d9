//! The venue's names of our open orders, for brokers that want them in every cancel.
//!
//! They are learned from reports. After a restart the pipeline asks about each open order before
//! it touches any, so that a name is here before it is needed.

use gannet_types::{ExecKind, ExecutionReport, Lots, OrderId, VenueId};

/// Twice what a pipeline can hold open.
const NAMES_MAX: usize = 256;

/// The names, newest last.
#[derive(Clone, Debug)]
pub(super) struct VenueIds {
    names: Vec<(OrderId, VenueId)>,
}

impl VenueIds {
    pub(super) fn new() -> Self {
        Self { names: Vec::with_capacity(NAMES_MAX) }
    }

    /// Learns from a report; forgets an order that is done.
    pub(super) fn learn(&mut self, report: &ExecutionReport) {
        let order = report.client_order_id.order();
        let known = self.names.iter().position(|(known, _)| *known == order);
        let ends = match report.kind {
            ExecKind::Canceled | ExecKind::Rejected | ExecKind::Expired => true,
            ExecKind::Trade => report.leaves_lots <= Lots::ZERO,
            _ => false,
        };
        match known {
            Some(index) if ends => {
                self.names.swap_remove(index);
            }
            Some(index) if !report.venue_order_id.is_empty() => {
                self.names[index].1 = report.venue_order_id;
            }
            None if !ends && !report.venue_order_id.is_empty() => {
                if self.names.len() == NAMES_MAX {
                    self.names.remove(0);
                }
                self.names.push((order, report.venue_order_id));
            }
            Some(_) | None => {}
        }
    }

    /// Returns the venue's name of an order.
    pub(super) fn get(&self, order: OrderId) -> Option<&VenueId> {
        self.names.iter().find(|(known, _)| *known == order).map(|(_, name)| name)
    }
}
