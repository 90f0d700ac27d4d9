//! Triangular moving average.

use super::{PERIOD, Sma, TALIB, classical};
use crate::prelude::*;

/// The mean of means: the weights rise to the middle of the window and fall again.
#[derive(Clone, Debug)]
pub struct Trima {
    first: Sma,
    second: Sma,
}

impl Trima {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        // An odd period has its peak at one sample, an even one at two.
        let shorter = period.div_ceil(2);
        Self { first: Sma::new(shorter), second: Sma::new(period + 1 - shorter) }
    }
}

impl Catalogued for Trima {
    const ENTRY: Entry = classical("trima", "Triangular moving average", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Trima {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let first = self.first.step(price)?;
        self.second.step(first)
    }

    fn reset(&mut self) {
        self.first.reset();
        self.second.reset();
    }

    fn warm_up(&self) -> usize {
        self.first.warm_up() + self.second.warm_up() - 1
    }
}
