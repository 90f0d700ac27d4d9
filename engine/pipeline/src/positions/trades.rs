//! The trades behind the positions, so that one can be taken back or changed as if it had never
//! been otherwise.
//!
//! The last [`TRADES_MEMORY`] trades are kept one by one; what came before them is the base of
//! its position. Average cost depends on the order of trades: a corrected position is therefore
//! built again from its base.
//!
//! A trade may be known in sum only, because a report told more than its own trade: such lots
//! are *inferred*, at the price at hand, until the report about them comes late.
//!
//! Hot: [`Trades::push`] is a write to a ring. Everything else is walked, and rare.
//!
//! # Invariants
//! - A position is its base and then every trade kept of it, oldest first.

use std::collections::VecDeque;

use gannet_types::{
    ExecutionReport, GatewayId, Lots, Notional, OrderId, Side, Ticks, Valuation, VenueId,
};

use super::{Books, Position};

/// A busy day of one engine; 700 KiB.
const TRADES_MEMORY: usize = 4096;

/// One trade, or lots inferred.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Trade {
    /// Which position it changed.
    pub(crate) book: usize,
    /// Which netted account's position it changed besides, if any.
    pub(crate) netted: Option<usize>,
    pub(crate) gateway: GatewayId,
    pub(crate) order: OrderId,
    pub(crate) side: Side,
    /// Zero once it was taken back.
    pub(crate) lots: Lots,
    pub(crate) price: Ticks,
    pub(crate) fee: Notional,
    pub(crate) exec_id: VenueId,
    /// Only told in sum: the report about it may still come.
    pub(crate) is_inferred: bool,
    /// The id of the newest correction, by which the next one may name the trade.
    pub(crate) corrected_by: VenueId,
}

/// What a correction did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Correction {
    pub(crate) book: usize,
    pub(crate) order: OrderId,
    pub(crate) side: Side,
    /// By how much the lots of the order changed.
    pub(crate) change: Lots,
    /// It had been made before.
    pub(crate) is_known: bool,
}

/// The kept trades and the bases below them.
pub(crate) struct Trades {
    kept: VecDeque<Trade>,
    bases: Vec<Position>,
    netted_bases: Vec<Position>,
}

impl Trades {
    /// Reserves all memory, for these empty positions, and those of netted accounts; none for none.
    pub(crate) fn new(bases: Vec<Position>, netted_bases: Vec<Position>) -> Self {
        let kept = VecDeque::with_capacity(if bases.is_empty() { 0 } else { TRADES_MEMORY });
        Self { kept, bases, netted_bases }
    }

    /// Has a position of a free place be of an instrument that is valued so.
    pub(crate) fn open(&mut self, book: usize, valuation: Valuation) {
        self.bases[book] = Position::of(valuation);
    }

    /// Keeps what was paid besides trading.
    pub(crate) fn fund(&mut self, books: Books, paid: Notional) {
        self.bases[books.share].fund(paid);
        if let Some(netted) = books.netted {
            self.netted_bases[netted].fund(paid);
        }
    }

    /// From now on a book is netted with others: what is kept of it is the account's, too.
    pub(crate) fn net(&mut self, book: usize, netted: usize) {
        self.netted_bases[netted] = self.bases[book];
        for trade in self.kept.iter_mut().filter(|trade| trade.book == book) {
            trade.netted = Some(netted);
        }
    }

    /// Keeps a trade that was booked just now.
    pub(crate) fn push(&mut self, trade: Trade) {
        if self.kept.len() == TRADES_MEMORY
            && let Some(oldest) = self.kept.pop_front()
        {
            oldest.book_into(&mut self.bases[oldest.book]);
            if let Some(netted) = oldest.netted {
                oldest.book_into(&mut self.netted_bases[netted]);
            }
        }
        self.kept.push_back(trade);
    }

    /// Returns whether the venue's execution is among the trades kept of the order, taken back or
    /// not.
    pub(crate) fn knows(&self, gateway: GatewayId, order: OrderId, exec_id: &VenueId) -> bool {
        self.kept.iter().rev().any(|trade| {
            trade.order == order && trade.is_named(gateway, exec_id) && !exec_id.is_empty()
        })
    }

    /// Returns whether an execution of the order is among the trades kept, whichever gateway told it.
    pub(crate) fn has_told(&self, order: OrderId, exec_id: &VenueId) -> bool {
        let is_it = |trade: &Trade| trade.order == order && trade.exec_id == *exec_id;
        !exec_id.is_empty() && self.kept.iter().rev().any(is_it)
    }

    /// Takes up to `lots` of what was inferred of an order: the trade itself has come. Returns
    /// how many there were; the position must be built again if any.
    pub(crate) fn take_inferred(&mut self, order: OrderId, lots: Lots) -> Lots {
        let mut left = lots;
        for trade in self.kept.iter_mut().rev() {
            if trade.order == order && trade.is_inferred {
                let taken = left.min(trade.lots);
                trade.lots -= taken;
                left -= taken;
            }
        }
        lots - left
    }

    /// Takes back or changes the trade that `report` refers to. `None` if it is not known, or is
    /// changed to nothing that a trade can be.
    pub(crate) fn correct(&mut self, report: &ExecutionReport) -> Option<Correction> {
        let is_cancel = report.kind == gannet_types::ExecKind::TradeCancel;
        let is_sound = report.last_lots > Lots::ZERO && report.last_price > Ticks::ZERO;
        if !is_cancel && !is_sound {
            return None;
        }
        let named = |trade: &&mut Trade| trade.is_named(report.gateway, &report.exec_ref_id);
        let trade = self.kept.iter_mut().rev().find(named)?;
        let (lots, price, fee) = if is_cancel {
            (Lots::ZERO, trade.price, Notional::ZERO)
        } else {
            (report.last_lots, report.last_price, report.fee)
        };
        let change = lots - trade.lots;
        let is_known = (lots, price, fee) == (trade.lots, trade.price, trade.fee);
        (trade.lots, trade.price, trade.fee) = (lots, price, fee);
        trade.corrected_by = report.exec_id;
        let Trade { book, order, side, .. } = *trade;
        Some(Correction { book, order, side, change, is_known })
    }

    /// Returns the position that the trades lead to.
    pub(crate) fn position(&self, book: usize) -> Position {
        self.replay(self.bases[book], |trade| trade.book == book)
    }

    /// Returns the position of a netted account that the trades lead to.
    pub(crate) fn netted(&self, book: usize) -> Position {
        self.replay(self.netted_bases[book], |trade| trade.netted == Some(book))
    }

    fn replay(&self, mut position: Position, is_in: impl Fn(&Trade) -> bool) -> Position {
        for trade in self.kept.iter().filter(|trade| is_in(trade)) {
            trade.book_into(&mut position);
        }
        position
    }
}

impl Trade {
    fn is_named(&self, gateway: GatewayId, id: &VenueId) -> bool {
        self.gateway == gateway
            && !id.is_empty()
            && (self.exec_id == *id || self.corrected_by == *id)
    }

    fn book_into(&self, position: &mut Position) {
        if self.lots > Lots::ZERO {
            position.on_fill(self.side, self.lots, self.price, self.fee);
        }
    }
}
