//! Hammers: a short body at one end of a long shadow, placed against the candle before.

use super::window::{Bars, NEAR, SHADOW_LONG};

/// A long shadow below, near the low before.
#[inline]
pub(super) fn hammer(bars: Bars<'_, 11>) -> i32 {
    let [before, bar] = bars.last();
    let found = hangs(bars) && bar.bottom() <= before.low + bars.average(NEAR, 1);
    100 * i32::from(found)
}

/// A long shadow below, near the high before.
#[inline]
pub(super) fn hanging_man(bars: Bars<'_, 11>) -> i32 {
    let [before, bar] = bars.last();
    let found = hangs(bars) && bar.bottom() >= before.high - bars.average(NEAR, 1);
    -100 * i32::from(found)
}

#[inline]
fn hangs(bars: Bars<'_, 11>) -> bool {
    let [bar] = bars.last();
    bar.lower_shadow() > bars.average(SHADOW_LONG, 0) && bars.is_short(0) && bars.is_shaven_above(0)
}

/// A long shadow above, the body below the one before.
#[inline]
pub(super) fn inverted_hammer(bars: Bars<'_, 11>) -> i32 {
    let [before, bar] = bars.last();
    100 * i32::from(bar.body_below(before) && stands(bars))
}

/// A long shadow above, the body above the one before.
#[inline]
pub(super) fn shooting_star(bars: Bars<'_, 11>) -> i32 {
    let [before, bar] = bars.last();
    -100 * i32::from(bar.body_above(before) && stands(bars))
}

#[inline]
fn stands(bars: Bars<'_, 11>) -> bool {
    let [bar] = bars.last();
    bar.upper_shadow() > bars.average(SHADOW_LONG, 0) && bars.is_short(0) && bars.is_shaven_below(0)
}
