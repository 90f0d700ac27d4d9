//! How much of the market is trend and how much is cycle, and what that does to the weights.
//!
//! Source: John Ehlers, "Correlation as a Trend Indicator", Stocks & Commodities, May 2020: Pearson's
//! correlation of the last closes with a straight line is near 1 or -1 in a trend and near 0 in a
//! cycle.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_features::Indicator;
use gannet_features::dsp::CorrelationTrend;
use gannet_types::{SCHOOLS, School};

use crate::range::{OutOfRange, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RegimeConfig {
    /// Bars of the correlation.
    pub length: u32,
    /// The weight of those who follow trends where there is none, in percent of their own.
    pub trend_percent_min: u16,
    /// The weight of those who expect turns where all is trend, in percent of their own.
    pub turn_percent_min: u16,
}

impl RegimeConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("regime_length", self.length, 2..=10_000)?;
        within("regime_trend_percent_min", self.trend_percent_min, 0..=100)?;
        within("regime_turn_percent_min", self.turn_percent_min, 0..=100)
    }
}

/// Follows the regime.
#[derive(Clone, Debug)]
pub struct Regime {
    config: RegimeConfig,
    correlation: CorrelationTrend,
    bars: u32,
    /// In percent of a straight line; negative falls.
    trend: Option<i16>,
}

impl Regime {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: RegimeConfig) -> Self {
        let correlation = CorrelationTrend::new(config.length as usize);
        Self { config, correlation, bars: 0, trend: None }
    }

    /// Takes the close of a bar.
    pub fn on_close(&mut self, close: f64) {
        self.bars = self.bars.saturating_add(1);
        let trend = self.correlation.update(close);
        if let Some(trend) = trend.filter(|_| self.bars >= self.config.length) {
            self.trend = Some((trend * 100.0) as i16);
        }
    }

    /// Returns how much is trend, in percent; negative falls. `None` after too few bars.
    #[must_use]
    pub const fn trend_percent(&self) -> Option<i16> {
        self.trend
    }

    /// Returns what scales the weight of each school, in percent: those who follow trends count
    /// less the less there is one, those who expect turns less the more. Before the first value all
    /// count in full.
    #[must_use]
    pub fn percent(&self) -> [u16; SCHOOLS] {
        let Some(trend) = self.trend else { return [100; SCHOOLS] };
        let trend = trend.unsigned_abs().min(100);
        let between = |least: u16, share: u16| least + (100 - least) * share / 100;
        School::ALL.map(|school| match school {
            School::Ehlers | School::Gann | School::Classical => {
                between(self.config.trend_percent_min, trend)
            }
            School::Patterns | School::Astro => between(self.config.turn_percent_min, 100 - trend),
            School::External | School::Model => 100,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(closes: impl Iterator<Item = f64>) -> Regime {
        let config = RegimeConfig { length: 20, trend_percent_min: 40, turn_percent_min: 10 };
        assert_eq!(config.check(), Ok(()));
        let mut regime = Regime::new(config);
        closes.for_each(|close| regime.on_close(close));
        regime
    }

    #[test]
    fn a_line_is_trend_and_a_sawtooth_is_not() {
        let up = after((0..40).map(|bar| 100.0 + f64::from(bar)));
        assert!(up.trend_percent().expect("a value") >= 99);
        assert_eq!(up.percent()[School::Ehlers as usize], 99_u16.max(up.percent()[1]));
        assert!(up.percent()[School::Patterns as usize] <= 11);
        let sideways = after((0..40).map(|bar| 100.0 + f64::from(bar % 4)));
        assert!(sideways.trend_percent().expect("a value").abs() < 30);
        assert!(sideways.percent()[School::Ehlers as usize] < 60);
        assert!(sideways.percent()[School::Patterns as usize] > 70);
        let down = after((0..40).map(|bar| 100.0 - f64::from(bar)));
        assert!(down.trend_percent().expect("a value") <= -99);
    }

    #[test]
    fn before_the_first_value_all_count() {
        assert_eq!(after((0..3).map(f64::from)).percent(), [100; SCHOOLS]);
    }
}
