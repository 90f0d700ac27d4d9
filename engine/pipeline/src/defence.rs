//! What keeps a strategy with `single_entry` from entering an instrument twice.
//!
//! One decision at a time: nothing new while an order is unanswered or waits for a person. One entry:
//! while the strategy has a position or an order there, only what reduces its position is sent, and
//! not more than it holds. What was sent a moment ago is refused for every strategy, by risk.

use gannet_types::{Lots, OrderStatus, RejectReason, Signal, SignalAction};

use crate::Pipeline;
use crate::strategy::{OrderView, Strategy};

impl<S: Strategy> Pipeline<S> {
    /// Judges a new order; the strategy and the instrument are configured.
    ///
    /// # Errors
    /// If it is not this strategy's time.
    pub(crate) fn defend(&self, signal: &Signal) -> Result<(), RejectReason> {
        let (strategy, instrument) = (signal.strategy, signal.instrument);
        let single = self.config.strategies[usize::from(strategy.0)].single_entry;
        if !single || signal.action != SignalAction::Place {
            return Ok(());
        }
        let orders = self.orders.views(strategy, instrument);
        let unanswered = |order: &OrderView| order.status == OrderStatus::PendingNew;
        if orders.iter().any(unanswered) || self.approvals.has_entry(strategy, instrument) {
            return Err(RejectReason::DecisionPending);
        }
        let held = self.holdings.share(strategy, instrument).lots;
        let same_side = orders.iter().filter(|order| order.side == signal.side);
        let leaving = same_side.map(|order| order.remaining().lots.0);
        let leaving = leaving.fold(signal.lots.0, i64::saturating_add);
        let reduces = signal.side.signed(held) < Lots::ZERO && leaving <= held.abs().0;
        let free = if held == Lots::ZERO { orders.is_empty() } else { reduces };
        if free { Ok(()) } else { Err(RejectReason::EntryActive) }
    }
}
