//! The real gateway trades at the broker, which follows a generated venue: three programs in one
//! thread, over loopback and in made-up time.

use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_fix::dictionary::Validation;
use gannet_fix::session::{Config, DisconnectReason, Role, State};
use gannet_fix::{Event, MemoryStore, Session, tag};
use gannet_gateways::fix::{Dialect, FixGateway, GatewayEvent};
use gannet_net::tcp::{ReadOutcome, TcpOptions, TcpStream, WriteOutcome};
use gannet_sim::{Fees, GeneratorConfig, Latency};
use gannet_types::{
    AccountId, ClientOrderId, ExecKind, ExecutionReport, GatewayId, GatewayState, InstrumentId,
    Lots, Notional, OrderId, OrderRequest, OrderTerms, OrderType, PegReference, PositionEffect,
    PositionTold, RejectReason, RequestKind, Side, StrategyId, Ticks, TimeInForce, VenuePosition,
};

use super::*;
use crate::agents::feed_link::FeedLink;
use crate::config::{self, DialectConfig, Speed};
use crate::demo::source::MarketSource;
use crate::demo::testing::{LOOPBACK, TURN, TURNS_MAX, feed, instrument};
use crate::demo::venue::{Venue, VenueOptions};
use crate::fix::testing::{acceptor_config, named};

/// Far below and far above the generated market, which starts at 618,002.
const LOW: Ticks = Ticks(600_000);
const HIGH: Ticks = Ticks(640_000);

fn broker(venue: &Venue) -> Broker<FeedLink<BinanceUsdm>> {
    broker_of(venue, acceptor_config(vec![named("GANNET")], Vec::new()))
}

fn broker_of(venue: &Venue, acceptor: AcceptorConfig) -> Broker<FeedLink<BinanceUsdm>> {
    let latency = Latency::Even { base: Nanos(500_000), jitter: Nanos(100_000) };
    let exchange = ExchangeConfig {
        latency_in: latency.clone(),
        latency_out: latency,
        fees: Fees { maker_ppm: 200, taker_ppm: 500 }.into(),
        ..ExchangeConfig::default()
    };
    let options = BrokerOptions { acceptor, exchange, instruments: vec![instrument()] };
    Broker::bind(options, feed(venue.local_address(), None)).expect("a free port")
}

fn initiator() -> Session<MemoryStore> {
    let config = Config::new(Role::Initiator, "GANNET", "BROKER");
    Session::new(config, MemoryStore::new(1 << 20)).expect("valid settings")
}

fn venue() -> Venue {
    let source = MarketSource::generated(5, GeneratorConfig::default());
    let options = VenueOptions { speed: Speed::Times(1), subscribers: 1 };
    Venue::bind(LOOPBACK, None, source, options).expect("a free port")
}

/// Venue, broker, and a gateway that connects to it.
struct World {
    now: Nanos,
    venue: Venue,
    broker: Broker<FeedLink<BinanceUsdm>>,
    gateway: FixGateway<MemoryStore>,
    socket: Option<TcpStream>,
    is_up: bool,
    /// How often the answer to a question about all orders was complete.
    told: u32,
    /// Why the session ended.
    ended: Option<DisconnectReason>,
    reports: Vec<ExecutionReport>,
    positions: Vec<VenuePosition>,
    orders: u64,
}

impl World {
    /// Logged on, with a broker whose book is live.
    fn new() -> Self {
        let venue = venue();
        let broker = broker(&venue);
        let gateway = FixGateway::new(GatewayId(0), initiator(), Dialect::plain(&[instrument()]));
        Self::of(venue, broker, gateway)
    }

    /// Both sides speak the dialect of a file in `config/fix` and check what they hear.
    fn speaking(file: &str) -> (Self, DialectConfig) {
        let path = format!("{}/../../config/fix/{file}", env!("CARGO_MANIFEST_DIR"));
        let overlay = format!(
            "[gateway]\nhost = \"broker.example\"\nport = 9880\ndialect = \"{path}\"\n\
             [acceptor]\ndialects = [\"{path}\"]"
        );
        let config = config::parse(&[(&overlay, "the test")]).expect("a configuration");
        let ours = config.dialect.session(config.fix.session.clone()).expect("a dictionary");
        let mut accepted = named("GANNET");
        accepted.config.version = ours.version;
        accepted.config.dictionaries = Config::standard_dictionaries(ours.version);
        // The broker knows its own fields, 9001 and the like.
        accepted.config.validation = Validation { user_defined_tags: false, ..Validation::full() };
        let acceptor = AcceptorConfig {
            dialects: config.acceptor.dialects,
            ..acceptor_config(vec![accepted], Vec::new())
        };
        let venue = venue();
        let broker = broker_of(&venue, acceptor);
        let spoken = Dialect::new(&config.dialect.spec, &[instrument()]).expect("a dialect");
        let session = Session::new(ours, MemoryStore::new(1 << 20)).expect("valid settings");
        let gateway = FixGateway::new(GatewayId(0), session, spoken);
        (Self::of(venue, broker, gateway), config.dialect)
    }

