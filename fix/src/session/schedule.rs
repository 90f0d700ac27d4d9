//! When a session is open: each day between two times, or once a week from one day and time to
//! another.
//!
//! Times are those of a clock on the wall, in a time zone with its changes to summer time and
//! back, or with a fixed offset from UTC. A window may pass midnight or the end of the week.
//! Numbers begin again at 1 with each window.
//!
//! When clocks go forward, a time that is left out means the moment an hour later; when they go
//! back, a time that comes twice means its first occurrence.
//!
//! Cold: windows are computed when a session connects; afterwards it knows when they end.

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone, TimeZoneDatabase};
use jiff::{Timestamp, ToSpan};

const DAY_S: u32 = 86_400;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// A window is at most a week long, and so is the way to the next; one day more for clocks that
/// change.
const DAYS_LOOKED_AT: i32 = 8;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weekday {
    /// The first day.
    Monday,
    /// The second day.
    Tuesday,
    /// The third day.
    Wednesday,
    /// The fourth day.
    Thursday,
    /// The fifth day.
    Friday,
    /// The sixth day.
    Saturday,
    /// The last day.
    Sunday,
}

/// The times at which a session is open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    openings: Vec<Opening>,
    zone: TimeZone,
}

/// A window by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Opening {
    day: Weekday,
    /// Seconds after midnight.
    start_s: u32,
    /// Days from its first to its last.
    days: u32,
    /// Seconds after midnight of the last day.
    end_s: u32,
}

/// One opening of a session, nanoseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it opened.
    pub start: u64,
    /// When it closes.
    pub end: u64,
}

/// The database that is part of the program has no time zone of this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no time zone {0}; names are such as America/New_York")]
pub struct UnknownTimeZone(String);

impl Schedule {
    /// Makes a schedule that opens on each of the days at a time and closes at the next
    /// occurrence of another, in seconds after midnight (modulo a day); equal times: it is open
    /// until the same time of the next day. In UTC.
    #[must_use]
    pub fn daily(days: &[Weekday], start_s: u32, end_s: u32) -> Self {
        let (start_s, end_s) = (start_s % DAY_S, end_s % DAY_S);
        let length = u32::from(end_s <= start_s);
        let opening = |day: &Weekday| Opening { day: *day, start_s, days: length, end_s };
        Self { openings: days.iter().map(opening).collect(), zone: TimeZone::UTC }
    }

    /// Makes a schedule that opens and closes once a week, at a day and seconds after midnight
    /// (modulo a day); equal: it is open for a week. In UTC.
    #[must_use]
    pub fn weekly(start: (Weekday, u32), end: (Weekday, u32)) -> Self {
        let (start_s, end_s) = (start.1 % DAY_S, end.1 % DAY_S);
        let days = (end.0 as u32 + 7 - start.0 as u32) % 7;
        let days = if days == 0 && end_s <= start_s { 7 } else { days };
        let opening = Opening { day: start.0, start_s, days, end_s };
        Self { openings: vec![opening], zone: TimeZone::UTC }
    }

    /// Has the times mean those of a clock that is so many seconds ahead of UTC, at most a day
    /// and two hours.
    #[must_use]
    pub fn with_utc_offset(mut self, seconds: i32) -> Self {
        let (low, high) = (Offset::MIN.seconds(), Offset::MAX.seconds());
        let offset = Offset::from_seconds(seconds.clamp(low, high)).unwrap_or(Offset::UTC);
        self.zone = TimeZone::fixed(offset);
        self
    }

    /// Has the times mean those of the clocks in a time zone of the IANA database, such as
    /// `America/New_York`. The database is part of the program; the system's is not asked.
    ///
    /// # Errors
    /// The database does not have the name.
    pub fn in_time_zone(mut self, name: &str) -> Result<Self, UnknownTimeZone> {
        let found = TimeZoneDatabase::bundled().get(name);
        self.zone = found.map_err(|_| UnknownTimeZone(name.to_owned()))?;
        Ok(self)
    }

    /// Returns the window that is open at a time (nanoseconds UTC), `None` if it is closed. Of
    /// windows that overlap it is the one that opened last.
    #[must_use]
    pub fn window(&self, now: u64) -> Option<Window> {
        let begun = self.windows_around(now).filter(|window| window.start <= now);
        begun.max_by_key(|window| window.start).filter(|window| now < window.end)
    }

