//! Covariances of returns that forget exponentially.
//!
//! A pair is updated with the returns of bars that end together; a bar without trades is no return.
//!
//! # Invariants
//! - The matrix is symmetric; an entry is at most one in size, as returns are.

use gannet_types::Nanos;

use super::{BILLION, MILLION};

/// A covariance of one, in its own units.
const UNIT: i128 = 1_000_000_000_000;

/// The covariances of all pairs.
pub(super) struct Covariance {
    instruments: usize,
    decay: i128,
    returns_min: u16,
    /// By row, then column.
    entries: Vec<Entry>,
    /// The newest return of each, and when its bar ended.
    newest: Vec<(Nanos, i64)>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    value: i64,
    /// Returns it was made of, at most `u16::MAX`.
    count: u16,
}

impl Covariance {
    pub(super) fn new(instruments: usize, decay_ppm: u32, returns_min: usize) -> Self {
        Self {
            instruments,
            decay: i128::from(decay_ppm),
            returns_min: u16::try_from(returns_min).unwrap_or(u16::MAX),
            entries: vec![Entry::default(); instruments * instruments],
            newest: vec![(Nanos::ZERO, 0); instruments],
        }
    }

    /// Takes the return of an instrument over a bar.
    pub(super) fn on_return(&mut self, index: usize, end: Nanos, change: i64) {
        self.newest[index] = (end, change);
        for other in 0..self.instruments {
            let (ended, changed) = self.newest[other];
            if ended != end {
                continue;
            }
            let product = i128::from(change) * i128::from(changed) * UNIT / (BILLION * BILLION);
            let before = self.entries[index * self.instruments + other];
            let after = before.updated(product, self.decay, index == other);
            self.entries[index * self.instruments + other] = after;
            self.entries[other * self.instruments + index] = after;
        }
    }

    /// Returns a covariance.
    pub(super) fn of(&self, index: usize, other: usize) -> i128 {
        i128::from(self.entries[index * self.instruments + other].value)
    }

    /// Returns whether it was made of enough returns.
    pub(super) fn is_known(&self, index: usize, other: usize) -> bool {
        self.entries[index * self.instruments + other].count >= self.returns_min.max(1)
    }

    /// Returns the standard deviation in billionths, rounded up.
    pub(super) fn deviation(&self, index: usize) -> u64 {
        let variance = self.of(index, index).max(0).unsigned_abs() * MILLION.unsigned_abs();
        let root = variance.isqrt();
        let up = u128::from(root * root < variance);
        u64::try_from(root + up).unwrap_or(u64::MAX)
    }
}

impl Entry {
    /// Mixes in a product of returns; the first one is all there is. A variance is rounded up, a
    /// covariance to the nearest.
    fn updated(self, product: i128, decay: i128, is_variance: bool) -> Self {
        let count = self.count.saturating_add(1);
        let mixed = match self.count {
            0 => product * MILLION,
            _ => i128::from(self.value) * decay + product * (MILLION - decay),
        };
        let rounding = if is_variance { MILLION - 1 } else { MILLION / 2 };
        let value = (mixed + rounding).div_euclid(MILLION).clamp(-UNIT, UNIT);
        Self { value: i64::try_from(value).unwrap_or(i64::MAX), count }
    }
}