    fn of(
        venue: Venue,
        broker: Broker<FeedLink<BinanceUsdm>>,
        gateway: FixGateway<MemoryStore>,
    ) -> Self {
        let mut world = Self {
            now: Nanos(1_700_000_000_000_000_000),
            venue,
            broker,
            gateway,
            socket: None,
            is_up: false,
            told: 0,
            ended: None,
            reports: Vec::new(),
            positions: Vec::new(),
            orders: 0,
        };
        world.connect();
        for _ in 0..1_000 {
            let id = world.order(LOW, 1, TimeInForce::GoodTillCancel);
            world.until(|world| world.answered(id));
            if world.kinds(id) == [ExecKind::New] {
                world.cancel(id);
                world.until(|world| world.kinds(id).len() == 2);
                world.reports.clear();
                return world;
            }
            assert_eq!(world.reports[0].reason, RejectReason::StaleBook);
            world.reports.clear();
        }
        panic!("the broker has no book");
    }

    fn connect(&mut self) {
        let socket = TcpStream::connect(self.broker.local_address(), TcpOptions::default());
        self.socket = Some(socket.expect("a socket"));
        self.until(|world| world.socket.as_ref().is_some_and(|s| s.poll_connected().is_ok()));
        self.gateway.on_connected(self.now);
        self.until(|world| world.is_up);
    }

    /// Cuts the line; what is in it is lost.
    fn cut(&mut self) {
        self.socket = None;
        self.is_up = false;
        self.gateway.on_disconnected(self.now, &mut |_| {});
        self.until(|world| world.broker.acceptor.is_empty());
    }

    fn turn(&mut self) {
        self.now = self.now.after(TURN);
        self.venue_and_broker();
        let Some(socket) = &mut self.socket else { return };
        let mut buffer = [0; 4_096];
        let (is_up, reports) = (&mut self.is_up, &mut self.reports);
        let (ended, told) = (&mut self.ended, &mut self.told);
        let positions = &mut self.positions;
        let mut on_event = |event| match event {
            GatewayEvent::Execution(report) => reports.push(report),
            GatewayEvent::State(GatewayState::Told) => *told += 1,
            GatewayEvent::State(state) => *is_up = state == GatewayState::Up,
            GatewayEvent::Position(position) => positions.push(position),
            event @ (GatewayEvent::Copy(_) | GatewayEvent::Listening(_)) => panic!("{event:?}"),
            GatewayEvent::LoggedOut(_) => {}
            GatewayEvent::Disconnect(reason) => *ended = Some(reason),
        };
        if let Ok(ReadOutcome::Bytes(count)) = socket.read(&mut buffer) {
            self.gateway.handle_bytes(self.now, &buffer[..count], &mut on_event);
        }
        self.gateway.handle_timeout(self.now, &mut on_event);
        self.write();
    }

    fn venue_and_broker(&mut self) {
        self.venue.turn(self.now);
        self.broker.turn(self.now);
    }

    fn write(&mut self) {
        let socket = self.socket.as_mut().expect("connected");
        let pending = self.gateway.poll_transmit();
        if !pending.is_empty()
            && let Ok(WriteOutcome::Bytes(count)) = socket.write(pending)
        {
            self.gateway.consume_transmit(count);
        }
    }

    #[track_caller]
    fn until(&mut self, done: impl Fn(&Self) -> bool) {
        for _ in 0..TURNS_MAX {
            if done(self) {
                return;
            }
            assert_eq!(self.ended, None, "the session ended");
            self.turn();
        }
        panic!("it did not happen; reports: {:?}", self.reports);
    }

