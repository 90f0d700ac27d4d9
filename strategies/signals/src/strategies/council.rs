//! Council: several schools of thought vote, each with a weight that an operator may change.
//!
//! Classical, Ehlers, Gann, candle patterns and planets lean up or down after each bar; their weights
//! are scaled by the regime, so that those who follow trends count where there is one. Opinions from
//! outside, such as a language model's, are a school of their own while there are any. What they say
//! together is the opinion, and each one's share is journaled with the decision. What a model says is
//! joined after them (`models.mode`), and single contrary sources may veto (`veto_*`).
//!
//! Source of the idea: forecast combination (J. M. Bates and C. W. J. Granger, "The Combination of
//! Forecasts", Operational Research Quarterly 20:4, 1969), with fixed weights.
//!
//! Hot: called when a bar has closed. No allocation.

use gannet_types::{Bar, ExternalOpinion, Instrument, Nanos, Reason, ReasonCode, School};

use crate::fusion::regime::{Regime, RegimeConfig};
use crate::fusion::weights::{Voices, WEIGHT_MAX, Weights};
use crate::opinion::Technical;
use crate::range::{OutOfRange, PERIODS, within};
use crate::sources::Ranges;
use crate::sources::angles::{AnglesConfig, AnglesSource};
use crate::sources::candles::{CandlesConfig, CandlesSource};
use crate::sources::classical::{ClassicalConfig, ClassicalSource};
use crate::sources::outside::Outside;
use crate::sources::planets::{PlanetsConfig, PlanetsSource};
use crate::sources::trend::{TrendConfig, TrendSource};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CouncilConfig {
    /// How much each school counts.
    pub weights: Weights,
    /// What the regime does to the weights.
    pub regime: RegimeConfig,
    /// Averages, momentum and strength.
    pub classical: ClassicalConfig,
    /// The trend of Ehlers.
    pub trend: TrendConfig,
    /// Gann's angles.
    pub angles: AnglesConfig,
    /// Candle patterns.
    pub candles: CandlesConfig,
    /// Lines of a planet.
    pub planets: PlanetsConfig,
    /// Bars of the average true range.
    pub atr_period: u32,
}

impl CouncilConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        for weight in self.weights.0 {
            within("weights", weight, 0..=WEIGHT_MAX)?;
        }
        self.regime.check()?;
        self.classical.check()?;
        self.trend.check()?;
        self.angles.check()?;
        self.candles.check()?;
        self.planets.check()?;
        within("atr_period", self.atr_period, PERIODS)
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Council {
    weights: Weights,
    regime: Regime,
    ranges: Ranges,
    classical: ClassicalSource,
    trend: TrendSource,
    angles: AnglesSource,
    candles: CandlesSource,
    planets: PlanetsSource,
    outside: Outside,
    voices: Voices,
}

impl Council {
    /// Builds it without any history.
    ///
    /// # Panics
    /// If the configuration is out of range.
    #[must_use]
    pub fn new(config: &CouncilConfig) -> Self {
        Self {
            weights: config.weights,
            regime: Regime::new(config.regime),
            ranges: Ranges::new(config.atr_period),
            classical: ClassicalSource::new(&config.classical),
            trend: TrendSource::new(&config.trend),
            angles: AnglesSource::new(&config.angles),
            candles: CandlesSource::new(&config.candles),
            planets: PlanetsSource::new(&config.planets),
            outside: Outside::new(),
            voices: Voices::default(),
        }
    }

    /// Returns what each school said of the last bar.
    #[must_use]
    pub const fn voices(&self) -> &Voices {
        &self.voices
    }

    /// Changes the weight of a school; `false` if it has none here, or the weight is too large.
    pub const fn set_weight(&mut self, school: School, weight: u16) -> bool {
        match school {
            School::Model => false,
            _ => self.weights.set(school, weight),
        }
    }

    /// Takes an opinion from outside; `false` if there is no room for it. It counts from the next bar
    /// on.
    pub fn on_opinion(&mut self, now: Nanos, opinion: &ExternalOpinion) -> bool {
        self.outside.hear(now, opinion)
    }

    /// Takes the time of the bar that comes next: opinions from outside are summed up.
    pub fn on_time(&mut self, now: Nanos) {
        self.outside.sum_up(now);
    }

    /// Takes a closed bar and says what it thinks.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Technical {
        let closed = self.ranges.on_bar(instrument, bar);
        self.regime.on_close(closed.candle.close);
        let classical = self.classical.on_bar(&closed);
        let trend = self.trend.on_bar(&closed);
        let angles = self.angles.on_bar(&closed);
        let patterns = self.candles.on_bar(&closed);
        let mut voices = Voices::default();
        // The places of planets are costly; who has no vote is not asked.
        if self.weights.of(School::Astro) > 0 {
            voices.say(School::Astro, self.planets.on_bar(&closed));
        }
        voices.say(School::Patterns, patterns);
        let (Some(classical), Some(trend), Some(angles)) = (classical, trend, angles) else {
            self.voices = Voices::default();
            return Technical::not_ready();
        };
        voices.say(School::Classical, classical.lean());
        voices.say(School::Ehlers, trend.lean());
        voices.say(School::Gann, angles.lean());
        let fitted = Reason::new(ReasonCode::Trend, (100.0 * trend.correlation) as f32);
        let angle = Reason::new(ReasonCode::Angle, (100.0 * angles.slope) as f32);
        let momentum = Reason::new(ReasonCode::Momentum, (100.0 * classical.momentum) as f32);
        let heard = self.outside.lean().filter(|_| self.weights.of(School::External) > 0);
        let (seen, weights) = match heard {
            Some(lean) => {
                voices.say_lean(School::External, lean);
                let told = Reason::new(ReasonCode::External, f32::from(lean) / 100.0);
                (Technical::seeing([told, fitted, angle]), self.weights)
            }
            None => {
                let weights = self.weights.without(School::External);
                (Technical::seeing([fitted, angle, momentum]), weights)
            }
        };
        self.voices = voices;
        let (opinion, schools) = voices.weigh(&weights, &self.regime.percent());
        Technical { opinion, schools, ..seen }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use gannet_features::astro::Body;
    use gannet_types::SCHOOLS;

