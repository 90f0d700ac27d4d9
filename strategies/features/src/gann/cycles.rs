//! Time cycles: dates at which a turn is expected, counted from a pivot.

use super::calendar::{Date, DateError};

/// Calendar days, the circle and its parts; they go on after every 360.
pub const CALENDAR_DAYS: [i64; 17] =
    [30, 45, 60, 90, 120, 135, 144, 150, 180, 210, 225, 240, 270, 300, 315, 330, 360];

/// Weeks: the quarters of a year.
pub const WEEKS: [i64; 4] = [13, 26, 39, 52];

/// Years.
pub const YEARS: [i32; 11] = [5, 7, 10, 15, 20, 30, 45, 49, 60, 84, 90];

/// Which count of time leads to a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cycle {
    /// Calendar days.
    Days(i64),
    /// Weeks: 7 and the quarters of a year, and those after every further year of 52.
    Weeks(i64),
    /// Anniversaries: whole years of the calendar.
    Years(i32),
}

/// Returns every cycle date after a pivot up to `until`, in order: the calendar days, the weeks,
/// and every anniversary.
///
/// # Errors
/// If a date is beyond the calendar.
pub fn dates(pivot: Date, until: Date) -> Result<Vec<(Date, Cycle)>, DateError> {
    let days = until.days() - pivot.days();
    let turns = |length: i64| 0..=days / length;
    let by_days = turns(360).flat_map(|turn| CALENDAR_DAYS.map(|each| 360 * turn + each));
    let by_weeks = turns(7 * 52).flat_map(|year| WEEKS.map(|each| 52 * year + each));
    let seven = std::iter::once(7);
    let mut found = Vec::new();
    for count in by_days.filter(|&count| count <= days) {
        found.push((pivot.plus_days(count)?, Cycle::Days(count)));
    }
    for count in seven.chain(by_weeks).filter(|&count| 7 * count <= days) {
        found.push((pivot.plus_days(7 * count)?, Cycle::Weeks(count)));
    }
    let years = until.parts().0 - pivot.parts().0;
    for count in 1..=years {
        let date = pivot.plus_years(count)?;
        if date <= until {
            found.push((date, Cycle::Years(count)));
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the signed days to the nearest date of [`CALENDAR_DAYS`], going on every 360 days, from
/// a pivot `age_days` ago: negative once the date has passed. Zero on the pivot itself.
#[inline]
#[must_use]
pub fn days_to_nearest(age_days: f64) -> f64 {
    let within = age_days - 360.0 * (age_days / 360.0).floor();
    let mut nearest = -within;
    for days in CALENDAR_DAYS {
        let distance = days as f64 - within;
        if distance.abs() < nearest.abs() {
            nearest = distance;
        }
    }
    nearest
}

/// Returns the signed bars to the nearest square number (1, 4, 9, 16, …) of bars from a pivot:
/// negative once it has passed.
#[inline]
#[must_use]
pub fn bars_to_nearest_square(bars: u64) -> f64 {
    let root = bars.isqrt();
    let (before, passed) = (root * root, bars - root * root);
    // The next square is 2·root + 1 later; from half of it on it is nearer. Zero is no target.
    if passed > root || before == 0 { (2 * root + 1 - passed) as f64 } else { -(passed as f64) }
}

/// Returns how many pairs of a pivot and a cycle meet within `tolerance_days` of now: a cluster.
/// Ages in days; O(pivots).
#[must_use]
pub fn cluster(ages_days: &[f64], tolerance_days: f64) -> usize {
    let hits = |age: f64| {
        let within = age - 360.0 * (age / 360.0).floor();
        let is_hit = |days: &&i64| (**days as f64 - within).abs() <= tolerance_days;
        // The first days after a full turn still belong to its end.
        let full_turn = age >= 360.0 && within <= tolerance_days;
        CALENDAR_DAYS.iter().filter(is_hit).count() + usize::from(full_turn)
    };
    ages_days.iter().map(|&age| hits(age)).sum()
}
