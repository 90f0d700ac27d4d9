//! Numbers from prices and bars: one indicator a file, one folder a school.
//!
//! # Invariants
//! - An update costs O(1) and allocates nothing.
//! - Before its warm-up an indicator answers `None`; a value that is not finite never leaves.
#![forbid(unsafe_code)]

pub mod dsp;
pub mod gann;
pub mod indicator;
pub mod ta;

pub use indicator::{HighLowClose, Indicator};
