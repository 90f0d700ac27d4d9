//! Joins a book snapshot with the updates around it, and proves that none is missing.
//!
//! ```text
//!            update                        snapshot joins the first waiting update
//! [empty] ----------> [waiting: updates] ------------------------------------------> [live]
//!    |                     ^    | snapshot, all updates older            update joins  ^ |
//!    | snapshot            |    v                                                      | |
//!    +-------------> [held: snapshot] -------------------------------------------------+ |
//!                          ^ update does not join: snapshot too old                      |
//!                          +--- [waiting] <----------- gap, bad frame, overflow ---------+
//! ```
//!
//! # Invariants
//! - The sink gets levels only while snapshot and updates are joined: first the snapshot, then
//!   every update that follows it, then [`FeedState::Live`].
//! - The waiting updates follow each other without a gap; what came before a gap is forgotten.
//! - Everything a join emits carries the `received` of the message that completed it, so that
//!   `received` never goes back.

mod pacer;
#[cfg(test)]
mod tests;
mod waiting;

use std::marker::PhantomData;

use gannet_types::{
    Depth, DepthKind, FeedState, InstrumentId, Level, Market, MarketEvent, Nanos, StaleReason,
};

use self::waiting::Waiting;
use crate::counters::FeedCounters;
use crate::feed::{BookLevels, MarketSink, Snapshot};

pub(crate) use self::pacer::SnapshotPacer;

/// The place of an update among the updates of one book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sequence {
    /// The number of the first change in it.
    pub first: u64,
    /// The number of the last change in it.
    pub last: u64,
    /// The number of the last change in the update before, if the venue says it; otherwise 0.
    pub previous: u64,
}

/// How a venue numbers its updates: what proves that nothing lies between two messages.
pub trait SequenceRule {
    /// Whether a snapshot that ends with `snapshot` contains all of `update`, so that it must
    /// not be applied.
    fn contained(snapshot: u64, update: &Sequence) -> bool;
    /// Whether `update` is the first one to apply to a snapshot that ends with `snapshot`.
    fn joins(snapshot: u64, update: &Sequence) -> bool;
    /// Whether `update` comes directly after one that ended with `applied`.
    fn follows(applied: u64, update: &Sequence) -> bool;
}

/// The synchronisation of one book.
#[derive(Debug)]
pub struct BookSync<R> {
    instrument: InstrumentId,
    state: FeedState,
    /// The last update applied; meaningful while live.
    applied: u64,
    held: Option<Snapshot>,
    held_levels: BookLevels,
    waiting: Waiting,
    rule: PhantomData<R>,
}

impl<R: SequenceRule> BookSync<R> {
    /// Reserves the buffers (half a megabyte); the only allocation. The book starts as
    /// [`StaleReason::Disconnected`], without telling a sink.
    #[must_use]
    pub fn new(instrument: InstrumentId) -> Self {
        Self {
            instrument,
            state: FeedState::Stale(StaleReason::Disconnected),
            applied: 0,
            held: None,
            held_levels: BookLevels::new(),
            waiting: Waiting::new(),
            rule: PhantomData,
        }
    }

    /// Returns whether the book can be believed.
    #[must_use]
    pub const fn state(&self) -> FeedState {
        self.state
    }

    /// Returns whether a snapshot is needed: updates wait for one. Asking only then makes the
    /// answer new enough to join them.
    #[must_use]
    pub fn wants_snapshot(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes one update. Hot while live.
    pub fn handle_update<S: MarketSink>(&mut self, update: &Update<'_>, out: &mut Emitter<'_, S>) {
        if self.state == FeedState::Live {
            if R::follows(self.applied, &update.sequence) {
                self.apply(update, out);
            } else if update.sequence.last == self.applied {
                out.counters.stale_drops += 1;
            } else {
                out.counters.gaps += 1;
                self.lose(StaleReason::Gap, out);
                self.wait(update, out);
            }
            return;
        }
        let Some(snapshot) = self.held else {
            return self.wait(update, out);
        };
        if R::contained(snapshot.update_id, &update.sequence) {
            out.counters.stale_drops += 1;
        } else if R::joins(snapshot.update_id, &update.sequence) {
            emit_snapshot(self.instrument, snapshot, &self.held_levels, out);
            self.apply(update, out);
            self.become_live(out);
        } else {
            out.counters.old_snapshots += 1;
            self.held = None;
            self.wait(update, out);
        }
    }

    /// Takes a snapshot.
    pub fn handle_snapshot<S: MarketSink>(
        &mut self,
        snapshot: Snapshot,
        levels: &BookLevels,
        out: &mut Emitter<'_, S>,
    ) {
        if self.state == FeedState::Live {
            out.counters.stale_drops += 1;
            return;
        }
        if !is_a_book(levels) {
            out.counters.bad_snapshots += 1;
            self.set_state(FeedState::Stale(StaleReason::BadSnapshot), out);
            return;
        }
        let is_new = |update: &Update<'_>| !R::contained(snapshot.update_id, &update.sequence);
        let first = self.waiting.iter().find(is_new).map(|update| update.sequence);
        match first {
            None => {
                self.waiting.clear();
                self.held_levels.copy_from(levels);
                self.held = Some(snapshot);
            }
            Some(first) if R::joins(snapshot.update_id, &first) => {
                emit_snapshot(self.instrument, snapshot, levels, out);
                for update in self.waiting.iter().filter(is_new) {
                    self.applied = update.sequence.last;
                    emit_update(self.instrument, &update, out);
                }
                self.become_live(out);
            }
            Some(_) => out.counters.old_snapshots += 1,
        }
    }

    /// Forgets everything: an update may have been lost, or the connection was.
    pub fn lose<S: MarketSink>(&mut self, reason: StaleReason, out: &mut Emitter<'_, S>) {
        self.waiting.clear();
        self.held = None;
        self.set_state(FeedState::Stale(reason), out);
    }

    fn apply<S: MarketSink>(&mut self, update: &Update<'_>, out: &mut Emitter<'_, S>) {
        self.applied = update.sequence.last;
        emit_update(self.instrument, update, out);
    }

    fn wait<S: MarketSink>(&mut self, update: &Update<'_>, out: &mut Emitter<'_, S>) {
        if let Some(last) = self.waiting.last() {
            if update.sequence.last == last {
                out.counters.stale_drops += 1;
                return;
            }
            if !R::follows(last, &update.sequence) {
                out.counters.gaps += 1;
                self.waiting.clear();
            }
        }
        if !self.waiting.push(update) {
            out.counters.overflows += 1;
            self.lose(StaleReason::Overflow, out);
            let fits = self.waiting.push(update);
            assert!(fits, "an empty buffer has room for the largest update");
        }
    }

    fn become_live<S: MarketSink>(&mut self, out: &mut Emitter<'_, S>) {
        self.waiting.clear();
        self.held = None;
        self.set_state(FeedState::Live, out);
    }

    fn set_state<S: MarketSink>(&mut self, state: FeedState, out: &mut Emitter<'_, S>) {
        if self.state == state {
            return;
        }
        if self.state == FeedState::Live {
            out.counters.stales += 1;
        }
        self.state = state;
        out.emit(self.instrument, out.received, MarketEvent::Feed(state));
    }
}

/// One update of a book.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Update<'a> {
    /// Its place among the updates.
    pub sequence: Sequence,
    /// When the venue says it happened.
    pub exchange_time: Nanos,
    /// Changed bids.
    pub bids: &'a [Level],
    /// Changed asks.
    pub asks: &'a [Level],
}

