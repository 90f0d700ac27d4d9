//! What the pipeline does, story by story.

use super::*;

#[test]
fn a_round_trip() {
    check(
        "auto",
        "buy 100x2; new 1; fill 1 1@100; fill 1 1@99; sell 101x2; new 2; fill 2 2@101 sell",
        "New 1.0 Buy 2@100
         Position 1 realized 0
         Position 2 realized 0
         New 2.0 Sell 2@101
         Position 0 realized 3",
    );
}

#[test]
fn gate_modes() {
    check("manual", "buy 100x1", "Shown Buy 1@100");
    check("paper", "buy 100x1", "New 1.0 Buy 1@100");
    let mut real = config(GateMode::Paper);
    real.accounts[0] = AccountConfig::new("main", GatewayId(1));
    check_with(real, "buy 100x1", "Shown Buy 1@100\n Reject 0.0 GateClosed");
    check("auto", "buy 100x1; new 1; mode manual; cancel 1", "New 1.0 Buy 1@100\n Cancel 1.1");
}

#[test]
fn a_person_approves() {
    check(
        "assisted",
        "buy 100x1; buy 100x1; sell 101x2; approve 1; approve 1; decline 2; new 1;
         replace 1 98x1; approve 1; approve 9",
        "Waiting 1
         Shown Buy 1@100
         Reject 0.0 Duplicate
         Waiting 2
         New 1.0 Buy 1@100
         Reject 0.0 UnknownOrder
         Reject 2.0 Declined
         Waiting 1
         Replace 1.1 Buy 1@98
         Reject 0.0 UnknownOrder",
    );
    check(
        "assisted",
        "buy 100x1; wait 999; wait 1; approve 1",
        "Waiting 1\n Reject 1.0 ApprovalExpired\n Reject 0.0 UnknownOrder",
    );
    check("assisted", "buy 100x1; mode auto", "Waiting 1\n Reject 1.0 GateClosed");
    check(
        "assisted",
        "buy 100x1; stale; approve 1; buy 100x1; kill; buy 100x1",
        "Waiting 1
         Reject 1.0 StaleBook
         Waiting 2
         Alarm Killed
         Reject 2.0 KillSwitch
         Shown Buy 1@100
         Reject 0.0 KillSwitch",
    );
}

#[test]
fn kill_cancels_and_refuses_until_reset() {
    check(
        "auto",
        "buy 100x1; new 1; buy 98x2; kill; sell 101x1; new 2; canceled 1; canceled 2; reset;
         sell 101x1",
        "New 1.0 Buy 1@100
         New 2.0 Buy 2@98
         Alarm Killed
         Cancel 1.1
         Shown Sell 1@101
         Reject 0.0 KillSwitch
         Cancel 2.1
         New 3.0 Sell 1@101",
    );
}

#[test]
fn cancel_all_cancels_and_goes_on() {
    check(
        "auto",
        "buy 100x1; new 1; buy 98x2; cancel_all; new 2; canceled 1; canceled 2; sell 101x1",
        "New 1.0 Buy 1@100
         New 2.0 Buy 2@98
         Cancel 1.1
         Cancel 2.1
         New 3.0 Sell 1@101",
    );
}

#[test]
fn what_is_open_at_one_gateway_is_cancelled_there_only() {
    check(
        "auto",
        "buy 100x1; new 1; cancel_gateway 1; cancel_gateway 0; canceled 1; sell 101x1",
        "New 1.0 Buy 1@100
         Cancel 1.1
         New 2.0 Sell 1@101",
    );
}

#[test]
fn an_order_that_survives_the_kill_is_cancelled_again() {
    check(
        "auto",
        "buy 100x1; new 1; kill; refused 1; wait 99; wait 1; refused 1 late; status 1; wait 100",
        "New 1.0 Buy 1@100
         Alarm Killed
         Cancel 1.1
         Reject 1.1 Venue
         Cancel 1.2
         Reject 1.2 TooLate
         Status 1.0
         Cancel 1.3",
    );
}

#[test]
fn drain_cancels_and_a_new_start_trades_again() {
    check(
        "auto",
        "buy 100x1; new 1; drain; buy 98x1; canceled 1; start; buy 98x1; up; book 99 101; live;
         buy 98x1",
        "New 1.0 Buy 1@100
         Cancel 1.1
         Shown Buy 1@98
         Reject 0.0 Draining
         Reject 0.0 GatewayDown
         New 2.0 Buy 1@98",
    );
}

