//! One market for both simulators: decoded once, as our messages and as hftbacktest's rows.
//!
//! Trades and changes of the book; the top-of-book stream is left out, as hftbacktest's own
//! converter leaves it out. Both see the venue's side of an event at [`Stamp::venue`] and ours at
//! [`Stamp::local`], which never run backwards.

use std::fs::File;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use gannet_feeds::capture::{CaptureKind, CaptureLine};
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{FeedConfig, FeedRequest, FeedSession, MarketSink};
use gannet_sim::{Generator, GeneratorConfig};
use gannet_types::{
    Depth, DepthKind, FeedState, Increment, Instrument, InstrumentId, Level, Market, MarketEvent,
    Nanos, Side, Text, Trade,
};
use hftbacktest::prelude::Event;
use hftbacktest::types::{
    BUY_EVENT, DEPTH_CLEAR_EVENT, DEPTH_EVENT, DEPTH_SNAPSHOT_EVENT, EXCH_EVENT, LOCAL_EVENT,
    SELL_EVENT, TRADE_EVENT,
};

/// The price of a tick and the quantity of a lot, as hftbacktest wants to know them.
pub const TICK: f64 = 0.1;
/// See [`TICK`].
pub const LOT: f64 = 0.001;

/// The shortest way from the venue to us: local stamps of a recording are moved by what is missing.
const FEED_LATENCY_MIN: u64 = 100_000;

/// All stamps are multiples of this; latencies are not, so that a report or request never meets an
/// event at the same time, where the simulators might take turns differently.
pub const STAMP_UNIT: u64 = 1_000;

/// When a message happens.
#[derive(Clone, Copy, Debug)]
pub struct Stamp {
    pub venue: Nanos,
    pub local: Nanos,
}

enum Body {
    Trade(Trade),
    Feed(FeedState),
    Depth { update_id: u64, kind: DepthKind, last: bool, bids: Range<usize>, asks: Range<usize> },
}

/// The market.
pub struct Tape {
    pub instrument: Instrument,
    stamps: Vec<Stamp>,
    bodies: Vec<Body>,
    levels: Vec<Level>,
}

impl Tape {
    /// Generates `frames` frames of the market of `seed`.
    pub fn generated(seed: u64, frames: usize) -> Self {
        let mut tape = Self::empty();
        let mut generator = Generator::new(seed, GeneratorConfig::default());
        let mut session = tape.session();
        let (mut frame, mut body) = (Vec::new(), Vec::new());
        for _ in 0..frames {
            let now = generator.next_frame(&mut frame);
            session.handle_frame(now, &frame, &mut tape).expect("a readable frame");
            while let Some(request) = session.poll_request() {
                if let FeedRequest::Snapshot(instrument) = request {
                    generator.snapshot(&mut body);
                    let read = session.handle_snapshot(now, instrument, &body, &mut tape);
                    read.expect("a readable snapshot");
                }
            }
        }
        tape.straighten();
        tape
    }