    fn request(&self, kind: RequestKind, id: ClientOrderId) -> OrderRequest {
        OrderRequest {
            kind,
            gateway: GatewayId(0),
            account: AccountId(0),
            strategy: StrategyId(0),
            instrument: InstrumentId(0),
            client_order_id: id,
            terms: gannet_types::OrderTerms::PLAIN,
            original: ClientOrderId::new(id.order(), 0),
            side: Side::Buy,
            order_type: OrderType::Limit,
            time_in_force: TimeInForce::GoodTillCancel,
            price: LOW,
            lots: Lots(1),
            origin: self.now,
        }
    }

    fn report(&self) -> BrokerReport {
        self.broker.reports().remove(0).report
    }

    /// The broker's.
    fn next_outbound(&self) -> u64 {
        self.broker.acceptor.sessions().next().expect("one").next_outbound()
    }

    fn order(&mut self, price: Ticks, lots: i64, time_in_force: TimeInForce) -> OrderId {
        self.place(|new| OrderRequest { price, lots: Lots(lots), time_in_force, ..new })
    }

    fn place(&mut self, special: impl FnOnce(OrderRequest) -> OrderRequest) -> OrderId {
        self.orders += 1;
        let order = OrderId(self.orders);
        let request = special(self.request(RequestKind::New, ClientOrderId::new(order, 0)));
        self.gateway.send(self.now, &request).expect("logged on");
        self.write();
        order
    }

    fn cancel(&mut self, order: OrderId) {
        let request = self.request(RequestKind::Cancel, ClientOrderId::new(order, 1));
        self.gateway.send(self.now, &request).expect("logged on");
        self.write();
    }

    fn ask_about_all(&mut self) {
        self.ask(RequestKind::MassStatus);
    }

    /// Asks something that is about no order.
    fn ask(&mut self, kind: RequestKind) {
        self.orders += 1;
        let question = ClientOrderId::new(OrderId(self.orders), 0);
        let request = self.request(kind, question);
        self.gateway.send(self.now, &request).expect("logged on");
        self.write();
    }

    fn answered(&self, order: OrderId) -> bool {
        !self.kinds(order).is_empty()
    }

    fn kinds(&self, order: OrderId) -> Vec<ExecKind> {
        let about = |report: &&ExecutionReport| report.client_order_id.order() == order;
        self.reports.iter().filter(about).map(|report| report.kind).collect()
    }
}

#[test]
fn orders_work_trade_and_are_cancelled() {
    let mut world = World::new();
    let resting = world.order(LOW, 2, TimeInForce::GoodTillCancel);
    let taking = world.order(HIGH, 3, TimeInForce::ImmediateOrCancel);
    let filled = |world: &World| {
        world
            .reports
            .iter()
            .any(|report| report.client_order_id.order() == taking && report.cum_lots == Lots(3))
    };
    world.until(filled);
    assert_eq!(world.kinds(resting), [ExecKind::New]);
    assert_eq!(world.kinds(taking)[..2], [ExecKind::New, ExecKind::Trade]);

    let truth = world.report();
    assert_eq!((truth.positions.len(), truth.positions[0].lots), (1, 3));
    assert_eq!(truth.open_orders.len(), 1);
    assert_eq!(truth.open_orders[0].price, LOW.0);

    world.cancel(resting);
    world.until(|world| world.kinds(resting).len() == 2);
    assert_eq!(world.kinds(resting), [ExecKind::New, ExecKind::Canceled]);
    world.cancel(resting);
    world.until(|world| world.kinds(resting).len() == 3);
    assert_eq!(world.kinds(resting)[2], ExecKind::CancelRejected);
    let truth = world.report();
    assert_eq!((truth.open_orders.len(), truth.duplicates), (0, 1));
}

