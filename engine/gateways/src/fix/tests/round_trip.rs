//! What is sent is what is read, in every version.

use gannet_types::{
    ExecKind, ExecutionReport, Liquidity, Notional, PegReference, PositionEffect, RejectReason,
    VenueId,
};
use proptest::prelude::*;

use super::*;

fn versions() -> impl Strategy<Value = Version> {
    prop::sample::select(VERSIONS.to_vec())
}

/// The terms of an order of a type and a time in force; times in milliseconds, as they are
/// written.
fn terms_of(order_type: OrderType, time: TimeInForce, [a, b, c]: [i64; 3]) -> OrderTerms {
    let stop = matches!(order_type, OrderType::Stop | OrderType::StopLimit);
    let trails = order_type == OrderType::TrailingStop;
    let pegged = order_type == OrderType::Pegged;
    let references =
        [PegReference::Primary, PegReference::Market, PegReference::Midpoint, PegReference::Last];
    let dated = time == TimeInForce::GoodTillDate;
    OrderTerms {
        stop_price: if stop || (trails && a % 2 == 0) { Ticks(a) } else { Ticks::ZERO },
        offset: match () {
            () if trails => Ticks(b),
            () if pegged => Ticks(b % 7 - 3),
            () => Ticks::ZERO,
        },
        peg: if pegged { references[c as usize % 4] } else { PegReference::None },
        display_lots: Lots(c % 2),
        expire_time: if dated { Nanos(NOW.0 / 1_000_000 * 1_000_000) } else { Nanos::ZERO },
        reduce_only: a % 3 == 0,
        position_effect: effect(b),
        ..OrderTerms::PLAIN
    }
}

fn effect(draw: i64) -> PositionEffect {
    [PositionEffect::None, PositionEffect::Open, PositionEffect::Close][draw as usize % 3]
}

fn orders() -> impl Strategy<Value = OrderRequest> {
    let types = prop::sample::select(OrderType::ALL.to_vec());
    let times = prop::sample::select(TimeInForce::ALL.to_vec());
    let numbers = (1_u64..1 << 50, 0_u8..=255, 1_i64..1 << 40, 1_i64..1 << 40);
    let more = [1_i64..1 << 40, 1_i64..1 << 40, 0_i64..8];
    (types, times, numbers, any::<bool>(), any::<bool>(), more).prop_map(
        |(order_type, time, (order, revision, price, lots), replace, buy, more)| {
            // A post-only order is a limit order.
            let order_type =
                if time == TimeInForce::PostOnly { OrderType::Limit } else { order_type };
            let id = ClientOrderId::new(OrderId(order), revision);
            let first = ClientOrderId::new(OrderId(order), 0);
            OrderRequest {
                kind: if replace { RequestKind::Replace } else { RequestKind::New },
                account: AccountId(7),
                client_order_id: id,
                original: if replace { first } else { id },
                side: if buy { Side::Buy } else { Side::Sell },
                order_type,
                time_in_force: time,
                price: if order_type.has_limit() { Ticks(price) } else { Ticks::ZERO },
                lots: Lots(lots),
                terms: terms_of(order_type, time, more),
                ..new_order()
            }
        },
    )
}

fn questions() -> impl Strategy<Value = OrderRequest> {
    let kinds = vec![
        RequestKind::Cancel,
        RequestKind::Status,
        RequestKind::MassCancel,
        RequestKind::MassStatus,
        RequestKind::Positions,
    ];
    (prop::sample::select(kinds), orders()).prop_map(|(kind, order)| {
        let id = order.client_order_id;
        let cancel = kind == RequestKind::Cancel;
        let one = kind.is_about_one_order();
        OrderRequest {
            kind,
            // A mass cancel is for the whole session.
            account: if kind == RequestKind::MassCancel { AccountId(0) } else { order.account },
            original: if cancel { ClientOrderId::new(id.order(), 0) } else { id },
            side: if one { order.side } else { Side::Buy },
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price: Ticks::ZERO,
            lots: if cancel { order.lots } else { Lots::ZERO },
            terms: OrderTerms::PLAIN,
            ..order
        }
    })
}

