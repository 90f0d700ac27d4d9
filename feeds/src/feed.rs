//! What every venue's wire format is reduced to, before snapshot and updates are joined.

use gannet_types::{Bounded, Instrument, InstrumentId, Level, Market, Nanos, TopOfBook, Trade};

use crate::error::{DecodeError, FeedError};
use crate::sync::{Sequence, SequenceRule};

/// Where a feed puts its messages, in order.
pub trait MarketSink {
    /// Takes one message. Levels are borrowed from the feed: copy what must outlive the call.
    fn on_market(&mut self, market: &Market<'_>);
}

/// The wire format of one venue, and nothing else.
pub trait VenueFeed: SequenceRule + Clone + Send + 'static {
    /// Returns path and query of the WebSockets that together carry book updates, tops and trades
    /// of all listed instruments. Cold.
    fn stream_paths(&self, listing: &Listing) -> Vec<String>;

    /// Returns path and query of the book snapshot of `instrument`. Cold.
    fn snapshot_path(&self, instrument: &Instrument) -> String;

    /// Decodes one frame. The levels of a [`Message::Depth`] are in `levels` afterwards;
    /// otherwise its content is unspecified. Hot: no allocation, one pass in the usual case.
    ///
    /// # Errors
    /// If the frame is not the venue's format or a number does not fit its instrument; never
    /// panics.
    fn decode(
        &self,
        listing: &Listing,
        payload: &[u8],
        levels: &mut BookLevels,
    ) -> Result<Message, DecodeError>;

    /// Decodes the body of a snapshot into `levels`. Cold, but without allocation.
    ///
    /// # Errors
    /// If the body is not a snapshot in the venue's format; never panics.
    fn decode_snapshot(
        &self,
        instrument: &Instrument,
        body: &[u8],
        levels: &mut BookLevels,
    ) -> Result<Snapshot, FeedError>;
}

/// A decoded frame. `slot` is the instrument's index in the [`Listing`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Message {
    /// The best bid and ask.
    Top {
        /// Whose.
        slot: usize,
        /// When the venue says it happened.
        exchange_time: Nanos,
        /// The event.
        top: TopOfBook,
    },
    /// A trade.
    Trade {
        /// Whose.
        slot: usize,
        /// When the venue says it happened.
        exchange_time: Nanos,
        /// The event.
        trade: Trade,
    },
    /// A change of a book.
    Depth {
        /// Whose.
        slot: usize,
        /// When the venue says it happened.
        exchange_time: Nanos,
        /// Its place among the updates.
        sequence: Sequence,
    },
    /// Well-formed, but nothing for us.
    Skipped,
}

/// The head of a decoded snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// The number of the last update it contains.
    pub update_id: u64,
    /// When the venue says it was taken.
    pub exchange_time: Nanos,
}

/// The levels of one message, both sides, in fixed memory.
#[derive(Clone, Debug)]
pub struct BookLevels {
    /// The bids.
    pub bids: Bounded<Level>,
    /// The asks.
    pub asks: Bounded<Level>,
}

impl BookLevels {
    /// Most levels on one side of one message: snapshots have 1,000 a side, and the longest
    /// update in the captures 1,226 on both together.
    pub const SIDE_MAX: usize = 2_048;

    /// Reserves the room (64 KiB); the only allocation.
    #[must_use]
    pub fn new() -> Self {
        let side = || Bounded::with_capacity(Self::SIDE_MAX);
        Self { bids: side(), asks: side() }
    }

    /// Forgets all levels.
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
    }

    /// Takes over the levels of `other`.
    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.clear();
        for (own, levels) in [(&mut self.bids, &other.bids), (&mut self.asks, &other.asks)] {
            for &level in levels.iter() {
                own.push(level).expect("both have room for the same number of levels");
            }
        }
    }
}

impl Default for BookLevels {
    fn default() -> Self {
        Self::new()
    }
}

/// The instruments of one session. Their place in it is called slot: a session may carry only
/// some of the configuration's instruments, so the id is no index here.
#[derive(Clone, Debug)]
pub struct Listing {
    instruments: Vec<Instrument>,
    /// The symbols once more, side by side: an instrument is a kilobyte long.
    symbols: Vec<gannet_types::Text<24>>,
}

impl Listing {
    /// Lists `instruments`; slots are their positions.
    #[must_use]
    pub fn new(instruments: &[Instrument]) -> Self {
        let symbols = instruments.iter().map(|instrument| instrument.symbol).collect();
        Self { instruments: instruments.to_vec(), symbols }
    }

    /// Returns the instruments in slot order.
    #[must_use]
    pub fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Returns the slot of the instrument the venue calls `symbol`. Cost: one comparison per
    /// instrument.
    #[inline]
    #[must_use]
    pub fn slot_of_symbol(&self, symbol: &[u8]) -> Option<usize> {
        self.symbols.iter().position(|listed| listed.as_bytes() == symbol)
    }

    /// Returns the slot of the instrument the venue calls `symbol` in any case. Cold.
    #[must_use]
    pub fn slot_of_symbol_in_any_case(&self, symbol: &[u8]) -> Option<usize> {
        self.symbols.iter().position(|listed| listed.as_bytes().eq_ignore_ascii_case(symbol))
    }

    /// Returns the slot of `instrument`. Cold.
    #[must_use]
    pub fn slot_of(&self, instrument: InstrumentId) -> Option<usize> {
        self.instruments.iter().position(|listed| listed.id == instrument)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use gannet_types::{Increment, Text};

    use super::*;

    pub(crate) fn instrument(id: u16, symbol: &str, tick: &str, lot: &str) -> Instrument {
        Instrument {
            id: InstrumentId(id),
            symbol: Text::new(symbol.as_bytes()),
            tick: Increment::parse(tick.as_bytes()).expect("a tick"),
            lot: Increment::parse(lot.as_bytes()).expect("a lot"),
            kind: gannet_types::InstrumentKind::Linear,
        }
    }

    /// Two instruments whose ids differ from their slots.
    pub(crate) fn listing() -> Listing {
        Listing::new(&[
            instrument(7, "BTCUSDT", "0.10", "0.001"),
            instrument(3, "ETHUSDT", "0.01", "0.001"),
        ])
    }

    #[test]
    fn instruments_are_found_by_symbol_and_id() {
        let listing = listing();
        assert_eq!(listing.slot_of_symbol(b"ETHUSDT"), Some(1));
        assert_eq!(listing.slot_of_symbol(b"ethusdt"), None);
        assert_eq!(listing.slot_of_symbol(b"ETHUSD"), None);
        assert_eq!(listing.slot_of_symbol_in_any_case(b"btcusdt"), Some(0));
        assert_eq!(listing.slot_of(InstrumentId(3)), Some(1));
        assert_eq!(listing.slot_of(InstrumentId(0)), None);
    }
}
