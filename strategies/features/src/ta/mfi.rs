//! Money flow index.

use super::{PERIOD_2, ZERO, classical};
use crate::prelude::*;
use crate::window::{Sums, greater, lesser};

/// Money traded at rising typical prices in percent of all money at changed prices, over the last
/// `period` bars; 0 where there was none. A price below zero moves none.
#[derive(Clone, Debug)]
pub struct Mfi {
    previous: Option<f64>,
    /// Of money flows at rising and at falling prices.
    sums: Sums<2>,
    /// How many flows have been nothing, up to the period.
    quiet: usize,
}

impl Mfi {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { previous: None, sums: Sums::new(period), quiet: 0 }
    }
}

impl Catalogued for Mfi {
    const ENTRY: Entry = classical(
        "mfi",
        "Money flow index",
        &[PERIOD_2],
        Source::new(
            "Quong and Soudack",
            "Volume-Weighted RSI: Money Flow, TASC 7:3",
            1989,
            "as in TA-Lib",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Mfi {
    type Sample = HighLowCloseVolume;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let price = (bar.high + bar.low + bar.close) / 3.0;
        let previous = self.previous.replace(price)?;
        let change = price - previous;
        // The same sum in another order is no change.
        let unchanged = change.abs() <= ZERO * price.abs();
        let flow = if unchanged { 0.0 } else { greater(price * bar.volume, 0.0) };
        // Signs instead of branches: which way the price goes is what nobody can predict.
        let signed = flow.copysign(change);
        let [rising, falling] = self.sums.push([greater(signed, 0.0), greater(-signed, 0.0)]);
        let quiet = if flow == 0.0 { self.quiet + 1 } else { 0 };
        self.quiet = quiet.min(self.sums.capacity());
        if !self.sums.is_full() {
            return None;
        }
        if self.quiet == self.sums.capacity() {
            self.sums.replace([0.0; 2]);
            return Some(0.0);
        }
        let both = rising + falling;
        let nothing = rising < 0.0 || both <= 0.0;
        Some(if nothing { 0.0 } else { 100.0 * (lesser(rising, both) / both) })
    }

    fn reset(&mut self) {
        self.previous = None;
        self.sums.clear();
        self.quiet = 0;
    }

    fn warm_up(&self) -> usize {
        self.sums.capacity() + 1
    }
}
