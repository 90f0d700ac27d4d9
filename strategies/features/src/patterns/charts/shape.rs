//! Classical chart patterns as relations between the last pivots.
//!
//! Every function takes pivots newest first and returns 1 (bullish), −1 (bearish) or 0.

use super::side_sign;
use super::swing::{Pivot, PivotSide};

/// Returns whether two prices are equal but for a share of the larger.
#[inline]
pub(super) fn is_level(one: &Pivot, other: &Pivot, tolerance: f64) -> bool {
    let larger = one.price.abs().max(other.price.abs());
    (one.price - other.price).abs() <= tolerance * larger
}

/// A head above (below) two level shoulders, over a level neckline.
pub(super) fn head_shoulders(pivots: &[Pivot; 5], tolerance: f64) -> i32 {
    let [right, neck_right, head, neck_left, left] = pivots;
    let frame = is_level(left, right, tolerance) && is_level(neck_left, neck_right, tolerance);
    let beyond = match right.side {
        PivotSide::High => head.price > left.price && head.price > right.price,
        PivotSide::Low => head.price < left.price && head.price < right.price,
    };
    if frame && beyond { -side_sign(right.side) } else { 0 }
}

/// Two level tops (bottoms).
pub(super) fn double(pivots: &[Pivot; 3], tolerance: f64) -> i32 {
    let [second, _, first] = pivots;
    if is_level(first, second, tolerance) { -side_sign(second.side) } else { 0 }
}

/// Three tops (bottoms), each level with the next.
pub(super) fn triple(pivots: &[Pivot; 5], tolerance: f64) -> i32 {
    let [third, _, second, _, first] = pivots;
    let level = is_level(first, second, tolerance) && is_level(second, third, tolerance);
    if level { -side_sign(third.side) } else { 0 }
}

/// The last two highs and lows.
pub(super) struct Edges {
    pub(super) old_high: Pivot,
    pub(super) new_high: Pivot,
    pub(super) old_low: Pivot,
    pub(super) new_low: Pivot,
}

impl Edges {
    pub(super) const fn of(pivots: &[Pivot; 4]) -> Self {
        let [newest, next, third, oldest] = *pivots;
        match newest.side {
            PivotSide::High => {
                Self { old_high: third, new_high: newest, old_low: oldest, new_low: next }
            }
            PivotSide::Low => {
                Self { old_high: oldest, new_high: next, old_low: third, new_low: newest }
            }
        }
    }
}

/// Edges that meet: ascending (level highs) 1, descending (level lows) −1, symmetrical as the
/// last pivot leans.
pub(super) fn triangle(pivots: &[Pivot; 4], tolerance: f64) -> i32 {
    let Edges { old_high, new_high, old_low, new_low } = Edges::of(pivots);
    let falling_highs = new_high.price < old_high.price * (1.0 - tolerance);
    let rising_lows = new_low.price > old_low.price * (1.0 + tolerance);
    if is_level(&old_high, &new_high, tolerance) && rising_lows {
        1
    } else if falling_highs && is_level(&old_low, &new_low, tolerance) {
        -1
    } else if falling_highs && rising_lows {
        -side_sign(pivots[0].side)
    } else {
        0
    }
}

/// Edges that are level.
pub(super) fn rectangle(pivots: &[Pivot; 4], tolerance: f64) -> i32 {
    let Edges { old_high, new_high, old_low, new_low } = Edges::of(pivots);
    let level =
        is_level(&old_high, &new_high, tolerance) && is_level(&old_low, &new_low, tolerance);
    if level { -side_sign(pivots[0].side) } else { 0 }
}

/// Edges that rise together and meet (bearish), or fall together and meet (bullish).
pub(super) fn wedge(pivots: &[Pivot; 4]) -> i32 {
    let Edges { old_high, new_high, old_low, new_low } = Edges::of(pivots);
    let (highs, lows) = (new_high.price - old_high.price, new_low.price - old_low.price);
    if highs > 0.0 && lows > highs {
        -1
    } else if lows < 0.0 && highs < lows {
        1
    } else {
        0
    }
}

/// A pole, then a pullback by less than `share` of it; in the pole's direction.
pub(super) fn flag(pivots: &[Pivot; 3], share: f64) -> i32 {
    let [pullback, end, start] = pivots;
    let pole = (end.price - start.price).abs();
    let back = (pullback.price - end.price).abs();
    if pole > 0.0 && back < share * pole { side_sign(end.side) } else { 0 }
}

/// Two level rims with the cup between them, and a handle that stays within it.
pub(super) fn cup_handle(pivots: &[Pivot; 4], tolerance: f64) -> i32 {
    let [handle, right, cup, left] = pivots;
    let within = match handle.side {
        PivotSide::Low => handle.price > cup.price && handle.price < right.price,
        PivotSide::High => handle.price < cup.price && handle.price > right.price,
    };
    if within && is_level(left, right, tolerance) { -side_sign(handle.side) } else { 0 }
}
