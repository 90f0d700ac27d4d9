//! Parent orders, as far as the journal tells: what each is for, how far it is, and what comes next.
//!
//! A parent's plan stands in the signal that begins it, its progress in its reports. When the next slice
//! is due is reckoned from the schedule; slices whose length is drawn are due about then.

use gannet_types::{
    GateVerdict, Nanos, OrderId, Pace, ParentReport, Plan, Schedule, Signal, SignalAction,
};

use super::recent::Recent;

/// The parents that are not done, and the last done ones.
#[derive(Clone, Debug)]
pub(crate) struct Parents {
    /// Released signals that no parent has answered for yet.
    begun: Recent<Signal>,
    open: Vec<Parent>,
    recent: Recent<Parent>,
}

/// One parent.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Parent {
    pub(crate) report: ParentReport,
    /// The wish that began it; `None` if that was not seen.
    pub(crate) signal: Option<Signal>,
    pub(crate) created: Nanos,
    pub(crate) updated: Nanos,
}

impl Parents {
    pub(crate) fn new() -> Self {
        Self { begun: Recent::new(BEGUN_MAX), open: Vec::new(), recent: Recent::new(RECENT_MAX) }
    }

    /// Oldest first.
    pub(crate) fn open(&self) -> &[Parent] {
        &self.open
    }

    /// Newest first.
    pub(crate) fn recent(&self) -> impl Iterator<Item = &Parent> {
        self.recent.newest_first()
    }

    /// Takes note of a wish.
    pub(crate) fn on_signal(&mut self, signal: &Signal, verdict: GateVerdict) {
        if let (SignalAction::Work(_), GateVerdict::Released) = (signal.action, verdict) {
            self.begun.push(*signal);
        }
    }

    /// Takes note of how a parent stands.
    pub(crate) fn on_report(&mut self, time: Nanos, report: &ParentReport) {
        let known = self.open.iter().position(|parent| parent.report.id == report.id);
        let index = known.unwrap_or_else(|| self.add(time, report));
        let parent = &mut self.open[index];
        (parent.report, parent.updated) = (*report, time);
        if report.status.is_done() {
            let done = self.open.remove(index);
            self.recent.push(done);
        }
    }

    fn add(&mut self, time: Nanos, report: &ParentReport) -> usize {
        if self.open.len() == OPEN_MAX {
            // Our picture is wrong, not the engine: it has no room for that many.
            self.recent.push(self.open.remove(0));
        }
        let wish = |signal: &Signal| (signal.strategy, signal.instrument, signal.side, signal.lots);
        let told = (report.strategy, report.instrument, report.side, report.lots);
        let signal = self.begun.newest_first().find(|signal| wish(signal) == told).copied();
        self.open.push(Parent { report: *report, signal, created: time, updated: time });
        self.open.len() - 1
    }
}

impl Parent {
    /// Returns the schedule, if it is worked in slices.
    pub(crate) fn schedule(&self) -> Option<Schedule> {
        match self.signal?.action {
            SignalAction::Work(Plan::Sliced(schedule)) => Some(schedule),
            SignalAction::Work(
                Plan::Emulate
                | Plan::Touched(_)
                | Plan::Either { .. }
                | Plan::Bracket { .. }
                | Plan::Split,
            )
            | SignalAction::Place
            | SignalAction::Replace(_)
            | SignalAction::Cancel(_) => None,
        }
    }

    /// Returns when its time is over, if it has one.
    pub(crate) fn ends(&self) -> Option<Nanos> {
        let schedule = self.schedule()?;
        Some(self.created.after(Nanos::from_millis(u64::from(schedule.lasts_ms))))
    }

    /// Returns when its next slice begins; `None` if it has none, or the last has begun.
    pub(crate) fn next_slice(&self, now: Nanos) -> Option<Nanos> {
        let Schedule { every_ms, pace, .. } = self.schedule()?;
        let is_paced = matches!(pace, Pace::Time | Pace::Volume | Pace::Participation);
        let every = Nanos::from_millis(u64::from(every_ms));
        if !is_paced || every == Nanos::ZERO || self.report.status.is_done() {
            return None;
        }
        let begun = now.since(self.created).0 / every.0 + 1;
        let next = self.created.after(Nanos(begun.saturating_mul(every.0)));
        // What would be left after it is no slice of its own.
        (next.after(Nanos(every.0 / 2)) < self.ends()?).then_some(next)
    }

