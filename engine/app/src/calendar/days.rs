//! Days that holidays are made of.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

pub(super) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// Returns the day so many days later; at the end of time that day.
pub(super) fn later(day: Date, days: i32) -> Date {
    day.saturating_add(days.days())
}

/// Returns whether a day is the `nth` (from 1) such weekday of its month.
pub(super) fn is_nth(day: Date, nth: i8, weekday: Weekday) -> bool {
    day.weekday() == weekday && (day.day() - 1) / 7 + 1 == nth
}

/// Returns whether a day is the last such weekday of its month.
pub(super) fn is_last(day: Date, weekday: Weekday) -> bool {
    day.weekday() == weekday && day.day() + 7 > day.days_in_month()
}

/// Returns the last day of a month and year that is no weekend.
pub(super) fn last_weekday_until(mut day: Date) -> Date {
    while is_weekend(day) {
        day = later(day, -1);
    }
    day
}

/// Returns whether a day stands in for a fixed date: on a weekday itself; on a Saturday the
/// Friday before; on a Sunday the Monday after.
pub(super) fn observes_nearest(day: Date, month: i8, of_month: i8) -> bool {
    let holiday = date(day.year(), month, of_month);
    let observed = match holiday.weekday() {
        Weekday::Saturday => later(holiday, -1),
        Weekday::Sunday => later(holiday, 1),
        _ => holiday,
    };
    day == observed
}

/// Returns Easter Sunday of the Gregorian calendar: the anonymous algorithm, after Meeus,
/// "Astronomical Algorithms", chapter 8.
pub(super) fn easter(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let (d, e) = (b / 4, b % 4);
    let g = (b - (b + 8) / 25 + 1) / 3;
    let h = (19 * a + b - d - g + 15) % 30;
    let (i, k) = (c / 4, c % 4);
    let l = (32 + 2 * e + 2 * i - h - k) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days = h + l - 7 * m + 114;
    // From the first of March: month and day as one count.
    later(date(year, 3, 1), (days / 31 - 3) * 31 + days % 31)
}

pub(super) fn is_good_friday(day: Date) -> bool {
    later(day, 2) == easter(day.year())
}
