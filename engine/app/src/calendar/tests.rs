//! Every day of twelve years against what others list, and days that everyone can look up.

use jiff::civil::time;

use super::*;

/// The first and last minute of a day's regular trading, as the lists write them.
fn regular(market: Market, day: Date) -> String {
    match market.session(day, Hours::Regular) {
        None => "closed".to_owned(),
        Some(Session { opens, closes, .. }) => {
            format!("{} {}", opens.strftime("%H:%M"), closes.strftime("%H:%M"))
        }
    }
}

fn weekdays() -> impl Iterator<Item = Date> {
    let all = date(*YEARS.start(), 1, 1).series(1.day());
    let known = all.take_while(|day| YEARS.contains(&day.year()));
    known.filter(|day| !days::is_weekend(*day))
}

/// Compares every weekday with a list; returns what differs, as the list and as we have it.
fn differences(market: Market, listed: &str, usual: &str) -> Vec<(Date, String, String)> {
    let lines = listed.lines().filter(|line| !line.starts_with('#'));
    let listed: std::collections::BTreeMap<Date, &str> = lines
        .map(|line| {
            let (day, how) = line.split_once(' ').expect("a day and how it is");
            (day.parse().expect("a date"), how)
        })
        .collect();
    assert!(listed.len() > 100, "the list was read");
    weekdays()
        .filter_map(|day| {
            let theirs = listed.get(&day).copied().unwrap_or(usual).to_owned();
            let ours = regular(market, day);
            (theirs != ours).then_some((day, theirs, ours))
        })
        .collect()
}

#[test]
fn new_york_is_as_listed() {
    for market in [Market::Nyse, Market::Nasdaq] {
        let listed = include_str!("published/nyse.txt");
        assert_eq!(differences(market, listed, "09:30 16:00"), []);
    }
}

#[test]
fn london_is_as_listed() {
    assert_eq!(differences(Market::Lse, include_str!("published/lse.txt"), "08:00 16:30"), []);
}

#[test]
fn seoul_is_as_listed_but_opens_late_when_there_may_be_an_exam() {
    let listed = include_str!("published/krx.txt");
    for (day, theirs, ours) in differences(Market::Krx, listed, "09:00 15:30") {
        assert_eq!((theirs.as_str(), ours.as_str()), ("09:00 15:30", "10:00 15:30"), "{day}");
        assert_eq!((day.month(), day.weekday()), (11, jiff::civil::Weekday::Thursday));
    }
}

#[test]
fn chicago_is_open_only_when_it_is_listed_as_open() {
    // The list leaves out that it halts early on Juneteenth and the day before Independence Day,
    // and the hour of every day in which it rests.
    let listed = include_str!("published/cme.txt");
    for (day, theirs, ours) in differences(Market::Cme, listed, "17:00 17:00") {
        assert_eq!(theirs, "17:00 17:00", "{day}");
        let short = (day.month() == 6 && (18..=20).contains(&day.day())) || day.month() == 7;
        let rests = ours == "17:00 16:00";
        assert!(rests || short && ours == "17:00 12:00" && day.day() <= 20, "{day} {ours}");
    }
}

#[test]
fn days_that_everyone_can_look_up() {
    let cases = [
        (Market::Nyse, date(2024, 3, 29), "closed"),
        (Market::Nyse, date(2025, 1, 9), "closed"),
        (Market::Nyse, date(2025, 7, 3), "09:30 13:00"),
        (Market::Nyse, date(2026, 7, 3), "closed"),
        (Market::Nyse, date(2026, 7, 2), "09:30 16:00"),
        (Market::Nyse, date(2026, 11, 27), "09:30 13:00"),
        (Market::Nyse, date(2027, 12, 24), "closed"),
        (Market::Nyse, date(2027, 12, 31), "09:30 16:00"),
        (Market::Lse, date(2024, 12, 24), "08:00 12:30"),
        (Market::Lse, date(2026, 12, 28), "closed"),
        (Market::Lse, date(2025, 4, 21), "closed"),
        (Market::Krx, date(2026, 2, 16), "closed"),
        (Market::Krx, date(2025, 10, 8), "closed"),
        (Market::Krx, date(2026, 6, 3), "closed"),
        (Market::Krx, date(2026, 1, 2), "10:00 15:30"),
        (Market::Krx, date(2026, 11, 19), "10:00 15:30"),
        (Market::Krx, date(2025, 12, 31), "closed"),
        (Market::Cme, date(2025, 4, 18), "closed"),
        (Market::Cme, date(2025, 11, 27), "17:00 12:00"),
        (Market::Cme, date(2027, 12, 24), "closed"),
    ];
    for (market, day, expected) in cases {
        assert_eq!(regular(market, day), expected, "{market:?} {day}");
    }
}

#[test]
fn clocks_change_and_hours_in_utc_with_them() {
    let at = |text: &str| {
        let moment: jiff::Timestamp = text.parse().expect("a timestamp");
        Nanos(u64::try_from(moment.as_nanosecond()).expect("since 1970"))
    };
    let cases = [
        // The week before and after clocks go forward in New York, 8 March 2026.
        (Market::Nyse, Hours::Regular, "2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z"),
        (Market::Nyse, Hours::Regular, "2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z"),
        (Market::Nyse, Hours::Extended, "2026-03-09T08:00:00Z", "2026-03-10T00:00:00Z"),
        // London changes three weeks later.
        (Market::Lse, Hours::Regular, "2026-03-27T08:00:00Z", "2026-03-27T16:30:00Z"),
        (Market::Lse, Hours::Regular, "2026-03-30T07:00:00Z", "2026-03-30T15:30:00Z"),
        (Market::Krx, Hours::Regular, "2026-03-30T00:00:00Z", "2026-03-30T06:30:00Z"),
        // From Sunday evening.
        (Market::Cme, Hours::Regular, "2026-03-08T22:00:00Z", "2026-03-09T21:00:00Z"),
        (Market::Cme, Hours::Regular, "2026-03-01T23:00:00Z", "2026-03-02T22:00:00Z"),
    ];
    for (market, hours, opens, closes) in cases {
        let intervals = market.intervals(hours).expect("zones");
        let expected = OpenInterval { opens: at(opens), closes: at(closes) };
        assert!(intervals.contains(&expected), "{market:?} {opens}");
    }
}

#[test]
fn intervals_are_sorted_and_apart() {
    for market in [Market::Nyse, Market::Nasdaq, Market::Krx, Market::Lse, Market::Cme] {
        for hours in [Hours::Regular, Hours::Extended] {
            let intervals = market.intervals(hours).expect("zones");
            assert!(intervals.len() > 2_900, "{market:?}");
            assert!(intervals.iter().all(|it| it.opens < it.closes), "{market:?}");
            assert!(intervals.windows(2).all(|it| it[0].closes < it[1].opens), "{market:?}");
        }
    }
    assert_eq!(Market::Cme.session(date(2026, 3, 7), Hours::Regular), None, "a Saturday");
    let short = Market::Nyse.session(date(2026, 11, 27), Hours::Extended).expect("open");
    assert_eq!(short.closes, time(17, 0, 0, 0));
}

#[test]
fn a_market_has_a_name() {
    assert_eq!(Market::named("KRX").expect("a market"), Market::Krx);
    assert!(Market::named("krx").is_err());
}

#[test]
fn easter_is_when_churches_say() {
    let sundays = [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2035, 3, 25), (2038, 4, 25)];
    for (year, month, day) in sundays {
        assert_eq!(days::easter(year), date(year, month, day));
    }
}
