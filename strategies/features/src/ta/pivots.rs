//! Pivot points: levels for a session from the prices of the one before.

use super::classical;
use super::vwap::{LENGTH, OFFSET, Session};
use crate::prelude::*;

outputs! {
    /// The levels of [`PivotPoints`].
    pub struct PivotLevels {
        /// The pivot.
        p,
        /// First resistance.
        r1,
        /// Second resistance.
        r2,
        /// Third resistance.
        r3,
        /// First support.
        s1,
        /// Second support.
        s2,
        /// Third support.
        s3,
    }
}

/// How levels follow from the last session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PivotKind {
    /// Floor traders' levels.
    Classic,
    /// 38.2, 61.8 and 100 percent of the range around the mean of high, low and close.
    Fibonacci,
    /// 1.1 ranges over 12, 6 and 4 around the close.
    Camarilla,
    /// Floor traders' levels around the mean that counts the close twice.
    Woodie,
}

impl PivotKind {
    const WORDS: &[&str] = &["classic", "fibonacci", "camarilla", "woodie"];
    const ALL: [Self; 4] = [Self::Classic, Self::Fibonacci, Self::Camarilla, Self::Woodie];

    fn levels(self, last: HighLowClose) -> PivotLevels {
        let HighLowClose { high, low, close } = last;
        let range = high - low;
        let p = match self {
            Self::Woodie => (high + low + 2.0 * close) / 4.0,
            Self::Classic | Self::Fibonacci | Self::Camarilla => (high + low + close) / 3.0,
        };
        let around = |middle: f64, parts: [f64; 3]| {
            let [first, second, third] = parts.map(|part| part * range);
            PivotLevels {
                p,
                r1: middle + first,
                r2: middle + second,
                r3: middle + third,
                s1: middle - first,
                s2: middle - second,
                s3: middle - third,
            }
        };
        match self {
            Self::Classic | Self::Woodie => PivotLevels {
                p,
                r1: 2.0 * p - low,
                r2: p + range,
                r3: high + 2.0 * (p - low),
                s1: 2.0 * p - high,
                s2: p - range,
                s3: low - 2.0 * (high - p),
            },
            Self::Fibonacci => around(p, [0.382, 0.618, 1.0]),
            Self::Camarilla => around(close, [1.1 / 12.0, 1.1 / 6.0, 1.1 / 4.0]),
        }
    }
}

/// The levels of the current session; none during the first one seen.
///
/// Sessions begin at multiples of their length since 1970, UTC, shifted by an offset. The first
/// one counts from the first bar seen.
#[derive(Clone, Debug)]
pub struct PivotPoints {
    kind: PivotKind,
    session: Session,
    /// The prices of the session so far.
    current: Option<HighLowClose>,
    levels: Option<PivotLevels>,
}

impl PivotPoints {
    /// Builds one for sessions of `length` seconds that begin `offset` seconds after its multiples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(kind: PivotKind, length: f64, offset: f64) -> Self {
        Self { kind, session: Session::new(length, offset), current: None, levels: None }
    }
}

impl Catalogued for PivotPoints {
    const ENTRY: Entry = classical(
        "pivots",
        "Pivot points",
        &[Parameter::choice("kind", PivotKind::WORDS), LENGTH, OFFSET],
        Source::new("Person", "A Complete Guide to Technical Trading Tactics", 2004, "ch. 6"),
    );

    fn build(arguments: &Arguments) -> Self {
        let kind = PivotKind::ALL[arguments.whole(0)];
        Self::new(kind, arguments.number(1), arguments.number(2))
    }
}

impl Indicator for PivotPoints {
    type Sample = Candle;
    type Output = PivotLevels;

    fn step(&mut self, bar: Candle) -> Option<PivotLevels> {
        let begins = self.session.begins(bar.time);
        let mut sum = HighLowClose { high: bar.high, low: bar.low, close: bar.close };
        if let Some(last) = self.current {
            if begins {
                self.levels = Some(self.kind.levels(last));
            } else {
                sum.high = sum.high.max(last.high);
                sum.low = sum.low.min(last.low);
            }
        }
        self.current = Some(sum);
        self.levels
    }

    fn reset(&mut self) {
        self.session.clear();
        self.current = None;
        self.levels = None;
    }

    fn warm_up(&self) -> usize {
        2
    }
}
