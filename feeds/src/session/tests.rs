//! What a session tells its sink and asks of its driver.

use gannet_types::{Market, Side};

use super::*;
use crate::feed::tests::listing;
use crate::venues::binance_usdm::BinanceUsdm;

/// Writes down what it sees, one word a message, with the instrument's id before it.
#[derive(Default)]
struct Script(Vec<String>);

impl MarketSink for Script {
    fn on_market(&mut self, market: &Market<'_>) {
        let word = match market.event {
            MarketEvent::Top(top) => format!("top{}", top.update_id),
            MarketEvent::Trade(trade) => match trade.aggressor {
                Side::Buy => format!("buy{}", trade.trade_id),
                Side::Sell => format!("sell{}", trade.trade_id),
            },
            MarketEvent::Depth(depth) => format!("{:?}{}", depth.kind, depth.update_id),
            MarketEvent::Feed(FeedState::Live) => "live".to_owned(),
            MarketEvent::Feed(FeedState::Stale(reason)) => format!("{reason:?}"),
            MarketEvent::Status(status) => format!("{status:?}"),
        };
        self.0.push(format!("{}:{word}", market.instrument.0));
    }
}

struct Rig {
    session: FeedSession<BinanceUsdm>,
    sink: Script,
    now: Nanos,
}

const BTC: InstrumentId = InstrumentId(7);
const ETH: InstrumentId = InstrumentId(3);

impl Rig {
    fn connected() -> Self {
        let config = FeedConfig { silence_max: Nanos(5 * Nanos::SECOND.0) };
        let session = FeedSession::new(BinanceUsdm, listing().instruments(), config);
        let mut rig = Self { session, sink: Script::default(), now: Nanos(1_000) };
        rig.session.on_connected(rig.now);
        rig
    }

    fn frame(&mut self, text: &str) -> Result<(), FeedError> {
        self.now.0 += 1;
        self.session.handle_frame(self.now, text.as_bytes(), &mut self.sink)
    }

    fn snapshot(&mut self, instrument: InstrumentId, text: &str) -> Result<(), FeedError> {
        self.now.0 += 1;
        self.session.handle_snapshot(self.now, instrument, text.as_bytes(), &mut self.sink)
    }

    fn wait(&mut self, span: Nanos) {
        self.now = self.now.after(span);
        self.session.handle_timeout(self.now, &mut self.sink);
    }

    fn requests(&mut self) -> Vec<FeedRequest> {
        std::iter::from_fn(|| self.session.poll_request()).collect()
    }

    fn seen(&mut self) -> String {
        std::mem::take(&mut self.sink.0).join(" ")
    }

    /// Brings both books up.
    fn live() -> Self {
        let mut rig = Self::connected();
        for (symbol, id) in [("BTCUSDT", BTC), ("ETHUSDT", ETH)] {
            rig.frame(&depth(symbol, 1, 5, 0)).expect("valid");
            rig.snapshot(id, SNAPSHOT).expect("valid");
        }
        assert_eq!(rig.session.state(BTC), Some(FeedState::Live));
        assert_eq!(rig.session.state(ETH), Some(FeedState::Live));
        rig.requests();
        rig.seen();
        rig
    }
}

const SNAPSHOT: &str =
    r#"{"lastUpdateId":5,"E":1,"T":1,"bids":[["9.0","1.0"]],"asks":[["10.0","1.0"]]}"#;

fn depth(symbol: &str, first: u64, last: u64, previous: u64) -> String {
    format!(
        r#"{{"stream":"{}@depth@0ms","data":{{"e":"depthUpdate","E":1,"T":1,"s":"{symbol}","U":{first},"u":{last},"pu":{previous},"b":[["8.0","1.0"]],"a":[]}}}}"#,
        symbol.to_ascii_lowercase()
    )
}

fn top(update_id: u64, bid: &str) -> String {
    format!(
        r#"{{"stream":"btcusdt@bookTicker","data":{{"e":"bookTicker","u":{update_id},"s":"BTCUSDT","b":"{bid}","B":"1","a":"10.0","A":"1.0","T":1,"E":1}}}}"#
    )
}

fn trade(trade_id: u64, kind: &str) -> String {
    format!(
        r#"{{"stream":"btcusdt@trade","data":{{"e":"trade","E":1,"T":1,"s":"BTCUSDT","t":{trade_id},"p":"9.5","q":"0.1","X":"{kind}","m":true}}}}"#
    )
}

#[test]
fn a_session_connects_asks_and_becomes_live() {
    let mut rig = Rig::connected();
    assert!(rig.session.stream_paths()[0].contains("streams=btcusdt@depth@0ms/"));
    assert!(rig.session.snapshot_path(ETH).expect("listed").contains("ETHUSDT"));
    assert_eq!(rig.session.snapshot_path(InstrumentId(0)), None);
    assert_eq!(rig.requests(), []);
    rig.frame(&depth("BTCUSDT", 1, 5, 0)).expect("valid");
    assert_eq!(rig.requests(), [FeedRequest::Snapshot(BTC)]);
    rig.frame(&top(3, "9.0")).expect("valid");
    rig.frame(&depth("BTCUSDT", 6, 7, 5)).expect("valid");
    assert_eq!(rig.requests(), []);
    rig.snapshot(BTC, SNAPSHOT).expect("valid");
    rig.frame(&depth("BTCUSDT", 8, 8, 7)).expect("valid");
    rig.frame(&trade(77, "MARKET")).expect("valid");
    assert_eq!(rig.seen(), "7:top3 7:SnapshotStart5 7:Delta5 7:Delta7 7:live 7:Delta8 7:sell77");
    assert_eq!(rig.requests(), []);
    let expected =
        FeedCounters { frames: 5, market_events: 7, snapshots: 1, ..FeedCounters::default() };
    assert_eq!(*rig.session.counters(), expected);
}

