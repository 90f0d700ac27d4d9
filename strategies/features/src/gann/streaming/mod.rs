//! Gann's tools as indicators: how far the price is from the nearest level, line or date.
//!
//! What hangs on turning points counts from the last swing of a given size. Where a value would
//! need one that is not there yet, the first bar stands in.

mod fan;
mod levels;
mod natural_dates;
mod retracement;
mod square;
mod squared;
mod swings;
mod time_cycles;

pub use fan::{AnchoredFan, FanLines, PivotFan};
pub use levels::{ChartLevels, LevelDistance, Levels};
pub use natural_dates::{DayAngle, NaturalDates, SeasonProximity, TimeOfDay};
pub use retracement::{Retraced, Retracement};
pub use square::{PivotSquare, SquarePlace};
pub use squared::{BarsToSquare, Squaring};
pub use time_cycles::{CycleProximity, TimeCycles};

use crate::catalog::Listing;

/// The school's indicators.
pub(crate) const INDICATORS: &[Listing] = &[
    Listing::of::<Levels>(),
    Listing::of::<LevelDistance>(),
    Listing::of::<PivotFan>(),
    Listing::of::<AnchoredFan>(),
    Listing::of::<PivotSquare>(),
    Listing::of::<Retracement>(),
    Listing::of::<Squaring>(),
    Listing::of::<TimeCycles>(),
    Listing::of::<NaturalDates>(),
    Listing::of::<TimeOfDay>(),
];
