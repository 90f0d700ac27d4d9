//! Money of different instruments in one unit, so that it can be summed and limited.
//!
//! A [`Notional`] counts ticks times lots of its instrument: cheap and exact where it arises, but
//! no two instruments count alike.

use crate::{Increment, Instrument, Lots, Notional, NumError, Ticks, Valuation};

/// An amount in hundred-millionths of a currency: the account's, where several are summed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub struct Money(pub i128);

impl Money {
    /// Decimals that it counts in.
    pub const DECIMALS: u8 = 8;

    /// Nothing.
    pub const ZERO: Self = Self(0);

    /// More than there is.
    pub const MAX: Self = Self(i128::MAX);

    /// Adds, and stays at the largest or smallest amount if it must.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Subtracts, and stays at the largest or smallest amount if it must.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// What one unit of a currency is worth in another: `units × 10^-decimals`, positive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    units: u64,
    decimals: u8,
}

impl Rate {
    /// The same.
    pub const ONE: Self = Self { units: 1, decimals: 0 };

    /// Reads a decimal such as `"0.00072"`.
    ///
    /// # Errors
    /// If the text is not a positive decimal number of at most 18 digits.
    pub fn parse(text: &[u8]) -> Result<Self, NumError> {
        let (units, decimals) = Increment::parse(text)?.parts();
        Ok(Self { units, decimals })
    }

    /// Returns `units × 10^-decimals`; `None` if it is nothing, or finer than 18 decimals.
    #[must_use]
    pub const fn new(units: u64, decimals: u8) -> Option<Self> {
        if units == 0 || decimals > 18 { None } else { Some(Self { units, decimals }) }
    }

    /// Returns units and decimals.
    #[must_use]
    pub const fn parts(self) -> (u64, u8) {
        (self.units, self.decimals)
    }
}

/// How an instrument's notional becomes money, and its price a notional.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyScale {
    multiplier: i128,
    divisor: i128,
    valuation: Valuation,
}

impl MoneyScale {
    /// Prepares the scale of an instrument.
    #[must_use]
    pub fn of(instrument: &Instrument) -> Self {
        const DECIMALS: u32 = Money::DECIMALS as u32;
        let (units, decimals) = instrument.money_unit();
        let decimals = u32::from(decimals);
        let power = |exponent: u32| 10_i128.saturating_pow(exponent);
        Self {
            multiplier: units.saturating_mul(power(DECIMALS.saturating_sub(decimals))),
            divisor: power(decimals.saturating_sub(DECIMALS)),
            valuation: instrument.valuation(),
        }
    }

    /// Returns how a price makes a value.
    #[inline]
    #[must_use]
    pub const fn valuation(&self) -> Valuation {
        self.valuation
    }

    /// Returns what is at stake in `lots` as money: see [`Valuation::stake`].
    #[inline]
    #[must_use]
    pub fn stake(&self, price: Ticks, lots: Lots) -> Money {
        self.money(self.valuation.stake(price, lots))
    }

    /// Returns the scale to another currency, a unit of the instrument's being worth `rate` of it.
    #[must_use]
    pub fn at(&self, rate: Rate) -> Self {
        let (units, decimals) = (i128::from(rate.units), 10_i128.pow(u32::from(rate.decimals)));
        let (multiplier, divisor) =
            (self.multiplier.saturating_mul(units), self.divisor.saturating_mul(decimals));
        let common = common_divisor(multiplier, divisor);
        Self { multiplier: multiplier / common, divisor: divisor / common, ..*self }
    }

    /// Returns an amount as money, rounded down: a profit is never overstated, a loss never
    /// understated. Amounts beyond 10^30 saturate.
    #[inline]
    #[must_use]
    pub fn money(&self, amount: Notional) -> Money {
        // Half as wide is enough for nearly all, and four times as fast.
        let product = match (i64::try_from(amount.0), i64::try_from(self.multiplier)) {
            (Ok(amount), Ok(multiplier)) => i128::from(amount) * i128::from(multiplier),
            _ => amount.0.saturating_mul(self.multiplier),
        };
        if self.divisor == 1 { Money(product) } else { Money(product.div_euclid(self.divisor)) }
    }
}

fn common_divisor(mut left: i128, mut right: i128) -> i128 {
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Increment, InstrumentId, Text};

    fn scale(tick: &str, lot: &str) -> MoneyScale {
        let step = |text: &str| Increment::parse(text.as_bytes()).expect("a step");
        MoneyScale::of(&Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"X"),
            tick: step(tick),
            lot: step(lot),
            kind: crate::InstrumentKind::Linear,
        })
    }

    #[test]
    fn a_rate_leads_to_another_currency() {
        let rate = |text: &str| Rate::parse(text.as_bytes()).expect("a rate");
        let won = scale("1000", "0.0001");
        // 3 ticks times lots are 0.3 won; at 0.00072 that is 0.000216.
        assert_eq!(won.at(rate("0.00072")).money(Notional(3)).0, 21_600);
        assert_eq!(won.at(rate("0.00072")).money(Notional(-3)).0, -21_600);
        assert_eq!(won.at(Rate::ONE), won);
        let third = scale("0.0000001", "0.001").at(rate("0.3"));
        assert_eq!((third.money(Notional(99)).0, third.money(Notional(-1)).0), (0, -1));
        assert_eq!(rate("1391.50").parts(), (13_915, 1));
        assert_eq!(Rate::new(0, 0), None);
        assert_eq!(Rate::new(1, 19), None);
        let huge = scale("999999999999999999", "999999999999999999");
        let _ = huge.at(Rate::new(u64::MAX, 18).expect("a rate")).money(Notional(i128::MIN));
        assert!(Rate::parse(b"0").is_err() && Rate::parse(b"-1").is_err());
    }

    #[test]
    fn notionals_of_all_instruments_are_money() {
        // 61,800.2 at 0.010: 618.002
        assert_eq!(scale("0.10", "0.001").money(Notional(618_002 * 10)).0, 618_002 * 100_000);
        assert_eq!(scale("0.25", "50").money(Notional(3)).0, 3_750_000_000);
        assert_eq!(scale("100", "1").money(Notional(-2)).0, -20_000_000_000);
        let fine = scale("0.0000001", "0.001");
        assert_eq!((fine.money(Notional(199)).0, fine.money(Notional(-101)).0), (1, -2));
        assert_eq!(scale("100", "1").money(Notional(i128::MAX)), Money::MAX);
    }
}
