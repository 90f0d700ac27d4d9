//! Hikkakes: a false break out of an inside candle, confirmed within three candles.
//!
//! The only patterns with a memory: ±100 on the false break, ±200 where a close passes the other
//! side of the inside candle. Looking begins three candles before the first value.

use super::window::{Bar, Bars, CandleWindow, NEAR};

/// The last false break of one kind that waits for its confirmation.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Hikkake {
    /// Candles left to confirm it.
    left: u8,
    /// 1 if it is bullish, −1 if bearish.
    sign: i32,
    /// What a close must pass.
    edge: f64,
    value: i32,
}

impl Hikkake {
    /// Looks at the newest candle for an inside candle and a break of it.
    #[inline]
    pub(super) fn look(&mut self, window: &CandleWindow) {
        if window.count() < 3 {
            return;
        }
        let [first, inside, last] = Bars::<2>(window).last();
        let sign = if is_inside(inside, first) { breakout(inside, last) } else { 0 };
        self.step(sign, inside, last);
    }

    /// Looks for two inside candles, the first closing near its own end, and a break.
    #[inline]
    pub(super) fn look_modified(&mut self, window: &CandleWindow) {
        if window.count() < 8 {
            return;
        }
        let bars = Bars::<7>(window);
        let [first, second, inside, last] = bars.last();
        let mut sign = 0;
        if is_inside(second, first) && is_inside(inside, second) {
            sign = breakout(inside, last);
            let near = bars.average(NEAR, 2);
            let at_the_end = match sign {
                1 => second.close <= second.low + near,
                _ => second.close >= second.high - near,
            };
            if !at_the_end {
                sign = 0;
            }
        }
        self.step(sign, inside, last);
    }

    #[inline]
    fn step(&mut self, sign: i32, inside: &Bar, last: &Bar) {
        let passed = if self.sign > 0 { last.close > self.edge } else { last.close < self.edge };
        if sign != 0 {
            let edge = if sign > 0 { inside.high } else { inside.low };
            *self = Self { left: 3, sign, edge, value: 100 * sign };
        } else if self.left > 0 && passed {
            self.value = 200 * self.sign;
            self.left = 0;
        } else {
            self.value = 0;
            self.left = self.left.saturating_sub(1);
        }
    }

    #[inline]
    pub(super) const fn value(&self) -> i32 {
        self.value
    }
}

#[inline]
fn is_inside(bar: &Bar, before: &Bar) -> bool {
    bar.high < before.high && bar.low > before.low
}

/// Returns 1 if a candle lies lower (a false break down is bullish), −1 if higher, 0 if neither.
#[inline]
fn breakout(inside: &Bar, last: &Bar) -> i32 {
    let down = last.high < inside.high && last.low < inside.low;
    let up = last.high > inside.high && last.low > inside.low;
    i32::from(down) - i32::from(up)
}
