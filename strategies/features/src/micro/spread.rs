//! Spread and its statistics.

use super::{PERIOD, micro};
use crate::moments::Moments;
use crate::prelude::*;

outputs! {
    /// The statistics of [`Spread`].
    pub struct SpreadLines {
        /// Ask less bid, in price units.
        spread,
        /// That in hundredths of a percent of the middle; 0 where the middle is 0.
        bps,
        /// The mean of the last spreads.
        mean,
        /// Their standard deviation.
        deviation,
    }
}

/// The spread now, and its mean and deviation over the last quotes.
#[derive(Clone, Debug)]
pub struct Spread {
    moments: Moments,
}

impl Spread {
    /// Builds one over `period` quotes.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { moments: Moments::new(period) }
    }
}

impl Catalogued for Spread {
    const ENTRY: Entry = micro(
        "spread",
        "Spread",
        &[PERIOD],
        Source::new(
            "Demsetz",
            "The Cost of Transacting, Quarterly Journal of Economics 82:1",
            1968,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Spread {
    type Sample = Quote;
    type Output = SpreadLines;

    #[inline]
    fn step(&mut self, quote: Quote) -> Option<SpreadLines> {
        let spread = quote.ask - quote.bid;
        let (mean, variance) = self.moments.push(spread)?;
        let mid = quote.mid();
        let bps = if mid == 0.0 { 0.0 } else { 1e4 * (spread / mid) };
        Some(SpreadLines { spread, bps, mean, deviation: variance.sqrt() })
    }

    fn reset(&mut self) {
        self.moments.clear();
    }

    fn warm_up(&self) -> usize {
        self.moments.capacity()
    }
}
