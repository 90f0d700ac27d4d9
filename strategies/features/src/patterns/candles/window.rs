//! What candle patterns judge by: the last candles, and averages of the candles before each.
//!
//! TA-Lib calls a body long when it exceeds the average body of the ten candles before it, and so
//! on: eleven settings over four averages. Each of its functions sums up for itself from the first
//! candle it needs, so the same average carries a different rounding in another pattern, and a tie
//! may fall the other way. To decide every tie as TA-Lib does, a sum is kept per first candle:
//! 25 in all, updated by the same `sum += newest − oldest`.
//!
//! # Invariants
//! - `sums[k]` are the sums as they were before candle `k` came.
//! - A pattern of lookback L that judges the candle `lag` ago by the mean of `period` candles sums
//!   from candle `L − lag − period` on.

use crate::Ohlc;

/// Candles kept: the tenth before the newest is still needed to leave the sums; a power of two.
const BARS: usize = 16;

/// Rows of sums kept: patterns look at most four candles back; a power of two.
const ROWS: usize = 8;

/// A sum of ten starts at candle 0 to 4, one of five at candle 0 to 9.
const STARTS_10: usize = 5;
const STARTS_5: usize = 10;
const BODY_10: usize = 0;
const RANGE_10: usize = BODY_10 + STARTS_10;
const SHADOWS_10: usize = RANGE_10 + STARTS_10;
const RANGE_5: usize = SHADOWS_10 + STARTS_10;
const SUMS: usize = RANGE_5 + STARTS_5;

/// From this candle on every sum has all its candles.
const SETTLED: usize = STARTS_5 + 5;

/// One candle with what is asked of it most.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Bar {
    pub(crate) open: f64,
    pub(crate) high: f64,
    pub(crate) low: f64,
    pub(crate) close: f64,
    /// Length of the body.
    pub(crate) body: f64,
}

impl Bar {
    fn new(candle: Ohlc) -> Self {
        let Ohlc { open, high, low, close } = candle;
        Self { open, high, low, close, body: (close - open).abs() }
    }

    /// Returns whether it closed where it opened or above.
    #[inline]
    pub(crate) fn is_white(&self) -> bool {
        self.close >= self.open
    }

    /// Returns whether it closed below its open.
    #[inline]
    pub(crate) fn is_black(&self) -> bool {
        !self.is_white()
    }

    /// Returns 1 for a white candle, −1 for a black one.
    #[inline]
    pub(crate) fn color(&self) -> i32 {
        if self.is_white() { 1 } else { -1 }
    }

    /// Upper end of the body.
    #[inline]
    pub(crate) fn top(&self) -> f64 {
        if self.close > self.open { self.close } else { self.open }
    }

    /// Lower end of the body.
    #[inline]
    pub(crate) fn bottom(&self) -> f64 {
        if self.open < self.close { self.open } else { self.close }
    }

    #[inline]
    pub(crate) fn upper_shadow(&self) -> f64 {
        self.high - self.top()
    }

    #[inline]
    pub(crate) fn lower_shadow(&self) -> f64 {
        self.bottom() - self.low
    }

    #[inline]
    pub(crate) fn range(&self) -> f64 {
        self.high - self.low
    }

    #[inline]
    fn shadows(&self) -> f64 {
        self.upper_shadow() + self.lower_shadow()
    }

    /// Returns whether the whole body lies above another's.
    #[inline]
    pub(crate) fn body_above(&self, other: &Self) -> bool {
        self.bottom() > other.top()
    }

    /// Returns whether the whole body lies below another's.
    #[inline]
    pub(crate) fn body_below(&self, other: &Self) -> bool {
        self.top() < other.bottom()
    }

    /// Returns whether the whole candle lies above another.
    #[inline]
    pub(crate) fn gaps_above(&self, other: &Self) -> bool {
        self.low > other.high
    }

    /// Returns whether the whole candle lies below another.
    #[inline]
    pub(crate) fn gaps_below(&self, other: &Self) -> bool {
        self.high < other.low
    }
}

/// Which way a candle went.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Color {
    /// It closed below its open.
    Black,
    /// It closed where it opened or above.
    White,
    /// Either.
    Any,
}