    pub(crate) fn id(&self) -> OrderId {
        self.report.id
    }
}

/// As many as the pipeline works at once.
const OPEN_MAX: usize = 64;

/// A screen of history.
const RECENT_MAX: usize = 20;

/// A parent is reported in the input that begins it; only one that finds no room is later.
const BEGUN_MAX: usize = 8;

#[cfg(test)]
mod tests {
    use gannet_types::{
        AccountId, InstrumentId, Lots, ManualOrder, Notional, OrderStatus, OrderTerms, OrderType,
        Side, StrategyId, Text, Ticks, TimeInForce,
    };

    use super::*;

    fn twap() -> Signal {
        let schedule = Schedule {
            pace: Pace::Time,
            share_bp: 0,
            lasts_ms: 60_000,
            every_ms: 10_000,
            child_max_bp: 0,
            behind_percent: 0,
            jitter_percent: 0,
            seed: 0,
        };
        let order = ManualOrder {
            client_ref: Text::new(b"twap"),
            account: AccountId(0),
            instrument: InstrumentId(0),
            side: Side::Buy,
            order_type: OrderType::Limit,
            price: Ticks(0),
            lots: Lots(6),
            time_in_force: TimeInForce::GoodTillCancel,
            terms: OrderTerms::PLAIN,
            plan: Some(Plan::Sliced(schedule)),
        };
        order.signal(StrategyId(1))
    }

    fn report(id: u64, status: OrderStatus, cum: i64) -> ParentReport {
        ParentReport {
            id: OrderId(id),
            strategy: StrategyId(1),
            instrument: InstrumentId(0),
            side: Side::Buy,
            status,
            lots: Lots(6),
            cum_lots: Lots(cum),
            value: Notional(0),
            exit_lots: Lots(0),
            exit_value: Notional(0),
            children: 1,
        }
    }

    #[test]
    fn a_parent_has_the_plan_of_its_signal_and_a_next_slice_until_its_last() {
        let mut parents = Parents::new();
        let other = Signal { lots: Lots(7), ..twap() };
        parents.on_signal(&twap(), GateVerdict::Released);
        parents.on_signal(&other, GateVerdict::Released);
        parents.on_signal(&Signal { lots: Lots(6), ..other }, GateVerdict::Shown);
        let second = |seconds: u64| Nanos(seconds * Nanos::SECOND.0);
        parents.on_report(second(100), &report(9, OrderStatus::New, 0));
        let parent = parents.open()[0];
        assert_eq!((parent.signal, parent.ends()), (Some(twap()), Some(second(160))));
        let next = [100, 109, 110, 149, 150, 159].map(|now| parent.next_slice(second(now)));
        let seconds = next.map(|at| at.map(|at| at.0 / Nanos::SECOND.0));
        assert_eq!(seconds, [Some(110), Some(110), Some(120), Some(150), None, None]);
        parents.on_report(second(111), &report(9, OrderStatus::PartiallyFilled, 2));
        assert_eq!(parents.open()[0].report.cum_lots, Lots(2));
        parents.on_report(second(120), &report(9, OrderStatus::Canceled, 2));
        assert!(parents.open().is_empty());
        let done = parents.recent().next().map(|parent| (parent.id(), parent.updated));
        assert_eq!(done, Some((OrderId(9), second(120))));
    }

    #[test]
    fn a_parent_whose_signal_was_not_seen_is_shown_without_a_plan() {
        let mut parents = Parents::new();
        parents.on_report(Nanos(1), &report(3, OrderStatus::New, 0));
        assert_eq!(parents.open()[0].schedule(), None);
        assert_eq!(parents.open()[0].next_slice(Nanos(2)), None);
    }
}
