//! The decycler: a trend line by taking the cycles away.

use super::school::*;
use super::two_pole::{TwoPole, alpha};
use crate::prelude::*;

/// The price less its one-pole high-pass filter.
#[derive(Clone, Debug)]
pub struct Decycler {
    filter: TwoPole,
}

impl Decycler {
    /// Builds one that takes cycles shorter than `period` away.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64) -> Self {
        let alpha = alpha(1.0, PERIOD_5.require(period));
        let filter = TwoPole::new([alpha / 2.0, alpha / 2.0, 0.0], [1.0 - alpha, 0.0], 1.0);
        Self { filter }
    }
}

impl Catalogued for Decycler {
    const ENTRY: Entry =
        on_close("decycler", "Decycler", &[PERIOD_5.or(60.0)], cycle_analytics("listing 4-1"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Decycler {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        self.filter.next(price)
    }

    fn clear(&mut self) {
        self.filter.reset();
    }
}

at_once!(Decycler: f64 => f64);
