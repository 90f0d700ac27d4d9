//! Hexagon chart: numbers on six-sided rings; ring `k` has `6k` cells and ends with `3k(k + 1)`.
//!
//! With zero in the centre the ends 6, 18, 36, 60 lie at 0°, counted counter-clockwise; with one
//! in the centre every number is one larger.

use super::domain::{DomainError, counted, finite, not_negative, turned};

/// Returns the ring of a number with zero in the centre: 1 to 6 are ring 1.
///
/// # Errors
/// If the number is zero or too large.
pub fn ring(number: u64) -> Result<u64, DomainError> {
    Ok(ring_of(counted("number", number)?))
}

const fn ring_of(number: u64) -> u64 {
    // The largest ring that ends at or before the number, then one more if it ends before.
    let ended = ((12 * number + 9).isqrt() - 3) / 6;
    if 3 * ended * (ended + 1) < number { ended + 1 } else { ended }
}

/// Returns the angle of a number with zero in the centre, in degrees within 0 to 360: `60/k`
/// degrees from cell to cell in ring `k`. Numbers up to zero lie at zero.
#[must_use]
pub fn angle(number: i64) -> f64 {
    let number = number.clamp(0, super::LARGEST_WHOLE as i64) as u64;
    if number == 0 {
        return 0.0;
    }
    let ring = ring_of(number);
    turned((number - 3 * ring * (ring - 1)) as f64 * 60.0 / ring as f64)
}

/// Returns the angle of a number with one in the centre, in degrees within 0 to 360.
#[must_use]
pub fn one_centred_angle(number: i64) -> f64 {
    angle(number.saturating_sub(1))
}

/// Returns the closed form in circulation, `210·√n − 180`, in degrees within 0 to 360; equal to
/// [`angle`] only at some numbers, such as 36.
///
/// # Errors
/// If the number is negative.
pub fn approximate_angle(number: f64) -> Result<f64, DomainError> {
    Ok(turned(210.0 * not_negative("number", number)?.sqrt() - 180.0))
}

/// Returns the level `degrees` along the chart from a price: with `3m(m − 1)` the price, `m` grows
/// by one a turn.
///
/// # Errors
/// If the price is negative or the level would lie beyond the centre.
pub fn level(price: f64, degrees: f64) -> Result<f64, DomainError> {
    let turns = (3.0 + (9.0 + 12.0 * not_negative("price", price)?).sqrt()) / 6.0
        + finite("degrees", degrees)? / 360.0;
    // Below a half the parabola rises again.
    if turns < 0.5 {
        return Err(DomainError::new("degrees", degrees, "above the centre of the chart"));
    }
    Ok(3.0 * turns * (turns - 1.0))
}
