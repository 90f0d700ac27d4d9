//! Weighted moving average.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;
use crate::window::{WeightedSums, Window};

/// The mean of the last `period` samples with the weights 1, 2, …, the newest the heaviest.
#[derive(Clone, Debug)]
pub struct Wma {
    window: Window,
    sums: WeightedSums,
    /// Of the oldest sample.
    weight: f64,
}

impl Wma {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self {
            window: Window::new(period),
            sums: WeightedSums::new(period),
            weight: 2.0 / (period as f64 * (period as f64 + 1.0)),
        }
    }
}

impl Catalogued for Wma {
    const ENTRY: Entry = classical("wma", "Weighted moving average", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Wma {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let left = self.window.push(price);
        let [_, weighted] = self.sums.slide(left, price);
        self.window.is_full().then_some(weighted * self.weight)
    }

    fn reset(&mut self) {
        self.window.clear();
        self.sums.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity()
    }
}
