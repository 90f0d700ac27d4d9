//! A clock that is set back: spans are neither cut short nor made longer by as much.

use crate::BreakerLimits;

use super::*;

/// Ten minutes have passed when a script begins.
#[track_caller]
fn check_clock(config: PipelineConfig, script: &str, expected: &str) {
    // A step makes every question due; none is asked here.
    let config = PipelineConfig { order_timeout: Nanos::from_millis(3_600_000), ..config };
    check_with(config, &format!("wait 600000; book 99 101; {script}"), expected);
}

#[test]
fn the_message_rate_holds_over_the_step_and_ends_with_the_window() {
    let mut config = config(GateMode::Auto);
    config.risk.messages_max = 2;
    check_clock(
        config,
        "buy 98x1; buy 97x1; back 500000; buy 96x1; wait 900; buy 95x1; wait 100; buy 94x1",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         Reject 0.0 MessageRate
         Reject 0.0 MessageRate
         New 3.0 Buy 1@94",
    );
}

#[test]
fn the_same_order_is_refused_for_its_window_and_no_longer() {
    check_clock(
        config(GateMode::Auto),
        "buy 98x1; back 500000; buy 98x1; wait 9; buy 98x1; wait 1; buy 98x1",
        "New 1.0 Buy 1@98
         Reject 0.0 Duplicate
         Reject 0.0 Duplicate
         New 2.0 Buy 1@98",
    );
}

#[test]
fn trades_are_as_frequent_as_they_may_be_and_no_more() {
    let mut config = config(GateMode::Auto);
    config.risk_setup.trades_per_window_max = 1;
    config.risk_setup.trade_window = Nanos::from_millis(2_000);
    check_clock(
        config,
        "buy 98x1; wait 1500; back 300000; buy 97x1; wait 500; buy 96x1",
        "New 1.0 Buy 1@98
         Reject 0.0 TradeFrequency
         New 2.0 Buy 1@96",
    );
}

#[test]
fn a_market_that_is_silent_is_stale_by_then() {
    let mut config = config(GateMode::Auto);
    config.risk.book_age_max = Nanos::from_millis(1_000);
    check_clock(
        config,
        "wait 600; back 500000; buy 98x1; wait 400; buy 97x1; wait 1; buy 96x1",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         Reject 0.0 StaleBook",
    );
}

#[test]
fn what_waits_for_a_person_expires_after_its_time() {
    check_clock(
        config(GateMode::Assisted),
        "buy 98x1; wait 600; back 500000; wait 399; wait 1",
        "Waiting 1
         Reject 1.0 ApprovalExpired",
    );
}

#[test]
fn a_breaker_opens_again_for_an_order_after_its_time() {
    let mut config = config(GateMode::Auto);
    config.routing.breaker =
        BreakerLimits { in_a_row: 1, open: Nanos::from_millis(5_000), ..BreakerLimits::OFF };
    check_clock(
        config,
        "buy 98x1; rejected 1; back 300000; book 99 101; buy 97x1; wait 5000; buy 96x1",
        "New 1.0 Buy 1@98
         Reject 1.0 Venue
         Alarm BreakerOpened 0
         Reject 0.0 BreakerOpen
         New 2.0 Buy 1@96",
    );
}

#[test]
fn a_panic_close_goes_on() {
    check_clock(
        config(GateMode::Auto),
        "buy 101x3; fill 1 3@101; close; wait 1; new 2; back 500000; canceled 2; wait 200",
        "New 1.0 Buy 3@101
         Position 3 realized 0
         Alarm InstrumentHalted 0
         New 2.0 Sell 3@90
         New 3.0 Sell 3@90",
    );
}
