//! Hull moving average.

use super::{PERIOD, Wma, classical};
use crate::prelude::*;

/// Twice the WMA over half the period less the WMA over all of it, smoothed by a WMA over the root
/// of the period; halves and roots are cut to whole numbers. A period of 1 is the price itself.
#[derive(Clone, Debug)]
pub struct Hma {
    half: Wma,
    full: Wma,
    root: Wma,
}

impl Hma {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self {
            half: Wma::new((period / 2).max(1)),
            full: Wma::new(period),
            root: Wma::new(period.isqrt()),
        }
    }
}

impl Catalogued for Hma {
    const ENTRY: Entry = classical(
        "hma",
        "Hull moving average",
        &[PERIOD.or(20.0)],
        Source::new("Hull", "How to reduce lag in a moving average", 2005, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Hma {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let half = self.half.step(price);
        let full = self.full.step(price)?;
        self.root.step(2.0 * half? - full)
    }

    fn reset(&mut self) {
        self.half.reset();
        self.full.reset();
        self.root.reset();
    }

    fn warm_up(&self) -> usize {
        self.full.warm_up() + self.root.warm_up() - 1
    }
}
