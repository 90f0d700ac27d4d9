//! Closing fills are matched with what they close.
//!
//! Part of a fill has its part of the cash. What is closed costs that part rounded up (towards plus
//! infinity), as the engine rounds: profit is never overstated, and the rest stays with the rest.

use std::collections::VecDeque;

use gannet_types::{Lots, Nanos, Notional};

use super::Fill;

/// Which lots are closed first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method {
    /// All of them alike, at their average cost; what the engine books.
    Average,
    /// Those that were opened first.
    #[default]
    Fifo,
}

/// What one fill closed of what another had opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Match {
    /// When it was opened; by average cost, when the position was.
    pub opened: Nanos,
    /// When it was closed.
    pub closed: Nanos,
    /// How much; negative had been sold.
    pub lots: Lots,
    /// What it had cost, signed like the lots.
    pub cost: Notional,
    /// What it brought in, signed like the lots.
    pub proceeds: Notional,
    /// The fees of both sides.
    pub fees: Notional,
}

/// What is open still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpenLot {
    /// When it was opened.
    pub opened: Nanos,
    /// How much; negative was sold.
    pub lots: Lots,
    /// What it cost, signed like the lots.
    pub cost: Notional,
    /// The fee of opening it.
    pub fee: Notional,
}

/// The books of one account in one instrument.
#[derive(Clone, Debug)]
pub struct Books {
    method: Method,
    open: VecDeque<OpenLot>,
}

impl Match {
    /// Returns the profit before fees.
    #[must_use]
    pub fn gross(&self) -> Notional {
        Notional(self.proceeds.0.saturating_sub(self.cost.0))
    }
}

impl Books {
    /// Has nothing open.
    #[must_use]
    pub const fn new(method: Method) -> Self {
        Self { method, open: VecDeque::new() }
    }

    /// Returns what is open, oldest first.
    pub fn open(&self) -> impl Iterator<Item = &OpenLot> {
        self.open.iter()
    }

    /// Books the next fill, and tells what it closes.
    pub fn book(&mut self, fill: &Fill, mut tell: impl FnMut(Match)) {
        let mut rest =
            OpenLot { opened: fill.time, lots: fill.lots, cost: fill.cash, fee: fill.fee };
        while let Some(first) = self.open.front_mut() {
            if first.lots.0.signum() * rest.lots.0.signum() >= 0 {
                break;
            }
            let size = first.lots.abs().min(rest.lots.abs());
            let closed = first.split(size);
            let closing = rest.split(size);
            tell(Match {
                opened: closed.opened,
                closed: fill.time,
                lots: closed.lots,
                cost: closed.cost,
                proceeds: -closing.cost,
                fees: Notional(closed.fee.0.saturating_add(closing.fee.0)),
            });
            if first.lots == Lots::ZERO {
                self.open.pop_front();
            }
        }
        if rest.lots != Lots::ZERO {
            self.add(rest);
        }
    }

    fn add(&mut self, lot: OpenLot) {
        match (self.method, self.open.front_mut()) {
            (Method::Average, Some(position)) => {
                position.lots += lot.lots;
                position.cost = Notional(position.cost.0.saturating_add(lot.cost.0));
                position.fee = Notional(position.fee.0.saturating_add(lot.fee.0));
            }
            _ => self.open.push_back(lot),
        }
    }
}

impl OpenLot {
    /// Takes `size` out, at its part of cost and fee, rounded up. Of a fill that closes it is what was
    /// paid that is rounded up, so what it brings in is rounded down.
    fn split(&mut self, size: Lots) -> Self {
        let whole = self.lots.abs();
        let lots = if self.lots > Lots::ZERO { size } else { -size };
        let cost = self.cost.share_ceil(size, whole);
        let fee = self.fee.share_ceil(size, whole);
        self.lots -= lots;
        self.cost -= cost;
        self.fee -= fee;
        Self { opened: self.opened, lots, cost, fee }
    }
}
