//! The middle of a range: of one price, or of highs and lows.

use super::{PERIOD_2, TALIB, classical};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

/// The middle of the highest and the lowest of the last samples.
#[derive(Clone, Debug)]
pub struct MidPoint {
    highest: Highest,
    lowest: Lowest,
}

impl MidPoint {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }
}

impl Catalogued for MidPoint {
    const ENTRY: Entry = classical("midpoint", "Middle of the last samples", &[PERIOD_2], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for MidPoint {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let (highest, lowest) = (self.highest.push(price), self.lowest.push(price));
        self.highest.is_full().then(|| (highest + lowest) / 2.0)
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}

/// The middle of the highest high and the lowest low of the last bars.
#[derive(Clone, Debug)]
pub struct MidPrice {
    highest: Highest,
    lowest: Lowest,
}

impl MidPrice {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }
}

impl Catalogued for MidPrice {
    const ENTRY: Entry = classical("midprice", "Middle of the last bars", &[PERIOD_2], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for MidPrice {
    type Sample = HighLow;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLow) -> Option<f64> {
        let (highest, lowest) = (self.highest.push(bar.high), self.lowest.push(bar.low));
        self.highest.is_full().then(|| (highest + lowest) / 2.0)
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}
