//! Exponential moving average.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;

/// EMA with the weight 2 / (period + 1), seeded with the mean of the first `period` samples as
/// TA-Lib does.
#[derive(Clone, Debug)]
pub struct Ema {
    period: usize,
    weight: f64,
    count: usize,
    /// The sum while warming up, the average afterwards.
    state: f64,
}

impl Ema {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { period, weight: 2.0 / (period as f64 + 1.0), count: 0, state: 0.0 }
    }
}

impl Catalogued for Ema {
    const ENTRY: Entry = classical("ema", "Exponential moving average", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Ema {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        if self.count == self.period {
            self.state += self.weight * (price - self.state);
            return Some(self.state);
        }
        self.count += 1;
        self.state += price;
        if self.count < self.period {
            return None;
        }
        self.state /= self.period as f64;
        Some(self.state)
    }

    fn reset(&mut self) {
        self.count = 0;
        self.state = 0.0;
    }

    fn warm_up(&self) -> usize {
        self.period
    }
}
