//! Where each kept message lies, by its number: found in O(1).

use std::ops::Range;

/// Numbers in a row that may be left out; beyond, what lies before the jump is forgotten. It
/// bounds what a mistyped number costs to eight megabytes.
const MAX_SKIPPED: u64 = 1 << 20;

/// Places of messages in ascending order of their numbers, some of which have none.
pub(super) struct Index<T> {
    /// The number of the first slot.
    first: u64,
    slots: Vec<Option<T>>,
}

impl<T: Copy> Index<T> {
    pub(super) const fn new() -> Self {
        Self { first: 1, slots: Vec::new() }
    }

    /// Makes room for so many slots in all, so that `push` does not allocate.
    pub(super) fn reserve(&mut self, slots: usize) {
        self.slots.reserve(slots.saturating_sub(self.slots.len()));
    }

    /// Returns whether the room made by `reserve` is used up.
    pub(super) fn is_full(&self) -> bool {
        self.slots.len() == self.slots.capacity()
    }

    /// Adds the place of a message whose number is above all others.
    pub(super) fn push(&mut self, number: u64, place: T) {
        let next = self.first + self.slots.len() as u64;
        assert!(number >= next, "numbers ascend");
        if number - next > MAX_SKIPPED {
            self.slots.clear();
            self.first = number;
        } else {
            self.slots.resize((number - self.first) as usize, None);
        }
        self.slots.push(Some(place));
    }

    pub(super) fn get(&self, number: u64) -> Option<T> {
        let slot = usize::try_from(number.checked_sub(self.first)?).ok()?;
        *self.slots.get(slot)?
    }

    /// The numbers among which all places are.
    pub(super) const fn range(&self) -> Range<u64> {
        self.first..self.first + self.slots.len() as u64
    }

    pub(super) fn clear(&mut self) {
        self.slots.clear();
        self.first = 1;
    }
}
