//! Chicago: futures on share indices at CME Globex, from 17:00 of the evening before to 16:00.
//!
//! On a holiday of New York they halt at noon, and at noon or a little after on its short days:
//! noon here. On Good Friday they trade in some years until the morning: closed here. So this
//! is never open when CME is not, and sometimes closed when it is;
//! www.cmegroup.com/trading-hours.html tells.

use jiff::civil::{Date, Weekday, date, time};

use super::Session;
use super::days::{is_good_friday, later};
use super::united_states::{closes_early, is_holiday};

/// Days that no rule knows: mourning for a former president.
const EXTRAORDINARY: &[Date] = &[date(2025, 1, 9)];

pub(super) fn session(day: Date) -> Option<Session> {
    if is_closed(day) {
        return None;
    }
    let short = is_holiday(day) || closes_early(day);
    let closes = if short { time(12, 0, 0, 0) } else { time(16, 0, 0, 0) };
    Some(Session { opens_on: -1, opens: time(17, 0, 0, 0), closes })
}

/// Christmas and New Year, where they are observed; Good Friday.
fn is_closed(day: Date) -> bool {
    let year_ends = matches!((day.month(), day.day()), (12, 25) | (1, 1));
    let month_ends = day.month() == 12 && day.day() > 20 || day.month() == 1 && day.day() < 5;
    let observed = month_ends && is_holiday(day);
    // A Friday before a Saturday's Christmas.
    let before = observed && day.weekday() == Weekday::Friday && later(day, 1).day() == 25;
    is_good_friday(day) || year_ends || observed || before || EXTRAORDINARY.contains(&day)
}
