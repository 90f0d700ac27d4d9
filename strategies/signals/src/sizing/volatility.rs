//! The share of the equity that fluctuates as much as was chosen.
//!
//! Source: the exponentially weighted variance of J. P. Morgan, "RiskMetrics Technical Document" (4th
//! edition, 1996), section 5.2, on simple returns; the size as in Alan Moreira and Tyler Muir,
//! "Volatility-Managed Portfolios", Journal of Finance 72:4 (2017), with a cap.
//!
//! Floats with correctly rounded operations only (+ - * / and roots), rounded down to millionths at once.

use gannet_types::Ticks;

use super::MILLION;
use crate::range::{OutOfRange, PERIODS, within};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VolatilityConfig {
    /// How much the equity shall fluctuate, in percent a year.
    pub target_percent: f64,
    /// Bars of the average of squared returns.
    pub period: u32,
    /// How many of the bars there are in a year.
    pub bars_per_year: f64,
    /// The most that may be traded, in percent of the equity.
    pub leverage_percent_max: u32,
}

impl VolatilityConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        within("volatility_percent", self.target_percent, 0.01..=1_000.0)?;
        within("volatility_period", self.period, PERIODS)?;
        within("bars_per_year", self.bars_per_year, 1.0..=1e9)?;
        within("leverage_percent", self.leverage_percent_max, 1..=12_500)
    }

    /// Returns the value of a position in millionths of the equity; `None` before the volatility is
    /// known.
    #[must_use]
    pub fn share_ppm(&self, meter: &VolatilityMeter) -> Option<i128> {
        let yearly = 100.0 * (meter.variance()? * self.bars_per_year).sqrt();
        let most = i128::from(self.leverage_percent_max) * (MILLION / 100);
        // A market that stands still would be bought without end: the cap is what remains.
        let share = MILLION as f64 * self.target_percent / yearly;
        Some(if share < most as f64 { share as i128 } else { most })
    }
}

/// Measures how much a price fluctuates.
#[derive(Clone, Debug)]
pub struct VolatilityMeter {
    period: u32,
    /// The weight of the newest squared return.
    weight: f64,
    close: Option<Ticks>,
    variance: f64,
    returns: u32,
}

impl VolatilityMeter {
    /// Measures over so many bars.
    #[must_use]
    pub fn new(period: u32) -> Self {
        let weight = 2.0 / (f64::from(period) + 1.0);
        Self { period, weight, close: None, variance: 0.0, returns: 0 }
    }

    /// Takes the close of a bar.
    pub fn on_close(&mut self, close: Ticks) {
        let Some(before) = self.close.replace(close).filter(|before| *before > Ticks::ZERO) else {
            return;
        };
        let change = (close - before).0 as f64 / before.0 as f64;
        self.returns = self.returns.saturating_add(1);
        // A plain mean until there are as many as it looks back, so that the first does not rule.
        let weight =
            if self.returns < self.period { 1.0 / f64::from(self.returns) } else { self.weight };
        self.variance += weight * (change * change - self.variance);
    }

    /// Returns the mean of squared returns, `None` before there are as many as it looks back.
    #[must_use]
    pub fn variance(&self) -> Option<f64> {
        (self.returns >= self.period).then_some(self.variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: VolatilityConfig = VolatilityConfig {
        target_percent: 20.0,
        period: 10,
        bars_per_year: 365.0,
        leverage_percent_max: 300,
    };

    #[test]
    fn twice_the_fluctuation_is_half_the_size() {
        assert_eq!(CONFIG.check(), Ok(()));
        let share = |step: i64| {
            let mut meter = VolatilityMeter::new(CONFIG.period);
            for bar in 0..40 {
                meter.on_close(Ticks(100_000 + if bar % 2 == 0 { step } else { -step }));
            }
            CONFIG.share_ppm(&meter).expect("known")
        };
        // Returns of 2 %: 38.2 % a year.
        let (calm, wild) = (share(1_000), share(2_000));
        assert!((500_000..550_000).contains(&calm), "{calm}");
        assert!((calm / 2).abs_diff(wild) < 2_000, "{calm} {wild}");
    }

    #[test]
    fn a_market_that_stands_still_gets_the_cap_and_an_unknown_one_nothing() {
        let mut meter = VolatilityMeter::new(CONFIG.period);
        assert_eq!(CONFIG.share_ppm(&meter), None);
        for _ in 0..11 {
            meter.on_close(Ticks(500));
        }
        assert_eq!(CONFIG.share_ppm(&meter), Some(3_000_000));
    }
}
