//! W. D. Gann's geometry of prices.
//!
//! His texts are ambiguous and vendors differ, so every variant has a name here and none is chosen
//! silently. What depends on the unit of price takes it as an argument: a number on a chart is the
//! price divided by it.
//!
//! Calculators are functions of plain numbers: [`square_of_nine`], [`hexagon`], [`wheel_of_24`],
//! [`SquareOf`], [`angles`], [`gann_box`], [`retracements`], [`squaring`], [`cycles`], with
//! [`calendar`] and [`sun`] for dates; [`table`] has them by name. Indicators built on them are in
//! [`streaming`].

pub mod angles;
pub mod calendar;
mod chart;
pub mod cycles;
mod domain;
pub mod gann_box;
pub mod hexagon;
pub mod retracements;
pub mod square_of;
pub mod square_of_nine;
pub mod squaring;
pub mod streaming;
pub mod sun;
pub mod table;
pub mod wheel_of_24;

pub use chart::{Chart, NearestLevel};
pub use domain::{DomainError, LARGEST_WHOLE};
pub use square_of::SquareOf;
pub use square_of_nine::SquareOfNine;

pub(crate) use streaming::INDICATORS;
