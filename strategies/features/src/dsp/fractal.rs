//! The fractal adaptive moving average.

use super::school::*;
use crate::parameter::ParameterError;
use crate::prelude::*;
use crate::window::{Highest, Lowest, Window};

/// An exponential average that is fast in a trend (dimension 1) and slow without one (dimension 2).
/// O(1) amortised.
#[derive(Clone, Debug)]
pub struct FractalAverage {
    length: usize,
    whole: Extremes,
    half: Extremes,
    /// Ranges of the newer half, of which the oldest one is that of the older half.
    ranges: Window,
    count: usize,
    dimension: f64,
    value: f64,
}

#[derive(Clone, Debug)]
struct Extremes {
    highest: Highest,
    lowest: Lowest,
}

impl Extremes {
    fn new(length: usize) -> Self {
        Self { highest: Highest::new(length), lowest: Lowest::new(length) }
    }

    #[inline]
    fn range(&mut self, bar: HighLow) -> f64 {
        self.highest.push(bar.high) - self.lowest.push(bar.low)
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }
}

/// An even number of samples.
const EVEN: Parameter = Parameter::samples("length", 2, 16);
/// How fast the weight falls with the dimension; −4.6 is the logarithm of the least weight.
const STEEPNESS: f64 = -4.6;
const SLOWEST: f64 = 0.01;

impl FractalAverage {
    /// Builds one over an even number of samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue, or odd.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = EVEN.require_whole(length);
        assert!(length.is_multiple_of(2), "the length is even");
        Self {
            length,
            whole: Extremes::new(length),
            half: Extremes::new(length / 2),
            ranges: Window::new(length / 2),
            count: 0,
            dimension: 1.0,
            value: 0.0,
        }
    }

    #[inline]
    fn next(&mut self, bar: HighLow) -> f64 {
        let price = (bar.high + bar.low) / 2.0;
        let (whole, newer) = (self.whole.range(bar), self.half.range(bar));
        let older = self.ranges.push(newer);
        if self.count < self.length {
            self.count += 1;
            self.value = price;
        }
        if let Some(older) = older {
            let half = self.length as f64 / 2.0;
            let (n1, n2, n3) = (newer / half, older / half, whole / self.length as f64);
            if n1 > 0.0 && n2 > 0.0 && n3 > 0.0 {
                self.dimension = ((n1 + n2).ln() - n3.ln()) / std::f64::consts::LN_2;
            }
        }
        let alpha = (STEEPNESS * (self.dimension - 1.0)).exp().clamp(SLOWEST, 1.0);
        self.value += alpha * (price - self.value);
        self.value
    }

    fn clear(&mut self) {
        self.whole.reset();
        self.half.reset();
        self.ranges.clear();
        self.count = 0;
        self.dimension = 1.0;
    }
}

impl Catalogued for FractalAverage {
    const ENTRY: Entry = on_median(
        "frama",
        "Fractal adaptive moving average",
        &[EVEN],
        paper("FRAMA: Fractal Adaptive Moving Average", 2005),
    );

    fn agree(arguments: &Arguments) -> Result<(), ParameterError> {
        if arguments.whole(0).is_multiple_of(2) {
            return Ok(());
        }
        Err(ParameterError::Contradiction("the length of a fractal average is even"))
    }

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(FractalAverage: HighLow => f64);
