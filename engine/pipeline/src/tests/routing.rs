//! Which gateway carries an order, told as scripts: fees, speed, refusals, breakers and fail-over.

use crate::{BreakerLimits, GatewayFees, GatewayList};

use super::*;

/// Three simulated gateways, all for the one account, in this order.
pub(super) fn three(routing: RoutingConfig) -> PipelineConfig {
    let mut config = config(GateMode::Auto);
    config.gateways = vec![GatewayConfig::new(true, Capabilities::BASIC); 3];
    config.accounts[0].gateways =
        GatewayList::new(&[0, 1, 2].map(GatewayId)).expect("three gateways");
    config.routing = routing;
    config.risk.duplicate_window = Nanos::from_millis(1_000);
    config
}

const BREAKING: RoutingConfig = RoutingConfig {
    breaker: BreakerLimits {
        in_a_row: 2,
        in_window: 3,
        window: Nanos(10 * Nanos::SECOND.0),
        open: Nanos(5 * Nanos::SECOND.0),
    },
    ..RoutingConfig::PLAIN
};

#[track_caller]
fn check_three(routing: RoutingConfig, script: &str, expected: &str) {
    check_with(three(routing), script, expected);
}

#[test]
fn the_first_that_is_ready_carries_what_costs_the_same_everywhere() {
    check_three(
        RoutingConfig::PLAIN,
        "up 1; buy 98x1; down; buy 98x2; down 1; buy 98x3; up 2; buy 98x4",
        "New 1.0 Buy 1@98
         Alarm GatewayDown
         New 2.0 Buy 2@98 via 1
         Alarm GatewayDown
         Reject 0.0 GatewayDown
         New 3.0 Buy 4@98 via 2",
    );
}

#[test]
fn an_order_stays_with_its_gateway() {
    check_three(
        RoutingConfig::PLAIN,
        "down; up 1; buy 98x1; new 1; up; replace 1 97x1; replaced 1; cancel 1; canceled 1; buy 98x2",
        "New 1.0 Buy 1@98 via 1
         Replace 1.1 Buy 1@97 via 1
         Cancel 1.2 via 1
         New 2.0 Buy 2@98",
    );
}

#[test]
fn a_successor_goes_where_its_forerunner_was() {
    let mut config = three(RoutingConfig::PLAIN);
    config.gateways[1].capabilities.replace = false;
    check_with(
        config,
        "down; up 1; buy 98x2; new 1; up; replace 1 97x2; canceled 1",
        "New 1.0 Buy 2@98 via 1
         Cancel 1.1 via 1
         New 2.0 Buy 2@97 via 1",
    );
}

#[test]
fn fees_decide_and_by_whether_the_order_takes() {
    let mut config = three(RoutingConfig::PLAIN);
    config.gateways[0].fees = GatewayFees { maker_ppm: 20, taker_ppm: 50 };
    config.gateways[1].fees = GatewayFees { maker_ppm: -5, taker_ppm: 80 };
    config.gateways[2].fees = GatewayFees { maker_ppm: 20, taker_ppm: 40 };
    check_with(
        config,
        "up 1; up 2; buy 98x1; buy 101x1; down 2; buy 101x2",
        "New 1.0 Buy 1@98 via 1
         New 2.0 Buy 1@101 via 2
         Alarm GatewayDown
         New 3.0 Buy 2@101",
    );
}

#[test]
fn a_broker_without_such_orders_is_passed_over() {
    let mut config = three(RoutingConfig::PLAIN);
    config.gateways[0].capabilities = Capabilities::BASIC.with_order_types(&[OrderType::Market]);
    check_with(
        config,
        "up 1; buy 98x1; down 1; buy 98x2",
        "New 1.0 Buy 1@98 via 1
         Alarm GatewayDown
         Reject 0.0 GatewayDown",
    );
}

#[test]
fn the_faster_one_is_found_and_what_was_measured_is_forgotten() {
    let routing = RoutingConfig {
        latency_ppb_per_ms: 100,
        measure_age_max: Nanos(60 * Nanos::SECOND.0),
        ..RoutingConfig::PLAIN
    };
    // Each unknown one is tried by one order, a second one does not wait for the first.
    check_three(
        routing,
        "up 1; buy 98x1; buy 98x2; wait 9; new 2; wait 20; new 1; buy 97x1; wait 8; new 3;
         wait 60000; top 99 101; buy 97x2; canceled 1; buy 97x3",
        "New 1.0 Buy 1@98
         New 2.0 Buy 2@98 via 1
         New 3.0 Buy 1@97 via 1
         New 4.0 Buy 2@97
         New 5.0 Buy 3@97 via 1",
    );
}

#[test]
fn refusals_count_against_a_gateway() {
    let routing = RoutingConfig { refusal_ppb_per_percent: 1_000, ..RoutingConfig::PLAIN };
    check_three(
        routing,
        "up 1; buy 98x1; rejected 1; buy 98x2; new 2; buy 98x3; new 3",
        "New 1.0 Buy 1@98
         Reject 1.0 Venue
         New 2.0 Buy 2@98 via 1
         New 3.0 Buy 3@98 via 1",
    );
}

#[test]
fn a_gateway_that_keeps_failing_is_left_alone_then_tried_by_one_order() {
    check_three(
        BREAKING,
        "buy 98x1; rejected 1; buy 98x2; rejected 2; buy 98x3; wait 5000; buy 98x4; buy 98x5;
         rejected 3; buy 98x6; wait 5000; buy 98x7; new 4; buy 98x8; rejected 5; buy 98x9",
        "New 1.0 Buy 1@98
         Reject 1.0 Venue
         New 2.0 Buy 2@98
         Reject 2.0 Venue
         Alarm BreakerOpened 0
         Reject 0.0 BreakerOpen
         New 3.0 Buy 4@98
         Reject 0.0 BreakerOpen
         Reject 3.0 Venue
         Alarm BreakerOpened 0
         Reject 0.0 BreakerOpen
         New 4.0 Buy 7@98
         Alarm BreakerClosed 0
         New 5.0 Buy 8@98
         Reject 5.0 Venue
         New 6.0 Buy 9@98",
    );
}

