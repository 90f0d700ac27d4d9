//! Post-transforms of tree ensembles, as onnxruntime computes them.

use crate::math;

/// What happens to the scores at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transform {
    None,
    Softmax,
    Logistic,
    SoftmaxZero,
    Probit,
}

impl Transform {
    /// Returns the transform of that name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "NONE" => Self::None,
            "SOFTMAX" => Self::Softmax,
            "LOGISTIC" => Self::Logistic,
            "SOFTMAX_ZERO" => Self::SoftmaxZero,
            "PROBIT" => Self::Probit,
            _ => return None,
        })
    }

    /// Returns the transform with that number in version 5 of the operators, as onnxruntime numbers
    /// them; the format's text has 1 and 2 the other way round.
    pub(crate) const fn numbered(number: i64) -> Option<Self> {
        Some(match number {
            0 => Self::None,
            1 => Self::Logistic,
            2 => Self::Softmax,
            3 => Self::SoftmaxZero,
            4 => Self::Probit,
            _ => return None,
        })
    }

    /// Transforms two scores or more. Hot: no allocation.
    pub(crate) fn apply(self, scores: &mut [f32]) {
        match self {
            Self::None => {}
            Self::Softmax => softmax(scores),
            Self::Logistic => scores.iter_mut().for_each(|score| *score = logistic(*score)),
            Self::SoftmaxZero => softmax_zero(scores),
            Self::Probit => scores.iter_mut().for_each(|score| *score = probit(*score)),
        }
    }
}

/// The logistic function, computed on the side where nothing cancels.
pub(crate) fn logistic(value: f32) -> f32 {
    let upper = 1.0 / (1.0 + math::exp(-value.abs()));
    if value < 0.0 { 1.0 - upper } else { upper }
}

/// The inverse of the normal distribution's integral, by Winitzki's formula with a = 0.147.
///
/// Its difference of two nearly equal numbers shows the last bit of everything before, so each step
/// is the one that onnxruntime takes.
pub(crate) fn probit(value: f32) -> f32 {
    use std::f32::consts::{PI, SQRT_2};
    const A: f32 = 0.147;
    let x = 2.0 * value - 1.0;
    let sign = if x < 0.0 { -1.0 } else { 1.0 };
    let log = math::ln_nearest((1.0 - x) * (1.0 + x));
    let half = 2.0 / (PI * A) + 0.5 * log;
    let product = 1.0 / A * log;
    let inner = -half + (half * half - product).sqrt();
    SQRT_2 * (sign * inner.sqrt())
}

fn largest(scores: &[f32]) -> f32 {
    scores.iter().fold(f32::MIN, |most, &score| if score > most { score } else { most })
}

fn softmax(scores: &mut [f32]) {
    let most = largest(scores);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = math::exp(*score - most);
        sum += *score;
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}

/// Softmax in which a score of zero stays zero.
fn softmax_zero(scores: &mut [f32]) {
    const NEGLIGIBLE: f32 = 1e-7;
    let most = largest(scores);
    let shrunk = math::exp(-most);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        if score.abs() > NEGLIGIBLE {
            *score = math::exp(*score - most);
            sum += *score;
        } else {
            *score *= shrunk;
        }
    }
    scores.iter_mut().for_each(|score| *score /= sum);
}
