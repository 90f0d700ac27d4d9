//! The fills behind a journal's positions, and what the positions paid besides.
//!
//! A fill is read off two position reports of the engine, one after the other, so it is what the engine
//! booked: executions that came twice or were none of ours are not there. When a broker corrects a trade
//! or takes it back, the fill itself is changed, as if it had never been otherwise.
//!
//! Of a hedged account the reports of its strategies are read where it has several, for each of them is on
//! one side at a time and the account's own report is only their sum. What they fill is of the long or the
//! short books.

use std::collections::HashMap;

use gannet_types::{
    AccountId, ExecutionReport, Input, InstrumentId, Lots, Nanos, Notional, PositionReport,
    StrategyId, StrategyPosition, VenueId,
};

use super::Leg;

/// One fill as it was booked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fill {
    /// When it was booked.
    pub time: Nanos,
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// In which of the account's books.
    pub leg: Leg,
    /// How much; negative was sold.
    pub lots: Lots,
    /// Price times lots, signed like them.
    pub cash: Notional,
    /// What was paid besides; negative is a rebate.
    pub fee: Notional,
    /// What the engine has realized by it, before fees.
    pub realized: Notional,
}

/// What a position paid besides trading, such as funding; negative was received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Payment {
    /// When it was booked.
    pub time: Nanos,
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// In which of the account's books.
    pub leg: Leg,
    /// How much.
    pub paid: Notional,
}

/// A hedged account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hedged {
    /// Which.
    pub account: AccountId,
    /// Whether several strategies trade for it, so that each reports its part.
    pub is_shared: bool,
}

/// Whose position a report is about: of a shared hedged account, which strategy's part.
type Key = (AccountId, InstrumentId, Option<StrategyId>);

/// Reads fills off a journal.
#[derive(Clone, Debug, Default)]
pub struct Fills {
    fills: Vec<Fill>,
    payments: Vec<Payment>,
    hedged: Vec<Hedged>,
    last: HashMap<Key, PositionReport>,
    /// Fills by the venue's ids of them and of their corrections.
    places: HashMap<VenueId, usize>,
    /// The execution that is being answered.
    said: Option<ExecutionReport>,
}

impl Fills {
    /// Reads a journal some of whose accounts are hedged.
    #[must_use]
    pub fn new(hedged: Vec<Hedged>) -> Self {
        Self { hedged, ..Self::default() }
    }

    /// Takes the next input of the journal.
    pub fn on_input(&mut self, input: &Input<'_>) {
        self.said = match input {
            Input::Execution(report) => Some(*report),
            _ => None,
        };
    }

    /// Takes the next position report of the journal.
    pub fn on_position(&mut self, time: Nanos, report: &PositionReport) {
        match self.hedged(report.account) {
            // Its parts tell.
            Some(Hedged { is_shared: true, .. }) => {
                self.last.insert((report.account, report.instrument, None), *report);
            }
            Some(_) => self.book(time, report, None, true),
            None => self.book(time, report, None, false),
        }
    }

    /// Takes the next report of a strategy's part of a position.
    pub fn on_part(&mut self, time: Nanos, part: &StrategyPosition) {
        let is_read = self.hedged(part.position.account).is_some_and(|account| account.is_shared);
        if is_read {
            self.book(time, &part.position, Some(part.strategy), true);
        }
    }

    /// Returns the fills, oldest first; one that was taken back has neither lots nor cash.
    #[must_use]
    pub fn fills(&self) -> &[Fill] {
        &self.fills
    }

    /// Returns what positions have paid besides, oldest first.
    #[must_use]
    pub fn payments(&self) -> &[Payment] {
        &self.payments
    }

    /// Returns what the engine reported last of each account's position.
    pub fn positions(&self) -> impl Iterator<Item = &PositionReport> {
        self.last.iter().filter(|((_, _, part), _)| part.is_none()).map(|(_, report)| report)
    }

    fn hedged(&self, account: AccountId) -> Option<Hedged> {
        self.hedged.iter().find(|hedged| hedged.account == account).copied()
    }

    fn book(
        &mut self,
        time: Nanos,
        report: &PositionReport,
        part: Option<StrategyId>,
        is_apart: bool,
    ) {
        let PositionReport { account, instrument, .. } = *report;
        let before = self.last.insert((account, instrument, part), *report).unwrap_or_default();
        let leg = |lots: Lots| match lots {
            _ if !is_apart => Leg::Netted,
            lots if lots < Lots::ZERO => Leg::Short,
            _ => Leg::Long,
        };
        let cash = |of: &PositionReport| of.cost.0.saturating_sub(of.realized.0);
        let difference =
            |after: Notional, before: Notional| Notional(after.0.saturating_sub(before.0));
        let held = if before.lots == Lots::ZERO { report.lots } else { before.lots };
        let mut fill = Fill {
            time,
            account,
            instrument,
            leg: leg(held),
            lots: report.lots - before.lots,
            cash: Notional(cash(report).saturating_sub(cash(&before))),
            fee: difference(report.fees, before.fees),
            realized: difference(report.realized, before.realized),
        };
        let paid = difference(report.funding, before.funding);
        if paid != Notional::ZERO {
            self.payments.push(Payment { time, account, instrument, leg: leg(held), paid });
        }
        let said = self.said.filter(|said| said.instrument == instrument);
        match said.and_then(|said| self.corrected(&said)) {
            Some(place) => self.fills[place].add(&fill),
            None if fill.is_nothing() => return,
            None => {
                let turns = before.lots.0.signum() * report.lots.0.signum() < 0;
                if is_apart && turns {
                    // What closes one side and what opens the other are of different books.
                    self.fills.push(fill.split(before.lots.abs()));
                    fill.leg = leg(report.lots);
                }
                self.fills.push(fill);
            }
        }
        if let Some(said) = said.filter(|said| !said.exec_id.is_empty()) {
            let place = self.corrected(&said).unwrap_or(self.fills.len() - 1);
            self.places.insert(said.exec_id, place);
        }
    }

    fn corrected(&self, said: &ExecutionReport) -> Option<usize> {
        let place = self.places.get(&said.exec_ref_id).copied();
        place.filter(|_| said.kind.is_correction())
    }
}

impl Fill {
    fn add(&mut self, other: &Self) {
        let add = |sum: &mut Notional, more: Notional| sum.0 = sum.0.saturating_add(more.0);
        self.lots += other.lots;
        add(&mut self.cash, other.cash);
        add(&mut self.fee, other.fee);
        add(&mut self.realized, other.realized);
    }

    /// Takes `size` out, which closes: what was realized is of that.
    fn split(&mut self, size: Lots) -> Self {
        let whole = self.lots.abs();
        let lots = if self.lots > Lots::ZERO { size } else { -size };
        let (cash, fee) = (self.cash.share_ceil(size, whole), self.fee.share_ceil(size, whole));
        self.lots -= lots;
        self.cash -= cash;
        self.fee -= fee;
        Self { lots, cash, fee, realized: std::mem::take(&mut self.realized), ..*self }
    }

    fn is_nothing(&self) -> bool {
        (self.lots, self.cash, self.fee) == (Lots::ZERO, Notional::ZERO, Notional::ZERO)
    }
}
