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
    Several(Vec<Ahead>),
    Recorded(Box<Follower>),
}

/// A generated market whose next frame is written already, so that several can be merged by time.
struct Ahead {
    generator: Generator,
    symbol: Text<24>,
    frame: Vec<u8>,
    time: Nanos,
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

    /// Makes up markets of one thing under several symbols: each does what the one before it has done,
    /// `lag` later, as venues follow each other.
    #[must_use]
    pub fn lagging(seed: u64, symbols: &[Text<24>], lag: Nanos) -> Self {
        let ahead = |(place, &symbol): (u64, &Text<24>)| {
            let first = GeneratorConfig::default();
            let start = first.start.after(Nanos(place * lag.0));
            let mut generator = Generator::new(seed, GeneratorConfig { symbol, start, ..first });
            let mut frame = Vec::new();
            let time = generator.next_frame(&mut frame);
            Ahead { generator, symbol, frame, time }
        };
        Self { kind: Kind::Several((0..).zip(symbols).map(ahead).collect()) }
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
            Kind::Several(markets) => {
                let next = markets.iter_mut().min_by_key(|market| market.time)?;
                std::mem::swap(out, &mut next.frame);
                let now = next.time;
                next.time = next.generator.next_frame(&mut next.frame);
                Some(now)
            }
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
            Kind::Several(markets) => match find(markets, symbol) {
                None => SnapshotAnswer::UnknownSymbol,
                Some(market) => {
                    market.generator.snapshot(out);
                    SnapshotAnswer::Written
                }
            },
            Kind::Recorded(follower) => follower.snapshot(symbol, out),
        }
    }

    /// Returns whether [`MarketSource::snapshot`] of `symbol` would write one. Cheap.
    #[must_use]
    pub fn has_snapshot(&self, symbol: &[u8]) -> bool {
        match &self.kind {
            Kind::Generated { symbol: own, .. } => own.as_bytes().eq_ignore_ascii_case(symbol),
            Kind::Several(markets) => find(markets, symbol).is_some(),
            Kind::Recorded(follower) => follower.has_snapshot(symbol),
        }
    }
}

fn find<'a>(markets: &'a [Ahead], symbol: &[u8]) -> Option<&'a Ahead> {
    markets.iter().find(|market| market.symbol.as_bytes().eq_ignore_ascii_case(symbol))
}
