//! Double exponential moving average.

use super::{Ema, PERIOD, classical};
use crate::prelude::*;

/// Twice the EMA less the EMA of the EMA.
#[derive(Clone, Debug)]
pub struct Dema {
    first: Ema,
    second: Ema,
}

impl Dema {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let ema = Ema::new(period);
        Self { first: ema.clone(), second: ema }
    }
}

impl Catalogued for Dema {
    const ENTRY: Entry = classical(
        "dema",
        "Double exponential moving average",
        &[PERIOD.or(20.0)],
        Source::new("Mulloy", "Smoothing Data with Faster Moving Averages, TASC 12:1", 1994, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Dema {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let first = self.first.step(price)?;
        let second = self.second.step(first)?;
        Some(2.0 * first - second)
    }

    fn reset(&mut self) {
        self.first.reset();
        self.second.reset();
    }

    fn warm_up(&self) -> usize {
        2 * self.first.warm_up() - 1
    }
}
