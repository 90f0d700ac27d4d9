//! Order types and times in force, brokers that have few of them, and requests about all orders.

use gannet_types::{PegReference, TimeInForce as Time};

use super::*;

/// A broker with these capabilities.
fn broker(capabilities: Capabilities) -> PipelineConfig {
    let gateways = vec![GatewayConfig::new(true, capabilities)];
    PipelineConfig { gateways, ..config(GateMode::Auto) }
}

/// Places `wish` at a broker with `capabilities` and returns the request or the refusal.
fn place(capabilities: Capabilities, wish: Signal) -> Output {
    let mut runner = Runner::new(broker(capabilities));
    for step in ["up", "book 99 101", "live"] {
        runner.step(step);
    }
    runner.pipeline.strategy.queue.push(wish);
    runner.input(&Input::Timer);
    *runner.outbox.last().expect("an answer")
}

fn wish(order_type: OrderType, time_in_force: Time, price: i64, terms: OrderTerms) -> Signal {
    let plain = signal(SignalAction::Place, Side::Buy, price, 2);
    Signal { order_type, time_in_force, terms, ..plain }
}

#[test]
fn every_type_and_time_becomes_a_request_or_a_reason() {
    let plain = OrderTerms::PLAIN;
    let stop = OrderTerms { stop_price: Ticks(105), ..plain };
    let trail = OrderTerms { offset: Ticks(3), ..plain };
    let peg = OrderTerms { peg: PegReference::Primary, ..plain };
    let kinds = [
        (OrderType::Market, 0, plain),
        (OrderType::Limit, 100, plain),
        (OrderType::Stop, 0, stop),
        (OrderType::StopLimit, 106, stop),
        (OrderType::TrailingStop, 0, trail),
        (OrderType::Pegged, 0, peg),
    ];
    for (order_type, price, terms) in kinds {
        for time in Time::ALL {
            let dated = if time == Time::GoodTillDate { Nanos(9) } else { Nanos::ZERO };
            let terms = OrderTerms { expire_time: dated, ..terms };
            let wish = wish(order_type, time, price, terms);
            let post_only = time == Time::PostOnly && order_type != OrderType::Limit;
            match place(Capabilities::ALL, wish) {
                Output::Order(request) => {
                    assert!(!post_only);
                    assert_eq!((request.order_type, request.time_in_force), (order_type, time));
                    assert_eq!((request.price, request.terms), (Ticks(price), terms));
                }
                Output::Reject(reject) => {
                    assert!(post_only, "{order_type:?} {time:?}");
                    assert_eq!(reject.reason, RejectReason::BadTerms);
                }
                other => panic!("{other:?}"),
            }
            let none = Capabilities::ALL.with_order_types(&[]);
            let Output::Reject(reject) = place(none, wish) else { panic!("it was sent") };
            assert_eq!(reject.reason, RejectReason::OrderTypeUnsupported);
            let never = Capabilities::ALL.with_times_in_force(&[]);
            let Output::Reject(reject) = place(never, wish) else { panic!("it was sent") };
            assert_eq!(reject.reason, RejectReason::TimeInForceUnsupported);
        }
    }
}

#[test]
fn what_is_missing_or_said_in_vain_is_refused() {
    let stop = OrderTerms { stop_price: Ticks(105), ..OrderTerms::PLAIN };
    let hidden = OrderTerms { display_lots: Lots(1), ..OrderTerms::PLAIN };
    let basic = Capabilities::BASIC;
    let cases = [
        (Capabilities::ALL, wish(OrderType::Limit, Time::Day, 100, stop), RejectReason::BadTerms),
        (
            Capabilities::ALL,
            wish(OrderType::Stop, Time::Day, 0, OrderTerms::PLAIN),
            RejectReason::BadTerms,
        ),
        (basic, wish(OrderType::Limit, Time::Day, 100, hidden), RejectReason::DisplayUnsupported),
        (
            Capabilities::ALL,
            wish(OrderType::Limit, Time::Day, 0, OrderTerms::PLAIN),
            RejectReason::BadPrice,
        ),
    ];
    for (capabilities, wish, reason) in cases {
        let Output::Reject(reject) = place(capabilities, wish) else { panic!("it was sent") };
        assert_eq!(reject.reason, reason, "{wish:?}");
    }
}

