//! The last samples of a series: a ring that never grows, running sums and extremes over it.
//!
//! Running sums add the difference of the new term and the oldest, one addition to wait for
//! instead of TA-Lib's two. What rounding leaves behind is thrown away every 65 536 samples: a
//! second total counts each full turn of the ring from nothing and then takes the first one's
//! place, without a pass over the window.
//!
//! Hot: all that runs with every sample is inlined and hands no reference to itself out, so that
//! a caller's loop keeps the sums in registers.

use std::hint::cold_path;

/// How long rounding errors may gather: 65 536 samples keep them below 1e-11 of the sum.
const REFRESH_SAMPLES: usize = 1 << 16;

/// The last `capacity` numbers.
#[derive(Clone, Debug)]
pub struct Window {
    /// Zeros where nothing was put yet.
    ring: Box<[f64]>,
    /// Where the next number goes: the oldest one once the window is full.
    next: usize,
    is_full: bool,
}

impl Window {
    /// Builds an empty one.
    ///
    /// # Panics
    /// If the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a window holds at least one number");
        let ring = vec![0.0; capacity].into_boxed_slice();
        Self { ring, next: 0, is_full: false }
    }

    /// Takes a number and returns the one it pushes out, `None` while the window fills.
    #[inline]
    pub fn push(&mut self, number: f64) -> Option<f64> {
        let was_full = self.is_full;
        let oldest = std::mem::replace(&mut self.ring[self.next], number);
        self.next += 1;
        if self.next == self.ring.len() {
            cold_path();
            self.next = 0;
            self.is_full = true;
        }
        was_full.then_some(oldest)
    }

    /// Returns whether the window is full.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns how many numbers there are.
    #[inline]
    #[must_use]
    pub const fn count(&self) -> usize {
        if self.is_full { self.ring.len() } else { self.next }
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
        assert!(lag < self.count(), "as old a number as there is");
        let index = if self.next > lag { self.next } else { self.next + self.ring.len() };
        self.ring[index - 1 - lag]
    }

    /// Returns the oldest number, `None` if there is none.
    #[inline]
    #[must_use]
    pub fn oldest(&self) -> Option<f64> {
        self.count().checked_sub(1).map(|lag| self.lag(lag))
    }

    /// Returns the numbers from the oldest to the newest.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = f64> + '_ {
        let (newer, older) = self.ring.split_at(self.next);
        let older = if self.is_full { older } else { &[] };
        older.iter().chain(newer).copied()
    }

    /// Returns the numbers in the order of the ring, which is not that of time; the fastest pass
    /// over a full window, and TA-Lib's where it uses a ring.
    #[inline]
    #[must_use]
    pub fn in_any_order(&self) -> &[f64] {
        &self.ring[..self.count()]
    }

    /// Forgets every number. O(capacity).
    pub fn clear(&mut self) {
        self.ring.fill(0.0);
        self.next = 0;
        self.is_full = false;
    }
}

/// Running sums of the last samples' `K` terms each.
#[derive(Clone, Debug)]
pub struct Sums<const K: usize> {
    /// Zeros where nothing was put yet.
    ring: Box<[[f64; K]]>,
    /// Where the next terms go.
    next: usize,
    is_full: bool,
    totals: [f64; K],
    /// Sums since the ring began its current turn.
    fresh: [f64; K],
    /// Turns until the totals are replaced.
    until_refresh: usize,
}

