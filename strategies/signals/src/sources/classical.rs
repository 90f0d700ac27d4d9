//! The classical school: averages, convergence and strength.
//!
//! Sources: Gerald Appel, "The Moving Average Convergence-Divergence Method" (1979); J. Welles Wilder,
//! "New Concepts in Technical Trading Systems" (1978), for strength and average true range. All three
//! are made comparable by the average true range, so that none of them knows the price level.

use gannet_features::Indicator;
use gannet_features::ta::{Macd, Rsi, Sma};

use super::Closed;
use crate::range::{OutOfRange, PERIODS, agrees, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassicalConfig {
    /// Bars of the faster simple average.
    pub sma_fast: u32,
    /// Bars of the slower one.
    pub sma_slow: u32,
    /// Bars of the faster exponential average of the convergence.
    pub macd_fast: u32,
    /// Bars of the slower one.
    pub macd_slow: u32,
    /// Bars of its signal.
    pub macd_signal: u32,
    /// Bars of the relative strength.
    pub rsi_period: u32,
}

impl ClassicalConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("sma_fast", self.sma_fast, PERIODS)?;
        within("sma_slow", self.sma_slow, PERIODS)?;
        agrees("sma_fast", self.sma_fast < self.sma_slow, "below sma_slow")?;
        within("macd_fast", self.macd_fast, PERIODS)?;
        within("macd_slow", self.macd_slow, PERIODS)?;
        agrees("macd_fast", self.macd_fast < self.macd_slow, "below macd_slow")?;
        within("macd_signal", self.macd_signal, PERIODS)?;
        within("rsi_period", self.rsi_period, 2..=10_000)
    }
}

/// What the classical school sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Classical {
    /// How far the fast average is above the slow one, in average true ranges, cut to -1 to 1.
    pub trend: f64,
    /// The histogram of the convergence in average true ranges, cut to -1 to 1.
    pub momentum: f64,
    /// The relative strength, 0 to 100.
    pub strength: f64,
}

impl Classical {
    /// Returns what all three say together, -1 to 1.
    #[must_use]
    pub fn lean(&self) -> f64 {
        (self.trend + self.momentum + (self.strength - 50.0) / 50.0) / 3.0
    }
}

/// Its indicators.
#[derive(Clone, Debug)]
pub struct ClassicalSource {
    fast: Sma,
    slow: Sma,
    macd: Macd,
    rsi: Rsi,
}

impl ClassicalSource {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &ClassicalConfig) -> Self {
        let [fast, slow, signal] =
            [config.macd_fast, config.macd_slow, config.macd_signal].map(|it| it as usize);
        Self {
            fast: Sma::new(config.sma_fast as usize),
            slow: Sma::new(config.sma_slow as usize),
            macd: Macd::new(fast, slow, signal),
            rsi: Rsi::new(config.rsi_period as usize),
        }
    }

    /// Takes a closed bar; `None` after too few.
    pub fn on_bar(&mut self, closed: &Closed) -> Option<Classical> {
        let close = closed.candle.close;
        let (fast, slow) = (self.fast.update(close), self.slow.update(close));
        let (macd, strength) = (self.macd.update(close), self.rsi.update(close));
        let range = closed.range?;
        Some(Classical {
            trend: ((fast? - slow?) / range).clamp(-1.0, 1.0),
            momentum: (macd?.hist / range).clamp(-1.0, 1.0),
            strength: strength?,
        })
    }
}
