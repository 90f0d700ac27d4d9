//! Hybrid technical: averages, convergence and strength must say the same, and the market must move.
//!
//! The idea is the common one of technical trading systems (Perry Kaufman, "Trading Systems and
//! Methods", 5th edition 2013, chapters 8 and 9): trend by averages, timing by momentum, no purchase of
//! what is overbought and no sale of what is oversold, nothing in a market without range. A model's
//! advice scales its confidence (`models.mode = "boost"`).
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_types::{Bar, Instrument, Reason, ReasonCode, Side};

use crate::opinion::{Opinion, Technical};
use crate::range::{OutOfRange, PERCENT, PERIODS, agrees, within};
use crate::sources::Ranges;
use crate::sources::classical::{Classical, ClassicalConfig, ClassicalSource};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HybridConfig {
    /// The indicators.
    pub classical: ClassicalConfig,
    /// Bars of the average true range.
    pub atr_period: u32,
    /// The least that all say together, in percent, for an opinion.
    pub lean_percent_min: f64,
    /// From this strength on nothing is bought.
    pub rsi_overbought: f64,
    /// Up to this strength nothing is sold.
    pub rsi_oversold: f64,
    /// The least average true range, in percent of the price.
    pub range_percent_min: f64,
}

impl HybridConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        self.classical.check()?;
        within("atr_period", self.atr_period, PERIODS)?;
        within("lean_percent_min", self.lean_percent_min, PERCENT)?;
        within("rsi_overbought", self.rsi_overbought, PERCENT)?;
        within("rsi_oversold", self.rsi_oversold, PERCENT)?;
        agrees("rsi_oversold", self.rsi_oversold < self.rsi_overbought, "below rsi_overbought")?;
        within("range_percent_min", self.range_percent_min, PERCENT)
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Hybrid {
    config: HybridConfig,
    ranges: Ranges,
    source: ClassicalSource,
}

impl Hybrid {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: HybridConfig) -> Self {
        let source = ClassicalSource::new(&config.classical);
        Self { config, ranges: Ranges::new(config.atr_period), source }
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        let closed = self.ranges.on_bar(instrument, bar);
        let seen = self.source.on_bar(&closed);
        let (Some(seen), Some(range)) = (seen, closed.range) else {
            return Technical::not_ready();
        };
        let moves = 100.0 * range >= self.config.range_percent_min * closed.candle.close;
        let opinion = self.opinion(&seen).filter(|_| moves);
        Technical { opinion, ..told(&seen) }
    }

    fn opinion(&self, seen: &Classical) -> Option<Opinion> {
        let percent = 100.0 * seen.lean();
        let HybridConfig { lean_percent_min, rsi_overbought, rsi_oversold, .. } = self.config;
        let (up, down) = (seen.trend > 0.0 && seen.momentum > 0.0, seen.trend < 0.0);
        if up && percent >= lean_percent_min && seen.strength < rsi_overbought {
            Some(Opinion::new(Side::Buy, percent, b"averages and momentum rise"))
        } else if down
            && seen.momentum < 0.0
            && -percent >= lean_percent_min
            && seen.strength > rsi_oversold
        {
            Some(Opinion::new(Side::Sell, -percent, b"averages and momentum fall"))
        } else {
            None
        }
    }
}

/// What was seen, without an opinion.
fn told(seen: &Classical) -> Technical {
    Technical::seeing([
        Reason::new(ReasonCode::AboveAverage, (100.0 * seen.trend) as f32),
        Reason::new(ReasonCode::Momentum, (100.0 * seen.momentum) as f32),
        Reason::new(ReasonCode::Strength, seen.strength as f32),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Path, instrument, sides};

    const CONFIG: HybridConfig = HybridConfig {
        classical: ClassicalConfig {
            sma_fast: 5,
            sma_slow: 15,
            macd_fast: 6,
            macd_slow: 13,
            macd_signal: 5,
            rsi_period: 10,
        },
        atr_period: 10,
        lean_percent_min: 10.0,
        rsi_overbought: 80.0,
        rsi_oversold: 20.0,
        range_percent_min: 0.0,
    };

    fn thought(config: HybridConfig, path: Path) -> (usize, usize) {
        assert_eq!(config.check(), Ok(()));
        let mut hybrid = Hybrid::new(config);
        let instrument = instrument();
        sides(path.bars(400).map(|bar| hybrid.on_bar(&instrument, &bar)))
    }

    #[test]
    fn it_buys_what_rises_and_sells_what_falls() {
        let (buys, sells) = thought(CONFIG, Path::trend(3.0));
        assert!(buys > 30 && sells < buys / 4, "{buys} {sells}");
        let (buys, sells) = thought(CONFIG, Path::trend(-3.0));
        assert!(sells > 30 && buys < sells / 4, "{buys} {sells}");
    }

    #[test]
    fn the_overbought_is_not_bought_and_a_still_market_is_left_alone() {
        let wary = HybridConfig { rsi_overbought: 40.0, rsi_oversold: 20.0, ..CONFIG };
        let (buys, _) = thought(wary, Path::trend(3.0));
        let (all, _) = thought(CONFIG, Path::trend(3.0));
        assert!(buys < all / 2, "{buys} of {all}");
        let still = HybridConfig { range_percent_min: 50.0, ..CONFIG };
        assert_eq!(thought(still, Path::trend(3.0)), (0, 0));
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let crossed = HybridConfig { rsi_oversold: 90.0, ..CONFIG };
        let said = crossed.check().expect_err("crossed").to_string();
        assert_eq!(said, "rsi_oversold must be below rsi_overbought");
        let mut slow = CONFIG;
        slow.classical.sma_fast = 20;
        assert_eq!(slow.check().expect_err("slow").to_string(), "sma_fast must be below sma_slow");
    }
}