#[test]
fn a_cancel_waits_for_the_answer_before_it() {
    check(
        "auto",
        "buy 100x2; cancel 1; cancel 1; new 1; cancel 1; fill 1 1@100; canceled 1",
        "New 1.0 Buy 2@100
         Reject 1.0 OrderNotReady
         Cancel 1.1
         Reject 1.1 OrderNotReady
         Position 1 realized 0",
    );
    check(
        "auto",
        "buy 100x2; new 1; replace 1 98x3; cancel 1; replace 1 97x3; replaced 1",
        "New 1.0 Buy 2@100
         Replace 1.1 Buy 3@98
         Reject 1.1 OrderNotReady
         Cancel 1.2",
    );
}

#[test]
fn changes_that_make_no_sense() {
    check(
        "auto",
        "cancel 5; replace 5 100x1; buy 100x3; new 1; fill 1 2@100; replace 1 100x3;
         replace 1 98x2; replace 1 500x3",
        "Reject 0.0 UnknownOrder
         Reject 0.0 UnknownOrder
         New 1.0 Buy 3@100
         Position 2 realized 0
         Reject 1.0 Duplicate
         Reject 1.0 BadSize
         Reject 1.0 PriceCollar",
    );
}

#[test]
fn repeated_and_late_reports() {
    check(
        "auto",
        "buy 100x2; fill 1 1@100; new 1; fill 1 0@0 cum 1; canceled 1; canceled 1;
         fill 1 2@99; fill 1 2@99; fill 77 1@100; fill 1 1@99 cum 9 sell",
        "New 1.0 Buy 2@100
         Position 1 realized 0
         Position 2 realized 0
         Alarm FillMismatch 1.0
         Alarm UnknownExecution 77.0
         Alarm UnknownExecution 1.0",
    );
}

#[test]
fn a_silent_venue_is_asked_and_never_taken_to_refuse() {
    check(
        "auto",
        "buy 100x2; wait 99; wait 1; wait 100; status 1 cum 1; cancel 1; wait 100; status 1;
         canceled 1",
        "New 1.0 Buy 2@100
         Alarm NoAnswer 1.0
         Status 1.0
         Status 1.0
         Position 1 realized 0
         Alarm FillMismatch 1.0
         Cancel 1.1
         Alarm NoAnswer 1.1
         Status 1.0
         Cancel 1.2",
    );
}

#[test]
fn what_was_not_sent_is_not_open() {
    check(
        "auto",
        "buy 100x2; unsent 1; buy 98x1; new 2; cancel 2; unsent 2; cancel 2; new 1",
        "New 1.0 Buy 2@100
         Reject 1.0 NotSent
         New 2.0 Buy 1@98
         Cancel 2.1
         Reject 2.1 NotSent
         Cancel 2.2
         Alarm UnknownExecution 1.0",
    );
}

#[test]
fn a_lost_connection_leaves_orders_in_doubt() {
    check(
        "auto",
        "buy 100x2; new 1; buy 98x1; down; buy 97x1; cancel 1; up; buy 97x1; status 1; buy 97x1;
         rejected 2 unknown; buy 97x1",
        "New 1.0 Buy 2@100
         New 2.0 Buy 1@98
         Alarm GatewayDown
         Reject 0.0 GatewayDown
         Reject 1.0 GatewayDown
         Status 1.0
         Status 2.0
         Reject 0.0 GatewayDown
         Reject 0.0 GatewayDown
         Reject 2.0 UnknownOrder
         New 3.0 Buy 1@97",
    );
}

#[test]
fn a_cancel_on_its_way_when_the_line_broke_is_sent_again_only_if_needed() {
    check(
        "auto",
        "buy 100x2; new 1; sell 101x1; new 2; cancel 1; cancel 2; down; up; status 1; canceled 2",
        "New 1.0 Buy 2@100
         New 2.0 Sell 1@101
         Cancel 1.1
         Cancel 2.1
         Alarm GatewayDown
         Status 1.0
         Status 2.0
         Cancel 1.2",
    );
}

#[test]
fn a_kill_while_the_line_is_broken_cancels_after_it_is_back() {
    check(
        "auto",
        "buy 100x2; new 1; start; kill; up; wait 100; status 1",
        "New 1.0 Buy 2@100
         Alarm Killed
         Status 1.0
         Alarm NoAnswer 1.0
         Status 1.0
         Cancel 1.1",
    );
}

#[test]
fn fills_missed_while_away_are_booked() {
    check(
        "auto",
        "buy 100x5; new 1; fill 1 1@100; start; up; canceled 1 cum 3",
        "New 1.0 Buy 5@100
         Position 1 realized 0
         Status 1.0
         Position 3 realized 0
         Alarm FillMismatch 1.0",
    );
}

#[test]
fn a_market_that_cannot_be_believed() {
    check(
        "auto",
        "stale; buy 100x1; book 99 101; live; wait 60001; buy 100x1; book 101 101; buy 100x1;
         book 99 101; buy 100x1",
        "Reject 0.0 StaleBook
         Reject 0.0 StaleBook
         Reject 0.0 StaleBook
         New 1.0 Buy 1@100",
    );
}

