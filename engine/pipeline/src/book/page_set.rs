//! A set of page numbers that finds its next member in at most three steps.
//!
//! Three bitmaps, each bit of one telling whether a word of the next is not empty: 64 × 64 × 64
//! pages. Only touched when a page appears or empties.

/// Number of pages that can be named: 64³.
pub(super) const PAGES: usize = 1 << 18;

/// Which pages hold levels.
#[derive(Clone)]
pub(super) struct PageSet {
    top: u64,
    middle: [u64; 64],
    bottom: Vec<u64>,
}

impl PageSet {
    pub(super) fn new() -> Self {
        Self { top: 0, middle: [0; 64], bottom: vec![0; PAGES >> 6] }
    }

    pub(super) fn insert(&mut self, page: usize) {
        self.bottom[page >> 6] |= 1 << (page & 63);
        self.middle[page >> 12] |= 1 << ((page >> 6) & 63);
        self.top |= 1 << (page >> 12);
    }

    pub(super) fn remove(&mut self, page: usize) {
        self.bottom[page >> 6] &= !(1 << (page & 63));
        if self.bottom[page >> 6] == 0 {
            self.middle[page >> 12] &= !(1 << ((page >> 6) & 63));
            if self.middle[page >> 12] == 0 {
                self.top &= !(1 << (page >> 12));
            }
        }
    }

    /// Returns the smallest member that is at least `from`.
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        if from >= PAGES {
            return None;
        }
        let word = from >> 6;
        let here = self.bottom[word] & (u64::MAX << (from & 63));
        if here != 0 {
            return Some((word << 6) | first(here));
        }
        let group = word >> 6;
        let near = self.middle[group] & above(word & 63);
        let word = if near != 0 {
            (group << 6) | first(near)
        } else {
            let far = self.top & above(group);
            if far == 0 {
                return None;
            }
            let group = first(far);
            (group << 6) | first(self.middle[group])
        };
        Some((word << 6) | first(self.bottom[word]))
    }
}

/// Returns the index of the lowest set bit.
pub(super) const fn first(bits: u64) -> usize {
    bits.trailing_zeros() as usize
}

/// Returns a mask of the bits above `bit`; none are above 63.
const fn above(bit: usize) -> u64 {
    (u64::MAX << bit) << 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_are_found_across_all_three_steps() {
        let mut set = PageSet::new();
        let members = [0, 63, 64, 4095, 4096, 70_000, PAGES - 1];
        for page in members {
            set.insert(page);
        }
        let mut found = Vec::new();
        let mut next = set.next(0);
        while let Some(page) = next {
            found.push(page);
            next = set.next(page + 1);
        }
        assert_eq!(found, members);
        for page in members {
            assert_eq!(set.next(0), Some(page));
            set.remove(page);
        }
        assert_eq!(set.next(0), None);
        assert_eq!(set.next(PAGES), None);
    }
}
