//! Stars: a long candle, a small one apart from it, and one that comes back into the first body.

use super::window::{Bar, Bars};

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
    let [first, star, last] = bars.last();
    star.body_below(first) && stands_between(bars) && comes_up(first, last, penetration)
}

#[inline]
fn turns_down(bars: Bars<'_, 12>, penetration: f64) -> bool {
    let [first, star, last] = bars.last();
    star.body_above(first) && stands_between(bars) && comes_down(first, last, penetration)
}

/// A doji with gaps on both sides, shadows included.
#[inline]
pub(super) fn abandoned_baby(bars: Bars<'_, 12>, penetration: f64) -> i32 {
    let [first, baby, last] = bars.last();
    let down = baby.gaps_above(first) && last.gaps_below(baby);
    let up = baby.gaps_below(first) && last.gaps_above(baby);
    let found = (down && comes_down(first, last, penetration)
        || up && comes_up(first, last, penetration))
        && bars.is_doji(1)
        && stands_between(bars);
    last.color() * 100 * i32::from(found)
}

/// The product and the sum are rounded once, as TA-Lib 0.8 does on this side only.
#[inline]
fn comes_up(first: &Bar, last: &Bar, penetration: f64) -> bool {
    first.is_black() && last.is_white() && last.close > first.body.mul_add(penetration, first.close)
}

#[inline]
fn comes_down(first: &Bar, last: &Bar, penetration: f64) -> bool {
    first.is_white() && last.is_black() && last.close < first.close - first.body * penetration
}

/// The first is long, the last is longer than short.
#[inline]
fn stands_between(bars: Bars<'_, 12>) -> bool {
    let [last] = bars.last();
    bars.is_long(2) && last.body > bars.average(super::window::BODY_SHORT, 0)
}
