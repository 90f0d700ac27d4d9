//! Parent orders: what their children do, message by message.

use gannet_types::{Pace, Plan, Schedule};

use super::*;

/// A broker with stops, trailing stops and icebergs, or without.
fn broker(has_all: bool) -> PipelineConfig {
    let mut config = config(GateMode::Auto);
    if has_all {
        config.gateways[0].capabilities = Capabilities::ALL;
        config.gateways[0].capabilities.mass_cancel = false;
        config.gateways[0].capabilities.mass_status = false;
    }
    config
}

fn wish(side: Side, order_type: OrderType, price: i64, lots: i64, plan: Plan) -> Signal {
    Signal { order_type, ..signal(SignalAction::Work(plan), side, price, lots) }
}

fn with_terms(wish: Signal, terms: OrderTerms) -> Signal {
    Signal { terms, ..wish }
}

/// Runs a script after the wish was made in a live market of 99 to 101.
#[track_caller]
fn check_plan(config: PipelineConfig, wish: Signal, script: &str, expected: &str) {
    let mut runner = Runner::new(config);
    for step in ["up", "book 99 101", "live"] {
        runner.step(step);
    }
    runner.pipeline.strategy.queue.push(wish);
    runner.input(&Input::Timer);
    for step in script.split(';').filter(|step| !step.trim().is_empty()) {
        runner.step(step.trim());
    }
    let said: Vec<_> =
        runner.transcript.iter().filter(|line| !line.starts_with("Position")).collect();
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(said, lines, "\nafter: {script}");
}

fn stop(price: i64) -> OrderTerms {
    OrderTerms { stop_price: Ticks(price), ..OrderTerms::PLAIN }
}

#[test]
fn a_stop_is_the_brokers_where_it_has_one() {
    let wish = with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), stop(95));
    check_plan(
        broker(true),
        wish,
        "new 2; fill 2 2@95; fill 2 3@94",
        "New 2.0 Sell 5@0
         Parent 1 New 0/5
         Parent 1 PartiallyFilled 2/5
         Parent 1 Filled 5/5",
    );
}

#[test]
fn a_stop_is_held_back_where_the_broker_has_none() {
    let terms = stop(95);
    check_plan(
        broker(false),
        with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), terms),
        "book 96 97; book 94 96; stale; trade 90x1; live; book 94 95; new 2; fill 2 5@94",
        "Parent 1 New 0/5
         New 2.0 Sell 5@0
         Parent 1 Filled 5/5",
    );
    // A trade sets it off as well; what follows of a stop-limit is a limit order.
    check_plan(
        broker(false),
        with_terms(wish(Side::Sell, OrderType::StopLimit, 94, 5, Plan::Emulate), terms),
        "trade 96x1; trade 95x1; new 2; fill 2 2@94",
        "Parent 1 New 0/5
         New 2.0 Sell 5@94
         Parent 1 PartiallyFilled 2/5",
    );
    // A plain order is never emulated in silence.
    let plain = with_terms(signal(SignalAction::Place, Side::Sell, 0, 5), terms);
    let plain = Signal { order_type: OrderType::Stop, ..plain };
    check_plan(broker(false), plain, "", "Reject 0.0 OrderTypeUnsupported");
}

#[test]
fn a_trailing_stop_follows_the_market() {
    let terms = OrderTerms { offset: Ticks(3), ..OrderTerms::PLAIN };
    check_plan(
        broker(false),
        with_terms(wish(Side::Sell, OrderType::TrailingStop, 0, 5, Plan::Emulate), terms),
        "book 104 105; book 102 103; book 100 101; new 2; fill 2 5@100",
        "Parent 1 New 0/5
         New 2.0 Sell 5@0
         Parent 1 Filled 5/5",
    );
}

