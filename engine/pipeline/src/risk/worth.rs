//! What one instrument of one account is worth, as it is and at its worst.
//!
//! Hot: made when a position, a working order or a price changes. Integers, plain sums.

use gannet_types::{Lots, Money, MoneyScale};

/// Values from here on are no market's, and count as unknown: sums of what is left cannot overflow.
const VALUE_MAX: i128 = 1 << 92;

/// One of [`Tails`] and [`Price::deviation`] is this.
const BILLION: i128 = 1_000_000_000;

const SMALL_BILLION: u64 = 1_000_000_000;

/// Shares up to ten times the value keep a product with less than a billion below 2^64.
const SMALL_MAX: u64 = 10 * SMALL_BILLION;

/// What an account has in an instrument. Sizes carry no sign and are saturated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Holding {
    /// What is held: of a netted account one of the two is zero.
    pub(crate) long: Lots,
    pub(crate) short: Lots,
    /// What working orders may still buy and sell.
    pub(crate) buys: Lots,
    pub(crate) sells: Lots,
    /// The same of orders that close a side, where sides are kept apart.
    pub(crate) closing_buys: Lots,
    pub(crate) closing_sells: Lots,
    pub(crate) is_hedged: bool,
}

impl Holding {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self { is_hedged: self.is_hedged, ..Self::default() }
    }

    /// Its long or its short side alone.
    pub(crate) fn side(&self, is_long: bool) -> Self {
        let nothing = Lots::ZERO;
        if is_long {
            return Self { short: nothing, sells: nothing, closing_buys: nothing, ..*self };
        }
        Self { long: nothing, buys: nothing, closing_sells: nothing, ..*self }
    }
}

/// How far a price falls and rises within a bar at the quantile, in billionths of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tails {
    pub(crate) fall: u64,
    pub(crate) rise: u64,
}

impl Tails {
    /// Returns what may be lost at the quantile of what was bought, or else of what was sold.
    pub(crate) fn worst_of(&self, bought: i128, sold: i128) -> Option<i128> {
        Some(share(bought, self.fall)?.max(share(sold, self.rise)?))
    }
}

/// Some billionths of a value, none of a negative one; rounded up, as what may be lost is never
/// understated.
#[inline]
fn share(value: i128, billionths: u64) -> Option<i128> {
    // Nearly all are small enough to be divided in a register.
    if let Ok(value) = u64::try_from(value.max(0))
        && billionths <= SMALL_MAX
    {
        let (whole, rest) = (value / SMALL_BILLION, value % SMALL_BILLION);
        let rest = (rest * billionths).div_ceil(SMALL_BILLION);
        return Some(i128::from(whole) * i128::from(billionths) + i128::from(rest));
    }
    wide_share(value, billionths)
}

#[cold]
fn wide_share(value: i128, billionths: u64) -> Option<i128> {
    let product = value.max(0).checked_mul(i128::from(billionths))?;
    Some(product.checked_add(BILLION - 1)? / BILLION).filter(|share| *share < VALUE_MAX)
}

/// What an instrument is valued by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Price {
    pub(crate) twice_mid: Option<i128>,
    pub(crate) scale: MoneyScale,
    pub(crate) tails: Option<Tails>,
    /// Standard deviation of the price within a bar, in billionths of it.
    pub(crate) deviation: Option<u64>,
}

/// What it is worth, in units of [`Money`]; and sums of that.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Worth {
    /// The position, without its sign.
    pub(crate) held: i128,
    /// The position if all that makes it larger traded, without its sign.
    pub(crate) worst: i128,
    /// The position if everything bought traded, and if everything sold did.
    pub(crate) up: i128,
    pub(crate) down: i128,
    /// What it may lose in a bar at the quantile of what was.
    pub(crate) tail: i128,
    /// What the working orders of the larger side may lose in a bar at one standard deviation.
    pub(crate) deviation: i128,
    /// Whether there is anything: how many, of a sum.
    pub(crate) open: u32,
    /// Whether its value is not known.
    pub(crate) unpriced: u32,
    /// Whether tails or the deviation are not known.
    pub(crate) unmeasured: u32,
}

