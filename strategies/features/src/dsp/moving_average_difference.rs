//! The difference of two moving averages in percent.

use super::hann::{Weighted, hann};
use super::past::PastSum;
use super::school::*;
use crate::prelude::*;

/// A short average less a long one in percent of the long one: "the thinking man's MACD".
#[derive(Clone, Debug)]
pub struct AverageDifference {
    short: Mean,
    long: Mean,
    value: f64,
}

/// The mean of the last samples: that of their differences from the first one.
#[derive(Clone, Debug)]
struct Mean {
    sum: PastSum,
    length: f64,
    first: Option<f64>,
}

impl Mean {
    fn new(length: usize) -> Self {
        Self { sum: PastSum::new(length), length: length as f64, first: None }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let first = *self.first.get_or_insert(price);
        first + self.sum.push(price - first) / self.length
    }

    fn reset(&mut self) {
        self.sum.reset();
        self.first = None;
    }
}

const SHORT: Parameter = Parameter::samples("short", 1, 8);
const LONG: Parameter = Parameter::samples("long", 1, 23);

impl AverageDifference {
    /// Builds one with two lengths.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(short: usize, long: usize) -> Self {
        let (short, long) = (SHORT.require_whole(short), LONG.require_whole(long));
        Self { short: Mean::new(short), long: Mean::new(long), value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (short, long) = (self.short.next(price), self.long.next(price));
        self.value = ratio(100.0 * (short - long), long).unwrap_or(self.value);
        self.value
    }

    fn clear(&mut self) {
        self.short.reset();
        self.long.reset();
        self.value = 0.0;
    }
}

impl Catalogued for AverageDifference {
    const ENTRY: Entry = on_close(
        "mad",
        "Moving average difference",
        &[SHORT, LONG],
        article("The MAD Indicator", 2021, "TASC"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

at_once!(AverageDifference: f64 => f64);

/// The same with Hann's windows; the long one is half a cycle longer than the short one.
/// O(length).
#[derive(Clone, Debug)]
pub struct AverageDifferenceHann {
    short: Weighted,
    long: Weighted,
    value: f64,
}

const BRIEF: Parameter = Parameter { high: 10_000.0, ..SHORT };
const WHOLE: Parameter = Parameter { high: 10_000.0, ..Parameter::samples("cycle", 2, 27) };

impl AverageDifferenceHann {
    /// Builds one with the short length and the dominant cycle.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(short: usize, cycle: usize) -> Self {
        let short = BRIEF.require_whole(short);
        let long = short + WHOLE.require_whole(cycle) / 2;
        Self { short: Weighted::new(hann(short)), long: Weighted::new(hann(long)), value: 0.0 }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let (short, long) = (self.short.next(price, price), self.long.next(price, price));
        self.value = ratio(100.0 * (short - long), long).unwrap_or(self.value);
        self.value
    }

    fn clear(&mut self) {
        self.short.reset();
        self.long.reset();
        self.value = 0.0;
    }
}

impl Catalogued for AverageDifferenceHann {
    const ENTRY: Entry = on_close(
        "madh",
        "Moving average difference, Hann",
        &[BRIEF, WHOLE],
        article("The MADH", 2021, "TASC"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

at_once!(AverageDifferenceHann: f64 => f64);