/// What a candle is compared with: `factor` times a mean over the candles before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Setting {
    mean: Mean,
    factor: f64,
}

#[derive(Clone, Copy, Debug)]
enum Mean {
    /// The candle's own body.
    OwnBody,
    /// Bodies of ten candles.
    Body,
    /// Ranges of ten candles.
    Range,
    /// Half the shadows of ten candles.
    Shadow,
    /// Ranges of five candles.
    ShortRange,
}

/// A body is long above, short below.
pub(crate) const BODY_LONG: Setting = Setting { mean: Mean::Body, factor: 1.0 };
pub(crate) const BODY_SHORT: Setting = BODY_LONG;
/// A body is a doji's up to this.
pub(crate) const BODY_DOJI: Setting = Setting { mean: Mean::Range, factor: 0.1 };
pub(crate) const SHADOW_LONG: Setting = Setting { mean: Mean::OwnBody, factor: 1.0 };
pub(crate) const SHADOW_VERY_LONG: Setting = Setting { mean: Mean::OwnBody, factor: 2.0 };
pub(crate) const SHADOW_SHORT: Setting = Setting { mean: Mean::Shadow, factor: 1.0 };
pub(crate) const SHADOW_VERY_SHORT: Setting = Setting { mean: Mean::Range, factor: 0.1 };
/// Prices are near each other up to this, far beyond that, and equal up to the last.
pub(crate) const NEAR: Setting = Setting { mean: Mean::ShortRange, factor: 0.2 };
pub(crate) const FAR: Setting = Setting { mean: Mean::ShortRange, factor: 0.6 };
pub(crate) const EQUAL: Setting = Setting { mean: Mean::ShortRange, factor: 0.05 };

/// The last candles and their sums.
#[derive(Clone, Debug)]
pub(crate) struct CandleWindow {
    bars: [Bar; BARS],
    sums: [[f64; SUMS]; ROWS],
    /// A bit a candle, the newest the lowest, set if it is white.
    whites: u32,
    count: usize,
}

impl CandleWindow {
    pub(crate) const fn new() -> Self {
        let bar = Bar { open: 0.0, high: 0.0, low: 0.0, close: 0.0, body: 0.0 };
        Self { bars: [bar; BARS], sums: [[0.0; SUMS]; ROWS], whites: 0, count: 0 }
    }

    /// Takes the next candle. O(1): 25 additions.
    #[inline]
    pub(crate) fn push(&mut self, candle: Ohlc) {
        let bar = Bar::new(candle);
        let index = self.count;
        self.bars[index % BARS] = bar;
        self.whites = self.whites << 1 | u32::from(bar.is_white());
        self.count += 1;
        let before = self.sums[index % ROWS];
        if index < SETTLED {
            self.sums[self.count % ROWS] = self.begin(index, &bar, before);
            return;
        }
        let (tenth, fifth) = (self.at(10), self.at(5));
        let body = bar.body - tenth.body;
        let range = bar.range() - tenth.range();
        let shadows = bar.shadows() - tenth.shadows();
        let short_range = bar.range() - fifth.range();
        let sums = &mut self.sums[self.count % ROWS];
        for sum in BODY_10..RANGE_10 {
            sums[sum] = before[sum] + body;
        }
        for sum in RANGE_10..SHADOWS_10 {
            sums[sum] = before[sum] + range;
        }
        for sum in SHADOWS_10..RANGE_5 {
            sums[sum] = before[sum] + shadows;
        }
        for sum in RANGE_5..SUMS {
            sums[sum] = before[sum] + short_range;
        }
    }

    /// Adds one of the first candles to the sums that have begun.
    #[cold]
    fn begin(&self, index: usize, bar: &Bar, mut sums: [f64; SUMS]) -> [f64; SUMS] {
        for (sum, total) in sums.iter_mut().enumerate() {
            let (start, period) =
                if sum >= RANGE_5 { (sum - RANGE_5, 5) } else { (sum % STARTS_10, 10) };
            let measure = |bar: &Bar| match sum {
                BODY_10..RANGE_10 => bar.body,
                SHADOWS_10..RANGE_5 => bar.shadows(),
                _ => bar.range(),
            };
            if index >= start + period {
                *total += measure(bar) - measure(self.at(period));
            } else if index >= start {
                *total += measure(bar);
            }
        }
        sums
    }