    /// Returns when the session opens next after a time (nanoseconds UTC); `None` if it never
    /// does.
    #[must_use]
    pub fn next_start(&self, now: u64) -> Option<u64> {
        self.windows_around(now).map(|window| window.start).filter(|start| *start > now).min()
    }

    /// The windows that begin in the week before or after a time.
    fn windows_around(&self, now: u64) -> impl Iterator<Item = Window> {
        let today = timestamp(now).map(|now| self.zone.to_datetime(now).date());
        let days = (-DAYS_LOOKED_AT..=DAYS_LOOKED_AT).filter_map(move |days| {
            let date = today?.checked_add(days.days()).ok()?;
            Some((date, date.weekday().to_monday_zero_offset()))
        });
        days.flat_map(move |(date, weekday)| {
            let of_day = self.openings.iter().filter(move |opening| opening.day as i8 == weekday);
            of_day.filter_map(move |opening| self.resolve(opening, date))
        })
    }

    fn resolve(&self, opening: &Opening, date: Date) -> Option<Window> {
        let last = date.checked_add(i64::from(opening.days).days()).ok()?;
        let start = self.instant(date, opening.start_s)?;
        let end = self.instant(last, opening.end_s)?;
        Some(Window { start, end })
    }

    /// The moment at which the clocks show a time.
    fn instant(&self, date: Date, seconds: u32) -> Option<u64> {
        let part = |seconds: u32| i8::try_from(seconds).ok();
        let (hour, minute) = (part(seconds / 3600)?, part(seconds / 60 % 60)?);
        let time = Time::new(hour, minute, part(seconds % 60)?, 0).ok()?;
        let shown = DateTime::from_parts(date, time);
        let moment = self.zone.to_ambiguous_timestamp(shown).compatible().ok()?;
        u64::try_from(moment.as_second()).ok()?.checked_mul(NANOS_PER_SECOND)
    }
}