#[test]
fn tops_and_trades_pass_whatever_the_book() {
    let mut rig = Rig::live();
    rig.frame(&depth("BTCUSDT", 9, 9, 8)).expect("a gap is no error");
    rig.frame(&top(10, "9.0")).expect("valid");
    rig.frame(&top(10, "9.0")).expect("valid");
    rig.frame(&top(9, "9.0")).expect("valid");
    rig.frame(&trade(1, "INSURANCE_FUND")).expect("valid");
    rig.frame(&trade(2, "MARKET")).expect("valid");
    assert!(matches!(rig.frame(&top(11, "9.05")), Err(FeedError::BadPrice { .. })));
    rig.frame(&top(12, "9.0")).expect("valid");
    assert_eq!(rig.seen(), "7:Gap 7:top10 7:sell2 7:top12");
    let counters = rig.session.counters();
    assert_eq!((counters.gaps, counters.stale_drops), (1, 2));
    assert_eq!((counters.skipped, counters.bad_prices, counters.stales), (1, 1, 1));
}

#[test]
fn an_unreadable_frame_costs_the_books_it_may_have_been_about() {
    let cases = [
        (depth("BTCUSDT", 6, 7, 5).replace("8.0", "8.01"), "7:Malformed"),
        (depth("ETHUSDT", 6, 7, 5).replace("8.0", "x"), "3:Malformed"),
        (top(6, "x"), ""),
        ("garbage".to_owned(), "7:Malformed 3:Malformed"),
    ];
    for (text, seen) in cases {
        let mut rig = Rig::live();
        assert!(rig.frame(&text).is_err(), "{text}");
        assert_eq!(rig.seen(), seen, "{text}");
        let counters = rig.session.counters();
        assert_eq!(counters.malformed + counters.bad_prices, 1, "{text}");
    }
}

#[test]
fn a_lost_book_is_asked_for_again_after_a_while() {
    let mut rig = Rig::live();
    rig.now = rig.now.after(Nanos::SECOND);
    rig.frame(&depth("BTCUSDT", 9, 9, 8)).expect("a gap is no error");
    assert_eq!(rig.requests(), [FeedRequest::Snapshot(BTC)]);
    assert!(rig.snapshot(BTC, SNAPSHOT).is_ok(), "too old");
    assert!(rig.snapshot(BTC, r#"{"code":-1003}"#).is_err());
    assert!(rig.snapshot(BTC, "<html>").is_err());
    assert!(rig.snapshot(BTC, &SNAPSHOT.replace("10.0", "9.0")).is_ok(), "crossed");
    assert!(rig.snapshot(InstrumentId(0), SNAPSHOT).is_err());
    assert_eq!(rig.requests(), []);
    rig.wait(Nanos(2 * Nanos::SECOND.0));
    assert_eq!(rig.requests(), [FeedRequest::Snapshot(BTC)]);
    rig.snapshot(BTC, &SNAPSHOT.replace("Id\":5", "Id\":9")).expect("valid");
    assert_eq!(rig.seen(), "7:Gap 7:BadSnapshot 7:SnapshotStart9 7:Delta9 7:live");
    let counters = rig.session.counters();
    assert_eq!((counters.old_snapshots, counters.bad_snapshots), (1, 1));
    assert_eq!((counters.refused, counters.malformed), (1, 1));
}

#[test]
fn silence_is_a_lost_connection() {
    let mut rig = Rig::live();
    rig.wait(Nanos(4_999_999_998));
    assert_eq!(rig.requests(), []);
    rig.frame(&top(1, "9.0")).expect("valid");
    rig.wait(Nanos(4_999_999_999));
    assert_eq!(rig.requests(), []);
    rig.wait(Nanos(1));
    assert_eq!(rig.requests(), [FeedRequest::Reconnect]);
    assert_eq!(rig.seen(), "7:top1 7:Disconnected 3:Disconnected");
    // The driver closes the socket and tells so: no second reconnect.
    rig.session.on_disconnected(rig.now, &mut rig.sink);
    rig.wait(Nanos::SECOND);
    assert_eq!(rig.requests(), []);
    rig.session.on_connected(rig.now);
    rig.frame(&top(1, "9.0")).expect("the venue may start its numbers again");
    assert_eq!(rig.seen(), "7:top1");
}

#[test]
fn a_full_ring_costs_the_book() {
    let mut rig = Rig::live();
    rig.session.on_overflow(rig.now, ETH, &mut rig.sink);
    assert_eq!(rig.seen(), "3:Overflow");
    assert_eq!(rig.session.state(BTC), Some(FeedState::Live));
    rig.now = rig.now.after(Nanos::SECOND);
    rig.frame(&depth("ETHUSDT", 6, 6, 5)).expect("valid");
    assert_eq!(rig.requests(), [FeedRequest::Snapshot(ETH)]);
}
