//! One side of a book: quantities by key, the best key being the lowest.
//!
//! Asks use the price as key, bids the price mirrored, so one search serves both.
//!
//! ```text
//! key = page number (18 bits) | place in page (6 bits)
//! directory[page number] -> slot + 1, 0 if the page is empty
//! occupancy[slot]        -> which of the 64 places hold a level
//! lots[slot * 64 + place]
//! ```
//!
//! # Invariants
//! - A place without its occupancy bit has zero lots; an occupied place has more.
//! - A page is in the directory exactly while its occupancy is not zero; its slot is then used
//!   by no other page.
//! - `best` is the lowest occupied key, or `NONE`.

use super::page_set::{PAGES, PageSet, first};

/// Number of keys.
pub(super) const SPAN: usize = PAGES << 6;

/// 8 192 pages: room for that many levels in the worst scatter and half a million when dense. The
/// fullest side in the captures has 5 101 levels on 802 pages. 4 MiB, touched when used.
const SLOTS: u16 = 1 << 13;

const NONE: usize = usize::MAX;

/// One side of a book.
#[derive(Clone)]
pub(super) struct BookSide {
    directory: Vec<u16>,
    occupancy: Vec<u64>,
    lots: Vec<i64>,
    free: Vec<u16>,
    /// Slots from here on were never used.
    fresh: u16,
    pages: PageSet,
    best: usize,
    count: usize,
}

impl BookSide {
    pub(super) fn new() -> Self {
        Self {
            directory: vec![0; PAGES],
            occupancy: vec![0; usize::from(SLOTS)],
            lots: vec![0; usize::from(SLOTS) << 6],
            free: Vec::with_capacity(usize::from(SLOTS)),
            fresh: 0,
            pages: PageSet::new(),
            best: NONE,
            count: 0,
        }
    }

    /// Sets the quantity at `key`, which is below [`SPAN`], to `lots`, which is not negative.
    /// Returns false if there is no page left.
    #[inline]
    pub(super) fn set(&mut self, key: usize, lots: i64) -> bool {
        if lots == 0 {
            self.remove(key);
            return true;
        }
        let Some(slot) = self.slot_for(key >> 6) else {
            return false;
        };
        let bit = 1 << (key & 63);
        let occupancy = &mut self.occupancy[slot];
        if *occupancy & bit == 0 {
            *occupancy |= bit;
            self.count += 1;
            if key < self.best {
                self.best = key;
            }
        }
        self.lots[(slot << 6) | (key & 63)] = lots;
        true
    }

    /// Forgets all levels. Cost: a page's worth of writes for each page in use.
    pub(super) fn clear(&mut self) {
        let mut next = self.pages.next(0);
        while let Some(page) = next {
            let slot = usize::from(self.directory[page]) - 1;
            self.lots[slot << 6..(slot + 1) << 6].fill(0);
            self.occupancy[slot] = 0;
            self.release(page);
            next = self.pages.next(page + 1);
        }
        self.best = NONE;
        self.count = 0;
    }

    /// Returns the quantity at `key`, which is below [`SPAN`].
    #[inline]
    pub(super) fn get(&self, key: usize) -> i64 {
        match self.directory[key >> 6] {
            0 => 0,
            entry => self.lots[((usize::from(entry) - 1) << 6) | (key & 63)],
        }
    }

    #[inline]
    pub(super) fn best(&self) -> Option<usize> {
        (self.best != NONE).then_some(self.best)
    }

    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// Returns the lowest occupied key that is at least `from`.
    pub(super) fn next(&self, from: usize) -> Option<usize> {
        let page = from >> 6;
        let entry = *self.directory.get(page)?;
        if entry != 0 {
            let here = self.occupancy[usize::from(entry) - 1] & (u64::MAX << (from & 63));
            if here != 0 {
                return Some((page << 6) | first(here));
            }
        }
        let page = self.pages.next(page + 1)?;
        let slot = usize::from(self.directory[page]) - 1;
        Some((page << 6) | first(self.occupancy[slot]))
    }

    fn remove(&mut self, key: usize) {
        let page = key >> 6;
        let entry = usize::from(self.directory[page]);
        let bit = 1 << (key & 63);
        if entry == 0 || self.occupancy[entry - 1] & bit == 0 {
            return;
        }
        let slot = entry - 1;
        self.lots[(slot << 6) | (key & 63)] = 0;
        self.occupancy[slot] ^= bit;
        self.count -= 1;
        if self.occupancy[slot] == 0 {
            self.release(page);
        }
        if key == self.best {
            self.best = self.next(key).unwrap_or(NONE);
        }
    }

    /// Returns the page's slot, a new one if it has none.
    #[inline]
    fn slot_for(&mut self, page: usize) -> Option<usize> {
        let entry = self.directory[page];
        if entry != 0 {
            return Some(usize::from(entry) - 1);
        }
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None if self.fresh < SLOTS => {
                self.fresh += 1;
                self.fresh - 1
            }
            None => return None,
        };
        self.directory[page] = slot + 1;
        self.pages.insert(page);
        Some(usize::from(slot))
    }

    /// Gives the slot of an empty page back.
    fn release(&mut self, page: usize) {
        self.free.push(self.directory[page] - 1);
        self.directory[page] = 0;
        self.pages.remove(page);
    }
}
