//! Reduce-only orders: what may only make a position smaller.
//!
//! Such an order is measured by the position of its strategy, less what other orders of the strategy on
//! the same side may still trade: risk refuses what is larger than that, so none of them can open a
//! position or turn one over in our books, whatever trades first. Of a pair, one of which ends the other,
//! only the larger counts.
//!
//! The venue is told where the account's position is the strategy's, or where it keeps sides apart; an
//! account that several strategies net in may be flat while one of them has something to close, and there
//! the word would be about another position than ours.

use gannet_types::{
    ExecutionReport, InstrumentId, Lots, OrderTerms, PositionEffect, Side, StrategyId,
};

use crate::Pipeline;
use crate::orders::Order;
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Returns how much orders of a side may still take from a strategy's position. `spared` of what
    /// works there does not count: what is replaced, and the other one of a pair.
    pub(crate) fn reducible(
        &self,
        (strategy, instrument): (StrategyId, InstrumentId),
        side: Side,
        spared: Lots,
    ) -> Lots {
        let held = self.holdings.share(strategy, instrument).lots;
        let against = i128::from(side.opposite().signed(held).0);
        let same = |order: &&Order| {
            (order.strategy, order.instrument, order.side) == (strategy, instrument, side)
        };
        let working = self.orders.open().iter().filter(same);
        let working: i128 = working.map(|order| i128::from(order.exposure().0)).sum();
        let left = against - (working - i128::from(spared.0)).max(0);
        Lots(i64::try_from(left).unwrap_or(i64::MAX)).max(Lots::ZERO)
    }

    /// Returns the terms of an order as its venue is told them.
    #[inline]
    pub(crate) fn told(&self, order: &Order, terms: OrderTerms) -> OrderTerms {
        let position_effect = self.position_effect(order);
        let is_hedged = position_effect != PositionEffect::None;
        if !is_hedged && terms == OrderTerms::PLAIN {
            return terms;
        }
        let is_theirs = if is_hedged {
            order.closes
        } else {
            self.holdings.is_alone(order.strategy, order.instrument)
        };
        let reduce_only = terms.reduce_only && is_theirs;
        OrderTerms { position_effect, reduce_only, ..terms.told() }
    }

    /// Returns whether the venue has booked a trade of an order to another side of its hedged account
    /// than the order was for: a person must look.
    #[inline]
    pub(crate) fn is_of_other_side(&self, order: &Order, report: &ExecutionReport) -> bool {
        let (said, ours) = (report.position_effect, self.position_effect(order));
        said != PositionEffect::None && ours != PositionEffect::None && said != ours
    }

    /// What an order does to a side of its account.
    #[inline]
    fn position_effect(&self, order: &Order) -> PositionEffect {
        match (self.config.account(order.account).is_hedged, order.closes) {
            (false, _) => PositionEffect::None,
            (true, false) => PositionEffect::Open,
            (true, true) => PositionEffect::Close,
        }
    }
}
