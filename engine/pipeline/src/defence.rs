//! What a strategy may have of what it wants, before anybody looks at risk: nobody enters twice who is
//! to enter once, and nobody turns a position over in one order where that is not possible.
//!
//! With `single_entry` there is one decision at a time: nothing new while an order is unanswered or waits
//! for a person. While the strategy has a position or an order in the instrument, only what reduces the
//! position is sent. There, and in a hedged account, an order against the position is cut to what is left
//! of it. What was sent a moment ago is refused for every strategy, by risk.

use gannet_types::{Lots, OrderStatus, RejectReason, Signal, SignalAction};

use crate::Pipeline;
use crate::strategy::{OrderView, Strategy};

impl<S: Strategy> Pipeline<S> {
    /// Returns how much of a wish is allowed; its strategy and instrument are configured.
    ///
    /// # Errors
    /// If nothing of it is.
    pub(crate) fn allow(&self, signal: &Signal) -> Result<Lots, RejectReason> {
        let Signal { strategy, instrument, side, lots, .. } = *signal;
        let is_single = self.config.strategies[usize::from(strategy.0)].single_entry;
        let is_hedged = self.config.account(self.config.account_of(strategy, instrument)).is_hedged;
        let opens = matches!(signal.action, SignalAction::Place | SignalAction::Work(_));
        if !is_single && !is_hedged || !opens {
            return Ok(lots);
        }
        if is_single && self.parents.has_any_of(strategy, instrument) {
            return Err(RejectReason::EntryActive);
        }
        let orders = self.orders.views(strategy, instrument);
        let unanswered = |order: &OrderView| order.status == OrderStatus::PendingNew;
        let is_decided =
            orders.iter().any(unanswered) || self.approvals.has_entry(strategy, instrument);
        if is_single && is_decided {
            return Err(RejectReason::DecisionPending);
        }
        let held = self.position_seen(strategy, instrument).lots;
        if side.signed(held) < Lots::ZERO {
            let leaving = orders.iter().filter(|order| order.side == side);
            let leaving =
                leaving.map(|order| order.remaining().lots.0).fold(0, i64::saturating_add);
            let left = Lots(held.abs().0.saturating_sub(leaving));
            let refused =
                if is_single { RejectReason::EntryActive } else { RejectReason::HedgedTurn };
            return if left > Lots::ZERO { Ok(lots.min(left)) } else { Err(refused) };
        }
        let has_entered = held != Lots::ZERO || !orders.is_empty();
        if is_single && has_entered { Err(RejectReason::EntryActive) } else { Ok(lots) }
    }
}
