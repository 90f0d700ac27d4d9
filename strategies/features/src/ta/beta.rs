//! Beta: how one series' returns follow another's.

use super::{PERIOD, TALIB, classical};
use crate::moments::PairMoments;
use crate::prelude::*;
use crate::sample::LARGEST;

/// The slope of the returns of the second series over those of the first, by least squares over
/// `period` returns; 0 where the first has not moved, and a return from 0 is 0. Of a candle the first
/// is the high, the second the low.
///
/// O(1) amortised: see [`moments`](crate::moments).
#[derive(Clone, Debug)]
pub struct Beta {
    previous: Option<HighLow>,
    returns: PairMoments,
}

impl Beta {
    /// Builds one over `period` returns.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { previous: None, returns: PairMoments::new(period) }
    }
}

impl Catalogued for Beta {
    const ENTRY: Entry = classical("beta", "Beta", &[PERIOD.or(5.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Beta {
    type Sample = HighLow;
    type Output = f64;

    #[inline]
    fn step(&mut self, pair: HighLow) -> Option<f64> {
        let before = self.previous.replace(pair)?;
        let products =
            self.returns.push(change(pair.high, before.high), change(pair.low, before.low))?;
        Some(products.slope())
    }

    fn reset(&mut self) {
        self.previous = None;
        self.returns.clear();
    }

    fn warm_up(&self) -> usize {
        self.returns.capacity() + 1
    }
}

/// The return from one price to the next. One larger than any price is cut, so that its square
/// stays finite.
#[inline]
fn change(now: f64, before: f64) -> f64 {
    if before == 0.0 { 0.0 } else { ((now - before) / before).clamp(-LARGEST, LARGEST) }
}
