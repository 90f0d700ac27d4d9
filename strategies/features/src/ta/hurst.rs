//! Hurst exponent.

use super::classical;
use crate::prelude::*;
use crate::window::{Sums, Window};

/// A mean square move below this is rounding: a relative move of 1e-13.
const NOTHING: f64 = 1e-26;

/// How many lags: 1, 2, 4, … so that the longest still fits eight times into the shortest window.
const LAGS_MAX: usize = 12;

/// How the size of moves grows with their length: 0.5 for a random walk, more in trends, less where
/// moves turn back. 0.5 where nothing moved.
///
/// Half the slope, by least squares, of the logarithm of the mean square move of the logarithm of
/// the price over the logarithm of the lag, for the lags 1, 2, 4, … up to an eighth of the window.
/// O(number of lags), at most 12. A price that is not positive changes nothing.
#[derive(Clone, Debug)]
pub struct Hurst {
    /// Logarithms of prices, as many as the longest lag.
    logarithms: Window,
    lags: Box<[Lag]>,
}

impl Hurst {
    /// Builds one over `period` samples and the moves between them.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        let count = ((period / 8).ilog2() as usize + 1).min(LAGS_MAX);
        let lags: Box<[Lag]> = (0..count)
            .map(|power| {
                let lag = 1 << power;
                Lag { lag, sum: Sums::new(period - lag) }
            })
            .collect();
        Self { logarithms: Window::new(1 << (count - 1)), lags }
    }

    fn keep(&mut self, logarithm: f64) -> Option<f64> {
        self.logarithms.push(logarithm);
        None
    }
}

/// The moves over one lag.
#[derive(Clone, Debug)]
struct Lag {
    lag: usize,
    /// Of the squares.
    sum: Sums<1>,
}

const PERIOD: Parameter = Parameter::samples("period", 16, 256);

impl Catalogued for Hurst {
    const ENTRY: Entry = classical(
        "hurst",
        "Hurst exponent",
        &[PERIOD],
        Source::new(
            "Di Matteo",
            "Multi-scaling in finance, Quantitative Finance 7:1",
            2007,
            "generalised Hurst exponent, q = 2",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Hurst {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        if price <= 0.0 {
            return None;
        }
        let logarithm = price.ln();
        let mut ready = true;
        // Sums for the slope of y = log2 of the mean square over x = 0, 1, 2, …
        let (mut still, mut sum_y, mut sum_xy) = (false, 0.0, 0.0);
        for (power, lag) in self.lags.iter_mut().enumerate() {
            if self.logarithms.count() < lag.lag {
                return self.keep(logarithm);
            }
            let square = (logarithm - self.logarithms.lag(lag.lag - 1)).powi(2);
            let [sum] = lag.sum.push([square]);
            ready &= lag.sum.is_full();
            let mean = sum / lag.sum.capacity() as f64;
            still |= mean <= NOTHING;
            let y = mean.max(NOTHING).log2();
            sum_y += y;
            sum_xy += power as f64 * y;
        }
        self.keep(logarithm);
        if !ready {
            return None;
        }
        let n = self.lags.len() as f64;
        let sum_x = n * (n - 1.0) / 2.0;
        let sum_xx = n * (n - 1.0) * (2.0 * n - 1.0) / 6.0;
        let slope = (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
        Some(if still { 0.5 } else { slope / 2.0 })
    }

    fn reset(&mut self) {
        self.logarithms.clear();
        for lag in &mut self.lags {
            lag.sum.clear();
        }
    }

    fn warm_up(&self) -> usize {
        self.lags[0].sum.capacity() + 1
    }
}
