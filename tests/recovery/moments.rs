//! Death at exactly the worst moments, in virtual time: between the record of an order and its
//! sending, between its sending and the wire, between a report's number and its record.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use gannet_app::agents::engine::{Engine, OrderSink};
use gannet_app::config::Config;
use gannet_app::recovery;
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_fix::session::{Config as Settings, Role};
use gannet_fix::{MappedStore, Session};
use gannet_gateways::fix::{Dialect, FixGateway, GatewayEvent};
use gannet_journal::Maintenance;
use gannet_signals::Trader;
use gannet_sim::{Generator, GeneratorConfig};
use gannet_tests::broker::Broker;
use gannet_tests::desk::lively;
use gannet_tests::random::Random;
use gannet_tests::temp::TempDir;
use gannet_types::{
    ClientOrderId, Command, ExecKind, GatewayId, GatewayStatus, Input, InstrumentId, Lots, Market,
    Nanos, OrderId, OrderRequest, OrderStatus, RejectReason,
};

const TIMER_INTERVAL: Nanos = Nanos(10_000_000);

/// When the engine dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moment {
    /// A request is recorded and not in the FIX store.
    Recorded,
    /// A request is in the FIX store and not on the wire.
    Stored,
    /// A report is counted by the session and not recorded.
    Counted,
    /// The same with the report of a trade.
    Traded,
    /// Nothing in particular.
    Between,
}

const MOMENTS: [Moment; 5] =
    [Moment::Recorded, Moment::Stored, Moment::Counted, Moment::Traded, Moment::Between];

/// What must be the same after a death.
type State = (Lots, Vec<(OrderId, OrderStatus, Lots)>);

#[test]
fn no_moment_loses_or_doubles_an_order() {
    for seed in 1..=3 {
        let mut random = Random::new(seed);
        let mut world = World::new(seed);
        for round in 0..20 {
            let moment = MOMENTS[round % MOMENTS.len()];
            world.live(moment, 100 + random.below(900));
        }
        world.end();
    }
}

/// What outlives the engine.
struct World {
    config: Config,
    store: PathBuf,
    market: Generator,
    frame: Vec<u8>,
    broker: Broker,
    now: Nanos,
    before: Option<State>,
    _folder: TempDir,
}

/// The engine and everything that dies with it.
struct Life {
    engine: Engine<Trader>,
    outlet: Outlet,
    maintenance: Maintenance,
    session: FeedSession<BinanceUsdm>,
    timer_at: Nanos,
}

struct Outlet {
    gateway: FixGateway<MappedStore>,
    /// Die at the next chance like this.
    moment: Option<Moment>,
    dead: bool,
}

impl OrderSink for Outlet {
    fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        // The dead do nothing, and nobody learns that they did not.
        if self.dead {
            return Ok(());
        }
        self.dead = matches!(self.moment, Some(Moment::Recorded | Moment::Stored));
        if self.moment == Some(Moment::Recorded) {
            return Ok(());
        }
        self.gateway.send(now, request).map_err(|_| RejectReason::GatewayDown)
    }
}

impl MarketSink for Life {
    fn on_market(&mut self, market: &Market<'_>) {
        self.input(market.received, &Input::Market(*market));
    }
}

impl Life {
    /// Starts as the program does: journal, store, what never left, then the session.
    fn open(config: &Config, store: &Path, now: Nanos, before: Option<&State>) -> Self {
        let mut opened = recovery::open(config, now).expect("a whole journal");
        let store = MappedStore::open(store, 1 << 20).expect("a whole store");
        let settings = Settings::new(Role::Initiator, "GANNET", "BROKER");
        let session = Session::new(settings, store).expect("a session");
        let instruments = &config.pipeline.instruments;
        let mut gateway = FixGateway::new(GatewayId(0), session, Dialect::plain(instruments));
        if let Some(recovered) = &opened.recovered {
            assert_eq!(Some(&state(&opened.engine)), before, "recovery is where it died");
            let stored = gateway.stored_requests();
            let engine = &mut opened.engine;
            recovery::settle_unsent(engine, &recovered.unanswered, &stored, now);
            check_settled(engine, &recovered.unanswered, &stored);
            gateway.resume_after(recovered.heard(GatewayId(0)));
        }
        gateway.on_connected(now);
        let feed = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
        let mut life = Self {
            engine: opened.engine,
            outlet: Outlet { gateway, moment: None, dead: false },
            maintenance: opened.maintenance,
            session: FeedSession::new(BinanceUsdm, instruments, feed),
            timer_at: now,
        };
        life.session.on_connected(now);
        life.input(now, &Input::Command(Command::Start));
        life
    }

    fn input(&mut self, now: Nanos, input: &Input<'_>) {
        if !self.outlet.dead {
            self.engine.input(now, input, &mut self.outlet);
        }
    }

    fn on_frame(&mut self, now: Nanos, frame: &[u8], market: &Generator) {
        let mut session = std::mem::replace(
            &mut self.session,
            FeedSession::new(BinanceUsdm, &[], FeedConfig { silence_max: Nanos::SECOND }),
        );
        session.handle_frame(now, frame, self).expect("a readable frame");
        while let Some(FeedRequest::Snapshot(id)) = session.poll_request() {
            let mut body = Vec::new();
            market.snapshot(&mut body);
            session.handle_snapshot(now, id, &body, self).expect("a readable snapshot");
        }
        self.session = session;
        if now >= self.timer_at {
            self.timer_at = now.after(TIMER_INTERVAL);
            self.input(now, &Input::Timer);
            self.maintenance.work().expect("room for the journal");
        }
    }

