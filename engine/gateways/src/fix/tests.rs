//! Both sides of a session speak to each other in memory: what is sent is what is read.

use gannet_fix::session::{Config, Role};
use gannet_fix::{Event, MemoryStore, Session};
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, GatewayState, Increment,
    Instrument, InstrumentId, Liquidity, Lots, Nanos, Notional, OrderId, OrderRequest, OrderType,
    RejectReason, RequestKind, Side, StrategyId, Text, Ticks, TimeInForce,
};
use proptest::prelude::*;

use super::*;

const NOW: Nanos = Nanos(1_700_000_000_123_456_789);

fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"BTCUSDT"),
        tick: Increment::parse(b"0.10").expect("a step"),
        lot: Increment::parse(b"0.001").expect("a step"),
    }
}

fn session(role: Role, sender: &str, target: &str) -> Session<MemoryStore> {
    let config = Config::new(role, sender, target);
    Session::new(config, MemoryStore::new(1 << 20)).expect("valid settings")
}

/// A gateway and a broker's session, logged on to each other.
struct Link {
    gateway: FixGateway<MemoryStore>,
    broker: Session<MemoryStore>,
    events: Vec<GatewayEvent>,
    requests: Vec<Result<OrderRequest, TranslateError>>,
}

impl Link {
    fn new() -> Self {
        let session_of_gateway = session(Role::Initiator, "GANNET", "BROKER");
        let symbols = Symbols::new(&[instrument()]);
        let mut link = Self {
            gateway: FixGateway::new(GatewayId(0), session_of_gateway, symbols),
            broker: session(Role::Acceptor, "BROKER", "GANNET"),
            events: Vec::new(),
            requests: Vec::new(),
        };
        link.broker.on_connected(NOW.0);
        link.gateway.on_connected(NOW);
        link.exchange();
        assert_eq!(link.events, [GatewayEvent::State(GatewayState::Up)]);
        link.events.clear();
        link
    }

    /// Carries bytes until both sides are silent.
    fn exchange(&mut self) {
        let symbols = Symbols::new(&[instrument()]);
        loop {
            let out = self.gateway.poll_transmit().to_vec();
            self.gateway.consume_transmit(out.len());
            let requests = &mut self.requests;
            self.broker.handle_bytes(NOW.0, &out, &mut |event| {
                if let Event::Application { message, .. } = event {
                    requests.push(request::read(message, &symbols, NOW));
                }
            });
            let back = self.broker.poll_transmit().to_vec();
            self.broker.consume_transmit(back.len());
            let events = &mut self.events;
            self.gateway.handle_bytes(NOW, &back, &mut |event| events.push(event));
            if out.is_empty() && back.is_empty() {
                return;
            }
        }
    }
}

fn requests() -> impl Strategy<Value = OrderRequest> {
    let kinds = prop_oneof![
        Just(RequestKind::New),
        Just(RequestKind::Cancel),
        Just(RequestKind::Replace),
        Just(RequestKind::Status)
    ];
    let times = prop_oneof![
        Just(TimeInForce::GoodTillCancel),
        Just(TimeInForce::ImmediateOrCancel),
        Just(TimeInForce::FillOrKill),
        Just(TimeInForce::PostOnly)
    ];
    let numbers = (1_u64..1 << 50, 0_u8..=255, 1_i64..1 << 40, 1_i64..1 << 40);
    (kinds, times, numbers, any::<bool>(), any::<bool>()).prop_map(
        |(kind, time_in_force, (order, revision, price, lots), buy, market)| {
            let client_order_id = ClientOrderId::new(OrderId(order), revision);
            let chained = matches!(kind, RequestKind::Cancel | RequestKind::Replace);
            let sized = matches!(kind, RequestKind::New | RequestKind::Replace);
            let market = market && sized;
            OrderRequest {
                kind,
                gateway: GatewayId(0),
                account: AccountId(7),
                strategy: StrategyId(0),
                instrument: InstrumentId(0),
                client_order_id,
                original: if chained {
                    ClientOrderId::new(OrderId(order), 0)
                } else {
                    client_order_id
                },
                side: if buy { Side::Buy } else { Side::Sell },
                order_type: if market { OrderType::Market } else { OrderType::Limit },
                time_in_force: if sized { time_in_force } else { TimeInForce::GoodTillCancel },
                price: if sized && !market { Ticks(price) } else { Ticks::ZERO },
                lots: if kind == RequestKind::Status { Lots::ZERO } else { Lots(lots) },
                origin: NOW,
            }
        },
    )
}

