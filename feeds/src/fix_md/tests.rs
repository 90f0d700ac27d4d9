//! A scripted venue on the other side of a session that checks what we ask against the standard.

use std::sync::{Arc, LazyLock};

use gannet_fix::session::{Config, Role};
use gannet_fix::{Dictionary, MemoryStore, Version};
use gannet_types::{DepthKind, Market};

use super::*;
use crate::feed::tests::instrument;

const VERSIONS: [Version; 3] = [Version::Fix42, Version::Fix44, Version::Fix50Sp2];

static DICTIONARIES: LazyLock<Vec<Vec<Arc<Dictionary>>>> =
    LazyLock::new(|| VERSIONS.into_iter().map(Config::standard_dictionaries).collect());

/// What the sink heard, as text.
#[derive(Default)]
struct Heard(Vec<String>);

impl MarketSink for Heard {
    fn on_market(&mut self, market: &Market<'_>) {
        let levels = |levels: &[Level]| -> String {
            levels.iter().map(|level| format!(" {}x{}", level.price, level.lots)).collect()
        };
        let text = match &market.event {
            MarketEvent::Top(top) => format!("top {top:?}"),
            MarketEvent::Trade(trade) => format!(
                "trade {} {:?} {}x{}",
                trade.trade_id, trade.aggressor, trade.price, trade.lots
            ),
            MarketEvent::Depth(depth) => {
                let kind = if depth.kind == DepthKind::Delta { "delta" } else { "book" };
                let (bids, asks) = (levels(depth.bids), levels(depth.asks));
                format!("{kind} {} |{bids} |{asks}", depth.update_id)
            }
            MarketEvent::Feed(state) => format!("{state:?}"),
            MarketEvent::Status(status) => format!("{status:?}"),
        };
        self.0.push(format!("{}: {text}", market.instrument.0));
    }
}

struct Venue {
    feed: FixFeed<MemoryStore>,
    session: Session<MemoryStore>,
    now: Nanos,
    heard: Heard,
    events: Vec<FixFeedEvent>,
    /// Bodies of what we asked, `|` for separators.
    asked: Vec<String>,
    refused: Vec<String>,
}

impl Venue {
    fn new(version: Version, config: FixFeedConfig) -> Self {
        let instruments =
            [instrument(7, "BTCUSDT", "0.10", "0.001"), instrument(3, "ETHUSDT", "0.01", "0.001")];
        let session = |role, own: &str, other: &str| {
            let index = VERSIONS.iter().position(|known| *known == version).expect("a version");
            let config = Config {
                version,
                dictionaries: DICTIONARIES[index].clone(),
                ..Config::new(role, own, other)
            };
            Session::new(config, MemoryStore::new(1 << 20)).expect("valid settings")
        };
        let ours = session(Role::Initiator, "GANNET", "VENUE");
        let mut venue = Self {
            feed: FixFeed::new(ours, &instruments, config),
            session: session(Role::Acceptor, "VENUE", "GANNET"),
            now: Nanos(1_700_000_000_000_000_000),
            heard: Heard::default(),
            events: Vec::new(),
            asked: Vec::new(),
            refused: Vec::new(),
        };
        venue.connect();
        venue
    }

    fn connect(&mut self) {
        self.session.on_connected(self.now.0);
        self.feed.on_connected(self.now);
        self.exchange();
    }

    fn exchange(&mut self) {
        loop {
            let out = self.feed.poll_transmit().to_vec();
            self.feed.consume_transmit(out.len());
            let (asked, refused) = (&mut self.asked, &mut self.refused);
            self.session.handle_bytes(self.now.0, &out, &mut |event| match event {
                Event::Application { message, .. } => {
                    let body: String = message
                        .body()
                        .map(|(tag, value)| format!("{tag}={}|", String::from_utf8_lossy(value)))
                        .collect();
                    asked.push(format!("{} {body}", String::from_utf8_lossy(message.msg_type())));
                }
                Event::Refused { .. } | Event::Garbled { .. } => refused.push(format!("{event:?}")),
                _ => {}
            });
            let back = self.session.poll_transmit().to_vec();
            self.session.consume_transmit(back.len());
            let events = &mut self.events;
            self.feed.handle_bytes(self.now, &back, &mut self.heard, &mut |event| {
                events.push(event);
            });
            if out.is_empty() && back.is_empty() {
                return;
            }
        }
    }

    /// Lets the venue say a message whose body is `fields`, `|` for separators.
    fn say(&mut self, msg_type: &str, fields: &str) {
        let fields = fields.replace('|', "\x01");
        self.session
            .send(self.now.0, msg_type.as_bytes(), |writer| writer.raw(fields.as_bytes()))
            .expect("logged on");
        self.exchange();
    }

