//! An inverse contract in a whole pipeline: what it costs, what limits it, and how it is closed.

use gannet_types::{CurrencyId, InstrumentKind, Money, Rate, Valuation};
use proptest::prelude::{any, prop, prop_assert, proptest};

use super::*;
use crate::{Currencies, PortfolioLimits};

/// Units of notional that a lot has at a price of one tick.
const K: i128 = Valuation::INVERSE_UNITS as i128;

/// A coin is worth 50; a lot is 100 of the quote currency, which at 100 ticks of a half are two coins.
fn inverse() -> PipelineConfig {
    let mut config = config(GateMode::Auto);
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    let contract = Rate::parse(b"100").expect("a contract");
    (config.instruments[0].tick, config.instruments[0].lot) = (step(b"0.5"), step(b"1"));
    config.instruments[0].kind = InstrumentKind::Inverse { contract };
    config.currencies = Currencies {
        quoted: vec![CurrencyId(1)],
        rates: vec![Rate::parse(b"50").expect("a rate")],
    };
    config.limits[0].order_notional_max = Notional(K / 10);
    config.limits[0].loss_max = Notional(K);
    config
}

fn money(whole: i128) -> Money {
    Money(whole * 100_000_000)
}

#[test]
fn an_order_is_worth_most_where_it_is_cheapest() {
    // Ten lots at the mid of 100, wherever above it the limit stands; at 99 they are more coins.
    check_with(
        inverse(),
        "buy 101x10; canceled 1; sell 99x10; buy 99x10; buy 99x9; canceled 2; sell 102x10",
        "New 1.0 Buy 10@101
         Reject 0.0 OrderNotional
         Reject 0.0 OrderNotional
         New 2.0 Buy 9@99
         New 3.0 Sell 10@102",
    );
}

#[test]
fn its_exposure_is_coins_at_their_rate() {
    // Ten lots are 20 coins of 50.
    let mut strict = inverse();
    strict.accounts[0].limits.gross_exposure_max = money(1_000);
    check_with(
        strict,
        "buy 100x10; canceled 1; rate 1 501 1; buy 100x10; rate 1 50 0; sell 100x10; buy 100x1",
        "New 1.0 Buy 10@100
         Reject 0.0 GrossExposure
         New 2.0 Sell 10@100
         Reject 0.0 SelfTrade",
    );
    let mut long = inverse();
    let net = PortfolioLimits { net_exposure_max: money(1_000), ..PortfolioLimits::NONE };
    long.accounts[0].limits.portfolio = net;
    check_with(
        long,
        "buy 100x10; fill 1 10@100; buy 99x1; sell 101x10; sell 102x10; sell 103x1",
        "New 1.0 Buy 10@100
         Position 10 realized 0
         Reject 0.0 NetExposure
         New 2.0 Sell 10@101
         New 3.0 Sell 10@102
         Reject 0.0 NetExposure",
    );
}

#[test]
fn a_buyer_loses_more_coins_in_a_fall_than_the_price_falls() {
    // A move of a fifth costs who buys a quarter of the coins, and who sells no more than a fifth.
    let portfolio = PortfolioLimits {
        capital: money(1_000),
        worst_move_ppm: 200_000,
        trade_risk_ppm_max: 200_000,
        ..PortfolioLimits::NONE
    };
    let mut strict = inverse();
    strict.accounts[0].limits.portfolio = portfolio;
    check_with(
        strict,
        "buy 100x10; buy 100x9; buy 100x8; canceled 1; sell 100x10",
        "Reject 0.0 TradeRisk
         Reject 0.0 TradeRisk
         New 1.0 Buy 8@100
         New 2.0 Sell 10@100",
    );
}

#[test]
fn a_fall_of_the_price_is_a_fall_of_the_account() {
    // From 101 to 98, 1 / 98 - 1 / 101 of 10 lots of 200 coins at a tick: 0.6062 coins of 50 are 30.3.
    let fallen = |drawdown: i128, halted: &str| {
        let mut strict = PipelineConfig { status_interval: Nanos::from_millis(100), ..inverse() };
        strict.accounts[0].limits.drawdown_max = Money(drawdown * 10_000_000);
        let expected = format!("New 1.0 Buy 10@101\nPosition 10 realized 0\n{halted}");
        check_with(strict, "buy 101x10; fill 1 10@101; top 97 99; wait 100; wait 100", &expected);
    };
    fallen(303, "Alarm Halted Drawdown");
    fallen(304, "");
}

