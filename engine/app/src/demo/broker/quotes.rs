//! The books behind the market data that the broker serves: the venue's, as its feed tells them.
//!
//! # Invariants
//! - [`Quotes::book`] returns whole books only: live, usable, and not between two pieces of one
//!   message.

use gannet_pipeline::book::Book;
use gannet_types::{
    Depth, DepthKind, FeedState, Instrument, Market, MarketEvent, Side, Trade, TradingStatus,
};

/// What changed about a book.
pub(super) enum Change<'a> {
    /// Some levels: those of a message.
    Levels(&'a Depth<'a>),
    /// All of it.
    Whole,
    Trade(Trade),
    /// Whether it is traded.
    Status,
}

/// One book an instrument.
pub(super) struct Quotes {
    instruments: Vec<Instrument>,
    quotes: Vec<Quote>,
}

struct Quote {
    book: Book,
    live: bool,
    /// The last piece of a message has come.
    settled: bool,
    /// Whether the venue trades it: it does unless it has said otherwise.
    status: TradingStatus,
}

impl Quotes {
    /// Expects each instrument at the index that is its id.
    pub(super) fn new(instruments: Vec<Instrument>) -> Self {
        let empty = |_: &Instrument| Quote {
            book: Book::new(),
            live: false,
            settled: false,
            status: TradingStatus::Trading,
        };
        Self { quotes: instruments.iter().map(empty).collect(), instruments }
    }

    pub(super) fn instruments(&self) -> &[Instrument] {
        &self.instruments
    }

    /// Returns the index of the instrument called `name`.
    pub(super) fn find(&self, name: &[u8]) -> Option<usize> {
        self.instruments.iter().position(|known| known.symbol.as_bytes() == name)
    }

    /// Returns a book that can be told now.
    pub(super) fn book(&self, index: usize) -> Option<&Book> {
        let Quote { book, live, settled, .. } = &self.quotes[index];
        let whole = *live && *settled && book.is_usable() && !book.is_crossed();
        whole.then_some(book)
    }

    /// Returns whether an instrument is traded.
    pub(super) fn status(&self, index: usize) -> TradingStatus {
        self.quotes[index].status
    }

    /// Follows the venue; returns which instrument changed, and what about it.
    pub(super) fn on_market<'a>(&mut self, market: &'a Market<'_>) -> Option<(usize, Change<'a>)> {
        let index = usize::from(market.instrument.0);
        let quote = self.quotes.get_mut(index)?;
        let change = match &market.event {
            // The levels say the same.
            MarketEvent::Top(_) => return None,
            MarketEvent::Trade(trade) => Change::Trade(*trade),
            MarketEvent::Feed(state) => {
                quote.live = *state == FeedState::Live;
                Change::Whole
            }
            MarketEvent::Status(status) => {
                quote.status = *status;
                Change::Status
            }
            MarketEvent::Depth(depth) => {
                if depth.kind == DepthKind::SnapshotStart {
                    quote.book.clear();
                }
                for (side, levels) in [(Side::Buy, depth.bids), (Side::Sell, depth.asks)] {
                    for &level in levels {
                        quote.book.apply(side, level);
                    }
                }
                quote.settled = depth.last;
                if depth.kind == DepthKind::Delta { Change::Levels(depth) } else { Change::Whole }
            }
        };
        Some((index, change))
    }
}
