//! Both sides of a session speak to each other in memory. The broker's side checks every message
//! against the standard dictionary, so that what is understood is also what the standard allows.

use std::sync::{Arc, LazyLock};

use gannet_fix::session::{Config, Role};
use gannet_fix::{Dictionary, Event, MemoryStore, Session, Version};
use gannet_types::{
    AccountId, ClientOrderId, GatewayId, GatewayState, Increment, Instrument, InstrumentId, Lots,
    Nanos, OrderId, OrderRequest, OrderTerms, OrderType, RequestKind, Side, StrategyId, Text,
    Ticks, TimeInForce,
};

use super::*;

mod copies;
mod dialects;
mod heard;
mod positions;
mod round_trip;

const NOW: Nanos = Nanos(1_700_000_000_123_456_789);

/// Every version that orders are spoken in.
const VERSIONS: [Version; 6] = [
    Version::Fix42,
    Version::Fix43,
    Version::Fix44,
    Version::Fix50,
    Version::Fix50Sp1,
    Version::Fix50Sp2,
];

fn instrument() -> Instrument {
    Instrument {
        id: InstrumentId(0),
        symbol: Text::new(b"BTCUSDT"),
        tick: Increment::parse(b"0.10").expect("a step"),
        lot: Increment::parse(b"0.001").expect("a step"),
        kind: gannet_types::InstrumentKind::Linear,
    }
}

/// The dictionaries of each of [`VERSIONS`]: compiling them takes longer than any test.
static DICTIONARIES: LazyLock<Vec<Vec<Arc<Dictionary>>>> =
    LazyLock::new(|| VERSIONS.into_iter().map(Config::standard_dictionaries).collect());

/// One side of a session that checks everything it hears.
fn session(role: Role, version: Version) -> Session<MemoryStore> {
    let (sender, target) = match role {
        Role::Initiator => ("GANNET", "BROKER"),
        Role::Acceptor => ("BROKER", "GANNET"),
    };
    let config = Config {
        version,
        dictionaries: VERSIONS
            .iter()
            .position(|known| *known == version)
            .map(|index| DICTIONARIES[index].clone())
            .expect("a version that orders are spoken in"),
        precision: gannet_fix::codec::timestamp::Precision::Millis,
        ..Config::new(role, sender, target)
    };
    Session::new(config, MemoryStore::new(1 << 20)).expect("valid settings")
}

/// A gateway and a broker's session, logged on to each other.
struct Link {
    gateway: FixGateway<MemoryStore>,
    broker: Session<MemoryStore>,
    dialect: Dialect,
    events: Vec<GatewayEvent>,
    requests: Vec<Result<OrderRequest, TranslateError>>,
    /// What the broker heard, `|` for separators, from BeginString to the checksum.
    heard: Vec<String>,
    /// What either side found wrong with the other's messages.
    refused: Vec<String>,
}

impl Link {
    fn plain(version: Version) -> Self {
        Self::new(Dialect::new(&DialectSpec::plain(version), &[instrument()]).expect("plain"))
    }

    fn new(dialect: Dialect) -> Self {
        let ours = session(Role::Initiator, dialect.version());
        Self::of(FixGateway::new(GatewayId(0), ours, dialect.clone()), dialect)
    }

    fn of(gateway: FixGateway<MemoryStore>, dialect: Dialect) -> Self {
        let mut link = Self {
            gateway,
            broker: session(Role::Acceptor, dialect.version()),
            dialect,
            events: Vec::new(),
            requests: Vec::new(),
            heard: Vec::new(),
            refused: Vec::new(),
        };
        link.broker.on_connected(NOW.0);
        link.gateway.on_connected(NOW);
        link.exchange();
        let up = GatewayState::Up;
        let expected = [GatewayEvent::State(up), GatewayEvent::Listening(up)];
        assert!(matches!(link.events[..], [event] if expected.contains(&event)));
        link.events.clear();
        link
    }

    /// Carries bytes until both sides are silent.
    fn exchange(&mut self) {
        loop {
            let out = self.gateway.poll_transmit().to_vec();
            self.gateway.consume_transmit(out.len());
            let (requests, dialect) = (&mut self.requests, &self.dialect);
            let (heard, refused) = (&mut self.heard, &mut self.refused);
            self.broker.handle_bytes(NOW.0, &out, &mut |event| match event {
                Event::Application { message, .. } => {
                    heard.push(String::from_utf8_lossy(message.bytes()).replace('\x01', "|"));
                    requests.push(request::read(message, dialect, NOW));
                }
                Event::Refused { .. } | Event::Garbled { .. } => refused.push(format!("{event:?}")),
                _ => {}
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

    /// Lets the broker say a message whose body is `fields`, `|` for separators.
    fn say(&mut self, msg_type: &str, fields: &str) {
        let fields = fields.replace('|', "\x01");
        self.broker
            .send(NOW.0, msg_type.as_bytes(), |writer| writer.raw(fields.as_bytes()))
            .expect("logged on");
        self.exchange();
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
        terms: OrderTerms::PLAIN,
        origin: NOW,
    }
}
