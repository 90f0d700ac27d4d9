//! The projected moving average.

use super::past::Past;
use super::school::*;
use crate::prelude::*;
use crate::window::WeightedSums;

outputs! {
    /// The outputs of [`ProjectedAverage`].
    pub struct ProjectedLines {
        /// The average carried to the newest sample.
        pma,
        /// The same, carried on by the change of the slope.
        predict,
    }
}

/// A moving average plus half its length times the slope of the price, which takes the lag away.
#[derive(Clone, Debug)]
pub struct ProjectedAverage {
    past: Past,
    sums: WeightedSums,
    slopes: [f64; 2],
    started: bool,
}

impl ProjectedAverage {
    /// Builds one over `length` samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = LENGTH_2.require_whole(length);
        let (past, sums) = (Past::new(length), WeightedSums::new(length));
        Self { past, sums, slopes: [0.0; 2], started: false }
    }

    #[inline]
    fn next(&mut self, price: f64) -> ProjectedLines {
        if !self.started {
            self.started = true;
            for _ in 0..self.past.capacity() {
                self.sums.slide(None, price);
            }
        }
        let oldest = self.past.push(price, price);
        let [sum, weighted] = self.sums.slide(Some(oldest), price);
        let n = self.past.capacity() as f64;
        let slope = 12.0 * (weighted - (n + 1.0) / 2.0 * sum) / (n * (n * n - 1.0));
        let pma = sum / n + slope * n / 2.0;
        let predict = pma + 0.5 * (slope - self.slopes[1]) * n;
        self.slopes = [slope, self.slopes[0]];
        ProjectedLines { pma, predict }
    }

    fn clear(&mut self) {
        self.past.reset();
        self.sums.clear();
        self.slopes = [0.0; 2];
        self.started = false;
    }
}

impl Catalogued for ProjectedAverage {
    const ENTRY: Entry = on_close(
        "pma",
        "Projected moving average",
        &[LENGTH_2],
        article("Projected Moving Average", 2025, "TASC, March"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(ProjectedAverage: f64 => ProjectedLines);
