//! Depth of the book and its statistics.

use super::{PERIOD, micro};
use crate::market::BOOK_DEPTH;
use crate::moments::Moments;
use crate::prelude::*;

outputs! {
    /// The statistics of [`BookDepth`], in quantity units.
    pub struct DepthLines {
        /// On the best levels of the bids.
        bid,
        /// On the best levels of the asks.
        ask,
        /// The mean of both together over the last books.
        mean,
        /// Their standard deviation.
        deviation,
    }
}

/// The quantities on the best levels, and mean and deviation of both sides together.
#[derive(Clone, Debug)]
pub struct BookDepth {
    levels: usize,
    moments: Moments,
}

impl BookDepth {
    /// Builds one over that many levels of each side and the last `period` books.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(levels: usize, period: usize) -> Self {
        let moments = Moments::new(PERIOD.require_whole(period));
        Self { levels: LEVELS.require_whole(levels), moments }
    }
}

const LEVELS: Parameter = Parameter::number("levels", Unit::Count, 1.0, BOOK_DEPTH as f64, 5.0);

impl Catalogued for BookDepth {
    const ENTRY: Entry = micro(
        "book_depth",
        "Book depth",
        &[LEVELS, PERIOD],
        Source::new(
            "Cartea, Jaimungal and Penalva",
            "Algorithmic and High-Frequency Trading",
            2015,
            "ch. 4",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for BookDepth {
    type Sample = Book;
    type Output = DepthLines;

    #[inline]
    fn step(&mut self, book: Book) -> Option<DepthLines> {
        let (bid, ask) = book.sizes(self.levels);
        let (mean, variance) = self.moments.push(bid + ask)?;
        Some(DepthLines { bid, ask, mean, deviation: variance.sqrt() })
    }

    fn reset(&mut self) {
        self.moments.clear();
    }

    fn warm_up(&self) -> usize {
        self.moments.capacity()
    }
}
