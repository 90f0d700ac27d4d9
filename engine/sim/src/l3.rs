//! A book order by order: who came first is known, not modelled.
//!
//! [`Book`] is fed the life of every order (market by order, L3) and keeps each price as a line, oldest
//! first, in which our own orders have their places. A larger size or another price sends an order to
//! the end of a line; a smaller size keeps its place.
//!
//! Histories of such events are published in formats of their own: [`lobster`], [`itch`] and [`dbn`] read
//! them, a record at a time, into a [`Keeper`], which has a strategy's view of the same market as well.
//!
//! # Invariants
//! - A foreign order stands in exactly one line, with lots left; a line's total is what they come to.
//! - Our orders take part in no total: the market does not know them.

pub mod dbn;
pub mod itch;
mod keeper;
pub mod lobster;
mod record;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use gannet_types::{Level, Lots, Side, Ticks};

pub use keeper::{Audience, Keeper, Moment};
pub use record::BadRecord;

/// What happened to one foreign order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// It was entered.
    Add {
        /// The venue's number of the order.
        id: u64,
        /// Buy or sell.
        side: Side,
        /// Its limit.
        price: Ticks,
        /// Its size.
        lots: Lots,
    },
    /// It has another price or size.
    Modify {
        /// Which order.
        id: u64,
        /// Its new limit.
        price: Ticks,
        /// What is left of it now.
        lots: Lots,
    },
    /// Some of it was taken back.
    Reduce {
        /// Which order.
        id: u64,
        /// How much.
        lots: Lots,
    },
    /// It was taken back.
    Cancel {
        /// Which order.
        id: u64,
    },
    /// Somebody traded with it, at its price.
    Fill {
        /// Which order.
        id: u64,
        /// How much.
        lots: Lots,
    },
    /// It stood there before anything was known: first in its line, before all others.
    Found {
        /// The venue's number of the order.
        id: u64,
        /// Buy or sell.
        side: Side,
        /// Its limit.
        price: Ticks,
        /// Its size.
        lots: Lots,
    },
    /// Somebody traded with an order that nobody saw: those that are shown at its price, or at a
    /// better one, come before it.
    Unseen {
        /// The side of the order that nobody saw.
        side: Side,
        /// The price.
        price: Ticks,
        /// How much.
        lots: Lots,
    },
    /// Nothing of what was known holds any more.
    Clear,
}

/// An event is about an order that is not there, or is there already, or leaves it less than nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Impossible;

/// The levels that an event has changed: none, one, or two if an order moved.
pub type Changes = [Option<(Side, Level)>; 2];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    Theirs(u64, Lots),
    /// By the number that the exchange gave it.
    Ours(u64),
}

/// All that stands at a price, oldest first.
#[derive(Clone, Debug, Default)]
struct Line {
    entries: Vec<Entry>,
    /// What the foreign ones come to.
    total: Lots,
}

/// All orders of one instrument.
#[derive(Clone, Debug, Default)]
pub struct Book {
    bids: BTreeMap<Ticks, Line>,
    asks: BTreeMap<Ticks, Line>,
    places: BTreeMap<u64, (Side, Ticks)>,
    ours: BTreeMap<u64, (Side, Ticks)>,
}