/// The sink during the handling of one message.
#[derive(Debug)]
pub struct Emitter<'a, S> {
    /// When the message was received.
    pub received: Nanos,
    /// Where messages go.
    pub sink: &'a mut S,
    /// Where they are counted.
    pub counters: &'a mut FeedCounters,
}

impl<S: MarketSink> Emitter<'_, S> {
    /// Gives the sink one message. A [`FeedState`] has no exchange time: give `received`.
    #[inline]
    pub fn emit(&mut self, instrument: InstrumentId, exchange_time: Nanos, event: MarketEvent<'_>) {
        self.counters.market_events += 1;
        let received = self.received;
        self.sink.on_market(&Market { instrument, exchange_time, received, event });
    }
}

/// Whether a snapshot can be one: both sides, nothing empty, bids below asks. The order of the
/// levels is not trusted.
pub(crate) fn is_a_book(levels: &BookLevels) -> bool {
    let best_bid = levels.bids.iter().map(|level| level.price).max();
    let best_ask = levels.asks.iter().map(|level| level.price).min();
    let filled = levels.bids.iter().chain(levels.asks.iter()).all(|level| level.lots.0 > 0);
    filled && best_bid.zip(best_ask).is_some_and(|(bid, ask)| bid < ask)
}

pub(crate) fn emit_snapshot<S: MarketSink>(
    instrument: InstrumentId,
    snapshot: Snapshot,
    levels: &BookLevels,
    out: &mut Emitter<'_, S>,
) {
    let whole = Depth {
        update_id: snapshot.update_id,
        kind: DepthKind::SnapshotStart,
        last: true,
        bids: &levels.bids,
        asks: &levels.asks,
    };
    emit_pieces(instrument, snapshot.exchange_time, whole, DepthKind::SnapshotPart, out);
}

#[inline]
pub(crate) fn emit_update<S: MarketSink>(
    instrument: InstrumentId,
    update: &Update<'_>,
    out: &mut Emitter<'_, S>,
) {
    let whole = Depth {
        update_id: update.sequence.last,
        kind: DepthKind::Delta,
        last: true,
        bids: update.bids,
        asks: update.asks,
    };
    emit_pieces(instrument, update.exchange_time, whole, DepthKind::Delta, out);
}

/// Emits `whole` in pieces of at most [`Depth::LEVELS_MAX`] levels, bids first; pieces after the
/// first are `further`.
#[inline]
fn emit_pieces<S: MarketSink>(
    instrument: InstrumentId,
    exchange_time: Nanos,
    whole: Depth<'_>,
    further: DepthKind,
    out: &mut Emitter<'_, S>,
) {
    let mut left = whole;
    loop {
        let bid_count = left.bids.len().min(Depth::LEVELS_MAX);
        let ask_count = left.asks.len().min(Depth::LEVELS_MAX - bid_count);
        let (bids, bids_left) = left.bids.split_at(bid_count);
        let (asks, asks_left) = left.asks.split_at(ask_count);
        let last = bids_left.is_empty() && asks_left.is_empty();
        let piece = Depth { last, bids, asks, ..left };
        out.emit(instrument, exchange_time, MarketEvent::Depth(piece));
        if last {
            return;
        }
        left = Depth { kind: further, bids: bids_left, asks: asks_left, ..left };
    }
}
