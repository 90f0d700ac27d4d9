//! UTCTimestamp: `YYYYMMDD-HH:MM:SS` with no, three, six or nine decimals.

use super::text::eight_digits;

/// How many decimals of a second are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// Whole seconds, all that FIX 4.0 and 4.1 know.
    Seconds,
    /// `.sss`
    Millis,
    /// `.ssssss`
    Micros,
    /// `.sssssssss`
    Nanos,
}

impl Precision {
    /// The bytes of a timestamp.
    #[inline]
    const fn bytes(self) -> usize {
        match self {
            Self::Seconds => 17,
            Self::Millis => 21,
            Self::Micros => 24,
            Self::Nanos => MAX_TIMESTAMP_BYTES,
        }
    }
}

/// The longest text: `YYYYMMDD-HH:MM:SS.sssssssss`.
const MAX_TIMESTAMP_BYTES: usize = 27;

/// It is copied as so many bytes, whatever the precision.
const ROOM: usize = 32;
const _: () = assert!(MAX_TIMESTAMP_BYTES <= ROOM, "a timestamp has room");

const NANOS_PER_SECOND: u64 = 1_000_000_000;
const NANOS_PER_MINUTE: u64 = 60 * NANOS_PER_SECOND;
const MINUTES_PER_DAY: u64 = 24 * 60;

/// Formats timestamps, remembering the last text: a message often says the same time twice, and
/// the next one is of the same minute.
pub struct Timestamps {
    precision: Precision,
    /// The time of which `text` is all.
    time_ns: u64,
    /// When the minute begins of which `text` holds `YYYYMMDD-HH:MM:`.
    minute_ns: u64,
    /// The text, and anything behind its end.
    text: [u8; ROOM],
}

impl Timestamps {
    /// Makes a formatter.
    #[must_use]
    pub fn new(precision: Precision) -> Self {
        let text = [b'0'; ROOM];
        let mut new = Self { precision, time_ns: 0, minute_ns: 0, text };
        new.set_minute(0);
        new.set_time(0);
        new
    }

    /// Formats nanoseconds since 1970 UTC; cuts off what the precision does not show.
    ///
    /// Cost: a copy for the time of the last call, a few nanoseconds within its minute, some twenty
    /// otherwise.
    #[inline]
    pub fn format(&mut self, time_ns: u64) -> &[u8] {
        let (text, length) = self.padded(time_ns);
        &text[..length]
    }

    /// The same with its length, and anything behind the end.
    #[inline]
    pub(super) fn padded(&mut self, time_ns: u64) -> (&[u8; ROOM], usize) {
        if time_ns != self.time_ns {
            self.set_time(time_ns);
        }
        (&self.text, self.precision.bytes())
    }

    fn set_time(&mut self, time_ns: u64) {
        self.time_ns = time_ns;
        let mut in_minute = time_ns.wrapping_sub(self.minute_ns);
        if in_minute >= NANOS_PER_MINUTE {
            in_minute = time_ns % NANOS_PER_MINUTE;
            self.minute_ns = time_ns - in_minute;
            self.set_minute(time_ns / NANOS_PER_MINUTE);
        }
        let micros = in_minute / 1000;
        // Below 60 000 000.
        let [second @ .., a, b, c, d, e, f] = eight_digits(micros as u32);
        self.text[15..17].copy_from_slice(&second);
        self.text[17] = b'.';
        self.text[18..24].copy_from_slice(&[a, b, c, d, e, f]);
        if self.precision == Precision::Nanos {
            self.text[24..27].copy_from_slice(&three((in_minute - micros * 1000) as u32));
        }
    }

    #[cold]
    fn set_minute(&mut self, minute: u64) {
        let (year, month, day) = date(minute / MINUTES_PER_DAY);
        let of_day = minute % MINUTES_PER_DAY;
        self.text[..2].copy_from_slice(&two(year / 100));
        self.text[2..4].copy_from_slice(&two(year % 100));
        self.text[4..6].copy_from_slice(&two(month));
        self.text[6..8].copy_from_slice(&two(day));
        self.text[8] = b'-';
        self.text[9..11].copy_from_slice(&two(of_day / 60));
        self.text[11] = b':';
        self.text[12..14].copy_from_slice(&two(of_day % 60));
        self.text[14] = b':';
    }
}

/// Reads a UTCTimestamp of any precision up to nanoseconds, years 1970 to 2553.
///
/// A leap second (`:60`) counts as the first second of the next minute. `None` for anything
/// that is not exactly such a text.
#[must_use]
pub fn parse_timestamp(text: &[u8]) -> Option<u64> {
    let (head, fraction) = text.split_first_chunk::<17>()?;
    if head[8] != b'-' || head[11] != b':' || head[14] != b':' {
        return None;
    }
    let number = |from: usize, to: usize| super::scan::unsigned(&head[from..to]);
    let (year, month, day) = (number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let (hour, minute, second) = (number(9, 11)?, number(12, 14)?, number(15, 17)?);
    let real = (1970..=2553).contains(&year) && (1..=12).contains(&month);
    if !real || day == 0 || day > days_in_month(year, month) {
        return None;
    }
    if hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let nanos = match fraction {
        [] => 0,
        [b'.', digits @ ..] if matches!(digits.len(), 1..=9) => {
            let missing = 9 - u32::try_from(digits.len()).ok()?;
            super::scan::unsigned(digits)? * 10_u64.pow(missing)
        }
        _ => return None,
    };
    let seconds = days_before(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
    Some(seconds * NANOS_PER_SECOND + nanos)
}

/// Says whether the text is `YYYYMMDD` and such a day exists, in any year.
pub(crate) fn is_date(text: &[u8]) -> bool {
    let number = |from: usize, to: usize| text.get(from..to).and_then(super::scan::unsigned);
    let (Some(year), Some(month), Some(day), 8) =
        (number(0, 4), number(4, 6), number(6, 8), text.len())
    else {
        return false;
    };
    (1..=12).contains(&month) && (1..=days_in_month(year, month)).contains(&day)
}

fn is_leap(year: u64) -> bool {
    year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400))
}

fn days_in_month(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

/// Leap days in the years 1 to `year`.
fn leap_days(year: u64) -> u64 {
    year / 4 - year / 100 + year / 400
}

/// Days from 1970-01-01 to the date; Gregorian, year 1970 or later.
fn days_before(year: u64, month: u64, day: u64) -> u64 {
    let years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let months: u64 = (1..month).map(|earlier| days_in_month(year, earlier)).sum();
    years + months + day - 1
}

/// The date of a day number since 1970. At most one step back from the estimate, then at
/// most eleven months forward.
fn date(days: u64) -> (u64, u64, u64) {
    let mut year = 1970 + days / 365;
    while days_before(year, 1, 1) > days {
        year -= 1;
    }
    let mut rest = days - days_before(year, 1, 1);
    let mut month = 1;
    while rest >= days_in_month(year, month) {
        rest -= days_in_month(year, month);
        month += 1;
    }
    (year, month, rest + 1)
}

#[inline]
fn two(value: u64) -> [u8; 2] {
    // Below 100 at every call, so the digits fit.
    let value = value as u8;
    [b'0' + value / 10 % 10, b'0' + value % 10]
}

#[inline]
fn three(value: u32) -> [u8; 3] {
    [b'0' + (value / 100 % 10) as u8, b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8]
}