impl Book {
    /// Takes an event; returns the levels that have changed.
    ///
    /// Cost: the orders at the price.
    ///
    /// # Errors
    /// If it cannot have happened; nothing has changed then.
    pub fn apply(&mut self, event: &Event) -> Result<Changes, Impossible> {
        match *event {
            Event::Add { id, side, price, lots } => {
                if lots <= Lots::ZERO || self.places.contains_key(&id) {
                    return Err(Impossible);
                }
                Ok([Some(self.enter(id, side, price, lots)), None])
            }
            Event::Modify { id, price, lots } => self.modify(id, price, lots),
            Event::Reduce { id, lots } | Event::Fill { id, lots } => {
                let left = self.lots(id).ok_or(Impossible)? - lots;
                if lots <= Lots::ZERO || left < Lots::ZERO {
                    return Err(Impossible);
                }
                Ok([Some(self.shrink(id, left)), None])
            }
            Event::Cancel { id } => {
                self.lots(id).ok_or(Impossible)?;
                Ok([Some(self.shrink(id, Lots::ZERO)), None])
            }
            Event::Found { id, side, price, lots } => {
                if lots <= Lots::ZERO || self.places.contains_key(&id) {
                    return Err(Impossible);
                }
                self.places.insert(id, (side, price));
                let line = self.lines(side).entry(price).or_default();
                line.entries.insert(0, Entry::Theirs(id, lots));
                line.total += lots;
                Ok([Some((side, Level { price, lots: line.total })), None])
            }
            Event::Unseen { lots, .. } if lots <= Lots::ZERO => Err(Impossible),
            Event::Unseen { .. } => Ok([None, None]),
            Event::Clear => {
                self.clear();
                Ok([None, None])
            }
        }
    }

    /// Returns the foreign orders of a line, oldest first.
    pub fn orders(&self, side: Side, price: Ticks) -> impl DoubleEndedIterator<Item = (u64, Lots)> {
        self.line(side, price).iter().filter_map(|entry| match entry {
            Entry::Theirs(id, lots) => Some((*id, *lots)),
            Entry::Ours(_) => None,
        })
    }