#[test]
fn what_was_set_off_and_refused_is_tried_again() {
    let set_off = with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), stop(95));
    let mut config = broker(false);
    config.limits[0].order_lots_max = Lots(4);
    // Ever later: after 10, 20 and 40 ms. Cancelled, it is given up.
    check_plan(
        config,
        set_off,
        "book 94 95; wait 5; wait 5; wait 10; wait 10; cancel 1; wait 40",
        "Parent 1 New 0/5
         Reject 1.0 OrderSize
         Reject 1.0 OrderSize
         Reject 1.0 OrderSize
         Parent 1 Canceled 0/5",
    );
    // What is not held back is the signal's order and nothing more.
    let mut config = broker(false);
    config.limits[0].order_lots_max = Lots(4);
    check_plan(
        config,
        wish(Side::Buy, OrderType::Limit, 99, 5, Plan::Emulate),
        "wait 50",
        "Reject 1.0 OrderSize\n Parent 1 Rejected 0/5",
    );
}

#[test]
fn a_take_profit_waits_for_its_price() {
    check_plan(
        broker(true),
        wish(Side::Sell, OrderType::Limit, 104, 5, Plan::Touched(Ticks(105))),
        "book 103 104; book 105 106; new 2; fill 2 5@105",
        "Parent 1 New 0/5
         New 2.0 Sell 5@104
         Parent 1 Filled 5/5",
    );
}

#[test]
fn an_iceberg_is_sent_a_tip_at_a_time() {
    let terms = OrderTerms { display_lots: Lots(2), ..OrderTerms::PLAIN };
    let iceberg = with_terms(wish(Side::Buy, OrderType::Limit, 99, 5, Plan::Emulate), terms);
    check_plan(
        broker(false),
        iceberg,
        "new 2; wait 20; fill 2 1@99; fill 2 1@99; new 3; wait 20; fill 3 2@99; wait 20; new 4;
         fill 4 1@99",
        "New 2.0 Buy 2@99
         Parent 1 New 0/5
         Parent 1 PartiallyFilled 1/5
         New 3.0 Buy 2@99
         Parent 1 PartiallyFilled 2/5
         New 4.0 Buy 1@99
         Parent 1 PartiallyFilled 4/5
         Parent 1 Filled 5/5",
    );
    check_plan(broker(true), iceberg, "", "New 2.0 Buy 5@99\n Parent 1 New 0/5");
}

/// Sell 5 at 105 or, should it fall to 95, at the market.
fn pair() -> Signal {
    let or_stop = Plan::Either {
        side: Side::Sell,
        order_type: OrderType::Stop,
        price: Ticks::ZERO,
        stop_price: Ticks(95),
        trail: 0,
    };
    wish(Side::Sell, OrderType::Limit, 105, 5, or_stop)
}

#[test]
fn one_cancels_the_other_where_the_engine_holds_the_stop() {
    // The stop goes out when the limit is gone, for what is left: nothing can trade twice.
    check_plan(
        broker(false),
        pair(),
        "new 2; fill 2 2@105; book 94 95; fill 2 1@105; canceled 2; new 3; fill 3 2@94",
        "New 2.0 Sell 5@105
         Parent 1 New 0/5
         Parent 1 PartiallyFilled 2/5
         Cancel 2.1
         Parent 1 PartiallyFilled 3/5
         New 3.0 Sell 2@0
         Parent 1 Filled 5/5",
    );
    // The limit trades all before its cancel arrives: there is nothing left to stop.
    check_plan(
        broker(false),
        pair(),
        "new 2; book 94 95; fill 2 5@105; refused 2 late",
        "New 2.0 Sell 5@105
         Parent 1 New 0/5
         Cancel 2.1
         Parent 1 Filled 5/5",
    );
}

