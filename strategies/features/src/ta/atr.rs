//! Average true range.

use crate::{HighLowClose, Indicator};

/// Wilder's average of the true range (Wilder, "New Concepts in Technical Trading Systems",
/// 1978). The first bar only gives the previous close; the next `period` ranges are averaged to
/// seed it, as TA-Lib does.
#[derive(Clone, Debug)]
pub struct Atr {
    period: usize,
    previous_close: Option<f64>,
    count: usize,
    /// The sum of ranges while warming up, the average afterwards.
    state: f64,
}

impl Atr {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If `period` is zero.
    #[must_use]
    pub fn new(period: usize) -> Self {
        assert!(period > 0, "a period has at least one bar");
        Self { period, previous_close: None, count: 0, state: 0.0 }
    }
}

impl Indicator for Atr {
    type Sample = HighLowClose;

    fn update(&mut self, bar: HighLowClose) -> Option<f64> {
        if !bar.is_finite() {
            return None;
        }
        let previous = self.previous_close.replace(bar.close)?;
        let range = bar.high.max(previous) - bar.low.min(previous);
        let period = self.period as f64;
        if self.count < self.period {
            self.count += 1;
            self.state += range;
            if self.count < self.period {
                return None;
            }
            self.state /= period;
        } else {
            self.state = (self.state * (period - 1.0) + range) / period;
        }
        Some(self.state)
    }

    fn reset(&mut self) {
        *self = Self::new(self.period);
    }

    fn warm_up(&self) -> usize {
        self.period + 1
    }
}
