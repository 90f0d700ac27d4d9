//! Oscillators over the dominant cycle that the autocorrelation periodogram measures.

use super::AutocorrelationPeriodogram;
use super::gain::GainControl;
use super::past::Recent;
use super::school::*;
use super::spectrum::{LONGEST, SHORTEST};
use super::two_pole::{TwoPole, band};
use crate::prelude::*;

/// The roofing filter of the periodogram and the period it measures.
#[derive(Clone, Debug)]
struct Measured {
    periodogram: AutocorrelationPeriodogram,
    values: Recent,
    smoother: TwoPole,
}

const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);
/// How many values are correlated.
const AVERAGE: usize = 3;
/// The critical period of the last smoother.
const SMOOTH: f64 = 10.0;

impl Measured {
    fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        Self {
            periodogram: AutocorrelationPeriodogram::new(high_pass, low_pass, AVERAGE, constants),
            values: Recent::new(LONGEST + 1),
            smoother: TwoPole::super_smoother(SMOOTH, constants),
        }
    }

    /// Returns the dominant cycle, 10 to 48 samples.
    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let cycle = self.periodogram.next(price);
        self.values.push(self.periodogram.roofed());
        cycle.clamp(SHORTEST as f64, LONGEST as f64)
    }

    fn reset(&mut self) {
        self.periodogram.clear();
        self.values.reset();
        self.smoother.reset();
    }
}

/// The rises of the roofing filter as a share of rises and falls over half the dominant cycle,
/// smoothed; about 0 to 1. O(cycle).
#[derive(Clone, Debug)]
pub struct AdaptiveRsi {
    measured: Measured,
    share: f64,
}

impl AdaptiveRsi {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let measured = Measured::new(high_pass, low_pass, constants);
        Self { measured, share: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let half = (self.measured.next(price) / 2.0) as usize;
        let values = self.measured.values.newest_first();
        let (mut rises, mut falls) = (0.0, 0.0);
        for pair in values[..=half].windows(2) {
            let change = pair[0] - pair[1];
            rises += change.max(0.0);
            falls += (-change).max(0.0);
        }
        self.share = ratio(rises, rises + falls).unwrap_or(self.share);
        self.measured.smoother.next(self.share)
    }

    fn clear(&mut self) {
        self.measured.reset();
        self.share = 0.0;
    }
}

impl Catalogued for AdaptiveRsi {
    const ENTRY: Entry = on_close(
        "adaptive_rsi",
        "Adaptive RSI",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("ch. 11"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(AdaptiveRsi: f64 => f64);

/// The place of the roofing filter in its range over the dominant cycle, smoothed; about 0 to 1.
/// O(cycle).
#[derive(Clone, Debug)]
pub struct AdaptiveStochastic {
    measured: Measured,
    share: f64,
}

impl AdaptiveStochastic {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let measured = Measured::new(high_pass, low_pass, constants);
        Self { measured, share: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let cycle = self.measured.next(price) as usize;
        let values = &self.measured.values.newest_first()[..cycle];
        let highest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let lowest = values.iter().copied().fold(f64::INFINITY, f64::min);
        self.share = ratio(values[0] - lowest, highest - lowest).unwrap_or(self.share);
        self.measured.smoother.next(self.share)
    }

    fn clear(&mut self) {
        self.measured.reset();
        self.share = 0.0;
    }
}

impl Catalogued for AdaptiveStochastic {
    const ENTRY: Entry = on_close(
        "adaptive_stochastic",
        "Adaptive stochastic",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("ch. 11"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(AdaptiveStochastic: f64 => f64);

/// How far the roofing filter is from its mean over the dominant cycle, in units of 0.015 of its
/// deviation, smoothed. O(cycle).
#[derive(Clone, Debug)]
pub struct AdaptiveCci {
    measured: Measured,
    share: f64,
}

impl AdaptiveCci {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let measured = Measured::new(high_pass, low_pass, constants);
        Self { measured, share: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let cycle = self.measured.next(price) as usize;
        let values = &self.measured.values.newest_first()[..cycle];
        let mean = values.iter().sum::<f64>() / cycle as f64;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let deviation = (squares / cycle as f64).sqrt();
        self.share = ratio(values[0] - mean, 0.015 * deviation).unwrap_or(self.share);
        self.measured.smoother.next(self.share)
    }

    fn clear(&mut self) {
        self.measured.reset();
        self.share = 0.0;
    }
}

impl Catalogued for AdaptiveCci {
    const ENTRY: Entry = on_close(
        "adaptive_cci",
        "Adaptive CCI",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("ch. 11"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(AdaptiveCci: f64 => f64);

/// A band-pass filter of the roofing filter around 0.9 of the dominant cycle, which leads it by
/// some 60 degrees, in units of its decaying peak; −1 to 1.
#[derive(Clone, Debug)]
pub struct AdaptiveBandPass {
    measured: Measured,
    band: [f64; 2],
    gain: GainControl,
}

impl AdaptiveBandPass {
    /// Builds one behind a roofing filter.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, constants: Constants) -> Self {
        let measured = Measured::new(high_pass, low_pass, constants);
        Self { measured, band: [0.0; 2], gain: GainControl::default() }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let cycle = self.measured.next(price);
        let values = self.measured.values.newest_first();
        let [gain, a1, a2] = band(LEAD * cycle, WIDTH);
        let [y1, y2] = self.band;
        let value = gain * (values[0] - values[2]) + a1 * y1 + a2 * y2;
        self.band = [value, y1];
        self.gain.next(value)
    }

    fn clear(&mut self) {
        self.measured.reset();
        self.band = [0.0; 2];
        self.gain.reset();
    }
}

impl Catalogued for AdaptiveBandPass {
    const ENTRY: Entry = on_close(
        "adaptive_bandpass",
        "Adaptive band-pass filter",
        &[HIGH_PASS, LOW_PASS, CONSTANTS],
        cycle_analytics("ch. 11"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), Constants::argument(arguments, 2))
    }
}

at_once!(AdaptiveBandPass: f64 => f64);

/// The share of the dominant cycle that the adaptive band-pass filter is tuned to.
const LEAD: f64 = 0.9;
const WIDTH: f64 = 0.3;
