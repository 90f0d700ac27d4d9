//! When each instrument may be traded: a sorted list of open intervals a calendar.
//!
//! Hot: called per order; the interval found last is nearly always the one asked for again. What
//! days and clocks are is for whoever makes the lists, before the first tick.

use gannet_types::{InstrumentId, Nanos};

/// A time in which a market is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenInterval {
    /// The first moment.
    pub opens: Nanos,
    /// The first moment after it.
    pub closes: Nanos,
}

/// What may be done in an instrument at a moment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Phase {
    #[default]
    Open,
    /// Positions may be reduced.
    Closing,
    Closed,
}

/// The calendars, and which instrument follows which.
#[derive(Clone, Debug, Default)]
pub(crate) struct TradingHours {
    calendars: Vec<Calendar>,
    /// An instrument without one is always open.
    followed: Vec<Option<u8>>,
    closing: Nanos,
}

#[derive(Clone, Debug)]
struct Calendar {
    intervals: Vec<OpenInterval>,
    /// The first interval that closes after the moment asked for last.
    next: usize,
}

impl TradingHours {
    /// Keeps sorted intervals of each calendar. Before and after all of them it is closed.
    ///
    /// # Panics
    /// If intervals overlap or an instrument follows no calendar that is there.
    pub(crate) fn new(
        calendars: &[Vec<OpenInterval>],
        followed: &[Option<u8>],
        closing: Nanos,
    ) -> Self {
        for intervals in calendars {
            assert!(intervals.iter().all(|it| it.opens < it.closes), "an interval has a length");
            let apart = |pair: &[OpenInterval]| pair[0].closes <= pair[1].opens;
            assert!(intervals.windows(2).all(apart), "intervals are sorted and apart");
        }
        let there = |calendar: &u8| usize::from(*calendar) < calendars.len();
        assert!(followed.iter().flatten().all(there), "an instrument's calendar is there");
        let calendar = |intervals: &Vec<_>| Calendar { intervals: intervals.clone(), next: 0 };
        Self {
            calendars: calendars.iter().map(calendar).collect(),
            followed: followed.to_vec(),
            closing,
        }
    }

    /// Finds the interval of an instrument at `now`, for [`phase`](Self::phase).
    pub(crate) fn look(&mut self, now: Nanos, instrument: InstrumentId) {
        let followed = self.followed.get(usize::from(instrument.0)).copied().flatten();
        let Some(calendar) = followed else { return };
        let Calendar { intervals, next } = &mut self.calendars[usize::from(calendar)];
        let closes = |index: usize| intervals.get(index).map_or(Nanos(u64::MAX), |it| it.closes);
        let is_next = now < closes(*next) && (*next == 0 || now >= closes(*next - 1));
        if !is_next {
            *next = intervals.partition_point(|interval| interval.closes <= now);
        }
    }

    /// Returns what may be done in an instrument at the moment that was looked at.
    pub(crate) fn phase(&self, now: Nanos, instrument: InstrumentId) -> Phase {
        let followed = self.followed.get(usize::from(instrument.0)).copied().flatten();
        let Some(calendar) = followed else { return Phase::Open };
        let Calendar { intervals, next } = &self.calendars[usize::from(calendar)];
        match intervals.get(*next) {
            Some(interval) if interval.opens <= now && now < interval.closes => {
                let ends = interval.closes.since(now) <= self.closing;
                if ends { Phase::Closing } else { Phase::Open }
            }
            Some(_) | None => Phase::Closed,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARES: InstrumentId = InstrumentId(0);
    const COINS: InstrumentId = InstrumentId(1);

    fn hours(intervals: &[(u64, u64)]) -> TradingHours {
        let interval = |&(opens, closes): &(u64, u64)| OpenInterval {
            opens: Nanos(opens),
            closes: Nanos(closes),
        };
        let calendar = intervals.iter().map(interval).collect();
        TradingHours::new(&[calendar], &[Some(0)], Nanos(5))
    }

    fn phase(hours: &mut TradingHours, now: u64, instrument: InstrumentId) -> Phase {
        hours.look(Nanos(now), instrument);
        hours.phase(Nanos(now), instrument)
    }

    #[test]
    fn a_market_is_open_between_its_times() {
        let mut hours = hours(&[(100, 200), (300, 340), (340, 400)]);
        // Forwards, back, and forwards again: a clock may step.
        let moments = [
            (0, Phase::Closed),
            (99, Phase::Closed),
            (100, Phase::Open),
            (194, Phase::Open),
            (195, Phase::Closing),
            (199, Phase::Closing),
            (200, Phase::Closed),
            (150, Phase::Open),
            (399, Phase::Closing),
            (400, Phase::Closed),
            (u64::MAX, Phase::Closed),
            (339, Phase::Closing),
            (340, Phase::Open),
            (299, Phase::Closed),
        ];
        for (now, expected) in moments {
            assert_eq!(phase(&mut hours, now, SHARES), expected, "{now}");
            assert_eq!(phase(&mut hours, now, COINS), Phase::Open, "{now}");
        }
        assert_eq!(
            phase(&mut TradingHours::new(&[vec![]], &[Some(0)], Nanos(0)), 5, SHARES),
            Phase::Closed
        );
    }
}
