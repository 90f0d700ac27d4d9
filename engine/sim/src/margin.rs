//! When a venue takes an account's positions over.
//!
//! The positions of an account share its collateral: cross margin. What must be there to hold them is
//! the maintenance margin, whose rate grows with the value of a position in brackets, as it does for
//! income tax. An account with less equity than that is liquidated: its orders are cancelled, and each
//! position is taken over at the price at which nothing is left, the bankruptcy price. What the venue
//! makes of it from there on is the venue's; the account has lost its collateral and no more.

use gannet_types::{Lots, Money, MoneyScale, Ticks};

/// The share of a position's value that must be there, from a value on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bracket {
    /// The value from which on the rate holds.
    pub from: Money,
    /// Millionths of what lies above it, up to the next bracket.
    pub rate_ppm: u32,
}

/// What an account has, and must have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Margin {
    collateral: Money,
    /// In order of value; the first begins at nothing.
    brackets: Vec<Bracket>,
}

/// Bankruptcy prices are looked for up to here; the highest price of a market has fewer digits.
const PRICE_MAX: i64 = 1 << 52;

impl Margin {
    /// Makes the margin rules of a venue to which each account has brought `collateral`. `None`
    /// without a bracket that begins at nothing, or if two begin at the same value.
    #[must_use]
    pub fn new(collateral: Money, mut brackets: Vec<Bracket>) -> Option<Self> {
        brackets.sort_by_key(|bracket| bracket.from);
        let begins = brackets.first().is_some_and(|first| first.from == Money::ZERO);
        let apart = brackets.windows(2).all(|pair| pair[0].from < pair[1].from);
        (begins && apart).then_some(Self { collateral, brackets })
    }

    /// Returns what each account has brought.
    #[must_use]
    pub const fn collateral(&self) -> Money {
        self.collateral
    }

    /// Returns what must be there to hold a position of this value, rounded up.
    #[must_use]
    pub fn maintenance(&self, value: Money) -> Money {
        let mut sum = Money::ZERO;
        for (index, bracket) in self.brackets.iter().enumerate() {
            let to = self.brackets.get(index + 1).map_or(value, |next| next.from.min(value));
            let part = to.minus(bracket.from).max(Money::ZERO);
            let exact = part.0.saturating_mul(i128::from(bracket.rate_ppm));
            sum = sum.plus(Money(exact.saturating_add(999_999) / 1_000_000));
        }
        sum
    }
}

/// Returns the price at which a position is taken over: the one nearest to ruin at which `rest`, what
/// the account has without the position, and the position are together not less than nothing.
///
/// Cost: 52 multiplications.
pub(crate) fn bankruptcy_price(scale: MoneyScale, position: Lots, rest: Money) -> Ticks {
    let worth = |price: i64| scale.valuation().worth(2 * i128::from(price), position);
    let is_solvent = |price: i64| rest.plus(scale.money(worth(price))) >= Money::ZERO;
    // The lowest price at which who is long is solvent, or at which who is short is not.
    let is_long = position > Lots::ZERO;
    let (mut below, mut at) = (0, PRICE_MAX);
    while at - below > 1 {
        let middle = below + (at - below) / 2;
        if is_solvent(middle) == is_long {
            at = middle;
        } else {
            below = middle;
        }
    }
    Ticks(if is_long { at } else { below.max(1) })
}

#[cfg(test)]
mod tests {
    use gannet_types::{Increment, Instrument, InstrumentId, Text};

    use super::*;

    fn scale() -> MoneyScale {
        let step = Increment::parse(b"1").expect("a step");
        let symbol = Text::new(b"X");
        let kind = gannet_types::InstrumentKind::Linear;
        MoneyScale::of(&Instrument { id: InstrumentId(0), symbol, tick: step, lot: step, kind })
    }

    fn whole(amount: i128) -> Money {
        Money(amount * 100_000_000)
    }

    #[test]
    fn each_part_of_a_value_has_the_rate_of_its_bracket() {
        let bracket = |from, rate_ppm| Bracket { from: whole(from), rate_ppm };
        let brackets = vec![bracket(50_000, 10_000), bracket(0, 4_000), bracket(250_000, 25_000)];
        let margin = Margin::new(whole(1), brackets).expect("it begins at nothing");
        // As venues print it: value times rate less an amount that makes the steps meet.
        for (value, rate_ppm, less) in [
            (0, 4_000, 0),
            (49_999, 4_000, 0),
            (50_000, 10_000, 300),
            (250_000, 25_000, 4_050),
            (1_000_000, 25_000, 4_050),
        ] {
            let printed = whole(value).0 * rate_ppm / 1_000_000 - whole(less).0;
            assert_eq!(margin.maintenance(whole(value)), Money(printed), "{value}");
        }
    }

    #[test]
    fn brackets_begin_at_nothing_and_apart() {
        let bracket = |from| Bracket { from: Money(from), rate_ppm: 1 };
        for (froms, is_sound) in
            [(vec![], false), (vec![1], false), (vec![0], true), (vec![0, 5, 5], false)]
        {
            let brackets = froms.iter().copied().map(bracket).collect();
            assert_eq!(Margin::new(Money(1), brackets).is_some(), is_sound, "{froms:?}");
        }
    }

    #[test]
    fn at_the_bankruptcy_price_nothing_is_left() {
        // Bought 10 for 1,000 in all, with 50 of collateral: 95 leaves nothing, and so on.
        for (lots, rest, price) in [
            (10, -950, 95),
            (10, -951, 96),
            (-10, 1_050, 105),
            (-10, 1_059, 105),
            (10, 5, 1),
            (-10, 5, 1),
            (-1, -5, 1),
        ] {
            let found = bankruptcy_price(scale(), Lots(lots), whole(rest));
            assert_eq!(found, Ticks(price), "{lots} {rest}");
        }
    }
}
