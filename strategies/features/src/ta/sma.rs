//! Simple moving average.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;
use crate::window::{Sums, Window};

/// The mean of the last `period` samples.
#[derive(Clone, Debug)]
pub struct Sma {
    window: Window,
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
        Self { window: Window::new(period), sums: Sums::new(period), weight }
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

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let left = self.window.exchange(price);
        let [total] = self.sums.slide([left], [price]);
        self.window.is_full().then_some(total * self.weight)
    }

    fn reset(&mut self) {
        self.window.clear();
        self.sums.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity()
    }
}
