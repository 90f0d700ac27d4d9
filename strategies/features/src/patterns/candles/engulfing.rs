//! One body within another: engulfing, harami, and what confirms them.

use super::window::Color::{Any, Black, White};
use super::window::{Bar, Bars};

/// A body that engulfs the one before, of the other color. 80 if they share an end.
#[inline]
pub(super) fn engulfing(bars: Bars<'_, 2>) -> i32 {
    let [inner, outer] = bars.last();
    if bars.are([White, White]) || bars.are([Black, Black]) {
        return 0;
    }
    let (over_open, over_close) = if outer.is_white() {
        (outer.open < inner.close, outer.close > inner.open)
    } else {
        (outer.open > inner.close, outer.close < inner.open)
    };
    let strength = match (over_open, over_close) {
        (true, true) => 100,
        (true, false) if outer.close == inner.open => 80,
        (false, true) if outer.open == inner.close => 80,
        _ => 0,
    };
    outer.color() * strength
}

/// A body that is not long within a long one. 80 if they share an end.
#[inline]
pub(super) fn harami(bars: Bars<'_, 11>) -> i32 {
    let [outer, inner] = bars.last();
    let strength = within(outer, inner);
    if strength != 0 && bars.is_long(1) && bars.is_not_long(0) { strength } else { 0 }
}

/// A doji within a long body. 80 if they share an end.
#[inline]
pub(super) fn harami_cross(bars: Bars<'_, 11>) -> i32 {
    let [outer, inner] = bars.last();
    let strength = within(outer, inner);
    if strength != 0 && bars.is_long(1) && bars.is_doji(0) { strength } else { 0 }
}

#[inline]
fn within(outer: &Bar, inner: &Bar) -> i32 {
    let (top, bottom) = (inner.top(), inner.bottom());
    if top < outer.top() && bottom > outer.bottom() {
        -outer.color() * 100
    } else if top <= outer.top() && bottom >= outer.bottom() {
        -outer.color() * 80
    } else {
        0
    }
}

/// A black body within a long black one.
#[inline]
pub(super) fn homing_pigeon(bars: Bars<'_, 11>) -> i32 {
    let [outer, inner] = bars.last();
    let found = bars.are([Black, Black])
        && inner.open < outer.open
        && inner.close > outer.close
        && bars.is_long(1)
        && bars.is_not_long(0);
    100 * i32::from(found)
}

/// A harami, then a close beyond the long body's open.
#[inline]
pub(super) fn three_inside(bars: Bars<'_, 12>) -> i32 {
    let [outer, inner, last] = bars.last();
    let confirmed = bars.are([White, Any, Black]) && last.close < outer.open
        || bars.are([Black, Any, White]) && last.close > outer.open;
    let found = confirmed
        && inner.top() < outer.top()
        && inner.bottom() > outer.bottom()
        && bars.is_long(2)
        && bars.is_not_long(1);
    -outer.color() * 100 * i32::from(found)
}

/// An engulfing body, then a close beyond its close.
#[inline]
pub(super) fn three_outside(bars: Bars<'_, 3>) -> i32 {
    let [inner, outer, last] = bars.last();
    let up = bars.are([Black, White, Any])
        && outer.close > inner.open
        && outer.open < inner.close
        && last.close > outer.close;
    let down = bars.are([White, Black, Any])
        && outer.open > inner.close
        && outer.close < inner.open
        && last.close < outer.close;
    100 * (i32::from(up) - i32::from(down))
}
