//! What an amount of an instrument is worth at a price.
//!
//! A linear instrument (spot, or a contract settled in what it is quoted in) is worth price times
//! quantity. An inverse contract is quoted in one currency and settled in another, the coin: a
//! contract is a fixed amount of the quote currency, so it is worth that amount divided by the
//! price, and who buys it owes coins for it. Counted as a debt,
//!
//! ```text
//! value = -K × lots / price,   profit of a long = K × lots × (1 / entry - 1 / exit)
//! ```
//!
//! books of lots, cost and realized profit are the same for both: cost is what was paid, profit is
//! value less cost. `K` is [`Valuation::INVERSE_UNITS`], so a unit of [`Notional`] of an inverse
//! instrument is `lot × contract / (tick × K)` of the coin: see
//! [`Instrument::money_unit`](crate::Instrument::money_unit).
//!
//! # Invariants
//! - Linear values are exact.
//! - Inverse values are within one unit of the exact ones, on the side that a function names.

use crate::{Lots, Notional, Ticks};

/// How a price makes a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Valuation {
    /// Price times quantity.
    #[default]
    Linear,
    /// Quantity by price.
    Inverse,
}

/// `K`, wide.
const K: i128 = Valuation::INVERSE_UNITS as i128;

impl Valuation {
    /// What a lot of an inverse contract is worth at a price of one tick. At a tick of 0.5 and a lot
    /// of 1 a unit is 2×10^-15 coins, a five-millionth of a satoshi; 63 bits hold 18,000 coins, and
    /// any number of lots fits 128 bits.
    pub const INVERSE_UNITS: i64 = 1_000_000_000_000_000;

    /// Returns what a fill of `lots` costs, negative if it brings something in; rounded up, so that
    /// profit is never overstated. A price that is not positive counts as a tick where it divides.
    #[inline]
    #[must_use]
    pub fn cost(self, price: Ticks, lots: Lots) -> Notional {
        match self {
            Self::Linear => Notional::of(price, lots),
            Self::Inverse => -Notional((K * i128::from(lots.0)).div_euclid(divisor(price))),
        }
    }

    /// Returns what a position is worth given bid plus ask, rounded down; negative is owed.
    #[inline]
    #[must_use]
    pub fn worth(self, twice_mid: i128, lots: Lots) -> Notional {
        let lots = i128::from(lots.0);
        match self {
            Self::Linear => Notional(times(lots, twice_mid) >> 1),
            Self::Inverse => Notional((-2 * K * lots).div_euclid(twice_mid.max(1))),
        }
    }

    /// Returns how much is at stake in `lots`: their value without regard to who owes it, signed
    /// like they are, and rounded away from zero.
    #[inline]
    #[must_use]
    pub fn stake(self, price: Ticks, lots: Lots) -> Notional {
        match self {
            Self::Linear => Notional::of(price, lots),
            Self::Inverse => Notional(away(K * i128::from(lots.0), divisor(price))),
        }
    }

    /// Returns the same given bid plus ask, of sums of lots; of a linear instrument half is rounded
    /// down.
    #[inline]
    #[must_use]
    pub fn stake_at_mid(self, twice_mid: i128, lots: i128) -> Notional {
        match self {
            Self::Linear => Notional(times(lots, twice_mid) >> 1),
            Self::Inverse => Notional(away(lots.saturating_mul(2 * K), twice_mid.max(1))),
        }
    }

    /// Returns the price at which an order that may not trade beyond `limit` has most at stake, as
    /// far as limit and market tell: of an inverse contract the lower one.
    #[inline]
    #[must_use]
    pub fn dearest(self, limit: Ticks, twice_mid: i128) -> Ticks {
        match self {
            Self::Linear => limit,
            Self::Inverse => limit.min(Ticks(i64::try_from(twice_mid / 2).unwrap_or(i64::MAX))),
        }
    }

    /// Returns what `lots` lose, or gain, without sign, on the way from one price to another; rounded
    /// up.
    #[must_use]
    pub fn between(self, from: Ticks, to: Ticks, lots: Lots) -> Notional {
        let apart = i128::from(to.0) - i128::from(from.0);
        let lots = i128::from(lots.0);
        match self {
            Self::Linear => Notional(apart.saturating_mul(lots).saturating_abs()),
            // K × lots × |to - from| / from / to: rounded up twice, which a ceiling may be.
            Self::Inverse => {
                let at_from =
                    away((K * lots).saturating_mul(apart), divisor(from)).saturating_abs();
                Notional(away(at_from, divisor(to)))
            }
        }
    }

    /// Returns the cost of `lots` in ticks times lots, whatever it is counted in, to the nearest: the
    /// average price times the lots. `None` for what nothing can have cost.
    #[must_use]
    pub fn basis(self, cost: Notional, lots: Lots) -> Option<Notional> {
        match self {
            Self::Linear => Some(cost),
            Self::Inverse => {
                let (size, lots) = (cost.0.checked_abs()?, i128::from(lots.0));
                let at_a_tick = K * lots.abs();
                let quotient = at_a_tick.checked_div(size)?.checked_mul(lots)?;
                let rest = (at_a_tick % size).checked_mul(lots)?;
                let nearest = rest.checked_add(lots.signum() * (size / 2))? / size;
                Some(Notional(quotient.checked_add(nearest)?))
            }
        }
    }

    /// Returns the lots that have `amount` at stake at a price, rounded down; zero without a price.
    #[must_use]
    pub fn lots_of(self, amount: Notional, price: Ticks) -> i128 {
        if price <= Ticks::ZERO {
            return 0;
        }
        let price = i128::from(price.0);
        match self {
            Self::Linear => amount.0.div_euclid(price),
            Self::Inverse => amount.0.saturating_mul(price).div_euclid(K),
        }
    }

    /// Returns the lots that lose `amount` on the way from one price to another, rounded down; zero if
    /// they lose nothing, or no price that divides is positive.
    #[must_use]
    pub fn lots_between(self, amount: Notional, from: Ticks, to: Ticks) -> i128 {
        let (from, to) = (i128::from(from.0), i128::from(to.0));
        let apart = (to - from).abs();
        let (lots, by) = match self {
            Self::Linear => (amount.0, apart),
            Self::Inverse => {
                (amount.0.saturating_mul(from.max(0)).saturating_mul(to.max(0)), K * apart)
            }
        };
        lots.checked_div_euclid(by).unwrap_or(0)
    }
}

/// A product that saturates; of two numbers of 64 bits, as nearly all are, it need not.
#[inline]
fn times(left: i128, right: i128) -> i128 {
    match (i64::try_from(left), i64::try_from(right)) {
        (Ok(left), Ok(right)) => i128::from(left).wrapping_mul(i128::from(right)),
        _ => left.saturating_mul(right),
    }
}

/// A price to divide by.
#[inline]
fn divisor(price: Ticks) -> i128 {
    i128::from(price.0.max(1))
}

/// A quotient rounded away from zero.
#[inline]
const fn away(number: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (number / divisor, number % divisor);
    if rest == 0 { quotient } else { quotient + number.signum() }
}

#[cfg(test)]
mod tests;
