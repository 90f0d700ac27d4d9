//! What is traded.

use crate::{Increment, InstrumentId, Lots, Text, Ticks};

/// One instrument on one venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Instrument {
    /// Its index everywhere inside.
    pub id: InstrumentId,
    /// The venue's own name for it, e.g. `BTCUSDT`.
    pub symbol: Text<24>,
    /// The step of its price.
    pub tick: Increment,
    /// The step of its quantity.
    pub lot: Increment,
}

impl Instrument {
    /// Returns a price as a float in the quote currency, for display and features only; rounding is
    /// that of [`Increment::f64_of`].
    #[inline]
    #[must_use]
    pub fn price_f64(&self, price: Ticks) -> f64 {
        self.tick.f64_of(price.0)
    }

    /// Returns a quantity as a float, for display and features only; rounding is that of
    /// [`Increment::f64_of`].
    #[inline]
    #[must_use]
    pub fn quantity_f64(&self, lots: Lots) -> f64 {
        self.lot.f64_of(lots.0)
    }

    /// Returns an amount of money as a float in the quote currency, for display only.
    #[must_use]
    pub fn money_f64(&self, amount: crate::Notional) -> f64 {
        amount.0 as f64 * self.tick.as_f64() * self.lot.as_f64()
    }
}
