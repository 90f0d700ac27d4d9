//! Dojis: candles that close where they opened.

use super::window::{Bars, NEAR, SHADOW_LONG, SHADOW_VERY_LONG, SHADOW_VERY_SHORT};

/// Hardly any body.
#[inline]
pub(super) fn doji(bars: Bars<'_, 10>) -> i32 {
    100 * i32::from(bars.is_doji(0))
}

/// A doji at its high: all shadow below.
#[inline]
pub(super) fn dragonfly(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let found = bars.is_doji(0)
        && bars.is_shaven_above(0)
        && bar.lower_shadow() > bars.average(SHADOW_VERY_SHORT, 0);
    100 * i32::from(found)
}

/// A doji at its low: all shadow above.
#[inline]
pub(super) fn gravestone(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let found = bars.is_doji(0)
        && bars.is_shaven_below(0)
        && bar.upper_shadow() > bars.average(SHADOW_VERY_SHORT, 0);
    100 * i32::from(found)
}

/// A doji with a long shadow on either side.
#[inline]
pub(super) fn long_legged(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let long = bars.average(SHADOW_LONG, 0);
    let found = bars.is_doji(0) && (bar.lower_shadow() > long || bar.upper_shadow() > long);
    100 * i32::from(found)
}

/// A long-legged doji on both sides, in the middle of its range.
#[inline]
pub(super) fn rickshaw_man(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let long = bars.average(SHADOW_LONG, 0);
    let middle = bar.low + bar.range() / 2.0;
    let found = bars.is_doji(0)
        && bar.lower_shadow() > long
        && bar.upper_shadow() > long
        && bar.bottom() <= middle + bars.average(NEAR, 0)
        && bar.top() >= middle - bars.average(NEAR, 0);
    100 * i32::from(found)
}

/// A dragonfly with a very long shadow.
#[inline]
pub(super) fn takuri(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let found = bars.is_doji(0)
        && bars.is_shaven_above(0)
        && bar.lower_shadow() > bars.average(SHADOW_VERY_LONG, 0);
    100 * i32::from(found)
}

/// A doji beyond the body of a long candle, in its direction.
#[inline]
pub(super) fn star(bars: Bars<'_, 11>) -> i32 {
    let [long, star] = bars.last();
    let beyond = if long.is_white() { star.body_above(long) } else { star.body_below(long) };
    -long.color() * 100 * i32::from(beyond && bars.is_long(1) && bars.is_doji(0))
}

/// Three dojis, the middle one apart. All are measured by the average before the first.
#[inline]
pub(super) fn tristar(bars: Bars<'_, 12>) -> i32 {
    let [first, middle, last] = bars.last();
    let doji = bars.average(super::window::BODY_DOJI, 2);
    if first.body > doji || middle.body > doji || last.body > doji {
        return 0;
    }
    // Both cannot hold.
    let top = middle.body_above(first) && last.top() < middle.top();
    let bottom = middle.body_below(first) && last.bottom() > middle.bottom();
    100 * (i32::from(bottom) - i32::from(top))
}