    fn wait(&mut self, seconds: u64) {
        self.now = self.now.after(Nanos(seconds * Nanos::SECOND.0));
        let events = &mut self.events;
        self.feed.handle_timeout(self.now, &mut self.heard, &mut |event| events.push(event));
        self.exchange();
    }

    #[track_caller]
    fn expect(&mut self, expected: &[&str]) {
        assert_eq!(self.heard.0, expected);
        self.heard.0.clear();
    }

    #[track_caller]
    fn expect_asked(&mut self, expected: &[&str]) {
        assert_eq!(self.refused, [""; 0]);
        assert_eq!(self.asked, expected);
        self.asked.clear();
    }
}

/// A whole book of the first instrument, in answer to its subscription `generation`.
fn book(generation: u32, rpt_seq: &str) -> String {
    format!(
        "262={generation}00000|55=BTCUSDT|268=3|269=0|{rpt_seq}270=61800.1|271=0.5|\
         269=0|270=61800|271=2|269=1|270=61800.2|271=1|"
    )
}

const BOOK: &str = "7: book 5 | 618001x500 618000x2000 | 618002x1000";

#[test]
fn every_instrument_is_subscribed_to_in_every_version() {
    for version in VERSIONS {
        let mut venue = Venue::new(version, FixFeedConfig::default());
        assert_eq!(venue.events, [FixFeedEvent::Up]);
        let rest = "264=0|265=1|266=Y|267=3|269=0|269=1|269=2|146=1|";
        venue.expect_asked(&[
            &format!("V 262=100000|263=1|{rest}55=BTCUSDT|"),
            &format!("V 262=100001|263=1|{rest}55=ETHUSDT|"),
        ]);
    }
}

#[test]
fn a_snapshot_and_what_follows_it() {
    let mut venue = Venue::new(Version::Fix50Sp2, FixFeedConfig::default());
    venue.say("W", &book(1, "83=5|"));
    venue.expect(&[BOOK, "7: Live"]);
    venue.say(
        "X",
        "262=100000|268=4|279=1|269=0|83=6|55=BTCUSDT|270=61800.1|271=0.25|\
         279=0|269=1|83=7|55=BTCUSDT|270=61800.3|271=4|279=2|269=0|83=8|55=BTCUSDT|270=61800|\
         279=0|269=2|83=9|55=BTCUSDT|270=61800.2|271=0.1|1003=77|",
    );
    venue.expect(&["7: trade 77 Buy 618002x100", "7: delta 9 | 618001x250 618000x0 | 618003x4000"]);
    // What is repeated, or older than the snapshot, is dropped.
    venue.say("X", "262=100000|268=1|279=0|269=1|83=9|55=BTCUSDT|270=61800.4|271=4|");
    venue.expect(&[]);
    assert_eq!(venue.feed.counters().stale_drops, 1);
    assert_eq!(venue.feed.state(InstrumentId(7)), Some(FeedState::Live));
    assert_eq!(
        venue.feed.state(InstrumentId(3)).map(|state| state == FeedState::Live),
        Some(false)
    );
}

#[test]
fn a_gap_makes_the_book_stale_and_subscribes_anew() {
    let mut venue = Venue::new(Version::Fix50Sp2, FixFeedConfig::default());
    venue.say("W", &book(1, "83=5|"));
    venue.heard.0.clear();
    venue.asked.clear();
    venue.wait(2);
    venue.expect_asked(&[]);
    venue.say("X", "262=100000|268=1|279=0|269=1|83=7|55=BTCUSDT|270=61800.4|271=4|");
    venue.expect(&["7: Stale(Gap)"]);
    assert_eq!(venue.feed.counters().gaps, 1);
    assert!(venue.asked[0].starts_with("V 262=100000|263=2|"), "{:?}", venue.asked);
    assert!(venue.asked[1].starts_with("V 262=200000|263=1|"), "{:?}", venue.asked);
    // Until the new snapshot nothing is passed on, and a late answer to the old one is ignored.
    venue.say("X", "262=100000|268=1|279=0|269=1|83=8|55=BTCUSDT|270=61800.4|271=4|");
    venue.say("W", &book(1, "83=8|"));
    venue.expect(&[]);
    venue.say("W", &book(2, "83=5|"));
    venue.expect(&[BOOK, "7: Live"]);
}

