//! The comparison as plain data: the shape of `/api/experiment` and of `gannet experiment --json`.
//!
//! Returns and gains are in percent, rates from 0 to 1. Differences are the other model's less the
//! champion's, turned so that more is better.

use serde::Serialize;

use super::arm::Arm;
pub use super::curve::Point;
use super::forecast::Tally;
use super::pair::{Pair, Test, Verdict};
use super::{Comparison, Options};
use crate::projections::words;
use crate::statistics::{Difference, Interval, Moments, OBSERVATIONS_MIN, Sequence};

/// How models compare.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ComparisonView {
    /// The probability of a false verdict, for each pair, however often somebody looks.
    pub level: f64,
    /// The probability with which a test that lasts as long as is told finds what it should.
    pub power: f64,
    /// Nothing is decided on fewer observations of either side.
    pub observations_min: u64,
    /// A smaller difference of mean returns is not worth anything, in percent a trip.
    pub worth_percent: f64,
    /// A smaller difference of mean Brier scores is not worth anything.
    pub worth_brier: f64,
    /// The model that the others are compared with; `None` before a champion has spoken.
    pub champion: Option<String>,
    /// The models, the champion first, then in the order in which they first spoke.
    pub arms: Vec<ArmView>,
    /// The others against the champion, in the same order.
    pub comparisons: Vec<PairView>,
    /// Round trips that no model led.
    pub trips_without_model: u64,
    /// Positions that are open: their trips do not count yet.
    pub trips_open: u64,
    /// Predictions about another frame than the newest, which are not scored.
    pub predictions_unmatched: u64,
}

/// A model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ArmView {
    /// Its name in the journal.
    pub model: String,
    /// Its name for people.
    pub id: String,
    /// Its kind.
    pub family: String,
    /// What it was there for when it spoke last.
    pub role: &'static str,
    /// How many times it predicted.
    pub predictions: u64,
    /// How many times it was its turn.
    pub led: u64,
    /// Its round trips.
    pub traded: TradedView,
    /// Its predictions, whoever led; `None` if the market cannot tell whether they were right.
    pub forecast: Option<ForecastView>,
}

/// Round trips of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TradedView {
    /// How many, with those that gained.
    pub trips: u64,
    /// How many gained after fees.
    pub wins: u64,
    /// Which part that is; Wilson's interval.
    pub win_rate: Interval,
    /// The mean return; Student's interval.
    pub return_percent: Interval,
    /// The standard deviation of one return.
    pub deviation_percent: Option<f64>,
    /// The sum of the returns.
    pub total_percent: f64,
    /// The sum over time; the band is Student's interval of the mean, times the trips until then.
    pub equity: Vec<Point>,
}

/// Predictions of a model against the market.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ForecastView {
    /// So many bars later.
    pub horizon_bars: u32,
    /// Every frame that is that old.
    pub frames: u64,
    /// How often it was right, over every frame.
    pub hit_rate_all: Option<f64>,
    /// Brier's score over every frame, summed over the classes as `gannet-train` does.
    pub brier_all: Option<f64>,
    /// The log loss over every frame.
    pub log_loss_all: Option<f64>,
    /// How often it was right, over frames whose labels do not overlap; Wilson's interval.
    pub hit_rate: Interval,
    /// Brier's score over those; Student's interval.
    pub brier: Interval,
    /// The log loss over those; Student's interval.
    pub log_loss: Interval,
    /// What the market did in the direction it leaned to, over those, before any cost.
    pub gain_percent: Interval,
}

/// A model against the champion.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairView {
    /// Its name for people.
    pub id: String,
    /// Its name in the journal.
    pub model: String,
    /// The champion's name for people.
    pub champion: String,
    /// Mean return of its trips less that of the champion's, in percent.
    pub traded: TestView,
    /// The mean difference for somebody who looks once; Welch's interval.
    pub return_percent: Interval,
    /// Brier's scores on the same frames: the champion's less its own.
    pub forecast: TestView,
    /// The mean of that for somebody who looks once; Student's interval.
    pub brier_saved: Interval,
    /// The same of log losses.
    pub log_loss_saved: Interval,
    /// How much more often it was right on the same frames.
    pub hit_rate_more: Interval,
    /// How much more the market did in the direction it leaned to, in percent.
    pub gain_percent_more: Interval,
}

/// A sequential test.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TestView {
    /// `keep going`, `challenger better`, `champion better` or `no difference worth N`.
    pub verdict: String,
    /// When that was decided: the first time that it could be.
    pub decided: Option<Point>,
    /// How many observations the smaller side has.
    pub observations: u64,
    /// The estimate; `None` of too few observations.
    pub estimate: Option<f64>,
    /// The confidence sequence: it holds at all times together.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// The probability of as much evidence at any time if there were no difference.
    pub p_value: f64,
    /// The smallest difference that is found by now with the power.
    pub detectable: Option<f64>,
    /// How many pairs find a difference that is just worth it with the power.
    pub pairs_needed: Option<u64>,
    /// The confidence sequence over time, from the fewest observations on.
    pub sequence: Vec<Point>,
}

impl Comparison {
    /// Returns what is known now.
    ///
    /// Cost: some 100 µs with every curve full; for the control thread.
    #[must_use]
    pub fn view(&self) -> ComparisonView {
        let options = &self.options;
        let champion = self.arms.iter().find(|arm| Some(arm.model) == self.champion);
        let others = || self.arms.iter().filter(|arm| Some(arm.model) != self.champion);
        let compared = champion.map(|champion| {
            let view = |other| show_pair(champion, other, self.pair(champion, other), self);
            others().map(view).collect()
        });
        ComparisonView {
            level: options.level,
            power: POWER,
            observations_min: OBSERVATIONS_MIN,
            worth_percent: options.worth_percent,
            worth_brier: options.worth_brier,
            champion: champion.map(|arm| arm.id.clone()),
            arms: champion.into_iter().chain(others()).map(|arm| show_arm(arm, options)).collect(),
            comparisons: compared.unwrap_or_default(),
            trips_without_model: self.unled,
            trips_open: self.trips.open().count() as u64,
            predictions_unmatched: self.unmatched,
        }
    }

