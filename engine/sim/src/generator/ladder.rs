//! The generator's order book: one array of sizes, indexed by price.
//!
//! Bids are positive and asks negative, so that one array serves both sides and a price cannot be
//! both. What changed since the last depth frame is remembered in a list.
//!
//! # Invariants
//! - Every price up to the best bid holds a bid or nothing, every price from the best ask on an
//!   ask or nothing, and between them there is nothing: the book is never crossed.
//! - Both sides have a best price: a removal that would empty a side is our bug and panics.

use gannet_types::{Level, Lots, Side, Ticks};

/// Prices to either side of the first one. The generator's price stays within a quarter of it.
const REACH: usize = 32_768;

/// The sides a price has been on.
#[derive(Clone, Copy, Debug, Default)]
struct Been {
    bid: bool,
    ask: bool,
}

/// The book.
#[derive(Clone, Debug)]
pub(super) struct Ladder {
    /// The price of index 0.
    floor: i64,
    lots: Vec<i64>,
    /// What each price has been since the last depth frame, if it changed: a bid, an ask, both.
    /// A level that came and went is told too, for a snapshot may have shown it.
    been: Vec<Been>,
    changed: Vec<usize>,
    best_bid: usize,
    best_ask: usize,
}

impl Ladder {
    /// Makes an empty book around `middle` with room for both best prices beside it.
    pub(super) fn new(middle: Ticks, bid: Lots, ask: Lots) -> Self {
        let size = 2 * REACH;
        let mut lots = vec![0; size];
        let (best_bid, best_ask) = (REACH - 1, REACH);
        lots[best_bid] = bid.0;
        lots[best_ask] = -ask.0;
        Self {
            floor: middle.0 - REACH as i64,
            lots,
            been: vec![Been::default(); size],
            changed: Vec::with_capacity(size),
            best_bid,
            best_ask,
        }
    }

    /// Returns the best level of a side.
    pub(super) fn best(&self, side: Side) -> Level {
        match side {
            Side::Buy => self.level(self.best_bid),
            Side::Sell => self.level(self.best_ask),
        }
    }

    /// Returns the ticks between the best prices.
    pub(super) const fn spread(&self) -> u64 {
        (self.best_ask - self.best_bid) as u64
    }

    /// Returns the levels of a side, best first.
    pub(super) fn levels(&self, side: Side) -> impl Iterator<Item = Level> + '_ {
        let (bids, asks) = match side {
            Side::Buy => (0..self.best_bid + 1, 0..0),
            Side::Sell => (0..0, self.best_ask..self.lots.len()),
        };
        let standing = |index: &usize| self.lots[*index] != 0;
        bids.rev().chain(asks).filter(standing).map(|index| self.level(index))
    }

    /// Returns the size `distance` ticks behind the best price of a side; `None` beyond the edge.
    pub(super) fn behind(&self, side: Side, distance: u64) -> Option<Lots> {
        let index = self.index_behind(side, distance)?;
        Some(Lots(self.lots[index].abs()))
    }

    /// Sets the size `distance` ticks behind the best price of a side; distance zero needs some
    /// lots. Nothing happens beyond the edge.
    pub(super) fn set_behind(&mut self, side: Side, distance: u64, lots: Lots) {
        if let Some(index) = self.index_behind(side, distance) {
            self.store(index, side.signed(lots));
        }
    }

    /// Takes up to `lots` from the best level of a side and returns the level taken. An emptied
    /// level gives way to the next.
    pub(super) fn take(&mut self, side: Side, lots: Lots) -> Level {
        let best = self.best(side);
        let taken = Lots(lots.0.min(best.lots.0));
        let index = self.best_index(side);
        self.store(index, side.signed(best.lots - taken));
        if taken == best.lots {
            self.retreat(side);
        }
        Level { price: best.price, lots: taken }
    }

    /// Places `lots` `distance` ticks better than the best price of a side; the distance must be
    /// less than the spread.
    pub(super) fn improve(&mut self, side: Side, distance: u64, lots: Lots) {
        assert!(distance < self.spread(), "an improvement does not cross");
        assert!(lots > Lots::ZERO, "an improvement has a size");
        let distance = distance as usize;
        let index = match side {
            Side::Buy => self.best_bid + distance,
            Side::Sell => self.best_ask - distance,
        };
        self.store(index, side.signed(lots));
        match side {
            Side::Buy => self.best_bid = index,
            Side::Sell => self.best_ask = index,
        }
    }

    /// Gives what changed since the last call to `bids` and `asks`, ascending by price, and
    /// starts over.
    pub(super) fn publish(&mut self, bids: &mut Vec<Level>, asks: &mut Vec<Level>) {
        self.changed.sort_unstable();
        for &index in &self.changed {
            let been = std::mem::take(&mut self.been[index]);
            let lots = self.lots[index];
            let price = Ticks(self.floor + index as i64);
            if been.bid {
                bids.push(Level { price, lots: Lots(lots.max(0)) });
            }
            if been.ask {
                asks.push(Level { price, lots: Lots((-lots).max(0)) });
            }
        }
        self.changed.clear();
    }

    /// Returns how many prices changed since the last depth frame.
    pub(super) const fn changed_count(&self) -> usize {
        self.changed.len()
    }

    const fn best_index(&self, side: Side) -> usize {
        match side {
            Side::Buy => self.best_bid,
            Side::Sell => self.best_ask,
        }
    }

    fn index_behind(&self, side: Side, distance: u64) -> Option<usize> {
        let distance = usize::try_from(distance).ok()?;
        match side {
            Side::Buy => self.best_bid.checked_sub(distance),
            Side::Sell => Some(self.best_ask + distance).filter(|index| *index < self.lots.len()),
        }
    }

    fn level(&self, index: usize) -> Level {
        Level { price: Ticks(self.floor + index as i64), lots: Lots(self.lots[index].abs()) }
    }

    fn store(&mut self, index: usize, lots: Lots) {
        let was = std::mem::replace(&mut self.lots[index], lots.0);
        let been = &mut self.been[index];
        if !been.bid && !been.ask {
            self.changed.push(index);
        }
        been.bid |= was > 0 || lots.0 > 0;
        been.ask |= was < 0 || lots.0 < 0;
    }

    fn retreat(&mut self, side: Side) {
        let next = match side {
            Side::Buy => self.lots[..self.best_bid].iter().rposition(|lots| *lots != 0),
            Side::Sell => self.lots[self.best_ask..]
                .iter()
                .position(|lots| *lots != 0)
                .map(|offset| self.best_ask + offset),
        };
        let next = next.expect("a side is never emptied: the ladder is full and the price bounded");
        match side {
            Side::Buy => self.best_bid = next,
            Side::Sell => self.best_ask = next,
        }
    }
}