#[test]
fn a_venue_without_rpt_seq_is_believed() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.say("W", &book(1, ""));
    venue.say(
        "X",
        "262=100000|268=2|279=0|269=0|55=BTCUSDT|270=61799|271=1|279=0|269=1|270=61801|271=3|",
    );
    venue.expect(&[
        "7: book 1 | 618001x500 618000x2000 | 618002x1000",
        "7: Live",
        "7: delta 2 | 617990x1000 | 618010x3000",
    ]);
}

#[test]
fn one_message_about_two_books() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.say("W", &book(1, ""));
    venue.say("W", "262=100001|55=ETHUSDT|268=2|269=0|270=3000|271=1|269=1|270=3001|271=1|");
    venue.heard.0.clear();
    venue.say(
        "X",
        "268=3|279=0|269=0|55=BTCUSDT|270=61799|271=1|279=2|269=1|55=ETHUSDT|270=3001|\
         279=0|269=1|270=3002|271=1|",
    );
    venue.expect(&["7: delta 2 | 617990x1000 |", "3: delta 2 | | 300100x0 300200x1000"]);
}

#[test]
fn a_bad_entry_costs_the_book() {
    let entries = [
        "279=0|269=0|55=BTCUSDT|270=61800.15|271=1|",
        "279=0|269=0|55=BTCUSDT|270=abc|271=1|",
        "279=0|269=0|55=BTCUSDT|271=1|",
        "279=0|269=0|55=BTCUSDT|270=61800|",
        "279=0|269=0|55=BTCUSDT|270=61800|271=-1|",
    ];
    for entry in entries {
        let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
        venue.say("W", &book(1, ""));
        venue.heard.0.clear();
        // The session's own validation would refuse some of them before.
        let message = format!("262=100000|268=1|{entry}");
        venue.say("X", &message);
        let counters = venue.feed.counters();
        let counted = counters.bad_prices + counters.malformed;
        if venue.feed.session().counters().rejects_sent == 0 {
            venue.expect(&["7: Stale(Malformed)"]);
            assert_eq!(counted, 1, "{entry}");
        }
    }
    for bad in
        ["268=1|269=0|270=61800|271=1|", "268=2|269=0|270=61801|271=1|269=1|270=61800|271=1|"]
    {
        let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
        venue.say("W", &format!("262=100000|55=BTCUSDT|{bad}"));
        venue.expect(&["7: Stale(BadSnapshot)"]);
    }
}

#[test]
fn a_refused_subscription_is_tried_again_later_and_later() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.events.clear();
    venue.asked.clear();
    venue.say("W", "262=100001|55=ETHUSDT|268=2|269=0|270=3000|271=1|269=1|270=3001|271=1|");
    let mut asked_at = Vec::new();
    let mut generation = 1;
    for second in 0..20 {
        venue.say("Y", &format!("262={generation}00000|281=0|58=no such pair|"));
        venue.wait(1);
        if !venue.asked.is_empty() {
            asked_at.push(second);
            generation += 1;
            venue.asked.clear();
        }
    }
    assert_eq!(asked_at, [0, 2, 6, 14]);
    let text = Text::new(b"no such pair");
    assert_eq!(venue.events[0], FixFeedEvent::Refused { instrument: InstrumentId(7), text });
}

#[test]
fn a_lost_connection_makes_everything_stale_until_it_is_back() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.say("W", &book(1, ""));
    venue.heard.0.clear();
    venue.asked.clear();
    venue.session.on_disconnected(venue.now.0);
    venue.feed.on_disconnected(venue.now, &mut venue.heard);
    venue.expect(&["7: Stale(Disconnected)"]);
    venue.connect();
    assert!(venue.asked[0].starts_with("V 262=200000|263=1|"), "{:?}", venue.asked);
    venue.say("W", &book(2, ""));
    assert_eq!(venue.heard.0.last().map(String::as_str), Some("7: Live"));
    venue.asked.clear();
    venue.feed.logout(venue.now);
    venue.exchange();
    assert!(venue.asked[0].starts_with("V 262=200000|263=2|"), "{:?}", venue.asked);
    let over = FixFeedEvent::Disconnect(DisconnectReason::LoggedOut);
    assert!(venue.events.contains(&over), "{:?}", venue.events);
}

#[test]
fn a_ring_that_was_full_costs_the_book() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.say("W", &book(1, ""));
    venue.heard.0.clear();
    venue.feed.on_overflow(venue.now, InstrumentId(7), &mut venue.heard);
    venue.expect(&["7: Stale(Overflow)"]);
}