    fn pair(&self, one: &Arm, other: &Arm) -> Option<&Pair> {
        let (first, second) = (one.model.min(other.model), one.model.max(other.model));
        self.pairs.iter().find(|pair| (pair.first, pair.second) == (first, second))
    }
}

fn show_arm(arm: &Arm, options: &Options) -> ArmView {
    let (returns, level) = (&arm.returns, options.level);
    let tally = &arm.forecast.apart;
    let forecast = (arm.forecast.all.count > 0).then(|| ForecastView {
        horizon_bars: arm.horizon,
        frames: arm.forecast.all.count,
        hit_rate_all: Some(arm.forecast.all.hits as f64 / arm.forecast.all.count as f64),
        brier_all: mean(&arm.forecast.all, |tally| &tally.brier),
        log_loss_all: mean(&arm.forecast.all, |tally| &tally.log_loss),
        hit_rate: Interval::of_rate(tally.hits, tally.count, level),
        brier: Interval::of_mean(&tally.brier, level),
        log_loss: Interval::of_mean(&tally.log_loss, level),
        gain_percent: Interval::of_mean(&tally.gain_percent, level),
    });
    ArmView {
        model: arm.model.to_string(),
        id: arm.id.clone(),
        family: arm.family.clone(),
        role: words::model_role(arm.role),
        predictions: arm.predictions,
        led: arm.led,
        traded: TradedView {
            trips: returns.count(),
            wins: arm.wins,
            win_rate: Interval::of_rate(arm.wins, returns.count(), level),
            return_percent: Interval::of_mean(returns, level),
            deviation_percent: returns.variance().map(f64::sqrt),
            total_percent: returns.sum(),
            equity: arm.equity.points(),
        },
        forecast,
    }
}

fn mean(tally: &Tally, of: impl Fn(&Tally) -> &Moments) -> Option<f64> {
    let moments = of(tally);
    (moments.count() > 0).then(|| moments.mean())
}

fn show_pair(champion: &Arm, other: &Arm, pair: Option<&Pair>, from: &Comparison) -> PairView {
    let (options, sequence) = (&from.options, &from.sequence);
    // A pair is sorted by names; what is shown is from the champion's side.
    let is_mirrored = other.model < champion.model;
    let test = |test: Option<&Test>, newest: Option<Difference>, worth: f64| {
        show_test(test.unwrap_or(&Test::default()), newest, is_mirrored, sequence, worth)
    };
    let forecast = pair.map(|pair| &pair.forecast);
    let interval = |moments: Option<&Moments>| {
        let interval = Interval::of_mean(&moments.copied().unwrap_or_default(), options.level);
        if is_mirrored { interval.mirrored() } else { interval }
    };
    PairView {
        id: other.id.clone(),
        model: other.model.to_string(),
        champion: champion.id.clone(),
        // Of the returns as they are: what a broker has corrected since counts too.
        traded: test(
            pair.map(|pair| &pair.traded),
            Difference::of_two(&champion.returns, &other.returns),
            options.worth_percent,
        ),
        return_percent: Interval::of_difference(&champion.returns, &other.returns, options.level),
        forecast: test(
            forecast.map(|forecast| &forecast.test),
            forecast.and_then(|it| it.test.newest).map(|newest| {
                let sign = if is_mirrored { -1.0 } else { 1.0 };
                Difference { estimate: sign * newest.estimate, ..newest }
            }),
            options.worth_brier,
        ),
        brier_saved: interval(forecast.map(|it| &it.brier)),
        log_loss_saved: interval(forecast.map(|it| &it.log_loss)),
        hit_rate_more: interval(forecast.map(|it| &it.hits)),
        gain_percent_more: interval(forecast.map(|it| &it.gain_percent)),
    }
}

fn show_test(
    test: &Test,
    newest: Option<Difference>,
    is_mirrored: bool,
    sequence: &Sequence,
    worth: f64,
) -> TestView {
    let turn = |point: Point| if is_mirrored { point.mirrored() } else { point };
    let verdict = if is_mirrored { test.verdict().mirrored() } else { test.verdict() };
    let radius = newest.map(|newest| sequence.radius(&newest));
    let end = |sign: f64| Some(newest?.estimate + sign * radius?);
    TestView {
        verdict: match verdict {
            Verdict::KeepGoing => "keep going".to_owned(),
            Verdict::SecondBetter => "challenger better".to_owned(),
            Verdict::FirstBetter => "champion better".to_owned(),
            Verdict::NoDifference => format!("no difference worth {worth}"),
        },
        decided: test.decided.map(|(_, point)| turn(point)),
        observations: newest.map_or(0, |newest| newest.observations),
        estimate: newest.map(|newest| newest.estimate),
        low: end(-1.0),
        high: end(1.0),
        p_value: test.p_value,
        detectable: newest.map(|newest| sequence.detectable(&newest, POWER)),
        pairs_needed: newest.and_then(|it| sequence.pairs_needed(it.deviation, worth, POWER)),
        sequence: test.history.points().into_iter().map(turn).collect(),
    }
}

/// Four times in five: what sizes of experiments are usually told for.
const POWER: f64 = 0.8;
