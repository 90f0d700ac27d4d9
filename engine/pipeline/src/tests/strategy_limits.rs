//! Limits of a strategy's own, beside those of the account that it shares with another.

use super::*;
use crate::StrategyLimits;

/// A lot is 0.001 of what is traded.
const LOT: u64 = 100_000;

/// Ticks times lots are 0.0001 of money.
const VALUE: i128 = 10_000;

/// Two strategies of one account; the first has limits.
fn limited(limits: StrategyLimits) -> PipelineConfig {
    let strategy = |name| StrategyConfig::new(name, AccountId(0), GateMode::Auto);
    let first = StrategyConfig { limits, ..strategy("first") };
    PipelineConfig { strategies: vec![first, strategy("second")], ..config(GateMode::Auto) }
}

#[track_caller]
fn check_limited(limits: StrategyLimits, script: &str, expected: &str) {
    let mut runner = Runner::new(limited(limits));
    for step in ["up", "book 99 101", "live"].into_iter().chain(script.split(';')) {
        runner.step(step.trim());
    }
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(runner.transcript, lines, "\nafter: {script}");
}

#[test]
fn an_order_has_a_size_and_a_value() {
    check_limited(
        StrategyLimits { order_quantity_max: 3 * LOT + LOT / 2, ..StrategyLimits::NONE },
        "buy 98x4; buy 98x3; new 1; replace 1 97x4; 1 buy 98x4",
        "Reject 0.0 StrategyOrder
         New 1.0 Buy 3@98
         Reject 1.0 StrategyOrder
         New 2.0 Buy 4@98",
    );
    check_limited(
        StrategyLimits {
            order_value_max: gannet_types::Money(3 * 98 * VALUE),
            ..StrategyLimits::NONE
        },
        "buy 99x3; buy 98x3; 1 buy 99x3",
        "Reject 0.0 StrategyOrder
         New 1.0 Buy 3@98
         New 2.0 Buy 3@99",
    );
}

#[test]
fn its_own_position_is_limited_with_what_works() {
    check_limited(
        StrategyLimits { position_quantity_max: 5 * LOT, ..StrategyLimits::NONE },
        "1 buy 98x9; buy 98x3; new 2; buy 97x3; fill 2 3@98; buy 97x3; buy 96x2; new 3; replace 3 95x3;
         sell 102x9; sell 102x8",
        "New 1.0 Buy 9@98
         New 2.0 Buy 3@98
         Reject 0.0 StrategyPosition
         Position 3 realized 0
         Of strategy 0 3
         Reject 0.0 StrategyPosition
         New 3.0 Buy 2@96
         Reject 3.0 StrategyPosition
         Reject 0.0 StrategyPosition
         New 4.0 Sell 8@102",
    );
}

/// The other strategy has won as much as the first has lost: the account has lost nothing.
#[test]
fn a_day_of_losses_of_its_own_lets_it_reduce_only() {
    let limits =
        StrategyLimits { loss_per_day_max: gannet_types::Money(9 * VALUE), ..StrategyLimits::NONE };
    let mut config = limited(limits);
    config.status_interval = Nanos::from_millis(1);
    let mut runner = Runner::new(config);
    let steps = "up; book 99 101; live; buy 101x5; new 1; fill 1 5@101; 1 sell 99x5; new 2;
        fill 2 5@99; wait 2; buy 98x1; wait 2; top 98 100; wait 2; buy 97x1; 1 buy 96x1; sell 100x5;
        wait 86400000; top 98 100; live; wait 2; buy 97x1";
    for step in steps.split(';') {
        runner.step(step.trim());
    }
    let lines = runner.transcript.iter().map(String::as_str);
    let lines: Vec<_> = lines.filter(|line| !line.starts_with("Alarm NoAnswer")).collect();
    assert_eq!(
        lines,
        [
            "New 1.0 Buy 5@101",
            "Position 5 realized 0",
            "Of strategy 0 5",
            "New 2.0 Sell 5@99",
            "Position 0 realized -10",
            "Of strategy 1 -5",
            "New 3.0 Buy 1@98",
            "Reject 0.0 StrategyDailyLoss",
            "New 4.0 Buy 1@96",
            "New 5.0 Sell 5@100",
            "Status 3.0",
            "Status 4.0",
            "Status 5.0",
            "New 6.0 Buy 1@97",
        ]
    );
}

#[test]
fn so_many_orders_of_its_own_are_open() {
    check_limited(
        StrategyLimits { open_orders_max: 1, ..StrategyLimits::NONE },
        "1 buy 96x1; buy 98x1; new 2; buy 97x1; replace 2 97x2; 1 buy 95x1",
        "New 1.0 Buy 1@96
         New 2.0 Buy 1@98
         Reject 0.0 StrategyOpenOrders
         Replace 2.1 Buy 2@97
         New 3.0 Buy 1@95",
    );
}

#[test]
fn a_person_tightens_one_and_loosens_it_up_to_the_file() {
    check_limited(
        StrategyLimits { order_quantity_max: 5 * LOT, ..StrategyLimits::NONE },
        "limit strategy_order_quantity_max first 200000; buy 98x3; buy 98x2; 1 buy 98x3;
         limit strategy_order_quantity_max first 500001; limit strategy_order_quantity_max first 500000;
         buy 97x5; limit strategy_open_orders_max second 0; 1 buy 96x1;
         limit strategy_open_orders_max main 0; limit loss_per_day_max first 1",
        "Reject 0.0 StrategyOrder
         New 1.0 Buy 2@98
         New 2.0 Buy 3@98
         Reject 0.0 LimitRefused
         New 3.0 Buy 5@97
         Reject 0.0 StrategyOpenOrders
         Reject 0.0 LimitRefused
         Reject 0.0 LimitRefused",
    );
}

#[test]
fn a_panic_close_goes_around_them() {
    check_limited(
        StrategyLimits { order_quantity_max: 5 * LOT, ..StrategyLimits::NONE },
        "buy 100x5; new 1; fill 1 5@100; limit strategy_order_quantity_max first 100000; sell 102x2;
         close strategy 0; wait 1",
        "New 1.0 Buy 5@100
         Position 5 realized 0
         Of strategy 0 5
         Reject 0.0 StrategyOrder
         Alarm StrategyHalted 0
         New 2.0 Sell 5@90",
    );
}
