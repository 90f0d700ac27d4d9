//! Exponential moving average.

use crate::Indicator;

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
    /// If `period` is zero.
    #[must_use]
    pub fn new(period: usize) -> Self {
        assert!(period > 0, "a period has at least one sample");
        Self { period, weight: 2.0 / (period as f64 + 1.0), count: 0, state: 0.0 }
    }
}

impl Indicator for Ema {
    type Sample = f64;

    fn update(&mut self, price: f64) -> Option<f64> {
        if !price.is_finite() {
            return None;
        }
        if self.count < self.period {
            self.count += 1;
            self.state += price;
            if self.count < self.period {
                return None;
            }
            self.state /= self.period as f64;
        } else {
            self.state += self.weight * (price - self.state);
        }
        Some(self.state)
    }

    fn reset(&mut self) {
        *self = Self::new(self.period);
    }

    fn warm_up(&self) -> usize {
        self.period
    }
}
