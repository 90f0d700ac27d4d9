//! The last few of something.

use std::collections::VecDeque;

/// A list that keeps the newest items and forgets the oldest.
#[derive(Clone, Debug)]
pub(crate) struct Recent<T> {
    items: VecDeque<T>,
    capacity: usize,
}

impl<T> Recent<T> {
    pub(crate) fn new(capacity: usize) -> Self {
        assert!(capacity > 0, "a list of nothing shows nothing");
        Self { items: VecDeque::with_capacity(capacity), capacity }
    }

    /// Adds an item; the oldest goes if there is no room.
    pub(crate) fn push(&mut self, item: T) {
        if self.items.len() == self.capacity {
            self.items.pop_front();
        }
        self.items.push_back(item);
    }

    pub(crate) fn clear(&mut self) {
        self.items.clear();
    }

    pub(crate) fn newest(&self) -> Option<&T> {
        self.items.back()
    }

    pub(crate) fn oldest_first(&self) -> impl DoubleEndedIterator<Item = &T> {
        self.items.iter()
    }

    pub(crate) fn newest_first(&self) -> impl Iterator<Item = &T> {
        self.items.iter().rev()
    }

    pub(crate) fn newest_first_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.items.iter_mut().rev()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_goes_first() {
        let mut recent = Recent::new(2);
        for item in [1, 2, 3] {
            recent.push(item);
        }
        assert_eq!(recent.newest_first().copied().collect::<Vec<_>>(), [3, 2]);
        assert_eq!(recent.oldest_first().copied().collect::<Vec<_>>(), [2, 3]);
        assert_eq!(recent.newest(), Some(&3));
    }
}
