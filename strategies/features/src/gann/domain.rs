//! Numbers a calculator cannot take, and the checks that say so.

use crate::sample::LARGEST;

/// The largest whole number a calculator takes: up to here every one is a float exactly.
pub const LARGEST_WHOLE: u64 = 1 << 53;

/// A number outside what a formula is defined for; correct it.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
#[error("{what} = {value} is not {expected}")]
pub struct DomainError {
    /// Which number.
    pub what: &'static str,
    /// Its value.
    pub value: f64,
    /// What it has to be.
    pub expected: &'static str,
}

impl DomainError {
    pub(super) const fn new(what: &'static str, value: f64, expected: &'static str) -> Self {
        Self { what, value, expected }
    }
}

/// Any number that is no larger than a price can be.
pub(super) fn finite(what: &'static str, value: f64) -> Result<f64, DomainError> {
    if value.abs() <= LARGEST { Ok(value) } else { Err(DomainError::new(what, value, "a number")) }
}

pub(super) fn positive(what: &'static str, value: f64) -> Result<f64, DomainError> {
    if value > 0.0 && value <= LARGEST {
        Ok(value)
    } else {
        Err(DomainError::new(what, value, "a positive number"))
    }
}

pub(super) fn not_negative(what: &'static str, value: f64) -> Result<f64, DomainError> {
    if (0.0..=LARGEST).contains(&value) {
        Ok(value)
    } else {
        Err(DomainError::new(what, value, "zero or a positive number"))
    }
}

/// A whole number from 1 on, for cells of a spiral.
pub(super) fn counted(what: &'static str, number: u64) -> Result<u64, DomainError> {
    if (1..=LARGEST_WHOLE).contains(&number) {
        Ok(number)
    } else {
        Err(DomainError::new(what, number as f64, "a whole number from 1 to 2^53"))
    }
}

/// A range from a low to a high above it.
pub(super) fn range(low: f64, high: f64) -> Result<f64, DomainError> {
    let range = finite("high", high)? - finite("low", low)?;
    if range >= 0.0 { Ok(range) } else { Err(DomainError::new("high", high, "above the low")) }
}

/// Returns an angle within 0 to 360 degrees, 360 excluded.
#[inline]
pub(super) fn turned(degrees: f64) -> f64 {
    let within = degrees - 360.0 * (degrees / 360.0).floor();
    // Rounding can end a hair outside, which is the same direction as zero.
    if (0.0..360.0).contains(&within) { within } else { 0.0 }
}
