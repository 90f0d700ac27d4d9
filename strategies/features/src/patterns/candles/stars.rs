//! Stars: a long candle, a small one apart from it, and one that comes back into the first body.

use super::window::Color::{Any, Black, White};
use super::window::{BODY_SHORT, Bars};

#[inline]
pub(super) fn morning_star(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let found = turns_up(bars, penetration) && bars.is_not_long(1);
    100 * i32::from(found)
}

#[inline]
pub(super) fn morning_doji_star(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let found = turns_up(bars, penetration) && bars.is_doji(1);
    100 * i32::from(found)
}

#[inline]
pub(super) fn evening_star(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let found = turns_down(bars, penetration) && bars.is_not_long(1);
    -100 * i32::from(found)
}

#[inline]
pub(super) fn evening_doji_star(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let found = turns_down(bars, penetration) && bars.is_doji(1);
    -100 * i32::from(found)
}

#[inline]
fn turns_up(bars: Bars<'_, 12>, penetration: f64) -> bool {
    let [first, star, _] = bars.last();
    comes_up(bars)
        && star.body_below(first)
        && stands_between(bars)
        && reaches_up(bars, penetration)
}

#[inline]
fn turns_down(bars: Bars<'_, 12>, penetration: f64) -> bool {
    let [first, star, _] = bars.last();
    comes_down(bars)
        && star.body_above(first)
        && stands_between(bars)
        && reaches_down(bars, penetration)
}

/// A doji with gaps on both sides, shadows included.
#[inline]
pub(super) fn abandoned_baby(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let [first, baby, last] = bars.last();
    if comes_up(bars) && baby.gaps_below(first) && last.gaps_above(baby) {
        let found = bars.is_doji(1) && stands_between(bars) && reaches_up(bars, penetration);
        return 100 * i32::from(found);
    }
    let found = comes_down(bars)
        && baby.gaps_above(first)
        && last.gaps_below(baby)
        && bars.is_doji(1)
        && stands_between(bars)
        && reaches_down(bars, penetration);
    -100 * i32::from(found)
}

#[inline]
fn comes_up(bars: Bars<'_, 12>) -> bool {
    bars.are([Black, Any, White])
}

#[inline]
fn comes_down(bars: Bars<'_, 12>) -> bool {
    bars.are([White, Any, Black])
}

/// The product and the sum are rounded once, as TA-Lib 0.8 does on this side only.
#[inline]
fn reaches_up(bars: Bars<'_, 12>, penetration: f64) -> bool {
    let [first, _, last] = bars.last();
    last.close > first.body.mul_add(penetration, first.close)
}

#[inline]
fn reaches_down(bars: Bars<'_, 12>, penetration: f64) -> bool {
    let [first, _, last] = bars.last();
    last.close < first.close - first.body * penetration
}

/// The first is long, the last is longer than short.
#[inline]
fn stands_between(bars: Bars<'_, 12>) -> bool {
    let [last] = bars.last();
    bars.is_long(2) && last.body > bars.average(BODY_SHORT, 0)
}
