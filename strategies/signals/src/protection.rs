//! When a position is given up whatever is thought: its stop, its target, and its time.
//!
//! The stop is so many ticks from the average price, or a multiple of the average true range when the
//! position was decided on; rounded up, so that what is risked is never more than was said. It is
//! watched here and left with an order across the spread; a stop order at the venue is another matter.
//!
//! Hot: `watch` is called per market message. No allocation, no float.

use gannet_features::Indicator;
use gannet_features::ta::Atr;
use gannet_features::{Candle, HighLowClose};
use gannet_pipeline::strategy::View;
use gannet_types::{Bar, Instrument, Lots, Nanos, Notional, Side, Text, Ticks};

use crate::range::{OutOfRange, PERIODS, agrees, within};

/// How far away a stop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopRule {
    /// There is none.
    None,
    /// So many ticks.
    Ticks(Ticks),
    /// A multiple of the average true range.
    Range {
        /// Bars of the average.
        period: u32,
        /// In percent of the average.
        percent: u32,
    },
}

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProtectionConfig {
    /// How far away the stop is.
    pub stop: StopRule,
    /// How far away the target is, in percent of the stop's distance; zero for none.
    pub target_percent: u32,
    /// How long a position is held at most; zero for any time.
    pub horizon: Nanos,
}

impl ProtectionConfig {
    /// Nothing.
    pub const NONE: Self = Self { stop: StopRule::None, target_percent: 0, horizon: Nanos::ZERO };

    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        match self.stop {
            StopRule::None => {
                let no_target = self.target_percent == 0;
                agrees("target_percent", no_target, "0 without a stop: it is a share of it")?;
            }
            StopRule::Ticks(ticks) => agrees("stop_ticks", ticks > Ticks::ZERO, "positive")?,
            StopRule::Range { period, percent } => {
                within("stop_atr_period", period, PERIODS)?;
                within("stop_atr_percent", percent, 1..=100_000)?;
            }
        }
        within("target_percent", self.target_percent, 0..=100_000)
    }
}

/// Where a position on an opinion would end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ends {
    /// How far away the stop is, positive.
    pub stop: Ticks,
    /// How far away the target is; zero for none.
    pub target: Ticks,
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Protection {
    config: ProtectionConfig,
    atr: Option<Atr>,
    /// The average true range in ticks, positive.
    range_ticks: Option<f64>,
    ends: Option<Ends>,
    /// Since when there is a position.
    since: Option<Nanos>,
}

impl Protection {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: ProtectionConfig) -> Self {
        let atr = match config.stop {
            StopRule::Range { period, .. } => Some(Atr::new(period as usize)),
            StopRule::None | StopRule::Ticks(_) => None,
        };
        Self { config, atr, range_ticks: None, ends: None, since: None }
    }

    /// Takes a closed bar that is decided on.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) {
        if let Some(atr) = &mut self.atr {
            let Candle { high, low, close, .. } = Candle::of(instrument, bar);
            let range = atr.update(HighLowClose { high, low, close });
            self.range_ticks = range.map(|range| range / instrument.tick.as_f64());
        }
    }

    /// Returns where a position that is opened now would end; `None` without a stop, or before its
    /// distance is known.
    #[must_use]
    pub fn ends(&self) -> Option<Ends> {
        let stop = match self.config.stop {
            StopRule::None => return None,
            StopRule::Ticks(ticks) => ticks,
            StopRule::Range { percent, .. } => {
                let distance = self.range_ticks? * f64::from(percent) / 100.0;
                // A stop beyond any price is none; what is below a tick is one.
                Ticks(distance.ceil().clamp(1.0, DISTANCE_MAX) as i64)
            }
        };
        let target = stop.0.saturating_mul(i64::from(self.config.target_percent)) / 100;
        Some(Ends { stop, target: Ticks(target) })
    }

    /// Returns how long a position is held at most.
    #[must_use]
    pub const fn horizon(&self) -> Nanos {
        self.config.horizon
    }

    /// Guards the position that is opened now.
    pub const fn guard(&mut self, ends: Option<Ends>) {
        self.ends = ends;
    }

    /// Returns why the position should be given up at once, if it should.
    #[inline]
    #[must_use]
    pub fn watch(&mut self, view: &View<'_>) -> Option<Text<32>> {
        let lots = view.position.lots;
        if lots == Lots::ZERO {
            self.since = None;
            return None;
        }
        let since = *self.since.get_or_insert(view.now);
        let horizon = self.config.horizon;
        if horizon > Nanos::ZERO && view.now.since(since) >= horizon {
            return Some(Text::new(b"held as long as was meant"));
        }
        let ends = self.ends?;
        let exit = if lots > Lots::ZERO { view.top.bid } else { view.top.ask };
        if exit.lots == Lots::ZERO || !view.live {
            return None;
        }
        // Stops and targets are prices, so the gain is counted in ticks times lots.
        let basis = view.instrument.valuation().basis(view.position.cost, lots)?;
        let profit = Notional::of(exit.price, lots).0 - basis.0;
        let size = i128::from(lots.0).abs();
        if profit <= -size * i128::from(ends.stop.0) {
            return Some(Text::new(b"the stop is reached"));
        }
        let gained = ends.target > Ticks::ZERO && profit >= size * i128::from(ends.target.0);
        gained.then(|| Text::new(b"the target is reached"))
    }
}

