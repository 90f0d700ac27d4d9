//! Average true range, in price units or in percent of the close.

use super::{PERIOD, Rma, TALIB, TrueRange, classical};
use crate::prelude::*;

/// Wilder's average of the true range. The first bar only gives the previous close; the next
/// `period` ranges are averaged to seed it, as TA-Lib does.
#[derive(Clone, Debug)]
pub struct Atr {
    range: TrueRange,
    average: Rma,
}

impl Atr {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { range: TrueRange::new(), average: Rma::new(period) }
    }
}

impl Catalogued for Atr {
    const ENTRY: Entry = classical(
        "atr",
        "Average true range",
        &[PERIOD],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section III"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Atr {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let range = self.range.step(bar)?;
        self.average.step(range)
    }

    fn reset(&mut self) {
        self.range.reset();
        self.average.reset();
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up() + 1
    }
}

/// The average true range in percent of the close, 0 where the close is 0.
#[derive(Clone, Debug)]
pub struct Natr {
    atr: Atr,
}

impl Natr {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let atr = Atr::new(period);
        Self { atr }
    }
}

impl Catalogued for Natr {
    const ENTRY: Entry = classical("natr", "Normalised average true range", &[PERIOD], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Natr {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let range = self.atr.step(bar)?;
        Some(if bar.close == 0.0 { 0.0 } else { range / bar.close * 100.0 })
    }

    fn reset(&mut self) {
        self.atr.reset();
    }

    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}
