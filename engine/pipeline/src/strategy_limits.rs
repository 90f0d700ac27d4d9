//! What a strategy itself holds, has open and has earned, for the limits of its own.

use gannet_types::{AccountId, InstrumentId, Money, Nanos, RejectReason, StrategyId};

use crate::Pipeline;
use crate::facts::Wanted;
use crate::risk::{Proposal, StrategyFacts};
use crate::strategy::Strategy;

impl<S: Strategy> Pipeline<S> {
    /// Passes a proposal through the limits of its strategy. A panic close goes around them: it is
    /// not the strategy that trades.
    #[inline]
    pub(crate) fn check_strategy(
        &self,
        now: Nanos,
        proposal: &Proposal,
        wanted: &Wanted,
    ) -> Result<(), RejectReason> {
        if !self.strategy_risks.is_limited(proposal.strategy) || wanted.in_panic {
            return Ok(());
        }
        self.strategy_risks.check(now, proposal, &self.strategy_facts(proposal, wanted))
    }

    #[inline(never)]
    fn strategy_facts(&self, proposal: &Proposal, wanted: &Wanted) -> StrategyFacts {
        let (strategy, shape) = (proposal.strategy, &proposal.shape);
        let (instrument, side) = (shape.instrument, shape.side);
        let own = || self.orders.open().iter().filter(|order| order.strategy == strategy);
        let same = own().filter(|order| (order.instrument, order.side) == (instrument, side));
        let working: i128 = same.map(|order| i128::from(order.exposure().0)).sum();
        let held = self.holdings.share(strategy, instrument).lots;
        StrategyFacts {
            position: i128::from(side.signed(held).0),
            working: working - i128::from(wanted.replaced.0),
            open_orders: own().count(),
            scale: self.desks[usize::from(instrument.0)].scale,
        }
    }

    /// Judges the profit of each strategy whose losses are limited.
    pub(crate) fn judge_strategies(&mut self, now: Nanos) {
        for index in 0..self.config.strategies.len() {
            let strategy = StrategyId(index as u8);
            if self.strategy_risks.counts_loss(strategy) {
                let profit = self.strategy_profit(strategy);
                self.strategy_risks.on_profit(now, strategy, profit);
            }
        }
    }

    /// The profit of a strategy, if all it holds has a price.
    fn strategy_profit(&self, strategy: StrategyId) -> Option<Money> {
        let accounts = (0..self.config.accounts.len()).map(|index| AccountId(index as u16));
        let traded = accounts.flat_map(|account| {
            let own = move |it: &InstrumentId| self.config.account_of(strategy, *it) == account;
            self.holdings.touched(account).iter().copied().filter(own)
        });
        let mut profits = traded.map(|instrument| {
            self.profit_of(self.holdings.share(strategy, instrument), instrument)
        });
        profits.try_fold(Money::ZERO, |sum, profit| Some(sum.plus(profit?)))
    }
}
