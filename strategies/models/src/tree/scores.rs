//! From the numbers at the leaves to the result: aggregate, base values, classes, post-transform.
//!
//! The rules for two classes are what onnxruntime 1.32 does, since the format's text leaves them open:
//! the tests compare every combination.

use super::transform::Transform;

/// How the leaves become the result.
#[derive(Clone, Debug)]
pub(crate) struct Finish {
    pub(crate) aggregate: Aggregate,
    pub(crate) base: Vec<f32>,
    pub(crate) transform: Transform,
    pub(crate) role: Role,
    pub(crate) tree_count: usize,
}

/// How the trees' numbers are joined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum,
    Average,
    Min,
    Max,
}

/// What the numbers mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Regressor,
    Classifier {
        /// There are two classes and the leaves vote for one of them only.
        one_sided: bool,
        /// No leaf has a negative weight.
        all_positive: bool,
    },
}

/// What the trees say about one target, before the finish.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Score {
    pub(crate) value: f32,
    /// Whether any leaf said anything.
    pub(crate) said: bool,
}

/// How a lone number becomes two, for two classes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Second {
    /// It does not.
    Absent,
    /// The number is the probability of the second class.
    Complement,
    /// The number is a margin in favour of the second class.
    Margin,
}

impl Finish {
    /// Turns scores into the result, in place of `out`; returns the index of the winning class
    /// (0 for a regressor).
    ///
    /// Hot: no allocation. Cost: a few exponentials.
    ///
    /// # Panics
    /// If `out` and `scores` differ in length.
    pub(crate) fn finish(&self, scores: &mut [Score], out: &mut [f32]) -> usize {
        assert_eq!(scores.len(), out.len(), "one number for each target");
        match self.role {
            Role::Regressor => {
                self.regress(scores, out);
                0
            }
            Role::Classifier { one_sided, all_positive } => {
                self.classify(scores, out, one_sided, all_positive)
            }
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "as onnxruntime divides")]
    fn regress(&self, scores: &[Score], out: &mut [f32]) {
        let based = self.base.len() == out.len();
        for (index, (out, score)) in out.iter_mut().zip(scores).enumerate() {
            let base = if based { self.base[index] } else { 0.0 };
            let value = match self.aggregate {
                Aggregate::Average => score.value / self.tree_count as f32,
                Aggregate::Sum => score.value,
                Aggregate::Min | Aggregate::Max => {
                    if score.said {
                        score.value
                    } else {
                        0.0
                    }
                }
            };
            *out = value + base;
        }
        if let [alone] = out {
            // A lone number is left as it is by every transform but this.
            if self.transform == Transform::Probit {
                *alone = super::transform::probit(*alone);
            }
        } else {
            self.transform.apply(out);
        }
    }

    fn classify(
        &self,
        scores: &mut [Score],
        out: &mut [f32],
        one_sided: bool,
        all_positive: bool,
    ) -> usize {
        if scores.len() > 2 {
            for (score, base) in scores.iter_mut().zip(&self.base) {
                *score = Score { value: score.value + base, said: true };
            }
            for (out, score) in out.iter_mut().zip(&*scores) {
                *out = score.value;
            }
            self.transform.apply(out);
            return winner(scores);
        }
        let count = self.two_classes(scores);
        let (label, second) = vote(&scores[..count], one_sided, all_positive, self.base.is_empty());
        for (out, score) in out.iter_mut().zip(&*scores) {
            *out = if score.said { score.value } else { 0.0 };
        }
        if count == 2 {
            self.transform.apply(out);
        } else {
            self.spread(out, second);
        }
        label
    }

    /// Adds the base values of one or two classes; returns how many of the scores count.
    fn two_classes(&self, scores: &mut [Score]) -> usize {
        let [first, second] = scores else {
            // A classifier with one class.
            scores[0].value += self.base.last().copied().unwrap_or(0.0);
            scores[0].said = true;
            return 1;
        };
        match self.base[..] {
            // Strange, but so it is: the first class' votes count for the second one.
            [_, base] if second.said => {
                second.value = base + first.value;
                first.value = -second.value;
                2
            }
            [base, _] => {
                first.value += base;
                2
            }
            [base] => {
                first.value += base;
                if second.said { 2 } else { 1 }
            }
            _ => {
                if second.said {
                    2
                } else {
                    1
                }
            }
        }
    }

    /// Makes two numbers of a lone one.
    fn spread(&self, out: &mut [f32], second: Second) {
        let alone = out[0];
        if self.transform == Transform::Probit {
            out[0] = super::transform::probit(alone);
            return;
        }
        let [out_first, out_second] = out else { return };
        let logistic = self.transform == Transform::Logistic;
        (*out_first, *out_second) = match second {
            Second::Absent => (alone, 0.0),
            Second::Complement | Second::Margin if logistic => {
                (super::transform::logistic(-alone), super::transform::logistic(alone))
            }
            Second::Complement => (1.0 - alone, alone),
            Second::Margin => (-alone, alone),
        };
    }
}

/// The class with the largest score among those that have one; the first of equals.
fn winner(scores: &[Score]) -> usize {
    let mut best: Option<(usize, f32)> = None;
    for (index, score) in scores.iter().enumerate().filter(|(_, score)| score.said) {
        if best.is_none_or(|(_, value)| score.value > value) {
            best = Some((index, score.value));
        }
    }
    best.map_or(0, |(index, _)| index)
}

/// Which of two classes wins, and what the lone number means.
fn vote(scores: &[Score], one_sided: bool, all_positive: bool, no_base: bool) -> (usize, Second) {
    let weight = match scores {
        [_, second] if second.said => second.value,
        [first, ..] => first.value,
        [] => 0.0,
    };
    let otherwise = if no_base { Second::Margin } else { Second::Absent };
    match (one_sided, all_positive) {
        (true, true) => (usize::from(weight > 0.5), Second::Complement),
        (true, false) => (usize::from(weight > 0.0), Second::Margin),
        (false, _) => (usize::from(weight > 0.0), otherwise),
    }
}