impl<const K: usize> Sums<K> {
    /// Builds sums over windows of this capacity.
    ///
    /// # Panics
    /// If the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a window holds at least one sample");
        Self {
            ring: vec![[0.0; K]; capacity].into_boxed_slice(),
            next: 0,
            is_full: false,
            totals: [0.0; K],
            fresh: [0.0; K],
            until_refresh: refresh_turns(capacity),
        }
    }

    /// Takes the terms of a sample and returns the sums, of fewer samples while the window fills.
    #[inline]
    pub fn push(&mut self, came: [f64; K]) -> [f64; K] {
        let left = std::mem::replace(&mut self.ring[self.next], came);
        for index in 0..K {
            self.totals[index] += came[index] - left[index];
            self.fresh[index] += came[index];
        }
        self.next += 1;
        if self.next == self.ring.len() {
            cold_path();
            self.next = 0;
            self.is_full = true;
            self.until_refresh -= 1;
            if self.until_refresh == 0 {
                self.totals = self.fresh;
                self.until_refresh = refresh_turns(self.ring.len());
            }
            self.fresh = [0.0; K];
        }
        self.totals
    }

    /// Returns what the next sample pushes out, zeros while the window fills.
    #[inline]
    #[must_use]
    pub fn oldest(&self) -> [f64; K] {
        self.ring[self.next]
    }

    /// Replaces the sums by ones counted over the whole window, and returns them.
    pub fn count_afresh(&mut self) -> [f64; K] {
        let (newer, older) = self.ring.split_at(self.next);
        self.totals = older.iter().chain(newer).fold([0.0; K], |mut sums, terms| {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
            sums
        });
        self.totals
    }

    /// Replaces the sums by ones the caller knows better.
    pub const fn replace(&mut self, totals: [f64; K]) {
        self.totals = totals;
    }

    /// Returns whether the window is full.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns how many samples there can be.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.ring.len()
    }

    /// Forgets every sample. O(capacity).
    pub fn clear(&mut self) {
        self.ring.fill([0.0; K]);
        self.next = 0;
        self.is_full = false;
        self.totals = [0.0; K];
        self.fresh = [0.0; K];
        self.until_refresh = refresh_turns(self.ring.len());
    }
}

/// After how many turns of a window its sums are replaced.
fn refresh_turns(capacity: usize) -> usize {
    (REFRESH_SAMPLES / capacity).max(1)
}

/// The sum over a sliding window, and the sum with the weights 1, 2, …, the newest the heaviest.
/// The caller keeps the window.
#[derive(Clone, Debug)]
pub struct WeightedSums {
    sum: f64,
    weighted: f64,
    /// The same two since the window began its current turn.
    fresh: [f64; 2],
    /// The weight of the newest number: how many there are.
    heaviest: f64,
    /// Its weight in the current turn.
    turn: f64,
    capacity: usize,
    /// The same as a float: a conversion waits for its register.
    full: f64,
    until_refresh: usize,
}

impl WeightedSums {
    /// Builds sums over windows of this capacity.
    ///
    /// # Panics
    /// If the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a window holds at least one number");
        Self {
            sum: 0.0,
            weighted: 0.0,
            fresh: [0.0; 2],
            heaviest: 0.0,
            turn: 0.0,
            capacity,
            full: capacity as f64,
            until_refresh: refresh_turns(capacity),
        }
    }

    /// Takes the number that left the window and the one that came, and returns the plain and the
    /// weighted sum.
    #[inline]
    pub fn slide(&mut self, left: Option<f64>, came: f64) -> [f64; 2] {
        if let Some(left) = left {
            // Every weight falls by one.
            self.weighted += came * self.heaviest - self.sum;
            self.sum += came - left;
        } else {
            self.heaviest += 1.0;
            self.weighted += came * self.heaviest;
            self.sum += came;
        }
        self.turn += 1.0;
        self.fresh[0] += came;
        self.fresh[1] += came * self.turn;
        if self.turn == self.full {
            cold_path();
            self.until_refresh -= 1;
            if self.until_refresh == 0 {
                [self.sum, self.weighted] = self.fresh;
                self.until_refresh = refresh_turns(self.capacity);
            }
            self.turn = 0.0;
            self.fresh = [0.0; 2];
        }
        [self.sum, self.weighted]
    }

    /// Forgets every number.
    pub fn clear(&mut self) {
        *self = Self::new(self.capacity);
    }
}