/// FIX 4.2, 4.4 and 5.0 SP2 over FIXT.1.1, each as a shipped dialect has it.
#[test]
fn every_shipped_dialect_trades_from_logon_to_logout() {
    for (file, begin_string, asks_for_all) in [
        ("harbour.toml", "FIX.4.2", false),
        ("meridian.toml", "FIX.4.4", true),
        ("summit.toml", "FIXT.1.1", true),
    ] {
        let (mut world, dialect) = World::speaking(file);
        assert_eq!(dialect.spec.version.begin_string(), begin_string);
        assert_eq!(dialect.spec.capabilities.mass_status, asks_for_all, "{file}");
        let resting = world.order(LOW, 2, TimeInForce::GoodTillCancel);
        let taking = world.order(HIGH, 3, TimeInForce::ImmediateOrCancel);
        world.until(|world| world.reports.iter().any(|report| report.cum_lots == Lots(3)));
        assert_eq!(world.kinds(resting), [ExecKind::New], "{file}");
        assert_eq!(world.kinds(taking)[..2], [ExecKind::New, ExecKind::Trade], "{file}");
        if asks_for_all {
            world.ask_about_all();
            world.until(|world| world.told == 1);
            assert_eq!(world.kinds(resting), [ExecKind::New, ExecKind::Status], "{file}");
        }
        world.cancel(resting);
        world.until(|world| world.kinds(resting).last() == Some(&ExecKind::Canceled));
        if asks_for_all {
            let before = world.reports.len();
            world.ask_about_all();
            world.until(|world| world.told == 2);
            assert_eq!(world.reports.len(), before, "{file}: that there is none is no report");
        }
        assert_eq!(dialect.spec.capabilities.positions, asks_for_all, "{file}");
        if asks_for_all {
            world.ask(RequestKind::Positions);
            world.until(|world| world.positions.len() == 2);
            let told = [world.positions[0].told, world.positions[1].told];
            let (instrument, funding) = (InstrumentId(0), Some(Notional::ZERO));
            let held = PositionTold::Held { instrument, lots: Lots(3), funding };
            assert_eq!(told, [PositionTold::Announced, held], "{file}");
        }
        let truth = world.report();
        let lots: Vec<i64> = truth.positions.iter().map(|position| position.lots).collect();
        assert_eq!((lots, truth.open_orders.len(), truth.business_rejects), (vec![3], 0, 0));
        assert_eq!((truth.unsendable, truth.duplicates), (0, 0), "{file}");
        assert_eq!(world.gateway.counters().untranslated, 0, "{file}");

        world.gateway.logout(world.now);
        for _ in 0..TURNS_MAX {
            if world.ended.is_some() {
                break;
            }
            world.turn();
        }
        assert_eq!(world.ended, Some(DisconnectReason::LoggedOut), "{file}");
        world.cut();
    }
}

#[test]
fn pegs_and_trailing_stops_come_by_fix_and_auction_orders_are_refused_by_name() {
    let far = Ticks(50_000);
    for file in ["meridian.toml", "summit.toml"] {
        let (mut world, _) = World::speaking(file);
        let terms =
            OrderTerms { peg: PegReference::Primary, offset: Ticks(-far.0), ..OrderTerms::PLAIN };
        let order_type = OrderType::Pegged;
        let peg = world.place(|new| OrderRequest { order_type, terms, price: Ticks::ZERO, ..new });
        let terms = OrderTerms { offset: far, ..OrderTerms::PLAIN };
        let order_type = OrderType::TrailingStop;
        let stop = world.place(|new| OrderRequest { order_type, terms, price: Ticks::ZERO, ..new });
        let auction = world.order(LOW, 1, TimeInForce::AtTheClose);
        world.until(|world| world.answered(auction));
        assert_eq!(world.kinds(peg), [ExecKind::New], "{file}");
        assert_eq!(world.kinds(stop), [ExecKind::New], "{file}");
        let refusal = world.reports.last().expect("a report");
        let expected = (ExecKind::Rejected, RejectReason::TimeInForceUnsupported);
        assert_eq!((refusal.kind, refusal.reason), expected, "{file}");
        let truth = world.report();
        assert_eq!((truth.open_orders.len(), truth.business_rejects), (2, 0), "{file}");
        // The peg stands where the market is, less its distance.
        let price = truth.open_orders[0].price;
        assert!(price > LOW.0 - far.0 && price < HIGH.0, "{file}: {truth:?}");
        world.cut();
    }
}

#[test]
fn what_only_closes_is_cut_by_the_broker_to_the_side_it_closes() {
    let mut world = World::new();
    let open = OrderTerms { position_effect: PositionEffect::Open, ..OrderTerms::PLAIN };
    let close = OrderTerms { position_effect: PositionEffect::Close, ..OrderTerms::REDUCING };
    let long = world.place(|new| OrderRequest { terms: open, price: HIGH, lots: Lots(3), ..new });
    world.until(|world| {
        let last = world.reports.last().filter(|report| report.kind == ExecKind::Trade);
        last.is_some_and(|report| report.cum_lots == Lots(3))
    });
    assert!(world.kinds(long).contains(&ExecKind::Trade));
    let sale = |new| OrderRequest { side: Side::Sell, price: HIGH, lots: Lots(5), ..new };
    let cut = world.place(|new| OrderRequest { terms: close, ..sale(new) });
    world.until(|world| world.kinds(cut).len() == 2);
    assert_eq!(world.kinds(cut), [ExecKind::New, ExecKind::Restated]);
    let restated = world.reports.last().expect("a report");
    assert_eq!((restated.leaves_lots, restated.position_effect), (Lots(3), PositionEffect::Close));
    // There is no short side that a purchase could close.
    let none = world.place(|new| OrderRequest { terms: close, ..new });
    world.until(|world| world.answered(none));
    let refusal = world.reports.last().expect("a report");
    assert_eq!((refusal.kind, refusal.reason), (ExecKind::Rejected, RejectReason::ReduceOnly));
}