#[test]
fn silence_and_failures_apart_open_it_too_but_the_market_does_not() {
    check_three(
        BREAKING,
        "buy 98x1; wait 100; new 1; buy 98x2; wait 100; new 2; buy 98x3; rejected 3 would_take;
         buy 98x4; rejected 4; up 1; buy 98x5",
        "New 1.0 Buy 1@98
         Alarm NoAnswer 1.0
         Status 1.0
         New 2.0 Buy 2@98
         Alarm NoAnswer 2.0
         Status 2.0
         New 3.0 Buy 3@98
         Reject 3.0 WouldTake
         New 4.0 Buy 4@98
         Reject 4.0 Venue
         Alarm BreakerOpened 0
         New 5.0 Buy 5@98 via 1",
    );
}

#[test]
fn a_panic_close_does_not_ask_the_breaker() {
    let mut config = three(BREAKING);
    config.gateways.truncate(1);
    config.accounts[0].gateways = GatewayList::only(GatewayId(0));
    check_with(
        config,
        "buy 101x2; fill 1 2@101; buy 98x1; rejected 2; buy 98x2; rejected 3; buy 98x3; close;
         wait 1000; fill 4 2@99",
        "New 1.0 Buy 2@101
         Position 2 realized 0
         New 2.0 Buy 1@98
         Reject 2.0 Venue
         New 3.0 Buy 2@98
         Reject 3.0 Venue
         Alarm BreakerOpened 0
         Reject 0.0 BreakerOpen
         Alarm InstrumentHalted 0
         New 4.0 Sell 2@90
         Position 0 realized -4",
    );
}

#[test]
fn what_never_left_goes_to_the_next_gateway_once_each() {
    check_three(
        RoutingConfig::PLAIN,
        "up 1; up 2; buy 98x1; unsent 1 full; unsent 2 full; unsent 3 full; buy 97x1; unsent 4 full; new 5",
        "New 1.0 Buy 1@98
         Reject 1.0 NotSent
         New 2.0 Buy 1@98 via 1
         Reject 2.0 NotSent
         New 3.0 Buy 1@98 via 2
         Reject 3.0 NotSent
         New 4.0 Buy 1@97
         Reject 4.0 NotSent
         New 5.0 Buy 1@97 via 1",
    );
}

#[test]
fn what_fails_over_passes_risk_again() {
    check_three(
        RoutingConfig::PLAIN,
        "up 1; buy 98x1; kill; unsent 1 full",
        "New 1.0 Buy 1@98
         Alarm Killed
         Reject 1.0 NotSent",
    );
    check_three(
        RoutingConfig::PLAIN,
        "up 1; buy 98x1; stale; unsent 1 full",
        "New 1.0 Buy 1@98
         Reject 1.0 NotSent
         Reject 1.0 StaleBook",
    );
}

#[test]
fn what_may_have_left_is_never_sent_elsewhere() {
    // Refused by the venue, lost in a crash, asked about, in doubt behind a lost connection.
    check_three(
        RoutingConfig::PLAIN,
        "up 1; buy 98x1; rejected 1; buy 98x2; unsent 2 crash; buy 98x3; wait 100; unsent 3 full;
         down; wait 1000; up; rejected 3 unknown",
        "New 1.0 Buy 1@98
         Reject 1.0 Venue
         New 2.0 Buy 2@98
         Reject 2.0 NotSent
         New 3.0 Buy 3@98
         Alarm NoAnswer 3.0
         Status 3.0
         Alarm GatewayDown
         Status 3.0
         Reject 3.0 UnknownOrder",
    );
}

#[test]
fn an_unsent_cancel_is_no_reason_to_go_elsewhere() {
    check_three(
        RoutingConfig::PLAIN,
        "up 1; buy 98x1; new 1; cancel 1; unsent 1 full; cancel 1",
        "New 1.0 Buy 1@98
         Cancel 1.1
         Reject 1.1 NotSent
         Cancel 1.2",
    );
}

#[test]
fn the_strategy_sees_the_new_order_with_the_end_of_the_old() {
    let mut runner = Runner::new(three(RoutingConfig::PLAIN));
    for step in ["up", "up 1", "book 99 101", "live", "buy 98x1", "unsent 1 full"] {
        runner.step(step);
    }
    let told = runner.pipeline.strategy.events.last().expect("it was told");
    assert_eq!(told, "1 Rejected of 1", "one that ended, one that is open");
}

#[test]
fn a_mass_cancel_refused_by_one_of_two_is_known_as_such() {
    let mut config = three(RoutingConfig::PLAIN);
    for gateway in &mut config.gateways {
        gateway.capabilities.mass_cancel = true;
    }
    check_with(
        config,
        "up 1; buy 98x1; new 1; buy 98x2; new 2; down; buy 97x1; new 3; buy 97x2; up; status 1; status 2; new 4;
         cancel_all; refused 5",
        "New 1.0 Buy 1@98
         New 2.0 Buy 2@98
         Alarm GatewayDown
         New 3.0 Buy 1@97 via 1
         New 4.0 Buy 2@97 via 1
         Status 1.0
         Status 2.0
         MassCancel 5.0
         MassCancel 6.0 via 1
         Cancel 1.1
         Cancel 2.1",
    );
}
