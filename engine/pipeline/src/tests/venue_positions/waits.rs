//! New positions wait until what is held has been compared.

use super::*;

/// After a second without a comparison `trades` decides.
fn waiting(trades: bool) -> PipelineConfig {
    let mut config = asking(true);
    config.position_check.timeout = Nanos::SECOND;
    config.position_check.trades_unknown = trades;
    config
}

#[test]
fn nothing_new_is_opened_before_the_first_comparison() {
    check_asking(
        waiting(false),
        "buy 98x1; flat; buy 98x1",
        "Positions 1.0
         Reject 0.0 PositionsNotCompared
         New 2.0 Buy 1@98",
    );
}

#[test]
fn after_a_reconnect_what_reduces_and_cancels_passes_and_nothing_else() {
    check_asking(
        waiting(false),
        "flat; buy 100x3; new 2; fill 2 3@100; buy 98x1; new 3; down; up; status 3; wait 1; buy 97x1;
         replace 3 97x1; sell 102x3; cancel 3; held 3; buy 96x1",
        "Positions 1.0
         New 2.0 Buy 3@100
         Position 3 realized 0
         New 3.0 Buy 1@98
         Alarm GatewayDown
         Status 3.0
         Positions 4.0
         Reject 0.0 PositionsNotCompared
         Reject 3.0 PositionsNotCompared
         New 5.0 Sell 3@102
         Cancel 3.1
         New 6.0 Buy 1@96",
    );
}

#[test]
fn a_difference_is_waited_for_until_it_is_known() {
    check_asking(
        waiting(false),
        "held 4; buy 98x1; wait 100; held 4; buy 98x1",
        "Positions 1.0
         Reject 0.0 PositionsNotCompared
         Positions 2.0
         Alarm PositionDiffers 0 4
         Adjustment 4 for 400
         Position 4 realized 0
         New 3.0 Buy 1@98",
    );
}

/// Later differences are looked into while trading goes on.
#[test]
fn once_compared_a_difference_stops_nothing() {
    check_asking(
        waiting(false),
        "flat; wait 300; held 4; buy 98x1",
        "Positions 1.0\n Positions 2.0\n New 3.0 Buy 1@98",
    );
}

#[test]
fn a_broker_that_does_not_answer_is_asked_on_and_waited_for_as_configured() {
    let silence =
        "wait 99; wait 1; wait 1; wait 99; wait 100; wait 600; buy 98x1; wait 100; buy 98x1";
    let said = "Positions 1.0
         Alarm PositionsNotTold 0
         Positions 2.0
         Positions 3.0
         Reject 0.0 PositionsNotCompared";
    check_asking(
        waiting(false),
        &format!("{silence}; wait 100; held 0; buy 97x1"),
        &format!("{said}\n Reject 0.0 PositionsNotCompared\n Positions 4.0\n New 5.0 Buy 1@97"),
    );
    check_asking(waiting(true), silence, &format!("{said}\n New 4.0 Buy 1@98"));
}

#[test]
fn a_broker_that_refuses_is_waited_for_as_configured() {
    let script = "refuse; buy 98x1; wait 999; wait 1; buy 98x1";
    let said = "Positions 1.0\n Alarm PositionsRefused 0\n Reject 0.0 PositionsNotCompared
        Alarm PositionsNotTold 0\n";
    check_asking(waiting(false), script, &format!("{said} Reject 0.0 PositionsNotCompared"));
    check_asking(waiting(true), script, &format!("{said} New 2.0 Buy 1@98"));
}

#[test]
fn a_start_begins_to_wait_anew() {
    check_asking(
        waiting(false),
        "flat; start; up; book 99 101; live; wait 1; buy 98x1; flat; buy 98x1",
        "Positions 1.0
         Positions 2.0
         Reject 0.0 PositionsNotCompared
         New 3.0 Buy 1@98",
    );
}

#[test]
fn accounts_that_are_not_compared_do_not_wait_nor_those_that_trade_at_once() {
    let mut config = waiting(false);
    config.position_check.interval = Nanos::ZERO;
    check_asking(config, "buy 98x1", "New 1.0 Buy 1@98");
    let mut config = waiting(true);
    config.position_check.timeout = Nanos::ZERO;
    check_asking(config, "buy 98x1; wait 10", "Positions 1.0\n New 2.0 Buy 1@98");
}