#[test]
fn a_late_replacement_is_rejected_as_one() {
    let mut world = World::new();
    let order = world.order(LOW, 2, TimeInForce::GoodTillCancel);
    world.until(|world| world.answered(order));
    let id = |revision| ClientOrderId::new(order, revision);
    let replace = |world: &World, revision, price| {
        let request = world.request(RequestKind::Replace, id(revision));
        OrderRequest { price, lots: Lots(2), ..request }
    };
    let first = replace(&world, 1, Ticks(LOW.0 + 1));
    world.gateway.send(world.now, &first).expect("logged on");
    world.until(|world| world.kinds(order).len() == 2);
    assert_eq!(world.reports[1].price, Ticks(LOW.0 + 1));
    let worthless = replace(&world, 2, Ticks::ZERO);
    world.gateway.send(world.now, &worthless).expect("logged on");
    world.until(|world| world.kinds(order).len() == 3);
    assert_eq!(world.kinds(order)[1..], [ExecKind::Replaced, ExecKind::CancelRejected]);
    assert_eq!(world.reports[2].reason, RejectReason::BadPrice);
    assert!(world.broker.floor.booth(0).desk.replacements.is_empty());
}

#[test]
fn what_was_missed_comes_once_after_the_reconnect() {
    let mut world = World::new();
    let resting = world.order(LOW, 2, TimeInForce::GoodTillCancel);
    world.until(|world| world.answered(resting));

    // The report of this one is sent, but dies on the line.
    let unheard = world.order(LOW, 1, TimeInForce::GoodTillCancel);
    let sent = world.next_outbound();
    for _ in 0..TURNS_MAX {
        if world.next_outbound() > sent {
            break;
        }
        world.now = world.now.after(TURN);
        world.venue_and_broker();
    }
    assert_eq!(world.next_outbound(), sent + 1);

    // These are received, but answered only after the line is cut.
    world.cancel(resting);
    let taking = world.order(HIGH, 1, TimeInForce::ImmediateOrCancel);
    world.broker.turn(world.now);
    assert!(!world.answered(unheard));
    world.cut();
    for _ in 0..100 {
        world.turn();
    }
    assert_eq!(world.next_outbound(), sent + 1);

    world.connect();
    world.until(|world| world.kinds(taking).len() == 2);
    for _ in 0..1_000 {
        world.turn();
    }
    assert_eq!(world.kinds(resting), [ExecKind::New, ExecKind::Canceled]);
    assert_eq!(world.kinds(unheard), [ExecKind::New]);
    assert_eq!(world.kinds(taking), [ExecKind::New, ExecKind::Trade]);
    let truth = world.report();
    assert_eq!((truth.connections, truth.duplicates, truth.positions[0].lots), (2, 0, 1));
    assert_eq!(truth.open_orders.len(), 1);
}

#[test]
fn a_second_connection_without_a_logon_is_closed() {
    let mut world = World::new();
    let address = world.broker.local_address();
    let mut second = TcpStream::connect(address, TcpOptions::default()).expect("a socket");
    let mut buffer = [0; 16];
    let closed = (0..TURNS_MAX).any(|_| {
        world.turn();
        !matches!(second.read(&mut buffer), Ok(ReadOutcome::WouldBlock))
    });
    assert!(closed);
    assert_eq!(world.report().connections_refused, 1);
    let order = world.order(LOW, 1, TimeInForce::GoodTillCancel);
    world.until(|world| world.answered(order));
}

