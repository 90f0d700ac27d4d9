//! A recording and its books, rebuilt while it plays.
//!
//! ```text
//! lost ──snapshot line, earlier updates that follow it──▶ known ──update that follows──▶ known
//!   ▲                                                       │
//!   └──────────────── update that does not follow ──────────┘
//! ```
//! This is not the feed's synchronisation but a simpler one that it is tested against: the whole
//! recording is at hand, so updates from before a snapshot are looked up instead of kept.
//!
//! # Invariants
//! - A known book holds what the recording's snapshot and all updates given since say, and
//!   `applied` is the number of the last of them.

use gannet_feeds::capture::CaptureKind;
use gannet_feeds::venues::binance_usdm::BinanceUsdm;
use gannet_feeds::{BookLevels, Listing, Message, Sequence, SequenceRule, VenueFeed};
use gannet_pipeline::book::Book;
use gannet_types::{Increment, Instrument, Level, Nanos, Side};

use super::SnapshotAnswer;
use crate::offline::capture::{Capture, Entry};

/// Levels a side in a snapshot, as the venue's largest.
const SNAPSHOT_LEVELS: usize = 1_000;

/// A recording on its way.
pub(super) struct Follower {
    capture: Capture,
    next_line: usize,
    listing: Listing,
    /// By slot of the listing.
    books: Vec<Followed>,
    levels: BookLevels,
}

struct Followed {
    book: Book,
    known: bool,
    applied: u64,
    exchange_time: Nanos,
}

impl Follower {
    pub(super) fn new(capture: Capture, instruments: &[Instrument]) -> Self {
        let unknown =
            || Followed { book: Book::new(), known: false, applied: 0, exchange_time: Nanos::ZERO };
        Self {
            capture,
            next_line: 0,
            listing: Listing::new(instruments),
            books: instruments.iter().map(|_| unknown()).collect(),
            levels: BookLevels::new(),
        }
    }

    pub(super) fn next(&mut self, out: &mut Vec<u8>) -> Option<Nanos> {
        loop {
            let index = self.next_line;
            let entry = self.capture.get(index)?;
            self.next_line += 1;
            match entry.kind {
                CaptureKind::Snapshot => self.on_snapshot(index),
                CaptureKind::Frame => {
                    out.clear();
                    out.extend_from_slice(entry.payload);
                    let received = entry.received;
                    if let Some((slot, update)) = decode(&self.listing, &entry, &mut self.levels) {
                        self.books[slot].on_update(update, &self.levels);
                    }
                    return Some(received);
                }
            }
        }
    }

    pub(super) fn has_snapshot(&self, symbol: &[u8]) -> bool {
        self.find(symbol).is_some_and(|slot| self.books[slot].known)
    }

    pub(super) fn snapshot(&self, symbol: &[u8], out: &mut Vec<u8>) -> SnapshotAnswer {
        let Some(slot) = self.find(symbol) else { return SnapshotAnswer::UnknownSymbol };
        let followed = &self.books[slot];
        if !followed.known {
            return SnapshotAnswer::NotYet;
        }
        followed.write(&self.listing.instruments()[slot], out);
        SnapshotAnswer::Written
    }

    fn find(&self, symbol: &[u8]) -> Option<usize> {
        self.listing.slot_of_symbol_in_any_case(symbol)
    }

    /// Starts a lost book from the snapshot in line `index` and catches up with the updates that
    /// were recorded before the answer came. The snapshot of a known book says nothing new, and
    /// less: the book also has the levels beyond it.
    fn on_snapshot(&mut self, index: usize) {
        let Some(entry) = self.capture.get(index) else { return };
        let Some(slot) = self.find(entry.symbol) else { return };
        if self.books[slot].known {
            return;
        }
        let instrument = &self.listing.instruments()[slot];
        let snapshot = BinanceUsdm.decode_snapshot(instrument, entry.payload, &mut self.levels);
        let Ok(snapshot) = snapshot else { return };
        let followed = &mut self.books[slot];
        followed.book.clear();
        followed.set(&self.levels);
        followed.known = true;
        followed.applied = snapshot.update_id;
        followed.exchange_time = snapshot.exchange_time;
        for earlier in self.capture.iter().take(index) {
            match decode(&self.listing, &earlier, &mut self.levels) {
                Some((of, update)) if of == slot => followed.on_update(update, &self.levels),
                _ => {}
            }
        }
    }
}

