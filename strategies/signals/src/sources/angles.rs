//! The school of Gann: the price against the 1x1 angle from its last turn, and the levels of the
//! Square of 9 ahead of it.
//!
//! Sources: W. D. Gann, "The Basis of My Forecasting Method for Grain" (1935), for the angles; the same,
//! "Master Egg Course" and the Square of 9 as `gannet_features::gann` states it. A bar of 1x1 is a share of
//! the average true range, fixed when the turn is known: a whole one a bar no market keeps up.

use gannet_features::Indicator;
use gannet_features::gann::SquareOfNine;
use gannet_features::gann::streaming::PivotFan;

use super::Closed;
use crate::range::{OutOfRange, PERIODS, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AnglesConfig {
    /// How far the price comes back before a turn is one, in percent of it.
    pub swing_percent: f64,
    /// Bars of the average true range by which 1x1 is scaled.
    pub scale_period: u32,
    /// How far 1x1 goes a bar, in percent of that range.
    pub scale_percent: f64,
    /// Degrees between levels of the Square of 9.
    pub square_of_nine_degrees: f64,
}

impl AnglesConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("swing_percent", self.swing_percent, 0.001..=90.0)?;
        within("scale_period", self.scale_period, PERIODS)?;
        within("scale_percent", self.scale_percent, 0.1..=1_000.0)?;
        within("square_of_nine_degrees", self.square_of_nine_degrees, 1.0..=360.0)
    }
}

/// What the school of Gann sees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Angles {
    /// The slope of the price from the last turn, in units of 1x1; negative below the turn.
    pub slope: f64,
    /// 1 in a swing up, -1 in a swing down.
    pub direction: f64,
    /// How far the nearest level of the Square of 9 lies above the close, in average true ranges;
    /// negative below it.
    pub level: Option<f64>,
}

impl Angles {
    /// Returns the direction while the price keeps at least to 1x2, half as steep as 1x1, as sure as
    /// it keeps to 1x1: -1 to 1.
    #[must_use]
    pub fn lean(&self) -> f64 {
        let pace = self.slope * self.direction;
        if pace >= 0.5 { self.direction * pace.min(1.0) } else { 0.0 }
    }

    /// Returns how far ahead of a move this way a level is, if that is less than half an average
    /// true range.
    #[must_use]
    pub fn level_ahead(&self, direction: f64) -> Option<f64> {
        self.level.filter(|level| (0.0..0.5).contains(&(level * direction)))
    }
}

/// Its indicators.
#[derive(Clone, Debug)]
pub struct AnglesSource {
    fan: PivotFan,
    /// Units of the fan in a 1x1.
    scale: f64,
    levels: SquareOfNine,
}

impl AnglesSource {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &AnglesConfig) -> Self {
        Self {
            fan: PivotFan::new(config.swing_percent / 100.0, config.scale_period as usize),
            scale: config.scale_percent / 100.0,
            levels: SquareOfNine::new(config.square_of_nine_degrees),
        }
    }

    /// Takes a closed bar; `None` after too few.
    pub fn on_bar(&mut self, closed: &Closed) -> Option<Angles> {
        let fan = self.fan.update(closed.high_low_close());
        let range = closed.range?;
        let level = self.levels.nearest(closed.candle.close).map(|near| -near.distance / range);
        let fan = fan?;
        Some(Angles { slope: fan.slope / self.scale, direction: fan.direction, level })
    }
}