#[test]
fn states_between_working_and_done() {
    check(
        "auto",
        "buy 100x4; new 1; suspended 1; cancel 1; refused 1; day_done 1; fill 1 1@100; stopped 1;
         calculated 1; replace 1 99x4; replaced 1; triggered 1; restated 1 leaves 2 at 98;
         fill 1 2@98",
        "New 1.0 Buy 4@100
         Cancel 1.1
         Reject 1.1 Venue
         Position 1 realized 0
         Replace 1.2 Buy 4@99
         Position 3 realized 0",
    );
}

#[test]
fn a_broker_that_cannot_replace_gets_a_cancel_and_a_new_order() {
    let mut no_replace = Capabilities::ALL;
    no_replace.replace = false;
    check_with(
        broker(no_replace),
        "buy 100x3; new 1; replace 1 99x3; fill 1 1@100; canceled 1; new 2",
        "New 1.0 Buy 3@100
         Cancel 1.1
         Position 1 realized 0
         New 2.0 Buy 2@99",
    );
    // It trades before the cancel arrives, or the cancel is refused: nothing follows.
    check_with(
        broker(no_replace),
        "buy 100x3; new 1; replace 1 99x3; fill 1 3@100",
        "New 1.0 Buy 3@100\n Cancel 1.1\n Position 3 realized 0",
    );
    check_with(
        broker(no_replace),
        "buy 100x3; new 1; replace 1 99x3; refused 1; cancel 1; canceled 1",
        "New 1.0 Buy 3@100\n Cancel 1.1\n Reject 1.1 Venue\n Cancel 1.2",
    );
    // Nothing follows once the engine is killed.
    check_with(
        broker(no_replace),
        "buy 100x3; new 1; replace 1 99x3; kill; canceled 1",
        "New 1.0 Buy 3@100\n Cancel 1.1\n Alarm Killed\n Reject 1.1 KillSwitch",
    );
}

#[test]
fn one_message_cancels_everything_where_there_is_one() {
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; sell 101x1; new 2; kill; canceled 1; canceled 2",
        "New 1.0 Buy 1@100\n New 2.0 Sell 1@101\n Alarm Killed\n MassCancel 3.0",
    );
    // Refused, or not answered: each by itself.
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; sell 101x1; new 2; kill; refused 3; canceled 1; canceled 2",
        "New 1.0 Buy 1@100
         New 2.0 Sell 1@101
         Alarm Killed
         MassCancel 3.0
         Cancel 1.1
         Cancel 2.1",
    );
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; sell 101x1; new 2; kill; canceled 1; wait 100",
        "New 1.0 Buy 1@100\n New 2.0 Sell 1@101\n Alarm Killed\n MassCancel 3.0\n Cancel 2.1",
    );
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; kill",
        "New 1.0 Buy 1@100\n Alarm Killed\n Cancel 1.1",
    );
}

#[test]
fn one_message_asks_for_everything_where_there_is_one() {
    // An order that the answer leaves out is asked about by name, and never taken for gone.
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; sell 101x1; new 2; down; up; status 1; buy 98x1; told; status 2;
         buy 98x1",
        "New 1.0 Buy 1@100
         New 2.0 Sell 1@101
         Alarm GatewayDown
         MassStatus 3.0
         Reject 0.0 GatewayDown
         Status 2.0
         New 4.0 Buy 1@98",
    );
    check_with(
        broker(Capabilities::ALL),
        "buy 100x1; new 1; down; up; wait 100; status 1",
        "New 1.0 Buy 1@100\n Alarm GatewayDown\n MassStatus 2.0\n Alarm NoAnswer 1.0\n Status 1.0",
    );
}
