//! What people write, what the engine gets of it, and how what is wrong is refused.

use gannet_types::InstrumentId;
use serde_json::{Value, json};

use super::*;

fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId(3),
        symbol: Text::new(b"BTCUSDT"),
        tick: Increment::parse(b"0.10").expect("a tick"),
        lot: Increment::parse(b"0.005").expect("a lot"),
        kind: gannet_types::InstrumentKind::Linear,
    }
}

/// An order of 0.010 with some fields more, or others; `null` takes one away.
fn form(more: &Value) -> Value {
    let mut order = json!({
        "client_ref": "desk-1", "symbol": "BTCUSDT", "side": "buy", "quantity": "0.010",
    });
    let fields = order.as_object_mut().expect("an object");
    for (name, value) in more.as_object().expect("an object") {
        match value {
            Value::Null => fields.remove(name),
            value => fields.insert(name.clone(), value.clone()),
        };
    }
    order
}

fn read(more: &Value) -> Result<ManualOrder, BadOrder> {
    let text = form(more).to_string();
    parse::<OrderForm>(text.as_bytes())?.order(AccountId(1), &instrument())
}

fn plain() -> ManualOrder {
    ManualOrder {
        client_ref: Text::new(b"desk-1"),
        account: AccountId(1),
        instrument: InstrumentId(3),
        side: Side::Buy,
        order_type: OrderType::Limit,
        price: Ticks(1_005),
        lots: Lots(2),
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        plan: None,
    }
}

#[test]
fn every_kind_of_order_can_be_written() {
    let at = |stop: i64| OrderTerms { stop_price: Ticks(stop), ..OrderTerms::PLAIN };
    let emulated = ManualOrder { plan: Some(Plan::Emulate), price: Ticks(0), ..plain() };
    let market = ManualOrder { order_type: OrderType::Market, price: Ticks(0), ..plain() };
    let stop = ManualOrder { order_type: OrderType::Stop, terms: at(990), ..emulated };
    let behind = OrderTerms { offset: Ticks(25), ..OrderTerms::PLAIN };
    let trailing = ManualOrder { order_type: OrderType::TrailingStop, terms: behind, ..emulated };
    let tip = OrderTerms { display_lots: Lots(1), ..OrderTerms::PLAIN };
    let until = OrderTerms { expire_time: Nanos(5_000_000), ..OrderTerms::PLAIN };
    let dated = ManualOrder {
        time_in_force: TimeInForce::GoodTillDate,
        terms: until,
        price: Ticks(1_005),
        ..emulated
    };
    let limit = json!({"price": "100.5"});
    let with = |plan| ManualOrder { plan: Some(plan), ..plain() };
    let either = |order_type, price, stop, trail| Plan::Either {
        side: Side::Sell,
        order_type,
        price: Ticks(price),
        stop_price: Ticks(stop),
        trail,
    };
    let cases = [
        (limit.clone(), plain()),
        (
            json!({"price": "100.50", "side": "sell", "time_in_force": "post_only"}),
            ManualOrder { side: Side::Sell, time_in_force: TimeInForce::PostOnly, ..plain() },
        ),
        (json!({"type": "market"}), market),
        (json!({"type": "stop", "stop_price": "99"}), stop),
        (
            json!({"type": "stop_limit", "stop_price": "99", "price": "100.5"}),
            ManualOrder { order_type: OrderType::StopLimit, price: Ticks(1_005), ..stop },
        ),
        (json!({"type": "trailing_stop", "trail": "2.5"}), trailing),
        (
            json!({"type": "take_profit", "touch_price": "99"}),
            ManualOrder { plan: Some(Plan::Touched(Ticks(990))), ..market },
        ),
        (
            json!({"type": "take_profit", "touch_price": "99", "price": "100.5"}),
            with(Plan::Touched(Ticks(990))),
        ),
        (
            json!({"price": "100.5", "display_quantity": "0.005"}),
            ManualOrder { terms: tip, price: Ticks(1_005), ..emulated },
        ),
        (json!({"price": "100.5", "time_in_force": "gtd", "expire_ms": 5}), dated),
        (
            json!({"price": "100.5",
                "oco": {"type": "stop_limit", "side": "sell", "stop_price": "99", "price": "98"}}),
            with(either(OrderType::StopLimit, 980, 990, 0)),
        ),
        (
            json!({"price": "100.5", "oco": {"type": "trailing_stop", "side": "sell", "trail": "3"}}),
            with(either(OrderType::TrailingStop, 0, 0, 30)),
        ),
        (
            json!({"price": "100.5", "bracket": {"target": "103", "stop": "99.9", "trail": "1"}}),
            with(Plan::Bracket { target: Ticks(1_030), stop: Ticks(999), trail: 10 }),
        ),
    ];
    for (more, expected) in cases {
        assert_eq!(read(&more), Ok(expected), "{more}");
    }
}

