//! Crows: black candles that walk down, or come after a white one.

use super::window::Color::{Black, White};
use super::window::{Bar, Bars, EQUAL, SHADOW_LONG, SHADOW_VERY_SHORT};

/// A long white candle, a black one above it, and a black one that closes within the white body.
#[inline]
pub(super) fn two_crows(bars: Bars<'_, 12>) -> i32 {
    let [white, first, second] = bars.last();
    let found = bars.are([White, Black, Black])
        && first.body_above(white)
        && second.open < first.open
        && second.open > first.close
        && second.close > white.open
        && second.close < white.close
        && bars.is_long(2);
    -100 * i32::from(found)
}

/// Three black candles without lower shadows, each opening within the body before, after a white
/// one whose high the first closes below.
#[inline]
pub(super) fn three_black_crows(bars: Bars<'_, 13>) -> i32 {
    let [white, first, second, third] = bars.last();
    let found = bars.are([White, Black, Black, Black])
        && falls(first, second, third)
        && second.open < first.open
        && second.open > first.close
        && third.open < second.open
        && third.open > second.close
        && white.high > first.close
        && (0..3).all(|lag| bars.is_shaven_below(lag));
    -100 * i32::from(found)
}

/// Three black candles without lower shadows, each opening at the close before.
#[inline]
pub(super) fn identical_three_crows(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    let found = bars.are([Black, Black, Black])
        && falls(first, second, third)
        && bars.is_close(second.open, first.close, EQUAL, 2)
        && bars.is_close(third.open, second.close, EQUAL, 1)
        && (0..3).all(|lag| bars.is_shaven_below(lag));
    -100 * i32::from(found)
}

#[inline]
fn falls(first: &Bar, second: &Bar, third: &Bar) -> bool {
    first.close > second.close && second.close > third.close
}

/// A long white candle, a black one above it, and a black one that engulfs that one but closes
/// above the white one.
#[inline]
pub(super) fn upside_gap_two_crows(bars: Bars<'_, 12>) -> i32 {
    let [white, first, second] = bars.last();
    let found = bars.are([White, Black, Black])
        && first.body_above(white)
        && second.open > first.open
        && second.close < first.close
        && second.close > white.close
        && bars.is_long(2)
        && bars.is_not_long(1);
    -100 * i32::from(found)
}

/// Three black candles of shrinking range: long with a long lower shadow, smaller with a higher
/// low, and a short one without shadows within the second's range.
#[inline]
pub(super) fn three_stars_in_the_south(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    let found = bars.are([Black, Black, Black])
        && first.lower_shadow() > bars.average(SHADOW_LONG, 2)
        && second.body < first.body
        && second.open > first.close
        && second.open <= first.high
        && second.low < first.close
        && second.low >= first.low
        && third.low > second.low
        && third.high < second.high
        && second.lower_shadow() > bars.average(SHADOW_VERY_SHORT, 1)
        && bars.is_long(2)
        && bars.is_short(0)
        && bars.is_shaven_below(0)
        && bars.is_shaven_above(0);
    100 * i32::from(found)
}

/// A long black candle, a black harami with a lower low, and a short white one above that low.
#[inline]
pub(super) fn unique_three_river(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    let found = bars.are([Black, Black, White])
        && second.close > first.close
        && second.open <= first.open
        && second.low < first.low
        && third.open > second.low
        && bars.is_long(2)
        && bars.is_short(0);
    100 * i32::from(found)
}
