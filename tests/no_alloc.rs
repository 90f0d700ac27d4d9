//! From WebSocket bytes to FIX bytes and back, without a single allocation.
//!
//! ```text
//! generator ─▶ frame bytes ─▶ FrameReader ─▶ FeedSession ─▶ Engine ─▶ FixGateway ─▶ FIX bytes
//!     └─▶ its own FeedSession ─▶ Exchange ◀─ Session ◀────────────────────────────────┘
//!                                   └─▶ Session ─▶ FIX bytes ─▶ FixGateway ─▶ Engine
//! ```
//! Only our side is counted: what venue and broker do is done between the counted stretches, on
//! the same thread.

use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_app::config::{self, Config as EngineSettings};
use gannet_app::recovery::{self, Opened};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_fix::session::{Config, Role};
use gannet_fix::{MappedStore, Session};
use gannet_gateways::fix::{Dialect, FixGateway, GatewayEvent};
use gannet_journal::Maintenance;
use gannet_net::websocket::{FrameReader, FrameReaderConfig, FrameWriter, Role as Side};
use gannet_signals::Trader;
use gannet_sim::{Generator, GeneratorConfig};
use gannet_tests::broker::Broker;
use gannet_tests::temp::TempDir;
use gannet_types::{
    Bounded, Command, GatewayId, GatewayStatus, Input, Instrument, Market, Nanos, OrderRequest,
    RejectReason,
};

use crate::allocator::{self, Allocations, counted};

/// Frames until buffers have their size, sessions stand and the strategy has its averages: 40 s
/// of market.
const FRAMES_OF_WARM_UP: usize = 10_000;
const FRAMES_COUNTED: usize = 100_000;

const TIMER_INTERVAL: Nanos = Nanos(10_000_000);

#[test]
fn a_hundred_thousand_frames_allocate_nothing() {
    let config = config::parse(&[("[features]\nset = \"hft64\"", "the test")]);
    let mut rig = Rig::new(config.expect("a configuration"));
    rig.play(FRAMES_OF_WARM_UP);
    assert!(rig.ours.session.state(rig.instrument.id) == Some(gannet_types::FeedState::Live));
    let before = *rig.ours.path.engine.pipeline().counters();
    allocator::take();

    rig.play(FRAMES_COUNTED);

    let allocations = allocator::take();
    let after = rig.ours.path.engine.pipeline().counters();
    assert_eq!(allocations, Allocations::default(), "the hot path must not allocate");
    assert!(rig.ours.path.engine.failure().is_none());
    assert_eq!(rig.ours.session.counters().gaps, 0);
    assert_eq!(after.crossed_books, 0);
    let orders = after.orders - before.orders;
    let fills = after.fills - before.fills;
    assert!(orders >= 10, "{orders} orders: too few to prove anything");
    assert!(fills >= 10, "{fills} fills: too few to prove anything");
    assert_eq!(after.fills, rig.broker.fills, "every fill of the broker is booked once");
}

#[test]
fn several_accounts_and_strategies_allocate_nothing() {
    let desks = r#"
        [[account]]
        name = "fund"
        [[account]]
        name = "house"
        hedged = true
        [[strategies]]
        id = "first"
        [[strategies]]
        id = "second"
        account = "house"
        [[strategies]]
        id = "third"
        account = "house"
        quantity = "0.020"
        [risk]
        gross_exposure_max = "100000"
    "#;
    let mut rig = Rig::new(config::parse(&[(desks, "the test")]).expect("a configuration"));
    rig.play(FRAMES_OF_WARM_UP);
    allocator::take();
    rig.play(FRAMES_COUNTED / 2);
    assert_eq!(allocator::take(), Allocations::default(), "the hot path must not allocate");
    let fills = rig.ours.path.engine.pipeline().counters().fills;
    assert_eq!(fills, rig.broker.fills, "every fill of the broker is booked once");
    assert!(fills >= 10, "{fills} fills: too few to prove anything");
}

/// Everything, joined by one virtual time.
pub(crate) struct Rig {
    pub(crate) ours: Ours,
    market: Generator,
    websocket: FrameWriter,
    frame: Vec<u8>,
    bytes: Vec<u8>,
    broker: Broker,
    /// The time of the newest frame.
    pub(crate) now: Nanos,
    maintenance: Maintenance,
    timer_at: Nanos,
    instrument: Instrument,
    // Last, so that the journal is closed before its folder goes.
    pub(crate) folder: TempDir,
}

/// What is counted.
pub(crate) struct Ours {
    reader: FrameReader,
    session: FeedSession<BinanceUsdm>,
    pub(crate) path: Path,
    events: Bounded<GatewayEvent>,
}

/// Engine and gateway.
pub(crate) struct Path {
    pub(crate) engine: Engine<Trader>,
    pub(crate) gateway: Outlet,
}

pub(crate) struct Outlet(FixGateway<MappedStore>);

impl OrderSink for Outlet {
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.0.send(now, request).map_err(|_| RejectReason::GatewayDown)
    }
}

impl MarketSink for Path {
    fn on_market(&mut self, market: &Market<'_>) {
        self.engine.input(market.received, &Input::Market(*market), &mut self.gateway);
    }
}

