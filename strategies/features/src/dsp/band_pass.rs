//! The band-pass filter.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Cycles around one period: two poles, no lag at the centre of the band.
///
/// The bandwidth is a share of the period. Papers of 2008 to 2010 give δ, which is half of it.
#[derive(Clone, Debug)]
pub struct BandPass {
    filter: TwoPole,
}

impl BandPass {
    /// Builds one around `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, bandwidth: f64) -> Self {
        Self { filter: TwoPole::band_pass(CYCLE.require(period), BANDWIDTH.require(bandwidth)) }
    }
}

impl Catalogued for BandPass {
    const ENTRY: Entry = on_median(
        "bandpass",
        "Band-pass filter",
        &[CYCLE, BANDWIDTH.or(0.2)],
        Source::new("Ehlers and Way", "Empirical Mode Decomposition", 2010, "MESA Software paper"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl BandPass {
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.filter.next(price)
    }

    fn clear(&mut self) {
        self.filter.reset();
    }
}

at_once!(BandPass: f64 => f64);
