//! Prices beside their averages, and averages beside each other: features without a unit.

use super::{PERIOD, PERIOD_2, Sma, classical};
use crate::prelude::*;

const RULES: Source = Source::new(
    "Brock, Lakonishok, LeBaron",
    "Simple Technical Trading Rules and the Stochastic Properties of Stock Returns",
    1992,
    "moving average rules",
);

/// The price over its simple moving average, less one; 0 where the average is 0. `of volume` it is
/// the volume ratio.
#[derive(Clone, Debug)]
pub struct SmaRatio {
    average: Sma,
}

impl SmaRatio {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { average: Sma::new(PERIOD_2.require_whole(period)) }
    }
}

impl Catalogued for SmaRatio {
    const ENTRY: Entry =
        classical("sma_ratio", "Price over its average", &[PERIOD_2.or(20.0)], RULES);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for SmaRatio {
    type Sample = f64;
    type Output = f64;

    fn step(&mut self, price: f64) -> Option<f64> {
        self.average.step(price).map(|average| ratio(price, average))
    }

    fn reset(&mut self) {
        self.average.reset();
    }

    fn warm_up(&self) -> usize {
        self.average.warm_up()
    }
}

outputs! {
    /// The lines of [`SmaTrend`].
    pub struct TrendLines {
        /// The fast average over the slow one, less one; 0 where that is 0.
        ratio,
        /// 1 where the fast average is above, −1 where it is below, 0 where they are equal.
        side,
    }
}

/// A fast average beside a slow one.
#[derive(Clone, Debug)]
pub struct SmaTrend {
    fast: Sma,
    slow: Sma,
}

impl SmaTrend {
    /// Builds one from the periods of the two averages, in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        Self { fast: Sma::new(fast), slow: Sma::new(slow) }
    }
}

const FAST: Parameter = Parameter { name: "fast", ..PERIOD.or(20.0) };
const SLOW: Parameter = Parameter { name: "slow", ..PERIOD.or(50.0) };

impl Catalogued for SmaTrend {
    const ENTRY: Entry = classical("sma_trend", "Trend of two averages", &[FAST, SLOW], RULES);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for SmaTrend {
    type Sample = f64;
    type Output = TrendLines;

    fn step(&mut self, price: f64) -> Option<TrendLines> {
        let (fast, slow) = (self.fast.step(price), self.slow.step(price));
        let (fast, slow) = (fast?, slow?);
        Some(TrendLines { ratio: ratio(fast, slow), side: super::side(fast - slow) })
    }

    fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
    }

    fn warm_up(&self) -> usize {
        self.fast.warm_up().max(self.slow.warm_up())
    }
}

fn ratio(number: f64, average: f64) -> f64 {
    if average == 0.0 { 0.0 } else { number / average - 1.0 }
}
