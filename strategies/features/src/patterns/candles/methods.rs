//! Four and five candles: a move, a pause, and what breaks it.

use super::window::Color::{Any, Black, White};
use super::window::{Bar, Bars, NEAR, SHADOW_VERY_SHORT};

/// Three candles of one color, then one of the other that swallows them all.
#[inline]
pub(super) fn three_line_strike(bars: Bars<'_, 8>) -> i32 {
    let [first, second, third, last] = bars.last();
    let one_color =
        bars.are([White, White, White, Black]) || bars.are([Black, Black, Black, White]);
    if !one_color {
        return 0;
    }
    let strikes = if third.is_white() {
        third.close > second.close
            && second.close > first.close
            && last.open > third.close
            && last.close < first.open
    } else {
        third.close < second.close
            && second.close < first.close
            && last.open < third.close
            && last.close > first.open
    };
    let opens_in_or_near = |bar: &Bar, before: &Bar, lag| {
        let near = bars.average(NEAR, lag);
        bar.open >= before.bottom() - near && bar.open <= before.top() + near
    };
    let found = strikes && opens_in_or_near(second, first, 3) && opens_in_or_near(third, second, 2);
    third.color() * 100 * i32::from(found)
}

/// Two black marubozus, a black one that gaps down with a shadow into the second's body, and a
/// black one that engulfs it, shadows included.
#[inline]
pub(super) fn concealing_baby_swallow(bars: Bars<'_, 13>) -> i32 {
    let [_, second, third, last] = bars.last();
    let found = bars.are([Black, Black, Black, Black])
        && third.body_below(second)
        && third.high > second.close
        && last.high > third.high
        && last.low < third.low
        && third.upper_shadow() > bars.average(SHADOW_VERY_SHORT, 1)
        && [3, 2].into_iter().all(|lag| bars.is_shaven_below(lag) && bars.is_shaven_above(lag));
    100 * i32::from(found)
}

/// A long candle, one of its color beyond a gap, two more in that direction, and one of the other
/// color that closes within the gap.
#[inline]
pub(super) fn breakaway(bars: Bars<'_, 14>) -> i32 {
    let [first, second, third, fourth, last] = bars.last();
    let colors =
        bars.are([Black, Black, Any, Black, White]) || bars.are([White, White, Any, White, Black]);
    if !colors {
        return 0;
    }
    let breaks = if first.is_black() {
        second.body_below(first)
            && third.high < second.high
            && third.low < second.low
            && fourth.high < third.high
            && fourth.low < third.low
            && last.close > second.open
            && last.close < first.close
    } else {
        second.body_above(first)
            && third.high > second.high
            && third.low > second.low
            && fourth.high > third.high
            && fourth.low > third.low
            && last.close < second.open
            && last.close > first.close
    };
    last.color() * 100 * i32::from(breaks && bars.is_long(4))
}

/// Three black candles down, a black one with an upper shadow, and a white one that opens above
/// its body and closes above its high.
#[inline]
pub(super) fn ladder_bottom(bars: Bars<'_, 14>) -> i32 {
    let [first, second, third, fourth, last] = bars.last();
    let found = bars.are([Black, Black, Black, Black, White])
        && first.open > second.open
        && second.open > third.open
        && first.close > second.close
        && second.close > third.close
        && last.open > fourth.open
        && last.close > fourth.high
        && fourth.upper_shadow() > bars.average(SHADOW_VERY_SHORT, 1);
    100 * i32::from(found)
}

/// A long white candle, three short ones that fall from beyond a gap into its body but not deep,
/// and a white one that closes above them all.
#[inline]
pub(super) fn mat_hold(bars: Bars<'_, 14>, penetration: f64) -> i32 {
    let [first, second, third, fourth, last] = bars.last();
    let deepest = first.close - first.body * penetration;
    let found = bars.are([White, Black, Any, Any, White])
        && second.body_above(first)
        && third.bottom() < first.close
        && fourth.bottom() < first.close
        && third.bottom() > deepest
        && fourth.bottom() > deepest
        && third.top() < second.open
        && fourth.top() < third.top()
        && last.open > fourth.close
        && last.close > second.high.max(third.high).max(fourth.high)
        && bars.is_long(4)
        && (1..4).all(|lag| bars.is_short(lag));
    100 * i32::from(found)
}

/// A long candle, three short ones of the other color against it within its range, and a long one
/// that goes on.
#[inline]
pub(super) fn rising_falling_three_methods(bars: Bars<'_, 14>) -> i32 {
    let [first, second, third, fourth, last] = bars.last();
    let colors = bars.are([White, Black, Black, Black, White])
        || bars.are([Black, White, White, White, Black]);
    let sign = f64::from(first.color());
    let found = colors
        && [second, third, fourth]
            .into_iter()
            .all(|bar| bar.bottom() < first.high && bar.top() > first.low)
        && third.close * sign < second.close * sign
        && fourth.close * sign < third.close * sign
        && last.open * sign > fourth.close * sign
        && last.close * sign > first.close * sign
        && bars.is_long(4)
        && (1..4).all(|lag| bars.is_short(lag))
        && bars.is_long(0);
    first.color() * 100 * i32::from(found)
}
