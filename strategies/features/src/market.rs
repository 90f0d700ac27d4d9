//! What microstructure indicators read: quotes, books and prints, in floats.

use gannet_types::{Instrument, Level, Nanos, Side, TopOfBook, Trade};

use crate::sample::{AppliedPrice, EventKind, LARGEST, Sample};

/// How many levels of each side a [`Book`] holds.
pub const BOOK_DEPTH: usize = 10;

/// The best bid and ask.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quote {
    /// When it was so.
    pub time: Nanos,
    /// Best bid price.
    pub bid: f64,
    /// Quantity there.
    pub bid_size: f64,
    /// Best ask price.
    pub ask: f64,
    /// Quantity there.
    pub ask_size: f64,
}

impl Quote {
    /// Returns the top of the book of `instrument` in floats.
    #[must_use]
    pub fn of_top(instrument: &Instrument, time: Nanos, top: &TopOfBook) -> Self {
        Self {
            time,
            bid: instrument.price_f64(top.bid.price),
            bid_size: instrument.quantity_f64(top.bid.lots),
            ask: instrument.price_f64(top.ask.price),
            ask_size: instrument.quantity_f64(top.ask.lots),
        }
    }

    /// Returns the middle of bid and ask.
    #[inline]
    #[must_use]
    pub const fn mid(&self) -> f64 {
        (self.bid + self.ask) / 2.0
    }
}

/// One level of a [`Book`]; one that is not there has no size.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BookLevel {
    /// Its price.
    pub price: f64,
    /// The quantity there.
    pub size: f64,
}

/// The best levels of both sides, the best first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Book {
    /// When it was so.
    pub time: Nanos,
    /// Bids, the highest first.
    pub bids: [BookLevel; BOOK_DEPTH],
    /// Asks, the lowest first.
    pub asks: [BookLevel; BOOK_DEPTH],
}

impl Book {
    /// Returns the best levels of a book of `instrument` in floats.
    #[must_use]
    pub fn of_levels(instrument: &Instrument, time: Nanos, bids: &[Level], asks: &[Level]) -> Self {
        let side = |levels: &[Level]| {
            std::array::from_fn(|index| {
                levels.get(index).map_or(BookLevel::default(), |level| BookLevel {
                    price: instrument.price_f64(level.price),
                    size: instrument.quantity_f64(level.lots),
                })
            })
        };
        Self { time, bids: side(bids), asks: side(asks) }
    }

    /// Returns the quantities of the best `levels` of each side.
    #[inline]
    #[must_use]
    pub fn sizes(&self, levels: usize) -> (f64, f64) {
        let sum = |side: &[BookLevel]| side.iter().take(levels).map(|level| level.size).sum();
        (sum(&self.bids), sum(&self.asks))
    }
}

/// One trade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Print {
    /// When it happened.
    pub time: Nanos,
    /// Its price.
    pub price: f64,
    /// Its quantity.
    pub size: f64,
    /// Who crossed the spread.
    pub aggressor: Side,
}

impl Print {
    /// Returns a trade of `instrument` in floats.
    #[must_use]
    pub fn of_trade(instrument: &Instrument, time: Nanos, trade: &Trade) -> Self {
        Self {
            time,
            price: instrument.price_f64(trade.price),
            size: instrument.quantity_f64(trade.lots),
            aggressor: trade.aggressor,
        }
    }

    /// Returns the size, negative if a seller crossed the spread.
    #[inline]
    #[must_use]
    pub const fn signed_size(&self) -> f64 {
        match self.aggressor {
            Side::Buy => self.size,
            Side::Sell => -self.size,
        }
    }
}

/// Any event of the market, for indicators built by name.
#[derive(Clone, Copy, Debug, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "a box would have to be allocated per book")]
pub enum MarketSample {
    /// The top of the book changed.
    Quote(Quote),
    /// The book changed.
    Book(Book),
    /// A trade.
    Print(Print),
}

#[inline]
const fn is_size(size: f64) -> bool {
    (size >= 0.0) & (size <= LARGEST)
}

#[inline]
const fn is_price(price: f64) -> bool {
    price.abs() <= LARGEST
}

impl Sample for Quote {
    type Origin = MarketSample;
    const EVENT: EventKind = EventKind::Quote;

    fn of(origin: &MarketSample, _: AppliedPrice) -> Option<Self> {
        match origin {
            MarketSample::Quote(quote) => Some(*quote),
            MarketSample::Book(_) | MarketSample::Print(_) => None,
        }
    }

    /// Both sides must be there and not crossed.
    #[inline]
    fn is_valid(&self) -> bool {
        is_price(self.bid)
            && is_price(self.ask)
            && self.bid <= self.ask
            && is_size(self.bid_size)
            && is_size(self.ask_size)
            && self.bid_size > 0.0
            && self.ask_size > 0.0
    }
}

impl Sample for Book {
    type Origin = MarketSample;
    const EVENT: EventKind = EventKind::Book;

    fn of(origin: &MarketSample, _: AppliedPrice) -> Option<Self> {
        match origin {
            MarketSample::Book(book) => Some(*book),
            MarketSample::Quote(_) | MarketSample::Print(_) => None,
        }
    }

    /// Both sides must be there and not crossed. Costs a pass over the levels.
    #[inline]
    fn is_valid(&self) -> bool {
        // No branch a level, so that several are compared at once.
        let valid = |side: &[BookLevel; BOOK_DEPTH]| {
            side.iter().fold(true, |all, level| all & is_price(level.price) & is_size(level.size))
        };
        let (bid, ask) = (self.bids[0], self.asks[0]);
        bid.size > 0.0
            && ask.size > 0.0
            && bid.price <= ask.price
            && (valid(&self.bids) & valid(&self.asks))
    }
}

impl Sample for Print {
    type Origin = MarketSample;
    const EVENT: EventKind = EventKind::Print;

    fn of(origin: &MarketSample, _: AppliedPrice) -> Option<Self> {
        match origin {
            MarketSample::Print(print) => Some(*print),
            MarketSample::Quote(_) | MarketSample::Book(_) => None,
        }
    }

    /// Something must have been traded.
    #[inline]
    fn is_valid(&self) -> bool {
        is_price(self.price) && is_size(self.size) && self.size > 0.0
    }
}
