//! Single candles: long and short ones, with and without shadows.

use super::window::{Bars, SHADOW_SHORT, SHADOW_VERY_LONG};

/// A short body between longer shadows.
#[inline]
pub(super) fn spinning_top(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let found = bars.is_short(0) && bar.upper_shadow() > bar.body && bar.lower_shadow() > bar.body;
    bar.color() * 100 * i32::from(found)
}

/// A short body between very long shadows.
#[inline]
pub(super) fn high_wave(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let long = bars.average(SHADOW_VERY_LONG, 0);
    let found = bars.is_short(0) && bar.upper_shadow() > long && bar.lower_shadow() > long;
    bar.color() * 100 * i32::from(found)
}

/// A long body with short shadows.
#[inline]
pub(super) fn long_line(bars: Bars<'_, 10>) -> i32 {
    bars.last::<1>()[0].color() * 100 * i32::from(bars.is_long(0) && has_short_shadows(bars))
}

/// A short body with short shadows.
#[inline]
pub(super) fn short_line(bars: Bars<'_, 10>) -> i32 {
    bars.last::<1>()[0].color() * 100 * i32::from(bars.is_short(0) && has_short_shadows(bars))
}

#[inline]
fn has_short_shadows(bars: Bars<'_, 10>) -> bool {
    let [bar] = bars.last();
    let short = bars.average(SHADOW_SHORT, 0);
    bar.upper_shadow() < short && bar.lower_shadow() < short
}

/// A long body without shadows.
#[inline]
pub(super) fn marubozu(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let found = bars.is_long(0) && bars.is_shaven_above(0) && bars.is_shaven_below(0);
    bar.color() * 100 * i32::from(found)
}

/// A long body without a shadow where it closed.
#[inline]
pub(super) fn closing_marubozu(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let shaven = if bar.is_white() { bars.is_shaven_above(0) } else { bars.is_shaven_below(0) };
    bar.color() * 100 * i32::from(shaven && bars.is_long(0))
}

/// A long body without a shadow where it opened.
#[inline]
pub(super) fn belt_hold(bars: Bars<'_, 10>) -> i32 {
    let [bar] = bars.last();
    let shaven = if bar.is_white() { bars.is_shaven_below(0) } else { bars.is_shaven_above(0) };
    bar.color() * 100 * i32::from(shaven && bars.is_long(0))
}