#[test]
fn instruments_are_described() {
    let config = FixFeedConfig { by_security_id: true, ..FixFeedConfig::default() };
    let mut venue = Venue::new(Version::Fix50Sp2, config);
    venue.asked.clear();
    venue.events.clear();
    venue.feed.request_security_list(venue.now).expect("logged on");
    venue.feed.request_security_definition(venue.now, InstrumentId(3)).expect("logged on");
    venue.exchange();
    venue.expect_asked(&["x 320=1|559=4|", "c 320=3|321=0|55=ETHUSDT|48=ETHUSDT|22=8|"]);
    venue.say(
        "y",
        "320=1|322=1|560=0|393=2|146=2|55=BTCUSDT|48=BTC-PERP|969=0.1|561=0.001|55=ETHUSDT|\
         969=0.05|562=0.01|",
    );
    let described: Vec<_> = venue
        .events
        .iter()
        .map(|event| match event {
            FixFeedEvent::Reference(reference) => *reference,
            other => panic!("{other:?}"),
        })
        .collect();
    let [btc, eth] = described[..] else { panic!("{described:?}") };
    assert_eq!(btc.security_id.as_bytes(), b"BTC-PERP");
    assert!(btc.agrees_with(&instrument(7, "BTCUSDT", "0.10", "0.001")));
    assert!(!eth.agrees_with(&instrument(3, "ETHUSDT", "0.01", "0.001")));
}

#[test]
fn a_venue_with_names_of_its_own() {
    let names = vec!["BTC/USD".to_owned()];
    let config = FixFeedConfig { depth: MarketDepth::Levels(5), names, ..FixFeedConfig::default() };
    let mut venue = Venue::new(Version::Fix44, config);
    assert!(venue.asked[0].contains("|264=5|") && venue.asked[0].ends_with("|55=BTC/USD|"));
    venue.say("W", "55=BTC/USD|268=2|269=0|270=61800|271=1|269=1|270=61801|271=1|");
    venue.expect(&["7: book 1 | 618000x1000 | 618010x1000", "7: Live"]);
}

/// Asks for the trading status as well.
fn asking_status() -> FixFeedConfig {
    FixFeedConfig { asks_status: true, ..FixFeedConfig::default() }
}

/// Leaves what was asked about the trading status.
fn statuses_asked(venue: &mut Venue) {
    venue.asked.retain(|asked| asked.starts_with('e'));
}

#[test]
fn the_status_of_every_instrument_is_subscribed_to_in_every_version_if_that_is_wanted() {
    for version in VERSIONS {
        let mut venue = Venue::new(version, asking_status());
        statuses_asked(&mut venue);
        venue.expect_asked(&["e 324=1|55=BTCUSDT|263=1|", "e 324=2|55=ETHUSDT|263=1|"]);
        venue.feed.logout(venue.now);
        venue.exchange();
        statuses_asked(&mut venue);
        venue.expect_asked(&["e 324=1|55=BTCUSDT|263=2|", "e 324=2|55=ETHUSDT|263=2|"]);
    }
}

#[test]
fn what_is_told_of_a_status_is_passed_on() {
    for version in VERSIONS {
        let mut venue = Venue::new(version, asking_status());
        venue.say("f", "324=1|55=BTCUSDT|326=17|");
        venue.say("f", "55=ETHUSDT|326=2|");
        venue.expect(&["7: Trading", "3: Halted"]);
        // News of an auction, and other instruments, say nothing.
        for said in ["55=ETHUSDT|326=5|", "55=XRPUSDT|326=2|", "55=ETHUSDT|"] {
            venue.say("f", said);
        }
        venue.expect(&[]);
        assert_eq!(venue.feed.counters().skipped, 3);
        venue.say("f", "55=ETHUSDT|326=3|");
        venue.say("f", "55=BTCUSDT|326=18|");
        venue.expect(&["3: Trading", "7: Halted"]);
    }
}

#[test]
fn a_status_counts_unasked_and_is_asked_for_again_after_a_reconnect_or_a_loss() {
    let mut venue = Venue::new(Version::Fix44, FixFeedConfig::default());
    venue.say("f", "55=BTCUSDT|326=2|");
    venue.expect(&["7: Halted"]);
    let mut venue = Venue::new(Version::Fix44, asking_status());
    venue.asked.clear();
    venue.feed.on_overflow(venue.now, InstrumentId(3), &mut venue.heard);
    venue.exchange();
    statuses_asked(&mut venue);
    venue.expect_asked(&["e 324=2|55=ETHUSDT|263=2|", "e 324=2|55=ETHUSDT|263=1|"]);
    venue.feed.on_disconnected(venue.now, &mut venue.heard);
    venue.session.on_disconnected(venue.now.0);
    venue.connect();
    statuses_asked(&mut venue);
    venue.expect_asked(&["e 324=1|55=BTCUSDT|263=1|", "e 324=2|55=ETHUSDT|263=1|"]);
}
