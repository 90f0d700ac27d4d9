//! Two models: what is known of the difference between them, and since when it is decided.

use gannet_types::{ModelHash, Nanos};

use super::curve::{Curve, Point};
use super::forecast::Score;
use crate::statistics::{Difference, Moments, OBSERVATIONS_MIN, Sequence};

/// Two models, the one with the smaller name first.
#[derive(Clone, Debug)]
pub(super) struct Pair {
    pub(super) first: ModelHash,
    pub(super) second: ModelHash,
    /// Of the returns of trips, the second's less the first's.
    pub(super) traded: Test,
    pub(super) forecast: Paired,
}

/// Finds the pair of two models, or makes it.
pub(super) fn of(pairs: &mut Vec<Pair>, one: ModelHash, other: ModelHash) -> &mut Pair {
    let (first, second) = (one.min(other), one.max(other));
    let place = pairs.iter().position(|pair| (pair.first, pair.second) == (first, second));
    let place = place.unwrap_or_else(|| {
        let (traded, forecast) = (Test::default(), Paired::default());
        pairs.push(Pair { first, second, traded, forecast });
        pairs.len() - 1
    });
    &mut pairs[place]
}

impl Pair {
    /// Takes the returns of both after one has had another trip.
    pub(super) fn on_returns(
        &mut self,
        time: Nanos,
        first: &Moments,
        second: &Moments,
        sequence: &Sequence,
        worth: f64,
    ) {
        if let Some(difference) = Difference::of_two(first, second) {
            let count = first.count() + second.count();
            self.traded.update(time, count, &difference, sequence, worth);
        }
    }
}

/// Predictions of both on the same frames. Differences are what the second has less of: of scores
/// that are better when they are smaller.
#[derive(Clone, Debug, Default)]
pub(super) struct Paired {
    pub(super) brier: Moments,
    pub(super) log_loss: Moments,
    /// The second's hits less the first's.
    pub(super) hits: Moments,
    /// The second's gain less the first's, in percent.
    pub(super) gain_percent: Moments,
    /// Of Brier's scores.
    pub(super) test: Test,
}

impl Paired {
    pub(super) fn add(
        &mut self,
        time: Nanos,
        first: &Score,
        second: &Score,
        sequence: &Sequence,
        worth: f64,
    ) {
        let number = |hit: bool| f64::from(u8::from(hit));
        self.hits.add(number(second.hit) - number(first.hit));
        self.gain_percent.add(second.gain_percent - first.gain_percent);
        if let (Some(one), Some(other)) = (first.log_loss, second.log_loss) {
            self.log_loss.add(one - other);
        }
        if let (Some(one), Some(other)) = (first.brier, second.brier) {
            self.brier.add(one - other);
            if let Some(difference) = Difference::of_pairs(&self.brier) {
                self.test.update(time, self.brier.count(), &difference, sequence, worth);
            }
        }
    }
}

/// What a test says, of the second of two against the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    KeepGoing,
    SecondBetter,
    FirstBetter,
    NoDifference,
}

impl Verdict {
    /// The same from the other side.
    pub(super) const fn mirrored(self) -> Self {
        match self {
            Self::SecondBetter => Self::FirstBetter,
            Self::FirstBetter => Self::SecondBetter,
            Self::KeepGoing | Self::NoDifference => self,
        }
    }
}

/// A sequential test that has run so far.
#[derive(Clone, Debug)]
pub(super) struct Test {
    pub(super) newest: Option<Difference>,
    /// The smallest at any time.
    pub(super) p_value: f64,
    /// What was decided first, and the point at which it was.
    pub(super) decided: Option<(Verdict, Point)>,
    pub(super) history: Curve,
}

impl Default for Test {
    fn default() -> Self {
        Self { newest: None, p_value: 1.0, decided: None, history: Curve::default() }
    }
}

impl Test {
    /// Looks at the difference once more.
    pub(super) fn update(
        &mut self,
        time: Nanos,
        count: u64,
        difference: &Difference,
        sequence: &Sequence,
        worth: f64,
    ) {
        self.newest = Some(*difference);
        if difference.observations < OBSERVATIONS_MIN {
            return;
        }
        self.p_value = self.p_value.min(sequence.p_value(difference));
        let radius = sequence.radius(difference);
        let point = Point::new(time, count, difference.estimate, radius);
        self.history.push(point);
        if self.decided.is_none() {
            let verdict = verdict(&point, worth);
            self.decided = (verdict != Verdict::KeepGoing).then_some((verdict, point));
        }
    }

    pub(super) fn verdict(&self) -> Verdict {
        self.decided.map_or(Verdict::KeepGoing, |(verdict, _)| verdict)
    }
}

/// Worth nothing comes first: a difference that is there, but smaller than that, changes nothing.
fn verdict(point: &Point, worth: f64) -> Verdict {
    if point.low > -worth && point.high < worth {
        Verdict::NoDifference
    } else if point.low > 0.0 {
        Verdict::SecondBetter
    } else if point.high < 0.0 {
        Verdict::FirstBetter
    } else {
        Verdict::KeepGoing
    }
}
