//! Intervals that hold at all times together, however often somebody looks.
//!
//! A difference of means that is known with the information `m / s²` (`m` pairs of deviation `s`)
//! moves like a Brownian motion at time `m`: for two samples of any sizes too, as long as the sizes do
//! not follow from the outcomes (Jennison and Turnbull, "Group Sequential Methods" (2000), 3.1; turns
//! follow from a hash). Robbins (1970) mixes the likelihood ratios of all differences by a normal
//! distribution; the mixture exceeds `1 / level` at any time with a probability of at most `level`.
//! What is not excluded so is the sequence (Howard, Ramdas, McAuliffe and Sekhon, "Time-uniform,
//! nonparametric, nonasymptotic confidence sequences" (2021), eq. 14; the test is the mSPRT of Johari,
//! Koomen, Pekelis and Walsh, "Peeking at A/B Tests" (2017)):
//!
//! ```text
//! | estimate − truth |  <  s / m · √( (m + λ) · ln( (m + λ) / (λ · level²) ) )
//! ```
//!
//! The deviation is estimated, so this holds in the limit only (Waudby-Smith, Arbour, Sinha, Kennedy
//! and Ramdas, "Time-uniform central limit theory and asymptotic confidence sequences" (2024), 2.2):
//! nothing is decided on fewer than [`OBSERVATIONS_MIN`] of each side. Simulations in the tests tell
//! what that is worth.

use super::{Moments, normal_quantile};

/// Nothing is decided on fewer observations of either side.
pub const OBSERVATIONS_MIN: u64 = 30;

/// How many pairs the sequence is narrowest for: two hundred trips of each arm is what a desk can
/// wait for. At a tenth or at ten times that it is a fifth wider than it could be.
const PAIRS_TUNED_FOR: f64 = 200.0;

/// A difference of two means, as far as it is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Difference {
    /// The estimate.
    pub estimate: f64,
    /// How many pairs of observations are worth as much.
    pub pairs: f64,
    /// The standard deviation of the difference of one pair.
    pub deviation: f64,
    /// How many observations the smaller side has.
    pub observations: u64,
}

impl Difference {
    /// The mean of `second` less that of `first`, of observations that have nothing to do with one
    /// another. `None` of fewer than two a side.
    #[must_use]
    pub fn of_two(first: &Moments, second: &Moments) -> Option<Self> {
        let (a, b) = (first.variance()?, second.variance()?);
        let (n, m) = (first.count() as f64, second.count() as f64);
        let spread = a / n + b / m;
        Some(Self {
            estimate: second.mean() - first.mean(),
            pairs: if spread > 0.0 { (a + b) / spread } else { n.min(m) },
            deviation: (a + b).sqrt(),
            observations: first.count().min(second.count()),
        })
    }

    /// The mean of differences of pairs. `None` of fewer than two.
    #[must_use]
    pub fn of_pairs(differences: &Moments) -> Option<Self> {
        Some(Self {
            estimate: differences.mean(),
            pairs: differences.count() as f64,
            deviation: differences.variance()?.sqrt(),
            observations: differences.count(),
        })
    }
}

/// A confidence sequence at a level: what is false at any time with at most that probability.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sequence {
    level: f64,
    /// The precision of the mixture, in pairs.
    lambda: f64,
}

impl Sequence {
    /// Makes the sequence of a level.
    ///
    /// # Panics
    /// If the level is not between 0 and 1.
    #[must_use]
    pub fn new(level: f64) -> Self {
        assert!(level > 0.0 && level < 1.0, "a level between 0 and 1");
        // Waudby-Smith et al. (2024), appendix B.2: the precision that is best for a number of pairs.
        let twice = -2.0 * level.ln();
        Self { level, lambda: PAIRS_TUNED_FOR / (twice + (1.0 + twice).ln()) }
    }

    /// Returns how far from the truth the estimate may be.
    #[must_use]
    pub fn radius(&self, difference: &Difference) -> f64 {
        difference.deviation * self.unit_radius(difference.pairs)
    }

    /// The radius of a difference whose pairs have deviation 1.
    fn unit_radius(&self, pairs: f64) -> f64 {
        let whole = pairs + self.lambda;
        (whole * (whole / (self.lambda * self.level * self.level)).ln()).sqrt() / pairs
    }

    /// Returns the probability, at any time together, of so much evidence against equal means if they
    /// are equal: one over the mixture of likelihood ratios.
    #[must_use]
    pub fn p_value(&self, difference: &Difference) -> f64 {
        if difference.deviation <= 0.0 {
            return if difference.estimate == 0.0 { 1.0 } else { 0.0 };
        }
        let whole = difference.pairs + self.lambda;
        let score = difference.pairs * difference.estimate / difference.deviation;
        let ratio = 0.5 * (self.lambda / whole).ln() + score * score / (2.0 * whole);
        (-ratio).exp().min(1.0)
    }

    /// Returns the smallest difference that would be found by now with a probability of `power`: at
    /// least, for it may be found before.
    #[must_use]
    pub fn detectable(&self, difference: &Difference, power: f64) -> f64 {
        difference.deviation * self.unit_detectable(difference.pairs, power)
    }

    /// Returns how many pairs find a difference of `worth` with a probability of `power`. `None` if
    /// that is beyond a thousand million.
    #[must_use]
    pub fn pairs_needed(&self, deviation: f64, worth: f64, power: f64) -> Option<u64> {
        let finds = |pairs: u64| deviation * self.unit_detectable(pairs as f64, power) <= worth;
        let (mut low, mut high) = (0, PAIRS_MAX);
        if !finds(high) {
            return None;
        }
        while high - low > 1 {
            let middle = u64::midpoint(low, high);
            if finds(middle) { high = middle } else { low = middle }
        }
        Some(high)
    }

    fn unit_detectable(&self, pairs: f64, power: f64) -> f64 {
        self.unit_radius(pairs) + normal_quantile(power) / pairs.sqrt()
    }
}

/// More than anybody waits for.
const PAIRS_MAX: u64 = 1_000_000_000;
