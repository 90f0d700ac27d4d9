//! The roofing filter: a high-pass filter, then a SuperSmoother.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Cycles between two critical periods, with neither the trend nor the noise: what other
/// indicators should read.
#[derive(Clone, Debug)]
pub struct Roofing {
    high_pass: TwoPole,
    smoother: TwoPole,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);

impl Roofing {
    /// Builds one that passes cycles between `low_pass` and `high_pass` samples. The paper has 48
    /// and 10, the listing 80 and 40.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            high_pass: TwoPole::high_pass(HIGH_PASS.require(high_pass), constants),
            smoother: TwoPole::super_smoother(LOW_PASS.require(low_pass), constants),
        }
    }
}

impl Catalogued for Roofing {
    const ENTRY: Entry = on_close(
        "roofing",
        "Roofing filter",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("listing 7-3"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

impl Roofing {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        self.smoother.next(self.high_pass.next(price))
    }

    pub(super) fn clear(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
    }
}

at_once!(Roofing: f64 => f64);
