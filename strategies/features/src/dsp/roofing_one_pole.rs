//! The roofing filter with a high-pass filter of one pole.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// A one-pole high-pass filter, then a SuperSmoother; some trend is left. A second high-pass
/// filter takes that away too ("zero mean").
#[derive(Clone, Debug)]
pub struct RoofingOnePole {
    high_pass: TwoPole,
    smoother: TwoPole,
    zero_mean: Option<TwoPole>,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);
const MEAN: Parameter = Parameter::choice("mean", &["some", "zero"]);

impl RoofingOnePole {
    /// Builds one that passes cycles between `low_pass` and `high_pass` samples.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, zero_mean: bool, constants: Constants) -> Self {
        let filter = TwoPole::high_pass_1(HIGH_PASS.require(high_pass));
        Self {
            smoother: TwoPole::super_smoother(LOW_PASS.require(low_pass), constants),
            zero_mean: zero_mean.then(|| filter.clone()),
            high_pass: filter,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let roofed = self.smoother.next(self.high_pass.next(price));
        match &mut self.zero_mean {
            Some(filter) => filter.next(roofed),
            None => roofed,
        }
    }

    fn clear(&mut self) {
        self.high_pass.reset();
        self.smoother.reset();
        if let Some(filter) = &mut self.zero_mean {
            filter.reset();
        }
    }
}

impl Catalogued for RoofingOnePole {
    const ENTRY: Entry = on_close(
        "roofing_one_pole",
        "Roofing filter, one pole",
        &[HIGH_PASS, LOW_PASS, MEAN, CONSTANTS],
        cycle_analytics("listings 7-1 and 7-2"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 3);
        Self::new(arguments.number(0), arguments.number(1), arguments.whole(2) == 1, constants)
    }
}

at_once!(RoofingOnePole: f64 => f64);
