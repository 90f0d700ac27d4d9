//! Two candles that meet: how far the second comes into the first, and lines they share.

use super::window::Color::{Black, White};
use super::window::{Bars, EQUAL};

/// A long white body that opens below a long black candle and closes above the middle of its body.
#[inline]
pub(super) fn piercing(bars: Bars<'_, 11>) -> i32 {
    let [black, white] = bars.last();
    let found = opens_below(bars)
        && white.close < black.open
        && white.close > black.close + black.body * 0.5
        && bars.is_long(1)
        && bars.is_long(0);
    100 * i32::from(found)
}

/// A black body that opens above a long white candle and closes deep in its body.
#[inline]
pub(super) fn dark_cloud_cover(bars: Bars<'_, 11>, penetration: f64) -> i32 {
    let [white, black] = bars.last();
    let found = bars.are([White, Black])
        && black.open > white.high
        && black.close > white.open
        && black.close < white.close - white.body * penetration
        && bars.is_long(1);
    -100 * i32::from(found)
}

/// A white candle that opens below a black one and closes near its low.
#[inline]
pub(super) fn on_neck(bars: Bars<'_, 11>) -> i32 {
    let [black, white] = bars.last();
    let found =
        opens_below(bars) && bars.is_close(white.close, black.low, EQUAL, 1) && bars.is_long(1);
    -100 * i32::from(found)
}

/// The same, closing at the black one's close or a little above.
#[inline]
pub(super) fn in_neck(bars: Bars<'_, 11>) -> i32 {
    let [black, white] = bars.last();
    let found = opens_below(bars)
        && white.close >= black.close
        && white.close <= black.close + bars.average(EQUAL, 1)
        && bars.is_long(1);
    -100 * i32::from(found)
}

/// The same, closing up to the middle of the black one's body.
#[inline]
pub(super) fn thrusting(bars: Bars<'_, 11>) -> i32 {
    let [black, white] = bars.last();
    let found = opens_below(bars)
        && white.close > black.close + bars.average(EQUAL, 1)
        && white.close <= black.close + black.body * 0.5
        && bars.is_long(1);
    -100 * i32::from(found)
}

#[inline]
fn opens_below(bars: Bars<'_, 11>) -> bool {
    let [black, white] = bars.last();
    bars.are([Black, White]) && white.open < black.low
}

#[inline]
fn differ(bars: Bars<'_, 11>) -> bool {
    bars.are([White, Black]) || bars.are([Black, White])
}

/// Two long candles of different colors that close at the same price.
#[inline]
pub(super) fn counterattack(bars: Bars<'_, 11>) -> i32 {
    let [first, second] = bars.last();
    let found = differ(bars)
        && bars.is_close(second.close, first.close, EQUAL, 1)
        && bars.is_long(1)
        && bars.is_long(0);
    second.color() * 100 * i32::from(found)
}

/// A belt hold that opens where the candle of the other color before it opened.
#[inline]
pub(super) fn separating_lines(bars: Bars<'_, 11>) -> i32 {
    let [first, second] = bars.last();
    let found = differ(bars)
        && bars.is_close(second.open, first.open, EQUAL, 1)
        && bars.is_long(0)
        && if second.is_white() { bars.is_shaven_below(0) } else { bars.is_shaven_above(0) };
    second.color() * 100 * i32::from(found)
}

/// Two black candles that close at the same price.
#[inline]
pub(super) fn matching_low(bars: Bars<'_, 6>) -> i32 {
    let [first, second] = bars.last();
    let found = bars.are([Black, Black]) && bars.is_close(second.close, first.close, EQUAL, 1);
    100 * i32::from(found)
}

/// Two black candles that close at the same price, a white one above it between them.
#[inline]
pub(super) fn stick_sandwich(bars: Bars<'_, 7>) -> i32 {
    let [first, white, last] = bars.last();
    let found = bars.are([Black, White, Black])
        && white.low > first.close
        && bars.is_close(last.close, first.close, EQUAL, 2);
    100 * i32::from(found)
}

/// Two marubozus of different colors with a gap between them; the second one's color.
#[inline]
pub(super) fn kicking(bars: Bars<'_, 11>) -> i32 {
    bars.last::<1>()[0].color() * 100 * i32::from(kicks(bars))
}

/// The same, with the longer one's color.
#[inline]
pub(super) fn kicking_by_length(bars: Bars<'_, 11>) -> i32 {
    let [first, second] = bars.last();
    let longer = if second.body > first.body { second } else { first };
    longer.color() * 100 * i32::from(kicks(bars))
}

#[inline]
fn kicks(bars: Bars<'_, 11>) -> bool {
    let [first, second] = bars.last();
    let gap = bars.are([Black, White]) && second.gaps_above(first)
        || bars.are([White, Black]) && second.gaps_below(first);
    gap && [1, 0]
        .into_iter()
        .all(|lag| bars.is_long(lag) && bars.is_shaven_above(lag) && bars.is_shaven_below(lag))
}
