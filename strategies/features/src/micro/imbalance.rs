//! Imbalances: of the queues at the best prices, of the book to a depth, of trades.
//!
//! All are (buyers − sellers) / (buyers + sellers), −1 to 1.

use super::{PERIOD, micro};
use crate::market::BOOK_DEPTH;
use crate::prelude::*;
use crate::window::Sums;

/// Returns the imbalance of two quantities, 0 where there is nothing.
#[inline]
fn imbalance(buy: f64, sell: f64) -> f64 {
    let both = buy + sell;
    if both > 0.0 { ((buy - sell) / both).clamp(-1.0, 1.0) } else { 0.0 }
}

/// The imbalance of the quantities at the best bid and ask.
#[derive(Clone, Copy, Debug, Default)]
pub struct QueueImbalance;

impl QueueImbalance {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Catalogued for QueueImbalance {
    const ENTRY: Entry = micro(
        "queue_imbalance",
        "Queue imbalance",
        &[],
        Source::new(
            "Gould and Bonart",
            "Queue Imbalance as a One-Tick-Ahead Price Predictor, Market Microstructure and Liquidity 2:2",
            2016,
            "",
        ),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for QueueImbalance {
    type Sample = Quote;
    type Output = f64;

    #[inline]
    fn step(&mut self, quote: Quote) -> Option<f64> {
        Some(imbalance(quote.bid_size, quote.ask_size))
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

/// The imbalance of the quantities on the best levels of the book.
#[derive(Clone, Debug)]
pub struct BookImbalance {
    levels: usize,
}

impl BookImbalance {
    /// Builds one over that many levels of each side.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(levels: usize) -> Self {
        let levels = LEVELS.require_whole(levels);
        Self { levels }
    }
}

const LEVELS: Parameter = Parameter::number("levels", Unit::Count, 1.0, BOOK_DEPTH as f64, 5.0);

impl Catalogued for BookImbalance {
    const ENTRY: Entry = micro(
        "book_imbalance",
        "Book imbalance",
        &[LEVELS],
        Source::new(
            "Cartea, Jaimungal and Penalva",
            "Algorithmic and High-Frequency Trading",
            2015,
            "ch. 12",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for BookImbalance {
    type Sample = Book;
    type Output = f64;

    #[inline]
    fn step(&mut self, book: Book) -> Option<f64> {
        let (bids, asks) = book.sizes(self.levels);
        Some(imbalance(bids, asks))
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

/// The imbalance of the quantities of the last trades by who crossed the spread.
#[derive(Clone, Debug)]
pub struct TradeImbalance {
    sums: Sums<2>,
}

impl TradeImbalance {
    /// Builds one over `period` trades.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { sums: Sums::new(period) }
    }
}

impl Catalogued for TradeImbalance {
    const ENTRY: Entry = micro(
        "trade_imbalance",
        "Trade imbalance",
        &[PERIOD],
        Source::new(
            "Chordia, Roll and Subrahmanyam",
            "Order imbalance, liquidity, and market returns, Journal of Financial Economics 65:1",
            2002,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for TradeImbalance {
    type Sample = Print;
    type Output = f64;

    #[inline]
    fn step(&mut self, print: Print) -> Option<f64> {
        let signed = print.signed_size();
        let [buys, sells] = self.sums.push([signed.max(0.0), (-signed).max(0.0)]);
        self.sums.is_full().then(|| imbalance(buys.max(0.0), sells.max(0.0)))
    }

    fn reset(&mut self) {
        self.sums.clear();
    }

    fn warm_up(&self) -> usize {
        self.sums.capacity()
    }
}
