//! Amplitude and frequency detectors of the bar's body.

use super::past::{Past, PastSum};
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Volatility as a radio hears it: the largest body of the last four bars, averaged over eight.
#[derive(Clone, Debug)]
pub struct AmplitudeDetector {
    bodies: Past,
    mean: PastSum,
    length: f64,
}

/// Bars of the envelope.
const ENVELOPE: usize = 4;
const MEAN: Parameter = LENGTH.or(8.0);

impl AmplitudeDetector {
    /// Builds one that averages over `length` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = MEAN.require_whole(length);
        Self { bodies: Past::new(ENVELOPE), mean: PastSum::new(length), length: length as f64 }
    }

    #[inline]
    fn next(&mut self, bar: Ohlc) -> f64 {
        self.bodies.push((bar.close - bar.open).abs(), 0.0);
        let envelope = self.bodies.newest_first().fold(0.0, f64::max);
        self.mean.push(envelope) / self.length
    }

    fn clear(&mut self) {
        self.bodies.reset();
        self.mean.reset();
    }
}

impl Catalogued for AmplitudeDetector {
    const ENTRY: Entry = on_close(
        "am_detector",
        "Amplitude detector",
        &[MEAN],
        article("A Technical Description of Market Data for Traders", 2021, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(AmplitudeDetector: Ohlc => f64);

/// Timing as a radio hears it: bodies cut to their sign, nearly, and smoothed; −1 to 1. Ten times
/// the body is cut at 1, so the gain is to be set for the scale of the price.
#[derive(Clone, Debug)]
pub struct FrequencyDetector {
    gain: f64,
    smoother: TwoPole,
}

const SMOOTH: Parameter = PERIOD.or(30.0);
const GAIN: Parameter = Parameter::number("gain", Unit::Ratio, 1e-9, 1e9, 10.0);

impl FrequencyDetector {
    /// Builds one with the period of the smoother and the gain before the limiter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, gain: f64, constants: Constants) -> Self {
        let smoother = TwoPole::super_smoother(SMOOTH.require(period), constants);
        Self { gain: GAIN.require(gain), smoother }
    }

    #[inline]
    fn next(&mut self, bar: Ohlc) -> f64 {
        self.smoother.next((self.gain * (bar.close - bar.open)).clamp(-1.0, 1.0))
    }

    fn clear(&mut self) {
        self.smoother.reset();
    }
}

impl Catalogued for FrequencyDetector {
    const ENTRY: Entry = on_close(
        "fm_detector",
        "Frequency detector",
        &[SMOOTH, GAIN, CONSTANTS],
        article("A Technical Description of Market Data for Traders", 2021, "TASC, May"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(FrequencyDetector: Ohlc => f64);
