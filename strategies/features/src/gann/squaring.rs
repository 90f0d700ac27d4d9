//! Squaring of price and time: so many bars as units of price in a range, a low or a high.

use super::domain::{DomainError, finite, positive};

/// Mean days of a tropical year.
const YEAR_DAYS: f64 = 365.2422;

/// Returns how many bars square an amount of price (a range, a low, a high), at `price_per_bar`.
/// Also the bars a line from zero takes to meet that price: the zero angle.
///
/// # Errors
/// If one is not positive.
pub fn bars_to_square(amount: f64, price_per_bar: f64) -> Result<f64, DomainError> {
    Ok(positive("amount", amount)? / positive("price per bar", price_per_bar)?)
}

/// Returns whether `bars` square an amount of price, within a tolerance in price.
///
/// # Errors
/// If the amount or the price per bar is not positive, or another is not a number.
pub fn is_square(
    bars: f64,
    amount: f64,
    price_per_bar: f64,
    tolerance: f64,
) -> Result<bool, DomainError> {
    let passed = finite("bars", bars)? * positive("price per bar", price_per_bar)?;
    Ok((passed - positive("amount", amount)?).abs() <= finite("tolerance", tolerance)?)
}

/// Returns calendar days as degrees of the year, full turns included: 154 days are 151.79°.
///
/// # Errors
/// If the days are not a number.
pub fn days_to_degrees(days: f64) -> Result<f64, DomainError> {
    Ok(finite("days", days)? * 360.0 / YEAR_DAYS)
}
