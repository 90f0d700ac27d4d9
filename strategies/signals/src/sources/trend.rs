//! The school of Ehlers: the slope of a SuperSmoother, believed as far as a straight line fits.
//!
//! Sources: John Ehlers, "Cycle Analytics for Traders" (2013), chapter 3, for the SuperSmoother; the
//! same, "Correlation as a Trend Indicator", Stocks & Commodities, May 2020.

use gannet_features::Indicator;
use gannet_features::dsp::{Constants, CorrelationTrend, SuperSmoother};

use super::Closed;
use crate::range::{OutOfRange, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrendConfig {
    /// Critical period of the SuperSmoother, in bars.
    pub smoother_period: f64,
    /// Bars of the correlation with a straight line.
    pub correlation_length: u32,
}

impl TrendConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("smoother_period", self.smoother_period, 2.0..=10_000.0)?;
        within("correlation_length", self.correlation_length, 2..=10_000)
    }
}

/// What the school of Ehlers sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The slope of the smoothed price per bar, in average true ranges.
    pub slope: f64,
    /// The correlation of the last closes with a rising straight line, -1 to 1.
    pub correlation: f64,
}

impl Trend {
    /// Returns the correlation where the slope says the same, nothing otherwise: -1 to 1.
    #[must_use]
    pub fn lean(&self) -> f64 {
        if self.slope * self.correlation > 0.0 { self.correlation } else { 0.0 }
    }
}

/// Its indicators.
#[derive(Clone, Debug)]
pub struct TrendSource {
    smoother: SuperSmoother,
    correlation: CorrelationTrend,
    smoothed: Option<f64>,
    length: u32,
    bars: u32,
}

impl TrendSource {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &TrendConfig) -> Self {
        Self {
            smoother: SuperSmoother::new(config.smoother_period, Constants::Published),
            correlation: CorrelationTrend::new(config.correlation_length as usize),
            smoothed: None,
            length: config.correlation_length,
            bars: 0,
        }
    }

    /// Takes a closed bar; `None` after too few.
    pub fn on_bar(&mut self, closed: &Closed) -> Option<Trend> {
        let close = closed.candle.close;
        self.bars = self.bars.saturating_add(1);
        let smoothed = self.smoother.update(close);
        let before = std::mem::replace(&mut self.smoothed, smoothed);
        let correlation = self.correlation.update(close).filter(|_| self.bars >= self.length);
        let slope = (smoothed? - before?) / closed.range?;
        Some(Trend { slope, correlation: correlation? })
    }
}
