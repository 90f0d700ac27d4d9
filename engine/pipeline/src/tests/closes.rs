//! One instrument stopped, positions closed in a panic, and automation that runs out.

use super::*;

/// Orders of at most three lots.
fn small() -> PipelineConfig {
    let mut config = config(GateMode::Auto);
    config.limits[0].order_lots_max = Lots(3);
    config.order_timeout = Nanos::from_millis(60_000);
    config
}

#[test]
fn a_close_cancels_then_sells_what_is_held_in_parts_until_it_is_flat() {
    check_with(
        small(),
        "buy 101x3; fill 1 3@101; buy 101x2; fill 2 2@101; buy 98x1; new 3; close_all; wait 1;
         canceled 3; wait 1; new 4; fill 4 3@99; wait 300; new 5; fill 5 1@98; canceled 5; wait 300;
         fill 6 1@98; wait 1000; buy 98x1",
        "New 1.0 Buy 3@101
         Position 3 realized 0
         New 2.0 Buy 2@101
         Position 5 realized 0
         New 3.0 Buy 1@98
         Alarm Killed
         Cancel 3.1
         New 4.0 Sell 3@90
         Position 2 realized -6
         New 5.0 Sell 2@90
         Position 1 realized -9
         New 6.0 Sell 1@90
         Position 0 realized -12
         Shown Buy 1@98
         Reject 0.0 KillSwitch",
    );
}

#[test]
fn a_close_passes_the_kill_switch_and_every_loss_but_no_dead_gateway_and_no_dead_market() {
    let mut strict = small();
    strict.limits[0].loss_max = Notional(0);
    strict.accounts[0].limits.losses_in_a_row_max = 1;
    check_with(
        strict,
        "sell 99x2; fill 1 2@99 sell; kill; book 104 106; buy 105x1; stale; close_all; wait 300; live; book 104 106; wait 300;
         fill 2 1@106; canceled 2; down; wait 300; up; wait 300; fill 3 1@106; wait 300",
        "New 1.0 Sell 2@99
         Position -2 realized 0
         Alarm Killed
         Shown Buy 1@105
         Reject 0.0 KillSwitch
         New 2.0 Buy 2@115
         Position -1 realized -7
         New 3.0 Buy 1@115
         Position 0 realized -14
         Alarm Halted LossesInARow",
    );
}

#[test]
fn a_reset_ends_a_close() {
    check_with(
        small(),
        "buy 101x3; fill 1 3@101; close_all; wait 1; new 2; canceled 2; reset; wait 500; buy 98x1",
        "New 1.0 Buy 3@101
         Position 3 realized 0
         Alarm Killed
         New 2.0 Sell 3@90
         New 3.0 Buy 1@98",
    );
}

#[test]
fn one_instrument_is_halted_closed_and_resumed() {
    check_with(
        small(),
        "buy 101x1; fill 1 1@101; buy 98x1; new 2; halt; halt; buy 97x1; canceled 2; wait 300; close; wait 1;
         fill 3 1@99; wait 300; buy 97x1; resume; buy 97x1",
        "New 1.0 Buy 1@101
         Position 1 realized 0
         New 2.0 Buy 1@98
         Alarm InstrumentHalted 0
         Cancel 2.1
         Shown Buy 1@97
         Reject 0.0 InstrumentHalted
         New 3.0 Sell 1@90
         Position 0 realized -2
         Shown Buy 1@97
         Reject 0.0 InstrumentHalted
         New 4.0 Buy 1@97",
    );
}

#[test]
fn what_waits_for_approval_is_refused_by_a_halt() {
    let mut config = small();
    config.strategies[0].gate_mode = GateMode::Assisted;
    check_with(
        config,
        "buy 98x1; halt; approve 1; buy 98x1; resume; buy 98x1",
        "Waiting 1
         Alarm InstrumentHalted 0
         Reject 1.0 InstrumentHalted
         Reject 0.0 UnknownOrder
         Shown Buy 1@98
         Reject 0.0 InstrumentHalted
         Waiting 2",
    );
}

#[test]
fn automation_ends_after_as_many_orders_as_are_allowed_until_a_person_arms() {
    let mut config = small();
    config.strategies[0].automated_orders_max = 2;
    check_with(
        config,
        "buy 98x1; new 1; buy 97x1; new 2; buy 96x1; replace 1 97x2; replaced 1; cancel 2; canceled 2; arm; buy 96x1; buy 95x1; new 3; new 4; buy 95x2",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         Alarm NotArmed
         Shown Buy 1@96
         Reject 0.0 NotArmed
         Replace 1.1 Buy 2@97
         Cancel 2.1
         New 3.0 Buy 1@96
         New 4.0 Buy 1@95
         Alarm NotArmed
         Shown Buy 2@95
         Reject 0.0 NotArmed",
    );
}

#[test]
fn what_a_person_approves_is_not_automated() {
    let mut config = small();
    config.strategies[0].automated_orders_max = 1;
    config.strategies[0].gate_mode = GateMode::Assisted;
    check_with(
        config,
        "buy 98x1; approve 1; new 1; buy 97x1; approve 2; new 2; mode auto; buy 96x1; new 3; buy 95x1",
        "Waiting 1
         New 1.0 Buy 1@98
         Waiting 2
         New 2.0 Buy 1@97
         New 3.0 Buy 1@96
         Alarm NotArmed
         Shown Buy 1@95
         Reject 0.0 NotArmed",
    );
}
