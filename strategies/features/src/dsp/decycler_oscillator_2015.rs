//! The decycler oscillator of 2015.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// What a high-pass filter of half the period leaves of the [`SimpleDecycler`](super::SimpleDecycler),
/// in percent of the price: the cycles just longer than the decycler lets through.
#[derive(Clone, Debug)]
pub struct DecyclerOscillator2015 {
    cycles: TwoPole,
    trend: TwoPole,
    gain: f64,
    value: f64,
}

const PERIOD_10: Parameter = Parameter { low: 10.0, ..PERIOD_5.or(125.0) };
const GAIN: Parameter = Parameter::number("gain", Unit::Ratio, 0.0, 1000.0, 1.0);

impl DecyclerOscillator2015 {
    /// Builds one; the article draws a second one with the period 100 and the gain 1.2.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, gain: f64, constants: Constants) -> Self {
        let period = PERIOD_10.require(period);
        Self {
            cycles: TwoPole::high_pass(period, constants),
            trend: TwoPole::high_pass(period / 2.0, constants),
            gain: 100.0 * GAIN.require(gain),
            value: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let trend = price - self.cycles.next(price);
        let value = self.trend.next(trend);
        self.value = ratio(self.gain * value, price).unwrap_or(self.value);
        self.value
    }

    fn clear(&mut self) {
        self.cycles.reset();
        self.trend.reset();
        self.value = 0.0;
    }
}

impl Catalogued for DecyclerOscillator2015 {
    const ENTRY: Entry = on_close(
        "decycler_osc_2015",
        "Decycler oscillator of 2015",
        &[PERIOD_10, GAIN, CONSTANTS],
        article("Decyclers", 2015, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(DecyclerOscillator2015: f64 => f64);
