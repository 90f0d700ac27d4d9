//! The Even Better Sinewave.

use std::f64::consts::TAU;

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Three values of a smoothed high-pass filter over the root of their power, −1 to 1: stays at 1 in
/// a rising trend and at −1 in a falling one.
#[derive(Clone, Debug)]
pub struct EvenBetterSinewave {
    high_pass: TwoPole,
    smoother: TwoPole,
}

const DURATION: Parameter = named("duration", PERIOD_5, 40.0);
const SMOOTH: Parameter = named("smooth", PERIOD, 10.0);

impl EvenBetterSinewave {
    /// Builds one for positions that last `duration` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(duration: f64, smooth: f64, constants: Constants) -> Self {
        let (sine, cosine) = (TAU / DURATION.require(duration)).sin_cos();
        let pole = (1.0 - sine) / cosine;
        let gain = 0.5 * (1.0 + pole);
        Self {
            high_pass: TwoPole::new([gain, -gain, 0.0], [pole, 0.0], 0.0),
            smoother: TwoPole::super_smoother(SMOOTH.require(smooth), constants),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (f1, f2) = (self.smoother.last(0), self.smoother.last(1));
        let f0 = self.smoother.next(self.high_pass.next(price));
        let wave = (f0 + f1 + f2) / 3.0;
        let power = (f0 * f0 + f1 * f1 + f2 * f2) / 3.0;
        ratio(wave, power.sqrt()).unwrap_or(0.0)
    }

    fn clear(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
    }
}

impl Catalogued for EvenBetterSinewave {
    const ENTRY: Entry = on_close(
        "ebsw",
        "Even Better Sinewave",
        &[DURATION, SMOOTH, CONSTANTS],
        cycle_analytics("listing 12-1"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(EvenBetterSinewave: f64 => f64);
