//! The fills behind a journal's positions.
//!
//! A fill is read off two position reports of the engine, one after the other, so it is what the engine
//! booked: executions that came twice or were none of ours are not there. When a broker corrects a trade
//! or takes it back, the fill itself is changed, as if it had never been otherwise.

use std::collections::HashMap;

use gannet_types::{
    AccountId, ExecutionReport, Input, InstrumentId, Lots, Nanos, Notional, PositionReport, VenueId,
};

/// One fill as it was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// When it was booked.
    pub time: Nanos,
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// How much; negative was sold.
    pub lots: Lots,
    /// Price times lots, signed like them.
    pub cash: Notional,
    /// What was paid besides; negative is a rebate.
    pub fee: Notional,
}

/// Reads fills off a journal.
#[derive(Clone, Debug, Default)]
pub struct Fills {
    fills: Vec<Fill>,
    last: HashMap<(AccountId, InstrumentId), PositionReport>,
    /// Fills by the venue's ids of them and of their corrections.
    places: HashMap<VenueId, usize>,
    /// The execution that is being answered.
    said: Option<ExecutionReport>,
}

impl Fills {
    /// Takes the next input of the journal.
    pub fn on_input(&mut self, input: &Input<'_>) {
        self.said = match input {
            Input::Execution(report) => Some(*report),
            _ => None,
        };
    }

    /// Takes the next position report of the journal.
    pub fn on_position(&mut self, time: Nanos, report: &PositionReport) {
        let PositionReport { account, instrument, .. } = *report;
        let before = self.last.insert((account, instrument), *report).unwrap_or_default();
        let cash = |of: &PositionReport| of.cost.0.saturating_sub(of.realized.0);
        let fill = Fill {
            time,
            account,
            instrument,
            lots: report.lots - before.lots,
            cash: Notional(cash(report).saturating_sub(cash(&before))),
            fee: Notional(report.fees.0.saturating_sub(before.fees.0)),
        };
        let said = self.said.filter(|said| said.instrument == instrument);
        match said.and_then(|said| self.corrected(&said)) {
            Some(place) => self.fills[place].add(&fill),
            None if fill.is_nothing() => return,
            None => self.fills.push(fill),
        }
        if let Some(said) = said.filter(|said| !said.exec_id.is_empty()) {
            let place = self.corrected(&said).unwrap_or(self.fills.len() - 1);
            self.places.insert(said.exec_id, place);
        }
    }

    /// Returns the fills, oldest first; one that was taken back has neither lots nor cash.
    #[must_use]
    pub fn fills(&self) -> &[Fill] {
        &self.fills
    }

    /// Returns what the engine reported last of each position.
    pub fn positions(&self) -> impl Iterator<Item = &PositionReport> {
        self.last.values()
    }

    fn corrected(&self, said: &ExecutionReport) -> Option<usize> {
        let place = self.places.get(&said.exec_ref_id).copied();
        place.filter(|_| said.kind.is_correction())
    }
}

impl Fill {
    fn add(&mut self, other: &Self) {
        self.lots += other.lots;
        self.cash = Notional(self.cash.0.saturating_add(other.cash.0));
        self.fee = Notional(self.fee.0.saturating_add(other.fee.0));
    }

    fn is_nothing(&self) -> bool {
        (self.lots, self.cash, self.fee) == (Lots::ZERO, Notional::ZERO, Notional::ZERO)
    }
}
