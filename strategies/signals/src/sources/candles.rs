//! Candle patterns: what the 61 patterns of the classical catalogue say together.
//!
//! Source: Steve Nison, "Japanese Candlestick Charting Techniques" (1991), judged as TA-Lib does. Each
//! pattern that is there says up or down; what is left of their sum is remembered and fades, a share a
//! bar, since a pattern is about the bars after it.

use gannet_features::patterns::Candlesticks;
use gannet_features::{Indicator, Ohlc};

use super::Closed;
use crate::range::{OutOfRange, PERCENT, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CandlesConfig {
    /// How much of what was said is left after a bar, in percent.
    pub memory_percent: f64,
}

impl CandlesConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("pattern_memory_percent", self.memory_percent, PERCENT)
    }
}

/// Its indicators.
#[derive(Clone, Debug)]
pub struct CandlesSource {
    patterns: Candlesticks,
    kept: f64,
    lean: f64,
}

impl CandlesSource {
    /// Builds it without any history.
    #[must_use]
    pub fn new(config: &CandlesConfig) -> Self {
        let kept = config.memory_percent / 100.0;
        Self { patterns: Candlesticks::default(), kept, lean: 0.0 }
    }

    /// Takes a closed bar and leans -1 to 1.
    pub fn on_bar(&mut self, closed: &Closed) -> f64 {
        let candle = closed.candle;
        let (open, high, low, close) = (candle.open, candle.high, candle.low, candle.close);
        self.lean *= self.kept;
        if let Some(signs) = self.patterns.update(Ohlc { open, high, low, close }) {
            let said: i32 = signs.found().map(|(_, sign)| sign).sum();
            self.lean = (self.lean + f64::from(said) / 100.0).clamp(-1.0, 1.0);
        }
        self.lean
    }
}
