//! Williams' %R.

use super::{PERIOD_2, classical, share_of_range};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

/// How far the close is below the highest high of the last bars, in percent of their range: 0 at
/// the top, −100 at the bottom; 0 where the range is nothing but rounding.
#[derive(Clone, Debug)]
pub struct WilliamsR {
    highest: Highest,
    lowest: Lowest,
}

impl WilliamsR {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }
}

impl Catalogued for WilliamsR {
    const ENTRY: Entry = classical(
        "willr",
        "Williams' %R",
        &[PERIOD_2],
        Source::new(
            "Williams",
            "How I Made One Million Dollars Last Year Trading Commodities",
            1973,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for WilliamsR {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let highest = self.highest.push(bar.high);
        let lowest = self.lowest.push(bar.low);
        if !self.highest.is_full() {
            return None;
        }
        Some(-100.0 * share_of_range(highest - bar.close, highest, lowest))
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}
