//! The recursive median filter and its oscillator.

use super::school::*;
use super::two_pole::{TwoPole, alpha};
use crate::prelude::*;

/// The median of the last five numbers.
#[derive(Clone, Debug, Default)]
pub(super) struct Median5 {
    last: Option<[f64; 4]>,
}

impl Median5 {
    /// `before` is what the series stood at before the first number.
    #[inline]
    pub(super) fn next(&mut self, x: f64, before: f64) -> f64 {
        let [a, b, c, d] = self.last.unwrap_or([before; 4]);
        self.last = Some([x, a, b, c]);
        // The least of two pairs and the greatest of two pairs cannot be the median of five.
        let low = a.min(b).max(c.min(d));
        let high = a.max(b).min(c.max(d));
        let (low, high) = (low.min(high), low.max(high));
        x.clamp(low, high)
    }

    pub(super) fn reset(&mut self) {
        self.last = None;
    }
}

/// An exponential average of the median of the last five samples: lets no spike through.
#[derive(Clone, Debug)]
pub struct RecursiveMedian {
    median: Median5,
    average: TwoPole,
}

const SHORT: Parameter = PERIOD_5.or(12.0);

impl RecursiveMedian {
    /// Builds one with the critical period of the average.
    ///
    /// # Panics
    /// If the period is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64) -> Self {
        let average = TwoPole::average(alpha(1.0, SHORT.require(period)));
        Self { median: Median5::default(), average }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.average.next(self.median.next(price, price))
    }

    fn clear(&mut self) {
        self.median.reset();
        self.average.reset();
    }
}

impl Catalogued for RecursiveMedian {
    const ENTRY: Entry = on_close(
        "recursive_median",
        "Recursive median filter",
        &[SHORT],
        article("Recursive Median Filters", 2018, "TASC, March"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

at_once!(RecursiveMedian: f64 => f64);

/// A high-pass filter of two poles over a [`RecursiveMedian`].
#[derive(Clone, Debug)]
pub struct RecursiveMedianOscillator {
    filter: RecursiveMedian,
    high_pass: TwoPole,
}

const LOW_PASS: Parameter = named("low_pass", PERIOD_5, 12.0);
const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 30.0);

impl RecursiveMedianOscillator {
    /// Builds one that passes cycles between `low_pass` and `high_pass` samples.
    ///
    /// # Panics
    /// If a period is not allowed by the catalogue.
    #[must_use]
    pub fn new(low_pass: f64, high_pass: f64, constants: Constants) -> Self {
        let high_pass = TwoPole::high_pass(HIGH_PASS.require(high_pass), constants);
        Self { filter: RecursiveMedian::new(LOW_PASS.require(low_pass)), high_pass }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        self.high_pass.next(self.filter.next(price))
    }

    fn clear(&mut self) {
        self.filter.clear();
        self.high_pass.reset();
    }
}

impl Catalogued for RecursiveMedianOscillator {
    const ENTRY: Entry = on_close(
        "recursive_median_osc",
        "Recursive median oscillator",
        &[LOW_PASS, HIGH_PASS, CONSTANTS],
        article("Recursive Median Filters", 2018, "TASC, March"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 2);
        Self::new(arguments.number(0), arguments.number(1), constants)
    }
}

at_once!(RecursiveMedianOscillator: f64 => f64);
