//! Candlesticks and chart patterns.

mod candles;

pub use candles::{CandlePattern, CandleSigns, Candlesticks};

use crate::catalog::Listing;
use crate::columns::Column;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[Listing::of::<Candlesticks>()];

/// The school's columns.
pub(crate) const COLUMNS: &[Column] = candles::COLUMNS;
