//! The cybernetic oscillator.

use super::rms::RootMeanSquare;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// A high-pass filter of the 2020s, then a SuperSmoother, in units of its usual size.
#[derive(Clone, Debug)]
pub struct CyberneticOscillator {
    high_pass: TwoPole,
    smoother: TwoPole,
    scale: RootMeanSquare,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD, 30.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 20.0);
/// Samples over which the usual size is measured.
const USUAL: usize = 100;

impl CyberneticOscillator {
    /// Builds one with two critical periods.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            high_pass: TwoPole::high_pass_2020(HIGH_PASS.require(high_pass), constants),
            smoother: TwoPole::super_smoother(LOW_PASS.require(low_pass), constants),
            scale: RootMeanSquare::new(USUAL),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.scale.scale(self.smoother.next(self.high_pass.next(price)))
    }

    fn clear(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
        self.scale.reset();
    }
}

impl Catalogued for CyberneticOscillator {
    const ENTRY: Entry = on_close(
        "cybernetic_osc",
        "Cybernetic oscillator",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        article("The Cybernetic Oscillator", 2025, "TASC, June"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(CyberneticOscillator: f64 => f64);
