//! Positions and profit, by average cost.
//!
//! Closing part of a position closes the same part of its cost. That part is rounded up (towards
//! plus infinity), so realized profit is never overstated; the rest stays in the cost, so that a
//! fully closed position has realized exactly what it earned. What a fill costs is the instrument's
//! [`Valuation`]: of an inverse contract it is coins, negative for who buys.
//!
//! # Invariants
//! - Without a position there is no cost.
//! - Cash spent on fills is `cost + (-realized)`: nothing is lost between the two.

use gannet_types::{
    AccountId, InstrumentId, Lots, Notional, PositionReport, Side, Ticks, Valuation,
};

pub(crate) use holdings::{Books, Held, Holdings, each};
pub(crate) use trades::{Correction, Trade, Trades};
pub(crate) use venue::{Book, Compared, Heard, OrdersThere, VenuePositions};

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
    /// What the open position cost, signed like `lots`, or against them if its value is inverse.
    pub cost: Notional,
    /// Profit of what was closed, before fees.
    pub realized: Notional,
    /// Fees paid; negative are rebates.
    pub fees: Notional,
    /// Funding and the like paid; negative is received. Trades do not change it.
    pub funding: Notional,
    /// What its instrument is worth at a price.
    pub valuation: Valuation,
}

impl Position {
    /// Nothing of an instrument that is valued so.
    #[must_use]
    pub fn of(valuation: Valuation) -> Self {
        Self { valuation, ..Self::default() }
    }

    /// Books a fill. `lots` and `price` are positive; sums that do not fit saturate.
    pub fn on_fill(&mut self, side: Side, lots: Lots, price: Ticks, fee: Notional) {
        debug_assert!(lots > Lots::ZERO);
        let change = side.signed(lots);
        let opposite = self.lots.0.signum() == -change.0.signum();
        let closing = if opposite { lots.min(self.lots.abs()) } else { Lots::ZERO };
        // What opens costs the rest, so that the whole costs what the venue says, to the last unit.
        let mut cost = self.valuation.cost(price, change);
        if closing > Lots::ZERO {
            let part = if closing == lots { cost } else { cost.share_ceil(closing, lots) };
            self.close(side.signed(closing), part);
            cost -= part;
        }
        let opening = side.signed(lots - closing);
        self.lots = Lots(self.lots.0.saturating_add(opening.0));
        self.cost = add(self.cost, cost);
        self.fees = add(self.fees, fee);
    }

    /// Returns the profit of the open position, given bid plus ask in ticks; what is no whole unit is
    /// rounded down. Zero without a price.
    #[must_use]
    pub fn unrealized(&self, twice_mid: Option<i128>) -> Notional {
        let Some(twice_mid) = twice_mid else {
            return Notional::ZERO;
        };
        let worth = self.valuation.worth(twice_mid, self.lots);
        Notional(worth.0.saturating_sub(self.cost.0))
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

    /// Closes a part of the position, at most all of it, by a `change` that costs `paid`.
    fn close(&mut self, change: Lots, paid: Notional) {
        let closed_cost = self.cost.share_ceil(change.abs(), self.lots.abs());
        let earned = (-paid).0.saturating_sub(closed_cost.0);
        self.realized = add(self.realized, Notional(earned));
        self.cost = Notional(self.cost.0.saturating_sub(closed_cost.0));
        self.lots += change;
    }
}

fn add(left: Notional, right: Notional) -> Notional {
    Notional(left.0.saturating_add(right.0))
}