#[test]
fn one_reduces_the_other_where_the_venue_works_both() {
    check_plan(
        broker(true),
        pair(),
        "new 2; new 3; fill 2 2@105; replaced 3; fill 2 3@105; canceled 3",
        "New 2.0 Sell 5@105
         New 3.0 Sell 5@0
         Parent 1 New 0/5
         Replace 3.1 Sell 3@0
         Parent 1 PartiallyFilled 2/5
         Cancel 3.2
         Parent 1 PartiallyFilled 5/5
         Parent 1 Filled 5/5",
    );
    // The race that only the venue could prevent: bounded by the size of one leg, and told.
    check_plan(
        broker(true),
        pair(),
        "new 2; new 3; fill 2 5@105; fill 3 5@95",
        "New 2.0 Sell 5@105
         New 3.0 Sell 5@0
         Parent 1 New 0/5
         Cancel 3.1
         Parent 1 PartiallyFilled 5/5
         Alarm FillMismatch 1.0
         Parent 1 Filled 10/5",
    );
}

/// Buy 6 at 100, take the profit at 104, stop the loss at 96.
fn bracketed() -> Signal {
    let exits = Plan::Bracket { target: Ticks(104), stop: Ticks(96), trail: 0 };
    wish(Side::Buy, OrderType::Limit, 100, 6, exits)
}

#[test]
fn a_bracket_exits_from_what_has_traded_and_no_more() {
    check_plan(
        broker(false),
        bracketed(),
        "new 2; fill 2 2@100; new 3; fill 2 3@100; replaced 3; fill 3 1@104; canceled 2;
         fill 3 4@104",
        "New 2.0 Buy 6@100
         Parent 1 New 0/6
         New 3.0 Sell 2@104
         Parent 1 PartiallyFilled 2/6
         Replace 3.1 Sell 5@104
         Parent 1 PartiallyFilled 5/6
         Cancel 2.1
         Parent 1 PartiallyFilled 5/6 out 1
         Parent 1 Filled 5/6 out 5",
    );
    // The stop: target and rest of the entry are cancelled, then what is held is sold. A late
    // trade of the entry is sold as well.
    check_plan(
        broker(false),
        bracketed(),
        "new 2; fill 2 4@100; new 3; book 95 96; fill 2 1@100; canceled 2; canceled 3; new 4;
         fill 4 5@95",
        "New 2.0 Buy 6@100
         Parent 1 New 0/6
         New 3.0 Sell 4@104
         Parent 1 PartiallyFilled 4/6
         Cancel 2.1
         Cancel 3.1
         Parent 1 PartiallyFilled 5/6
         New 4.0 Sell 5@0
         Parent 1 Filled 5/6 out 5",
    );
    // What falls before anything has traded stops nothing.
    check_plan(
        broker(false),
        bracketed(),
        "new 2; book 95 96; book 99 101; canceled 2",
        "New 2.0 Buy 6@100\n Parent 1 New 0/6\n Parent 1 Canceled 0/6",
    );
}

#[test]
fn a_bracket_at_a_broker_with_stops_has_both_exits_there() {
    check_plan(
        broker(true),
        bracketed(),
        "new 2; fill 2 6@100; new 3; new 4; fill 4 6@96; canceled 3",
        "New 2.0 Buy 6@100
         Parent 1 New 0/6
         New 3.0 Sell 6@104
         New 4.0 Sell 6@0
         Parent 1 PartiallyFilled 6/6
         Cancel 3.1
         Parent 1 PartiallyFilled 6/6 out 6
         Parent 1 Filled 6/6 out 6",
    );
    // A market of 100 to 102 is followed at two ticks.
    let exits = Plan::Bracket { target: Ticks::ZERO, stop: Ticks::ZERO, trail: 2 };
    check_plan(
        broker(false),
        wish(Side::Buy, OrderType::Limit, 101, 5, exits),
        "new 2; fill 2 5@101; book 103 104; book 100 101; new 3; fill 3 5@100",
        "New 2.0 Buy 5@101
         Parent 1 New 0/5
         Parent 1 PartiallyFilled 5/5
         New 3.0 Sell 5@0
         Parent 1 Filled 5/5 out 5",
    );
}

