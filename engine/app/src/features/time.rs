//! Times in files: UTC as ISO 8601 writes it, or counted from 1970.
//!
//! ```text
//! 2019-02-09T10:00:00Z   2019-02-09 10:00:00.250   2019-02-09T10:00+00:00   2019-02-09
//! 1549706400   1549706400.25   1549706400000   (micro- and nanoseconds too)
//! ```
//! A count is told apart by its size: below 10^11 seconds (the year 5138), below 10^14
//! milliseconds, below 10^17 microseconds, else nanoseconds.

use gannet_features::gann::calendar::Date;
use gannet_types::Nanos;

const SECOND_NS: u64 = 1_000_000_000;

/// Below which count it counts what; beyond, nanoseconds.
const UNITS_NS: [(u64, u64); 3] = [
    (100_000_000_000, SECOND_NS),
    (100_000_000_000_000, 1_000_000),
    (100_000_000_000_000_000, 1_000),
];

/// Reads a time; the error says what is wrong with it.
pub(super) fn parse(text: &str) -> Result<Nanos, String> {
    let count = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let time = if count { counted(text) } else { calendar(text) };
    time.ok_or_else(|| {
        format!("\"{text}\" is no time such as 2019-02-09T10:00:00Z (UTC, from 1970 to 2554) or 1549706400")
    })
}

/// Writes a time, with a fraction of the second if there is one.
#[must_use]
pub fn utc(time: Nanos) -> String {
    let (of_day, nanos) = (time.0 / SECOND_NS % 86_400, time.0 % SECOND_NS);
    let (hour, minute, second) = (of_day / 3_600, of_day / 60 % 60, of_day % 60);
    let fraction = if nanos == 0 { String::new() } else { format!(".{nanos:09}") };
    let fraction = fraction.trim_end_matches('0');
    format!("{}T{hour:02}:{minute:02}:{second:02}{fraction}Z", Date::of(time))
}

fn counted(text: &str) -> Option<Nanos> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: u64 = whole.parse().ok()?;
    let unit = UNITS_NS.iter().find(|(end, _)| whole < *end).map_or(1, |(_, unit)| *unit);
    whole.checked_mul(unit)?.checked_add(parts(fraction, unit)?).map(Nanos)
}

fn calendar(text: &str) -> Option<Nanos> {
    let (date, clock) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00"));
    let days = u64::try_from(date.parse::<Date>().ok()?.days()).ok()?;
    let utc = ["Z", "z", "+00:00", "-00:00", "+0000", " UTC"];
    let clock = utc.iter().find_map(|end| clock.strip_suffix(end)).unwrap_or(clock);
    let (clock, fraction) = clock.split_once('.').unwrap_or((clock, ""));
    let mut seconds = 0;
    let mut counts = 0;
    for (count, below) in clock.split(':').zip([24, 60, 60, 0]) {
        let digits = count.len() == 2 && count.bytes().all(|byte| byte.is_ascii_digit());
        let count: u64 = count.parse().ok().filter(|&count| digits && count < below)?;
        seconds = seconds * 60 + count;
        counts += 1;
    }
    let seconds = match counts {
        2 if fraction.is_empty() => seconds * 60,
        3 => seconds,
        _ => return None,
    };
    let seconds = days.checked_mul(86_400)? + seconds;
    seconds.checked_mul(SECOND_NS)?.checked_add(parts(fraction, SECOND_NS)?).map(Nanos)
}

/// Returns a decimal fraction of a unit in nanoseconds, rounded down.
fn parts(fraction: &str, unit_ns: u64) -> Option<u64> {
    if fraction.is_empty() {
        return Some(0);
    }
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = &fraction[..fraction.len().min(9)];
    Some(digits.parse::<u64>().ok()? * unit_ns / 10_u64.pow(digits.len() as u32))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form() {
        let second = 1_549_706_400 * SECOND_NS;
        for (text, expected) in [
            ("2019-02-09T10:00:00Z", second),
            ("2019-02-09 10:00:00", second),
            ("2019-02-09T10:00", second),
            ("2019-02-09T10:00:00+00:00", second),
            ("2019-02-09T10:00:00.25Z", second + SECOND_NS / 4),
            ("2019-02-09T10:00:00.123456789Z", second + 123_456_789),
            ("2019-02-09", second - 36_000 * SECOND_NS),
            ("1970-01-01", 0),
            ("1549706400", second),
            ("1549706400.5", second + SECOND_NS / 2),
            ("1549706400000", second),
            ("1549706400000000", second),
            ("1549706400000000000", second),
            ("0", 0),
        ] {
            assert_eq!(parse(text), Ok(Nanos(expected)), "{text}");
            assert_eq!(parse(&utc(Nanos(expected))), Ok(Nanos(expected)), "{text}");
        }
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            ".",
            "yesterday",
            "-1",
            "1e9",
            "1.2.3",
            "2019-02-30T00:00:00Z",
            "2019-02-09T24:00:00Z",
            "2019-02-09T10:60:00Z",
            "2019-02-09T10:00:60Z",
            "2019-02-09T10:00:00+02:00",
            "2019-02-09T1:00:00Z",
            "2019-02-09T10",
            "2019-02-09T10:00:00:00",
            "2019-02-09T10:00.5",
            "2019-02-09T10:00:00.x",
            "2019-02-09T+1:00:00",
            "1969-12-31T23:59:59Z",
            "9000-01-01",
            "99999999999999999999",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
