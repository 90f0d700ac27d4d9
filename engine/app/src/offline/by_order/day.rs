//! The day of a file, and its midnight in New York.

use anyhow::Context;
use gannet_types::Nanos;
use jiff::civil::Date;
use jiff::tz::TimeZoneDatabase;

/// Reads `2012-06-21`.
///
/// # Errors
/// If it is no such day.
pub fn parse(text: &str) -> anyhow::Result<Date> {
    text.parse().with_context(|| format!("`{text}` is no day such as 2012-06-21"))
}

/// Finds a day in the name of a file: `AMZN_2012-06-21_…`, `12302019.NASDAQ_ITCH50` (month first) or
/// `S081321-v50.txt` (the same, short).
pub(super) fn in_name(name: &str) -> Option<Date> {
    name.split(['_', '.', '-'])
        .find_map(digits)
        .or_else(|| name.split('_').find_map(|part| part.parse().ok().filter(|_| part.len() == 10)))
}

/// Reads `MMDDYYYY` or `SMMDDYY`.
fn digits(part: &str) -> Option<Date> {
    let (digits, century) = match (part.len(), part.strip_prefix('S')) {
        (8, None) => (part, 0),
        (7, Some(short)) => (short, 2_000),
        _ => return None,
    };
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number = |from, to| digits[from..to].parse::<i16>().ok();
    let year = century + number(4, digits.len())?;
    let (month, day) = (i8::try_from(number(0, 2)?).ok()?, i8::try_from(number(2, 4)?).ok()?);
    Date::new(year, month, day).ok()
}

/// Returns when the day begins in New York.
pub(super) fn midnight(day: Date) -> anyhow::Result<Nanos> {
    let zone = TimeZoneDatabase::bundled().get("America/New_York").context("a time zone")?;
    let moment = zone.to_timestamp(day.to_datetime(jiff::civil::Time::midnight()))?;
    Ok(Nanos(u64::try_from(moment.as_nanosecond()).context("a day before 1970")?))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn names_say_the_day() {
        let cases = [
            ("AMZN_2012-06-21_34200000_57600000_message_1.csv", Some(date(2012, 6, 21))),
            ("12302019.NASDAQ_ITCH50.gz", Some(date(2019, 12, 30))),
            ("S081321-v50.txt.gz", Some(date(2021, 8, 13))),
            ("99999999.NASDAQ_ITCH50", None),
            ("itch.bin", None),
        ];
        for (name, day) in cases {
            assert_eq!(in_name(name), day, "{name}");
        }
    }

    #[test]
    fn a_day_begins_at_midnight_in_new_york() {
        // 2012-06-21T04:00:00Z and, in winter, 2019-12-30T05:00:00Z.
        let begins = |day| midnight(day).expect("a day").0 / 1_000_000_000;
        assert_eq!(begins(date(2012, 6, 21)), 1_340_251_200);
        assert_eq!(begins(date(2019, 12, 30)), 1_577_682_000);
        parse("21.6.2012").expect_err("no such day");
    }
}