impl Rig {
    pub(crate) fn new(mut config: EngineSettings) -> Self {
        let folder = TempDir::new("no-alloc");
        config.journal.directory = folder.join("journal");
        let instruments = &config.pipeline.instruments;
        let mut market = Generator::new(1, GeneratorConfig::default());
        let mut frame = Vec::new();
        let now = market.next_frame(&mut frame);

        let Opened { engine, maintenance, .. } = recovery::create(&config, now).expect("a journal");
        let store = MappedStore::open(&folder.join("fix.store"), 16 << 20).expect("a store");
        let settings = Config::new(Role::Initiator, "GANNET", "BROKER");
        let session = Session::new(settings, store).expect("a session");
        let gateway = FixGateway::new(GatewayId(0), session, Dialect::plain(instruments));
        let feed = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
        let mut rig = Self {
            ours: Ours {
                reader: FrameReader::new(Side::Client, FrameReaderConfig::default()),
                session: FeedSession::new(BinanceUsdm, instruments, feed),
                path: Path { engine, gateway: Outlet(gateway) },
                events: Bounded::with_capacity(1024),
            },
            broker: Broker::new(&config),
            now,
            market,
            websocket: FrameWriter::new(Side::Server, 0),
            frame,
            bytes: Vec::new(),
            maintenance,
            timer_at: now,
            instrument: instruments[0],
            folder,
        };
        rig.ours.session.on_connected(now);
        rig.ours.path.engine.input(
            now,
            &Input::Command(Command::Start),
            &mut rig.ours.path.gateway,
        );
        rig.ours.path.gateway.0.on_connected(now);
        rig.broker.connect(now);
        rig.speak_fix(now);
        rig
    }

    /// Plays `frames` frames, and counts what our side allocates.
    pub(crate) fn play(&mut self, frames: usize) {
        for _ in 0..frames {
            let now = self.market.next_frame(&mut self.frame);
            self.now = now;
            self.broker.on_frame(now, &self.frame, &self.market);
            self.speak_fix(now);
            self.bytes.clear();
            self.websocket.text(&self.frame, &mut self.bytes);
            counted(|| self.ours.on_socket(now, &self.bytes));
            while let Some(FeedRequest::Snapshot(id)) = self.ours.session.poll_request() {
                self.market.snapshot(&mut self.frame);
                counted(|| self.ours.on_snapshot(now, id, &self.frame));
            }
            if now >= self.timer_at {
                self.timer_at = now.after(TIMER_INTERVAL);
                counted(|| self.ours.on_timer(now));
                // On a thread of its own in the engine.
                if self.ours.path.engine.journal().room_bytes() < 1 << 20 {
                    self.maintenance.work().expect("room for the journal");
                }
            }
            self.speak_fix(now);
        }
    }

    /// Carries FIX bytes both ways until both sides are silent.
    fn speak_fix(&mut self, now: Nanos) {
        loop {
            self.bytes.clear();
            self.bytes.extend_from_slice(counted(|| self.ours.path.gateway.0.poll_transmit()));
            let sent = self.bytes.len();
            counted(|| self.ours.path.gateway.0.consume_transmit(sent));
            self.broker.on_bytes(now, &self.bytes);
            self.bytes.clear();
            self.broker.answer(now, &mut self.bytes);
            if !self.bytes.is_empty() {
                counted(|| self.ours.on_reports(now, &self.bytes));
            }
            if sent == 0 && self.bytes.is_empty() {
                return;
            }
        }
    }
}

impl Ours {
    /// What a read of the socket does.
    fn on_socket(&mut self, now: Nanos, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            let space = self.reader.space();
            let (read, after) = rest.split_at(space.len().min(rest.len()));
            space[..read.len()].copy_from_slice(read);
            self.reader.filled(read.len());
            rest = after;
            while let Some(frame) = self.reader.next_frame().expect("a whole frame") {
                self.session
                    .handle_frame(now, frame.payload, &mut self.path)
                    .expect("a readable frame");
            }
        }
    }

    fn on_snapshot(&mut self, now: Nanos, id: gannet_types::InstrumentId, body: &[u8]) {
        self.session.handle_snapshot(now, id, body, &mut self.path).expect("a snapshot");
    }

    fn on_timer(&mut self, now: Nanos) {
        self.session.handle_timeout(now, &mut self.path);
        let events = &mut self.events;
        if self.path.gateway.0.poll_timeout().is_some_and(|due| due <= now) {
            self.path.gateway.0.handle_timeout(now, &mut |event| {
                events.push(event).expect("room for an event");
            });
        }
        self.path.engine.input(now, &Input::Timer, &mut self.path.gateway);
        self.act(now);
    }

    fn on_reports(&mut self, now: Nanos, bytes: &[u8]) {
        let events = &mut self.events;
        self.path.gateway.0.handle_bytes(now, bytes, &mut |event| {
            events.push(event).expect("room for an event");
        });
        self.act(now);
    }

    fn act(&mut self, now: Nanos) {
        for event in self.events.iter() {
            let input = match *event {
                GatewayEvent::Execution(report) => Input::Execution(report),
                GatewayEvent::State(state) => {
                    Input::Gateway(GatewayStatus { gateway: GatewayId(0), state })
                }
                GatewayEvent::LoggedOut(_)
                | GatewayEvent::Disconnect(_)
                | GatewayEvent::Copy(_)
                | GatewayEvent::Listening(_) => {
                    panic!("the broker hung up")
                }
            };
            self.path.engine.input(now, &input, &mut self.path.gateway);
        }
        self.events.clear();
    }
}