fn reports() -> impl Strategy<Value = (ExecutionReport, RequestKind)> {
    let kinds = prop_oneof![
        Just(ExecKind::PendingNew),
        Just(ExecKind::New),
        Just(ExecKind::Trade),
        Just(ExecKind::Canceled),
        Just(ExecKind::Replaced),
        Just(ExecKind::Rejected),
        Just(ExecKind::Expired),
        Just(ExecKind::CancelRejected),
        Just(ExecKind::PendingCancel),
        Just(ExecKind::PendingReplace),
        Just(ExecKind::Status),
    ];
    let reasons = prop::sample::select(&RejectReason::ALL[1..]);
    let numbers = (1_u64..1 << 50, 1_i64..1 << 40, 1_i64..1 << 40, -1_000_i64..1 << 40);
    (kinds, reasons, numbers, any::<bool>()).prop_map(
        |(kind, reason, (order, price, lots, fee), maker)| {
            let traded = kind == ExecKind::Trade;
            let refused = matches!(kind, ExecKind::Rejected | ExecKind::CancelRejected);
            let cancel = kind == ExecKind::CancelRejected;
            let liquidity = if maker { Liquidity::Maker } else { Liquidity::Taker };
            let report = ExecutionReport {
                gateway: GatewayId(0),
                instrument: InstrumentId(0),
                kind,
                client_order_id: ClientOrderId::new(OrderId(order), 1),
                side: Side::Sell,
                last_lots: if traded { Lots(lots) } else { Lots::ZERO },
                last_price: if traded { Ticks(price) } else { Ticks::ZERO },
                cum_lots: if cancel { Lots::ZERO } else { Lots(lots) },
                leaves_lots: if cancel { Lots::ZERO } else { Lots(3) },
                price: if cancel { Ticks::ZERO } else { Ticks(price) },
                fee: if traded { Notional(i128::from(fee)) } else { Notional::ZERO },
                liquidity: if traded { liquidity } else { Liquidity::Unknown },
                reason: if refused { reason } else { RejectReason::None },
                // Microseconds are what the session writes.
                transact_time: Nanos(NOW.0 / 1_000 * 1_000),
                received: NOW,
                session_sequence: 2,
                exec_id: if cancel { Text::default() } else { Text::new(b"E-17") },
                venue_order_id: Text::new(b"V-4"),
            };
            (report, if order % 2 == 0 { RequestKind::Cancel } else { RequestKind::Replace })
        },
    )
}

proptest! {
    #[test]
    fn a_request_arrives_as_it_was_sent(request in requests()) {
        let mut link = Link::new();
        link.gateway.send(NOW, &request).expect("logged on");
        prop_assert!(link.gateway.stored_requests().contains(&request.client_order_id));
        link.exchange();
        prop_assert_eq!(&link.requests, &[Ok(request)]);
    }

    #[test]
    fn a_report_arrives_as_it_was_sent((report, answers) in reports()) {
        let mut link = Link::new();
        link.broker
            .send(NOW.0, report::message_type(report.kind), |writer| {
                report::write(writer, &report, &instrument(), answers);
            })
            .expect("logged on");
        link.exchange();
        prop_assert_eq!(&link.events, &[GatewayEvent::Execution(report)]);
    }
}

fn new_order() -> OrderRequest {
    OrderRequest {
        kind: RequestKind::New,
        gateway: GatewayId(0),
        account: AccountId(0),
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(OrderId(5), 0),
        original: ClientOrderId::new(OrderId(5), 0),
        side: Side::Buy,
        order_type: OrderType::Limit,
        time_in_force: TimeInForce::GoodTillCancel,
        price: Ticks(618_002),
        lots: Lots(10),
        origin: NOW,
    }
}

#[test]
fn a_business_reject_ends_the_order() {
    let mut link = Link::new();
    link.gateway.send(NOW, &new_order()).expect("logged on");
    link.exchange();
    link.broker
        .send(NOW.0, b"j", |writer| {
            writer.uint(45, 2);
            writer.uint(379, new_order().client_order_id.0);
            writer.uint(380, 3);
        })
        .expect("logged on");
    link.exchange();
    let [GatewayEvent::Execution(report)] = link.events[..] else { panic!("{:?}", link.events) };
    assert_eq!(report.kind, ExecKind::Rejected);
    assert_eq!(report.client_order_id, new_order().client_order_id);
}

#[test]
fn a_session_reject_ends_the_order_it_names() {
    let mut link = Link::new();
    link.gateway.send(NOW, &new_order()).expect("logged on");
    link.exchange();
    link.broker.send(NOW.0, b"3", |writer| writer.uint(45, 2)).expect("logged on");
    link.exchange();
    let [GatewayEvent::Execution(report)] = link.events[..] else { panic!("{:?}", link.events) };
    assert_eq!(report.client_order_id, new_order().client_order_id);
}

#[test]
fn an_order_without_a_session_is_refused_and_reported_as_unsent() {
    let config = session(Role::Initiator, "GANNET", "BROKER");
    let mut gateway = FixGateway::new(GatewayId(0), config, Symbols::new(&[instrument()]));
    assert!(gateway.send(NOW, &new_order()).is_err());
    assert!(gateway.stored_requests().is_empty());
    let report = unsent(&new_order(), NOW, RejectReason::GatewayDown);
    assert_eq!((report.kind, report.reason), (ExecKind::Unsent, RejectReason::GatewayDown));
}

#[test]
fn messages_that_are_not_ours_are_counted() {
    let mut link = Link::new();
    for body in [&b"ABC"[..], b"99999999999999999999999"] {
        link.broker
            .send(NOW.0, b"8", |writer| {
                writer.bytes(11, body);
                writer.char(150, b'0');
                writer.bytes(55, b"BTCUSDT");
            })
            .expect("logged on");
    }
    link.broker.send(NOW.0, b"B", |writer| writer.str(148, "news")).expect("logged on");
    link.exchange();
    assert_eq!(link.events, []);
    assert_eq!(link.gateway.counters().untranslated, 3);
}
