//! The MESA stochastic.

use super::Roofing;
use super::past::Range;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The place of the roofing filter in its own range, smoothed: a stochastic without trend and
/// noise; about 0 to 1.
#[derive(Clone, Debug)]
pub struct MesaStochastic {
    roofing: Roofing,
    range: Range,
    smoother: TwoPole,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);
/// The critical period of the last smoother, whatever the roofing filter's is.
const SMOOTH: f64 = 10.0;

impl MesaStochastic {
    /// Builds one over the range of `length` samples of a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize, high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            roofing: Roofing::new(high_pass, low_pass, constants),
            range: Range::new(LENGTH.require_whole(length), 0.0),
            smoother: TwoPole::super_smoother(SMOOTH, constants),
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.smoother.next(self.range.push(self.roofing.next(price)))
    }

    fn clear(&mut self) {
        self.roofing.clear();
        self.range.reset();
        self.smoother.reset();
    }
}

impl Catalogued for MesaStochastic {
    const ENTRY: Entry = on_close(
        "mesa_stochastic",
        "MESA stochastic",
        &[LENGTH, HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("ch. 7"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 3);
        Self::new(arguments.whole(0), arguments.number(1), arguments.number(2), constants)
    }
}

at_once!(MesaStochastic: f64 => f64);
