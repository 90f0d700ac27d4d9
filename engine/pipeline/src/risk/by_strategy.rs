//! The limits of each strategy: how much of what its account may do is its own to do.
//!
//! They come after the checks of the account, on what the strategy itself holds and has open. What
//! only makes its own position smaller passes its daily loss. A strategy without limits costs one
//! load and one branch.
//!
//! Hot: called per order of a strategy that has limits.

use gannet_types::{
    Instrument, InstrumentId, LimitKind, Lots, Money, MoneyScale, Nanos, Notional, RejectReason,
    StrategyId,
};

use super::account::AccountRisk;
use super::checks::{Check, refuse_if};
use super::limits::{AccountLimits, StrategyLimits};
use super::proposal::Proposal;

/// What a quantity of one is.
const ONE: i128 = 100_000_000;

/// The strategies, each with what it may do and what it has lost.
pub(crate) struct StrategyRisks {
    strategies: Vec<StrategyRisk>,
    instruments: usize,
    /// By strategy, then instrument: its quantities in lots.
    lots: Vec<LotLimits>,
}

struct StrategyRisk {
    limits: StrategyLimits,
    /// Whether there is any limit.
    is_limited: bool,
    /// Its own profit, by day.
    profit: AccountRisk,
}

#[derive(Clone, Copy)]
struct LotLimits {
    order: Lots,
    position: Lots,
}

/// What a strategy has, when an order of it is to be sent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StrategyFacts {
    /// Its own position, counted in the direction of the order.
    pub(crate) position: i128,
    /// What its other orders on the same side may still trade.
    pub(crate) working: i128,
    /// Its open orders, everywhere.
    pub(crate) open_orders: usize,
    pub(crate) scale: MoneyScale,
}

impl StrategyRisks {
    pub(crate) fn new(
        limits: impl IntoIterator<Item = StrategyLimits>,
        instruments: &[Instrument],
    ) -> Self {
        let risk = |limits: StrategyLimits| {
            let profit = AccountRisk::new(AccountLimits::NONE);
            StrategyRisk { limits, is_limited: false, profit }
        };
        let strategies: Vec<_> = limits.into_iter().map(risk).collect();
        let unlimited = LotLimits { order: Lots(i64::MAX), position: Lots(i64::MAX) };
        let lots = vec![unlimited; strategies.len() * instruments.len()];
        let mut risks = Self { strategies, instruments: instruments.len(), lots };
        for index in 0..risks.strategies.len() {
            risks.take(index, instruments);
        }
        risks
    }

    /// Returns whether a strategy has any limit of its own.
    #[inline]
    pub(crate) fn is_limited(&self, strategy: StrategyId) -> bool {
        self.strategies[usize::from(strategy.0)].is_limited
    }

    /// Returns whether somebody wants to know what a strategy has earned.
    pub(crate) fn counts_loss(&self, strategy: StrategyId) -> bool {
        self.strategies[usize::from(strategy.0)].limits.loss_per_day_max != Money::MAX
    }

    /// Sets a limit of a strategy that is configured.
    pub(crate) fn set(
        &mut self,
        strategy: StrategyId,
        limit: LimitKind,
        value: u64,
        instruments: &[Instrument],
    ) {
        let index = usize::from(strategy.0);
        self.strategies[index].limits.set(limit, value);
        self.take(index, instruments);
    }

    /// Takes what a strategy has earned in all, if all it holds has a price.
    pub(crate) fn on_profit(&mut self, now: Nanos, strategy: StrategyId, profit: Option<Money>) {
        let own = &mut self.strategies[usize::from(strategy.0)].profit;
        match profit {
            Some(profit) => {
                let halt = own.on_profit(now, profit);
                assert!(halt.is_none(), "a strategy has no limit that halts");
            }
            None => own.on_unpriced(),
        }
    }

