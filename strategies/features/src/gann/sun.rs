//! Where the Sun is: its apparent longitude, good to 0.01°, and the times it reaches one.
//!
//! Enough for dates: the Sun moves 0.01° in a quarter of an hour. The series is the low-precision
//! one of Meeus, "Astronomical Algorithms" (1998), chapter 25.

use gannet_types::Nanos;

use super::domain::{DomainError, finite, sine_cosine, turned};

/// Days from 1970-01-01 to 2000-01-01 12:00, from which the series counts.
const EPOCH_DAYS: f64 = 10_957.5;

/// Terrestrial minus universal time between 2015 and 2035, in days: 69 s. Decades away it is a
/// minute or two off, a thousandth of a degree.
const DELTA_T_DAYS: f64 = 69.0 / 86_400.0;

/// Mean degrees a day.
const SPEED: f64 = 0.985_647_36;

/// Returns the Sun's apparent geocentric ecliptic longitude at a UTC time, in degrees within 0 to
/// 360.
#[must_use]
pub fn longitude(time: Nanos) -> f64 {
    turned(longitude_on(days(time)))
}

/// Returns days since 1970-01-01, with their fraction.
pub(super) fn days(time: Nanos) -> f64 {
    time.0 as f64 / super::calendar::DAY_NS as f64
}

/// Returns the longitude on a day since 1970-01-01 UTC, full turns included.
fn longitude_on(days: f64) -> f64 {
    let centuries = (days - EPOCH_DAYS + DELTA_T_DAYS) / 36_525.0;
    let mean = 280.466_46 + centuries * (36_000.769_83 + centuries * 0.000_303_2);
    let anomaly = 357.529_11 + centuries * (35_999.050_29 - centuries * 0.000_153_7);
    let node = 125.04 - 1_934.136 * centuries;
    let (sine, cosine) = sine_cosine(anomaly);
    // Sines of twice and three times the anomaly.
    let sine_2 = 2.0 * sine * cosine;
    let sine_3 = sine * (3.0 - 4.0 * sine * sine);
    let centre = sine * (1.914_602 - centuries * (0.004_817 + centuries * 0.000_014))
        + sine_2 * (0.019_993 - 0.000_101 * centuries)
        + 0.000_289 * sine_3;
    mean + centre - 0.005_69 - 0.004_78 * sine_cosine(node).0
}

/// Returns the day since 1970-01-01 UTC on which the longitude, full turns included, is
/// `longitude`; near `guess`.
fn day_of(longitude: f64, guess: f64) -> f64 {
    // The speed varies by 3.5 %, so each step leaves at most a thirtieth of the error: from ten
    // days to a second in four.
    (0..5).fold(guess, |day, _| day + (longitude - longitude_on(day)) / SPEED)
}

/// Returns the last and the next day since 1970-01-01 on which the longitude is a multiple of
/// `step_degrees`; the last one is at or before `day`. The multiples begin anew at each turn's zero.
pub(super) fn days_around(day: f64, step_degrees: f64) -> (f64, f64) {
    let longitude = longitude_on(day);
    let turn = (longitude / 360.0).floor() * 360.0;
    let before = turn + ((longitude - turn) / step_degrees).floor() * step_degrees;
    let after = (before + step_degrees).min(turn + 360.0);
    let found = |target: f64| day_of(target, day + (target - longitude) / SPEED);
    (found(before).min(day), found(after))
}

/// A second, in days: what is nearer than that is the same moment, found again with another
/// rounding.
const SECOND: f64 = 1.0 / 86_400.0;

/// Returns the first time, at least a second after `time`, at which the Sun's longitude is
/// `degrees`, such as the angle of a price.
///
/// # Errors
/// If the degrees are not a number or the time is the last there is.
pub fn next_at(time: Nanos, degrees: f64) -> Result<Nanos, DomainError> {
    let day = days(time) + SECOND;
    let longitude = longitude_on(day);
    let way = turned(finite("degrees", degrees)? - longitude);
    from_days(day_of(longitude + way, day + way / SPEED))
}

/// Returns the first time, at least a second after `time`, at which the Sun's longitude is a
/// multiple of `step_degrees`, and that longitude: the natural dates.
///
/// # Errors
/// If the step is not within 1 to 360 degrees or the time is the last there is.
pub fn next_multiple(time: Nanos, step_degrees: f64) -> Result<(Nanos, f64), DomainError> {
    if !(1.0..=360.0).contains(&step_degrees) {
        return Err(DomainError::new("step", step_degrees, "within 1 to 360 degrees"));
    }
    let (_, next) = days_around(days(time) + SECOND, step_degrees);
    // A tenth of a second past it, so that rounding down gives the multiple.
    let steps = (turned(longitude_on(next) + 1e-6) / step_degrees).floor();
    Ok((from_days(next)?, steps * step_degrees))
}

/// Returns when the Sun has moved `degrees` from where it is at `time`. Not as many days: its speed
/// varies from 0.953 to 1.019 degrees a day.
///
/// # Errors
/// If that is not within the years 1970 to 2554.
pub fn project(time: Nanos, degrees: f64) -> Result<Nanos, DomainError> {
    let day = days(time);
    let target = longitude_on(day) + finite("degrees", degrees)?;
    from_days(day_of(target, day + degrees / SPEED))
}

/// Rounds to the nearest nanosecond a float of days can tell.
fn from_days(days: f64) -> Result<Nanos, DomainError> {
    let nanos = days * super::calendar::DAY_NS as f64;
    if (0.0..u64::MAX as f64).contains(&nanos) {
        Ok(Nanos(nanos.round() as u64))
    } else {
        Err(DomainError::new("day since 1970", days, "within the years 1970 to 2554"))
    }
}
