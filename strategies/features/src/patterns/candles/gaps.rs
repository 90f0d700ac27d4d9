//! Gaps that hold or are filled.

use super::window::Color::{Any, Black, White};
use super::window::{Bars, EQUAL, NEAR};

/// Two white candles side by side beyond a gap.
#[inline]
pub(super) fn gap_side_by_side_white(bars: Bars<'_, 7>) -> i32 {
    let [before, first, second] = bars.last();
    if !bars.are([Any, White, White]) {
        return 0;
    }
    let up = first.body_above(before) && second.body_above(before);
    let down = first.body_below(before) && second.body_below(before);
    let found = (up || down)
        && bars.is_close(second.body, first.body, NEAR, 1)
        && bars.is_close(second.open, first.open, EQUAL, 1);
    (if up { 100 } else { -100 }) * i32::from(found)
}

/// A candle beyond a gap, and one of the other color that comes into the gap from its body.
#[inline]
pub(super) fn tasuki_gap(bars: Bars<'_, 7>) -> i32 {
    let [before, first, second] = bars.last();
    let up = bars.are([Any, White, Black])
        && first.body_above(before)
        && second.open < first.close
        && second.open > first.open
        && second.close < first.open
        && second.close > before.top();
    let down = bars.are([Any, Black, White])
        && first.body_below(before)
        && second.open < first.open
        && second.open > first.close
        && second.close > first.open
        && second.close < before.bottom();
    let found = (up || down) && (first.body - second.body).abs() < bars.average(NEAR, 1);
    first.color() * 100 * i32::from(found)
}

/// Two candles of one color with a gap between them, and one of the other color that goes from
/// the second body into the first.
#[inline]
pub(super) fn gap_three_methods(bars: Bars<'_, 2>) -> i32 {
    let [first, second, third] = bars.last();
    let gap = bars.are([White, White, Black]) && second.body_above(first)
        || bars.are([Black, Black, White]) && second.body_below(first);
    let found = gap
        && third.open < second.top()
        && third.open > second.bottom()
        && third.close < first.top()
        && third.close > first.bottom();
    first.color() * 100 * i32::from(found)
}
