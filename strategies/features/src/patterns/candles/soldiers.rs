//! Soldiers: white candles that walk up, and how they tire.

use super::window::Color::White;
use super::window::{Bar, Bars, FAR, NEAR, SHADOW_LONG, SHADOW_SHORT};

/// Three white candles without upper shadows, each opening in or near the body before, none far
/// shorter than the one before, the last not short.
#[inline]
pub(super) fn three_white_soldiers(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    let found = rises(bars)
        && opens_in_or_near(bars, first, second, 2)
        && opens_in_or_near(bars, second, third, 1)
        && second.body > first.body - bars.average(FAR, 2)
        && third.body > second.body - bars.average(FAR, 1)
        && third.body > bars.average(super::window::BODY_SHORT, 0)
        && (0..3).all(|lag| bars.is_shaven_above(lag));
    100 * i32::from(found)
}

/// Three white candles that weaken: bodies shrink or shadows grow.
#[inline]
pub(super) fn advance_block(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    if !(rises(bars)
        && opens_in_or_near(bars, first, second, 2)
        && opens_in_or_near(bars, second, third, 1)
        && bars.is_long(2)
        && first.upper_shadow() < bars.average(SHADOW_SHORT, 2))
    {
        return 0;
    }
    let second_far_shorter = second.body < first.body - bars.average(FAR, 2)
        && third.body < second.body + bars.average(NEAR, 1);
    let third_far_shorter = third.body < second.body - bars.average(FAR, 1);
    let shrinking_with_shadow = third.body < second.body
        && second.body < first.body
        && (third.upper_shadow() > bars.average(SHADOW_SHORT, 0)
            || second.upper_shadow() > bars.average(SHADOW_SHORT, 1));
    let last_with_long_shadow =
        third.body < second.body && third.upper_shadow() > bars.average(SHADOW_LONG, 0);
    let weakens =
        second_far_shorter || third_far_shorter || shrinking_with_shadow || last_with_long_shadow;
    -100 * i32::from(weakens)
}

/// Two long white candles, then a short one that rides on the second's shoulder.
#[inline]
pub(super) fn stalled(bars: Bars<'_, 12>) -> i32 {
    let [first, second, third] = bars.last();
    let found = rises(bars)
        && opens_in_or_near(bars, first, second, 2)
        && third.open >= second.close - third.body - bars.average(NEAR, 1)
        && bars.is_long(2)
        && bars.is_long(1)
        && bars.is_shaven_above(1)
        && bars.is_short(0);
    -100 * i32::from(found)
}

#[inline]
fn rises(bars: Bars<'_, 12>) -> bool {
    let [first, second, third] = bars.last();
    bars.are([White, White, White]) && third.close > second.close && second.close > first.close
}

/// `lag` is where `before` lies.
#[inline]
fn opens_in_or_near(bars: Bars<'_, 12>, before: &Bar, bar: &Bar, lag: usize) -> bool {
    bar.open > before.open && bar.open <= before.close + bars.average(NEAR, lag)
}
