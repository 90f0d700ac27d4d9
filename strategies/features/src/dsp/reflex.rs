//! Reflex and Trendflex.

use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;
use crate::window::Sums;

/// What both have in common: a smoothed price, its mean over the last samples, and the deviation.
#[derive(Clone, Debug)]
struct Flex {
    smoother: TwoPole,
    /// Smoothed prices less the first price, so that their sum loses no digits.
    sums: Sums<1>,
    /// Their sum, up to the last sample.
    total: f64,
    first: Option<f64>,
    /// Of each sample in the mean.
    weight: f64,
    /// Where the middle of the line is, of the way from its newer end to its older one.
    middle: f64,
    power: f64,
}

/// The weight of the newest square in the power.
const POWER: f64 = 0.04;

/// The part of the smoothed price below which a difference is rounding.
const NOISE: f64 = 1e-13;

impl Flex {
    fn new(length: usize, constants: Constants) -> Self {
        let length = LENGTH_2.require_whole(length);
        Self {
            smoother: TwoPole::super_smoother(length as f64 / 2.0, constants),
            sums: Sums::new(length),
            total: 0.0,
            first: None,
            weight: 1.0 / length as f64,
            middle: (length as f64 + 1.0) / (2.0 * length as f64),
            power: 0.0,
        }
    }

    /// `tilt` is the share of the line between the ends of the window that is taken away.
    #[expect(clippy::inline_always, reason = "a call would keep the state in memory")]
    #[inline(always)]
    fn next(&mut self, price: f64, tilt: f64) -> f64 {
        let first = *self.first.get_or_insert(price);
        let smooth = self.smoother.next(price) - first;
        // The mean is that of the samples before this one.
        let mean = self.total * self.weight;
        let [oldest] = self.sums.oldest();
        [self.total] = self.sums.push([smooth]);
        let mut deviation = smooth + tilt * self.middle * (oldest - smooth) - mean;
        if deviation.abs() <= NOISE * (smooth.abs() + first.abs()) {
            deviation = 0.0;
        }
        self.power = POWER * deviation * deviation + (1.0 - POWER) * self.power;
        ratio(deviation, self.power.sqrt()).unwrap_or(0.0)
    }

    fn reset(&mut self) {
        self.smoother.reset();
        self.sums.clear();
        self.total = 0.0;
        self.first = None;
        self.power = 0.0;
    }
}

/// Declares one of the two.
macro_rules! flex {
    ($(#[$doc:meta])* $name:ident($id:literal, $tilt:literal)) => {
        $(#[$doc])*
        #[derive(Clone, Debug)]
        pub struct $name {
            inner: Flex,
        }

        impl $name {
            /// Builds one for cycles of `length` samples.
            ///
            /// # Panics
            /// If the length is not allowed by the catalogue.
            #[must_use]
            pub fn new(length: usize, constants: Constants) -> Self {
                Self { inner: Flex::new(length, constants) }
            }

            #[inline]
            fn next(&mut self, price: f64) -> f64 {
                self.inner.next(price, $tilt)
            }

            fn clear(&mut self) {
                self.inner.reset();
            }
        }

        impl Catalogued for $name {
            const ENTRY: Entry = on_close(
                $id,
                stringify!($name),
                &[LENGTH_2, CONSTANTS],
                article("Reflex: A New Zero-Lag Indicator", 2020, "TASC, February"),
            );

            fn build(arguments: &Arguments) -> Self {
                Self::new(arguments.whole(0), Constants::argument(arguments, 1))
            }
        }

        at_once!($name: f64 => f64);
    };
}

flex! {
    /// How far the smoothed price is from the straight line through the last cycle, in units of its
    /// usual size: shows turns without lag.
    Reflex("reflex", 1.0)
}

flex! {
    /// How far the smoothed price is from its mean over the last cycle, in units of its usual size:
    /// keeps the trend.
    Trendflex("trendflex", 0.0)
}
