//! Harmonic: the technical source. It follows the SuperSmoother's slope and keeps away from Square of
//! 9 levels.
//!
//! On every closed bar of its kind it has an opinion, or none: up while the smoothed price rises faster
//! than a share of the average true range and stands above its EMA, down in the mirror image.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_features::dsp::{Constants, SuperSmoother};
use gannet_features::gann::SquareOfNine;
use gannet_features::ta::{Atr, Ema};
use gannet_features::{HighLowClose, Indicator};
use gannet_types::{Bar, Instrument, Reason, ReasonCode, Side, Text};

use crate::opinion::{Opinion, Technical};
use crate::range::{OutOfRange, PERIODS, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HarmonicConfig {
    /// Samples of the EMA.
    pub ema_period: usize,
    /// Bars of the ATR.
    pub atr_period: usize,
    /// Critical period of the SuperSmoother, in bars.
    pub smoother_period: f64,
    /// Degrees between Square of 9 levels.
    pub square_of_nine_degrees: f64,
    /// Slope per bar, in percent of the ATR, that counts as a trend.
    pub slope_percent_of_atr: f64,
}

impl HarmonicConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        for (key, period) in [("ema_period", self.ema_period), ("atr_period", self.atr_period)] {
            within(key, u32::try_from(period).unwrap_or(u32::MAX), PERIODS)?;
        }
        within("smoother_period", self.smoother_period, 2.0..=10_000.0)?;
        within("square_of_nine_degrees", self.square_of_nine_degrees, 1.0..=360.0)?;
        within("slope_percent_of_atr", self.slope_percent_of_atr, 0.0..=10_000.0)
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Harmonic {
    threshold: f64,
    ema: Ema,
    atr: Atr,
    smoother: SuperSmoother,
    levels: SquareOfNine,
    smoothed: Option<f64>,
}

impl Harmonic {
    /// Builds it without any history.
    #[must_use]
    pub fn new(config: &HarmonicConfig) -> Self {
        Self {
            threshold: config.slope_percent_of_atr,
            ema: Ema::new(config.ema_period),
            atr: Atr::new(config.atr_period),
            smoother: SuperSmoother::new(config.smoother_period, Constants::Published),
            levels: SquareOfNine::new(config.square_of_nine_degrees),
            smoothed: None,
        }
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        let close = instrument.price_f64(bar.close);
        let sample = HighLowClose {
            high: instrument.price_f64(bar.high),
            low: instrument.price_f64(bar.low),
            close,
        };
        let average = self.ema.update(close);
        let range = self.atr.update(sample);
        let smoothed = self.smoother.update(close);
        let before = std::mem::replace(&mut self.smoothed, smoothed);
        let (Some(average), Some(range), Some(smoothed), Some(before)) =
            (average, range, smoothed, before)
        else {
            return Technical::not_ready();
        };
        if range <= 0.0 {
            return Technical::not_ready();
        }
        let slope = 100.0 * (smoothed - before) / range;
        // A level just ahead is where the move is expected to pause: do not enter into it.
        let ahead = self.levels.nearest(close).map_or(f64::INFINITY, |near| -near.distance);
        let blocked = |direction: f64| (0.0..range / 2.0).contains(&(ahead * direction));
        let confidence = slope.abs().clamp(1.0, 100.0) as u8;
        let opinion = |side, reason| Some(Opinion { side, confidence, reason: Text::new(reason) });
        let opinion = if slope > self.threshold && close > average && !blocked(1.0) {
            opinion(Side::Buy, b"smoothed price rises above EMA")
        } else if slope < -self.threshold && close < average && !blocked(-1.0) {
            opinion(Side::Sell, b"smoothed price falls below EMA")
        } else {
            None
        };
        let percent = |distance: f64| (100.0 * distance / range) as f32;
        let level = (blocked(1.0) || blocked(-1.0))
            .then(|| Reason::new(ReasonCode::LevelAhead, percent(ahead)));
        Technical {
            opinion,
            reasons: [
                Some(Reason::new(ReasonCode::Slope, slope as f32)),
                Some(Reason::new(ReasonCode::AboveAverage, percent(close - average))),
                level,
            ],
            ..Technical::default()
        }
    }
}