fn timestamp(now: u64) -> Option<Timestamp> {
    Timestamp::from_second(i64::try_from(now / NANOS_PER_SECOND).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codec::timestamp::parse_timestamp;

    fn at(text: &str) -> u64 {
        parse_timestamp(text.as_bytes()).expect("the test's own text")
    }

    /// 2024-08-08 is a Thursday.
    #[track_caller]
    fn check(schedule: &Schedule, now: &str, window: Option<(&str, &str)>, next: &str) {
        let window = window.map(|(start, end)| Window { start: at(start), end: at(end) });
        assert_eq!(schedule.window(at(now)), window, "{now}");
        assert_eq!(schedule.next_start(at(now)), Some(at(next)), "{now}");
    }

    #[test]
    fn daily_windows_open_on_their_days_and_pass_midnight() {
        let days = [Weekday::Thursday, Weekday::Friday];
        let night = Schedule::daily(&days, 22 * 3600, 6 * 3600);
        let thursday = Some(("20240808-22:00:00", "20240809-06:00:00"));
        check(&night, "20240808-21:59:59", None, "20240808-22:00:00");
        check(&night, "20240808-22:00:00", thursday, "20240809-22:00:00");
        check(&night, "20240809-05:59:59", thursday, "20240809-22:00:00");
        check(&night, "20240809-06:00:00", None, "20240809-22:00:00");
        check(&night, "20240810-07:00:00", None, "20240815-22:00:00");
        let whole = Schedule::daily(&days, 0, 0);
        let friday = Some(("20240809-00:00:00", "20240810-00:00:00"));
        check(&whole, "20240809-00:00:00", friday, "20240815-00:00:00");
    }

    #[test]
    fn weekly_windows_pass_the_end_of_the_week() {
        let week = Schedule::weekly((Weekday::Sunday, 17 * 3600), (Weekday::Friday, 16 * 3600));
        let this = Some(("20240804-17:00:00", "20240809-16:00:00"));
        check(&week, "20240808-12:00:00", this, "20240811-17:00:00");
        check(&week, "20240809-16:00:00", None, "20240811-17:00:00");
        check(&week, "20240804-17:00:00", this, "20240811-17:00:00");
    }

    #[test]
    fn clocks_may_be_ahead_or_behind() {
        let day = Schedule::daily(&[Weekday::Friday], 0, 3600).with_utc_offset(9 * 3600);
        let window = Some(("20240808-15:00:00", "20240808-16:00:00"));
        check(&day, "20240808-15:30:00", window, "20240815-15:00:00");
        let day = Schedule::daily(&[Weekday::Thursday], 23 * 3600, 0).with_utc_offset(-5 * 3600);
        let window = Some(("20240809-04:00:00", "20240809-05:00:00"));
        check(&day, "20240809-04:59:59", window, "20240816-04:00:00");
        assert_eq!(Schedule::daily(&[], 0, 0).window(at("20240808-00:00:00")), None);
    }

    fn new_york(schedule: Schedule) -> Schedule {
        schedule.in_time_zone("America/New_York").expect("New York is known")
    }

    /// In 2024 New York's clocks went forward at 2:00 on 10 March and back at 2:00 on
    /// 3 November, both Sundays.
    #[test]
    fn a_time_zone_changes_its_clocks() {
        let week =
            new_york(Schedule::weekly((Weekday::Sunday, 17 * 3600), (Weekday::Friday, 17 * 3600)));
        let winter = Some(("20240303-22:00:00", "20240308-22:00:00"));
        check(&week, "20240308-21:59:59", winter, "20240310-21:00:00");
        check(&week, "20240310-20:59:59", None, "20240310-21:00:00");
        let summer = Some(("20240310-21:00:00", "20240315-21:00:00"));
        check(&week, "20240310-21:00:00", summer, "20240317-21:00:00");
        let autumn = Some(("20241027-21:00:00", "20241101-21:00:00"));
        check(&week, "20241101-20:59:59", autumn, "20241103-22:00:00");
        let winter = Some(("20241103-22:00:00", "20241108-22:00:00"));
        check(&week, "20241108-21:59:59", winter, "20241110-22:00:00");
    }

    #[test]
    fn days_on_which_clocks_change_are_shorter_or_longer() {
        let all = [
            Weekday::Monday,
            Weekday::Tuesday,
            Weekday::Wednesday,
            Weekday::Thursday,
            Weekday::Friday,
            Weekday::Saturday,
            Weekday::Sunday,
        ];
        let whole = new_york(Schedule::daily(&all, 0, 0));
        let spring = Some(("20240310-05:00:00", "20240311-04:00:00"));
        check(&whole, "20240310-12:00:00", spring, "20240311-04:00:00");
        let autumn = Some(("20241103-04:00:00", "20241104-05:00:00"));
        check(&whole, "20241104-04:59:59", autumn, "20241104-05:00:00");
        // 2:30 is left out in spring, 1:30 comes twice in autumn.
        let gap = new_york(Schedule::daily(&all, 2 * 3600 + 1800, 4 * 3600));
        let spring = Some(("20240310-07:30:00", "20240310-08:00:00"));
        check(&gap, "20240310-07:45:00", spring, "20240311-06:30:00");
        let fold = new_york(Schedule::daily(&all, 3600 + 1800, 4 * 3600));
        let autumn = Some(("20241103-05:30:00", "20241103-09:00:00"));
        check(&fold, "20241103-06:45:00", autumn, "20241104-06:30:00");
    }

    #[test]
    fn an_unknown_time_zone_is_an_error() {
        let error = Schedule::daily(&[], 0, 0).in_time_zone("New York").unwrap_err();
        let said = "there is no time zone New York; names are such as America/New_York";
        assert_eq!(error.to_string(), said);
    }

    #[test]
    fn windows_follow_each_other_without_an_overlap() {
        let days = [Weekday::Monday, Weekday::Wednesday, Weekday::Sunday];
        let schedule = Schedule::daily(&days, 18 * 3600, 17 * 3600);
        let schedule = schedule.in_time_zone("Australia/Lord_Howe").expect("it is known");
        let mut now = at("20240101-00:00:00");
        let mut count = 0;
        while now < at("20260101-00:00:00") {
            let start = schedule.next_start(now).expect("it opens again");
            let window = schedule.window(start).expect("it is open when it opens");
            assert_eq!(window.start, start);
            assert_eq!(schedule.window(start - 1).map_or(start, |before| before.end), start);
            assert_eq!(schedule.window(window.end - 1), Some(window));
            assert_eq!(schedule.window(window.end), None);
            let hours = (window.end - window.start) as f64 / 3.6e12;
            // Clocks on Lord Howe Island change by half an hour.
            assert!([22.5, 23.0, 23.5].contains(&hours), "{hours}");
            now = start;
            count += 1;
        }
        // 105 Mondays, 105 Wednesdays, 104 Sundays, and the one behind the end.
        assert_eq!(count, 315);
    }
}
