//! Wilder's moving average.

use super::{PERIOD, classical};
use crate::prelude::*;

/// Wilder's average: an EMA with the weight 1 / period, seeded with the mean of the first `period`
/// samples.
#[derive(Clone, Debug)]
pub struct Rma {
    period: usize,
    /// The shares of the newest sample and of all before it.
    weight: f64,
    kept: f64,
    count: usize,
    /// The sum while warming up, the average afterwards.
    state: f64,
}

impl Rma {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        let weight = 1.0 / period as f64;
        Self { period, weight, kept: 1.0 - weight, count: 0, state: 0.0 }
    }
}

impl Catalogued for Rma {
    const ENTRY: Entry = classical(
        "rma",
        "Wilder's moving average",
        &[PERIOD.or(20.0)],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section III"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Rma {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        if self.count == self.period {
            self.state = self.state * self.kept + price * self.weight;
            return Some(self.state);
        }
        self.count += 1;
        self.state += price;
        if self.count < self.period {
            return None;
        }
        self.state *= self.weight;
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
