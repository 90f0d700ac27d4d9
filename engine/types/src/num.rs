//! Prices, quantities, money and time as integers that cannot be mistaken for each other.

use std::fmt;
use std::iter::Sum;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

macro_rules! integer_newtype {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name(pub $inner);

        impl $name {
            /// The value nothing has been added to.
            pub const ZERO: Self = Self(0);
        }

        impl Add for $name {
            type Output = Self;
            fn add(self, other: Self) -> Self {
                Self(self.0 + other.0)
            }
        }

        impl Sub for $name {
            type Output = Self;
            fn sub(self, other: Self) -> Self {
                Self(self.0 - other.0)
            }
        }

        impl AddAssign for $name {
            fn add_assign(&mut self, other: Self) {
                self.0 += other.0;
            }
        }

        impl SubAssign for $name {
            fn sub_assign(&mut self, other: Self) {
                self.0 -= other.0;
            }
        }

        impl Sum for $name {
            fn sum<I: Iterator<Item = Self>>(values: I) -> Self {
                values.fold(Self::ZERO, |total, value| total + value)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    };
}

integer_newtype! {
    /// A price, in multiples of the instrument's tick size.
    Ticks(i64)
}

integer_newtype! {
    /// A quantity, in multiples of the instrument's lot size. Signed where it is a position.
    Lots(i64)
}

integer_newtype! {
    /// Money, in ticks times lots of one instrument. 128 bits hold any product of the two.
    Notional(i128)
}

integer_newtype! {
    /// A point in time in nanoseconds since 1970-01-01 UTC, or a span of nanoseconds.
    Nanos(u64)
}

impl Neg for Lots {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Neg for Notional {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

impl Lots {
    /// Returns the size without its sign.
    #[must_use]
    pub const fn abs(self) -> Self {
        Self(self.0.saturating_abs())
    }
}

impl Notional {
    /// Returns the exact value of `lots` at `price`; negative for a negative quantity.
    #[must_use]
    pub fn of(price: Ticks, lots: Lots) -> Self {
        Self(i128::from(price.0) * i128::from(lots.0))
    }

    /// Returns `self × part / whole`, rounded up (towards plus infinity), without overflow for
    /// `0 <= part <= whole` and a positive `whole`.
    #[must_use]
    pub fn share_ceil(self, part: Lots, whole: Lots) -> Self {
        let (part, whole) = (i128::from(part.0), i128::from(whole.0));
        let quotient = self.0.div_euclid(whole);
        let rest = self.0.rem_euclid(whole) * part;
        let round = i128::from(rest.rem_euclid(whole) != 0);
        Self(quotient.saturating_mul(part).saturating_add(rest.div_euclid(whole) + round))
    }

    /// Returns `ppm` millionths of this amount, rounded up (away from us when it is a fee).
    #[must_use]
    pub fn millionths_ceil(self, ppm: i64) -> Self {
        let exact = self.0.saturating_mul(i128::from(ppm));
        let quotient = exact.div_euclid(1_000_000);
        Self(if exact.rem_euclid(1_000_000) == 0 { quotient } else { quotient + 1 })
    }
}

impl Nanos {
    /// One microsecond.
    pub const MICROSECOND: Self = Self(1_000);
    /// One millisecond.
    pub const MILLISECOND: Self = Self(1_000_000);
    /// One second.
    pub const SECOND: Self = Self(1_000_000_000);

    /// Returns a span of `count` milliseconds; saturates.
    #[must_use]
    pub const fn from_millis(count: u64) -> Self {
        Self(count.saturating_mul(1_000_000))
    }

    /// Returns the time from `earlier` to `self`, zero if `earlier` is later (clocks differ).
    #[must_use]
    pub const fn since(self, earlier: Self) -> Self {
        Self(self.0.saturating_sub(earlier.0))
    }

    /// Returns the time `span` later; saturates at the end of time.
    #[must_use]
    pub const fn after(self, span: Self) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fees_round_away_from_us() {
        let cases = [(1_000_000, 200, 200), (1, 1, 1), (0, 500, 0), (-1_000_001, 200, -200)];
        for (notional, ppm, fee) in cases {
            assert_eq!(Notional(notional).millionths_ceil(ppm), Notional(fee), "{notional} {ppm}");
        }
    }

    #[test]
    fn time_differences_never_wrap() {
        assert_eq!(Nanos(5).since(Nanos(9)), Nanos::ZERO);
        assert_eq!(Nanos(9).since(Nanos(5)), Nanos(4));
        assert_eq!(Nanos(u64::MAX).after(Nanos(1)), Nanos(u64::MAX));
    }
}