    use super::*;
    use crate::testing::{Path, instrument, sides};

    pub(crate) fn config(weights: [u16; SCHOOLS]) -> CouncilConfig {
        CouncilConfig {
            weights: Weights(weights),
            regime: RegimeConfig { length: 20, trend_percent_min: 30, turn_percent_min: 30 },
            classical: ClassicalConfig {
                sma_fast: 5,
                sma_slow: 15,
                macd_fast: 6,
                macd_slow: 13,
                macd_signal: 5,
                rsi_period: 10,
            },
            trend: TrendConfig { smoother_period: 8.0, correlation_length: 20 },
            angles: AnglesConfig {
                swing_percent: 1.0,
                scale_period: 10,
                scale_percent: 25.0,
                square_of_nine_degrees: 45.0,
            },
            candles: CandlesConfig { memory_percent: 50.0 },
            planets: PlanetsConfig { body: Body::Sun, harmonic: 8 },
            atr_period: 10,
        }
    }

    fn thoughts(weights: [u16; SCHOOLS], path: Path) -> Vec<Technical> {
        let config = config(weights);
        assert_eq!(config.check(), Ok(()));
        let mut council = Council::new(&config);
        let instrument = instrument();
        path.bars(300).map(|bar| council.on_bar(&instrument, &bar)).collect()
    }

    #[test]
    fn together_they_follow_a_trend_and_each_has_its_share() {
        let heard = thoughts([1, 1, 1, 1, 0, 0, 0], Path::trend(8.0));
        let last = heard.last().expect("bars");
        assert!(last.schools.of(School::Ehlers) > 20, "{last:?}");
        assert!(last.schools.of(School::Classical) > 0, "{last:?}");
        assert_eq!(last.schools.of(School::Astro), 0);
        let (buys, sells) = sides(heard.into_iter());
        assert!(buys > 200 && sells < 20, "{buys} {sells}");
    }

    #[test]
    fn one_alone_is_the_whole_council() {
        for (school, path) in [(School::Ehlers, 8.0), (School::Gann, -8.0), (School::Astro, 3.0)] {
            let mut weights = [0; SCHOOLS];
            weights[school as usize] = 5;
            let heard = thoughts(weights, Path::trend(path));
            let spoken: Vec<_> = heard.iter().flat_map(|it| it.schools.spoken()).collect();
            assert!(spoken.len() > 50, "{school:?} {}", spoken.len());
            assert!(spoken.iter().all(|share| *share == (school, 100)), "{school:?}");
        }
    }

    #[test]
    fn an_opinion_from_outside_is_one_school_while_it_lasts() {
        let plain = thoughts([1, 1, 1, 1, 0, 0, 0], Path::trend(8.0));
        let unheard = thoughts([1, 1, 1, 1, 0, 100, 0], Path::trend(8.0));
        assert_eq!(plain, unheard, "nobody outside is no vote");
        let listening = Council::new(&config([1, 1, 1, 1, 0, 100, 0]));
        let deaf = Council::new(&config([1, 1, 1, 1, 0, 0, 0]));
        let instrument = instrument();
        let said = ExternalOpinion {
            strategy: gannet_types::StrategyId(0),
            instrument: instrument.id,
            source: gannet_types::Text::new(b"llm:news"),
            score: -90,
            confidence: 80,
            horizon: Nanos(1_000 * Nanos::SECOND.0),
            lifetime: Nanos(900 * Nanos::SECOND.0),
        };
        let after = |mut council: Council, seconds: u64| {
            assert!(council.on_opinion(Nanos::ZERO, &said));
            council.on_time(Nanos(seconds * Nanos::SECOND.0));
            let heard = Path::trend(8.0).bars(300).map(|bar| council.on_bar(&instrument, &bar));
            heard.last().expect("bars")
        };
        let last = after(listening.clone(), 500);
        assert_eq!(last.opinion.map(|opinion| opinion.side), Some(gannet_types::Side::Sell));
        assert!(last.schools.of(School::External) > 80, "{last:?}");
        assert_eq!(last.reasons[0], Some(Reason::new(ReasonCode::External, -36.0)));
        assert_eq!(Some(&after(listening, 900)), plain.last(), "it has ended");
        assert_eq!(Some(&after(deaf, 500)), plain.last(), "a weight of zero is deaf");
    }

    #[test]
    fn weights_may_change_and_must_be_in_range() {
        let mut council = Council::new(&config([1; SCHOOLS]));
        assert!(council.set_weight(School::Gann, 7));
        assert!(!council.set_weight(School::Gann, WEIGHT_MAX + 1));
        assert!(!council.set_weight(School::Model, 1));
        assert_eq!(council.weights.of(School::Gann), 7);
        let said = config([WEIGHT_MAX + 1; SCHOOLS]).check().expect_err("too large").to_string();
        assert_eq!(said, "weights must be 0 to 1000");
    }
}
