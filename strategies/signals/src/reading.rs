//! What a model's answer says about the market, or about a trade.

use gannet_models::{LabelKind, Manifest, OutputKind};
use gannet_types::{Lean, ModelAnswer};

/// What a model advises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Advice {
    /// The market goes up, or down.
    Market(Lean),
    /// A trade gains, or loses; which way it goes the model does not know.
    Trade(Lean),
}

/// How the numbers of an answer are read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Reading {
    /// The probabilities of down and up.
    DownUp,
    /// The probabilities of down, neither and up.
    DownFlatUp,
    /// The probabilities that a trade loses and wins.
    LossWin,
    /// A return in percent; this much is as sure as can be.
    Market {
        /// In percent, positive.
        full_percent: f32,
    },
    /// A trade's profit in percent; this much is as sure as can be.
    Trade {
        /// In percent, positive.
        full_percent: f32,
    },
}

impl Reading {
    /// Reads what a manifest says of its output. Of a value, `full_percent` counts as sure.
    ///
    /// # Errors
    /// Which classes are not understood.
    pub fn of(manifest: &Manifest, full_percent: f32) -> Result<Self, String> {
        let outcome = manifest.label.kind == LabelKind::Outcome;
        if manifest.output.kind == OutputKind::Value {
            return Ok(if outcome {
                Self::Trade { full_percent }
            } else {
                Self::Market { full_percent }
            });
        }
        let classes: Vec<&str> = manifest.output.classes.iter().map(String::as_str).collect();
        match &classes[..] {
            ["down", "up"] => Ok(Self::DownUp),
            ["down", "flat", "up"] => Ok(Self::DownFlatUp),
            ["loss", "win"] => Ok(Self::LossWin),
            other => Err(format!(
                "its classes are {other:?}; what can be traded on is down and up, down, flat and up, \
                 or loss and win"
            )),
        }
    }

    /// Returns how many numbers an answer has.
    #[must_use]
    pub const fn numbers(self) -> usize {
        match self {
            Self::DownUp | Self::LossWin => 2,
            Self::DownFlatUp => 3,
            Self::Market { .. } | Self::Trade { .. } => 1,
        }
    }

    /// Returns whether it is about the market and not about trades.
    #[must_use]
    pub const fn knows_side(self) -> bool {
        !matches!(self, Self::LossWin | Self::Trade { .. })
    }

    /// Reads an answer; `None` if it has another number of numbers.
    ///
    /// Hot: no allocation.
    #[must_use]
    pub fn advice(self, answer: &ModelAnswer) -> Option<Advice> {
        let mut numbers = [0.0; gannet_types::ANSWER_MAX];
        if answer.numbers().len() != self.numbers() {
            return None;
        }
        for (slot, number) in numbers.iter_mut().zip(answer.numbers()) {
            *slot = number;
        }
        let [first, second, third] = numbers;
        Some(match self {
            Self::DownUp => Advice::Market(Lean::of(second - first)),
            Self::DownFlatUp => Advice::Market(Lean::of(third - first)),
            Self::LossWin => Advice::Trade(Lean::of(second - first)),
            Self::Market { full_percent } => Advice::Market(Lean::of(first / full_percent)),
            Self::Trade { full_percent } => Advice::Trade(Lean::of(first / full_percent)),
        })
    }
}

impl Advice {
    /// Returns how far it leans.
    #[must_use]
    pub const fn lean(self) -> Lean {
        match self {
            Self::Market(lean) | Self::Trade(lean) => lean,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_the_manifest_says() {
        let answer = |numbers: &[f32]| ModelAnswer::new(numbers).expect("an answer");
        let cases = [
            (Reading::DownUp, &[0.25, 0.75][..], Some(Advice::Market(Lean(5_000)))),
            (Reading::DownFlatUp, &[0.5, 0.25, 0.25], Some(Advice::Market(Lean(-2_500)))),
            (Reading::LossWin, &[0.4, 0.6], Some(Advice::Trade(Lean(2_000)))),
            (Reading::Market { full_percent: 0.5 }, &[-0.125], Some(Advice::Market(Lean(-2_500)))),
            (Reading::Trade { full_percent: 0.5 }, &[2.0], Some(Advice::Trade(Lean::MAX))),
            (Reading::DownUp, &[0.5], None),
            (Reading::Market { full_percent: 1.0 }, &[0.5, 0.5], None),
        ];
        for (reading, numbers, advice) in cases {
            assert_eq!(reading.advice(&answer(numbers)), advice, "{reading:?} of {numbers:?}");
        }
    }
}