#[test]
fn working_orders_count_as_position() {
    check(
        "auto",
        "buy 100x10; buy 99x10; buy 98x1; sell 101x10; sell 102x10; new 1; new 2; canceled 2;
         replace 1 98x9; buy 98x10",
        "New 1.0 Buy 10@100
         New 2.0 Buy 10@99
         Reject 0.0 PositionLimit
         New 3.0 Sell 10@101
         New 4.0 Sell 10@102
         Replace 1.1 Buy 9@98
         New 5.0 Buy 10@98",
    );
}

#[test]
fn repeated_orders_and_too_many_orders() {
    check(
        "auto",
        "buy 100x1; buy 100x1; wait 10; buy 100x1; buy 99x1; buy 98x1; buy 97x1",
        "New 1.0 Buy 1@100
         Reject 0.0 Duplicate
         New 2.0 Buy 1@100
         New 3.0 Buy 1@99
         New 4.0 Buy 1@98
         Reject 0.0 OpenOrders",
    );
    let mut narrow = config(GateMode::Auto);
    narrow.risk.messages_max = 2;
    check_with(
        narrow,
        "buy 100x1; new 1; buy 99x1; buy 98x1; cancel 1; wait 900; wait 100; sell 101x1",
        "New 1.0 Buy 1@100
         New 2.0 Buy 1@99
         Reject 0.0 MessageRate
         Cancel 1.1
         Alarm NoAnswer 1.1
         Status 1.0
         Alarm NoAnswer 2.0
         Status 2.0
         Status 1.0
         Status 2.0
         Reject 0.0 MessageRate",
    );
}

#[test]
fn a_loss_over_the_limit_stops_new_orders() {
    let mut careful = config(GateMode::Auto);
    careful.limits[0].loss_max = Notional(10);
    check_with(
        careful,
        "buy 101x10; new 1; fill 1 10@101; buy 100x1; top 98 100; buy 99x1",
        "New 1.0 Buy 10@101
         Position 10 realized 0
         New 2.0 Buy 1@100
         Reject 0.0 LossLimit",
    );
}

#[test]
fn the_strategy_hears_of_bars_feed_and_orders() {
    let mut runner = Runner::new(PipelineConfig {
        bars: vec![gannet_types::BarKind::Time(Nanos::SECOND)],
        ..config(GateMode::Auto)
    });
    for step in [
        "up",
        "book 99 101",
        "live",
        "trade 100x3",
        "wait 1000",
        "buy 100x2",
        "new 1",
        "fill 1 2@100",
    ] {
        runner.step(step);
    }
    let mut told = runner.pipeline.strategy.events;
    told.retain(|event| !event.is_empty());
    assert_eq!(told, ["live true", "bar 100x3", "1 New of 1", "1 Filled of 0"]);
    assert_eq!(runner.transcript[0], "Bar 100x3");
}

#[test]
fn a_strategy_that_speaks_too_much_is_cut_short() {
    let mut config = config(GateMode::Manual);
    config.instruments =
        (0..40).map(|id| Instrument { id: InstrumentId(id), ..config.instruments[0] }).collect();
    config.limits = vec![config.limits[0]; 40];
    config.status_interval = Nanos::SECOND;
    struct Chatty;
    impl Strategy for Chatty {
        fn on_event(&mut self, _: &View<'_>, _: StrategyEvent<'_>, signals: &mut Signals) {
            while signals.push(signal(SignalAction::Place, Side::Buy, 1, 1)).is_ok() {}
        }
    }
    let mut pipeline = Pipeline::new(config, Chatty);
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    pipeline.on_input(Nanos::SECOND, &Input::Timer, &mut outbox);
    assert_eq!(pipeline.counters().signals, 640);
    assert!(pipeline.counters().signals_dropped > 200);
    let statuses = outbox.iter().filter(|output| matches!(output, Output::Status(_))).count();
    assert_eq!(statuses, 40);
}

#[test]
fn status_says_how_things_stand() {
    let mut runner = Runner::new(PipelineConfig {
        status_interval: Nanos::from_millis(50),
        ..config(GateMode::Auto)
    });
    for step in ["up", "book 99 101", "live", "buy 100x2", "new 1", "fill 1 1@100", "wait 50"] {
        runner.step(step);
    }
    let Some(Output::Status(status)) = runner.outbox.last() else {
        panic!("a status was due");
    };
    assert_eq!((status.open_orders, status.market_events), (1, 2));
    assert_eq!(status.position.lots, Lots(1));
    assert_eq!(status.unrealized, Notional::ZERO);
    assert!(status.live && !status.killed);
}
