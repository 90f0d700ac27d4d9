//! Simple moving average.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;
use crate::window::Sums;

/// The mean of the last `period` samples.
#[derive(Clone, Debug)]
pub struct Sma {
    sums: Sums<1>,
    /// Of each sample.
    weight: f64,
}

impl Sma {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        let weight = 1.0 / period as f64;
        Self { sums: Sums::new(period), weight }
    }
}

impl Catalogued for Sma {
    const ENTRY: Entry = classical("sma", "Simple moving average", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Sma {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let [total] = self.sums.push([price]);
        self.sums.is_full().then_some(total * self.weight)
    }

    fn reset(&mut self) {
        self.sums.clear();
    }

    fn warm_up(&self) -> usize {
        self.sums.capacity()
    }
}
