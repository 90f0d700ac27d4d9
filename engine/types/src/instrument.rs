//! What is traded.

use crate::{Increment, InstrumentId, Lots, Notional, Rate, Text, Ticks, Valuation};

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
    /// What it is worth, and in what it settles.
    pub kind: InstrumentKind,
}

/// How an instrument settles.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum InstrumentKind {
    /// In what it is quoted in: spot, and linear contracts.
    #[default]
    Linear,
    /// In the coin whose price is quoted: a contract is worth a fixed amount of the quote currency.
    Inverse {
        /// What a quantity of one is worth, in the quote currency.
        contract: Rate,
    },
}

/// Most digits that the unit of an inverse contract may take: with them limits and fees still fit.
const UNIT_DIGITS_MAX: u32 = 18;

impl InstrumentKind {
    /// Returns how a price makes a value.
    #[inline]
    #[must_use]
    pub const fn valuation(self) -> Valuation {
        match self {
            Self::Linear => Valuation::Linear,
            Self::Inverse { .. } => Valuation::Inverse,
        }
    }
}

impl Instrument {
    /// Returns how a price makes a value.
    #[inline]
    #[must_use]
    pub const fn valuation(&self) -> Valuation {
        self.kind.valuation()
    }

    /// Returns what a unit of [`Notional`] is of what it settles in: so many of the last of so many
    /// decimals. Linear: a tick times a lot, exactly. Inverse: `lot × contract / (tick × K)`, with `K`
    /// of [`Valuation::INVERSE_UNITS`].
    ///
    /// A unit that is no decimal is the largest there is, so that nothing it counts passes a limit;
    /// configurations refuse it, as [`Self::has_money_unit`] tells.
    #[must_use]
    pub fn money_unit(&self) -> (i128, u8) {
        let (tick, tick_decimals) = self.tick.parts();
        let (lot, lot_decimals) = self.lot.parts();
        match self.kind {
            InstrumentKind::Linear => {
                (i128::from(tick) * i128::from(lot), tick_decimals + lot_decimals)
            }
            InstrumentKind::Inverse { contract } => {
                self.inverse_unit(contract).unwrap_or((i128::MAX, 0))
            }
        }
    }

    /// Returns whether amounts of money can be counted at all: the tick of an inverse contract must
    /// divide a power of ten, and none of the three steps may have too many digits.
    #[must_use]
    pub fn has_money_unit(&self) -> bool {
        match self.kind {
            InstrumentKind::Linear => true,
            InstrumentKind::Inverse { contract } => self.inverse_unit(contract).is_some(),
        }
    }

    fn inverse_unit(&self, contract: Rate) -> Option<(i128, u8)> {
        let (tick, tick_decimals) = self.tick.parts();
        let (lot, lot_decimals) = self.lot.parts();
        let (worth, worth_decimals) = contract.parts();
        // What is left of the tick once it is made a power of ten.
        let (mut rest, mut factor, mut tens) = (tick, 1_i128, 0_u32);
        while rest > 1 {
            (rest, factor) = match (rest % 10, rest % 5, rest % 2) {
                (0, ..) => (rest / 10, factor),
                (_, 0, _) => (rest / 5, factor * 2),
                (_, _, 0) => (rest / 2, factor * 5),
                _ => return None,
            };
            tens += 1;
        }
        let mut units = i128::from(lot).checked_mul(i128::from(worth))?.checked_mul(factor)?;
        let scale = Valuation::INVERSE_UNITS.ilog10() + tens;
        let mut decimals = (u32::from(lot_decimals) + u32::from(worth_decimals) + scale)
            .checked_sub(u32::from(tick_decimals))?;
        while decimals > 0 && units % 10 == 0 {
            (units, decimals) = (units / 10, decimals - 1);
        }
        let fits = units.ilog10() < UNIT_DIGITS_MAX && decimals <= 2 * UNIT_DIGITS_MAX;
        fits.then_some((units, u8::try_from(decimals).ok()?))
    }

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

    /// Returns an amount of money as a float in the currency that it settles in, for display only.
    #[must_use]
    pub fn money_f64(&self, amount: Notional) -> f64 {
        match self.kind {
            InstrumentKind::Linear => amount.0 as f64 * self.tick.as_f64() * self.lot.as_f64(),
            InstrumentKind::Inverse { .. } => {
                let (unit, decimals) = self.money_unit();
                amount.0 as f64 * unit as f64 / 10_f64.powi(i32::from(decimals))
            }
        }
    }
}
