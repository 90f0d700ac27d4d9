//! Millionths of amounts: compared and divided in registers where they fit, as nearly all do.
//!
//! Hot: called several times per order.

const MILLION: u64 = 1_000_000;

/// Returns whether `amount × factor` is more than `bound × share`. A first product beyond the range
/// of numbers is more than any.
#[inline]
pub(super) fn exceeds((amount, factor): (i128, u64), (bound, share): (i128, u64)) -> bool {
    if let (Ok(amount), Ok(bound)) = (i64::try_from(amount), i64::try_from(bound)) {
        // 63 bits times 64 stay below 127.
        let product = |left: i64, right: u64| i128::from(left).wrapping_mul(i128::from(right));
        return product(amount, factor) > product(bound, share);
    }
    wide_exceeds((amount, factor), (bound, share))
}

#[cold]
fn wide_exceeds((amount, factor): (i128, u64), (bound, share): (i128, u64)) -> bool {
    let product = amount.saturating_mul(i128::from(factor));
    product == i128::MAX || product > bound.saturating_mul(i128::from(share))
}

/// Returns so many millionths of an amount that is not negative, rounded up; saturates.
#[inline]
pub(super) fn millionths_up(amount: i128, ppm: u64) -> i128 {
    if let (Ok(amount), true) = (u64::try_from(amount), ppm <= 10 * MILLION) {
        // What is left of the amount, times ten million, stays below 2^44.
        let (whole, rest) = (amount / MILLION, amount % MILLION);
        return i128::from(whole).wrapping_mul(i128::from(ppm))
            + i128::from((rest * ppm).div_ceil(MILLION));
    }
    wide_share_up(amount, ppm, MILLION)
}

/// Returns the `part / whole` of an amount that is not negative, rounded up, with a positive `whole`;
/// saturates.
#[inline]
pub(super) fn share_up(amount: i128, part: u64, whole: u64) -> i128 {
    if whole == MILLION { millionths_up(amount, part) } else { wide_share_up(amount, part, whole) }
}

#[cold]
fn wide_share_up(amount: i128, part: u64, whole: u64) -> i128 {
    let whole = i128::from(whole);
    amount.saturating_mul(i128::from(part)).saturating_add(whole - 1) / whole
}

/// Divides by a million, away from zero.
#[inline]
pub(super) fn millionth_away(amount: i128) -> i128 {
    let size = match u64::try_from(amount.unsigned_abs()) {
        Ok(size) => i128::from(size.div_ceil(MILLION)),
        Err(_) => wide_share_up(amount.saturating_abs(), 1, MILLION),
    };
    if amount < 0 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};

    use super::*;

    fn amounts() -> impl Strategy<Value = i128> {
        prop_oneof![any::<i64>().prop_map(i128::from), any::<i128>(), -3_i128..4_000_000]
    }

    fn shares() -> impl Strategy<Value = u64> {
        prop_oneof![any::<u64>(), 0..20 * MILLION]
    }

    proptest! {
        #[test]
        fn narrow_and_wide_say_the_same(
            (amount, bound) in (amounts(), amounts()), (factor, share) in (shares(), shares()),
        ) {
            let (left, right) = ((amount, factor), (bound, share));
            prop_assert_eq!(exceeds(left, right), wide_exceeds(left, right));
            let amount = amount.saturating_abs();
            prop_assert_eq!(millionths_up(amount, share), wide_share_up(amount, share, MILLION));
            prop_assert_eq!(millionth_away(amount), wide_share_up(amount, 1, MILLION));
            prop_assert_eq!(millionth_away(-amount), -wide_share_up(amount, 1, MILLION));
        }
    }
}
