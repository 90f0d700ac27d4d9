//! What people order beside a strategy, end to end: the generated market, the journal, the simulated
//! exchange, and a process that is killed in between.

use gannet_tests::desk::{Desk, lively};
use gannet_types::{
    AccountId, ClientOrderId, Command, InstrumentId, Lots, ManualOrder, OrderId, OrderStatus,
    OrderTerms, OrderType, Output, Pace, Plan, RejectReason, RequestKind, Schedule, Side,
    StrategyId, Text, Ticks, TimeInForce,
};

/// The strategy's id is 0.
const DESK: StrategyId = StrategyId(1);

fn desk() -> Desk {
    let mut desk = Desk::start(lively("[gate]\nmode = \"auto\""), 1);
    desk.play(300);
    desk
}

fn order(name: &str, lots: i64, plan: Option<Plan>) -> ManualOrder {
    ManualOrder {
        client_ref: Text::new(name.as_bytes()),
        account: AccountId(0),
        instrument: InstrumentId(0),
        side: Side::Buy,
        order_type: if plan.is_some() { OrderType::Limit } else { OrderType::Market },
        price: Ticks(0),
        lots: Lots(lots),
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        plan,
    }
}

fn twap(lasts_ms: u32) -> Plan {
    Plan::Sliced(Schedule {
        pace: Pace::Time,
        share_bp: 0,
        lasts_ms,
        every_ms: 500,
        child_max_bp: 0,
        behind_percent: 0,
        jitter_percent: 0,
        seed: 0,
    })
}

fn held(desk: &Desk, strategy: StrategyId) -> Lots {
    let pipeline = desk.inlet.engine.pipeline();
    pipeline.strategy_position(strategy, InstrumentId(0)).expect("it is configured").lots
}

/// How the parent orders ended.
fn ends(desk: &Desk) -> Vec<(OrderStatus, Lots)> {
    let end = |output: Output| match output {
        Output::Parent(parent) => {
            parent.status.is_done().then_some((parent.status, parent.cum_lots))
        }
        _ => None,
    };
    desk.outputs().into_iter().filter_map(end).collect()
}

/// What a person holds stays theirs while the strategy trades on, and together they are the account's,
/// which is the exchange's.
#[test]
fn what_people_hold_is_not_the_strategys() {
    let mut desk = desk();
    desk.command(Command::PlaceOrder(order("market", 3, None)));
    desk.play(50);
    assert_eq!(held(&desk, DESK), Lots(3));
    desk.command(Command::PlaceOrder(order("twap", 12, Some(twap(3_000)))));
    desk.play(3_000);
    assert_eq!(held(&desk, DESK), Lots(15));
    assert_eq!(ends(&desk), [(OrderStatus::Filled, Lots(12))]);
    let of = |strategy| {
        let is_new = |request: &&gannet_types::OrderRequest| {
            (request.kind, request.strategy) == (RequestKind::New, strategy)
        };
        desk.inlet.venue.sent.iter().filter(is_new).count()
    };
    assert!(of(StrategyId(0)) > 3 && of(DESK) > 6, "{} {}", of(StrategyId(0)), of(DESK));
    let both = held(&desk, StrategyId(0)) + held(&desk, DESK);
    let (account, instrument) = (AccountId(0), InstrumentId(0));
    let whole = desk.inlet.engine.pipeline().account_position(account, instrument);
    assert_eq!(whole.map(|whole| whole.lots), Some(both));
}

#[test]
fn a_parent_goes_on_after_a_crash_and_no_name_is_done_twice() {
    let mut desk = desk();
    desk.command(Command::PlaceOrder(order("twap", 12, Some(twap(4_000)))));
    desk.play(400);
    let before = held(&desk, DESK);
    assert!(before > Lots(0) && before < Lots(12), "{before}");
    let mut desk = desk.restart();
    desk.command(Command::PlaceOrder(order("twap", 12, Some(twap(4_000)))));
    let refused = desk.outputs().into_iter().any(|output| {
        let known = RejectReason::KnownReference;
        matches!(output, Output::Reject(reject) if reject.reason == known)
    });
    assert!(refused, "the name is known after the restart");
    desk.play(3_000);
    assert_eq!(ends(&desk), [(OrderStatus::Filled, Lots(12))]);
    assert_eq!(held(&desk, DESK), Lots(12));
    // What was journaled leads there again.
    let desk = desk.restart();
    assert_eq!(held(&desk, DESK), Lots(12));
}

#[test]
fn a_person_cancels_a_parent_and_a_kill_stops_the_rest() {
    let mut desk = desk();
    desk.command(Command::PlaceOrder(order("twap", 12, Some(twap(60_000)))));
    desk.play(100);
    let parent = |output: Output| match output {
        Output::Parent(parent) => Some(parent.id),
        _ => None,
    };
    let parent = desk.outputs().into_iter().find_map(parent).expect("it has begun");
    desk.command(Command::CancelOrder(parent));
    desk.play(100);
    let ended = ends(&desk);
    assert_eq!(ended.first().map(|(status, _)| *status), Some(OrderStatus::Canceled));
    desk.command(Command::Kill);
    desk.command(Command::PlaceOrder(order("late", 1, None)));
    let last = desk.outputs().into_iter().rev().find_map(|output| match output {
        Output::Reject(reject) => Some(reject),
        _ => None,
    });
    let last = last.expect("it was refused");
    assert_eq!((last.reason, last.strategy), (RejectReason::KillSwitch, DESK));
    assert_ne!(last.client_order_id, ClientOrderId::new(OrderId(0), 0));
}
