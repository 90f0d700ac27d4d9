//! Round trips: what a position earned from its first fill until it was flat again.
//!
//! They are read off a journal's position reports, so they are what the engine itself booked.
//! A fill that turns a position over ends one trip and begins another; its fee is shared by lots.
//! What a broker corrects after a trip has ended changes the profit of that trip.

use gannet_types::{InstrumentId, Lots, Nanos, Notional, PositionReport, Side};

/// A position from flat to flat.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trip<D> {
    pub(super) instrument: InstrumentId,
    pub(super) side: Side,
    /// What was known of the decision when the order that opened it was sent.
    pub(super) decision: D,
    /// When it was flat again; `None` while it is not.
    pub(super) closed: Option<Nanos>,
    /// All that was opened, later additions too.
    pub(super) lots: Lots,
    /// What that cost or brought in, without sign.
    pub(super) value: Notional,
    /// Realised, after fees.
    pub(super) profit: Notional,
    pub(super) fees: Notional,
}

/// Turns position reports into trips.
pub(super) struct Trips<D> {
    done: Vec<Trip<D>>,
    /// By instrument.
    running: Vec<Running<D>>,
}

struct Running<D> {
    last: Booked,
    trip: Option<Trip<D>>,
    /// The place of the last trip that ended.
    ended: Option<usize>,
}

/// The parts of a position report that count.
#[derive(Clone, Copy, Default)]
struct Booked {
    lots: Lots,
    cost: Notional,
    realized: Notional,
    fees: Notional,
}

impl<D> Trips<D> {
    /// Begins with no position in so many instruments.
    pub(super) fn new(instruments: usize) -> Self {
        let flat = |_| Running { last: Booked::default(), trip: None, ended: None };
        Self { done: Vec::new(), running: (0..instruments).map(flat).collect() }
    }

    /// Takes a report at `now`. A trip that it opens has been decided by `decision`.
    pub(super) fn on_position(
        &mut self,
        now: Nanos,
        report: &PositionReport,
        decision: impl FnOnce() -> D,
    ) {
        let Some(running) = self.running.get_mut(usize::from(report.instrument.0)) else { return };
        let PositionReport { lots, cost, realized, fees, .. } = *report;
        let before = std::mem::replace(&mut running.last, Booked { lots, cost, realized, fees });
        let (earned, mut paid) = (realized - before.realized, fees - before.fees);
        let turned = before.lots.0.signum() * lots.0.signum() < 0;
        let held = running.trip.as_mut().or_else(|| self.done.get_mut(running.ended?));
        if let (Some(trip), true) = (held, before.lots != Lots::ZERO || lots == Lots::ZERO) {
            let own = if turned { share(paid, before.lots, lots) } else { paid };
            trip.book(earned, own);
            paid -= own;
        }
        if before.lots != Lots::ZERO && (turned || lots == Lots::ZERO) {
            self.done.extend(running.trip.take().map(|trip| Trip { closed: Some(now), ..trip }));
            running.ended = self.done.len().checked_sub(1);
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
    }

    /// Returns all trips, those that have not ended too.
    pub(super) fn finish(self) -> Vec<Trip<D>> {
        let Self { mut done, running } = self;
        done.extend(running.into_iter().filter_map(|running| running.trip));
        done
    }
}

impl<D> Trip<D> {
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

const fn size(amount: Notional) -> Notional {
    Notional(amount.0.saturating_abs())
}

#[cfg(test)]
mod tests {
    use gannet_types::AccountId;

    use super::*;

    /// (time, lots, cost, realised, fees) by report; the decision is the time.
    fn trips(reports: &[(u64, i64, i128, i128, i128)]) -> Vec<Trip<u64>> {
        let mut trips = Trips::new(1);
        for &(now, lots, cost, realized, fees) in reports {
            let report = PositionReport {
                account: AccountId(0),
                instrument: InstrumentId(0),
                lots: Lots(lots),
                cost: Notional(cost),
                realized: Notional(realized),
                fees: Notional(fees),
            };
            trips.on_position(Nanos(now), &report, || now);
        }
        trips.finish()
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
