//! The universal oscillator.

use super::gain::GainControl;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// The smoothed momentum over two samples, which makes the spectrum of prices white, in units of
/// its decaying peak; −1 to 1.
#[derive(Clone, Debug)]
pub struct UniversalOscillator {
    prices: Option<[f64; 2]>,
    smoother: TwoPole,
    gain: GainControl,
}

const BAND_EDGE: Parameter = named("band_edge", PERIOD, 20.0);

impl UniversalOscillator {
    /// Builds one that passes cycles longer than `band_edge` samples.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(band_edge: f64, constants: Constants) -> Self {
        let smoother = TwoPole::super_smoother(BAND_EDGE.require(band_edge), constants);
        Self { prices: None, smoother, gain: GainControl::default() }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let [x1, x2] = self.prices.unwrap_or([price; 2]);
        self.prices = Some([price, x1]);
        self.gain.next(self.smoother.next((price - x2) / 2.0))
    }

    fn clear(&mut self) {
        self.prices = None;
        self.smoother.reset();
        self.gain.reset();
    }
}

impl Catalogued for UniversalOscillator {
    const ENTRY: Entry = on_close(
        "universal_osc",
        "Universal oscillator",
        &[BAND_EDGE, CONSTANTS],
        article("Whiter Is Brighter", 2015, "TASC, January"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), Constants::argument(arguments, 1))
    }
}

at_once!(UniversalOscillator: f64 => f64);
