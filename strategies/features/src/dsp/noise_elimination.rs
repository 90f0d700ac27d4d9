//! Noise elimination technology: Kendall's rank correlation of an indicator with time.

use super::MyRsi;
use super::past::Past;
use super::school::*;
use crate::prelude::*;

/// Of all pairs of the last values of a [`MyRsi`], those that rose less those that fell, as a share
/// of all; −1 to 1. O(length): the pairs of the value that leaves and of the one that comes.
#[derive(Clone, Debug)]
pub struct NoiseElimination {
    rsi: MyRsi,
    past: Past,
    /// Pairs that rose less pairs that fell.
    excess: i64,
}

impl NoiseElimination {
    /// Builds one over `length` values of a [`MyRsi`] of the same length.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let length = LENGTH_2.require_whole(length);
        Self { rsi: MyRsi::new(length), past: Past::new(length), excess: 0 }
    }

    /// Values of the window that are less than this one, less those that are more.
    fn below(&self, value: f64) -> i64 {
        let sign = |other| i64::from(value > other) - i64::from(value < other);
        self.past.newest_first().map(sign).sum()
    }

    fn next(&mut self, price: f64) -> f64 {
        let value = self.rsi.next(price);
        let oldest = self.past.push(value, 0.0);
        self.excess += self.below(value);
        // The pairs of the oldest: it now meets the newest too, which it never was paired with.
        let with_newest = i64::from(value > oldest) - i64::from(value < oldest);
        self.excess += self.below(oldest) + with_newest;
        let length = self.past.capacity() as f64;
        self.excess as f64 / (0.5 * length * (length - 1.0))
    }

    fn clear(&mut self) {
        self.rsi.clear();
        self.past.reset();
        self.excess = 0;
    }
}

impl Catalogued for NoiseElimination {
    const ENTRY: Entry = on_close(
        "net_myrsi",
        "Noise elimination of MyRSI",
        &[Parameter { high: 1000.0, ..LENGTH_2.or(14.0) }],
        article("Noise Elimination Technology", 2020, "TASC, December"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

at_once!(NoiseElimination: f64 => f64);