/// The highest of the last `capacity` numbers; O(1) amortised, O(capacity) at worst.
///
/// Numbers come in blocks of `capacity` (van Herk, Gil and Werman): the window is always the end
/// of the block before, whose maxima to its end were computed when it was full, and the beginning
/// of this one, whose maximum is kept. Without a branch that depends on the numbers:
///
/// ```text
/// slots   0 … position | position + 1 … capacity − 1          | capacity
///         this block   | maxima to the end of the one before  | −∞
/// ```
///
/// Hot: only one that is `AGED` keeps places, and takes branches that nobody can predict.
#[derive(Clone, Debug)]
pub struct Highest<const AGED: bool = false> {
    slots: Box<[f64]>,
    /// Where the maximum to the end of the block is.
    places: Box<[u32]>,
    position: usize,
    /// The maximum of this block, and where it is.
    top: f64,
    top_place: u32,
    age: u64,
    is_full: bool,
}

impl<const AGED: bool> Highest<AGED> {
    /// Builds an empty one.
    ///
    /// # Panics
    /// If the capacity is zero, or so large that an index does not fit 32 bits.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a window holds at least one number");
        assert!(u32::try_from(capacity).is_ok(), "indices are kept in 32 bits");
        Self {
            slots: vec![f64::NEG_INFINITY; capacity + 1].into_boxed_slice(),
            places: vec![0; if AGED { capacity + 1 } else { 0 }].into_boxed_slice(),
            position: 0,
            top: f64::NEG_INFINITY,
            top_place: 0,
            age: 0,
            is_full: false,
        }
    }

    /// Takes a number and returns the highest, of fewer numbers while the window fills.
    #[inline]
    pub fn push(&mut self, number: f64) -> f64 {
        let position = self.position;
        self.slots[position] = number;
        let before = self.slots[position + 1];
        if AGED {
            self.note(number, before);
        }
        self.top = greater(number, self.top);
        let highest = greater(self.top, before);
        self.position += 1;
        if self.position == self.capacity() {
            cold_path();
            maxima_to_the_end(&mut self.slots[..position + 1], &mut self.places);
            self.position = 0;
            self.top = f64::NEG_INFINITY;
            self.is_full = true;
        }
        highest
    }

    /// Notes where the highest is once this number is taken.
    #[inline]
    fn note(&mut self, number: f64, before: f64) {
        let block = self.position as u64;
        if number >= self.top {
            self.top_place = self.position as u32;
        }
        self.age = if greater(number, self.top) >= before {
            block - u64::from(self.top_place)
        } else {
            block + self.capacity() as u64 - u64::from(self.places[self.position + 1])
        };
    }

    /// Returns whether as many numbers were taken as the window holds.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.is_full
    }

    /// Returns how many numbers there can be.
    #[inline]
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.slots.len() - 1
    }

    /// Forgets every number.
    pub fn clear(&mut self) {
        self.slots.fill(f64::NEG_INFINITY);
        self.position = 0;
        self.top = f64::NEG_INFINITY;
        self.age = 0;
        self.is_full = false;
    }
}

impl Highest<true> {
    /// Returns how many numbers ago the highest was taken; the latest one of equals.
    #[inline]
    #[must_use]
    pub const fn age(&self) -> u64 {
        self.age
    }
}

/// Turns the numbers of a block into maxima to its end, and notes where these are, if there is
/// room for the places.
#[inline]
fn maxima_to_the_end(block: &mut [f64], places: &mut [u32]) {
    let mut top = f64::NEG_INFINITY;
    if places.is_empty() {
        for slot in block.iter_mut().rev() {
            top = greater(*slot, top);
            *slot = top;
        }
        return;
    }
    let mut place = 0;
    for (index, (slot, at)) in block.iter_mut().zip(places).enumerate().rev() {
        // Of equals the latest counts.
        if *slot > top {
            top = *slot;
            place = index as u32;
        }
        *slot = top;
        *at = place;
    }
}

