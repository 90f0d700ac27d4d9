//! Directional movement with Hann windowing.

use super::hann::{Weighted, hann};
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

/// Wilder's upward less downward movement, averaged and smoothed: above 0 in a rising market.
/// O(length).
#[derive(Clone, Debug)]
pub struct DirectionalHann {
    last: Option<HighLow>,
    average: TwoPole,
    window: Weighted,
}

const SPAN: Parameter = Parameter { high: 10_000.0, ..LENGTH.or(14.0) };

impl DirectionalHann {
    /// Builds one over `length` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = SPAN.require_whole(length);
        let average = TwoPole::average(1.0 / length as f64);
        Self { last: None, average, window: Weighted::new(hann(length)) }
    }

    #[inline]
    fn next(&mut self, bar: HighLow) -> f64 {
        let last = self.last.replace(bar).unwrap_or(bar);
        let (up, down) = (bar.high - last.high, last.low - bar.low);
        let movement = if up > down && up > 0.0 {
            up
        } else if down > up && down > 0.0 {
            -down
        } else {
            0.0
        };
        self.window.next(self.average.next(movement), 0.0)
    }

    fn clear(&mut self) {
        self.last = None;
        self.average.reset();
        self.window.reset();
    }
}

impl Catalogued for DirectionalHann {
    const ENTRY: Entry = on_close(
        "dmh",
        "Directional movement, Hann",
        &[SPAN],
        article("The DMH: An Improved Directional Movement Indicator", 2021, "TASC, December"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(DirectionalHann: HighLow => f64);
