//! Windows over a series that stood at one value for ever before its first sample.
//!
//! The published listings look back further than their first bar; this is the history they see.

use crate::window::{Highest, Lowest, Window};

/// The last samples, as many as the window holds from the first one on.
#[derive(Clone, Debug)]
pub(super) struct Past {
    window: Window,
}

impl Past {
    pub(super) fn new(capacity: usize) -> Self {
        Self { window: Window::new(capacity) }
    }

    /// Takes a sample and returns the one it pushes out; `before` is what the series stood at.
    #[inline]
    pub(super) fn push(&mut self, sample: f64, before: f64) -> f64 {
        match self.window.push(sample) {
            Some(oldest) => oldest,
            None => self.fill(sample, before),
        }
    }

    /// The first sample: all others before it are equal.
    #[cold]
    fn fill(&mut self, sample: f64, before: f64) -> f64 {
        for _ in 1..self.window.capacity() {
            self.window.push(before);
        }
        self.window.push(sample);
        before
    }

    /// From the newest to the oldest.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = f64> + '_ {
        self.window.iter().rev()
    }

    pub(super) const fn capacity(&self) -> usize {
        self.window.capacity()
    }

    pub(super) fn reset(&mut self) {
        self.window.clear();
    }
}

/// The sum of the last terms, which were 0 before the first.
///
/// Rounding does not gather: a second total counts each turn of the window from nothing and then
/// takes the first one's place. The sum is 0 exactly where all terms are: what rounding leaves
/// behind would otherwise be taken for a movement when a quotient of two sums is formed.
#[derive(Clone, Debug)]
pub(super) struct PastSum {
    window: Window,
    total: f64,
    /// The sum since the window began its current turn, and the terms until it ends.
    fresh: f64,
    until_turn: usize,
    /// How many terms are not 0.
    filled: usize,
}

impl PastSum {
    pub(super) fn new(length: usize) -> Self {
        let window = Window::new(length);
        Self { window, total: 0.0, fresh: 0.0, until_turn: length, filled: 0 }
    }

    /// Takes a term and returns the sum.
    #[inline]
    pub(super) fn push(&mut self, term: f64) -> f64 {
        let oldest = self.window.push(term).unwrap_or(0.0);
        self.filled += usize::from(term != 0.0);
        self.filled -= usize::from(oldest != 0.0);
        self.total += term - oldest;
        self.fresh += term;
        self.until_turn -= 1;
        if self.until_turn == 0 {
            self.until_turn = self.window.capacity();
            self.total = self.fresh;
            self.fresh = 0.0;
        }
        if self.filled == 0 {
            self.total = 0.0;
        }
        self.total
    }

    pub(super) fn reset(&mut self) {
        self.window.clear();
        self.total = 0.0;
        self.fresh = 0.0;
        self.until_turn = self.window.capacity();
        self.filled = 0;
    }
}

/// Where the newest sample stands between the lowest (0) and the highest (1) of the last; where
/// these are equal, the last answer, at first 0.
#[derive(Clone, Debug)]
pub(super) struct Range {
    highest: Highest,
    lowest: Lowest,
    start: f64,
    share: f64,
}

impl Range {
    /// `start` is the answer while nothing has moved.
    pub(super) fn new(length: usize, start: f64) -> Self {
        let (highest, lowest) = (Highest::new(length), Lowest::new(length));
        Self { highest, lowest, start, share: start }
    }

    #[inline]
    pub(super) fn push(&mut self, sample: f64) -> f64 {
        let (highest, lowest) = (self.highest.push(sample), self.lowest.push(sample));
        if highest > lowest {
            self.share = (sample - lowest) / (highest - lowest);
        }
        self.share
    }

    pub(super) fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
        self.share = self.start;
    }
}

/// The last samples side by side, the newest first, so that a pass over them is a pass over a
/// slice: each is written twice, and the window slides over them. They were 0 before the first.
#[derive(Clone, Debug)]
pub(super) struct Recent {
    twice: Box<[f64]>,
    newest: usize,
}

impl Recent {
    pub(super) fn new(length: usize) -> Self {
        Self { twice: vec![0.0; 2 * length].into_boxed_slice(), newest: 0 }
    }

    #[inline]
    pub(super) fn push(&mut self, sample: f64) {
        let length = self.twice.len() / 2;
        self.newest = if self.newest == 0 { length - 1 } else { self.newest - 1 };
        self.twice[self.newest] = sample;
        self.twice[self.newest + length] = sample;
    }

    #[inline]
    pub(super) fn newest_first(&self) -> &[f64] {
        &self.twice[self.newest..self.newest + self.twice.len() / 2]
    }

    pub(super) fn reset(&mut self) {
        self.twice.fill(0.0);
        self.newest = 0;
    }
}
