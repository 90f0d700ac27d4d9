//! The centre of gravity oscillator.

use super::past::Past;
use super::school::*;
use crate::prelude::*;
use crate::window::WeightedSums;

/// How much newer than the middle of the window its centre of gravity is, in samples: leads the
/// price. The book's form, around 0; the paper of 2002 lacks the term (length + 1) / 2.
#[derive(Clone, Debug)]
pub struct CenterOfGravity {
    past: Past,
    sums: WeightedSums,
    value: f64,
    started: bool,
}

impl CenterOfGravity {
    /// Builds one over `length` samples.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = LENGTH.require_whole(length);
        let (past, sums) = (Past::new(length), WeightedSums::new(length));
        Self { past, sums, value: 0.0, started: false }
    }
}

impl Catalogued for CenterOfGravity {
    const ENTRY: Entry =
        on_median("cg", "CG oscillator", &[LENGTH.or(10.0)], cybernetic("fig. 5.3"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl CenterOfGravity {
    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        if !self.started {
            self.started = true;
            for _ in 0..self.past.capacity() {
                self.sums.slide(None, price);
            }
        }
        let oldest = self.past.push(price, price);
        let [sum, weighted] = self.sums.slide(Some(oldest), price);
        // The sums weigh the newest most, by the length; the listing weighs it by 1, so its
        // moment is (length + 1) · sum − weighted.
        let middle = (self.past.capacity() as f64 + 1.0) / 2.0;
        if let Some(centre) = ratio(weighted, sum) {
            self.value = centre - middle;
        }
        self.value
    }

    pub(super) fn clear(&mut self) {
        self.past.reset();
        self.sums.clear();
        self.value = 0.0;
        self.started = false;
    }
}

at_once!(CenterOfGravity: f64 => f64);
