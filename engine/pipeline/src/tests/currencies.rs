//! An instrument that is quoted in another currency than the account's.

use gannet_types::{CurrencyId, Money, Rate};

use super::*;
use crate::Currencies;

/// Money of one tick times one lot of the scripts' instrument.
const UNIT: i128 = 10_000;

fn foreign(rate: &str) -> PipelineConfig {
    let rates = vec![Rate::parse(rate.as_bytes()).expect("a rate")];
    let currencies = Currencies { quoted: vec![CurrencyId(1)], rates };
    PipelineConfig {
        currencies,
        status_interval: Nanos::from_millis(100),
        ..config(GateMode::Auto)
    }
}

#[test]
fn exposure_is_limited_in_the_accounts_currency() {
    let mut strict = foreign("0.5");
    strict.accounts[0].limits.gross_exposure_max = Money(500 * UNIT);
    check_with(
        strict,
        "buy 100x10; canceled 1; rate 1 51 2; buy 100x10; rate 2 1 0; rate 1 49 2; wait 20; buy 100x10",
        "New 1.0 Buy 10@100
         Reject 0.0 GrossExposure
         New 2.0 Buy 10@100",
    );
}

#[test]
fn a_rate_alone_can_bring_an_account_down() {
    let mut strict = foreign("1");
    strict.accounts[0].limits.drawdown_max = Money(20 * UNIT);
    // Ten lots lose 15 units; at three for one that is 45 of the account's.
    check_with(
        strict,
        "buy 101x10; fill 1 10@101; top 99 101; wait 100; wait 100; rate 1 3 0; wait 100; sell 99x10",
        "New 1.0 Buy 10@101
         Position 10 realized 0
         Alarm Halted Drawdown
         Shown Sell 10@99
         Reject 0.0 Drawdown",
    );
}
