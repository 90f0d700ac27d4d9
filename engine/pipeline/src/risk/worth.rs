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
    /// Unless it is no market's.
    pub(crate) twice_mid: Option<i64>,
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

/// The lots that a holding is valued by.
struct Sizes {
    held: i64,
    up: i64,
    down: i64,
    worst: i64,
    /// What works on the larger side.
    working: i64,
}

impl Sizes {
    /// Returns them unless they are no market's.
    fn of(holding: &Holding) -> Option<Self> {
        let Holding { long, short, buys, sells, closing_buys, closing_sells, is_hedged } = *holding;
        let (Lots(long), Lots(short), Lots(buys), Lots(sells)) = (long, short, buys, sells);
        let (all_buys, all_sells) =
            (buys.checked_add(closing_buys.0)?, sells.checked_add(closing_sells.0)?);
        let held = long.checked_add(short)?;
        let net = long - short;
        let worst = if is_hedged {
            held.checked_add(buys)?.checked_add(sells)?
        } else {
            net.checked_add(buys)?.max(sells.checked_sub(net)?)
        };
        Some(Self {
            held,
            up: net.checked_add(all_buys)?,
            down: net.checked_sub(all_sells)?,
            worst,
            working: all_buys.max(all_sells),
        })
    }
}

impl Worth {
    const UNKNOWN: Self = Self {
        held: 0,
        worst: 0,
        up: 0,
        down: 0,
        tail: 0,
        deviation: 0,
        open: 1,
        unpriced: 1,
        unmeasured: 1,
    };

    /// Values a holding.
    pub(crate) fn of(holding: &Holding, price: &Price) -> Self {
        if holding.is_empty() {
            return Self::default();
        }
        match (Sizes::of(holding), price.twice_mid) {
            (Some(sizes), Some(twice_mid)) => Self::known(&sizes, twice_mid, price),
            _ => Self::UNKNOWN,
        }
    }

    fn known(sizes: &Sizes, twice_mid: i64, price: &Price) -> Self {
        let (valuation, twice_mid) = (price.scale.valuation(), i128::from(twice_mid));
        let value =
            |lots: i64| price.scale.money(valuation.stake_at_mid(twice_mid, i128::from(lots))).0;
        let Sizes { held, up, down, worst, working } = *sizes;
        let held = value(held);
        // Where nothing works, one value is all of them.
        let (up, down, worst, working) = if working == 0 && worst == sizes.held {
            let net = if up == sizes.held { held } else { value(up) };
            (net, net, held, 0)
        } else {
            (value(up), value(down), value(worst), value(working))
        };
        if worst >= VALUE_MAX || up.abs() >= VALUE_MAX || down.abs() >= VALUE_MAX {
            return Self::UNKNOWN;
        }
        let tail = price.tails.and_then(|tails| tails.worst_of(up, -down));
        let deviation = price.deviation.and_then(|deviation| share(working, deviation));
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
    #[inline]
    pub(crate) fn gross(&self) -> Money {
        if self.unpriced > 0 { Money::MAX } else { Money(self.worst) }
    }

    /// Adds a part to a sum.
    #[inline]
    pub(crate) fn and(&self, other: &Self) -> Self {
        // Values below VALUE_MAX do not wrap; counts of a change may, and come back.
        Self {
            held: self.held.wrapping_add(other.held),
            worst: self.worst.wrapping_add(other.worst),
            up: self.up.wrapping_add(other.up),
            down: self.down.wrapping_add(other.down),
            tail: self.tail.wrapping_add(other.tail),
            deviation: self.deviation.wrapping_add(other.deviation),
            open: self.open.wrapping_add(other.open),
            unpriced: self.unpriced.wrapping_add(other.unpriced),
            unmeasured: self.unmeasured.wrapping_add(other.unmeasured),
        }
    }

    /// Takes a part out of a sum.
    #[inline]
    pub(crate) fn less(&self, other: &Self) -> Self {
        Self {
            held: self.held.wrapping_sub(other.held),
            worst: self.worst.wrapping_sub(other.worst),
            up: self.up.wrapping_sub(other.up),
            down: self.down.wrapping_sub(other.down),
            tail: self.tail.wrapping_sub(other.tail),
            deviation: self.deviation.wrapping_sub(other.deviation),
            open: self.open.wrapping_sub(other.open),
            unpriced: self.unpriced.wrapping_sub(other.unpriced),
            unmeasured: self.unmeasured.wrapping_sub(other.unmeasured),
        }
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
