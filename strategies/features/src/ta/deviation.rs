//! Variance and standard deviation of the last samples, of the population: divided by their number.

use super::{PERIOD, PERIOD_2, TALIB, classical};
use crate::moments::Moments;
use crate::prelude::*;

/// The mean square of the differences from the mean; 0 where only rounding is left.
///
/// O(1) amortised: see [`moments`](crate::moments).
#[derive(Clone, Debug)]
pub struct Variance {
    moments: Moments,
}

impl Variance {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { moments: Moments::new(period) }
    }
}

impl Catalogued for Variance {
    const ENTRY: Entry = classical("var", "Variance", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Variance {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let (_, variance) = self.moments.push(price)?;
        Some(variance)
    }

    fn reset(&mut self) {
        self.moments.clear();
    }

    fn warm_up(&self) -> usize {
        self.moments.capacity()
    }
}

/// The root of the variance, times a factor.
#[derive(Clone, Debug)]
pub struct StandardDeviation {
    variance: Variance,
    factor: f64,
}

impl StandardDeviation {
    /// Builds one over `period` samples, times a factor, which is usually 1.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, factor: f64) -> Self {
        let variance = Variance::new(PERIOD_2.require_whole(period));
        Self { variance, factor: FACTOR.require(factor) }
    }
}

const FACTOR: Parameter = Parameter::number("factor", Unit::Ratio, -1e6, 1e6, 1.0);

impl Catalogued for StandardDeviation {
    const ENTRY: Entry =
        classical("stddev", "Standard deviation", &[PERIOD_2.or(20.0), FACTOR], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for StandardDeviation {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let variance = self.variance.step(price)?;
        Some(variance.sqrt() * self.factor)
    }

    fn reset(&mut self) {
        self.variance.reset();
    }

    fn warm_up(&self) -> usize {
        self.variance.warm_up()
    }
}
