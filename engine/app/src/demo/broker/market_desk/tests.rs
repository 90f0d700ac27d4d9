//! The real FIX feed subscribes at the desk, bytes in memory: its book is the venue's.

use gannet_feeds::fix_md::{FixFeed, FixFeedConfig, FixFeedEvent, MarketDepth};
use gannet_fix::session::{Config, Role};
use gannet_fix::{Event, MemoryStore};
use gannet_types::{
    Depth, DepthKind, FeedState, InstrumentId, Lots, Market, MarketEvent, StaleReason,
    TradingStatus,
};

use super::*;
use crate::demo::testing::{BookSink, instrument};

/// Prices of the made-up book lie around this.
const MIDDLE: i64 = 618_000;

/// Room for a few hundred messages: it becomes full on the way.
const STORE_BYTES: usize = 1 << 17;

/// Numbers that look like chance: Knuth's linear congruential generator (MMIX).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::from(u32::try_from(self.0 >> 33).expect("31 bits")) % end
    }
}

/// A desk and a feed, each with its session.
struct World {
    now: Nanos,
    quotes: Quotes,
    desk: MarketDesk,
    broker: Session<MemoryStore>,
    feed: FixFeed<MemoryStore>,
    sink: BookSink,
    events: Vec<FixFeedEvent>,
    dice: Dice,
}

impl World {
    fn new(config: FixFeedConfig) -> Self {
        let session = |role, ours, theirs, bytes| {
            // Each side checks what the other says against the standard.
            let config = Config {
                reset_on_logon: true,
                dictionaries: Config::standard_dictionaries(Version::Fix44),
                ..Config::new(role, ours, theirs)
            };
            Session::new(config, MemoryStore::new(bytes)).expect("a session")
        };
        let ours = session(Role::Initiator, "QUOTES", "BROKER", 1 << 20);
        let mut world = Self {
            now: Nanos(1_700_000_000_000_000_000),
            quotes: Quotes::new(vec![instrument()]),
            desk: MarketDesk::new(Version::Fix44),
            broker: session(Role::Acceptor, "BROKER", "QUOTES", STORE_BYTES),
            feed: FixFeed::new(ours, &[instrument()], config),
            sink: BookSink::default(),
            events: Vec::new(),
            dice: Dice(7),
        };
        world.broker.on_connected(world.now.0);
        world.feed.on_connected(world.now);
        world
    }

    /// The venue says something.
    fn venue(&mut self, event: MarketEvent<'_>) {
        let (exchange_time, received) = (self.now, self.now);
        let market = Market { instrument: InstrumentId(0), exchange_time, received, event };
        if let Some((index, change)) = self.quotes.on_market(&market) {
            self.desk.on_change(index, &change);
        }
    }

    /// Some levels change: bids below a moving middle, offers above it.
    fn change(&mut self, kind: DepthKind) {
        let count = if kind == DepthKind::Delta { 12 } else { 300 };
        let (mut bids, mut asks) = (Vec::new(), Vec::new());
        for _ in 0..count {
            let away = 1 + self.dice.below(200);
            let lots = Lots(self.dice.below(3));
            bids.push(Level { price: Ticks(MIDDLE - away), lots });
            asks.push(Level { price: Ticks(MIDDLE + away), lots });
        }
        // Both sides always have an order, so that it is a book.
        bids.push(Level { price: Ticks(MIDDLE - 201), lots: Lots(1) });
        asks.push(Level { price: Ticks(MIDDLE + 201), lots: Lots(1) });
        let depth = Depth { update_id: 1, kind, last: true, bids: &bids, asks: &asks };
        self.venue(MarketEvent::Depth(depth));
    }

    /// Carries bytes both ways; the desk says up to `messages`.
    fn turn(&mut self, messages: usize) {
        self.now = self.now.after(Nanos(1_000_000));
        let (now, quotes, desk) = (self.now, &self.quotes, &mut self.desk);
        let asked = self.feed.poll_transmit().to_vec();
        self.feed.consume_transmit(asked.len());
        self.broker.handle_bytes(now.0, &asked, &mut |event| match event {
            Event::Application { message, .. } => assert!(desk.on_message(message, quotes)),
            Event::Garbled { .. }
            | Event::Refused { .. }
            | Event::Rejected { .. }
            | Event::Disconnect { .. } => {
                panic!("{event:?}")
            }
            _ => {}
        });
        self.broker.handle_timeout(now.0, &mut |_| {});
        for _ in 0..messages {
            if self.desk.answer(now, quotes, &mut self.broker) == Sent::Nothing {
                break;
            }
        }
        let said = self.broker.poll_transmit().to_vec();
        self.broker.consume_transmit(said.len());
        let events = &mut self.events;
        self.feed.handle_bytes(now, &said, &mut self.sink, &mut |event| events.push(event));
        self.feed.handle_timeout(now, &mut self.sink, &mut |event| events.push(event));
    }

