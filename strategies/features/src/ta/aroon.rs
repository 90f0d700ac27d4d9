//! Aroon.

use super::{PERIOD_2, classical};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

outputs! {
    /// The lines of [`Aroon`], 0 to 100.
    pub struct AroonLines {
        /// How recent the lowest low is.
        dn,
        /// How recent the highest high is.
        up,
    }
}

/// How recent the extremes of the last `period` + 1 bars are: 100 now, 0 as long ago as can be. Of
/// equal extremes the latest counts.
#[derive(Clone, Debug)]
pub struct Aroon {
    period: f64,
    highest: Highest<true>,
    lowest: Lowest<true>,
}

impl Aroon {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self {
            period: period as f64,
            highest: Highest::new(period + 1),
            lowest: Lowest::new(period + 1),
        }
    }
}

impl Catalogued for Aroon {
    const ENTRY: Entry = classical(
        "aroon",
        "Aroon",
        &[PERIOD_2.or(25.0)],
        Source::new("Chande", "Time Price Oscillator, TASC 13:9", 1995, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Aroon {
    type Sample = HighLow;
    type Output = AroonLines;

    #[inline]
    fn step(&mut self, bar: HighLow) -> Option<AroonLines> {
        self.highest.push(bar.high);
        self.lowest.push(bar.low);
        if !self.highest.is_full() {
            return None;
        }
        let factor = 100.0 / self.period;
        let recent = |age: u64| factor * (self.period - age as f64);
        Some(AroonLines { dn: recent(self.lowest.age()), up: recent(self.highest.age()) })
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}