/// Sends one application message and returns what comes back: 35, 45, 379 and 380.
fn answer_to(msg_type: &[u8], fields: &[(u32, &str)]) -> (Vec<u8>, u64, Option<Vec<u8>>, u64) {
    let venue = venue();
    let mut broker = broker(&venue);
    let mut session = initiator();
    let mut socket =
        TcpStream::connect(broker.local_address(), TcpOptions::default()).expect("a socket");
    let mut now = Nanos(1_700_000_000_000_000_000);
    session.on_connected(now.0);
    let (mut answer, mut sent) = (None, false);
    let mut buffer = [0; 4_096];
    for _ in 0..TURNS_MAX {
        now = now.after(TURN);
        broker.turn(now);
        let pending = session.poll_transmit();
        if let Ok(WriteOutcome::Bytes(count)) = socket.write(pending) {
            session.consume_transmit(count);
        }
        if let Ok(ReadOutcome::Bytes(count)) = socket.read(&mut buffer) {
            session.handle_bytes(now.0, &buffer[..count], &mut |event| {
                if let Event::Application { message, .. } = event {
                    let number = |tag| message.get_u64(tag).unwrap_or(u64::MAX);
                    answer = Some((
                        message.msg_type().to_vec(),
                        number(tag::REF_SEQ_NUM),
                        message.get(379).map(<[u8]>::to_vec),
                        number(tag::BUSINESS_REJECT_REASON),
                    ));
                }
            });
        }
        if session.state() == State::LoggedOn && !sent {
            sent = true;
            let body = |writer: &mut gannet_fix::Writer<'_>| {
                for (tag, value) in fields {
                    writer.str(*tag, value);
                }
            };
            session.send(now.0, msg_type, body).expect("logged on");
        }
        if let Some(answer) = answer {
            return answer;
        }
    }
    panic!("no answer");
}

#[test]
fn what_cannot_be_understood_is_refused_with_its_reason() {
    let order = [(11, "256"), (55, "BTCUSDT"), (54, "1"), (38, "1"), (40, "2"), (44, "600")];
    let changed = |tag, value| order.map(|(t, v)| (t, if t == tag { value } else { v }));
    let id = Some(b"256".to_vec());
    let refused = |reason| (b"j".to_vec(), 2, id.clone(), reason);
    assert_eq!(answer_to(b"D", &changed(55, "NOPE")), refused(2));
    assert_eq!(answer_to(b"D", &changed(44, "0.05")), refused(0));
    assert_eq!(answer_to(b"D", &changed(54, "9")), refused(5));
    // More ticks than a price can have.
    assert_eq!(answer_to(b"D", &changed(44, "999999999999999999")), refused(5));
    // Market data is subscribed to under a name, which this has not.
    assert_eq!(answer_to(b"V", &order), refused(3));
    assert_eq!(answer_to(b"R", &order), refused(3));
    let nameless = (b"j".to_vec(), 2, Some(b"mine".to_vec()), 1);
    assert_eq!(answer_to(b"D", &changed(11, "mine")), nameless);
}

/// In its own thread and real time, as the program runs it.
#[test]
fn a_stopped_broker_says_goodbye_and_reports() {
    let venue = venue();
    let broker = broker(&venue);
    let address = broker.local_address();
    let (stop, clock) = (Stop::new(), Clock::new());
    let (mut logged_on, mut logged_out) = (false, false);
    let report = std::thread::scope(|scope| {
        let running = scope.spawn(|| broker.run(&stop, clock.clone(), |_| {}));
        let mut session = initiator();
        let mut socket = TcpStream::connect(address, TcpOptions::default()).expect("a socket");
        session.on_connected(clock.now());
        let mut buffer = [0; 4_096];
        let mut turns = 0..100 * TURNS_MAX;
        while !logged_out {
            turns.next().expect("a Logout");
            if let Ok(WriteOutcome::Bytes(count)) = socket.write(session.poll_transmit()) {
                session.consume_transmit(count);
            }
            match socket.read(&mut buffer) {
                Ok(ReadOutcome::Bytes(count)) => {
                    session.handle_bytes(clock.now(), &buffer[..count], &mut |event| {
                        logged_on |= matches!(event, Event::LoggedOn { .. });
                        logged_out |= matches!(event, Event::LoggedOut { .. });
                    });
                }
                _ => std::thread::yield_now(),
            }
            if logged_on {
                stop.request();
            }
        }
        while !session.poll_transmit().is_empty() {
            if let Ok(WriteOutcome::Bytes(count)) = socket.write(session.poll_transmit()) {
                session.consume_transmit(count);
            }
        }
        running.join().expect("no panic")
    });
    let expected = BrokerReport { connections: 1, ..BrokerReport::default() };
    assert_eq!(report[0].report, expected);
    let text = serde_json::to_string(&report).expect("JSON");
    assert!(text.starts_with("[{\"session\":\"GANNET\",\"next_inbound\":3,"), "{text}");
    assert!(text.contains("\"connections\":1,"), "{text}");
}
