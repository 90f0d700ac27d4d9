//! Wheel of 24: numbers on 24 spokes, fifteen degrees apart; a day on it has 24 hours.
//!
//! 1 lies in the east, the count goes counter-clockwise, 25 begins the second ring. Some call
//! this the square of 24; the square of 24 by 24 units is [`SquareOf`](super::SquareOf).

use super::domain::{DomainError, counted, finite, turned};

/// Returns the ring of a number: 1 to 24 are ring 1.
///
/// # Errors
/// If the number is zero or too large.
pub fn ring(number: u64) -> Result<u64, DomainError> {
    Ok((counted("number", number)? - 1) / 24 + 1)
}

/// Returns the spoke of a number, 1 to 24. Numbers of one spoke lie 24 apart.
///
/// # Errors
/// If the number is zero or too large.
pub fn spoke(number: u64) -> Result<u64, DomainError> {
    Ok((counted("number", number)? - 1) % 24 + 1)
}

/// Returns the angle of a number's spoke, 0 to 345 degrees; numbers below one count backwards.
#[must_use]
pub const fn angle(number: i64) -> f64 {
    (number.rem_euclid(24) - 1).rem_euclid(24) as f64 * 15.0
}

/// Returns the angle of a time of day, in degrees within 0 to 360: an hour is fifteen degrees,
/// four minutes are one.
///
/// # Errors
/// If the seconds since midnight or the session's anchor are not a number.
pub fn time_angle(seconds: f64) -> Result<f64, DomainError> {
    Ok(turned(finite("seconds", seconds)? / 240.0))
}
