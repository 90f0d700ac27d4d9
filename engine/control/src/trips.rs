//! Round trips: what a position of an account earned from its first fill until it was flat again.
//!
//! They are read off a journal's position reports, so they are what the engine itself booked.
//! A fill that turns a position over ends one trip and begins another; its fee is shared by lots.
//! What a broker corrects after a trip has ended changes the profit of that trip.

use std::collections::BTreeMap;

use gannet_types::{AccountId, InstrumentId, Lots, Nanos, Notional, PositionReport, Side};

/// A position from flat to flat.
#[derive(Clone, Debug, PartialEq)]
pub struct Trip<D> {
    /// What was held.
    pub instrument: InstrumentId,
    /// Whether it was bought or sold first.
    pub side: Side,
    /// What was known of the decision when the order that opened it was sent.
    pub decision: D,
    /// When it was flat again; `None` while it is not.
    pub closed: Option<Nanos>,
    /// All that was opened, later additions too.
    pub lots: Lots,
    /// What that cost or brought in, without sign.
    pub value: Notional,
    /// Realised, after fees.
    pub profit: Notional,
    /// What was paid of it.
    pub fees: Notional,
}

/// What a report has done to a trip that is over.
#[derive(Clone, Debug, PartialEq)]
pub enum Told<D> {
    /// It is over.
    Closed(Trip<D>),
    /// A broker has corrected the last one of its instrument that was told of as closed.
    Corrected {
        /// As it was told of.
        was: Trip<D>,
        /// As it is.
        now: Trip<D>,
    },
}

/// Turns position reports into trips.
#[derive(Clone, Debug)]
pub struct Trips<D> {
    running: BTreeMap<(AccountId, InstrumentId), Running<D>>,
    instruments: usize,
}

#[derive(Clone, Debug)]
struct Running<D> {
    last: Booked,
    trip: Option<Trip<D>>,
    /// The last one that ended: what is corrected later belongs to it.
    ended: Option<Trip<D>>,
}

/// The parts of a position report that count.
#[derive(Clone, Copy, Debug, Default)]
struct Booked {
    lots: Lots,
    cost: Notional,
    realized: Notional,
    fees: Notional,
}

impl<D: Clone> Trips<D> {
    /// Begins with no position in so many instruments.
    #[must_use]
    pub fn new(instruments: usize) -> Self {
        Self { running: BTreeMap::new(), instruments }
    }

    /// Takes a report at `now`; returns the trip that is over by it, or corrected. A trip that it
    /// opens has been decided by `decision`.
    pub fn on_position(
        &mut self,
        now: Nanos,
        report: &PositionReport,
        decision: impl FnOnce() -> D,
    ) -> Option<Told<D>> {
        if usize::from(report.instrument.0) >= self.instruments {
            return None;
        }
        let place = (report.account, report.instrument);
        let flat = || Running { last: Booked::default(), trip: None, ended: None };
        let running = self.running.entry(place).or_insert_with(flat);
        let PositionReport { lots, cost, realized, fees, .. } = *report;
        let before = std::mem::replace(&mut running.last, Booked { lots, cost, realized, fees });
        let (earned, mut paid) = (realized - before.realized, fees - before.fees);
        let turned = before.lots.0.signum() * lots.0.signum() < 0;
        let mut told = None;
        if before.lots != Lots::ZERO || lots == Lots::ZERO {
            let own = if turned { share(paid, before.lots, lots) } else { paid };
            told = running.book(now, earned, own, turned || lots == Lots::ZERO);
            paid -= own;
        }
        let from = if turned { Booked::default() } else { before };
        if lots.abs() > from.lots.abs() {
            let (more, value) = (lots.abs() - from.lots.abs(), size(cost) - size(from.cost));
            let side = if lots > Lots::ZERO { Side::Buy } else { Side::Sell };
            let is_new = running.trip.is_none();
            let trip = running.trip.get_or_insert_with(|| Trip {
                instrument: report.instrument,
                side,
                decision: decision(),
                closed: None,
                lots: Lots::ZERO,
                value: Notional::ZERO,
                profit: Notional::ZERO,
                fees: Notional::ZERO,
            });
            trip.lots += more;
            trip.value += value;
            if is_new {
                trip.book(Notional::ZERO, paid);
            }
        }
        told
    }

    /// Returns the trips that have not ended, by account and instrument.
    pub fn open(&self) -> impl Iterator<Item = &Trip<D>> {
        self.running.values().filter_map(|running| running.trip.as_ref())
    }
}

