//! What the drop copy tells: our own trades once more, and those of others.
//!
//! A trade of ours is compared with the order session's ([`crate::reconciliation`]) and never
//! booked. A trade of somebody else in our accounts changes that account's foreign position,
//! which is kept apart: risk limits are about what this engine does.
//!
//! # Invariants
//! - A foreign ExecID is booked at most once.

use gannet_types::{
    AccountId, Alarm, ClientOrderId, DropCopy, ExecKind, ExecutionReport, Instrument, InstrumentId,
    Lots, Outbox, Output, PositionReport, Ticks, Valuation, VenueId,
};

use crate::Pipeline;
use crate::positions::{Position, Trade, Trades};
use crate::strategy::Strategy;

/// Most foreign positions: accounts times instruments that are in use.
pub(crate) const FOREIGN_MAX: usize = 64;

/// Positions of others.
pub(crate) struct Foreign {
    books: Vec<Book>,
    trades: Trades,
    /// By instrument.
    valuations: Vec<Valuation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Book {
    account: AccountId,
    instrument: InstrumentId,
    position: Position,
}

impl Foreign {
    /// Reserves all memory, if there is a drop copy.
    pub(crate) fn new(listens: bool, instruments: &[Instrument]) -> Self {
        let bases = vec![Position::default(); if listens { FOREIGN_MAX } else { 0 }];
        Self {
            books: Vec::with_capacity(FOREIGN_MAX),
            trades: Trades::new(bases, Vec::new()),
            valuations: instruments.iter().map(Instrument::valuation).collect(),
        }
    }

    /// Returns the positions that others have made.
    pub(crate) fn positions(&self) -> impl Iterator<Item = PositionReport> {
        self.books.iter().map(Book::report)
    }

    /// Books a trade, once; returns the position it leads to.
    fn on_trade(&mut self, copy: &DropCopy) -> Option<PositionReport> {
        let report = &copy.report;
        let id = report.client_order_id.order();
        let sound = report.last_lots > Lots::ZERO
            && report.last_price > Ticks::ZERO
            && !report.exec_id.is_empty();
        if !sound || self.trades.knows(report.gateway, id, &report.exec_id) {
            return None;
        }
        let book = self.find(copy.account, report.instrument)?;
        self.trades.push(Trade {
            book,
            netted: None,
            gateway: report.gateway,
            order: id,
            side: report.side,
            lots: report.last_lots,
            price: report.last_price,
            fee: report.fee,
            exec_id: report.exec_id,
            is_inferred: false,
            corrected_by: VenueId::default(),
        });
        Some(self.rebuild(book))
    }

    /// Takes back or changes a trade; `None` if it is not known or was changed before.
    fn on_correction(&mut self, report: &ExecutionReport) -> Option<PositionReport> {
        let correction = self.trades.correct(report)?;
        (!correction.is_known).then(|| self.rebuild(correction.book))
    }

    fn rebuild(&mut self, book: usize) -> PositionReport {
        self.books[book].position = self.trades.position(book);
        self.books[book].report()
    }

    fn find(&mut self, account: AccountId, instrument: InstrumentId) -> Option<usize> {
        let wanted = |book: &Book| (book.account, book.instrument) == (account, instrument);
        if let Some(found) = self.books.iter().position(wanted) {
            return Some(found);
        }
        let index = self.books.len();
        (index < FOREIGN_MAX).then(|| {
            let known = self.valuations.get(usize::from(instrument.0));
            let valuation = known.copied().unwrap_or_default();
            self.trades.open(index, valuation);
            self.books.push(Book { account, instrument, position: Position::of(valuation) });
            index
        })
    }
}

impl Book {
    fn report(&self) -> PositionReport {
        self.position.report(self.account, self.instrument)
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Takes a copy of somebody's execution.
    pub(crate) fn on_drop_copy(&mut self, copy: &DropCopy, outbox: &mut Outbox) {
        let report = &copy.report;
        let known = usize::from(report.instrument.0) < self.desks.len();
        if !known || self.config.drop_copy != Some(report.gateway) {
            self.counters.bad_inputs += 1;
            return;
        }
        self.counters.drop_copies += 1;
        if self.is_ours(report) {
            if report.kind == ExecKind::Trade {
                let (now, id) = (self.steady.time(), report.client_order_id);
                let is_booked = self.trades.has_told(id.order(), &report.exec_id);
                self.reconciliation.on_copy(now, id, &report.exec_id, is_booked);
            }
            return;
        }
        let position = match report.kind {
            ExecKind::Trade => self.foreign.on_trade(copy),
            ExecKind::TradeCancel | ExecKind::TradeCorrect => self.foreign.on_correction(report),
            ExecKind::PendingNew
            | ExecKind::New
            | ExecKind::Canceled
            | ExecKind::Replaced
            | ExecKind::Rejected
            | ExecKind::Expired
            | ExecKind::CancelRejected
            | ExecKind::PendingCancel
            | ExecKind::PendingReplace
            | ExecKind::Status
            | ExecKind::Unsent
            | ExecKind::Triggered
            | ExecKind::Restated
            | ExecKind::Suspended
            | ExecKind::Stopped
            | ExecKind::DoneForDay
            | ExecKind::Calculated => return,
        };
        let Some(position) = position else {
            self.counters.duplicate_executions += 1;
            return;
        };
        self.emit(Output::ForeignPosition(position), outbox);
        if copy.account == DropCopy::UNLISTED {
            self.alarm(Alarm::UnknownAccount, outbox);
        }
    }

    /// Returns whether a report is about an order that this engine sent, now or in the past.
    fn is_ours(&mut self, report: &ExecutionReport) -> bool {
        let id = report.client_order_id;
        let issued = self.config.first_order_id <= id.order() && id.order() < self.next_order_id;
        id != ClientOrderId::default() && issued
    }
}
