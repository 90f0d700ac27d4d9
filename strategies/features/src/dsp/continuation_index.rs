//! The continuation index.

use super::laguerre_2025::DelayedStages;
use super::past::PastSum;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// How far an UltimateSmoother is from a slower Laguerre filter, in units of the usual distance,
/// limited to −1 to 1: stays at a limit while the trend continues. O(order).
///
/// The Laguerre filter is the mean of its stages behind an UltimateSmoother of the full length.
#[derive(Clone, Debug)]
pub struct ContinuationIndex {
    fast: TwoPole,
    slow: TwoPole,
    stages: DelayedStages,
    distance: PastSum,
    length: f64,
    value: f64,
}

/// The faster smoother has half the length as its period.
const WIDE: Parameter = Parameter::samples("length", 4, 40);
/// The part of the smoothed price below which a difference is rounding: the index would be that of
/// a price that stands still.
const NOISE: f64 = 1e-13;

const ORDER: Parameter = Parameter::number("order", Unit::Count, 1.0, 100.0, 8.0);

impl ContinuationIndex {
    /// Builds one with the damping and number of stages.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize, gamma: f64, order: usize, constants: Constants) -> Self {
        let length = WIDE.require_whole(length);
        Self {
            fast: TwoPole::ultimate(length as f64 / 2.0, constants),
            slow: TwoPole::ultimate(length as f64, constants),
            stages: DelayedStages::new(GAMMA.require(gamma), ORDER.require_whole(order)),
            distance: PastSum::new(length),
            length: length as f64,
            value: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let stages = self.stages.next(self.slow.next(price));
        let slow = stages.iter().sum::<f64>() / stages.len() as f64;
        let mut difference = self.fast.next(price) - slow;
        if difference.abs() <= NOISE * slow.abs() {
            difference = 0.0;
        }
        let usual = self.distance.push(difference.abs()) / self.length;
        self.value = ratio(2.0 * difference, usual).map_or(self.value, f64::tanh);
        self.value
    }

    fn clear(&mut self) {
        self.fast.reset();
        self.slow.reset();
        self.stages.reset();
        self.distance.reset();
        self.value = 0.0;
    }
}

impl Catalogued for ContinuationIndex {
    const ENTRY: Entry = on_close(
        "continuation_index",
        "Continuation index",
        &[WIDE, GAMMA, ORDER, CONSTANTS],
        article("The Continuation Index", 2025, "TASC, September"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(
            arguments.whole(0),
            arguments.number(1),
            arguments.whole(2),
            Constants::argument(arguments, 3),
        )
    }
}

at_once!(ContinuationIndex: f64 => f64);
