//! Numbers from prices, bars and books: one indicator a file, one folder a school.
//!
//! Hot code names the types ([`ta::Ema`], [`dsp::SuperSmoother`]) and calls
//! [`Indicator::update`]; cold code finds them by name in the [`catalog`], writes
//! [formulas](formula) such as `macd(12, 26, 9).hist of hl2`, and evaluates whole tables of
//! [`columns`].
//!
//! # Invariants
//! - An update costs O(1), or what the type states, and allocates nothing.
//! - Before its warm-up an indicator answers `None`; a value that is not finite never leaves.
//! - Arguments out of range are an error where they come by name ([`catalog::Listing::build`]) and
//!   a panic where they come from code (`new`).
//!
//! # How to add an indicator
//!
//! 1. One file in the school's folder: a struct that holds its state, `new` that checks its
//!    arguments with [`Parameter::require`](parameter::Parameter::require) by the same constants
//!    that its entry lists, and [`Indicator`]: `step` (may rely on valid samples, must guard
//!    divisions), `reset` (no allocation), `warm_up`. Take the narrowest [`Sample`] that is read;
//!    `f64` lets the caller choose the price. Several outputs are a struct made by [`outputs!`].
//!    Indicators inside it are fields, called with `step`.
//! 2. In the same file [`Catalogued`](catalog::Catalogued): the constant
//!    [`Entry`](catalog::Entry) (with author, title, year and equation or page) and `build`.
//! 3. In the school's `mod.rs`: `mod`, `pub use`, one line in `INDICATORS`, and its columns in
//!    `COLUMNS`: `Column::new("macd_hist", "macd(classic.macd).hist")`; one column a period:
//!    `Column::each("sma_*", "sma(*)", "classic.ma")`; another price: `"… of hl2"`.
//! 4. Tests: `tests/catalog.rs` checks every entry by itself (reset is new, warm-up as stated,
//!    hostile samples, arguments at their limits); the golden files check every column they hold.
//!    Add a small excerpt of golden numbers that is ours, and the batch form where it is not
//!    obvious.
//!
//! Indicators of books and trades take a [`Quote`], a [`Book`] or a [`Print`] and are listed with
//! [`on_market`](catalog::Listing::on_market).
//!
//! A new school is a folder with the same two lists, `pub mod` here, and a line in the two
//! `SCHOOLS` of [`catalog`] and [`columns`].
#![forbid(unsafe_code)]

pub mod astro;
pub mod catalog;
pub mod columns;
pub mod dsp;
pub mod formula;
pub mod gann;
pub mod indicator;
pub mod live;
pub mod market;
pub mod micro;
pub mod moments;
pub mod outputs;
pub mod parameter;
pub mod patterns;
pub mod sample;
pub mod ta;
pub mod window;

pub use indicator::Indicator;
pub use live::LiveSet;
pub use market::{Book, BookLevel, MarketSample, Print, Quote};
pub use outputs::Outputs;
pub use sample::{
    AppliedPrice, Candle, CloseVolume, EventKind, HighLow, HighLowClose, HighLowCloseVolume, Ohlc,
    Sample,
};

/// Raised whenever an indicator answers differently from before with the same arguments: it is part
/// of the hash that recordings, training data and models carry.
pub const FEATURES_VERSION: u32 = 4;

/// What the file of an indicator needs.
pub(crate) mod prelude {
    pub(crate) use crate::catalog::{Catalogued, Entry, School, Source};
    pub(crate) use crate::parameter::{Arguments, Parameter, Unit};
    pub(crate) use crate::{
        AppliedPrice, Book, Candle, CloseVolume, HighLow, HighLowClose, HighLowCloseVolume,
        Indicator, Ohlc, Print, Quote, outputs,
    };
}
