//! London: bank holidays of England and Wales, and the half days the London Stock Exchange publishes,
//! www.londonstockexchange.com/securities-trading/trading-access/business-days.

use jiff::civil::{Date, Weekday, date, time};

use super::days::{easter, is_good_friday, is_last, is_nth, last_weekday_until, later};
use super::{Hours, Session};

pub(super) fn session(day: Date, hours: Hours) -> Option<Session> {
    if is_holiday(day) {
        return None;
    }
    let half = closes_early(day);
    // Extended: from the opening auction to the end of trading at the closing price.
    Some(match (hours, half) {
        (Hours::Regular, false) => Session::new(time(8, 0, 0, 0), time(16, 30, 0, 0)),
        (Hours::Regular, true) => Session::new(time(8, 0, 0, 0), time(12, 30, 0, 0)),
        (Hours::Extended, false) => Session::new(time(7, 50, 0, 0), time(16, 40, 0, 0)),
        (Hours::Extended, true) => Session::new(time(7, 50, 0, 0), time(12, 40, 0, 0)),
    })
}

fn is_holiday(day: Date) -> bool {
    let new_year = date(day.year(), 1, 1);
    is_good_friday(day)
        || later(day, -1) == easter(day.year())
        || day == monday_instead(new_year)
        || day.month() == 5 && (is_nth(day, 1, Weekday::Monday) || is_last(day, Weekday::Monday))
        || day.month() == 8 && is_last(day, Weekday::Monday)
        || is_christmas(day)
}

/// A Monday stands in for a Saturday or Sunday.
fn monday_instead(day: Date) -> Date {
    match day.weekday() {
        Weekday::Saturday => later(day, 2),
        Weekday::Sunday => later(day, 1),
        _ => day,
    }
}

/// Christmas and Boxing Day, or the first weekdays after them.
fn is_christmas(day: Date) -> bool {
    let christmas = date(day.year(), 12, 25);
    let first_two = match christmas.weekday() {
        Weekday::Friday => [0, 3],
        Weekday::Saturday => [2, 3],
        Weekday::Sunday => [1, 2],
        _ => [0, 1],
    };
    first_two.into_iter().any(|days| day == later(christmas, days))
}

/// The last days before Christmas and New Year.
fn closes_early(day: Date) -> bool {
    [24, 31].into_iter().any(|eve| day == last_weekday_until(date(day.year(), 12, eve)))
}
