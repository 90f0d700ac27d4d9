//! Sessions over several days of virtual time while the clocks of New York change: they are open
//! when the clocks on the wall say so, and each window begins at number 1.

use super::pair::Pair;
use crate::codec::timestamp::parse_timestamp;
use crate::session::*;

const HOUR: u64 = 3_600_000_000_000;

fn at(text: &str) -> u64 {
    parse_timestamp(text.as_bytes()).expect("the test's own text")
}

fn new_york(schedule: Schedule) -> Schedule {
    schedule.in_time_zone("America/New_York").expect("New York is known")
}

/// From a moment on, connects whenever a window opens, sends an order each way every hour, and
/// sees each window to its end. Windows are `opens` and `closes`, UTC.
#[track_caller]
fn check(schedule: &Schedule, from: &str, windows: &[(&str, &str)]) {
    let mut pair = Pair::with(&|config| config.schedule = Some(schedule.clone()));
    pair.now = at(from);
    for (opens, closes) in windows {
        let next = schedule.next_start(pair.now).expect("it opens again");
        assert_eq!(next, at(opens));
        // Too early by a nanosecond: neither side has anything to say.
        pair.wait(next - 1 - pair.now);
        pair.connect(usize::MAX);
        pair.wait(1);
        let reasons = pair.sides.each_ref().map(|side| side.ended);
        assert_eq!(reasons, [Some(DisconnectReason::OutOfSchedule); 2], "before {opens}");
        pair.cut();
        pair.sides.iter_mut().for_each(|side| side.ended = None);
        pair.connect(usize::MAX);
        pair.exchange();
        let before = pair.sides.each_ref().map(|side| side.sent);
        let mut orders = 0;
        while pair.now + HOUR < at(closes) {
            pair.sides.iter_mut().for_each(|side| side.send(pair.now));
            pair.exchange();
            pair.wait(HOUR);
            pair.assert_complete();
            orders += 1;
        }
        assert_eq!(pair.sides.each_ref().map(|side| side.sent), before.map(|sent| sent + orders));
        pair.wait(at(closes) - 1 - pair.now);
        pair.assert_complete();
        // Logon, orders, and a heartbeat whenever half a minute was quiet: of this window only.
        let numbers = pair.sides[0].session.next_outbound();
        let most = (at(closes) - at(opens)) / (HOUR / 120) + orders + 2;
        assert!((most - most / 20..=most).contains(&numbers), "{numbers} of {most}");
        pair.wait(1);
        pair.exchange();
        let reasons = pair.sides.each_ref().map(|side| side.ended);
        assert_eq!(reasons, [Some(DisconnectReason::LoggedOut); 2], "at {closes}");
        pair.cut();
        pair.sides.iter_mut().for_each(|side| side.ended = None);
    }
}

/// Open from Sunday to Friday, over the end of the week: clocks change while it is closed.
#[test]
fn a_week_from_sunday_to_friday() {
    let week =
        new_york(Schedule::weekly((Weekday::Sunday, 17 * 3600), (Weekday::Friday, 16 * 3600)));
    check(
        &week,
        "20240301-22:00:00",
        &[("20240303-22:00:00", "20240308-21:00:00"), ("20240310-21:00:00", "20240315-20:00:00")],
    );
    check(
        &week,
        "20241026-00:00:00",
        &[("20241027-21:00:00", "20241101-20:00:00"), ("20241103-22:00:00", "20241108-21:00:00")],
    );
}

/// Nearly around the clock each day: clocks change while it is open, and the window is an hour
/// shorter or longer.
#[test]
fn days_over_both_changes_of_the_clocks() {
    let days = [Weekday::Friday, Weekday::Saturday, Weekday::Sunday, Weekday::Monday];
    let day = new_york(Schedule::daily(&days, 18 * 3600, 17 * 3600));
    check(
        &day,
        "20240308-12:00:00",
        &[
            ("20240308-23:00:00", "20240309-22:00:00"),
            ("20240309-23:00:00", "20240310-21:00:00"),
            ("20240310-22:00:00", "20240311-21:00:00"),
        ],
    );
    check(
        &day,
        "20241101-12:00:00",
        &[
            ("20241101-22:00:00", "20241102-21:00:00"),
            ("20241102-22:00:00", "20241103-22:00:00"),
            ("20241103-23:00:00", "20241104-22:00:00"),
        ],
    );
}

/// One window follows the other at once: the session logs out, and begins anew at number 1.
#[test]
fn windows_without_a_pause() {
    let days = [Weekday::Saturday, Weekday::Sunday, Weekday::Monday];
    let schedule = new_york(Schedule::daily(&days, 17 * 3600, 17 * 3600));
    let mut pair = Pair::with(&|config| config.schedule = Some(schedule.clone()));
    pair.now = at("20240309-22:00:00");
    for closes in ["20240310-21:00:00", "20240311-21:00:00", "20240312-21:00:00"] {
        pair.connect(usize::MAX);
        pair.exchange();
        pair.sides.iter_mut().for_each(|side| side.send(pair.now));
        pair.exchange();
        assert_eq!(pair.sides.each_ref().map(|side| side.session.next_outbound()), [3, 3]);
        pair.wait(at(closes) - pair.now);
        pair.exchange();
        let reasons = pair.sides.each_ref().map(|side| side.ended);
        assert_eq!(reasons, [Some(DisconnectReason::LoggedOut); 2], "at {closes}");
        pair.cut();
        pair.sides.iter_mut().for_each(|side| side.ended = None);
    }
    pair.connect(usize::MAX);
    let reason = pair.sides.each_mut().map(|side| {
        side.pass_time(at("20240312-21:00:00"));
        side.ended
    });
    assert_eq!(reason, [Some(DisconnectReason::OutOfSchedule); 2], "Tuesday is closed");
}
