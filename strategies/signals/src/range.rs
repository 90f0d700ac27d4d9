//! Refusing what a strategy cannot be built with, in words an operator understands.

use std::fmt;
use std::ops::RangeInclusive;

/// A key whose value is out of range.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum OutOfRange {
    /// It must lie between two numbers.
    Between {
        /// The key.
        key: &'static str,
        /// The least that is allowed.
        least: f64,
        /// The most that is allowed.
        most: f64,
    },
    /// It contradicts another key.
    Against {
        /// The key.
        key: &'static str,
        /// What it must be.
        must: &'static str,
    },
}

impl fmt::Display for OutOfRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Between { key, least, most } => write!(f, "{key} must be {least} to {most}"),
            Self::Against { key, must } => write!(f, "{key} must be {must}"),
        }
    }
}

impl std::error::Error for OutOfRange {}

/// Checks that a value lies in a range; what is not a number does not.
///
/// # Errors
/// Names the key and the range.
pub(crate) fn within<T: PartialOrd + Copy + Into<f64>>(
    key: &'static str,
    value: T,
    range: RangeInclusive<T>,
) -> Result<(), OutOfRange> {
    let (least, most) = ((*range.start()).into(), (*range.end()).into());
    if range.contains(&value) { Ok(()) } else { Err(OutOfRange::Between { key, least, most }) }
}

/// Checks what two keys must be to each other.
///
/// # Errors
/// Names the key and what it must be.
pub(crate) const fn agrees(
    key: &'static str,
    holds: bool,
    must: &'static str,
) -> Result<(), OutOfRange> {
    if holds { Ok(()) } else { Err(OutOfRange::Against { key, must }) }
}

/// Samples of an indicator.
pub(crate) const PERIODS: RangeInclusive<u32> = 1..=10_000;

/// A share in percent.
pub(crate) const PERCENT: RangeInclusive<f64> = 0.0..=100.0;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_names_the_key_and_the_range() {
        assert_eq!(within("fast", 7_u32, PERIODS), Ok(()));
        let refused = within("fast", 0_u32, PERIODS).expect_err("too small");
        assert_eq!(refused.to_string(), "fast must be 1 to 10000");
        assert!(within("share", f64::NAN, PERCENT).is_err());
        let refused = agrees("fast", false, "below slow").expect_err("a contradiction");
        assert_eq!(refused.to_string(), "fast must be below slow");
    }
}
