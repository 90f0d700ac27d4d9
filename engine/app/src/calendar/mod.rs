//! When markets are open, by rule: days off and short days of some exchanges from 2024 to 2035,
//! as intervals in UTC.
//!
//! An exchange announces a few years ahead; what lies farther follows from the rules it has always
//! announced by. A day that a rule cannot know, such as one of mourning, is in a table once it is
//! known; until then a person halts. `published` holds what others list for the same years, and
//! tests compare. Before the first year and after the last one every market is closed.
//!
//! Cold: made once, when the configuration is read.

mod chicago;
mod days;
mod london;
mod seoul;
#[cfg(test)]
mod tests;
mod united_states;

use anyhow::{Context, bail};
use gannet_pipeline::risk::OpenInterval;
use gannet_types::Nanos;
use jiff::ToSpan;
use jiff::civil::{Date, Time, date};
use jiff::tz::{TimeZone, TimeZoneDatabase};

/// The years that are known.
pub const YEARS: std::ops::RangeInclusive<i16> = 2024..=2035;

/// Whose calendar it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Market {
    /// New York Stock Exchange.
    Nyse,
    /// Nasdaq, whose days are those of New York.
    Nasdaq,
    /// Korea Exchange, shares.
    Krx,
    /// London Stock Exchange.
    Lse,
    /// Futures on share indices at CME Globex.
    Cme,
}

/// How much of a day counts as open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Continuous trading.
    Regular,
    /// What comes before the opening and after the close, too: auctions and trading outside hours.
    Extended,
}

/// One day's trading by the clock on the wall.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Session {
    /// Days from the session's date to its opening: -1 for the evening before.
    opens_on: i32,
    opens: Time,
    closes: Time,
}

impl Session {
    const fn new(opens: Time, closes: Time) -> Self {
        Self { opens_on: 0, opens, closes }
    }
}

impl Market {
    /// Finds a market by the name it has in the configuration.
    ///
    /// # Errors
    /// If there is none of the name.
    pub fn named(name: &str) -> anyhow::Result<Self> {
        Ok(match name {
            "NYSE" => Self::Nyse,
            "NASDAQ" => Self::Nasdaq,
            "KRX" => Self::Krx,
            "LSE" => Self::Lse,
            "CME" => Self::Cme,
            _ => bail!("`{name}` is no market: NYSE, NASDAQ, KRX, LSE, CME or always"),
        })
    }

    /// Returns the times at which it is open, sorted, none of them adjoining.
    ///
    /// # Errors
    /// Never, unless the program's time zones lack the market's.
    pub fn intervals(self, hours: Hours) -> anyhow::Result<Vec<OpenInterval>> {
        let zone = TimeZoneDatabase::bundled().get(self.zone()).context("a time zone")?;
        let mut intervals = Vec::new();
        let mut day = date(*YEARS.start(), 1, 1);
        while YEARS.contains(&day.year()) {
            if let Some(session) = self.session(day, hours) {
                intervals.push(interval(day, &session, &zone)?);
            }
            day = day.tomorrow()?;
        }
        Ok(intervals)
    }

    fn zone(self) -> &'static str {
        match self {
            Self::Nyse | Self::Nasdaq => "America/New_York",
            Self::Krx => "Asia/Seoul",
            Self::Lse => "Europe/London",
            Self::Cme => "America/Chicago",
        }
    }

    /// Returns the trading of a day, if there is any.
    fn session(self, day: Date, hours: Hours) -> Option<Session> {
        if days::is_weekend(day) {
            return None;
        }
        match self {
            Self::Nyse | Self::Nasdaq => united_states::session(day, hours),
            Self::Krx => seoul::session(day, hours),
            Self::Lse => london::session(day, hours),
            Self::Cme => chicago::session(day),
        }
    }
}

/// A session in UTC. Where clocks change, a time that is left out means the moment an hour later.
fn interval(day: Date, session: &Session, zone: &TimeZone) -> anyhow::Result<OpenInterval> {
    let moment = |date: Date, time: Time| -> anyhow::Result<Nanos> {
        let moment = zone.to_timestamp(date.to_datetime(time))?;
        Ok(Nanos(u64::try_from(moment.as_nanosecond())?))
    };
    Ok(OpenInterval {
        opens: moment(day.checked_add(session.opens_on.days())?, session.opens)?,
        closes: moment(day, session.closes)?,
    })
}
