//! The dominant cycle by discrete Fourier transform.

use super::Roofing;
use super::past::Recent;
use super::school::*;
use super::spectrum::{DominantCycle, LONGEST, Transform, period};
use crate::prelude::*;

/// The dominant cycle, 10 to 48 samples, by the spectrum of the last 48 values of a roofing filter.
/// Amplitudes are divided by the period, as longer cycles are larger in all markets. Under 1 µs.
#[derive(Clone, Debug)]
pub struct FourierCycle {
    roofing: Roofing,
    values: Recent,
    transform: Transform,
    cycle: DominantCycle,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);

impl FourierCycle {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            roofing: Roofing::new(high_pass, low_pass, constants),
            values: Recent::new(LONGEST),
            transform: Transform::new(0, LONGEST),
            cycle: DominantCycle::default(),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.values.push(self.roofing.next(price));
        let mut powers = self.transform.powers(self.values.newest_first());
        for (lane, power) in powers.iter_mut().enumerate() {
            *power /= period(lane) * period(lane);
        }
        self.cycle.next(&powers)
    }

    fn clear(&mut self) {
        self.roofing.clear();
        self.values.reset();
        self.cycle.reset();
    }
}

impl Catalogued for FourierCycle {
    const ENTRY: Entry = on_close(
        "dft_cycle",
        "Dominant cycle by Fourier transform",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("listing 9-1"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(FourierCycle: f64 => f64);
