//! Volume-weighted average price, since a moment or since the session began.

use gannet_types::Nanos;

use super::classical;
use crate::prelude::*;

const VWAP: Source = Source::new(
    "Berkowitz, Logue and Noser",
    "The Total Cost of Transactions on the NYSE",
    1988,
    "",
);

outputs! {
    /// The line of a VWAP.
    pub struct VwapLine {
        /// The mean typical price, each weighted by its volume.
        vwap,
        /// The standard deviation of typical prices around it, weighted likewise.
        deviation,
    }
}

/// Sums of volume and price; an anchor keeps the digits of the deviation.
#[derive(Clone, Copy, Debug, Default)]
struct Totals {
    anchor: f64,
    volume: f64,
    sum: f64,
    squares: f64,
    count: u64,
}

impl Totals {
    /// Adds a bar and returns the line: the first price until something was traded.
    #[inline]
    fn add(&mut self, bar: Candle) -> VwapLine {
        let price = (bar.high + bar.low + bar.close) / 3.0;
        if self.count == 0 {
            self.anchor = price;
        }
        self.count += 1;
        let difference = price - self.anchor;
        let volume = bar.volume.max(0.0);
        self.volume += volume;
        self.sum += volume * difference;
        self.squares += volume * difference * difference;
        if self.volume <= 0.0 {
            return VwapLine { vwap: self.anchor, deviation: 0.0 };
        }
        let mean = self.sum / self.volume;
        let variance = self.squares / self.volume - mean * mean;
        VwapLine { vwap: self.anchor + mean, deviation: variance.max(0.0).sqrt() }
    }
}

/// The VWAP of all bars since a moment: one given at first, or any later call of
/// [`AnchoredVwap::anchor`].
#[derive(Clone, Debug)]
pub struct AnchoredVwap {
    since: Nanos,
    totals: Totals,
}

impl AnchoredVwap {
    /// Builds one that counts bars that begin at a time or later.
    #[must_use]
    pub fn new(since: Nanos) -> Self {
        Self { since, totals: Totals::default() }
    }

    /// Begins anew with the next bar.
    pub fn anchor(&mut self) {
        self.totals = Totals::default();
    }
}

const SINCE: Parameter = Parameter::number("since", Unit::Seconds, 0.0, 1e10, 0.0);

impl Catalogued for AnchoredVwap {
    const ENTRY: Entry = classical("vwap_anchored", "Anchored VWAP", &[SINCE], VWAP);

    fn build(arguments: &Arguments) -> Self {
        Self::new(Nanos((arguments.number(0) * 1e9) as u64))
    }
}

impl Indicator for AnchoredVwap {
    type Sample = Candle;
    type Output = VwapLine;

    #[inline]
    fn step(&mut self, bar: Candle) -> Option<VwapLine> {
        (bar.time >= self.since).then(|| self.totals.add(bar))
    }

    fn reset(&mut self) {
        self.anchor();
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// The VWAP of the session: a span of time that begins at multiples of its length since 1970, UTC,
/// shifted by an offset.
#[derive(Clone, Debug)]
pub struct SessionVwap {
    session: Session,
    totals: Totals,
}

/// The length of a session and its shift; a day, from midnight, by default.
pub(super) const LENGTH: Parameter = Parameter::number("length", Unit::Seconds, 1.0, 1e9, 86_400.0);
pub(super) const OFFSET: Parameter = Parameter::number("offset", Unit::Seconds, 0.0, 1e9, 0.0);

impl SessionVwap {
    /// Builds one for sessions of `length` seconds that begin `offset` seconds after its multiples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: f64, offset: f64) -> Self {
        Self { session: Session::new(length, offset), totals: Totals::default() }
    }
}

/// Tells when a session ends. The span it is in is kept, so that a bar within it costs two
/// comparisons.
#[derive(Clone, Debug)]
pub(super) struct Session {
    length: u64,
    offset: u64,
    current: Option<std::ops::Range<u64>>,
}

impl Session {
    /// Builds sessions of `length` seconds that begin `offset` seconds after its multiples.
    pub(super) fn new(length: f64, offset: f64) -> Self {
        let nanos = |seconds: f64| (seconds * 1e9) as u64;
        Self {
            length: nanos(LENGTH.require(length)),
            offset: nanos(OFFSET.require(offset)),
            current: None,
        }
    }

    /// Returns whether a bar is in another session than the one before it, or the first.
    #[inline]
    pub(super) fn begins(&mut self, time: Nanos) -> bool {
        if self.current.as_ref().is_some_and(|current| current.contains(&time.0)) {
            return false;
        }
        // What was before the first offset is one session.
        let start = time.0.checked_sub(self.offset).map(|since| time.0 - since % self.length);
        self.current = Some(match start {
            Some(start) => start..start.saturating_add(self.length),
            None => 0..self.offset,
        });
        true
    }

    pub(super) fn clear(&mut self) {
        self.current = None;
    }
}

impl Catalogued for SessionVwap {
    const ENTRY: Entry = classical("vwap_session", "Session VWAP", &[LENGTH, OFFSET], VWAP);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl Indicator for SessionVwap {
    type Sample = Candle;
    type Output = VwapLine;

    #[inline]
    fn step(&mut self, bar: Candle) -> Option<VwapLine> {
        if self.session.begins(bar.time) {
            self.totals = Totals::default();
        }
        Some(self.totals.add(bar))
    }

    fn reset(&mut self) {
        self.session.clear();
        self.totals = Totals::default();
    }

    fn warm_up(&self) -> usize {
        1
    }
}
