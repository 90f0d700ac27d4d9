//! When a session is open: each day between two times, or once a week from one day and time to
//! another.
//!
//! Times are those of a clock with a fixed offset from UTC. A window may pass midnight or the
//! end of the week. Numbers begin again at 1 with each window.

const DAY_S: i64 = 86_400;
const WEEK_S: i64 = 7 * DAY_S;
const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// 1970-01-01 was a Thursday, the fourth day of a week that begins on Monday.
const EPOCH_WEEKDAY: i64 = 3;

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
    /// Seconds of the week at which a window begins, ascending.
    starts: Vec<i64>,
    length_s: i64,
    utc_offset_s: i64,
}

/// One opening of a session, nanoseconds UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// When it opened.
    pub start: u64,
    /// When it closes.
    pub end: u64,
}

impl Schedule {
    /// Makes a schedule that opens on each of the days at a time and closes at the next
    /// occurrence of another, in seconds after midnight; equal times: it is open for a day.
    #[must_use]
    pub fn daily(days: &[Weekday], start_s: u32, end_s: u32) -> Self {
        let at = |day: &Weekday| *day as i64 * DAY_S + i64::from(start_s) % DAY_S;
        let mut starts: Vec<_> = days.iter().map(at).collect();
        starts.sort_unstable();
        starts.dedup();
        let length_s = distance(i64::from(start_s), i64::from(end_s), DAY_S);
        Self { starts, length_s, utc_offset_s: 0 }
    }

    /// Makes a schedule that opens and closes once a week; equal times: it is open for a week.
    #[must_use]
    pub fn weekly(start: (Weekday, u32), end: (Weekday, u32)) -> Self {
        let at = |(day, seconds)| day as i64 * DAY_S + i64::from(seconds) % DAY_S;
        let length_s = distance(at(start), at(end), WEEK_S);
        Self { starts: vec![at(start)], length_s, utc_offset_s: 0 }
    }

    /// Has the times mean those of a clock that is so many seconds ahead of UTC.
    #[must_use]
    pub const fn with_utc_offset(mut self, seconds: i32) -> Self {
        self.utc_offset_s = seconds as i64;
        self
    }

    /// Returns the window that is open at a time, `None` if it is closed.
    #[must_use]
    pub fn window(&self, now: u64) -> Option<Window> {
        // The latest start wins, as it does for windows that overlap by a day's length.
        let since = self.starts.iter().map(|start| self.since(*start, now)).min()?;
        let start = seconds(now) - since;
        (since < self.length_s)
            .then(|| Window { start: nanos(start), end: nanos(start + self.length_s) })
    }

    /// Returns when the session opens next after a time; `None` if it never does.
    #[must_use]
    pub fn next_start(&self, now: u64) -> Option<u64> {
        let until = |start: &i64| WEEK_S - self.since(*start, now);
        self.starts.iter().map(until).min().map(|until| nanos(seconds(now) + until))
    }

    /// Seconds since the latest beginning of a window, at most a week.
    fn since(&self, start: i64, now: u64) -> i64 {
        let of_week = seconds(now) + self.utc_offset_s + EPOCH_WEEKDAY * DAY_S;
        (of_week - start).rem_euclid(WEEK_S)
    }
}

/// The way from one time to the next occurrence of another, never zero.
fn distance(from: i64, to: i64, period: i64) -> i64 {
    match (to - from).rem_euclid(period) {
        0 => period,
        way => way,
    }
}

fn seconds(now: u64) -> i64 {
    (now / NANOS_PER_SECOND).cast_signed()
}

fn nanos(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0).saturating_mul(NANOS_PER_SECOND)
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
}
