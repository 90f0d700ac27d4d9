//! Retracements: a range in eighths and thirds, and percentages of a price.

use super::domain::{DomainError, finite, range};

/// The fractions watched, lowest first: a half matters most, then quarters and thirds, then the
/// other eighths.
pub const FRACTIONS: [f64; 10] =
    [0.125, 0.25, 1.0 / 3.0, 0.375, 0.5, 0.625, 2.0 / 3.0, 0.75, 0.875, 1.0];

/// The fifths some tools add.
pub const FIFTHS: [f64; 4] = [0.2, 0.4, 0.6, 0.8];

/// Returns the price a fraction of the range below the high.
///
/// # Errors
/// If the low is above the high, or something is not a number; so for all of these.
pub fn from_high(low: f64, high: f64, fraction: f64) -> Result<f64, DomainError> {
    Ok(high - finite("fraction", fraction)? * range(low, high)?)
}

/// Returns the price a fraction of the range above the low.
///
/// # Errors
/// As for [`from_high`].
pub fn from_low(low: f64, high: f64, fraction: f64) -> Result<f64, DomainError> {
    Ok(low + finite("fraction", fraction)? * range(low, high)?)
}

/// Returns the extension a fraction of the range above the high.
///
/// # Errors
/// As for [`from_high`].
pub fn above_high(low: f64, high: f64, fraction: f64) -> Result<f64, DomainError> {
    Ok(high + finite("fraction", fraction)? * range(low, high)?)
}

/// Returns the extension a fraction of the range below the low.
///
/// # Errors
/// As for [`from_high`].
pub fn below_low(low: f64, high: f64, fraction: f64) -> Result<f64, DomainError> {
    Ok(low - finite("fraction", fraction)? * range(low, high)?)
}

/// Returns a fraction of a price.
///
/// # Errors
/// If one is not a number.
pub fn of_price(price: f64, fraction: f64) -> Result<f64, DomainError> {
    Ok(finite("price", price)? * finite("fraction", fraction)?)
}

/// Returns how much a fraction matters: 1 for a half (and whole ranges), 2 for quarters and
/// thirds, 3 for the other eighths; `None` for others.
#[must_use]
pub fn rank(fraction: f64) -> Option<u8> {
    let is_multiple = |parts: f64| ((fraction * parts).round() / parts - fraction).abs() < 1e-9;
    [(2.0, 1), (4.0, 2), (3.0, 2), (8.0, 3)]
        .into_iter()
        .find_map(|(parts, rank)| is_multiple(parts).then_some(rank))
}

/// Returns the multiple of an eighth or a third nearest to a share of the range; beyond the range
/// they go on.
#[inline]
#[must_use]
pub fn nearest(share: f64) -> f64 {
    let eighth = (8.0 * share).round() / 8.0;
    let third = (3.0 * share).round() / 3.0;
    if (share - third).abs() < (share - eighth).abs() { third } else { eighth }
}
