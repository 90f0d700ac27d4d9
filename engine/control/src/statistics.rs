//! What a sample says about the mean behind it, and how sure that is.
//!
//! [`Moments`] are collected one number at a time. [`Interval`]s are for somebody who looks once:
//! Student's for a mean, Welch's for the difference of two, Wilson's for a rate. [`Sequence`]s are
//! for somebody who looks after every number and stops when it pleases: they hold at all times
//! together.
//!
//! Everything is plain `f64` arithmetic in a fixed order; the same numbers give the same bits.

mod distribution;
mod interval;
mod moments;
mod sequence;
#[cfg(test)]
mod tests;

pub use distribution::{normal_quantile, student_quantile};
pub use interval::Interval;
pub use moments::Moments;
pub use sequence::{Difference, OBSERVATIONS_MIN, Sequence};
