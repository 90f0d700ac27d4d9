//! The transition table, pair by pair, and what a single report can do wrong.

use gannet_types::{
    AccountId, ClientOrderId, ExecKind, GatewayId, Liquidity, Lots, Nanos, Notional, OrderStatus,
    OrderTerms, OrderType, RejectReason, Text, Ticks, TimeInForce,
};

use super::*;
use crate::route::GatewaySet;

mod fix_matrix;

const ID: OrderId = OrderId(7);

/// An order of 10 @ 100 in `status`, asking for 12 @ 101 if it is to be replaced.
fn order(status: OrderStatus) -> Order {
    let revision =
        u8::from(matches!(status, OrderStatus::PendingCancel | OrderStatus::PendingReplace));
    let cum = if status == OrderStatus::PartiallyFilled { 3 } else { 0 };
    Order {
        id: ID,
        strategy: StrategyId(0),
        account: AccountId(0),
        instrument: InstrumentId(0),
        gateway: GatewayId(0),
        side: Side::Buy,
        closes: false,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        status,
        price: Ticks(100),
        lots: Lots(10),
        terms: OrderTerms::PLAIN,
        cum_lots: Lots(cum),
        pending: Shape { price: Ticks(101), lots: Lots(12), terms: OrderTerms::PLAIN },
        is_succeeded: false,
        was_corrected: false,
        unresolved_lots: Lots::ZERO,
        current: ClientOrderId::new(ID, revision),
        accepted: ClientOrderId::new(ID, 0),
        cancel_wanted: false,
        in_doubt: false,
        status_asked: false,
        asked_at: Nanos::ZERO,
        questions: 0,
        alarmed: false,
        tried: GatewaySet::NONE,
    }
}