    /// Lets everything be said.
    fn settle(&mut self) {
        for _ in 0..20 {
            self.turn(usize::MAX);
        }
    }

    #[track_caller]
    fn check_books_are_equal(&self) {
        let ours = self.quotes.book(0).expect("a book");
        for side in SIDES {
            let (told, true_levels): (Vec<_>, Vec<_>) =
                (self.sink.book.levels(side).collect(), ours.levels(side).collect());
            assert!(told.len() > SNAPSHOT_LEVELS, "{told:?}");
            assert_eq!(told, true_levels);
        }
        assert_eq!(self.feed.state(InstrumentId(0)), Some(FeedState::Live));
    }
}

#[test]
fn the_book_is_the_venues_however_slowly_it_is_told() {
    let mut world = World::new(FixFeedConfig::default());
    world.change(DepthKind::SnapshotStart);
    world.venue(MarketEvent::Feed(FeedState::Live));
    world.settle();
    world.check_books_are_equal();
    for round in 0..2_000 {
        world.change(DepthKind::Delta);
        // Now and then only: much waits, and is told at once.
        let messages = usize::from(world.dice.below(4) == 0);
        world.turn(messages);
        assert!(!world.sink.book.is_crossed(), "round {round}");
    }
    world.settle();
    world.check_books_are_equal();
    // The store was full more than once, and was emptied.
    assert!(world.broker.next_outbound() < 400, "{}", world.broker.next_outbound());
    assert_eq!(world.feed.counters().stales, 0);
}

#[test]
fn a_lost_book_comes_back_whole() {
    let mut world = World::new(FixFeedConfig::default());
    world.settle();
    assert_eq!(world.sink.update_id, None, "there is no book yet");
    world.change(DepthKind::SnapshotStart);
    world.venue(MarketEvent::Feed(FeedState::Live));
    world.settle();
    world.venue(MarketEvent::Feed(FeedState::Stale(StaleReason::Gap)));
    world.change(DepthKind::SnapshotStart);
    world.settle();
    assert!(world.quotes.book(0).is_none());
    world.venue(MarketEvent::Feed(FeedState::Live));
    world.settle();
    world.check_books_are_equal();
}

#[test]
fn instruments_are_listed() {
    let mut world = World::new(FixFeedConfig::default());
    world.settle();
    world.feed.request_security_list(world.now).expect("logged on");
    world.settle();
    let listed = world.events.iter().find_map(|event| match event {
        FixFeedEvent::Reference(reference) => Some(*reference),
        _ => None,
    });
    let listed = listed.expect("a list");
    assert_eq!(listed.instrument, Some(InstrumentId(0)));
    assert_eq!(listed.symbol, instrument().symbol);
    assert!(listed.agrees_with(&instrument()));
}

#[test]
fn what_is_not_served_is_refused() {
    let depth = FixFeedConfig { depth: MarketDepth::Levels(5), ..FixFeedConfig::default() };
    let name = FixFeedConfig { names: vec!["XBT".to_owned()], ..FixFeedConfig::default() };
    for config in [depth, name] {
        let mut world = World::new(config);
        world.settle();
        let refused = |event: &FixFeedEvent| matches!(event, FixFeedEvent::Refused { .. });
        assert!(world.events.iter().any(refused), "{:?}", world.events);
        assert!(world.desk.subscriptions.is_empty());
    }
}

#[test]
fn a_new_connection_has_no_subscriptions_of_the_old() {
    let mut world = World::new(FixFeedConfig::default());
    world.settle();
    assert_eq!(world.desk.subscriptions.len(), 1);
    world.feed.logout(world.now);
    world.now = world.now.after(Nanos(1));
    let asked = world.feed.poll_transmit().to_vec();
    let (desk, quotes) = (&mut world.desk, &world.quotes);
    world.broker.handle_bytes(world.now.0, &asked, &mut |event| {
        if let Event::Application { message, .. } = event {
            assert!(desk.on_message(message, quotes));
        }
    });
    assert!(world.desk.subscriptions.is_empty(), "they were ended by name");
    world.desk.on_connected();
    assert!(world.desk.answers.is_empty());
}

#[test]
fn a_halt_of_the_venue_reaches_who_asks_and_so_does_its_end() {
    let mut world = World::new(FixFeedConfig { asks_status: true, ..FixFeedConfig::default() });
    let told = |world: &mut World| {
        world.settle();
        std::mem::take(&mut world.sink.statuses)
    };
    assert_eq!(told(&mut world), [TradingStatus::Trading]);
    for status in [TradingStatus::Halted, TradingStatus::Trading] {
        world.venue(MarketEvent::Status(status));
        assert_eq!(told(&mut world), [status]);
    }
    let mut world = World::new(FixFeedConfig::default());
    world.venue(MarketEvent::Status(TradingStatus::Halted));
    assert_eq!(told(&mut world), [], "nobody has asked");
}
