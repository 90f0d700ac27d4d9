//! The simple decycler of 2015, with two poles.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The price less its two-pole high-pass filter. The article draws bands at ±0.5 %.
#[derive(Clone, Debug)]
pub struct SimpleDecycler {
    high_pass: TwoPole,
}

impl SimpleDecycler {
    /// Builds one that takes cycles shorter than `period` away.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, constants: Constants) -> Self {
        Self { high_pass: TwoPole::high_pass(PERIOD_5.require(period), constants) }
    }
}

impl Catalogued for SimpleDecycler {
    const ENTRY: Entry = on_close(
        "decycler_2015",
        "Simple decycler",
        &[PERIOD_5.or(125.0), CONSTANTS],
        article("Decyclers", 2015, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), Constants::argument(arguments, 1))
    }
}

impl SimpleDecycler {
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        price - self.high_pass.next(price)
    }

    fn clear(&mut self) {
        self.high_pass.reset();
    }
}

at_once!(SimpleDecycler: f64 => f64);
