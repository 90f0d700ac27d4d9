//! Functions of one number and operations on two, over whole slices.
//!
//! Hot: called per layer; every arm is a loop without a branch.

use crate::math;

/// A function of one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Function {
    Relu,
    LeakyRelu { slope: f32 },
    ThresholdedRelu { threshold: f32 },
    Elu { alpha: f32 },
    Selu { alpha: f32, gamma: f32 },
    Celu { alpha: f32 },
    Sigmoid,
    HardSigmoid { slope: f32, offset: f32 },
    HardSwish,
    Swish { alpha: f32 },
    Mish,
    Tanh,
    Gelu,
    GeluTanh,
    Softplus,
    Softsign,
    Exp,
    Ln,
    Sqrt,
    Reciprocal,
    Abs,
    Neg,
    Erf,
    Floor,
    Ceil,
    Round,
    Truncate,
    Sign,
    IsNan,
    NotZero,
    IsZero,
    Clip { low: f32, high: f32 },
    Probit,
    Logistic,
}

/// An operation on two numbers. Comparisons give 1 or 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Add,
    Sub,
    Mul,
    Div,
    Min,
    Max,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Equal,
    And,
    Or,
    Xor,
    /// The left number, times the right one if it is negative.
    PRelu,
    /// The left number, or the right one if it is missing.
    Impute,
}

impl Function {
    #[inline(always)]
    pub(super) fn apply(self, input: &[f32], out: &mut [f32]) {
        use std::f32::consts::FRAC_1_SQRT_2;
        let exp_m1 = |x: f32| math::exp(x) - 1.0;
        match self {
            Self::Relu => map(input, out, |x| if x < 0.0 { 0.0 } else { x }),
            Self::LeakyRelu { slope } => map(input, out, |x| if x < 0.0 { slope * x } else { x }),
            Self::ThresholdedRelu { threshold } => {
                map(input, out, |x| if x <= threshold { 0.0 } else { x });
            }
            Self::Elu { alpha } => {
                map(input, out, |x| if x < 0.0 { alpha * exp_m1(x) } else { x });
            }
            Self::Selu { alpha, gamma } => {
                map(input, out, |x| gamma * if x <= 0.0 { alpha * exp_m1(x) } else { x });
            }
            Self::Celu { alpha } => {
                map(input, out, |x| if x < 0.0 { alpha * exp_m1(x / alpha) } else { x });
            }
            Self::Sigmoid => map(input, out, math::sigmoid),
            Self::HardSigmoid { slope, offset } => {
                map(input, out, |x| clip(slope * x + offset, 0.0, 1.0));
            }
            Self::HardSwish => map(input, out, |x| x * clip(x / 6.0 + 0.5, 0.0, 1.0)),
            Self::Swish { alpha } => map(input, out, |x| x * math::sigmoid(alpha * x)),
            Self::Mish => map(input, out, |x| x * math::tanh(math::softplus(x))),
            Self::Tanh => map(input, out, math::tanh),
            Self::Gelu => map(input, out, |x| 0.5 * x * (1.0 + math::erf(x * FRAC_1_SQRT_2))),
            Self::GeluTanh => map(input, out, |x| {
                0.5 * x * (1.0 + math::tanh(0.797_884_6 * (x + 0.044_715 * x * x * x)))
            }),
            Self::Softplus => map(input, out, math::softplus),
            Self::Softsign => map(input, out, |x| x / (1.0 + x.abs())),
            Self::Exp => map(input, out, math::exp),
            Self::Ln => map(input, out, math::ln),
            Self::Sqrt => map(input, out, f32::sqrt),
            Self::Reciprocal => map(input, out, |x| 1.0 / x),
            Self::Abs => map(input, out, f32::abs),
            Self::Neg => map(input, out, |x| -x),
            Self::Erf => map(input, out, math::erf),
            Self::Floor => map(input, out, f32::floor),
            Self::Ceil => map(input, out, f32::ceil),
            Self::Round => map(input, out, f32::round_ties_even),
            Self::Truncate => map(input, out, f32::trunc),
            Self::Sign => map(input, out, |x| f32::from(i8::from(x > 0.0) - i8::from(x < 0.0))),
            Self::IsNan => map(input, out, |x| truth(x.is_nan())),
            Self::NotZero => map(input, out, |x| truth(x != 0.0)),
            Self::IsZero => map(input, out, |x| truth(x == 0.0)),
            Self::Clip { low, high } => map(input, out, |x| clip(x, low, high)),
            Self::Probit => map(input, out, crate::tree::probit),
            Self::Logistic => map(input, out, crate::tree::logistic),
        }
    }
}

impl Operation {
    #[inline(always)]
    pub(super) fn apply(self, left: &[f32], right: &[f32], out: &mut [f32]) {
        match self {
            Self::Add => zip(left, right, out, |x, y| x + y),
            Self::Sub => zip(left, right, out, |x, y| x - y),
            Self::Mul => zip(left, right, out, |x, y| x * y),
            Self::Div => zip(left, right, out, |x, y| x / y),
            // What is missing on either side stays missing.
            Self::Min => zip(left, right, out, |x, y| if x < y || x.is_nan() { x } else { y }),
            Self::Max => zip(left, right, out, |x, y| if x > y || x.is_nan() { x } else { y }),
            Self::Less => zip(left, right, out, |x, y| truth(x < y)),
            Self::LessOrEqual => zip(left, right, out, |x, y| truth(x <= y)),
            Self::Greater => zip(left, right, out, |x, y| truth(x > y)),
            Self::GreaterOrEqual => zip(left, right, out, |x, y| truth(x >= y)),
            Self::Equal => zip(left, right, out, |x, y| truth(x == y)),
            Self::And => zip(left, right, out, |x, y| truth((x != 0.0) & (y != 0.0))),
            Self::Or => zip(left, right, out, |x, y| truth((x != 0.0) | (y != 0.0))),
            Self::Xor => zip(left, right, out, |x, y| truth((x != 0.0) ^ (y != 0.0))),
            Self::PRelu => zip(left, right, out, |x, y| if x < 0.0 { x * y } else { x }),
            Self::Impute => zip(left, right, out, |x, y| if x.is_nan() { y } else { x }),
        }
    }
}

#[inline(always)]
fn map(input: &[f32], out: &mut [f32], function: impl Fn(f32) -> f32) {
    for (out, input) in out.iter_mut().zip(input) {
        *out = function(*input);
    }
}

#[inline(always)]
fn zip(left: &[f32], right: &[f32], out: &mut [f32], operation: impl Fn(f32, f32) -> f32) {
    for ((out, left), right) in out.iter_mut().zip(left).zip(right) {
        *out = operation(*left, *right);
    }
}

#[inline(always)]
fn clip(x: f32, low: f32, high: f32) -> f32 {
    let x = if x < low { low } else { x };
    if x > high { high } else { x }
}

#[inline(always)]
fn truth(holds: bool) -> f32 {
    f32::from(u8::from(holds))
}
