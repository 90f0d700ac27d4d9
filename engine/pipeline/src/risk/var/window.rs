//! The last returns of an instrument, in the order they came and sorted.
//!
//! # Invariants
//! - Both lists hold the same returns.

/// A sliding window with its order statistics.
pub(super) struct Returns {
    arrived: Vec<i64>,
    sorted: Vec<i64>,
    next: usize,
    capacity: usize,
}

impl Returns {
    pub(super) fn new(capacity: usize) -> Self {
        let (arrived, sorted) = (Vec::with_capacity(capacity), Vec::with_capacity(capacity));
        Self { arrived, sorted, next: 0, capacity }
    }

    /// Adds a return; the oldest makes room.
    pub(super) fn push(&mut self, change: i64) {
        if self.arrived.len() < self.capacity {
            self.arrived.push(change);
        } else {
            let oldest = std::mem::replace(&mut self.arrived[self.next], change);
            let place = self.sorted.partition_point(|other| *other < oldest);
            self.sorted.remove(place);
        }
        self.next = (self.next + 1) % self.capacity;
        let place = self.sorted.partition_point(|other| *other < change);
        self.sorted.insert(place, change);
    }

    pub(super) fn len(&self) -> usize {
        self.arrived.len()
    }

    /// Returns how far it fell and rose at the quantile: so many millionths of the returns were no
    /// worse. Zero if even then it did not.
    pub(super) fn tails(&self, quantile_ppm: u32) -> (u64, u64) {
        let beyond = 1_000_000_u64.saturating_sub(u64::from(quantile_ppm));
        let rank = self.sorted.len() as u64 * beyond / 1_000_000;
        let rank = usize::try_from(rank).unwrap_or(0).min(self.sorted.len().saturating_sub(1));
        let low = self.sorted.get(rank).copied().unwrap_or(0);
        let high = self.sorted.iter().rev().nth(rank).copied().unwrap_or(0);
        (low.min(0).unsigned_abs(), high.max(0).unsigned_abs())
    }
}
