//! What is known of one position, and whether what the venue tells of it is a difference.

use gannet_types::{Lots, Notional, PositionReport};

/// How often the same difference must be told, and with orders of ours open there.
const TOLD_MIN: u32 = 2;
const TOLD_MIN_OPEN: u32 = 3;

/// What is known of an account's position in an instrument.
#[derive(Clone, Copy, Default)]
pub(crate) struct Book {
    /// As reported last.
    ours: PositionReport,
    /// Of others, by the drop copy.
    foreign: Lots,
    /// How often either changed.
    changes: u64,
    suspicion: Option<Suspicion>,
    /// The difference that was believed last.
    believed: Option<Lots>,
    /// A believed difference that is to be booked, once there is a price.
    unbooked: Option<Lots>,
    /// The funding that the venue told last.
    funding: Option<Notional>,
}

#[derive(Clone, Copy)]
struct Suspicion {
    difference: Lots,
    changes: u64,
    times: u32,
}

/// What comparing one position led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compared {
    Equal,
    /// It differs, and may be explained by what is on its way.
    Suspected,
    /// It differs, and a person shall know.
    Believed,
    /// It differs as it did when it was believed.
    Known,
    /// What was believed is so no more.
    Agrees,
}

/// Orders of ours, where a position is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum OrdersThere {
    None,
    Open,
    /// One was asked about and has not been answered.
    Asked,
}

impl Book {
    /// Takes what we hold, as it is reported.
    pub(super) fn note_ours(&mut self, report: &PositionReport) {
        let before = PositionReport { funding: report.funding, ..self.ours };
        self.changes += u64::from(before != *report);
        self.ours = *report;
    }

    /// Takes what others hold, as the drop copy tells.
    pub(super) fn note_foreign(&mut self, lots: Lots) {
        self.changes += 1;
        self.foreign = lots;
    }

    /// The engine starts again: people have forgotten what was believed.
    pub(super) fn restart(&mut self) {
        (self.suspicion, self.believed) = (None, None);
    }

    /// Returns whether a believed difference waits for a price.
    pub(super) fn is_unbooked(&self) -> bool {
        self.unbooked.is_some()
    }

    /// Returns what we hold, and others as the drop copy tells.
    pub(crate) fn lots(&self) -> Lots {
        Lots(self.ours.lots.0.saturating_add(self.foreign.0))
    }

    /// Returns the difference that is to be booked, and counts it as booked.
    pub(crate) fn take_unbooked(&mut self) -> Option<Lots> {
        let difference = self.unbooked.take()?;
        (self.believed, self.suspicion) = (None, None);
        Some(difference)
    }

    /// Takes what the venue says that the position has paid in all; returns how much that is more
    /// than it said before. What was paid before it was first asked is none of ours.
    pub(crate) fn fund(&mut self, told: Notional) -> Notional {
        let before = self.funding.replace(told).unwrap_or(told);
        Notional(told.0.saturating_sub(before.0))
    }

    /// The venue has no such position: whatever is opened next begins with nothing paid.
    pub(crate) fn end_funding(&mut self) {
        self.funding = Some(Notional::ZERO);
    }

    pub(super) fn compare(&mut self, venue: Lots, orders: OrdersThere, adjusts: bool) -> Compared {
        let difference = Lots(venue.0.saturating_sub(self.lots().0));
        let was_believed = self.believed.is_some();
        // What waits for a price is what was told until something else is.
        self.unbooked = self.unbooked.filter(|unbooked| *unbooked == difference);
        self.believed = self.believed.filter(|believed| *believed == difference);
        if difference == Lots::ZERO {
            self.suspicion = None;
            return if was_believed { Compared::Agrees } else { Compared::Equal };
        }
        if self.believed.is_some() {
            return Compared::Known;
        }
        let again = Some((difference, self.changes));
        let before = self.suspicion.filter(|it| Some((it.difference, it.changes)) == again);
        let times = before.map_or(1, |before| before.times.saturating_add(1));
        self.suspicion = Some(Suspicion { difference, changes: self.changes, times });
        let is_enough = match orders {
            OrdersThere::None => times >= TOLD_MIN,
            OrdersThere::Open => times >= TOLD_MIN_OPEN,
            OrdersThere::Asked => false,
        };
        if !is_enough {
            return Compared::Suspected;
        }
        self.believed = Some(difference);
        self.unbooked = self.believed.filter(|_| adjusts);
        Compared::Believed
    }
}
