//! The 61 candlestick patterns, judged exactly as TA-Lib judges them.
//!
//! Hot: [`Candlesticks::push`] takes a candle, [`Candlesticks::judge`] answers for one pattern;
//! as an [`Indicator`] it answers for all of them. One family a file; a pattern is a function of
//! the last candles as its own lookback sees them.
//!
//! # Invariants
//! - Values are TA-Lib's to the last tie, from the first candle on (0 before the lookback).

mod crows;
mod doji;
mod engulfing;
mod gaps;
mod hammer;
mod hikkake;
mod lines;
mod methods;
mod pattern;
mod single;
mod soldiers;
mod stars;
mod window;

pub use pattern::CandlePattern;

pub(crate) use pattern::COLUMNS;

use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Indicator, Ohlc, Outputs};
use hikkake::Hikkake;
use window::CandleWindow;

/// How far the last candle of a star must come into the first body.
const STAR: Parameter = Parameter::number("star_penetration", Unit::Ratio, 0.0, 10.0, 0.3);

/// How far a dark cloud must, and a mat hold's pause must not, come into the first body.
const COVER: Parameter = Parameter::number("cover_penetration", Unit::Ratio, 0.0, 10.0, 0.5);

/// All candle patterns over one window of candles.
#[derive(Clone, Debug)]
pub struct Candlesticks {
    window: CandleWindow,
    hikkake: Hikkake,
    hikkake_modified: Hikkake,
    star_penetration: f64,
    cover_penetration: f64,
}

impl Default for Candlesticks {
    /// TA-Lib's penetrations: 0.3 for stars, 0.5 for dark cloud cover and mat hold.
    fn default() -> Self {
        Self::new(STAR.default, COVER.default)
    }
}

impl Candlesticks {
    /// Builds them with the share of the first body that stars (morning, evening, abandoned baby)
    /// and covers (dark cloud cover, mat hold) reach into.
    ///
    /// # Panics
    /// If a share is not allowed by the catalogue.
    #[must_use]
    pub fn new(star_penetration: f64, cover_penetration: f64) -> Self {
        Self {
            window: CandleWindow::new(),
            hikkake: Hikkake::default(),
            hikkake_modified: Hikkake::default(),
            star_penetration: STAR.require(star_penetration),
            cover_penetration: COVER.require(cover_penetration),
        }
    }

    /// Takes the next candle, whose prices are finite. O(1).
    #[inline]
    pub fn push(&mut self, candle: Ohlc) {
        self.window.push(candle);
        self.hikkake.look(&self.window);
        self.hikkake_modified.look_modified(&self.window);
    }
}

impl Catalogued for Candlesticks {
    const ENTRY: Entry = Entry {
        name: "candlesticks",
        title: "Candlestick patterns",
        school: School::Patterns,
        parameters: &[STAR, COVER],
        price: AppliedPrice::Close,
        source: Source::new("TA-Lib", "TA_CDL functions", 2005, "Angelo Ciceri"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

impl Indicator for Candlesticks {
    type Sample = Ohlc;
    type Output = CandleSigns;

    fn step(&mut self, candle: Ohlc) -> Option<CandleSigns> {
        self.push(candle);
        Some(CandleSigns { values: self.judge_all() })
    }

    fn reset(&mut self) {
        *self = Self::new(self.star_penetration, self.cover_penetration);
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// What every pattern says of one candle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CandleSigns {
    values: [i16; CandlePattern::ALL.len()],
}

impl CandleSigns {
    /// Returns what one pattern says; see [`Candlesticks::judge`].
    #[must_use]
    pub fn get(&self, pattern: CandlePattern) -> i32 {
        i32::from(self.values[pattern as usize])
    }

    /// Returns the patterns that are there, with their values.
    pub fn found(&self) -> impl Iterator<Item = (CandlePattern, i32)> + '_ {
        CandlePattern::ALL.into_iter().map(|each| (each, self.get(each))).filter(|each| each.1 != 0)
    }
}

impl Outputs for CandleSigns {
    const NAMES: &'static [&'static str] = &CandlePattern::NAMES;

    fn write(&self, slots: &mut [Option<f64>]) {
        for (slot, &value) in slots.iter_mut().zip(&self.values) {
            *slot = Some(f64::from(value));
        }
    }

    fn is_finite(&self) -> bool {
        true
    }
}
