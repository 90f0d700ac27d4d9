//! Dates, the Sun, and cycles of days.

use super::assert_near;
use crate::support::corpus;
use gannet_features::gann::calendar::{Date, DateError};
use gannet_features::gann::cycles::{self, Cycle};
use gannet_features::gann::{square_of_nine, sun};
use gannet_types::Nanos;
use proptest::prelude::*;

const DAY: u64 = 86_400_000_000_000;

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn midnight(text: &str) -> Nanos {
    Nanos(date(text).days() as u64 * DAY)
}

#[test]
fn dates_count_days() {
    for (text, days) in [
        ("1970-01-01", 0),
        ("1969-12-31", -1),
        ("2000-02-29", 11_016),
        ("2000-03-01", 11_017),
        ("2025-04-07", 20_185),
        ("1900-03-01", -25_508),
    ] {
        assert_eq!(date(text).days(), days, "{text}");
        assert_eq!(Date::from_days(days), Ok(date(text)));
        assert_eq!(date(text).to_string(), text);
    }
    assert_eq!(date("2024-02-29").plus_years(1), Ok(date("2025-02-28")));
    assert_eq!(date("2024-02-29").plus_years(4), Ok(date("2028-02-29")));
    assert_eq!(date("2025-04-07").plus_days(182), Ok(date("2025-10-06")));
    assert_eq!(Date::of(Nanos(u64::MAX)), date("2554-07-21"));
    for text in ["2025-02-29", "2025-13-01", "2025-00-10", "2025-04-31", "1900-02-29"] {
        assert!(matches!(text.parse::<Date>(), Err(DateError::NoSuchDay { .. })), "{text}");
    }
    for text in ["", "2025", "2025-4-7", "2025-04-07-01", "20x5-04-07", "2025-+4-07"] {
        assert_eq!(text.parse::<Date>(), Err(DateError::Malformed), "{text}");
    }
    assert!(Date::from_days(i64::MAX).is_err());
    assert!(date("2025-04-07").plus_days(i64::MIN).is_err());
    assert!(date("2025-04-07").plus_years(i32::MAX).is_err());
}

proptest! {
    #[test]
    fn days_and_dates_are_inverse(days in -3_000_000..2_900_000_i64) {
        let date = Date::from_days(days).expect("within the calendar");
        prop_assert_eq!(date.days(), days);
        let next = date.plus_days(1).expect("within the calendar");
        prop_assert!(next > date);
        prop_assert_eq!(date.to_string().parse::<Date>(), Ok(date));
    }

    #[test]
    fn cycles_are_those_of_the_list(age in 0.0..2_000.0_f64, tolerance in 0.0..10.0_f64) {
        let marks = (0..7).flat_map(|turn| {
            cycles::CALENDAR_DAYS.map(|days| (360 * turn + days) as f64)
        });
        let hits = marks.clone().filter(|mark| (mark - age).abs() <= tolerance).count();
        prop_assert_eq!(cycles::cluster(&[age], tolerance), hits as i64);
        let nearest = marks.chain([0.0]).map(|mark| (mark - age).abs()).fold(1e9, f64::min);
        prop_assert!((cycles::days_to_nearest(age).abs() - nearest).abs() < 1e-9);
    }

    #[test]
    fn the_sun_is_where_it_was_asked_to_be(seconds in 0..4_000_000_000_u64, target in 0.0..360.0_f64) {
        let time = Nanos(seconds * 1_000_000_000);
        let found = sun::next_at(time, target).expect("near");
        let way = sun::longitude(found) - target;
        prop_assert!((way - (way / 360.0).round() * 360.0).abs() < 1e-6);
        prop_assert!(found > time && found.0 - time.0 < 367 * DAY);
        let (next, degrees) = sun::next_multiple(time, 7.0).expect("near");
        prop_assert!(next > time && next.0 - time.0 < 8 * DAY);
        prop_assert!((degrees / 7.0).fract() == 0.0 && degrees < 360.0);
    }
}