impl Ends {
    /// Returns the prices of stop and target of a position that is opened at a price; zero for no
    /// target.
    #[must_use]
    pub fn prices(&self, side: Side, price: Ticks) -> (Ticks, Ticks) {
        let sign = if side == Side::Buy { 1 } else { -1 };
        let away = |distance: Ticks| Ticks(price.0.saturating_add(sign * distance.0));
        let target = if self.target > Ticks::ZERO { away(self.target) } else { Ticks::ZERO };
        (away(Ticks(-self.stop.0)), target)
    }
}

/// The largest distance of a stop, in ticks.
const DISTANCE_MAX: f64 = 1e12;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, Path, instrument};

    fn guarded(config: ProtectionConfig) -> Protection {
        assert_eq!(config.check(), Ok(()));
        let mut protection = Protection::new(config);
        let instrument = instrument();
        for bar in Path::trend(0.0).bars(50) {
            protection.on_bar(&instrument, &bar);
        }
        protection.guard(protection.ends());
        protection
    }

    const STOP: ProtectionConfig = ProtectionConfig {
        stop: StopRule::Ticks(Ticks(30)),
        target_percent: 200,
        horizon: Nanos::SECOND,
    };

    #[test]
    fn stop_target_and_time_end_a_position() {
        for sign in [1, -1] {
            let told = |bid: i64, millis: u64| {
                let mut protection = guarded(STOP);
                let mut desk = Desk::new(10_000, 10_000);
                desk.hold(4 * sign, 10_000);
                let before = protection.watch(&desk.view());
                assert_eq!(before, None);
                desk.now = desk.now.after(Nanos::from_millis(millis));
                desk.quote(10_000 + sign * bid, 10_000 + sign * bid);
                protection.watch(&desk.view()).map(|text| text.to_string())
            };
            assert_eq!(told(-29, 0), None);
            assert_eq!(told(-30, 0).as_deref(), Some("the stop is reached"));
            assert_eq!(told(59, 0), None);
            assert_eq!(told(60, 0).as_deref(), Some("the target is reached"));
            assert_eq!(told(0, 999), None);
            assert_eq!(told(0, 1_000).as_deref(), Some("held as long as was meant"));
        }
    }

    /// Where the price stands is what counts, not how many coins that is.
    #[test]
    fn stop_and_target_of_an_inverse_contract_are_prices() {
        for sign in [1, -1] {
            let told = |ticks: i64| {
                let mut protection = guarded(STOP);
                let mut desk = Desk::new(10_000, 10_000);
                let contract = gannet_types::Rate::ONE;
                desk.instrument.kind = gannet_types::InstrumentKind::Inverse { contract };
                desk.hold(7 * sign, 10_000);
                desk.quote(10_000 + sign * ticks, 10_000 + sign * ticks);
                protection.watch(&desk.view()).map(|text| text.to_string())
            };
            assert_eq!(told(-29), None);
            assert_eq!(told(-30).as_deref(), Some("the stop is reached"));
            assert_eq!(told(59), None);
            assert_eq!(told(60).as_deref(), Some("the target is reached"));
        }
    }

    #[test]
    fn a_stop_by_range_is_rounded_up_and_scales() {
        let rule = |percent| {
            let stop = StopRule::Range { period: 14, percent };
            guarded(ProtectionConfig { stop, ..ProtectionConfig::NONE }).ends().expect("known").stop
        };
        let (one, two) = (rule(100).0, rule(200).0);
        assert!((15..60).contains(&one), "{one}");
        assert!(two == 2 * one || two == 2 * one - 1, "{one} {two}");
        assert_eq!(rule(1), Ticks(1));
    }

    #[test]
    fn prices_lie_on_the_right_sides() {
        let ends = Ends { stop: Ticks(30), target: Ticks(60) };
        assert_eq!(ends.prices(Side::Buy, Ticks(1_000)), (Ticks(970), Ticks(1_060)));
        assert_eq!(ends.prices(Side::Sell, Ticks(1_000)), (Ticks(1_030), Ticks(940)));
        let no_target = Ends { target: Ticks::ZERO, ..ends };
        assert_eq!(no_target.prices(Side::Sell, Ticks(1_000)), (Ticks(1_030), Ticks::ZERO));
    }

    #[test]
    fn a_target_without_a_stop_is_refused() {
        let config = ProtectionConfig { target_percent: 100, ..ProtectionConfig::NONE };
        let said = config.check().expect_err("no stop").to_string();
        assert_eq!(said, "target_percent must be 0 without a stop: it is a share of it");
    }
}