    /// Passes a proposal through the checks of its strategy.
    pub(crate) fn check(&self, now: Nanos, proposal: &Proposal, facts: &StrategyFacts) -> Check {
        let index = usize::from(proposal.strategy.0);
        let StrategyRisk { limits, profit, .. } = &self.strategies[index];
        let lots = self.lots(index, proposal.shape.instrument);
        order(limits, lots, proposal, facts)?;
        position(lots, proposal, facts)?;
        refuse_if(
            profit.block(now).is_some() && !reduces(proposal, facts),
            RejectReason::StrategyDailyLoss,
        )?;
        open_orders(limits, proposal, facts)
    }

    fn lots(&self, strategy: usize, instrument: InstrumentId) -> LotLimits {
        self.lots[strategy * self.instruments + usize::from(instrument.0)]
    }

    /// Draws the conclusions from a strategy's limits.
    fn take(&mut self, index: usize, instruments: &[Instrument]) {
        let StrategyRisk { limits, is_limited, profit } = &mut self.strategies[index];
        *is_limited = *limits != StrategyLimits::NONE;
        profit.set_loss_per_day(limits.loss_per_day_max);
        for (instrument, lots) in instruments.iter().zip(&mut self.lots[index * self.instruments..])
        {
            lots.order = in_lots(limits.order_quantity_max, instrument);
            lots.position = in_lots(limits.position_quantity_max, instrument);
        }
    }
}

/// The lots of a quantity, rounded down: a limit is never exceeded.
fn in_lots(quantity: u64, instrument: &Instrument) -> Lots {
    let (lot, decimals) = instrument.lot.parts();
    if quantity == u64::MAX {
        return Lots(i64::MAX);
    }
    let scaled = i128::from(quantity).checked_mul(10_i128.pow(u32::from(decimals)));
    let lots = scaled.map(|scaled| scaled / i128::from(lot) / ONE);
    Lots(lots.and_then(|lots| i64::try_from(lots).ok()).unwrap_or(i64::MAX))
}

fn order(
    limits: &StrategyLimits,
    lots: LotLimits,
    proposal: &Proposal,
    facts: &StrategyFacts,
) -> Check {
    let shape = &proposal.shape;
    let value = facts.scale.money(Notional::of(shape.price, shape.lots));
    let large = shape.lots > lots.order || value > limits.order_value_max;
    refuse_if(large, RejectReason::StrategyOrder)
}

fn position(lots: LotLimits, proposal: &Proposal, facts: &StrategyFacts) -> Check {
    let worst = facts.position + added(proposal, facts);
    refuse_if(worst > i128::from(lots.position.0), RejectReason::StrategyPosition)
}

fn open_orders(limits: &StrategyLimits, proposal: &Proposal, facts: &StrategyFacts) -> Check {
    let max = usize::try_from(limits.open_orders_max).unwrap_or(usize::MAX);
    let full = proposal.is_new && facts.open_orders >= max;
    refuse_if(full, RejectReason::StrategyOpenOrders)
}

/// Whether the order can only make the strategy's own position smaller.
fn reduces(proposal: &Proposal, facts: &StrategyFacts) -> bool {
    -facts.position >= added(proposal, facts)
}

fn added(proposal: &Proposal, facts: &StrategyFacts) -> i128 {
    let rest = i128::from(proposal.shape.lots.0) - i128::from(proposal.cum_lots.0);
    facts.working + rest
}

#[cfg(test)]
mod tests {
    use gannet_types::{Increment, Text};

    use super::*;

    #[test]
    fn quantities_are_rounded_down_to_lots() {
        let instrument = |lot: &[u8]| Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: Increment::parse(b"0.1").expect("a step"),
            lot: Increment::parse(lot).expect("a step"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        for (quantity, lot, lots) in [
            (ONE as u64, "0.001", 1_000),
            (199_999_999, "1", 1),
            (199_999_999, "5", 0),
            (100_000_000_000, "5", 200),
            (1, "0.000000001", 10),
            (u64::MAX, "5", i64::MAX),
            (u64::MAX - 1, "0.000000000000000001", i64::MAX),
        ] {
            assert_eq!(in_lots(quantity, &instrument(lot.as_bytes())), Lots(lots), "{quantity}");
        }
    }
}
