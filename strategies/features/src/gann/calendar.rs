//! Dates of the Gregorian calendar, as numbers of days.
//!
//! Years begin in March here, so that the day a leap year adds is the last one and the months
//! before it alternate regularly: 153 days every five months.

use std::fmt;
use std::str::FromStr;

use gannet_types::Nanos;

/// A day, in a year from −9999 to 9999.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

/// Why there is no such date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateError {
    /// Choose one of the calendar.
    #[error("there is no {year:04}-{month:02}-{day:02}, or it is beyond the years -9999 to 9999")]
    NoSuchDay {
        /// The year.
        year: i32,
        /// The month.
        month: u8,
        /// The day.
        day: u8,
    },
    /// Choose a nearer one.
    #[error("day {0} since 1970 is beyond the years -9999 to 9999")]
    TooFar(i64),
    /// Write `2025-04-07`.
    #[error("a date is year-month-day, such as 2025-04-07")]
    Malformed,
}

/// Days from 0000-03-01 to 1970-01-01.
const EPOCH_DAYS: i64 = 719_468;

/// Days of 400 years.
const ERA_DAYS: i64 = 146_097;

/// Nanoseconds of a day.
pub(super) const DAY_NS: u64 = 86_400_000_000_000;

impl Date {
    /// Returns a date.
    ///
    /// # Errors
    /// If the calendar has no such day.
    pub const fn new(year: i32, month: u8, day: u8) -> Result<Self, DateError> {
        let known = year.unsigned_abs() <= 9_999 && month >= 1 && month <= 12;
        if !known || day < 1 || day > days_in_month(year, month) {
            return Err(DateError::NoSuchDay { year, month, day });
        }
        Ok(Self { year, month, day })
    }

    /// Returns the UTC date of a time.
    #[must_use]
    pub fn of(time: Nanos) -> Self {
        // A u64 of nanoseconds ends in the year 2554.
        Self::from_days((time.0 / DAY_NS) as i64).expect("within the years of the calendar")
    }

    /// Returns the date so many days after 1970-01-01.
    ///
    /// # Errors
    /// If it is beyond the years −9999 to 9999.
    pub fn from_days(days: i64) -> Result<Self, DateError> {
        if !(-4_500_000..=3_000_000).contains(&days) {
            return Err(DateError::TooFar(days));
        }
        let shifted = days + EPOCH_DAYS;
        let (era, day) = (shifted.div_euclid(ERA_DAYS), shifted.rem_euclid(ERA_DAYS));
        // Leap days so far are taken out: one in four years but not in a hundred.
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let year = year + 400 * era + i64::from(month >= 10);
        let month = if month < 10 { month + 3 } else { month - 9 };
        Self::new(year as i32, month as u8, day as u8).map_err(|_| DateError::TooFar(days))
    }

    /// Returns the days since 1970-01-01.
    #[must_use]
    pub fn days(self) -> i64 {
        let (mut year, mut month) = (i64::from(self.year), i64::from(self.month) - 3);
        if month < 0 {
            year -= 1;
            month += 12;
        }
        let (era, year) = (year.div_euclid(400), year.rem_euclid(400));
        let day = (153 * month + 2) / 5 + i64::from(self.day) - 1;
        era * ERA_DAYS + 365 * year + year / 4 - year / 100 + day - EPOCH_DAYS
    }

    /// Returns the date so many days later.
    ///
    /// # Errors
    /// If it is beyond the years −9999 to 9999.
    pub fn plus_days(self, days: i64) -> Result<Self, DateError> {
        Self::from_days(self.days().saturating_add(days))
    }

    /// Returns the same day of another year; 29 February becomes 28 where there is none.
    ///
    /// # Errors
    /// If it is beyond the years −9999 to 9999.
    pub fn plus_years(self, years: i32) -> Result<Self, DateError> {
        let year = self.year.saturating_add(years).clamp(-10_000, 10_000);
        Self::new(year, self.month, self.day.min(days_in_month(year, self.month)))
    }

    /// Returns year, month and day.
    #[must_use]
    pub const fn parts(self) -> (i32, u8, u8) {
        (self.year, self.month, self.day)
    }
}

const fn days_in_month(year: i32, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.year < 0 { "-" } else { "" };
        let year = self.year.unsigned_abs();
        write!(formatter, "{sign}{year:04}-{:02}-{:02}", self.month, self.day)
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let (sign, text) = text.strip_prefix('-').map_or((1, text), |text| (-1, text));
        let mut parts = text.split('-');
        let mut part = |digits: usize| {
            let text = parts.next().filter(|text| text.len() == digits)?;
            text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<i32>().ok())?
        };
        let (year, month, day) = (part(4), part(2), part(2));
        let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
            return Err(DateError::Malformed);
        };
        Self::new(sign * year, month as u8, day as u8)
    }
}
