//! The updates that wait for a snapshot, in fixed memory.

use gannet_types::{Bounded, Level, Nanos};

use super::{Sequence, Update};
use crate::feed::BookLevels;

/// Most waiting updates: 25 s of the busiest stream recorded (20 a second).
const UPDATES_MAX: usize = 512;

/// Most levels in all waiting updates (256 KiB): 240 average updates of 68 levels, which is 12 s;
/// a snapshot takes about one.
const LEVELS_MAX: usize = 16_384;

const _: () = assert!(LEVELS_MAX >= 2 * BookLevels::SIDE_MAX, "the largest update must fit");

/// A queue that only fills up and is cleared as a whole.
#[derive(Debug)]
pub(super) struct Waiting {
    heads: Bounded<Head>,
    levels: Bounded<Level>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Head {
    sequence: Sequence,
    exchange_time: Nanos,
    start: usize,
    bid_count: usize,
    ask_count: usize,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self {
            heads: Bounded::with_capacity(UPDATES_MAX),
            levels: Bounded::with_capacity(LEVELS_MAX),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Returns the number of the last update.
    pub(super) fn last(&self) -> Option<u64> {
        self.heads.last().map(|head| head.sequence.last)
    }

    /// Appends a copy of `update`; returns false and does nothing if it does not fit.
    pub(super) fn push(&mut self, update: &Update<'_>) -> bool {
        let head = Head {
            sequence: update.sequence,
            exchange_time: update.exchange_time,
            start: self.levels.len(),
            bid_count: update.bids.len(),
            ask_count: update.asks.len(),
        };
        if self.levels.room() < head.bid_count + head.ask_count || self.heads.push(head).is_err() {
            return false;
        }
        for &level in update.bids.iter().chain(update.asks) {
            self.levels.push(level).expect("the room was checked");
        }
        true
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = Update<'_>> {
        self.heads.iter().map(|head| {
            let (bids, rest) = self.levels[head.start..].split_at(head.bid_count);
            let asks = &rest[..head.ask_count];
            Update { sequence: head.sequence, exchange_time: head.exchange_time, bids, asks }
        })
    }

    pub(super) fn clear(&mut self) {
        self.heads.clear();
        self.levels.clear();
    }
}
