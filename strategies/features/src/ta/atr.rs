//! Average true range.

use super::PERIOD;
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::Arguments;
use crate::{AppliedPrice, HighLowClose, Indicator};

/// Wilder's average of the true range. The first bar only gives the previous close; the next
/// `period` ranges are averaged to seed it, as TA-Lib does.
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
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { period, previous_close: None, count: 0, state: 0.0 }
    }
}

impl Catalogued for Atr {
    const ENTRY: Entry = Entry {
        name: "atr",
        title: "Average true range",
        school: School::Classical,
        parameters: &[PERIOD],
        price: AppliedPrice::Close,
        source: Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "p. 21"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Atr {
    type Sample = HighLowClose;
    type Output = f64;

    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
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
        self.previous_close = None;
        self.count = 0;
        self.state = 0.0;
    }

    fn warm_up(&self) -> usize {
        self.period + 1
    }
}
