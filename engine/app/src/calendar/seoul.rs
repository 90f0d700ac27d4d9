//! Seoul: public holidays of Korea, May Day and the last day of the year, as the Korea Exchange
//! publishes them, global.krx.co.kr.
//!
//! Three holidays follow the moon: their dates are those of the Korea Astronomy and Space Science
//! Institute. A holiday that falls on a Sunday, for most of them on a Saturday, or on another one
//! is made up for by the next weekday (Act on Public Holidays, 2022; Presidential Decree on
//! Holidays of Government Offices, article 3). Elections follow from the Public Official Election
//! Act, as long as terms end when they should.

use jiff::civil::{Date, Weekday, date, time};

use super::days::{is_weekend, last_weekday_until, later};
use super::{Hours, Session};

/// Of each year from 2024: the first day of the first moon, Buddha's birthday, the full moon of
/// the eighth.
const BY_THE_MOON: [[(i8, i8); 3]; 12] = [
    [(2, 10), (5, 15), (9, 17)],
    [(1, 29), (5, 5), (10, 6)],
    [(2, 17), (5, 24), (9, 25)],
    [(2, 7), (5, 13), (9, 15)],
    [(1, 27), (5, 2), (10, 3)],
    [(2, 13), (5, 20), (9, 22)],
    [(2, 3), (5, 9), (9, 12)],
    [(1, 23), (5, 28), (10, 1)],
    [(2, 11), (5, 16), (9, 19)],
    [(1, 31), (5, 6), (9, 8)],
    [(2, 19), (5, 25), (9, 27)],
    [(2, 8), (5, 15), (9, 16)],
];

/// Elections, and days off that were granted once.
const EXTRAORDINARY: &[Date] = &[
    date(2024, 4, 10),
    date(2024, 10, 1),
    date(2025, 1, 27),
    date(2025, 6, 3),
    date(2026, 6, 3),
    date(2028, 4, 12),
    date(2030, 3, 27),
    date(2030, 6, 12),
    date(2032, 4, 14),
    date(2034, 5, 31),
    date(2035, 3, 28),
];

/// On which days a holiday is made up for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum MadeUpFor {
    Never,
    /// And if it falls on another holiday.
    Sundays,
    /// And if it falls on another holiday.
    Weekends,
}

/// A holiday of so many days.
#[derive(Clone, Copy)]
struct Holiday {
    first: Date,
    days: i32,
    made_up_for: MadeUpFor,
}

impl Holiday {
    fn includes(&self, day: Date) -> bool {
        (0..self.days).any(|count| later(self.first, count) == day)
    }

    fn is_lost(&self, others: &[Self]) -> bool {
        (0..self.days).map(|count| later(self.first, count)).any(|day| {
            let shared = others.iter().any(|other| other.includes(day));
            match (self.made_up_for, day.weekday()) {
                (MadeUpFor::Never, _) => false,
                (MadeUpFor::Sundays | MadeUpFor::Weekends, Weekday::Sunday)
                | (MadeUpFor::Weekends, Weekday::Saturday) => true,
                _ => shared && !is_weekend(day),
            }
        })
    }
}

pub(super) fn session(day: Date, hours: Hours) -> Option<Session> {
    if is_closed(day) {
        return None;
    }
    // An hour later on the first day of the year; and on the day of the college entrance exam,
    // one Thursday of November, when the close is later, too: that is left out.
    let is_exam = day.month() == 11 && (11..=24).contains(&day.day());
    let late = day == first_of_year(day.year()) || is_exam && day.weekday() == Weekday::Thursday;
    let hour = i8::from(late);
    Some(match hours {
        Hours::Regular => Session::new(time(9 + hour, 0, 0, 0), time(15, 30, 0, 0)),
        Hours::Extended => Session::new(time(8 + hour, 30, 0, 0), time(18, 0, 0, 0)),
    })
}

fn first_of_year(year: i16) -> Date {
    let mut day = date(year, 1, 2);
    while is_weekend(day) {
        day = later(day, 1);
    }
    day
}

fn is_closed(day: Date) -> bool {
    let year = day.year();
    let year_ends = day == last_weekday_until(date(year, 12, 31));
    year_ends || EXTRAORDINARY.contains(&day) || is_public_holiday(day)
}

fn is_public_holiday(day: Date) -> bool {
    let holidays = holidays(day.year());
    if holidays.iter().any(|holiday| holiday.includes(day)) {
        return true;
    }
    let mut made_up = Vec::new();
    for (index, holiday) in holidays.iter().enumerate() {
        // Of two on one day the later in the list is lost.
        if holiday.is_lost(&holidays[..index]) {
            let mut instead = later(holiday.first, holiday.days);
            let taken = |day: Date, made_up: &[Date]| {
                let holiday = holidays.iter().any(|holiday| holiday.includes(day));
                is_weekend(day) || holiday || made_up.contains(&day)
            };
            while taken(instead, &made_up) {
                instead = later(instead, 1);
            }
            made_up.push(instead);
        }
    }
    made_up.contains(&day)
}

/// The public holidays of a year: the fixed ones and, after them, those by the moon.
fn holidays(year: i16) -> Vec<Holiday> {
    let single =
        |month, day, made_up_for| Holiday { first: date(year, month, day), days: 1, made_up_for };
    // May Day closed the exchange before it was a public holiday, which it is from 2026 on, as
    // Constitution Day is again.
    let may_day = if year < 2026 { MadeUpFor::Never } else { MadeUpFor::Weekends };
    let mut all = vec![
        single(1, 1, MadeUpFor::Never),
        single(3, 1, MadeUpFor::Weekends),
        single(5, 1, may_day),
        single(5, 5, MadeUpFor::Weekends),
        single(6, 6, MadeUpFor::Never),
        single(8, 15, MadeUpFor::Weekends),
        single(10, 3, MadeUpFor::Weekends),
        single(10, 9, MadeUpFor::Weekends),
        single(12, 25, MadeUpFor::Weekends),
    ];
    if year >= 2026 {
        all.push(single(7, 17, MadeUpFor::Weekends));
    }
    let known = usize::try_from(year - 2024).ok().and_then(|index| BY_THE_MOON.get(index));
    if let Some(&[new_year, buddha, harvest]) = known {
        for (month, day) in [new_year, harvest] {
            let first = later(date(year, month, day), -1);
            all.push(Holiday { first, days: 3, made_up_for: MadeUpFor::Sundays });
        }
        all.push(single(buddha.0, buddha.1, MadeUpFor::Weekends));
    }
    all
}