#[test]
fn natural_dates_are_the_seasons() {
    let mut time = midnight("2026-01-10");
    let mut found = Vec::new();
    for _ in 0..8 {
        let (next, degrees) = sun::next_multiple(time, 45.0).expect("near");
        found.push((Date::of(next).to_string(), degrees));
        time = next;
    }
    let expected = [
        ("2026-02-03", 315.0),
        ("2026-03-20", 0.0),
        ("2026-05-05", 45.0),
        ("2026-06-21", 90.0),
        ("2026-08-07", 135.0),
        ("2026-09-23", 180.0),
        ("2026-11-07", 225.0),
        ("2026-12-21", 270.0),
    ];
    assert_eq!(found, expected.map(|(date, degrees)| (date.to_owned(), degrees)));
    // Meeus, example 25.a: 1992-10-13 at 0 h dynamical time, 199.90895°.
    assert_near(sun::longitude(midnight("1992-10-13")), 199.908_95, 1e-3);
    // Half a turn of the Sun is not half a year of days.
    let half = sun::project(midnight("2025-04-07"), 180.0).expect("near");
    assert_eq!(Date::of(half), date("2025-10-10"));
    assert!(sun::project(midnight("2025-04-07"), -1e6).is_err());
    // The price of 25 lies at 315 degrees: 3 February.
    let angle = square_of_nine::root_angle(25.0).expect("positive");
    let next = sun::next_at(midnight("2026-01-10"), angle).expect("near");
    assert_eq!(Date::of(next), date("2026-02-03"));
}

#[test]
fn natural_dates_are_golden_to_minutes() {
    let Some(events) = corpus("golden/astro_events.csv") else { return };
    let mut largest = 0.0_f64;
    for row in events.rows.iter().filter(|row| row[0] == "sun_longitude") {
        let target: f64 = row[3].parse().or_else(|_| row[1].parse()).expect("degrees");
        let at = crate::support::nanos(&row[2]);
        let found = sun::next_at(Nanos(at.0 - DAY), target).expect("near");
        largest = largest.max((found.0 as f64 - at.0 as f64).abs() / 60e9);
    }
    println!("sun_longitude: largest error {largest:.1} minutes");
    assert!(largest > 0.0 && largest < 20.0, "{largest}");
}

#[test]
fn cycles_are_counted_from_a_pivot() {
    let dates = cycles::dates(date("2024-02-29"), date("2025-03-31")).expect("near");
    let at = |text: &str| -> Vec<Cycle> {
        let wanted = date(text);
        dates.iter().filter(|(date, _)| *date == wanted).map(|&(_, cycle)| cycle).collect()
    };
    assert_eq!(at("2024-03-30"), [Cycle::Days(30)]);
    assert_eq!(at("2024-05-30"), [Cycle::Weeks(13)]);
    assert_eq!(at("2025-02-23"), [Cycle::Days(360)]);
    assert_eq!(at("2025-02-28"), [Cycle::Years(1)]);
    assert_eq!(at("2025-03-25"), [Cycle::Days(390)]);
    assert_eq!(dates.len(), 18 + 5 + 1);
    assert_eq!(cycles::dates(date("2025-03-31"), date("2024-02-29")), Ok(Vec::new()));

    for (age, days) in [(0.0, 0.0), (29.0, 1.0), (31.5, -1.5), (142.0, 2.0), (365.0, -5.0)] {
        assert_near(cycles::days_to_nearest(age), days, 1e-9);
    }
    for (bars, to_go) in [(0, 1.0), (1, 0.0), (2, -1.0), (3, 1.0), (6, -2.0), (7, 2.0), (168, 1.0)]
    {
        assert_near(cycles::bars_to_nearest_square(bars), to_go, 0.0);
    }
    assert_eq!(cycles::cluster(&[89.5, 181.0, 17.0, 360.5], 1.0), 3);
    assert_eq!(cycles::cluster(&[0.0, 0.5, 359.0, 361.0, 391.0], 1.0), 3);
    assert_eq!(cycles::cluster(&[140.0], 5.0), 2);
    assert_eq!(cycles::cluster(&[], 1.0), 0);
}