fn reports() -> impl Strategy<Value = (ExecutionReport, RequestKind)> {
    let kinds: Vec<_> =
        ExecKind::ALL.into_iter().filter(|kind| *kind != ExecKind::Unsent).collect();
    let reasons = prop::sample::select(&RejectReason::ALL[1..]);
    let numbers = (1_u64..1 << 50, 1_i64..1 << 40, 1_i64..1 << 40, -1_000_i64..1 << 40);
    (prop::sample::select(kinds), reasons, numbers, any::<bool>()).prop_map(
        |(kind, reason, (order, price, lots, fee), maker)| {
            let traded = matches!(kind, ExecKind::Trade | ExecKind::TradeCorrect);
            let refused = matches!(kind, ExecKind::Rejected | ExecKind::CancelRejected);
            let cancel = kind == ExecKind::CancelRejected;
            let liquidity = if maker { Liquidity::Maker } else { Liquidity::Taker };
            let id =
                |text: &[u8], there| if there { VenueId::new(text) } else { VenueId::default() };
            let report = ExecutionReport {
                gateway: GatewayId(0),
                instrument: InstrumentId(0),
                kind,
                client_order_id: ClientOrderId::new(OrderId(order), 1),
                side: if cancel { Side::Buy } else { Side::Sell },
                last_lots: if traded { Lots(lots) } else { Lots::ZERO },
                last_price: if traded { Ticks(price) } else { Ticks::ZERO },
                cum_lots: if cancel { Lots::ZERO } else { Lots(lots) },
                leaves_lots: if cancel { Lots::ZERO } else { Lots(3) },
                price: if cancel { Ticks::ZERO } else { Ticks(price) },
                position_effect: if cancel { PositionEffect::None } else { effect(lots) },
                fee: if traded { Notional(i128::from(fee)) } else { Notional::ZERO },
                liquidity: if traded { liquidity } else { Liquidity::Unknown },
                reason: match kind {
                    _ if refused => reason,
                    ExecKind::Trade if maker => RejectReason::Liquidated,
                    _ => RejectReason::None,
                },
                // Milliseconds are what the session writes.
                transact_time: Nanos(NOW.0 / 1_000_000 * 1_000_000),
                received: NOW,
                session_sequence: 2,
                exec_id: id(b"0f9a5b32-8a53-4c06-a3a2-4b2b9d2c7f10", !cancel),
                exec_ref_id: id(b"E-16", kind.is_correction()),
                venue_order_id: id(b"V-4", true),
            };
            (report, if order % 2 == 0 { RequestKind::Cancel } else { RequestKind::Replace })
        },
    )
}

/// Sends `request` and returns what the broker read.
fn sent(version: Version, request: &OrderRequest) -> OrderRequest {
    let mut link = Link::plain(version);
    link.gateway.send(NOW, request).expect("logged on");
    assert!(link.gateway.stored_requests().contains(&request.client_order_id));
    link.exchange();
    assert_eq!(link.refused, [""; 0], "{:?}", link.heard);
    assert_eq!(link.requests.len(), 1);
    link.requests[0].expect("a request")
}

proptest! {
    #[test]
    fn an_order_arrives_as_it_was_sent(version in versions(), order in orders()) {
        let can = DialectSpec::plain(version).capabilities;
        let OrderRequest { order_type, time_in_force, terms, lots, .. } = order;
        terms.check(order_type, time_in_force, lots).expect("terms of such an order");
        let at_type = matches!(order_type, OrderType::Market | OrderType::Limit);
        let closes = time_in_force == TimeInForce::AtTheClose;
        let unsayable = version == Version::Fix42 && closes && !at_type;
        if unsayable || can.check(order_type, time_in_force, &terms).is_err() {
            let mut link = Link::plain(version);
            prop_assert!(link.gateway.send(NOW, &order).is_err());
            return Ok(());
        }
        prop_assert_eq!(sent(version, &order), order);
    }

    #[test]
    fn a_question_arrives_as_it_was_sent(version in versions(), question in questions()) {
        let since = match question.kind {
            RequestKind::Positions => Version::Fix44,
            RequestKind::MassCancel | RequestKind::MassStatus => Version::Fix43,
            _ => Version::Fix42,
        };
        if version < since {
            return Ok(());
        }
        prop_assert_eq!(sent(version, &question), question);
    }

    #[test]
    fn a_report_arrives_as_it_was_sent(version in versions(), (report, answers) in reports()) {
        let mut link = Link::plain(version);
        let dialect = link.dialect.clone();
        link.broker
            .send(NOW.0, report::message_type(report.kind), |writer| {
                report::write(writer, &report, &dialect, answers);
            })
            .expect("logged on");
        link.exchange();
        let old = version < Version::Fix44;
        let untold = report.kind == ExecKind::Triggered && !version.is_fixt();
        let expected = ExecutionReport {
            kind: if untold { ExecKind::New } else { report.kind },
            liquidity: if old { Liquidity::Unknown } else { report.liquidity },
            ..report
        };
        prop_assert_eq!(&link.events, &[GatewayEvent::Execution(expected)]);
    }
}