#[test]
fn a_plan_that_contradicts_itself_is_refused() {
    let exits = |target, stop, trail| {
        let exits = Plan::Bracket { target: Ticks(target), stop: Ticks(stop), trail };
        wish(Side::Buy, OrderType::Limit, 100, 5, exits)
    };
    let good = Schedule {
        pace: Pace::Time,
        share_bp: 0,
        lasts_ms: 1_000,
        every_ms: 100,
        child_max_bp: 0,
        behind_percent: 0,
        jitter_percent: 0,
        seed: 0,
    };
    let sliced = |schedule| wish(Side::Buy, OrderType::Limit, 100, 5, Plan::Sliced(schedule));
    let follows = Pace::Participation;
    let cases = [
        exits(0, 0, 0),
        exits(99, 0, 0),
        exits(104, 100, 0),
        exits(104, 105, 0),
        exits(-1, 96, 0),
        sliced(Schedule { lasts_ms: 99, ..good }),
        sliced(Schedule { every_ms: 0, ..good }),
        sliced(Schedule { lasts_ms: u32::MAX, every_ms: 1, ..good }),
        sliced(Schedule { pace: follows, ..good }),
        sliced(Schedule { share_bp: 1, ..good }),
        sliced(Schedule { pace: follows, share_bp: 10_001, ..good }),
        sliced(Schedule { child_max_bp: 10_001, ..good }),
        sliced(Schedule { jitter_percent: 101, ..good }),
        wish(Side::Buy, OrderType::Limit, 100, 5, Plan::Touched(Ticks::ZERO)),
    ];
    for wish in cases {
        check_plan(broker(false), wish, "", "Reject 0.0 BadPlan");
    }
    let none = wish(Side::Buy, OrderType::Limit, 100, 0, Plan::Emulate);
    check_plan(broker(false), none, "", "Reject 0.0 BadSize");
}

#[test]
fn what_stops_trading_ends_parents_for_good() {
    for (stops, told) in [
        ("kill", "Alarm Killed\n"),
        ("halt", "Alarm InstrumentHalted 0\n"),
        ("drain", ""),
        ("cancel_all", ""),
    ] {
        let held = with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), stop(95));
        check_plan(
            broker(false),
            held,
            &format!("{stops}; reset; resume; start; up; live; book 94 95"),
            &format!("Parent 1 New 0/5\n {told} Parent 1 Canceled 0/5"),
        );
        check_plan(
            broker(false),
            pair(),
            &format!("new 2; {stops}; canceled 2"),
            &format!(
                "New 2.0 Sell 5@105\n Parent 1 New 0/5\n {told} Cancel 2.1
                 Parent 1 PendingCancel 0/5\n Parent 1 Canceled 0/5"
            ),
        );
    }
    // Whoever cancels a child ends its parent; by the strategy's own word as well.
    check_plan(
        broker(false),
        pair(),
        "new 2; cancel 2; canceled 2; book 94 95",
        "New 2.0 Sell 5@105\n Parent 1 New 0/5\n Cancel 2.1\n Parent 1 PendingCancel 0/5
         Parent 1 Canceled 0/5",
    );
}

#[test]
fn a_person_approves_the_parent_and_its_children_pass() {
    let mut config = broker(false);
    config.strategies[0].gate_mode = GateMode::Assisted;
    check_plan(
        config,
        pair(),
        "approve 1; new 2; book 94 95; canceled 2; new 3; fill 3 5@94",
        "Waiting 1
         New 2.0 Sell 5@105
         Parent 1 New 0/5
         Cancel 2.1
         New 3.0 Sell 5@0
         Parent 1 Filled 5/5",
    );
    let mut config = broker(false);
    config.strategies[0].gate_mode = GateMode::Manual;
    check_plan(config, pair(), "", "Shown Sell 5@105");
}

