//! Rolling correlation of two series.

use super::{PERIOD, TALIB, classical};
use crate::moments::PairMoments;
use crate::prelude::*;

/// Pearson's correlation of the last `period` pairs; 0 where one series has not moved. Of a candle
/// the first series is the high, the second the low.
///
/// O(1) amortised: see [`moments`](crate::moments).
#[derive(Clone, Debug)]
pub struct Correlation {
    pairs: PairMoments,
}

impl Correlation {
    /// Builds one over `period` pairs.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { pairs: PairMoments::new(period) }
    }
}

impl Catalogued for Correlation {
    const ENTRY: Entry = classical("correl", "Rolling correlation", &[PERIOD.or(30.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Correlation {
    type Sample = HighLow;
    type Output = f64;

    #[inline]
    fn step(&mut self, pair: HighLow) -> Option<f64> {
        Some(self.pairs.push(pair.high, pair.low)?.correlation())
    }

    fn reset(&mut self) {
        self.pairs.clear();
    }

    fn warm_up(&self) -> usize {
        self.pairs.capacity()
    }
}
