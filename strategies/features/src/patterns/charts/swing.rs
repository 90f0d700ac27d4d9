//! Swings: highs and lows that a reversal by a share of the price has confirmed.
//!
//! A pivot is known only at the bar that confirms it, and never changes afterwards.
//!
//! # Invariants
//! - Highs and lows alternate, and each lies at a later bar than the one before.
//! - A bar that extends the extreme confirms nothing, however far it reaches back.

use crate::HighLow;

/// Which way a pivot points.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PivotSide {
    /// A low: prices rose afterwards.
    Low,
    /// A high: prices fell afterwards.
    High,
}

/// A confirmed high or low.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pivot {
    /// The extreme price.
    pub price: f64,
    /// Its bar, counted from 0 at the first.
    pub bar: usize,
    /// High or low.
    pub side: PivotSide,
}

/// How many pivots are kept: what the longest chart pattern is made of.
pub(crate) const PIVOTS: usize = 5;

/// The zigzag's state and its last confirmed pivots.
#[derive(Clone, Debug)]
pub(crate) struct Swings {
    threshold: f64,
    /// The extreme that waits for a reversal; its side is where prices go now.
    extreme: Pivot,
    bars: usize,
    /// Newest first.
    pivots: [Pivot; PIVOTS],
    count: usize,
}

impl Swings {
    /// Confirms by reversals of `threshold`, a share of the extreme.
    pub(crate) const fn new(threshold: f64) -> Self {
        let pivot = Pivot { price: 0.0, bar: 0, side: PivotSide::High };
        Self { threshold, extreme: pivot, bars: 0, pivots: [pivot; PIVOTS], count: 0 }
    }

    /// Takes the next bar and returns the pivot it confirms. O(1).
    #[inline]
    pub(crate) fn update(&mut self, range: HighLow) -> Option<Pivot> {
        let bar = self.bars;
        self.bars += 1;
        let HighLow { high, low } = range;
        let Pivot { price, side, .. } = self.extreme;
        match side {
            // Prices are taken to rise at first.
            PivotSide::High if bar == 0 || high > price => {
                self.extreme = Pivot { price: high, bar, side };
                None
            }
            PivotSide::Low if low < price => {
                self.extreme = Pivot { price: low, bar, side };
                None
            }
            PivotSide::High if low <= price * (1.0 - self.threshold) => {
                Some(self.turn(Pivot { price: low, bar, side: PivotSide::Low }))
            }
            PivotSide::Low if high >= price * (1.0 + self.threshold) => {
                Some(self.turn(Pivot { price: high, bar, side: PivotSide::High }))
            }
            _ => None,
        }
    }

    fn turn(&mut self, next: Pivot) -> Pivot {
        let confirmed = std::mem::replace(&mut self.extreme, next);
        self.pivots.rotate_right(1);
        self.pivots[0] = confirmed;
        self.count += 1;
        confirmed
    }

    /// Returns the bar taken last.
    ///
    /// # Panics
    /// Before the first.
    #[inline]
    pub(crate) const fn bar(&self) -> usize {
        self.bars - 1
    }

    /// Returns the extreme since the last pivot.
    #[inline]
    pub(crate) const fn extreme(&self) -> Pivot {
        self.extreme
    }

    /// Returns the last pivots, newest first, if there have been so many.
    #[inline]
    pub(crate) fn last<const N: usize>(&self) -> Option<&[Pivot; N]> {
        if self.count < N {
            return None;
        }
        self.pivots.first_chunk()
    }

    pub(crate) fn reset(&mut self) {
        *self = Self::new(self.threshold);
    }
}