/// The place of an update, and when the venue says it happened.
type Update = (Sequence, Nanos);

impl Followed {
    fn on_update(&mut self, (sequence, exchange_time): Update, levels: &BookLevels) {
        if !self.known || BinanceUsdm::contained(self.applied, &sequence) {
            return;
        }
        if !BinanceUsdm::joins(self.applied, &sequence) {
            self.known = false;
            return;
        }
        self.set(levels);
        self.applied = sequence.last;
        self.exchange_time = exchange_time;
    }

    fn set(&mut self, levels: &BookLevels) {
        for (side, levels) in [(Side::Buy, &levels.bids), (Side::Sell, &levels.asks)] {
            for &level in levels.iter() {
                self.book.apply(side, level);
            }
        }
    }

    fn write(&self, instrument: &Instrument, out: &mut Vec<u8>) {
        out.clear();
        let millis = self.exchange_time.0 / 1_000_000;
        let head = format!("{{\"lastUpdateId\":{},\"E\":{millis},\"T\":{millis}", self.applied);
        out.extend_from_slice(head.as_bytes());
        for (key, side) in [(",\"bids\":[", Side::Buy), (",\"asks\":[", Side::Sell)] {
            out.extend_from_slice(key.as_bytes());
            for (index, level) in self.book.levels(side).take(SNAPSHOT_LEVELS).enumerate() {
                out.extend_from_slice(if index == 0 { b"" } else { b"," });
                write_level(instrument, level, out);
            }
            out.push(b']');
        }
        out.push(b'}');
    }
}

/// Decodes a line that changes a book; the levels are in `levels` then.
fn decode(
    listing: &Listing,
    entry: &Entry<'_>,
    levels: &mut BookLevels,
) -> Option<(usize, Update)> {
    if entry.kind != CaptureKind::Frame {
        return None;
    }
    // A recorded frame that cannot be read is served as it is; its book misses an update then,
    // and the next one tells.
    match BinanceUsdm.decode(listing, entry.payload, levels) {
        Ok(Message::Depth { slot, exchange_time, sequence }) => {
            Some((slot, (sequence, exchange_time)))
        }
        _ => None,
    }
}

fn write_level(instrument: &Instrument, level: Level, out: &mut Vec<u8>) {
    let price = decimal(&instrument.tick, level.price.0);
    let quantity = decimal(&instrument.lot, level.lots.0);
    out.extend_from_slice(format!("[\"{price}\",\"{quantity}\"]").as_bytes());
}

/// Writes `steps`, which is not negative, exactly, with the decimals of `step` and no more.
pub(crate) fn decimal(step: &Increment, steps: i64) -> String {
    let (units, decimals) = step.parts();
    // Both fit 64 bits, so the product fits 128.
    let mantissa = u128::from(steps.unsigned_abs()) * u128::from(units);
    let digits = format!("{mantissa:0width$}", width = usize::from(decimals) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(decimals));
    if fraction.is_empty() { digits } else { format!("{whole}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use gannet_types::Increment;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn steps_are_written_with_the_decimals_of_their_step() {
        let cases = [
            ("0.10", 618_002, "61800.2"),
            ("0.10", 5, "0.5"),
            ("0.001", 7, "0.007"),
            ("0.001", 0, "0.000"),
            ("0.25", 3, "0.75"),
            ("1", 12, "12"),
            ("10", 12, "120"),
        ];
        for (step, steps, text) in cases {
            let step = Increment::parse(step.as_bytes()).expect("a step");
            assert_eq!(decimal(&step, steps), text);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(steps in 0_i64..1 << 50, step in 0_usize..5) {
            let step = ["0.10", "0.001", "0.25", "5", "0.00000001"][step];
            let step = Increment::parse(step.as_bytes()).expect("a step");
            prop_assert_eq!(step.parse_steps(decimal(&step, steps).as_bytes()), Ok(steps));
        }
    }
}
