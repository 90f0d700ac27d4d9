//! Accounts that keep long and short apart. Account 0 has strategies 0 and 1.

use gannet_types::Money;

use super::*;

/// Money of one tick times one lot of the scripts' instrument.
const UNIT: i128 = 10_000;

fn hedged() -> PipelineConfig {
    let mut config = several(GateMode::Auto, 1);
    config.accounts[0].is_hedged = true;
    config
}

#[test]
fn sides_are_kept_apart_and_limited_each() {
    let mut config = hedged();
    config.limits[0].position_lots_max = Lots(3);
    check_with(
        config,
        "buy 101x3; fill 1 3@101; 1 sell 99x3; fill 2 3@99 sell; buy 98x1; 1 sell 103x1; sell 103x2; new 3;
         1 buy 97x1",
        "New 1.0 Buy 3@101
         Position 3 realized 0
         Of strategy 0 3
         New 2.0 Sell 3@99
         Position 0 realized 0
         Of strategy 1 -3
         Reject 0.0 PositionLimit
         Reject 0.0 PositionLimit
         New 3.0 Sell 2@103
         New 4.0 Buy 1@97",
    );
}

#[test]
fn an_order_opens_or_closes_and_is_cut_to_what_is_left() {
    check_with(
        hedged(),
        "buy 101x2; fill 1 2@101; sell 103x1; sell 104x2; sell 105x1; new 2; new 3; replace 3 104x2;
         fill 2 1@103; buy 98x1; fill 3 1@104; new 4; fill 4 1@98; 1 buy 97x1; 1 sell 105x1",
        "New 1.0 Buy 2@101
         Position 2 realized 0
         Of strategy 0 2
         New 2.0 Sell 1@103
         New 3.0 Sell 1@104
         Shown Sell 1@105
         Reject 0.0 HedgedTurn
         Reject 3.0 HedgedTurn
         Position 1 realized 2
         Of strategy 0 1
         New 4.0 Buy 1@98
         Position 0 realized 5
         Of strategy 0 0
         Position 1 realized 5
         Of strategy 0 1
         New 5.0 Buy 1@97
         Reject 0.0 HedgedTurn",
    );
}

#[test]
fn both_sides_are_exposed() {
    let mut netted = hedged();
    netted.accounts[0].limits.gross_exposure_max = Money(600 * UNIT);
    netted.accounts[0].is_hedged = false;
    let mut apart = netted.clone();
    apart.accounts[0].is_hedged = true;
    let script =
        "buy 101x3; fill 1 3@101; 1 sell 99x2; fill 2 2@99 sell; 1 sell 98x2; fill 3 2@99 sell";
    let begin = "New 1.0 Buy 3@101
         Position 3 realized 0
         Of strategy 0 3
         New 2.0 Sell 2@99
         Position 1 realized -4
         Of strategy 1 -2";
    check_with(
        netted,
        script,
        &format!(
            "{begin}
             New 3.0 Sell 2@98
             Position -1 realized -6
             Of strategy 1 -4"
        ),
    );
    let begin = begin.replace("realized -4", "realized 0");
    check_with(
        apart,
        script,
        &format!(
            "{begin}
             Reject 0.0 GrossExposure
             Alarm UnknownExecution 3.0"
        ),
    );
}

#[test]
fn a_trade_taken_back_leaves_the_other_side_alone() {
    check_with(
        hedged(),
        "buy 101x3; fill 1 3@101 id A; 1 sell 99x2; fill 2 2@99 sell id B; bust 1 ref A; bust 2 ref B sell",
        "New 1.0 Buy 3@101
         Position 3 realized 0
         Of strategy 0 3
         New 2.0 Sell 2@99
         Position 1 realized 0
         Of strategy 1 -2
         Alarm TradeCorrected 1.0
         Position -2 realized 0
         Of strategy 0 0
         Alarm TradeCorrected 2.0
         Position 0 realized 0
         Of strategy 1 0",
    );
}
