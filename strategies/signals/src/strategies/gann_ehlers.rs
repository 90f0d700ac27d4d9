//! Gann–Ehlers trend: Ehlers says that there is a trend, Gann that it is on time and has room.
//!
//! Up while the SuperSmoother rises and a straight line fits the last closes, the swing goes up at least
//! as steeply as Gann's 1x2 angle, and no level of the Square of 9 lies just ahead; down in the mirror
//! image. It gives a position up when the straight line no longer fits. Sources: see
//! [`trend`](crate::sources::trend) and [`angles`](crate::sources::angles).
//!
//! Unlike Harmonic, which knows a slope and the levels alone, it waits for the angle and leaves.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_types::{Bar, Instrument, Reason, ReasonCode, Side, Text};

use crate::opinion::{Opinion, Technical};
use crate::range::{OutOfRange, PERCENT, PERIODS, agrees, within};
use crate::sources::Ranges;
use crate::sources::angles::{Angles, AnglesConfig, AnglesSource};
use crate::sources::trend::{Trend, TrendConfig, TrendSource};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GannEhlersConfig {
    /// The trend.
    pub trend: TrendConfig,
    /// The angles.
    pub angles: AnglesConfig,
    /// Bars of the average true range.
    pub atr_period: u32,
    /// The least fit of a straight line, in percent, for an opinion.
    pub trend_percent_min: f64,
    /// Below this fit, in percent, a position is given up.
    pub leave_percent: f64,
}

impl GannEhlersConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        self.trend.check()?;
        self.angles.check()?;
        within("atr_period", self.atr_period, PERIODS)?;
        within("trend_percent_min", self.trend_percent_min, PERCENT)?;
        within("leave_percent", self.leave_percent, PERCENT)?;
        let below = self.leave_percent <= self.trend_percent_min;
        agrees("leave_percent", below, "at most trend_percent_min")
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct GannEhlers {
    config: GannEhlersConfig,
    ranges: Ranges,
    trend: TrendSource,
    angles: AnglesSource,
}

impl GannEhlers {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: GannEhlersConfig) -> Self {
        Self {
            config,
            ranges: Ranges::new(config.atr_period),
            trend: TrendSource::new(&config.trend),
            angles: AnglesSource::new(&config.angles),
        }
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        let closed = self.ranges.on_bar(instrument, bar);
        let (trend, angles) = (self.trend.on_bar(&closed), self.angles.on_bar(&closed));
        let (Some(trend), Some(angles)) = (trend, angles) else { return Technical::not_ready() };
        let fit = 100.0 * trend.correlation;
        let opinion = self.opinion(&trend, &angles);
        let over = fit.abs() < self.config.leave_percent;
        let leave = over.then(|| Text::new(b"the straight line fits no more"));
        let level = angles.level_ahead(fit.signum()).unwrap_or(0.0);
        let seen = Technical::seeing([
            Reason::new(ReasonCode::Trend, fit as f32),
            Reason::new(ReasonCode::Angle, (100.0 * angles.slope) as f32),
            Reason::new(ReasonCode::LevelAhead, (100.0 * level) as f32),
        ]);
        let mut reasons = seen.reasons;
        if level == 0.0 {
            reasons[2] = None;
        }
        Technical { opinion, leave, reasons, ..seen }
    }

    fn opinion(&self, trend: &Trend, angles: &Angles) -> Option<Opinion> {
        let (lean, angle) = (trend.lean(), angles.lean());
        let strong = 100.0 * lean.abs() >= self.config.trend_percent_min;
        let agreed = strong && lean * angle > 0.0;
        if !agreed || angles.level_ahead(lean.signum()).is_some() {
            return None;
        }
        let percent = 100.0 * lean.abs() * angle.abs();
        Some(if lean > 0.0 {
            Opinion::new(Side::Buy, percent, b"trend up, on its Gann angle")
        } else {
            Opinion::new(Side::Sell, percent, b"trend down, on its Gann angle")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Path, instrument, sides};

    const CONFIG: GannEhlersConfig = GannEhlersConfig {
        trend: TrendConfig { smoother_period: 8.0, correlation_length: 20 },
        angles: AnglesConfig {
            swing_percent: 1.0,
            scale_period: 10,
            scale_percent: 25.0,
            square_of_nine_degrees: 360.0,
        },
        atr_period: 10,
        trend_percent_min: 60.0,
        leave_percent: 30.0,
    };

    fn thoughts(path: Path) -> Vec<Technical> {
        assert_eq!(CONFIG.check(), Ok(()));
        let mut strategy = GannEhlers::new(CONFIG);
        let instrument = instrument();
        path.bars(400).map(|bar| strategy.on_bar(&instrument, &bar)).collect()
    }

    #[test]
    fn it_follows_a_steep_trend_and_not_a_cycle() {
        let (buys, sells) = sides(thoughts(Path::trend(8.0)).into_iter());
        assert!(buys > 30 && sells == 0, "{buys} {sells}");
        let (buys, sells) = sides(thoughts(Path::trend(-8.0)).into_iter());
        assert!(sells > 30 && buys == 0, "{buys} {sells}");
    }

    #[test]
    fn it_leaves_when_the_line_fits_no_more() {
        let cycling = thoughts(Path::cycle(24.0, 120.0));
        let leaves = cycling.iter().filter(|thought| thought.leave.is_some()).count();
        assert!(leaves > 40, "{leaves}");
        let rising = thoughts(Path::trend(8.0));
        let leaves = rising.iter().filter(|thought| thought.leave.is_some()).count();
        assert!(leaves < 40, "{leaves}");
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let never = GannEhlersConfig { leave_percent: 70.0, ..CONFIG };
        let said = never.check().expect_err("above").to_string();
        assert_eq!(said, "leave_percent must be at most trend_percent_min");
    }
}
