//! Commodity channel index.

use super::{PERIOD_2, ZERO, classical};
use crate::prelude::*;
use crate::window::Window;

/// How far the typical price is from its mean, in 0.015 mean deviations; 0 where that is only
/// rounding.
///
/// O(period): a mean of absolute deviations has no running form.
#[derive(Clone, Debug)]
pub struct Cci {
    window: Window,
    /// Of each price in the means.
    weight: f64,
}

impl Cci {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { window: Window::new(period), weight: 1.0 / period as f64 }
    }
}

impl Catalogued for Cci {
    const ENTRY: Entry = classical(
        "cci",
        "Commodity channel index",
        &[PERIOD_2.or(20.0)],
        Source::new("Lambert", "Commodity Channel Index, Commodities 9:10", 1980, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Cci {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let price = (bar.high + bar.low + bar.close) / 3.0;
        self.window.push(price);
        if !self.window.is_full() {
            return None;
        }
        let prices = self.window.in_any_order();
        let mean = in_four_sums(prices, |price| price) * self.weight;
        let path = in_four_sums(prices, |price| (price - mean).abs());
        let difference = price - mean;
        let (deviation, noise) = (path * self.weight, mean.abs() * ZERO);
        let nothing = difference.abs() <= noise || deviation <= noise;
        Some(if nothing { 0.0 } else { difference / (0.015 * deviation) })
    }

    fn reset(&mut self) {
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity()
    }
}

/// Returns the sum of a term of each number, in four sums that need not wait for each other.
#[inline]
fn in_four_sums(numbers: &[f64], term: impl Fn(f64) -> f64) -> f64 {
    let (fours, rest) = numbers.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, number) in sums.iter_mut().zip(four) {
            *sum += term(*number);
        }
    }
    let rest: f64 = rest.iter().map(|number| term(*number)).sum();
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}
