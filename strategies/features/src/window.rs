//! The last samples of a series, in a ring that never grows.

/// The last `capacity` numbers.
#[derive(Clone, Debug)]
pub struct Window {
    ring: Box<[f64]>,
    /// Where the next number goes: the oldest one once the window is full.
    next: usize,
    count: usize,
}

impl Window {
    /// Builds an empty one.
    ///
    /// # Panics
    /// If the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a window holds at least one number");
        Self { ring: vec![0.0; capacity].into_boxed_slice(), next: 0, count: 0 }
    }

    /// Takes a number and returns the one it pushes out, `None` while the window fills.
    #[inline]
    pub fn push(&mut self, number: f64) -> Option<f64> {
        let slot = &mut self.ring[self.next];
        let oldest = std::mem::replace(slot, number);
        self.next += 1;
        if self.next == self.ring.len() {
            self.next = 0;
        }
        if self.count == self.ring.len() {
            return Some(oldest);
        }
        self.count += 1;
        None
    }

    /// Returns whether the window is full.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.count == self.ring.len()
    }

    /// Returns how many numbers there are.
    #[inline]
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Returns how many numbers there can be.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.ring.len()
    }

    /// Returns the number `lag` steps ago; 0 is the newest.
    ///
    /// # Panics
    /// If there are not that many numbers.
    #[inline]
    #[must_use]
    pub fn lag(&self, lag: usize) -> f64 {
        assert!(lag < self.count, "as old a number as there is");
        let index = if self.next > lag { self.next } else { self.next + self.ring.len() };
        self.ring[index - 1 - lag]
    }

    /// Returns the oldest number, `None` if there is none.
    #[inline]
    #[must_use]
    pub fn oldest(&self) -> Option<f64> {
        (self.count > 0).then(|| self.lag(self.count - 1))
    }

    /// Returns the numbers from the oldest to the newest.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = f64> + '_ {
        let (newer, older) = self.ring.split_at(self.next);
        let older = if self.is_full() { older } else { &[] };
        older.iter().chain(newer).copied()
    }

    /// Forgets every number.
    pub const fn clear(&mut self) {
        self.next = 0;
        self.count = 0;
    }
}
