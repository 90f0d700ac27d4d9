//! FIX mapping in every shipped dialect, and FIX market data, without a single allocation.

use gannet_app::config::{self, Config};
use gannet_feeds::MarketSink;
use gannet_feeds::fix_md::{FixFeed, FixFeedConfig};
use gannet_fix::session::{Config as Settings, Role};
use gannet_fix::{MemoryStore, Session, Version};
use gannet_gateways::fix::{Dialect, FixGateway, GatewayEvent};
use gannet_types::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Market, Nanos, OrderId, OrderRequest,
    OrderTerms, OrderType, RequestKind, Side, StrategyId, Ticks, TimeInForce,
};

use crate::allocator::{self, Allocations, counted};

const NOW: Nanos = Nanos(1_700_000_000_000_000_000);

/// Dialects, an instrument each names, and how a report of it begins.
const DIALECTS: [(&str, &str, &str); 3] = [
    ("harbour.toml", "ACME", "55=ACME|11=GN-ZK|20=0|"),
    ("meridian.toml", "EURUSD", "55=EUR/USD|11=G1280|"),
    ("summit.toml", "BTCUSDT", "55=BTC|48=BTC-PERP|11=ZK|"),
];

fn load(file: &str, symbol: &str) -> Config {
    let path = gannet_tests::tree::root().join("config/fix").join(file);
    let overlay = format!(
        "[gateway]\nhost = \"broker.example\"\nport = 9880\ndialect = \"{}\"\n\
         [[instrument]]\nsymbol = \"{symbol}\"\ntick = \"0.01\"\nlot = \"1\"\n\
         [bars]\nquantity = []\n[strategy]\nquantity = \"1\"\n\
         [risk]\norder_quantity_max = \"10\"\nposition_quantity_max = \"10\"",
        path.display()
    );
    config::parse(&[(&overlay, "the test")]).expect("a dialect")
}

fn session(role: Role, version: Version) -> Session<MemoryStore> {
    let (own, other) = match role {
        Role::Initiator => ("GANNET", "BROKER"),
        Role::Acceptor => ("BROKER", "GANNET"),
    };
    let settings = Settings { version, ..Settings::new(role, own, other) };
    Session::new(settings, MemoryStore::new(1 << 20)).expect("a session")
}

/// Returns what a session wants to write.
fn written(session: &mut Session<MemoryStore>) -> Vec<u8> {
    let bytes = session.poll_transmit().to_vec();
    session.consume_transmit(bytes.len());
    bytes
}

/// Returns the bytes of a message whose body is `fields`, `|` for separators.
fn said(broker: &mut Session<MemoryStore>, msg_type: &str, fields: &str) -> Vec<u8> {
    let fields = fields.replace('|', "\x01");
    broker
        .send(NOW.0, msg_type.as_bytes(), |writer| writer.raw(fields.as_bytes()))
        .expect("logged on");
    written(broker)
}

fn order(kind: RequestKind, order_type: OrderType) -> OrderRequest {
    let stop = matches!(order_type, OrderType::Stop | OrderType::StopLimit);
    OrderRequest {
        kind,
        gateway: GatewayId(0),
        account: AccountId(0),
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        client_order_id: ClientOrderId::new(OrderId(5), 0),
        original: ClientOrderId::new(OrderId(5), 0),
        side: Side::Buy,
        order_type,
        time_in_force: TimeInForce::GoodTillDate,
        price: Ticks(10_050),
        lots: Lots(7),
        terms: OrderTerms {
            stop_price: if stop { Ticks(10_060) } else { Ticks::ZERO },
            display_lots: Lots(1),
            expire_time: NOW,
            ..OrderTerms::PLAIN
        },
        origin: NOW,
    }
}

#[test]
fn requests_and_reports_of_every_dialect_allocate_nothing() {
    for (file, symbol, named) in DIALECTS {
        let config = load(file, symbol);
        let spec = &config.dialect.spec;
        let dialect = Dialect::new(spec, &config.pipeline.instruments).expect("a dialect");
        let ours = session(Role::Initiator, spec.version);
        let mut gateway = FixGateway::new(GatewayId(0), ours, dialect);
        let mut broker = session(Role::Acceptor, spec.version);
        broker.on_connected(NOW.0);
        gateway.on_connected(NOW);
        let logon = gateway.poll_transmit().to_vec();
        gateway.consume_transmit(logon.len());
        broker.handle_bytes(NOW.0, &logon, &mut |_| {});
        gateway.handle_bytes(NOW, &written(&mut broker), &mut |_| {});
        allocator::take();

        let (mut reports, mut sent) = (0, 0);
        for about in ["150=0|39=0|", "150=F|39=1|32=2|31=100.505|", "150=4|39=4|"] {
            for order_type in [OrderType::Limit, OrderType::Stop, OrderType::StopLimit] {
                for kind in [RequestKind::New, RequestKind::Cancel, RequestKind::Status] {
                    let request = order(kind, order_type);
                    counted(|| gateway.send(NOW, &request).expect("logged on"));
                    sent += 1;
                }
            }
            let body = format!("37=V-1|17=E{reports}|{named}54=1|38=7|6=0|151=5|14=2|{about}");
            let bytes = said(&mut broker, "8", &body);
            let mut executions = 0;
            counted(|| {
                gateway.handle_bytes(NOW, &bytes, &mut |event| {
                    executions += u32::from(matches!(event, GatewayEvent::Execution(_)));
                });
            });
            assert_eq!(executions, 1, "{file}: {body}");
            reports += 1;
        }
        assert_eq!(allocator::take(), Allocations::default(), "{file}");
        assert_eq!((reports, sent), (3, 27));
    }
}

/// Counts what it hears.
struct Heard(u64);

impl MarketSink for Heard {
    fn on_market(&mut self, _: &Market<'_>) {
        self.0 += 1;
    }
}

#[test]
fn fix_market_data_allocates_nothing() {
    let config = config::parse(&[]).expect("the default");
    let ours = session(Role::Initiator, Version::Fix44);
    let mut feed = FixFeed::new(ours, &config.pipeline.instruments, FixFeedConfig::default());
    let mut venue = session(Role::Acceptor, Version::Fix44);
    let mut heard = Heard(0);
    venue.on_connected(NOW.0);
    feed.on_connected(NOW);
    let logon = feed.poll_transmit().to_vec();
    feed.consume_transmit(logon.len());
    venue.handle_bytes(NOW.0, &logon, &mut |_| {});
    feed.handle_bytes(NOW, &written(&mut venue), &mut heard, &mut |_| {});
    allocator::take();
    let book = "262=100000|55=BTCUSDT|268=2|269=0|83=1|270=61800|271=1|269=1|270=61801|271=1|";
    let mut messages = vec![said(&mut venue, "W", book)];
    for number in 2..1_000 {
        let price = 61_700 + number % 90;
        messages.push(said(
            &mut venue,
            "X",
            &format!("262=100000|268=1|279=0|269=0|83={number}|55=BTCUSDT|270={price}|271=0.5|"),
        ));
    }
    for message in &messages {
        counted(|| feed.handle_bytes(NOW, message, &mut heard, &mut |_| {}));
    }
    assert_eq!(allocator::take(), Allocations::default());
    // The snapshot, that it is live, and every change.
    assert_eq!(heard.0, 2 + 998);
}
