//! What a feed says about an instrument, after decoding and synchronising.

use crate::{InstrumentId, Lots, Nanos, Side, Ticks};

/// A price and how much stands there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(C)]
pub struct Level {
    /// The price.
    pub price: Ticks,
    /// How much; zero removes the level.
    pub lots: Lots,
}

/// One market message about one instrument.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Market<'a> {
    /// Which instrument.
    pub instrument: InstrumentId,
    /// When the venue says it happened.
    pub exchange_time: Nanos,
    /// When its bytes were read from the socket, on our clock; tick-to-trade starts here.
    pub received: Nanos,
    /// What happened.
    pub event: MarketEvent<'a>,
}

/// What can happen in a market.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum MarketEvent<'a> {
    /// The best bid and ask.
    Top(TopOfBook),
    /// A trade.
    Trade(Trade),
    /// A change of the book, or a whole book.
    Depth(Depth<'a>),
    /// The feed became live or stale.
    Feed(FeedState),
    /// The venue halted the instrument, or trades it again.
    Status(TradingStatus),
}

/// The best bid and ask. A side without orders has zero lots.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TopOfBook {
    /// The venue's update number.
    pub update_id: u64,
    /// The best bid.
    pub bid: Level,
    /// The best ask.
    pub ask: Level,
}

/// A trade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Trade {
    /// The venue's trade number.
    pub trade_id: u64,
    /// Who took liquidity.
    pub aggressor: Side,
    /// The price.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
}

/// A piece of a book message. Messages longer than [`Depth::LEVELS_MAX`] arrive in several
/// pieces; the book is consistent after the piece with `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Depth<'a> {
    /// The venue's number of the last update in the message.
    pub update_id: u64,
    /// Whether the book is replaced or changed.
    pub kind: DepthKind,
    /// Whether this piece completes the message.
    pub last: bool,
    /// Changed bids.
    pub bids: &'a [Level],
    /// Changed asks.
    pub asks: &'a [Level],
}

impl Depth<'_> {
    /// Most levels, both sides together, in one piece: 512 levels are 8 KiB, and 99 of 100
    /// frames in the captures have fewer than 611, half fewer than 35.
    pub const LEVELS_MAX: usize = 512;
}

/// How a book message relates to the book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DepthKind {
    /// The first piece of a whole book: forget everything before it.
    SnapshotStart,
    /// A further piece of a whole book.
    SnapshotPart,
    /// Changes.
    Delta,
}

/// Whether the venue trades an instrument, as its feed tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TradingStatus {
    /// Orders trade.
    Trading,
    /// They do not: halted, suspended, not opened.
    Halted,
}

/// Whether the feed can be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FeedState {
    /// Snapshot and deltas are joined.
    Live,
    /// The book must not be used until the next snapshot.
    Stale(StaleReason),
}

/// Why a book went stale.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StaleReason {
    /// Not connected yet, or connection lost.
    Disconnected,
    /// A message is missing.
    Gap,
    /// The venue sent something that is not its format.
    Malformed,
    /// We were too slow and dropped messages.
    Overflow,
    /// The snapshot contradicts itself (crossed or empty).
    BadSnapshot,
}