    /// Returns how many candles came.
    #[inline]
    pub(crate) const fn count(&self) -> usize {
        self.count
    }

    /// Returns the candle `lag` ago; 0 is the newest. Zeros before the first.
    #[inline]
    pub(crate) const fn at(&self, lag: usize) -> &Bar {
        &self.bars[self.count.wrapping_sub(1 + lag) % BARS]
    }

    #[inline]
    fn average(&self, setting: Setting, lag: usize, lookback: usize) -> f64 {
        let sums = &self.sums[self.count.wrapping_sub(1 + lag) % ROWS];
        let mean = match setting.mean {
            Mean::OwnBody => self.at(lag).body,
            Mean::Body => sums[BODY_10 + lookback - 10 - lag] / 10.0,
            Mean::Range => sums[RANGE_10 + lookback - 10 - lag] / 10.0,
            Mean::Shadow => {
                return setting.factor * (sums[SHADOWS_10 + lookback - 10 - lag] / 10.0) / 2.0;
            }
            Mean::ShortRange => sums[RANGE_5 + lookback - 5 - lag] / 5.0,
        };
        setting.factor * mean
    }
}

/// The window as a pattern sees it that gives values from candle `LOOKBACK` (from 0) on.
#[derive(Clone, Copy)]
pub(crate) struct Bars<'a, const LOOKBACK: usize>(pub(crate) &'a CandleWindow);

impl<'a, const LOOKBACK: usize> Bars<'a, LOOKBACK> {
    /// Returns the last `N` candles, the newest last.
    #[inline]
    pub(crate) fn last<const N: usize>(self) -> [&'a Bar; N] {
        std::array::from_fn(|index| self.0.at(N - 1 - index))
    }

    /// Returns whether the last candles have these colors, the newest last: one comparison.
    #[inline]
    pub(crate) fn are<const N: usize>(self, colors: [Color; N]) -> bool {
        let (mut asked, mut wanted) = (0, 0);
        for color in colors {
            asked = asked << 1 | u32::from(!matches!(color, Color::Any));
            wanted = wanted << 1 | u32::from(matches!(color, Color::White));
        }
        self.0.whites & asked == wanted
    }

    /// Returns what the candle `lag` ago is compared with.
    #[inline]
    pub(crate) fn average(self, setting: Setting, lag: usize) -> f64 {
        self.0.average(setting, lag, LOOKBACK)
    }

    #[inline]
    pub(crate) fn is_long(self, lag: usize) -> bool {
        self.0.at(lag).body > self.average(BODY_LONG, lag)
    }

    /// Returns whether the body is shorter than the average; some patterns allow equality.
    #[inline]
    pub(crate) fn is_short(self, lag: usize) -> bool {
        self.0.at(lag).body < self.average(BODY_SHORT, lag)
    }

    #[inline]
    pub(crate) fn is_not_long(self, lag: usize) -> bool {
        self.0.at(lag).body <= self.average(BODY_SHORT, lag)
    }

    #[inline]
    pub(crate) fn is_doji(self, lag: usize) -> bool {
        self.0.at(lag).body <= self.average(BODY_DOJI, lag)
    }

    /// Returns whether there is almost no shadow above the body.
    #[inline]
    pub(crate) fn is_shaven_above(self, lag: usize) -> bool {
        self.0.at(lag).upper_shadow() < self.average(SHADOW_VERY_SHORT, lag)
    }

    /// Returns whether there is almost no shadow below the body.
    #[inline]
    pub(crate) fn is_shaven_below(self, lag: usize) -> bool {
        self.0.at(lag).lower_shadow() < self.average(SHADOW_VERY_SHORT, lag)
    }

    /// Returns whether a price is within the setting of another, measured at the candle `lag` ago.
    #[inline]
    pub(crate) fn is_close(self, price: f64, other: f64, setting: Setting, lag: usize) -> bool {
        let distance = self.average(setting, lag);
        price <= other + distance && price >= other - distance
    }
}
