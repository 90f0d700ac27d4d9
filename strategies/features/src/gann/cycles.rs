//! Time cycles: dates at which a turn is expected, counted from a pivot.

use super::calendar::{Date, DateError};
use super::domain::turned;

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

/// All marks are multiples of so many days.
const GRID: i64 = 3;

/// Cells of the grid in a turn of 360 days.
const CELLS: usize = 120;

/// The marks of a turn, its beginning included.
const MARKS: [f64; 18] = {
    let mut marks = [0.0; 18];
    let mut index = 0;
    while index < CALENDAR_DAYS.len() {
        assert!(CALENDAR_DAYS[index] % GRID == 0, "on the grid");
        marks[index + 1] = CALENDAR_DAYS[index] as f64;
        index += 1;
    }
    marks
};

/// How many marks after the beginning of a turn lie up to the start of each cell.
const RANKS: [u8; CELLS] = {
    let mut ranks = [0; CELLS];
    let mut cell = 1;
    while cell < CELLS {
        let next = CALENDAR_DAYS[ranks[cell - 1] as usize];
        ranks[cell] = ranks[cell - 1] + (next == GRID * cell as i64) as u8;
        cell += 1;
    }
    ranks
};

/// Returns how many marks, of all turns, lie up to the start of a cell.
#[inline]
fn marks_until(cell: i64) -> i64 {
    let cell = cell.max(0).cast_unsigned();
    let turns = (cell / CELLS as u64).cast_signed();
    CALENDAR_DAYS.len() as i64 * turns + i64::from(RANKS[(cell % CELLS as u64) as usize])
}

/// Returns the signed days to the nearest date of [`CALENDAR_DAYS`], going on every 360 days, from
/// a pivot `age_days` ago: negative once the date has passed. Zero on the pivot itself. O(1).
#[inline]
#[must_use]
pub fn days_to_nearest(age_days: f64) -> f64 {
    let within = turned(age_days);
    let rank = usize::from(RANKS[((within / GRID as f64) as usize).min(CELLS - 1)]);
    let (passed, to_go) = (within - MARKS[rank], MARKS[rank + 1] - within);
    if to_go <= passed { to_go } else { -passed }
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
pub fn cluster(ages_days: &[f64], tolerance_days: f64) -> i64 {
    let cell = |days: f64| days / GRID as f64;
    let hits = |age: f64| {
        let (first, last) = (cell(age - tolerance_days), cell(age + tolerance_days));
        // A mark at the very first moment is a hit, too.
        let whole = first as i64;
        let before = whole.saturating_sub(i64::from(whole as f64 == first));
        marks_until(last as i64) - marks_until(before)
    };
    ages_days.iter().map(|&age| hits(age)).sum()
}
