//! Tests on recorded streams, if there are any: the environment names the folder.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use gannet_types::{DepthKind, FeedState, Instrument, InstrumentId, Market, MarketEvent, Nanos};

use crate::capture::{CaptureKind, CaptureLine};
use crate::feed::tests::instrument;
use crate::venues::binance_usdm::{BinanceUsdm, tests::oracle};
use crate::{
    BookLevels, FeedConfig, FeedCounters, FeedSession, Listing, MarketSink, Message, VenueFeed as _,
};

type Sides = [BTreeMap<i64, i64>; 2];

/// The book that the messages make, and how often it was crossed.
#[derive(Default)]
struct Book {
    sides: Sides,
    crossed: u64,
    received: Nanos,
}

impl MarketSink for Book {
    fn on_market(&mut self, market: &Market<'_>) {
        assert!(market.received >= self.received, "time never goes back");
        self.received = market.received;
        let MarketEvent::Depth(depth) = market.event else {
            return;
        };
        if depth.kind == DepthKind::SnapshotStart {
            self.sides = Sides::default();
        }
        for (side, levels) in self.sides.iter_mut().zip([depth.bids, depth.asks]) {
            for level in levels {
                set(side, level.price.0, level.lots.0);
            }
        }
        let [bids, asks] = &self.sides;
        let crossed = bids.keys().next_back() >= asks.keys().next();
        self.crossed += u64::from(depth.last && crossed);
    }
}

fn set(side: &mut BTreeMap<i64, i64>, price: i64, lots: i64) {
    if lots == 0 {
        side.remove(&price);
    } else {
        side.insert(price, lots);
    }
}

/// Every frame decodes to what simd-json says; the session joins without a gap; the book is the
/// one that the oracle's numbers make by the venue's rule.
fn check(file: &str, listed: Instrument, frames: u64) {
    let Some(folder) = std::env::var_os("GANNET_CORPUS") else {
        println!("skipped: GANNET_CORPUS is not set");
        return;
    };
    let path = PathBuf::from(folder).join("market_data/binance_raw/usdm").join(file);
    let bytes = std::fs::File::open(&path).expect("the corpus has this file");
    let listing = Listing::new(&[listed]);
    let config = FeedConfig { silence_max: Nanos(60 * Nanos::SECOND.0) };
    let mut session = FeedSession::new(BinanceUsdm, &[listed], config);
    let mut book = Book::default();
    let (mut levels, mut updates, mut snapshot) = (BookLevels::new(), Vec::new(), None);
    for line in BufReader::new(MultiGzDecoder::new(bytes)).split(b'\n') {
        let line = line.expect("readable");
        let CaptureLine { received, kind, payload } = CaptureLine::parse(&line).expect("a line");
        if kind == CaptureKind::Snapshot {
            let head = BinanceUsdm.decode_snapshot(&listed, payload, &mut levels).expect("valid");
            snapshot = Some((head, levels.bids.to_vec(), levels.asks.to_vec()));
            session.handle_snapshot(received, listed.id, payload, &mut book).expect("valid");
            continue;
        }
        let expected = oracle(&listing, payload).expect("simd-json reads it");
        let message = BinanceUsdm.decode(&listing, payload, &mut levels).expect("valid");
        assert_eq!(message, expected.0);
        if let (Message::Depth { sequence, .. }, bids, asks) = expected {
            assert_eq!((&levels.bids[..], &levels.asks[..]), (&bids[..], &asks[..]));
            updates.push((sequence, bids, asks));
        }
        if session.counters().frames == 0 {
            session.on_connected(received);
        }
        session.handle_frame(received, payload, &mut book).expect("valid");
    }
    let counters = session.counters();
    let clean = FeedCounters {
        frames,
        market_events: counters.market_events,
        snapshots: 1,
        ..FeedCounters::default()
    };
    assert_eq!(*counters, clean);
    assert_eq!(session.state(listed.id), Some(FeedState::Live));
    assert_eq!(book.crossed, 0);
    let (head, bids, asks) = snapshot.expect("the recording has one");
    let newer = updates.into_iter().filter(|(sequence, ..)| sequence.last >= head.update_id);
    let mut sides = Sides::default();
    for (bids, asks) in
        std::iter::once((bids, asks)).chain(newer.map(|(_, bids, asks)| (bids, asks)))
    {
        for (side, levels) in sides.iter_mut().zip([bids, asks]) {
            levels.iter().for_each(|level| set(side, level.price.0, level.lots.0));
        }
    }
    assert_eq!(book.sides, sides);
    println!("{file}: {frames} frames, {} messages", counters.market_events);
}

#[test]
fn the_bitcoin_recording_has_no_gap() {
    let listed = instrument(0, "BTCUSDT", "0.10", "0.001");
    check("btcusdt_20240808.gz", listed, 93_953);
}

#[test]
fn the_ether_recording_has_no_gap() {
    let mut listed = instrument(0, "ETHUSDT", "0.01", "0.001");
    listed.id = InstrumentId(5);
    check("ethusdt_20240808.gz", listed, 74_654);
}