#[test]
fn slices_are_written_in_seconds_and_percent() {
    let schedule = |pace, share_bp| Schedule {
        pace,
        share_bp,
        lasts_ms: 600_000,
        every_ms: 30_000,
        child_max_bp: 1_250,
        behind_percent: 5,
        jitter_percent: 20,
        seed: 7,
    };
    let algo = |kind: &str, share: Value| {
        json!({"algo": {
            "kind": kind, "lasts_s": 600, "every_s": 30, "share_percent": share,
            "child_max_percent": "12.5", "behind_percent": 5, "jitter_percent": 20, "seed": 7,
        }})
    };
    for (kind, share, pace, share_bp) in [
        ("twap", Value::Null, Pace::Time, 0),
        ("vwap", Value::Null, Pace::Volume, 0),
        ("pov", json!("7.25"), Pace::Participation, 725),
    ] {
        let order = read(&algo(kind, share)).expect(kind);
        assert_eq!(order.plan, Some(Plan::Sliced(schedule(pace, share_bp))));
        assert_eq!((order.order_type, order.price), (OrderType::Limit, Ticks(0)));
    }
}

#[track_caller]
fn refuse(cases: &[(Value, &str)]) {
    for (more, expected) in cases {
        let BadOrder(error) = read(more).expect_err(expected);
        assert!(error.contains(expected), "{more}: {error}");
    }
}

#[test]
fn what_is_wrong_is_refused_by_name() {
    let cases = [
        (
            json!({"price": "100.55"}),
            "price: `100.55` is no positive decimal number of whole ticks of 0.1",
        ),
        (json!({"price": "-1"}), "price: `-1`"),
        (json!({"price": "1e3"}), "price: `1e3`"),
        (
            json!({"price": "1", "quantity": "0.011"}),
            "quantity: `0.011` is no positive decimal number of whole lots of 0.005",
        ),
        (json!({"price": "1", "quantity": "0"}), "quantity: `0`"),
        (json!({"price": 100.5}), "invalid type: floating point"),
        (json!({"price": "1", "leverage": "3"}), "unknown field `leverage`"),
        (json!({"price": "1", "side": null}), "missing field `side`"),
        (json!({"price": "1", "side": "long"}), "side: buy or sell"),
        (json!({"price": "1", "client_ref": ""}), "client_ref: 1 to 32"),
        (json!({"price": "1", "client_ref": "a b"}), "client_ref: 1 to 32"),
        (json!({"price": "1", "client_ref": "x".repeat(33)}), "client_ref: 1 to 32"),
        (json!({}), "price: an order of this type needs it"),
        (json!({"type": "market", "price": "1"}), "price: an order of this type has none"),
        (json!({"type": "stop"}), "stop_price: an order of this type needs it"),
        (
            json!({"type": "stop", "stop_price": "1", "trail": "1"}),
            "trail: an order of this type has none",
        ),
        (json!({"type": "trailing_stop"}), "trail: an order of this type needs it"),
        (json!({"type": "iceberg"}), "type: market, limit, stop"),
        (json!({"price": "1", "touch_price": "2"}), "touch_price: type take_profit has it"),
        (json!({"type": "take_profit"}), "touch_price: type take_profit has it"),
        (json!({"price": "1", "time_in_force": "forever"}), "time_in_force: gtc, day"),
        (json!({"price": "1", "time_in_force": "gtd"}), "expire_ms: time_in_force gtd has it"),
        (json!({"price": "1", "expire_ms": 5}), "expire_ms: time_in_force gtd has it"),
        (
            json!({"price": "1", "display_quantity": "0.015"}),
            "display_quantity: they do not go with",
        ),
        (
            json!({"type": "market", "time_in_force": "post_only"}),
            "time_in_force, display_quantity",
        ),
        (json!({"price": "1", "bracket": {}}), "bracket: it has a target"),
        (
            json!({"price": "1", "oco": {"type": "limit"}}),
            "oco.price: an order of this type needs it",
        ),
        (json!({"price": "1", "oco": {"type": "market", "side": "up"}}), "oco.side: buy or sell"),
        (
            json!({"price": "1", "bracket": {"stop": "1"}, "oco": {"type": "market"}}),
            "one of them at most",
        ),
        (
            json!({"type": "stop", "stop_price": "1", "algo": {"kind": "twap", "lasts_s": 2, "every_s": 1}}),
            "type: what is sliced",
        ),
    ];
    refuse(&cases);
    let BadOrder(error) = parse::<OrderForm>(b"{").expect_err("no JSON");
    assert!(error.starts_with("the body: "), "{error}");
}

#[test]
fn a_schedule_that_is_none_is_refused_by_name() {
    let algo = |field: &str, value: Value| {
        let mut algo = json!({"kind": "twap", "lasts_s": 600, "every_s": 30});
        algo[field] = value;
        json!({"algo": algo})
    };
    refuse(&[
        (algo("kind", json!("iceberg")), "algo.kind: twap, vwap or pov"),
        (algo("every_s", json!(601)), "algo.every_s: a slice is not longer"),
        (algo("every_s", json!(0)), "algo.every_s: seconds, at least 1"),
        (algo("lasts_s", json!(4_294_968)), "algo.lasts_s: seconds"),
        (algo("lasts_s", json!(-1)), "invalid value"),
        (algo("share_percent", json!("10")), "algo.share_percent: kind pov has it"),
        (algo("kind", json!("pov")), "algo.share_percent: kind pov has it"),
        (algo("child_max_percent", json!("0")), "algo.child_max_percent: a percentage"),
        (algo("child_max_percent", json!("100.01")), "algo.child_max_percent: a percentage"),
        (algo("child_max_percent", json!("0.001")), "algo.child_max_percent: a percentage"),
        (algo("jitter_percent", json!(101)), "0 to 100"),
    ]);
}
