//! How much may still trade, summed by account and instrument as orders change.
//!
//! Hot: read per order sent, written per change of an order. Both cost the same however many orders,
//! accounts and instruments there are.
//!
//! # Invariants
//! - The sums are those of the open orders' exposures.

use gannet_types::{AccountId, InstrumentId, Lots, Side};

use super::Order;

/// The open orders of one account in one instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Working {
    /// How many there are.
    pub(crate) orders: u32,
    /// Lots to buy and to sell, of orders that open a position, or that may do both.
    opening: [i128; 2],
    /// Lots of orders that close a side of a hedged account.
    closing: [i128; 2],
}

impl Working {
    /// Returns how much orders of a side may trade that open a position, or may do both.
    pub(crate) fn opening(&self, side: Side) -> Lots {
        clamp(self.opening[index(side)])
    }

    /// Returns how much orders of a side may trade that close one of a hedged account.
    pub(crate) fn closing(&self, side: Side) -> Lots {
        clamp(self.closing[index(side)])
    }
}

/// The sums of all accounts.
pub(super) struct WorkingSums {
    sums: Vec<Working>,
    instruments: usize,
}

impl WorkingSums {
    pub(super) fn new(accounts: usize, instruments: usize) -> Self {
        Self { sums: vec![Working::default(); accounts * instruments], instruments }
    }

    #[inline]
    pub(super) fn of(&self, account: AccountId, instrument: InstrumentId) -> &Working {
        &self.sums[usize::from(account.0) * self.instruments + usize::from(instrument.0)]
    }

    /// Takes an order that is open now.
    pub(super) fn add(&mut self, order: &Order) {
        let sums = self.of_mut(order);
        sums.orders += 1;
        *sums.of(order) += i128::from(order.exposure().0);
    }

    /// Takes an order that is not open any more.
    pub(super) fn remove(&mut self, order: &Order) {
        let gone = i128::from(order.exposure().0);
        let sums = self.of_mut(order);
        sums.orders -= 1;
        *sums.of(order) -= gone;
    }

    /// Takes the new exposure of an order whose exposure was `before`.
    pub(super) fn change(&mut self, order: &Order, before: Lots) {
        let now = order.exposure();
        if now != before {
            *self.of_mut(order).of(order) += i128::from(now.0) - i128::from(before.0);
        }
    }

    fn of_mut(&mut self, order: &Order) -> &mut Working {
        let account = usize::from(order.account.0) * self.instruments;
        &mut self.sums[account + usize::from(order.instrument.0)]
    }
}

impl Working {
    fn of(&mut self, order: &Order) -> &mut i128 {
        let sums = if order.closes { &mut self.closing } else { &mut self.opening };
        &mut sums[index(order.side)]
    }
}

const fn index(side: Side) -> usize {
    match side {
        Side::Buy => 0,
        Side::Sell => 1,
    }
}

fn clamp(lots: i128) -> Lots {
    Lots(i64::try_from(lots).unwrap_or(i64::MAX))
}
