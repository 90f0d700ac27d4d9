//! Times: UTC, and the uniform time in which planets move.

use gannet_types::Nanos;

/// The first instant with positions: 1970-01-01.
pub const FIRST: Nanos = Nanos(0);

/// The first instant without positions any more: 2099-12-01. The Earth's series ends a century
/// after 2000, and the last polynomial must end before it.
pub const LAST: Nanos = Nanos(4_099_766_400 * 1_000_000_000);

/// 2000-01-01 12:00 in seconds since 1970.
const J2000_SECONDS: i64 = 946_728_000;

const NANOS_PER_DAY: f64 = 86_400e9;

/// TT − TAI in seconds, by definition.
const TT_MINUS_TAI: f64 = 32.184;

/// Days since 1970 from which TAI − UTC has a value in seconds (IERS Bulletin C). Before 1972 the
/// first is used, which is wrong by at most two seconds.
const LEAPS: [(i64, f64); 28] = [
    (0, 10.0),
    (912, 11.0),
    (1096, 12.0),
    (1461, 13.0),
    (1826, 14.0),
    (2191, 15.0),
    (2557, 16.0),
    (2922, 17.0),
    (3287, 18.0),
    (3652, 19.0),
    (4199, 20.0),
    (4564, 21.0),
    (4929, 22.0),
    (5660, 23.0),
    (6574, 24.0),
    (7305, 25.0),
    (7670, 26.0),
    (8217, 27.0),
    (8582, 28.0),
    (8947, 29.0),
    (9496, 30.0),
    (10_043, 31.0),
    (10_592, 32.0),
    (13_149, 33.0),
    (14_245, 34.0),
    (15_522, 35.0),
    (16_617, 36.0),
    (17_167, 37.0),
];

/// Returns TT − UTC in seconds. Leap seconds to come are unknown, and taken for none.
fn offset_seconds(utc_seconds: i64) -> f64 {
    let day = utc_seconds.div_euclid(86_400);
    let leap = LEAPS.iter().rev().find(|(since, _)| day >= *since);
    leap.map_or(LEAPS[0].1, |(_, seconds)| *seconds) + TT_MINUS_TAI
}

/// Returns days of Terrestrial Time since 2000-01-01 12:00, to a fraction of a microsecond; `None`
/// outside [`FIRST`] to [`LAST`].
#[inline]
#[must_use]
pub fn terrestrial_days(utc: Nanos) -> Option<f64> {
    if utc < FIRST || utc >= LAST {
        return None;
    }
    // Below LAST it fits with room to spare.
    let nanos = utc.0.cast_signed();
    let offset = offset_seconds(nanos / 1_000_000_000);
    Some(((nanos - J2000_SECONDS * 1_000_000_000) as f64 + offset * 1e9) / NANOS_PER_DAY)
}

/// Returns the UTC of days of Terrestrial Time since 2000-01-01 12:00, within a microsecond; a
/// time before 1970 is 1970.
#[must_use]
pub fn utc_of(terrestrial_days: f64) -> Nanos {
    let terrestrial = (terrestrial_days * 86_400.0) as i64 + J2000_SECONDS;
    let guess = terrestrial - offset_seconds(terrestrial) as i64;
    let nanos = (terrestrial_days * 86_400.0 - offset_seconds(guess)) * 1e9;
    Nanos((nanos as i64).saturating_add(J2000_SECONDS * 1_000_000_000).max(0).cast_unsigned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leap_seconds_are_those_of_the_standards() {
        for day in (730..21_000_i64).step_by(1) {
            let (year, month, date, _) =
                sofars::cal::jd2cal(2_440_587.5, day as f64).expect("a date");
            let expected = sofars::ts::dat(year, month, date, 0.5).expect("a date after 1972");
            assert_eq!(offset_seconds(day * 86_400), expected + TT_MINUS_TAI, "{day}");
        }
    }

    #[test]
    fn times_return() {
        assert_eq!(terrestrial_days(LAST), None);
        for seconds in (0..LAST.0 / 1_000_000_000).step_by(8_640_007) {
            let utc = Nanos(seconds * 1_000_000_000);
            let back = utc_of(terrestrial_days(utc).expect("within the range"));
            assert!(back.0.abs_diff(utc.0) < 1000, "{seconds}");
        }
    }
}