impl Worth {
    /// Values a holding.
    pub(crate) fn of(holding: &Holding, price: &Price) -> Self {
        if holding.is_empty() {
            return Self::default();
        }
        let unknown = Self { open: 1, unpriced: 1, unmeasured: 1, ..Self::default() };
        let Some(twice_mid) = price.twice_mid else { return unknown };
        let value =
            |lots: i128| price.scale.money(price.scale.valuation().stake_at_mid(twice_mid, lots)).0;
        let lots = |lots: Lots| i128::from(lots.0);
        let (long, short) = (lots(holding.long), lots(holding.short));
        let (buys, sells) = (lots(holding.buys), lots(holding.sells));
        let (all_buys, all_sells) =
            (buys + lots(holding.closing_buys), sells + lots(holding.closing_sells));
        let net = long - short;
        let held = value(long + short);
        let (up, down, worst) = if all_buys == 0 && all_sells == 0 && !holding.is_hedged {
            // Nothing works: one value is all three.
            let signed = if net < 0 { value(net) } else { held };
            (signed, signed, held)
        } else if holding.is_hedged {
            (value(net + all_buys), value(net - all_sells), value(long + buys + short + sells))
        } else {
            let worst = (net + buys).max(sells - net);
            (value(net + all_buys), value(net - all_sells), value(worst))
        };
        if worst >= VALUE_MAX || up.abs() >= VALUE_MAX || down.abs() >= VALUE_MAX {
            return unknown;
        }
        let tail = price.tails.and_then(|tails| tails.worst_of(up, -down));
        let deviation =
            price.deviation.and_then(|deviation| share(value(all_buys.max(all_sells)), deviation));
        Self {
            held,
            worst,
            up,
            down,
            tail: tail.unwrap_or(0),
            deviation: deviation.unwrap_or(0),
            open: 1,
            unpriced: 0,
            unmeasured: u32::from(tail.is_none() || deviation.is_none()),
        }
    }

    /// Returns what all positions may become worth; more than there is if that is not known.
    pub(crate) fn gross(&self) -> Money {
        if self.unpriced > 0 { Money::MAX } else { Money(self.worst) }
    }

    /// Replaces one part of a sum by another.
    #[inline]
    pub(crate) fn change(&mut self, before: &Self, after: &Self) {
        self.held += after.held - before.held;
        self.worst += after.worst - before.worst;
        self.up += after.up - before.up;
        self.down += after.down - before.down;
        self.tail += after.tail - before.tail;
        self.deviation += after.deviation - before.deviation;
        self.open = self.open + after.open - before.open;
        self.unpriced = self.unpriced + after.unpriced - before.unpriced;
        self.unmeasured = self.unmeasured + after.unmeasured - before.unmeasured;
    }

    pub(crate) fn add(&mut self, other: &Self) {
        self.held += other.held;
        self.worst += other.worst;
        self.up += other.up;
        self.down += other.down;
        self.tail += other.tail;
        self.deviation += other.deviation;
        self.open += other.open;
        self.unpriced += other.unpriced;
        self.unmeasured += other.unmeasured;
    }

    pub(crate) fn less(mut self, other: &Self) -> Self {
        self.held -= other.held;
        self.worst -= other.worst;
        self.up -= other.up;
        self.down -= other.down;
        self.tail -= other.tail;
        self.deviation -= other.deviation;
        self.open -= other.open;
        self.unpriced -= other.unpriced;
        self.unmeasured -= other.unmeasured;
        self
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop_assert_eq, proptest};

    use super::*;

    proptest! {
        #[test]
        fn a_share_is_the_same_however_it_is_divided(
            value in any::<i64>(), billionths in 0..=2 * SMALL_MAX,
        ) {
            let value = i128::from(value);
            prop_assert_eq!(share(value, billionths), wide_share(value, billionths));
        }
    }
}
