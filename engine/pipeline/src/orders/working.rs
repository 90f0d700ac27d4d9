//! What working orders may still trade, kept as sums, and where that or a position has changed.
//!
//! Hot: a few additions per change of an order.
//!
//! # Invariants
//! - A sum is that of [`Order::exposure`] over the open orders of the instrument and side.
//! - An instrument stands among the changed ones once.

use gannet_types::{Bounded, InstrumentId, Lots, Side};

use super::Order;

/// The sums of each instrument.
pub(crate) struct Working {
    books: Vec<Book>,
    changed: Bounded<InstrumentId>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Book {
    /// Wider than lots, so that what was added can be taken away again.
    buys: i128,
    sells: i128,
    is_changed: bool,
}

impl Working {
    pub(super) fn new(instruments: usize) -> Self {
        Self {
            books: vec![Book::default(); instruments],
            changed: Bounded::with_capacity(instruments),
        }
    }

    /// Takes an order as it was and as it is; side and instrument of an order do not change.
    pub(super) fn change(&mut self, before: Option<&Order>, after: Option<&Order>) {
        let Some(order) = after.or(before) else { return };
        let lots = |order: Option<&Order>| order.map_or(0, |order| i128::from(order.exposure().0));
        let change = lots(after) - lots(before);
        if change == 0 {
            return;
        }
        let book = &mut self.books[usize::from(order.instrument.0)];
        match order.side {
            Side::Buy => book.buys += change,
            Side::Sell => book.sells += change,
        }
        self.mark(order.instrument);
    }

    /// Notes that the position in an instrument has changed.
    pub(crate) fn mark(&mut self, instrument: InstrumentId) {
        let book = &mut self.books[usize::from(instrument.0)];
        if !book.is_changed {
            book.is_changed = true;
            let noted = self.changed.push(instrument);
            assert!(noted.is_ok(), "each instrument is noted once");
        }
    }

    /// Takes an instrument in which something has changed since it was taken last.
    pub(crate) fn take_changed(&mut self) -> Option<InstrumentId> {
        let last = self.changed.len().checked_sub(1)?;
        let instrument = self.changed.swap_remove(last);
        self.books[usize::from(instrument.0)].is_changed = false;
        Some(instrument)
    }

    /// Returns how much may still trade, less `except`; saturates.
    pub(crate) fn lots(&self, instrument: InstrumentId, side: Side, except: Lots) -> Lots {
        let book = &self.books[usize::from(instrument.0)];
        let sum = match side {
            Side::Buy => book.buys,
            Side::Sell => book.sells,
        };
        Lots(i64::try_from(sum - i128::from(except.0)).unwrap_or(i64::MAX))
    }
}
