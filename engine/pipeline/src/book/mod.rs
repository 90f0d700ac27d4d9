//! The L2 book of one instrument: exact for every level, without allocation or search.
//!
//! A directory of 64-price pages covers a span of 16.7 million ticks, placed by the first price
//! after a [`Book::clear`]: from zero if that price lies in the lower half of the span, else
//! around it. (The captures hold quotes at a hundredth and at ten times the price.) Pages come from a pool that is reserved once.
//!
//! Hot: called per level of a depth message. Budget 15 ns a level, 0 allocations.
//!
//! # Invariants
//! - While [`Book::is_usable`], the book holds exactly the levels it was told of since the last
//!   clear. A level it cannot hold makes it unusable until the next clear, never wrong in secret.

use std::fmt;

use gannet_types::{Level, Lots, Side, Ticks};

use side::{BookSide, SPAN};

pub mod market;
mod page_set;
mod side;
#[cfg(test)]
mod tests;

/// Bids and asks by price.
#[derive(Clone)]
pub struct Book {
    bids: BookSide,
    asks: BookSide,
    /// The lowest price of the span, once a first price placed it; a multiple of a page.
    base: Option<i64>,
    refused: u64,
    usable: bool,
}

impl Book {
    /// Reserves an empty book: about 10 MB of address space, touched where prices appear.
    #[must_use]
    pub fn new() -> Self {
        Self { bids: BookSide::new(), asks: BookSide::new(), base: None, refused: 0, usable: true }
    }

    /// Sets the quantity at a price; zero removes the level.
    ///
    /// A negative price or quantity, a price outside the span and a level for which no page is
    /// left are refused and counted, and the book is unusable until it is cleared. Removing a
    /// level that cannot be there changes nothing.
    #[inline]
    pub fn apply(&mut self, side: Side, level: Level) {
        let base = match self.base {
            Some(base) => base,
            None => self.place(level),
        };
        let held = match key(side, base, level.price) {
            _ if level.lots.0 < 0 => false,
            Some(key) => self.side_mut(side).set(key, level.lots.0),
            None => level.lots.0 == 0,
        };
        if !held {
            self.refused += 1;
            self.usable = false;
        }
    }

    /// Forgets all levels; the book is usable again.
    pub fn clear(&mut self) {
        self.bids.clear();
        self.asks.clear();
        self.base = None;
        self.usable = true;
    }

    /// Returns the highest bid.
    #[must_use]
    #[inline]
    pub fn best_bid(&self) -> Option<Level> {
        self.best(Side::Buy)
    }

    /// Returns the lowest ask.
    #[must_use]
    #[inline]
    pub fn best_ask(&self) -> Option<Level> {
        self.best(Side::Sell)
    }

    /// Returns the best level of a side: where an order of the other side would trade first.
    #[must_use]
    #[inline]
    pub fn best(&self, side: Side) -> Option<Level> {
        let key = self.side(side).best()?;
        Some(self.level(side, key))
    }

    /// Returns the quantity at a price, zero if there is none.
    #[must_use]
    pub fn lots_at(&self, side: Side, price: Ticks) -> Lots {
        let key = self.base.and_then(|base| key(side, base, price));
        key.map_or(Lots::ZERO, |key| Lots(self.side(side).get(key)))
    }

    /// Returns the levels of a side, best first.
    #[must_use]
    pub fn levels(&self, side: Side) -> Levels<'_> {
        Levels { book: self, side, next: self.side(side).best() }
    }

    /// Returns how many levels a side has.
    #[must_use]
    pub fn level_count(&self, side: Side) -> usize {
        self.side(side).count()
    }

    /// Returns whether the best bid is not below the best ask.
    #[must_use]
    pub fn is_crossed(&self) -> bool {
        match (self.best_bid(), self.best_ask()) {
            (Some(bid), Some(ask)) => bid.price >= ask.price,
            _ => false,
        }
    }

    /// Returns whether every level since the last clear could be held.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.usable
    }

    /// Returns how many levels were refused since the start.
    #[must_use]
    pub fn refused(&self) -> u64 {
        self.refused
    }

    /// Places the span so that the first price fits, and prices near it.
    #[cold]
    fn place(&mut self, first: Level) -> i64 {
        let half = SPAN as i64 / 2;
        let base = if first.price.0 < half { 0 } else { (first.price.0 - half) & !63 };
        if first.lots.0 > 0 && first.price.0 >= 0 {
            self.base = Some(base);
        }
        base
    }

    #[inline]
    fn level(&self, side: Side, key: usize) -> Level {
        let offset = match side {
            Side::Buy => SPAN - 1 - key,
            Side::Sell => key,
        };
        let price = self.base.unwrap_or(0) + offset as i64;
        Level { price: Ticks(price), lots: Lots(self.side(side).get(key)) }
    }

    fn side(&self, side: Side) -> &BookSide {
        match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        }
    }

    fn side_mut(&mut self, side: Side) -> &mut BookSide {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

impl Default for Book {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Book {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Book")
            .field("best_bid", &self.best_bid())
            .field("best_ask", &self.best_ask())
            .field("bids", &self.bids.count())
            .field("asks", &self.asks.count())
            .field("usable", &self.usable)
            .finish_non_exhaustive()
    }
}

/// The levels of one side, best first.
#[derive(Clone, Debug)]
pub struct Levels<'a> {
    book: &'a Book,
    side: Side,
    next: Option<usize>,
}

impl Iterator for Levels<'_> {
    type Item = Level;

    fn next(&mut self) -> Option<Level> {
        let key = self.next?;
        self.next = self.book.side(self.side).next(key + 1);
        Some(self.book.level(self.side, key))
    }
}

/// Returns the key of a price, `None` outside the span.
#[inline]
fn key(side: Side, base: i64, price: Ticks) -> Option<usize> {
    let offset = usize::try_from(price.0.checked_sub(base)?).ok()?;
    if offset >= SPAN {
        return None;
    }
    Some(match side {
        Side::Buy => SPAN - 1 - offset,
        Side::Sell => offset,
    })
}