impl<D: Clone> Running<D> {
    /// Books on the trip that runs, which may be over by that, or on the one before.
    fn book(
        &mut self,
        now: Nanos,
        earned: Notional,
        paid: Notional,
        is_over: bool,
    ) -> Option<Told<D>> {
        if let Some(trip) = &mut self.trip {
            trip.book(earned, paid);
            if !is_over {
                return None;
            }
            let trip = Trip { closed: Some(now), ..self.trip.take()? };
            self.ended = Some(trip.clone());
            return Some(Told::Closed(trip));
        }
        let ended = self.ended.as_mut()?;
        let was = ended.clone();
        ended.book(earned, paid);
        ((ended.profit, ended.fees) != (was.profit, was.fees))
            .then(|| Told::Corrected { was, now: ended.clone() })
    }
}

impl<D> Trip<D> {
    /// Returns what it earned of what it cost, in percent, after fees.
    #[must_use]
    pub fn return_percent(&self) -> f64 {
        self.profit.0 as f64 / self.value.0 as f64 * PERCENT
    }

    fn book(&mut self, earned: Notional, paid: Notional) {
        self.profit += earned - paid;
        self.fees += paid;
    }
}

/// The part of a fee that falls to the lots closed, rounded down.
fn share(fee: Notional, closed: Lots, opened: Lots) -> Notional {
    let (closed, opened) = (i128::from(closed.abs().0), i128::from(opened.abs().0));
    Notional(fee.0.saturating_mul(closed).div_euclid(closed + opened))
}

const PERCENT: f64 = 100.0;

const fn size(amount: Notional) -> Notional {
    Notional(amount.0.saturating_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// (time, lots, cost, realised, fees) by report; the decision is the time.
    fn trips(reports: &[(u64, i64, i128, i128, i128)]) -> Vec<Trip<u64>> {
        let (mut trips, mut all) = (Trips::new(1), Vec::new());
        for &(now, lots, cost, realized, fees) in reports {
            let report = PositionReport {
                account: AccountId(0),
                instrument: InstrumentId(0),
                lots: Lots(lots),
                cost: Notional(cost),
                realized: Notional(realized),
                fees: Notional(fees),
            };
            match trips.on_position(Nanos(now), &report, || now) {
                Some(Told::Closed(trip)) => all.push(trip),
                Some(Told::Corrected { was, now }) => {
                    assert_eq!(all.pop(), Some(was));
                    all.push(now);
                }
                None => {}
            }
        }
        all.extend(trips.open().cloned());
        all
    }

    fn seen(trip: &Trip<u64>) -> (u64, Option<u64>, bool, i64, i128, i128, i128) {
        let closed = trip.closed.map(|time| time.0);
        let is_long = trip.side == Side::Buy;
        (trip.decision, closed, is_long, trip.lots.0, trip.value.0, trip.profit.0, trip.fees.0)
    }

    #[test]
    fn a_trip_is_from_flat_to_flat() {
        let all = trips(&[
            (1, 2, 200, 0, 1),
            (2, 5, 503, 0, 3),    // three more at 101
            (3, 4, 402, 1, 4),    // one closed at 102
            (4, 0, 0, 21, 8),     // the rest at 105.5
            (5, -3, -300, 21, 9), // short
        ]);
        let all: Vec<_> = all.iter().map(seen).collect();
        assert_eq!(all, [(1, Some(4), true, 5, 503, 13, 8), (5, None, false, 3, 300, -1, 1)]);
    }

    #[test]
    fn a_fill_that_turns_the_position_over_is_shared() {
        // Long two, then five sold at 103: two close, three open; the fee is five.
        let all = trips(&[(1, 2, 200, 0, 2), (2, -3, -309, 6, 7), (3, 0, 0, 9, 10)]);
        let all: Vec<_> = all.iter().map(seen).collect();
        assert_eq!(all, [(1, Some(2), true, 2, 200, 2, 4), (2, Some(3), false, 3, 309, -3, 6)]);
        // Nothing is lost: profits after fees are what the account says.
        assert_eq!(all.iter().map(|trip| trip.5).sum::<i128>(), 9 - 10);
    }

    #[test]
    fn a_correction_after_the_end_changes_that_trip() {
        let all = trips(&[(1, 1, 100, 0, 0), (2, 0, 0, 5, 0), (3, 0, 0, 4, 1)]);
        assert_eq!(all.iter().map(seen).collect::<Vec<_>>(), [(1, Some(2), true, 1, 100, 3, 1)]);
    }
}