    /// Reads a recording of `<local ns> <json>` lines, in gzip.
    pub fn recorded(path: &Path) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        flate2::read::MultiGzDecoder::new(File::open(path)?).read_to_end(&mut bytes)?;
        let mut tape = Self::empty();
        let mut session = tape.session();
        for line in bytes.split(|&byte| byte == b'\n') {
            let Ok(line) = CaptureLine::parse(line) else { continue };
            // What cannot be read makes the session ask again, and the tape says so.
            let _ = match line.kind {
                CaptureKind::Frame => {
                    session.handle_frame(line.received, line.payload, &mut tape).is_ok()
                }
                CaptureKind::Snapshot => {
                    let id = InstrumentId(0);
                    session.handle_snapshot(line.received, id, line.payload, &mut tape).is_ok()
                }
            };
        }
        tape.straighten();
        Ok(tape)
    }

    fn empty() -> Self {
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: step(GeneratorConfig::TICK),
            lot: step(GeneratorConfig::LOT),
            kind: gannet_types::InstrumentKind::Linear,
        };
        Self { instrument, stamps: Vec::new(), bodies: Vec::new(), levels: Vec::new() }
    }

    fn session(&self) -> FeedSession<BinanceUsdm> {
        let config = FeedConfig { silence_max: Nanos(u64::MAX) };
        let mut session = FeedSession::new(BinanceUsdm, &[self.instrument], config);
        session.on_connected(Nanos(1));
        session
    }

    /// Moves the local clock so that no event is seen before it happens, and makes time run
    /// forwards.
    fn straighten(&mut self) {
        let early = |stamp: &Stamp| i128::from(stamp.venue.0) - i128::from(stamp.local.0);
        let shift = self.stamps.iter().map(early).max().unwrap_or(0);
        let shift = shift + i128::from(FEED_LATENCY_MIN);
        let rounded = |nanos: u64| nanos / STAMP_UNIT * STAMP_UNIT;
        let mut last = Stamp { venue: Nanos::ZERO, local: Nanos::ZERO };
        for stamp in &mut self.stamps {
            let local = u64::try_from(i128::from(stamp.local.0) + shift).expect("after 1970");
            let venue = Nanos(rounded(stamp.venue.0)).max(last.venue);
            let local = Nanos(rounded(local)).max(last.local).max(venue);
            last = Stamp { venue, local };
            *stamp = last;
        }
    }

    /// Returns how many messages there are.
    pub fn len(&self) -> usize {
        self.bodies.len()
    }

    /// Returns when message `index` happens.
    pub fn stamp(&self, index: usize) -> Option<Stamp> {
        self.stamps.get(index).copied()
    }

    /// Returns message `index`.
    pub fn message(&self, index: usize) -> Market<'_> {
        let stamp = self.stamps[index];
        let event = match &self.bodies[index] {
            Body::Trade(trade) => MarketEvent::Trade(*trade),
            Body::Feed(state) => MarketEvent::Feed(*state),
            Body::Depth { update_id, kind, last, bids, asks } => MarketEvent::Depth(Depth {
                update_id: *update_id,
                kind: *kind,
                last: *last,
                bids: &self.levels[bids.clone()],
                asks: &self.levels[asks.clone()],
            }),
        };
        let (exchange_time, received) = (stamp.venue, stamp.local);
        Market { instrument: self.instrument.id, exchange_time, received, event }
    }

    /// Returns the messages that happen at the venue at the time `at`.
    pub fn messages_at(&self, at: u64) -> impl Iterator<Item = Market<'_>> {
        let begin = self.stamps.partition_point(|stamp| stamp.venue.0 < at);
        let end = self.stamps.partition_point(|stamp| stamp.venue.0 <= at);
        (begin..end).map(|index| self.message(index))
    }

    /// Returns the rows that hftbacktest reads: one a level or trade, and one that clears the book
    /// before a whole one.
    pub fn rows(&self) -> Vec<Event> {
        let mut rows = Vec::new();
        for (index, stamp) in self.stamps.iter().enumerate() {
            let mut row = |kind: u64, level: Level| {
                rows.push(Event {
                    ev: kind | EXCH_EVENT | LOCAL_EVENT,
                    exch_ts: stamp.venue.0.cast_signed(),
                    local_ts: stamp.local.0.cast_signed(),
                    px: level.price.0 as f64 * TICK,
                    qty: level.lots.0 as f64 * LOT,
                    order_id: 0,
                    ival: 0,
                    fval: 0.0,
                });
            };
            match self.message(index).event {
                MarketEvent::Trade(Trade { price, lots, aggressor, .. }) => {
                    row(TRADE_EVENT | flag(aggressor), Level { price, lots });
                }
                MarketEvent::Depth(depth) => {
                    let kind = match depth.kind {
                        DepthKind::Delta => DEPTH_EVENT,
                        DepthKind::SnapshotStart | DepthKind::SnapshotPart => DEPTH_SNAPSHOT_EVENT,
                    };
                    if depth.kind == DepthKind::SnapshotStart {
                        row(DEPTH_CLEAR_EVENT, Level::default());
                    }
                    for (side, levels) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
                        levels.iter().for_each(|&level| row(kind | flag(side), level));
                    }
                }
                MarketEvent::Top(_) | MarketEvent::Feed(_) => {}
            }
        }
        rows
    }
}

const fn flag(side: Side) -> u64 {
    match side {
        Side::Buy => BUY_EVENT,
        Side::Sell => SELL_EVENT,
    }
}

impl MarketSink for Tape {
    fn on_market(&mut self, market: &Market<'_>) {
        let body = match market.event {
            MarketEvent::Top(_) => return,
            MarketEvent::Trade(trade) => Body::Trade(trade),
            MarketEvent::Feed(state) => Body::Feed(state),
            MarketEvent::Depth(depth) => {
                let mut keep = |levels: &[Level]| {
                    let start = self.levels.len();
                    self.levels.extend_from_slice(levels);
                    start..self.levels.len()
                };
                let (bids, asks) = (keep(depth.bids), keep(depth.asks));
                let Depth { update_id, kind, last, .. } = depth;
                Body::Depth { update_id, kind, last, bids, asks }
            }
        };
        // The feed's own word has no time of the venue; before anything happened it says nothing.
        let venue = match (market.event, self.stamps.last()) {
            (MarketEvent::Feed(_), Some(last)) => last.venue,
            (MarketEvent::Feed(_), None) => return,
            _ => market.exchange_time,
        };
        self.stamps.push(Stamp { venue, local: market.received });
        self.bodies.push(body);
    }
}
