//! The Cyber Cycle.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The cycle of a price: a high-pass filter of two poles over a smoothed price. Its trigger is its
/// last value.
#[derive(Clone, Debug)]
pub struct CyberCycle {
    filter: TwoPole,
    smooth: Smooth,
    count: usize,
}

/// So many first values are a difference instead.
const FIRST: usize = 6;

/// The weights 1, 2, 2, 1 over the last four prices.
#[derive(Clone, Debug, Default)]
pub(super) struct Smooth {
    prices: Option<[f64; 3]>,
}

impl Smooth {
    /// Returns the mean, and the last three prices before this one.
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> (f64, [f64; 3]) {
        let [x1, x2, x3] = self.prices.unwrap_or([price; 3]);
        self.prices = Some([price, x1, x2]);
        ((price + 2.0 * x1 + 2.0 * x2 + x3) / 6.0, [x1, x2, x3])
    }

    pub(super) fn reset(&mut self) {
        self.prices = None;
    }
}

impl CyberCycle {
    /// Builds one with the weight of the newest price; 0.07 is a cycle of 28 samples.
    ///
    /// # Panics
    /// If `alpha` is not allowed by the catalogue.
    #[must_use]
    pub fn new(alpha: f64) -> Self {
        let alpha = ALPHA.require(alpha);
        let (gain, pole) = ((1.0 - alpha / 2.0).powi(2), 1.0 - alpha);
        let filter = TwoPole::new([gain, -2.0 * gain, gain], [2.0 * pole, -pole * pole], 0.0);
        Self { filter, smooth: Smooth::default(), count: 0 }
    }
}

impl Catalogued for CyberCycle {
    const ENTRY: Entry = on_median("cyber_cycle", "Cyber Cycle", &[ALPHA], cybernetic("fig. 4.2"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl CyberCycle {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        let (smooth, [x1, x2, _]) = self.smooth.next(price);
        let cycle = self.filter.next(smooth);
        if self.count == FIRST {
            return cycle;
        }
        self.count += 1;
        let difference = (price - 2.0 * x1 + x2) / 4.0;
        self.filter.replace(difference);
        difference
    }

    pub(super) fn clear(&mut self) {
        self.filter.reset();
        self.smooth.reset();
        self.count = 0;
    }
}

at_once!(CyberCycle: f64 => f64);