#[test]
fn a_close_is_as_large_as_coins_allow_and_realizes_coins() {
    let mut small = inverse();
    small.order_timeout = Nanos::from_millis(60_000);
    // Three lots at 90, which is as low as a close may sell.
    small.limits[0].order_notional_max = Notional(3 * K / 90 + 1);
    let earned = |parts: &[(i128, i128)]| -> i128 {
        // Bought at 101: each part costs its share of that rounded up, and brings coins back.
        let cost = -(3 * K / 101 + 2 * K / 101);
        let mut left = (cost, 5);
        let mut realized = 0;
        for &(lots, price) in parts {
            let share = -(-left.0 * lots / left.1);
            left = (left.0 - share, left.1 - lots);
            realized -= (K * lots + price - 1) / price + share;
        }
        realized
    };
    check_with(
        small,
        "buy 101x3; fill 1 3@101; buy 101x2; fill 2 2@101; close_all; wait 300; new 3; fill 3 3@99; wait 300;
         fill 4 2@98",
        &format!(
            "New 1.0 Buy 3@101
             Position 3 realized 0
             New 2.0 Buy 2@101
             Position 5 realized 0
             Alarm Killed
             New 3.0 Sell 3@90
             Position 2 realized {}
             New 4.0 Sell 2@90
             Position 0 realized {}",
            earned(&[(3, 99)]),
            earned(&[(3, 99), (2, 98)]),
        ),
    );
}

#[test]
fn a_correction_builds_the_same_coins_again() {
    let position = |script: &str| {
        let mut runner = Runner::new(inverse());
        for step in format!("up; book 99 101; live; {script}").split(';') {
            runner.step(step.trim());
        }
        runner.pipeline.position(InstrumentId(0)).expect("configured")
    };
    let told = position(
        "buy 101x4; fill 1 4@97 id A; sell 99x9; fill 2 9@99 sell id B; correct 2 9@98 ref B sell id C",
    );
    let once = position("buy 101x4; fill 1 4@97 id A; sell 99x9; fill 2 9@98 sell id B");
    assert_eq!(told, once);
    assert_eq!(told.lots, Lots(-5));
    let cost =
        Valuation::Inverse.cost(Ticks(97), Lots(4)) + Valuation::Inverse.cost(Ticks(98), Lots(-9));
    assert_eq!(told.cost - told.realized, cost);
}

proptest! {
    /// Whatever is sent and filled, coins at the mid stay within the limit.
    #[test]
    fn no_order_goes_over_the_gross_limit(
        acts in prop::collection::vec((any::<bool>(), any::<bool>(), 97_i64..104, 1_i64..9), 1..60),
    ) {
        let mut strict = inverse();
        strict.accounts[0].limits.gross_exposure_max = money(900);
        let mut runner = Runner::new(strict);
        for step in ["up", "book 99 101", "live"] {
            runner.step(step);
        }
        for (buys, fills, price, lots) in acts {
            let side = if buys { "buy" } else { "sell" };
            runner.step(&format!("{side} {price}x{lots}"));
            runner.step("wait 11");
            let last = runner.pipeline.open_orders().last().copied();
            if let Some(order) = last.filter(|_| fills) {
                let side = if order.side == Side::Sell { " sell" } else { "" };
                let (id, rest, price) = (order.id.0, order.lots.0, order.price.0);
                runner.step(&format!("fill {id} {rest}@{price}{side}"));
            }
            let position = runner.pipeline.position(InstrumentId(0)).expect("configured").lots.0;
            let open = |side| -> i64 {
                let those = runner.pipeline.open_orders().filter(|order| order.side == side);
                those.map(|order| order.exposure().0).sum()
            };
            // A lot is two coins of 50: nine are 900.
            let worst = (position + open(Side::Buy)).max(open(Side::Sell) - position);
            prop_assert!(worst <= 9, "{worst}");
        }
    }
}