/// A report that answers the order's current request and says nothing about fills.
fn report(order: &Order, kind: ExecKind) -> ExecutionReport {
    ExecutionReport {
        gateway: order.gateway,
        instrument: order.instrument,
        kind,
        client_order_id: order.current,
        side: order.side,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: order.cum_lots,
        leaves_lots: order.lots - order.cum_lots,
        price: Ticks::ZERO,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Unknown,
        reason: RejectReason::None,
        transact_time: Nanos::ZERO,
        received: Nanos::ZERO,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

fn trade(order: &Order, lots: i64, price: i64) -> ExecutionReport {
    let cum_lots = order.cum_lots + Lots(lots);
    ExecutionReport {
        last_lots: Lots(lots),
        last_price: Ticks(price),
        cum_lots,
        leaves_lots: order.lots - cum_lots,
        fee: Notional(2),
        ..report(order, ExecKind::Trade)
    }
}

/// The status before, and after each of [`ExecKind::ALL`]; a trade is of one lot.
#[rustfmt::skip]
fn table() -> [(OrderStatus, [OrderStatus; 20]); 8] {
    use OrderStatus::{
        Canceled, DoneForDay as Day, Expired, New, PartiallyFilled as Partly, PendingCancel,
        PendingNew, PendingReplace, Rejected, Stopped, Suspended,
    };
    [
        (PendingNew, [
            // pending new, new, trade, canceled, replaced
            PendingNew, New, Partly, Canceled, PendingNew,
            // rejected, expired, cancel rejected, pending cancel, pending replace
            Rejected, Expired, PendingNew, PendingNew, PendingNew,
            // status, unsent, triggered, restated, suspended
            New, Rejected, New, New, Suspended,
            // stopped, done for day, calculated, trade cancel, trade correct
            Stopped, Day, PendingNew, PendingNew, PendingNew,
        ]),
        (New, [
            New, New, Partly, Canceled, New,
            Rejected, Expired, New, New, New,
            New, New, New, New, Suspended,
            Stopped, Day, New, New, New,
        ]),
        (Partly, [
            Partly, Partly, Partly, Canceled, Partly,
            Rejected, Expired, Partly, Partly, Partly,
            Partly, Partly, Partly, Partly, Suspended,
            Stopped, Day, Partly, Partly, Partly,
        ]),
        (Stopped, [
            Stopped, New, Partly, Canceled, Stopped,
            Rejected, Expired, Stopped, Stopped, Stopped,
            New, Stopped, New, New, Suspended,
            Stopped, Day, Stopped, Stopped, Stopped,
        ]),
        (Suspended, [
            Suspended, New, Partly, Canceled, Suspended,
            Rejected, Expired, Suspended, Suspended, Suspended,
            New, Suspended, New, New, Suspended,
            Stopped, Day, Suspended, Suspended, Suspended,
        ]),
        (Day, [
            Day, New, Partly, Canceled, Day,
            Rejected, Expired, Day, Day, Day,
            New, Day, New, New, Suspended,
            Stopped, Day, Day, Day, Day,
        ]),
        (PendingCancel, [
            PendingCancel, PendingCancel, PendingCancel, Canceled, PendingCancel,
            New, Expired, New, PendingCancel, PendingCancel,
            New, New, PendingCancel, PendingCancel, PendingCancel,
            PendingCancel, PendingCancel, PendingCancel, PendingCancel, PendingCancel,
        ]),
        (PendingReplace, [
            PendingReplace, PendingReplace, PendingReplace, Canceled, New,
            New, Expired, New, PendingReplace, PendingReplace,
            New, New, PendingReplace, PendingReplace, PendingReplace,
            PendingReplace, PendingReplace, PendingReplace, PendingReplace, PendingReplace,
        ]),
    ]
}

#[test]
fn every_state_and_report() {
    for (status, row) in table() {
        for (kind, expected) in ExecKind::ALL.into_iter().zip(row) {
            let mut order = order(status);
            let said =
                if kind == ExecKind::Trade { trade(&order, 1, 100) } else { report(&order, kind) };
            apply(&mut order, &said);
            assert_eq!(order.status, expected, "{status:?} {kind:?}");
        }
        let mut order = order(status);
        let rest = trade(&order, 10 - order.cum_lots.0, 100);
        let effect = apply(&mut order, &rest);
        assert_eq!(order.status, OrderStatus::Filled, "{status:?}");
        assert!(!effect.mismatch && !effect.duplicate);
    }
}

#[test]
fn a_replacement_changes_price_and_size_once() {
    let mut order = order(OrderStatus::PendingReplace);
    assert_eq!(order.exposure(), Lots(12));
    let said = ExecutionReport { price: Ticks(101), ..report(&order, ExecKind::Replaced) };
    assert!(!apply(&mut order, &said).mismatch);
    assert_eq!((order.price, order.lots, order.exposure()), (Ticks(101), Lots(12), Lots(12)));
    assert_eq!(order.accepted, ClientOrderId::new(ID, 1));
    assert!(apply(&mut order, &said).duplicate);
}

#[test]
fn an_answer_from_before_a_replacement_changes_nothing() {
    let mut order = order(OrderStatus::PendingReplace);
    let stale = ExecutionReport {
        client_order_id: order.accepted,
        price: Ticks(100),
        ..report(&order, ExecKind::Status)
    };
    let said = report(&order, ExecKind::Replaced);
    apply(&mut order, &said);
    apply(&mut order, &stale);
    assert_eq!((order.price, order.lots), (Ticks(101), Lots(12)));
}

#[test]
fn a_fill_of_the_old_size_ends_the_order_only_if_nothing_is_left() {
    let mut old = order(OrderStatus::PendingReplace);
    let said = trade(&old, 10, 100);
    apply(&mut old, &said);
    assert_eq!(old.status, OrderStatus::Filled);
    let mut replaced = order(OrderStatus::PendingReplace);
    let said = ExecutionReport { leaves_lots: Lots(2), ..trade(&replaced, 10, 100) };
    apply(&mut replaced, &said);
    assert_eq!(replaced.status, OrderStatus::PendingReplace);
    assert_eq!(replaced.exposure(), Lots(2));
}

#[test]
fn a_smaller_replacement_that_is_already_filled_is_done() {
    let mut order = order(OrderStatus::PendingReplace);
    order.pending.lots = Lots(4);
    let said = trade(&order, 6, 100);
    apply(&mut order, &said);
    assert_eq!(order.status, OrderStatus::PendingReplace);
    let said = ExecutionReport { leaves_lots: Lots::ZERO, ..report(&order, ExecKind::Replaced) };
    apply(&mut order, &said);
    assert_eq!((order.status, order.lots), (OrderStatus::Filled, Lots(6)));
}

/// Seed 5449 of the fault simulation: the word that the order was replaced is lost.
#[test]
fn a_status_without_anything_left_ends_an_order_that_became_smaller() {
    let mut order = order(OrderStatus::PendingReplace);
    (order.pending.lots, order.status_asked) = (Lots(8), true);
    let said = ExecutionReport { leaves_lots: Lots::ZERO, ..trade(&order, 8, 100) };
    apply(&mut order, &said);
    assert_eq!(order.status, OrderStatus::PendingReplace, "it may have been of the old size");
    let told = ExecutionReport { leaves_lots: Lots::ZERO, ..report(&order, ExecKind::Status) };
    apply(&mut order, &told);
    assert_eq!(order.status, OrderStatus::Filled);
    assert_eq!((order.cum_lots, order.exposure()), (Lots(8), Lots(2)), "a late fill is booked");
}

#[test]
fn fills_are_counted_once_and_never_above_the_size() {
    let traded = |lots| Effect { traded: Lots(lots), ..Effect::default() };
    let mut order = order(OrderStatus::New);
    let first = trade(&order, 2, 99);
    assert_eq!(apply(&mut order, &first), traded(2));
    assert_eq!(apply(&mut order, &first), Effect { duplicate: true, ..Effect::default() });
    let skipping = ExecutionReport { last_lots: Lots(1), ..trade(&order, 4, 98) };
    assert_eq!(apply(&mut order, &skipping), traded(4));
    let told = ExecutionReport { cum_lots: Lots(7), ..report(&order, ExecKind::Status) };
    assert_eq!(apply(&mut order, &told), Effect { mismatch: true, ..traded(1) });
    let absurd = ExecutionReport { cum_lots: Lots(i64::MAX), ..trade(&order, 3, 97) };
    let effect = apply(&mut order, &absurd);
    assert_eq!(effect, Effect { mismatch: true, overfill: true, ..traded(3) });
    assert_eq!(order.status, OrderStatus::Filled);
}

#[test]
fn the_day_ends_only_what_lives_no_longer() {
    for time_in_force in TimeInForce::ALL {
        let mut order = Order { time_in_force, ..order(OrderStatus::New) };
        let said = report(&order, ExecKind::DoneForDay);
        apply(&mut order, &said);
        let outlives = matches!(
            time_in_force,
            TimeInForce::GoodTillCancel | TimeInForce::GoodTillDate | TimeInForce::PostOnly
        );
        let expected = if outlives { OrderStatus::DoneForDay } else { OrderStatus::Expired };
        assert_eq!(order.status, expected, "{time_in_force:?}");
    }
}

#[test]
fn a_restatement_takes_the_venues_numbers() {
    for (leaves, lots, mismatch) in [(5, 5, false), (10, 10, false), (15, 15, true), (0, 10, false)]
    {
        let mut order = order(OrderStatus::New);
        let said = ExecutionReport {
            price: Ticks(98),
            leaves_lots: Lots(leaves),
            ..report(&order, ExecKind::Restated)
        };
        assert_eq!(apply(&mut order, &said).mismatch, mismatch, "{leaves}");
        assert_eq!((order.price, order.lots), (Ticks(98), Lots(lots)), "{leaves}");
    }
}

/// Before and change; then status, filled lots and whether the venue's `cum` of 2 fits.
#[test]
fn a_correction_changes_what_has_traded() {
    use OrderStatus::{Canceled, Filled, New, PartiallyFilled as Partly, PendingCancel};
    let cases = [
        (Partly, 3, 5, -1, Partly, 2, false),
        (Partly, 2, 5, -2, New, 0, true),
        (Partly, 1, 5, -2, New, 0, true), // never below zero
        (Partly, 3, 5, 7, Filled, 10, true),
        (Partly, 3, 5, 8, Filled, 10, true), // never above the size
        (PendingCancel, 3, 5, -1, PendingCancel, 2, false),
        (Filled, 10, 0, -8, Filled, 2, false),
        (Filled, 10, 8, -8, Partly, 2, false),
        (Canceled, 3, 5, -1, Canceled, 2, false),
    ];
    for case in cases {
        let (before, cum, leaves, change, after, cum_after, mismatch) = case;
        let mut order = Order { cum_lots: Lots(cum), ..order(before) };
        let said = ExecutionReport {
            cum_lots: Lots(2),
            leaves_lots: Lots(leaves),
            ..report(&order, ExecKind::TradeCancel)
        };
        assert_eq!(corrected(&mut order, Lots(change), &said), mismatch, "{case:?}");
        assert_eq!((order.status, order.cum_lots), (after, Lots(cum_after)), "{case:?}");
    }
}

#[test]
fn a_changed_stop_price_is_known_by_the_id_only() {
    let terms = OrderTerms { stop_price: Ticks(90), ..OrderTerms::PLAIN };
    let wanted = Shape { price: Ticks(100), lots: Lots(10), terms };
    let before = Order { pending: wanted, ..order(OrderStatus::PendingReplace) };
    for (answered, holds) in [(before.current, terms), (before.accepted, OrderTerms::PLAIN)] {
        let mut order = before;
        let said = ExecutionReport {
            client_order_id: answered,
            price: Ticks(100),
            ..report(&order, ExecKind::Status)
        };
        apply(&mut order, &said);
        assert_eq!(order.terms, holds);
    }
}

#[test]
fn a_status_question_is_not_answered_by_just_any_refusal() {
    for (reason, status) in [
        (RejectReason::Venue, OrderStatus::New),
        (RejectReason::UnknownOrder, OrderStatus::Rejected),
    ] {
        let mut order = order(OrderStatus::New);
        order.in_doubt = true;
        order.status_asked = true;
        let said = ExecutionReport { reason, ..report(&order, ExecKind::Rejected) };
        apply(&mut order, &said);
        assert_eq!(order.status, status);
        assert_eq!(order.in_doubt, reason == RejectReason::Venue);
    }
    let mut order = order(OrderStatus::PendingNew);
    order.in_doubt = true;
    order.status_asked = true;
    let said = report(&order, ExecKind::Unsent);
    apply(&mut order, &said);
    assert_eq!(order.status, OrderStatus::PendingNew, "perhaps only the question was not sent");
    assert!(order.in_doubt);
}

#[test]
fn a_refusal_because_the_id_is_known_makes_us_ask() {
    for status in [OrderStatus::PendingNew, OrderStatus::PendingCancel, OrderStatus::PendingReplace]
    {
        for kind in [ExecKind::Rejected, ExecKind::CancelRejected] {
            let mut order = order(status);
            let before = order;
            let reason = RejectReason::DuplicateId;
            let said = ExecutionReport { reason, ..report(&order, kind) };
            let effect = apply(&mut order, &said);
            assert!(effect.ask && !effect.refused, "{status:?} {kind:?}");
            assert_eq!((order.status, order.exposure()), (status, before.exposure()));
        }
    }
}

#[test]
fn who_knows_of_no_fill_cannot_say_that_nothing_is_left() {
    // 11 of the 12 that were asked for have traded; the word that it was replaced is lost.
    let before = Order { cum_lots: Lots(11), ..order(OrderStatus::PendingReplace) };
    for (kind, reason) in [
        (ExecKind::Unsent, RejectReason::NotSent),
        (ExecKind::CancelRejected, RejectReason::UnknownOrder),
    ] {
        let mut order = Order { status_asked: kind == ExecKind::Unsent, ..before };
        let nothing = (Lots::ZERO, Lots::ZERO);
        let said = ExecutionReport {
            reason,
            cum_lots: nothing.0,
            leaves_lots: nothing.1,
            client_order_id: before.accepted,
            ..report(&order, kind)
        };
        apply(&mut order, &said);
        assert_eq!((order.status, order.exposure()), (before.status, Lots(1)), "{kind:?}");
    }
}

#[test]
fn an_order_that_is_done_may_have_filled_what_was_asked_for_last() {
    for (kind, reason) in
        [(ExecKind::Rejected, RejectReason::UnknownOrder), (ExecKind::Canceled, RejectReason::None)]
    {
        let mut order = Order { status_asked: true, ..order(OrderStatus::PendingReplace) };
        let said = ExecutionReport { reason, cum_lots: Lots::ZERO, ..report(&order, kind) };
        apply(&mut order, &said);
        assert!(order.status.is_done(), "{kind:?}");
        for (cum, traded) in [(9, 9), (12, 3), (13, 0)] {
            let late = ExecutionReport { cum_lots: Lots(cum), ..report(&order, ExecKind::Trade) };
            assert_eq!(take_late(&mut order, &late), Lots(traded), "{kind:?}");
        }
    }
}

#[test]
fn the_venue_says_it_still_works() {
    let mut cancelled = order(OrderStatus::PendingCancel);
    let said = report(&cancelled, ExecKind::Status);
    apply(&mut cancelled, &said);
    assert!(cancelled.cancel_wanted, "the cancel is sent again");

    let mut lost = order(OrderStatus::PendingReplace);
    let said = ExecutionReport { price: Ticks(100), ..report(&lost, ExecKind::Status) };
    assert!(!apply(&mut lost, &said).mismatch);
    assert_eq!((lost.price, lost.lots), (Ticks(100), Lots(10)));
    assert_eq!(lost.exposure(), Lots(12), "it may still come");
    let late = ExecutionReport {
        price: Ticks(101),
        leaves_lots: Lots(12),
        ..report(&lost, ExecKind::Replaced)
    };
    assert!(apply(&mut lost, &late).mismatch);
    assert_eq!((lost.price, lost.lots), (Ticks(101), Lots(12)));

    let mut done = order(OrderStatus::PendingReplace);
    let said = ExecutionReport {
        price: Ticks(101),
        leaves_lots: Lots(12),
        ..report(&done, ExecKind::Status)
    };
    assert!(!apply(&mut done, &said).mismatch);
    assert_eq!((done.price, done.lots, done.accepted), (Ticks(101), Lots(12), done.current));
}

#[test]
fn a_cancel_that_comes_too_late_makes_us_ask() {
    let mut order = order(OrderStatus::PendingCancel);
    let reason = RejectReason::TooLate;
    let said = ExecutionReport { reason, ..report(&order, ExecKind::CancelRejected) };
    let effect = apply(&mut order, &said);
    assert!(effect.ask && effect.refused);
    assert!(apply(&mut order, &said).duplicate);
}

#[test]
fn views_follow_their_orders_oldest_first() {
    let mut orders = Orders::new(4, 1, 2);
    for id in 1..=4 {
        let instrument = InstrumentId(u16::from(id == 3));
        orders.insert(Order { id: OrderId(id), instrument, ..order(OrderStatus::New) });
    }
    orders.update(1, |order| order.price = Ticks(5));
    orders.remove(0);
    let ids: Vec<_> =
        orders.views(StrategyId(0), InstrumentId(0)).iter().map(|view| view.id.0).collect();
    assert_eq!(ids, [2, 4]);
    assert_eq!(orders.views(StrategyId(0), InstrumentId(0))[0].price, Ticks(5));
    assert_eq!(orders.open().iter().map(|order| order.id.0).collect::<Vec<_>>(), [2, 3, 4]);
    let working = |instrument| *orders.working(AccountId(0), InstrumentId(instrument));
    assert_eq!((working(0).opening(Side::Buy), working(0).orders), (Lots(20), 2));
    assert_eq!(working(1).opening(Side::Sell), Lots::ZERO);
}

#[test]
fn a_request_is_named_after_its_revision_and_a_cancel_always_finds_a_name() {
    let mut order = order(OrderStatus::New);
    for _ in 0..300 {
        order.begin_cancel(Nanos(1));
    }
    assert_eq!(order.current.revision(), u8::MAX);
    assert!(order.is_worn_out());
}

#[test]
fn the_best_own_price_is_that_of_what_may_rest() {
    let mut orders = Orders::new(8, 1, 1);
    let best =
        |orders: &Orders, side| orders.best_price(InstrumentId(0), side).map(|price| price.0);
    orders.insert(order(OrderStatus::New));
    assert_eq!((best(&orders, Side::Buy), best(&orders, Side::Sell)), (Some(100), None));
    for time_in_force in [TimeInForce::ImmediateOrCancel, TimeInForce::FillOrKill] {
        let own = order(OrderStatus::PendingNew);
        orders.insert(Order { id: OrderId(8), price: Ticks(105), time_in_force, ..own });
    }
    let stop = order(OrderStatus::New);
    orders.insert(Order { price: Ticks(105), order_type: OrderType::StopLimit, ..stop });
    assert_eq!(best(&orders, Side::Buy), Some(100));
    orders.insert(Order { id: OrderId(9), ..order(OrderStatus::PendingReplace) });
    assert_eq!(best(&orders, Side::Buy), Some(101), "what it is about to be");
    orders.insert(Order {
        id: OrderId(10),
        side: Side::Sell,
        ..order(OrderStatus::PendingReplace)
    });
    assert_eq!(best(&orders, Side::Sell), Some(100), "what it still is");
}
