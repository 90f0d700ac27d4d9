//! Positions and profit, by average cost.
//!
//! Closing part of a position closes the same part of its cost. That part is rounded up (towards
//! plus infinity), so realized profit is never overstated; the rest stays in the cost, so that a
//! fully closed position has realized exactly what it earned.
//!
//! # Invariants
//! - Without a position there is no cost.
//! - Cash spent on fills is `cost + (-realized)`: nothing is lost between the two.

use gannet_types::{AccountId, InstrumentId, Lots, Notional, PositionReport, Side, Ticks};

pub(crate) use holdings::{Books, Held, Holdings};
pub(crate) use trades::{Correction, Trade, Trades};
pub(crate) use venue::{Book, Compared, Heard, OrdersThere, Seat, VenuePositions};

mod holdings;
#[cfg(test)]
mod tests;
mod trades;
mod venue;

/// The position of one account or strategy in one instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// How much; negative is short.
    pub lots: Lots,
    /// What the open position cost, signed like `lots`.
    pub cost: Notional,
    /// Profit of what was closed, before fees.
    pub realized: Notional,
    /// Fees paid; negative are rebates.
    pub fees: Notional,
    /// Funding and the like paid; negative is received. Trades do not change it.
    pub funding: Notional,
}

impl Position {
    /// Books a fill. `lots` and `price` are positive; sums that do not fit saturate.
    pub fn on_fill(&mut self, side: Side, lots: Lots, price: Ticks, fee: Notional) {
        debug_assert!(lots > Lots::ZERO);
        let change = side.signed(lots);
        let opposite = self.lots.0.signum() == -change.0.signum();
        let closing = if opposite { lots.min(self.lots.abs()) } else { Lots::ZERO };
        if closing > Lots::ZERO {
            self.close(side, closing, price);
        }
        let opening = side.signed(lots - closing);
        self.lots = Lots(self.lots.0.saturating_add(opening.0));
        self.cost = add(self.cost, Notional::of(price, opening));
        self.fees = add(self.fees, fee);
    }

    /// Returns the profit of the open position, given bid plus ask in ticks; half is rounded
    /// down. Zero without a price.
    #[must_use]
    pub fn unrealized(&self, twice_mid: Option<i128>) -> Notional {
        let Some(twice_mid) = twice_mid else {
            return Notional::ZERO;
        };
        let lots = i128::from(self.lots.0);
        // Two numbers of 64 bits cannot overflow; nearly all are.
        let value = match i64::try_from(twice_mid) {
            Ok(twice_mid) => lots.wrapping_mul(i128::from(twice_mid)),
            Err(_) => lots.saturating_mul(twice_mid),
        };
        Notional(value.saturating_sub(self.cost.0.saturating_add(self.cost.0)) >> 1)
    }

    /// Books what was paid besides trading.
    pub fn fund(&mut self, paid: Notional) {
        self.funding = add(self.funding, paid);
    }

    /// Returns realized and open profit after fees and funding.
    #[must_use]
    pub fn profit(&self, twice_mid: Option<i128>) -> Notional {
        let gross = add(self.realized, self.unrealized(twice_mid));
        Notional(gross.0.saturating_sub(self.fees.0).saturating_sub(self.funding.0))
    }

    /// Returns the report of this position.
    #[must_use]
    pub fn report(&self, account: AccountId, instrument: InstrumentId) -> PositionReport {
        PositionReport {
            account,
            instrument,
            lots: self.lots,
            cost: self.cost,
            realized: self.realized,
            fees: self.fees,
            funding: self.funding,
        }
    }

    /// Closes `closing` of the position, at most all of it, by trading on `side`.
    fn close(&mut self, side: Side, closing: Lots, price: Ticks) {
        let closed_cost = self.cost.share_ceil(closing, self.lots.abs());
        let change = side.signed(closing);
        let proceeds = -Notional::of(price, change);
        self.realized = add(self.realized, Notional(proceeds.0.saturating_sub(closed_cost.0)));
        self.cost = Notional(self.cost.0.saturating_sub(closed_cost.0));
        self.lots += change;
    }
}

fn add(left: Notional, right: Notional) -> Notional {
    Notional(left.0.saturating_add(right.0))
}
