//! New York: NYSE Rule 7.2 and the holidays NYSE and Nasdaq publish, www.nyse.com/markets/hours-calendars.

use jiff::civil::{Date, Weekday, date, time};

use super::days::{is_good_friday, is_last, is_nth, later, observes_nearest};
use super::{Hours, Session};

/// Days that no rule knows: mourning for a former president.
const EXTRAORDINARY: &[Date] = &[date(2025, 1, 9)];

pub(super) fn session(day: Date, hours: Hours) -> Option<Session> {
    if is_holiday(day) {
        return None;
    }
    let early = closes_early(day);
    Some(match (hours, early) {
        (Hours::Regular, false) => Session::new(time(9, 30, 0, 0), time(16, 0, 0, 0)),
        (Hours::Regular, true) => Session::new(time(9, 30, 0, 0), time(13, 0, 0, 0)),
        (Hours::Extended, false) => Session::new(time(4, 0, 0, 0), time(20, 0, 0, 0)),
        (Hours::Extended, true) => Session::new(time(4, 0, 0, 0), time(17, 0, 0, 0)),
    })
}

pub(super) fn is_holiday(day: Date) -> bool {
    is_new_year(day)
        || is_monday_off(day)
        || is_good_friday(day)
        || observes_nearest(day, 6, 19)
        || observes_nearest(day, 7, 4)
        || is_thanksgiving(day)
        || observes_nearest(day, 12, 25)
        || EXTRAORDINARY.contains(&day)
}

/// New Year's Day moves from a Sunday to Monday, but never into the old year.
fn is_new_year(day: Date) -> bool {
    let first = date(day.year(), 1, 1);
    day == first || day == later(first, 1) && first.weekday() == Weekday::Sunday
}

/// Martin Luther King, Washington, Memorial and Labor Day.
pub(super) fn is_monday_off(day: Date) -> bool {
    match day.month() {
        1 | 2 => is_nth(day, 3, Weekday::Monday),
        5 => is_last(day, Weekday::Monday),
        9 => is_nth(day, 1, Weekday::Monday),
        _ => false,
    }
}

pub(super) fn is_thanksgiving(day: Date) -> bool {
    day.month() == 11 && is_nth(day, 4, Weekday::Thursday)
}

/// The days before Independence Day and Christmas, and after Thanksgiving.
pub(super) fn closes_early(day: Date) -> bool {
    (day.month(), day.day()) == (7, 3)
        || (day.month(), day.day()) == (12, 24)
        || is_thanksgiving(later(day, -1))
}
