//! What risk stops on its own: losses of the account, own orders in the way, a thin book.

use gannet_types::Money;

use super::*;

/// Money of one tick times one lot of the scripts' instrument.
const UNIT: i128 = 10_000;

fn watchful() -> PipelineConfig {
    PipelineConfig { status_interval: Nanos::from_millis(100), ..config(GateMode::Auto) }
}

#[test]
fn losses_in_a_row_halt_until_a_person_resets() {
    let mut strict = config(GateMode::Auto);
    strict.accounts[0].limits.losses_in_a_row_max = 2;
    check_with(
        strict,
        "buy 101x1; fill 1 1@101; sell 99x1; fill 2 1@99 sell; buy 100x1; fill 3 1@100; buy 98x1;
         new 4; wait 10; sell 99x1; fill 5 1@99 sell; buy 97x1; wait 1; canceled 4; reset; buy 97x1",
        "New 1.0 Buy 1@101
         Position 1 realized 0
         New 2.0 Sell 1@99
         Position 0 realized -2
         New 3.0 Buy 1@100
         Position 1 realized -2
         New 4.0 Buy 1@98
         New 5.0 Sell 1@99
         Position 0 realized -3
         Shown Buy 1@97
         Reject 0.0 LossesInARow
         Alarm Halted LossesInARow
         Cancel 4.1
         New 6.0 Buy 1@97",
    );
}

#[test]
fn a_profit_between_losses_ends_the_row() {
    let mut strict = config(GateMode::Auto);
    strict.accounts[0].limits.losses_in_a_row_max = 2;
    check_with(
        strict,
        "buy 101x1; fill 1 1@101; sell 99x1; fill 2 1@99 sell; buy 100x1; fill 3 1@100; sell 101x1;
         fill 4 1@101 sell; buy 99x1; fill 5 1@99; sell 98x1; fill 6 1@98 sell; wait 1; buy 97x1",
        "New 1.0 Buy 1@101
         Position 1 realized 0
         New 2.0 Sell 1@99
         Position 0 realized -2
         New 3.0 Buy 1@100
         Position 1 realized -2
         New 4.0 Sell 1@101
         Position 0 realized -1
         New 5.0 Buy 1@99
         Position 1 realized -1
         New 6.0 Sell 1@98
         Position 0 realized -2
         New 7.0 Buy 1@97",
    );
}

#[test]
fn a_drawdown_halts_and_even_reducing_waits_for_a_person() {
    let mut strict = watchful();
    strict.accounts[0].limits.drawdown_max = Money(15 * UNIT);
    check_with(
        strict,
        "buy 101x10; fill 1 10@101; buy 95x1; new 2; wait 100; top 98 100; wait 100; sell 98x10;
         canceled 2; reset; wait 100; sell 98x10",
        "New 1.0 Buy 10@101
         Position 10 realized 0
         New 2.0 Buy 1@95
         Alarm Halted Drawdown
         Cancel 2.1
         Shown Sell 10@98
         Reject 0.0 Drawdown
         New 3.0 Sell 10@98",
    );
}

#[test]
fn a_lost_day_lets_positions_be_reduced() {
    let mut strict = watchful();
    strict.accounts[0].limits.loss_per_day_max = Money(15 * UNIT);
    check_with(
        strict,
        "buy 101x10; fill 1 10@101; top 98 100; wait 100; buy 98x1; sell 99x4; sell 100x7",
        "New 1.0 Buy 10@101
         Position 10 realized 0
         Reject 0.0 DailyLoss
         New 2.0 Sell 4@99
         Reject 0.0 DailyLoss",
    );
}

#[test]
fn a_day_has_so_many_orders() {
    let mut strict = config(GateMode::Auto);
    strict.accounts[0].limits.orders_per_day_max = 2;
    check_with(
        strict,
        "buy 98x1; buy 97x1; new 2; buy 96x1; cancel 2; wait 86400000; book 99 101; buy 96x1",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         Reject 0.0 OrdersPerDay
         Cancel 2.1
         Alarm NoAnswer 1.0
         Status 1.0
         Alarm NoAnswer 2.1
         Status 2.0
         New 3.0 Buy 1@96",
    );
}

