//! Cycle mean reversion: buys the trough of a cycle and sells its crest, where there is a cycle.
//!
//! Source: John Ehlers, "The Cybernetic Oscillator", Stocks & Commodities, June 2025: a high-pass filter
//! takes the trend away, a SuperSmoother the noise, and what is left is measured in its own usual size
//! (root mean square). Beyond a threshold and turning back it is faded; in the middle the position is
//! given up. Where a straight line fits the prices (Ehlers, "Correlation as a Trend Indicator", 2020)
//! there is no cycle to fade.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_features::Indicator;
use gannet_features::dsp::{Constants, CorrelationTrend, CyberneticOscillator};
use gannet_types::{Bar, Instrument, Reason, ReasonCode, Side, Text};

use crate::opinion::{Opinion, Technical};
use crate::range::{OutOfRange, PERCENT, agrees, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CycleReversionConfig {
    /// Longer periods are trend, in bars.
    pub high_pass_period: f64,
    /// Shorter periods are noise, in bars.
    pub low_pass_period: f64,
    /// Bars of the correlation with a straight line.
    pub correlation_length: u32,
    /// How far from its middle the cycle must be, in percent of its usual size.
    pub entry_percent: f64,
    /// The largest fit of a straight line, in percent, at which it is faded.
    pub trend_percent_max: f64,
}

impl CycleReversionConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("high_pass_period", self.high_pass_period, 4.0..=10_000.0)?;
        within("low_pass_period", self.low_pass_period, 2.0..=10_000.0)?;
        let below = self.low_pass_period < self.high_pass_period;
        agrees("low_pass_period", below, "below high_pass_period")?;
        within("correlation_length", self.correlation_length, 2..=10_000)?;
        within("entry_percent", self.entry_percent, 1.0..=1_000.0)?;
        within("trend_percent_max", self.trend_percent_max, PERCENT)
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct CycleReversion {
    config: CycleReversionConfig,
    oscillator: CyberneticOscillator,
    correlation: CorrelationTrend,
    /// The cycle after the last bar, in percent of its usual size.
    before: Option<f64>,
    bars: u32,
}

/// Bars after which the usual size of the cycle is known: those it is measured over.
const WARM_UP: u32 = 100;

impl CycleReversion {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: CycleReversionConfig) -> Self {
        let (high, low) = (config.high_pass_period, config.low_pass_period);
        Self {
            config,
            oscillator: CyberneticOscillator::new(high, low, Constants::Published),
            correlation: CorrelationTrend::new(config.correlation_length as usize),
            before: None,
            bars: 0,
        }
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        let close = instrument.price_f64(bar.close);
        self.bars = self.bars.saturating_add(1);
        let cycle = self.oscillator.update(close).map(|cycle| 100.0 * cycle);
        let fit = self.correlation.update(close).map(|fit| 100.0 * fit);
        let before = std::mem::replace(&mut self.before, cycle);
        let (Some(cycle), Some(fit), Some(before)) = (cycle, fit, before) else {
            return Technical::not_ready();
        };
        if self.bars < WARM_UP {
            return Technical::not_ready();
        }
        let crossed = cycle * before <= 0.0;
        let leave = crossed.then(|| Text::new(b"the cycle is in its middle"));
        let seen = Technical::seeing([
            Reason::new(ReasonCode::Cycle, cycle as f32),
            Reason::new(ReasonCode::Trend, fit as f32),
        ]);
        Technical { opinion: self.opinion(before, cycle, fit), leave, ..seen }
    }

    fn opinion(&self, before: f64, cycle: f64, fit: f64) -> Option<Opinion> {
        let CycleReversionConfig { entry_percent, trend_percent_max, .. } = self.config;
        if fit.abs() > trend_percent_max {
            return None;
        }
        // Twice the threshold is as sure as can be.
        let confidence = 50.0 * before.abs() / entry_percent;
        if before <= -entry_percent && cycle > before {
            Some(Opinion::new(Side::Buy, confidence, b"the cycle turns up from a trough"))
        } else if before >= entry_percent && cycle < before {
            Some(Opinion::new(Side::Sell, confidence, b"the cycle turns down from a crest"))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Path, instrument, sides};

    const CONFIG: CycleReversionConfig = CycleReversionConfig {
        high_pass_period: 48.0,
        low_pass_period: 8.0,
        correlation_length: 24,
        entry_percent: 90.0,
        trend_percent_max: 80.0,
    };

    fn strategy() -> CycleReversion {
        assert_eq!(CONFIG.check(), Ok(()));
        CycleReversion::new(CONFIG)
    }

    #[test]
    fn it_buys_troughs_and_sells_crests_of_a_cycle() {
        let (mut strategy, instrument) = (strategy(), instrument());
        let bars: Vec<Bar> = Path::cycle(24.0, 120.0).bars(600).collect();
        let middle = bars.iter().map(|bar| bar.close.0).sum::<i64>() / bars.len() as i64;
        let (mut right, mut wrong) = (0, 0);
        for bar in &bars {
            if let Some(opinion) = strategy.on_bar(&instrument, bar).opinion {
                let below = bar.close.0 < middle;
                *(if below == (opinion.side == Side::Buy) { &mut right } else { &mut wrong }) += 1;
            }
        }
        assert!(right >= 20 && wrong <= right / 4, "{right} {wrong}");
    }

    #[test]
    fn it_leaves_a_trend_alone() {
        let (mut strategy, instrument) = (strategy(), instrument());
        let trend = Path::trend(20.0).bars(600);
        let (buys, sells) = sides(trend.map(|bar| strategy.on_bar(&instrument, &bar)));
        assert!(buys + sells <= 20, "{buys} {sells}");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let noise = CycleReversionConfig { low_pass_period: 60.0, ..CONFIG };
        let said = noise.check().expect_err("above").to_string();
        assert_eq!(said, "low_pass_period must be below high_pass_period");
    }
}