#[test]
fn a_parent_lives_through_a_restart_and_a_lost_line() {
    check_plan(
        broker(false),
        pair(),
        "new 2; fill 2 1@105; start; book 94 95; up; live; book 94 95; status 2; canceled 2;
         new 3; fill 3 4@94",
        "New 2.0 Sell 5@105
         Parent 1 New 0/5
         Parent 1 PartiallyFilled 1/5
         Status 2.0
         Cancel 2.1
         New 3.0 Sell 4@0
         Parent 1 Filled 5/5",
    );
}

#[test]
fn a_broker_that_cannot_replace_has_its_exits_cancelled_and_sent_anew() {
    let mut config = broker(false);
    config.gateways[0].capabilities.replace = false;
    check_plan(
        config,
        bracketed(),
        "new 2; fill 2 2@100; new 3; fill 2 4@100; canceled 3; new 4; fill 4 6@104",
        "New 2.0 Buy 6@100
         Parent 1 New 0/6
         New 3.0 Sell 2@104
         Parent 1 PartiallyFilled 2/6
         Cancel 3.1
         Parent 1 PartiallyFilled 6/6
         New 4.0 Sell 6@104
         Parent 1 Filled 6/6 out 6",
    );
}

#[test]
fn one_strategys_parents_are_not_anothers() {
    let mut runner = Runner::new(several(GateMode::Auto, 2));
    for step in ["up", "book 99 101", "live"] {
        runner.step(step);
    }
    for strategy in 0..2 {
        let held = with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), stop(95));
        runner.pipeline.strategy.queue.push(Signal { strategy: StrategyId(strategy), ..held });
    }
    runner.input(&Input::Timer);
    // Strategy 0 cannot cancel the parent of strategy 1, and a halt of account 0 does not end it.
    for step in ["cancel 2", "halt account 0", "resume account 0", "book 94 95"] {
        runner.step(step);
    }
    let expected = [
        "Parent 1 New 0/5",
        "Parent 2 New 0/5",
        "Reject 0.0 UnknownOrder",
        "Alarm AccountHalted 0",
        "Parent 1 Canceled 0/5",
        "New 3.0 Sell 5@0",
    ];
    assert_eq!(runner.transcript, expected);
    let open: Vec<_> =
        runner.pipeline.open_orders().map(|order| (order.strategy.0, order.account.0)).collect();
    assert_eq!(open, [(1, 1)]);
}

#[test]
fn a_strategy_that_enters_once_has_no_second_entry_beside_a_parent() {
    let mut config = broker(false);
    config.strategies[0].single_entry = true;
    let held = with_terms(wish(Side::Buy, OrderType::Stop, 0, 5, Plan::Emulate), stop(105));
    check_plan(
        config,
        held,
        "buy 99x1; cancel 1; buy 99x1",
        "Parent 1 New 0/5
         Shown Buy 1@99
         Reject 0.0 EntryActive
         Parent 1 Canceled 0/5
         New 2.0 Buy 1@99",
    );
}

#[test]
fn only_its_parent_changes_a_child() {
    check_plan(
        broker(false),
        pair(),
        "new 2; replace 2 104x5; fill 2 5@105",
        "New 2.0 Sell 5@105\n Parent 1 New 0/5\n Reject 0.0 ChildOrder\n Parent 1 Filled 5/5",
    );
}

#[test]
fn a_child_that_never_left_is_sent_again_by_its_parent_alone() {
    let mut config = routing::three(RoutingConfig::PLAIN);
    config.risk.duplicate_window = Nanos::from_millis(10);
    check_plan(
        config,
        with_terms(wish(Side::Sell, OrderType::Stop, 0, 5, Plan::Emulate), stop(95)),
        "up 1; up 2; book 94 95; unsent 2 full; wait 20; wait 1; new 3; fill 3 5@94",
        "Parent 1 New 0/5
         New 2.0 Sell 5@0
         Reject 2.0 NotSent
         New 3.0 Sell 5@0
         Parent 1 Filled 5/5",
    );
}