#[test]
fn an_order_does_not_meet_our_own() {
    check_with(
        config(GateMode::Auto),
        "sell 101x1; new 1; buy 100x1; buy 101x1; new 2; replace 2 101x1; sell 100x1; cancel 1;
         canceled 1; buy 101x1",
        "New 1.0 Sell 1@101
         New 2.0 Buy 1@100
         Reject 0.0 SelfTrade
         Reject 2.0 SelfTrade
         Reject 0.0 SelfTrade
         Cancel 1.1
         New 3.0 Buy 1@101",
    );
}

#[test]
fn what_takes_too_dear_is_refused() {
    let mut strict = config(GateMode::Auto);
    strict.risk.slippage_ppm_max = 9_999;
    check_with(
        strict,
        "buy 100x1; buy 101x1; book 99 100; buy 100x2",
        "New 1.0 Buy 1@100
         Reject 0.0 Liquidity
         New 2.0 Buy 2@100",
    );
}

#[test]
fn open_orders_of_an_instrument_and_gross_exposure_are_limited() {
    let mut strict = config(GateMode::Auto);
    strict.risk.open_orders_per_instrument_max = 1;
    strict.accounts[0].limits.gross_exposure_max = Money(1_000 * UNIT);
    check_with(
        strict,
        "buy 100x11; buy 101x10; buy 100x10; sell 102x1; new 1",
        "Reject 0.0 OrderSize
         Reject 0.0 GrossExposure
         New 1.0 Buy 10@100
         Reject 0.0 OpenOrdersOfInstrument",
    );
}

#[test]
fn a_liquidation_is_booked_once_and_halts() {
    check(
        "auto",
        "buy 100x5; new 1; fill 1 5@100 id E1; buy 98x1; new 2; \
         fill 0 5@90 sell id L1 liquidated; fill 0 5@90 sell id L1 liquidated; canceled 2; \
         buy 97x1; reset; buy 96x1",
        "New 1.0 Buy 5@100
         Position 5 realized 0
         New 2.0 Buy 1@98
         Position 0 realized -50
         Alarm Halted Liquidated
         Cancel 2.1
         Shown Buy 1@97
         Reject 0.0 Liquidated
         New 3.0 Buy 1@96",
    );
}

#[test]
fn a_liquidation_that_cannot_be_is_an_alarm() {
    check(
        "auto",
        "fill 0 5@0 sell id L1 liquidated; fill 0 5@90 sell liquidated",
        "Alarm UnknownExecution 0.0
         Alarm UnknownExecution 0.0",
    );
}

#[test]
fn what_the_venue_has_halted_gets_no_order_until_it_trades_again() {
    check(
        "auto",
        "buy 100x3; new 1; fill 1 3@100; buy 98x1; new 2; halted; buy 97x1; sell 102x3; replace 2 97x1;
         cancel 2; stale; live; book 99 101; start; up; status 2 unknown; book 99 101; live; sell 102x3;
         trading; sell 102x3",
        "New 1.0 Buy 3@100
         Position 3 realized 0
         New 2.0 Buy 1@98
         Reject 0.0 HaltedByVenue
         Reject 0.0 HaltedByVenue
         Reject 2.0 HaltedByVenue
         Cancel 2.1
         Status 2.0
         Cancel 2.2
         Reject 0.0 HaltedByVenue
         New 3.0 Sell 3@102",
    );
}

#[test]
fn a_close_waits_for_the_end_of_a_halt_and_a_person_may_know_better() {
    check(
        "auto",
        "buy 100x3; new 1; fill 1 3@100; halted; close; wait 1; wait 1000; book 99 101; trading; wait 200",
        "New 1.0 Buy 3@100
         Position 3 realized 0
         Alarm InstrumentHalted 0
         New 2.0 Sell 3@90",
    );
    check(
        "auto",
        "halted; buy 98x1; resume; buy 98x1",
        "Reject 0.0 HaltedByVenue\n New 1.0 Buy 1@98",
    );
}
