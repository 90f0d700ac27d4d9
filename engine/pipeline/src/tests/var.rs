//! Value at risk in a whole pipeline: bars measure, orders are refused until they have, and then
//! for what they could lose.

use gannet_types::{BarKind, Money};

use crate::risk::VarConfig;

use super::*;

fn measured(limit: impl FnOnce(&mut crate::PortfolioLimits)) -> PipelineConfig {
    let bar = BarKind::Tick(1);
    let mut strict = config(GateMode::Auto);
    strict.bars = vec![bar];
    strict.risk_setup.var = Some(VarConfig {
        bar,
        returns: 100,
        returns_min: 2,
        quantile_ppm: 990_000,
        deviations_ppm: 2_000_000,
        decay_ppm: 940_000,
        horizon_ppm: 1_000_000,
    });
    limit(&mut strict.accounts[0].limits.portfolio);
    strict
}

/// Trades at 100, 101 and 100 tell a fall of 0.99 percent and a rise of one.
#[test]
fn a_quantile_of_returns_limits_positions() {
    check_with(
        measured(|limits| limits.historical_var_max = Money(50_000)),
        "buy 100x1; trade 100x1; wait 20; buy 100x1; trade 101x1; trade 100x1; buy 100x6; buy 100x5;
         sell 101x6; sell 102x4; fill 1 5@100; sell 103x6; sell 103x5",
        "Reject 0.0 HistoricalVar
         Bar 100x1
         Reject 0.0 HistoricalVar
         Bar 101x1
         Bar 100x1
         Reject 0.0 HistoricalVar
         New 1.0 Buy 5@100
         Reject 0.0 HistoricalVar
         New 2.0 Sell 4@102
         Position 5 realized 0
         Reject 0.0 HistoricalVar
         New 3.0 Sell 5@103",
    );
}

/// A deviation of about one percent, twice.
#[test]
fn a_multiple_of_the_deviation_limits_positions() {
    check_with(
        measured(|limits| limits.parametric_var_max = Money(100_000)),
        "buy 100x1; trade 100x1; trade 101x1; trade 100x1; buy 100x6; buy 100x5; fill 1 5@100;
         sell 100x10; sell 101x1",
        "Reject 0.0 ParametricVar
         Bar 100x1
         Bar 101x1
         Bar 100x1
         Reject 0.0 ParametricVar
         New 1.0 Buy 5@100
         Position 5 realized 0
         New 2.0 Sell 10@100
         Reject 0.0 ParametricVar",
    );
}
