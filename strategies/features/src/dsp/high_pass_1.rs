//! The one-pole high-pass filter.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// What is left when cycles longer than the critical period are attenuated by 6 dB an octave.
#[derive(Clone, Debug)]
pub struct HighPass1 {
    filter: TwoPole,
}

impl HighPass1 {
    /// Builds one with the given critical period in samples.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64) -> Self {
        Self { filter: TwoPole::high_pass_1(PERIOD_5.require(period)) }
    }
}

impl Catalogued for HighPass1 {
    const ENTRY: Entry =
        on_close("hp1", "High-pass filter, one pole", &[PERIOD_5], cycle_analytics("listing 7-1"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl HighPass1 {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        self.filter.next(price)
    }

    fn clear(&mut self) {
        self.filter.reset();
    }
}

at_once!(HighPass1: f64 => f64);
