//! One model: what it claims, what it earned when it led, and how good its predictions were.

use gannet_types::{ModelHash, ModelRole, Nanos};

use super::curve::{Curve, Point};
use super::forecast::Scores;
use super::{Claim, Meaning};
use crate::statistics::{Moments, student_quantile};

/// A model.
#[derive(Clone, Debug)]
pub(super) struct Arm {
    pub(super) model: ModelHash,
    pub(super) id: String,
    pub(super) family: String,
    pub(super) meaning: Meaning,
    /// In bars; 0 if its predictions are not scored.
    pub(super) horizon: u32,
    pub(super) role: ModelRole,
    pub(super) predictions: u64,
    pub(super) led: u64,
    /// When it predicted last.
    pub(super) spoke: Nanos,
    /// Of its trips, in percent.
    pub(super) returns: Moments,
    pub(super) wins: u64,
    /// The sum of the returns.
    pub(super) equity: Curve,
    pub(super) forecast: Scores,
}

impl Arm {
    /// A model that has said nothing yet. Without a claim its answers are probabilities, and a return
    /// above zero is up.
    pub(super) fn new(model: ModelHash, claim: Option<Claim>, horizon: u32) -> Self {
        let unknown = || Claim {
            id: model.to_string(),
            family: String::new(),
            horizon_bars: 0,
            meaning: Meaning::Classes { threshold_percent: 0.0 },
        };
        let Claim { id, family, meaning, .. } = claim.unwrap_or_else(unknown);
        Self {
            model,
            id,
            family,
            meaning,
            horizon,
            role: ModelRole::Shadow,
            predictions: 0,
            led: 0,
            spoke: Nanos::ZERO,
            returns: Moments::default(),
            wins: 0,
            equity: Curve::default(),
            forecast: Scores::default(),
        }
    }

    /// Takes a trip that is over.
    pub(super) fn on_trip(&mut self, time: Nanos, return_percent: f64, level: f64) {
        self.returns.add(return_percent);
        self.wins += u64::from(return_percent > 0.0);
        let count = self.returns.count();
        // Of the sum of so many trips: Student's interval of the mean, times their number.
        let spread = self.returns.variance().map(|variance| (variance * count as f64).sqrt());
        let radius = spread
            .map_or(0.0, |spread| spread * student_quantile(1.0 - level / 2.0, (count - 1) as f64));
        self.equity.push(Point::new(time, count, self.returns.sum(), radius));
    }

    pub(super) fn on_correction(&mut self, was_percent: f64, now_percent: f64) {
        self.returns.replace(was_percent, now_percent);
        self.wins -= u64::from(was_percent > 0.0);
        self.wins += u64::from(now_percent > 0.0);
    }
}