/// The lowest of the last `capacity` numbers; see [`Highest`].
#[derive(Clone, Debug)]
pub struct Lowest<const AGED: bool = false>(Highest<AGED>);

impl<const AGED: bool> Lowest<AGED> {
    /// Builds an empty one.
    ///
    /// # Panics
    /// If the capacity is zero.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self(Highest::new(capacity))
    }

    /// Takes a number and returns the lowest, of fewer numbers while the window fills.
    #[inline]
    pub fn push(&mut self, number: f64) -> f64 {
        -self.0.push(-number)
    }

    /// Returns whether as many numbers were taken as the window holds.
    #[inline]
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.0.is_full()
    }

    /// Returns how many numbers there can be.
    #[must_use]
    pub const fn capacity(&self) -> usize {
        self.0.capacity()
    }

    /// Forgets every number.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

impl Lowest<true> {
    /// Returns how many numbers ago the lowest was taken; the latest one of equals.
    #[inline]
    #[must_use]
    pub const fn age(&self) -> u64 {
        self.0.age()
    }
}

/// Returns the greater of two numbers that are not NaN: one instruction, where `f64::max`, which
/// heeds NaN, takes six.
#[inline]
pub(crate) const fn greater(a: f64, b: f64) -> f64 {
    if a > b { a } else { b }
}

/// Returns the lesser of two numbers that are not NaN.
#[inline]
pub(crate) const fn lesser(a: f64, b: f64) -> f64 {
    if a < b { a } else { b }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn windows_sums_and_extremes_equal_a_pass_over_the_last_numbers(
            numbers in prop::collection::vec(-100..100_i32, 1..300),
            capacity in 1..40_usize,
        ) {
            let mut window = Window::new(capacity);
            let (mut sums, mut weighted) = (Sums::new(capacity), WeightedSums::new(capacity));
            let (mut highest, mut lowest) = (Highest::<true>::new(capacity), Lowest::<false>::new(capacity));
            let mut without_age = Highest::<false>::new(capacity);
            let numbers: Vec<f64> = numbers.into_iter().map(f64::from).collect();
            for end in 1..=numbers.len() {
                let number = numbers[end - 1];
                let last = &numbers[end.saturating_sub(capacity)..end];
                let left = window.push(number);
                let [total] = sums.push([number]);
                prop_assert_eq!(total, last.iter().sum::<f64>());
                let heavy = (1..).zip(last).map(|(weight, each)| f64::from(weight) * each).sum();
                prop_assert_eq!(weighted.slide(left, number), [total, heavy]);
                prop_assert_eq!(left.is_some(), end > capacity);
                prop_assert_eq!(window.iter().collect::<Vec<_>>(), last);
                prop_assert_eq!(window.oldest(), Some(last[0]));
                prop_assert_eq!(window.lag(last.len() - 1), last[0]);
                let top = last.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                prop_assert_eq!(highest.push(number), top);
                prop_assert_eq!(without_age.push(number), top);
                let age = last.iter().rev().position(|&each| each == top);
                prop_assert_eq!(age, Some(highest.age() as usize));
                let bottom = last.iter().copied().fold(f64::INFINITY, f64::min);
                prop_assert_eq!(lowest.push(number), bottom);
            }
        }
    }

    #[test]
    fn a_huge_number_that_has_left_is_forgotten_after_the_refresh() {
        let mut window = Window::new(3);
        let (mut sums, mut weighted) = (Sums::new(3), WeightedSums::new(3));
        let (mut total, mut heavy) = (0.0, 0.0);
        for index in 0..2 * REFRESH_SAMPLES {
            let number = if index == 10 { 1e30 } else { 0.1 };
            let left = window.push(number);
            [total] = sums.push([number]);
            [_, heavy] = weighted.slide(left, number);
        }
        assert!((total - 0.3).abs() < 1e-15, "{total}");
        assert!((heavy - 0.6).abs() < 1e-15, "{heavy}");
    }
}
