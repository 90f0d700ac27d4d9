//! Where the venue's frames come from: made up, or recorded.
//!
//! Both give stream frames in the order of their local time, and can say at any moment what the
//! REST snapshot of a book is after the frames already given. A generated market knows its book;
//! a recorded one is followed, from the recording's own snapshot on.

mod follow;
#[cfg(test)]
mod tests;

use gannet_sim::{Generator, GeneratorConfig};
use gannet_types::{Instrument, Nanos, Text};

use crate::offline::capture::Capture;
use follow::Follower;

pub(crate) use follow::decimal;

/// A market to serve.
pub struct MarketSource {
    kind: Kind,
}

enum Kind {
    Generated { generator: Box<Generator>, symbol: Text<24> },
    Recorded(Box<Follower>),
}

/// What became of a request for a snapshot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SnapshotAnswer {
    /// It is written.
    Written,
    /// The book is not known yet: the recording's own snapshot is still to come.
    NotYet,
    /// This source has no such instrument.
    UnknownSymbol,
}

impl MarketSource {
    /// Makes up a market without end; the seed fixes it byte for byte.
    #[must_use]
    pub fn generated(seed: u64, config: GeneratorConfig) -> Self {
        let generator = Box::new(Generator::new(seed, config));
        Self { kind: Kind::Generated { generator, symbol: config.symbol } }
    }

    /// Plays a recording once. Snapshots can be had of `instruments`; frames about others are
    /// played too.
    #[must_use]
    pub fn recorded(capture: Capture, instruments: &[Instrument]) -> Self {
        Self { kind: Kind::Recorded(Box::new(Follower::new(capture, instruments))) }
    }

    /// Replaces the content of `out` by the next frame and returns its local time, which never
    /// goes back; `None` at the end of a recording.
    pub fn next(&mut self, out: &mut Vec<u8>) -> Option<Nanos> {
        match &mut self.kind {
            Kind::Generated { generator, .. } => Some(generator.next_frame(out)),
            Kind::Recorded(follower) => follower.next(out),
        }
    }

    /// Replaces the content of `out` by the REST depth body of `symbol` (any case), at most
    /// 1,000 levels a side, as of the frames already given: the next depth frame joins it.
    ///
    /// Unless [`SnapshotAnswer::Written`], the content of `out` is unspecified.
    pub fn snapshot(&self, symbol: &[u8], out: &mut Vec<u8>) -> SnapshotAnswer {
        match &self.kind {
            Kind::Generated { generator, symbol: own } => {
                if !own.as_bytes().eq_ignore_ascii_case(symbol) {
                    return SnapshotAnswer::UnknownSymbol;
                }
                generator.snapshot(out);
                SnapshotAnswer::Written
            }
            Kind::Recorded(follower) => follower.snapshot(symbol, out),
        }
    }

    /// Returns whether [`MarketSource::snapshot`] of `symbol` would write one. Cheap.
    #[must_use]
    pub fn has_snapshot(&self, symbol: &[u8]) -> bool {
        match &self.kind {
            Kind::Generated { symbol: own, .. } => own.as_bytes().eq_ignore_ascii_case(symbol),
            Kind::Recorded(follower) => follower.has_snapshot(symbol),
        }
    }
}
