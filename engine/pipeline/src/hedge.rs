//! Hedged accounts: long and short sides of an instrument are kept apart.
//!
//! Each strategy of such an account is on one side at a time, and each of its orders either opens
//! or closes: an order against what the strategy holds closes it, and must not be larger than what
//! other orders leave to close; any other order opens, and must not stand against another that
//! opens. Risk looks at the side that an order is about.

use gannet_types::{AccountId, InstrumentId, Lots, OrderId, RejectReason, Side, StrategyId};

use crate::Pipeline;
use crate::orders::{Order, Working};
use crate::positions::Held;
use crate::strategy::Strategy;

/// What risk looks at: the position that an order changes, and what else may change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Leg {
    pub(crate) position: Lots,
    pub(crate) working: Lots,
    pub(crate) working_other_side: Lots,
}

impl Leg {
    /// The whole of a netted account.
    #[inline]
    pub(crate) fn netted(held: &Held, working: &Working, side: Side) -> Self {
        Self {
            position: held.position.lots,
            working: working.opening(side),
            working_other_side: working.opening(side.opposite()),
        }
    }

    /// The long or the short side of a hedged account.
    pub(crate) fn side(held: &Held, working: &Working, side: Side, closes: bool) -> Self {
        let position = if is_long(side, closes) { held.long } else { -held.short };
        let (opening, closing) = if closes {
            (working.opening(side.opposite()), working.closing(side))
        } else {
            (working.opening(side), working.closing(side.opposite()))
        };
        let (working, working_other_side) =
            if closes { (closing, opening) } else { (opening, closing) };
        Self { position, working, working_other_side }
    }
}

/// Returns whether an order is about the long side of a hedged account.
pub(crate) fn is_long(side: Side, closes: bool) -> bool {
    (side == Side::Buy) != closes
}

impl<S: Strategy> Pipeline<S> {
    /// Returns whether a new order, or one that replaces `replaced`, closes a side of its hedged
    /// account; of a netted account none does.
    ///
    /// # Errors
    /// If it would do both, or is about another side than the strategy's.
    pub(crate) fn judge_side(
        &self,
        (strategy, account): (StrategyId, AccountId),
        (instrument, side, lots): (InstrumentId, Side, Lots),
        replaced: Option<OrderId>,
    ) -> Result<bool, RejectReason> {
        if !self.config.account(account).is_hedged {
            return Ok(false);
        }
        let held = self.holdings.share(strategy, instrument).lots;
        let own = |order: &&Order| {
            (order.strategy, order.instrument) == (strategy, instrument)
                && Some(order.id) != replaced
        };
        let mut others = self.orders.open().iter().filter(own);
        if held.0.signum() == -side.signed(Lots(1)).0 {
            let closing = others.filter(|order| order.side == side).map(|order| order.exposure().0);
            let closing = closing.fold(lots.0, i64::saturating_add);
            return if closing <= held.abs().0 { Ok(true) } else { Err(RejectReason::HedgedTurn) };
        }
        let against = others.any(|order| order.side != side && !order.closes);
        if against { Err(RejectReason::HedgedTurn) } else { Ok(false) }
    }
}
