//! Kaufman's adaptive moving average.

use super::{PERIOD_2, classical};
use crate::prelude::*;
use crate::window::{Sums, Window};

/// The weights of EMAs over 2 and 30 samples.
const FAST: f64 = 2.0 / 3.0;
const SLOW: f64 = 2.0 / 31.0;
/// An EMA whose weight follows the efficiency of the last `period` changes: fast where the price
/// went straight, slow where it went back and forth. It starts from the price before the first
/// value.
#[derive(Clone, Debug)]
pub struct Kama {
    prices: Window,
    path: Sums<1>,
    previous: f64,
    state: f64,
}

impl Kama {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { prices: Window::new(period), path: Sums::new(period), previous: 0.0, state: 0.0 }
    }
}

impl Catalogued for Kama {
    const ENTRY: Entry = classical(
        "kama",
        "Kaufman's adaptive moving average",
        &[PERIOD_2.or(20.0)],
        Source::new("Kaufman", "Smarter Trading", 1995, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Kama {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let previous = std::mem::replace(&mut self.previous, price);
        if self.prices.count() == 0 {
            self.prices.push(price);
            return None;
        }
        let change = (price - previous).abs();
        let [path] = self.path.push([change]);
        let Some(oldest) = self.prices.push(price) else {
            self.state = price;
            return None;
        };
        let way = price - oldest;
        // TA-Lib compares the signed way, and takes rounding errors of the path for efficiency.
        let efficiency = if path <= way || path == 0.0 { 1.0 } else { (way / path).abs() };
        let weight = (efficiency * (FAST - SLOW) + SLOW).powi(2);
        self.state += weight * (price - self.state);
        Some(self.state)
    }

    fn reset(&mut self) {
        self.prices.clear();
        self.path.clear();
    }

    fn warm_up(&self) -> usize {
        self.prices.capacity() + 1
    }
}
