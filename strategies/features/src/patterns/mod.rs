//! Candlesticks and chart patterns.
//!
//! Every pattern is known at the bar that completes it and never changes afterwards. Flags say
//! which; findings say where, with which geometry.

mod candles;
mod charts;
mod finding;
mod lmw;

pub use candles::{CandlePattern, CandleSigns, Candlesticks};
pub use charts::{
    ChartFinding, ChartPattern, ChartPatterns, ChartSigns, Fractal, FractalPoint, Line, Pivot,
    PivotSide, TrackedPattern, TrackedPoint, ZigZag, ZigZagPoint,
};
pub use finding::{Finder, Finding};
pub use lmw::{Lmw, LmwFinding, LmwFlags, LmwPattern, LmwSlope};

use crate::catalog::Listing;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::of::<Candlesticks>(),
    Listing::of::<ZigZag>(),
    Listing::of::<Fractal>(),
    Listing::of::<ChartPatterns>(),
    Listing::of::<TrackedPattern>(),
    Listing::of::<Lmw>(),
];

pub(crate) use candles::COLUMNS as CANDLE_COLUMNS;
pub(crate) use charts::COLUMNS as CHART_COLUMNS;
pub(crate) use lmw::COLUMNS as LMW_COLUMNS;