    fn on_reports(&mut self, now: Nanos, bytes: &[u8]) {
        let mut events = Vec::new();
        self.outlet.gateway.handle_bytes(now, bytes, &mut |event| events.push(event));
        let kills = |event: &GatewayEvent| match (self.outlet.moment, event) {
            (Some(Moment::Counted), GatewayEvent::Execution(_)) => true,
            (Some(Moment::Traded), GatewayEvent::Execution(report)) => {
                report.kind == ExecKind::Trade
            }
            _ => false,
        };
        self.outlet.dead = events.iter().any(kills);
        for event in events {
            let input = match event {
                GatewayEvent::Execution(report) => Input::Execution(report),
                GatewayEvent::State(state) => {
                    Input::Gateway(GatewayStatus { gateway: GatewayId(0), state })
                }
                GatewayEvent::LoggedOut(_)
                | GatewayEvent::Disconnect(_)
                | GatewayEvent::Copy(_)
                | GatewayEvent::Listening(_) => {
                    panic!("the session was not continued")
                }
            };
            self.input(now, &input);
        }
    }
}

/// What never left waits for no answer.
fn check_settled(
    engine: &Engine<Trader>,
    unanswered: &[OrderRequest],
    stored: &BTreeSet<ClientOrderId>,
) {
    for request in unanswered.iter().filter(|it| !stored.contains(&it.client_order_id)) {
        use OrderStatus::{PendingCancel, PendingNew, PendingReplace};
        let waits = engine.pipeline().open_orders().any(|order| {
            order.current == request.client_order_id
                && matches!(order.status, PendingNew | PendingCancel | PendingReplace)
        });
        assert!(!waits, "{request:?}");
    }
}

fn state(engine: &Engine<Trader>) -> State {
    let pipeline = engine.pipeline();
    let orders = pipeline.open_orders().map(|order| (order.id, order.status, order.cum_lots));
    (pipeline.position(InstrumentId(0)).expect("a position").lots, orders.collect())
}

impl World {
    fn new(seed: u64) -> Self {
        let folder = TempDir::new("moments");
        let mut config = lively("");
        config.journal.directory = folder.join("journal");
        let mut market = Generator::new(seed, GeneratorConfig::default());
        let mut frame = Vec::new();
        let now = market.next_frame(&mut frame);
        Self {
            store: folder.join("fix.store"),
            broker: Broker::new(&config),
            config,
            market,
            frame,
            now,
            before: None,
            _folder: folder,
        }
    }

    fn open(&mut self) -> Life {
        let life = Life::open(&self.config, &self.store, self.now, self.before.as_ref());
        self.broker.connect(self.now);
        life
    }

    /// Lives for `frames` frames, then dies at the first chance of `moment`.
    fn live(&mut self, moment: Moment, frames: usize) {
        let mut life = self.open();
        self.play(&mut life, frames);
        life.outlet.moment = Some(moment);
        let mut waited = 0;
        while moment != Moment::Between && !life.outlet.dead {
            self.play(&mut life, 1);
            waited += 1;
            assert!(waited < 10_000, "no chance to die at {moment:?}");
        }
        self.before = Some(state(&life.engine));
    }

    /// Lives once more, stops in order, and compares.
    fn end(mut self) {
        let mut life = self.open();
        self.play(&mut life, 1_000);
        life.input(self.now, &Input::Command(Command::Drain));
        self.play(&mut life, 300);
        let pipeline = life.engine.pipeline();
        let counted = pipeline.counters();
        assert!(pipeline.is_drained(), "{:?}", state(&life.engine));
        assert_eq!(self.broker.open_orders(), 0);
        assert_eq!(self.broker.duplicates, 0, "a request was sent twice");
        assert_eq!(self.broker.fills, counted.fills, "a fill was lost or booked twice");
        let position = pipeline.position(InstrumentId(0)).expect("a position");
        assert_eq!(self.broker.position(), position.lots);
        assert_eq!(self.broker.fees, position.fees, "what a status tells has no fee");
        assert_eq!(counted.unknown_executions, 0, "{counted:?}");
        assert!(counted.fills > 20, "too little to prove anything: {counted:?}");
    }

    fn play(&mut self, life: &mut Life, frames: usize) {
        for _ in 0..frames {
            self.now = self.market.next_frame(&mut self.frame);
            self.broker.on_frame(self.now, &self.frame, &self.market);
            self.speak_fix(life);
            life.on_frame(self.now, &self.frame, &self.market);
            self.speak_fix(life);
        }
    }

    /// Carries bytes both ways until both sides are silent, or one is dead.
    fn speak_fix(&mut self, life: &mut Life) {
        let now = self.now;
        while !life.outlet.dead {
            let sent = life.outlet.gateway.poll_transmit().to_vec();
            life.outlet.gateway.consume_transmit(sent.len());
            self.broker.on_bytes(now, &sent);
            let mut answers = Vec::new();
            self.broker.answer(now, &mut answers);
            if sent.is_empty() && answers.is_empty() {
                return;
            }
            life.on_reports(now, &answers);
        }
    }
}