    /// Returns the levels that foreign orders make, best first.
    pub fn levels(&self, side: Side) -> impl Iterator<Item = Level> + '_ {
        let bids = (side == Side::Buy).then(|| self.bids.iter().rev()).into_iter().flatten();
        let asks = (side == Side::Sell).then(|| self.asks.iter()).into_iter().flatten();
        let level = |(price, line): (&Ticks, &Line)| Level { price: *price, lots: line.total };
        bids.chain(asks).map(level).filter(|level| level.lots > Lots::ZERO)
    }

    /// Returns where a foreign order stands.
    #[must_use]
    pub fn place(&self, id: u64) -> Option<(Side, Ticks)> {
        self.places.get(&id).copied()
    }

    /// Returns what the foreign orders at a price come to.
    #[must_use]
    pub fn total(&self, side: Side, price: Ticks) -> Lots {
        let lines = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        lines.get(&price).map_or(Lots::ZERO, |line| line.total)
    }

    /// Returns the best foreign price of a side.
    #[must_use]
    pub fn best(&self, side: Side) -> Option<Ticks> {
        self.levels(side).next().map(|level| level.price)
    }

    /// Puts one of ours at the end of a line, wherever it stood before.
    pub(crate) fn join(&mut self, number: u64, side: Side, price: Ticks) {
        self.leave(number);
        self.ours.insert(number, (side, price));
        self.lines(side).entry(price).or_default().entries.push(Entry::Ours(number));
    }

    /// Takes those of ours out that do not rest any more.
    pub(crate) fn keep_ours(&mut self, rests: impl Fn(u64) -> bool) {
        let gone: Vec<u64> = self.ours.keys().copied().filter(|number| !rests(*number)).collect();
        for number in gone {
            self.leave(number);
        }
    }

    /// Returns the foreign lots before one of ours.
    pub(crate) fn ahead(&self, number: u64) -> Lots {
        let Some(&(side, price)) = self.ours.get(&number) else { return Lots::ZERO };
        let before = |entry: &&Entry| **entry != Entry::Ours(number);
        self.line(side, price).iter().take_while(before).map(theirs).sum()
    }

    /// Returns whether one of ours stands before a foreign order, in its line or at a better price.
    pub(crate) fn is_before(&self, number: u64, id: u64) -> bool {
        let (Some(&(side, price)), Some(&(its_side, its_price))) =
            (self.ours.get(&number), self.places.get(&id))
        else {
            return false;
        };
        if side != its_side || price != its_price {
            return side == its_side && side.reaches(price, its_price);
        }
        let mut line = self.line(side, price).iter();
        let first = line.find(|entry| match entry {
            Entry::Ours(other) => *other == number,
            Entry::Theirs(other, _) => *other == id,
        });
        first == Some(&Entry::Ours(number))
    }

    fn modify(&mut self, id: u64, price: Ticks, lots: Lots) -> Result<Changes, Impossible> {
        let (side, old_price) = self.place(id).ok_or(Impossible)?;
        if lots <= Lots::ZERO {
            return Err(Impossible);
        }
        if price == old_price && self.lots(id).is_some_and(|before| lots <= before) {
            return Ok([Some(self.shrink(id, lots)), None]);
        }
        let left = self.shrink(id, Lots::ZERO);
        let joined = self.enter(id, side, price, lots);
        Ok([Some(left).filter(|_| price != old_price), Some(joined)])
    }

    fn enter(&mut self, id: u64, side: Side, price: Ticks, lots: Lots) -> (Side, Level) {
        self.places.insert(id, (side, price));
        let line = self.lines(side).entry(price).or_default();
        line.entries.push(Entry::Theirs(id, lots));
        line.total += lots;
        (side, Level { price, lots: line.total })
    }

    /// Leaves so much of an order that is there, and takes it out if that is nothing.
    fn shrink(&mut self, id: u64, left: Lots) -> (Side, Level) {
        let (side, price) = self.places[&id];
        let lines = self.lines(side);
        let line = lines.get_mut(&price).expect("an order stands in a line");
        let is_it = |entry: &Entry| matches!(entry, Entry::Theirs(other, _) if *other == id);
        let at = line.entries.iter().position(is_it).expect("it stands in its line");
        line.total -= theirs(&line.entries[at]) - left;
        let total = line.total;
        if left > Lots::ZERO {
            line.entries[at] = Entry::Theirs(id, left);
        } else {
            line.entries.remove(at);
            if line.entries.is_empty() {
                lines.remove(&price);
            }
            self.places.remove(&id);
        }
        (side, Level { price, lots: total })
    }

    fn leave(&mut self, number: u64) {
        if let Some((side, price)) = self.ours.remove(&number) {
            let lines = self.lines(side);
            if let Some(line) = lines.get_mut(&price) {
                line.entries.retain(|entry| *entry != Entry::Ours(number));
                if line.entries.is_empty() {
                    lines.remove(&price);
                }
            }
        }
    }

    /// Forgets the foreign orders; ours keep their places among themselves.
    pub(crate) fn clear(&mut self) {
        self.places.clear();
        for lines in [&mut self.bids, &mut self.asks] {
            for line in lines.values_mut() {
                line.entries.retain(|entry| matches!(entry, Entry::Ours(_)));
                line.total = Lots::ZERO;
            }
            lines.retain(|_, line| !line.entries.is_empty());
        }
    }

    /// Returns what is left of a foreign order.
    #[must_use]
    pub fn lots(&self, id: u64) -> Option<Lots> {
        let (side, price) = self.place(id)?;
        self.line(side, price).iter().find_map(|entry| match entry {
            Entry::Theirs(other, lots) if *other == id => Some(*lots),
            Entry::Theirs(..) | Entry::Ours(_) => None,
        })
    }

    fn line(&self, side: Side, price: Ticks) -> &[Entry] {
        let lines = match side {
            Side::Buy => &self.bids,
            Side::Sell => &self.asks,
        };
        lines.get(&price).map_or(&[], |line| line.entries.as_slice())
    }

    const fn lines(&mut self, side: Side) -> &mut BTreeMap<Ticks, Line> {
        match side {
            Side::Buy => &mut self.bids,
            Side::Sell => &mut self.asks,
        }
    }
}

fn theirs(entry: &Entry) -> Lots {
    match entry {
        Entry::Theirs(_, lots) => *lots,
        Entry::Ours(_) => Lots::ZERO,
    }
}
