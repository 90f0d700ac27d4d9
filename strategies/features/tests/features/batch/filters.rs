//! Ehlers' recursive filters as what they are: sums of all samples, weighted by the answer to an
//! impulse.

use std::f64::consts::{FRAC_1_SQRT_2, PI, SQRT_2, TAU};

/// The constants of the listings, or the exact ones.
#[derive(Clone, Copy)]
pub(super) struct Constants {
    pub(super) root_two: f64,
    root_three: f64,
    root_half: f64,
    pi: f64,
}

impl Constants {
    #[expect(clippy::approx_constant, reason = "as printed")]
    pub(super) fn of(argument: f64) -> Self {
        if argument == 0.0 {
            Self { root_two: 1.414, root_three: 1.738, root_half: 0.707, pi: 3.14159 }
        } else {
            let root_three = 3.0_f64.sqrt();
            Self { root_two: SQRT_2, root_three, root_half: FRAC_1_SQRT_2, pi: PI }
        }
    }
}

/// Coefficients of a difference equation: y = b₀x + b₁x₁ + … + a₁y₁ + a₂y₂ + …
#[derive(Clone)]
pub(super) struct Filter {
    pub(super) b: Vec<f64>,
    pub(super) a: Vec<f64>,
}

impl Filter {
    pub(super) fn new(b: &[f64], a: &[f64]) -> Self {
        Self { b: b.to_vec(), a: a.to_vec() }
    }

    /// What it answers to a constant 1.
    fn steady(&self) -> f64 {
        let total = self.b.iter().sum::<f64>();
        // High-pass filters cancel to the last digits.
        if total.abs() < 1e-12 { 0.0 } else { total / (1.0 - self.a.iter().sum::<f64>()) }
    }

    fn impulse(&self, count: usize) -> Vec<f64> {
        let mut answer: Vec<f64> = Vec::with_capacity(count);
        for at in 0..count {
            let fed = self.b.get(at).copied().unwrap_or(0.0);
            let back = self.a.iter().zip(answer.iter().rev()).map(|(a, y)| a * y);
            answer.push(fed + back.sum::<f64>());
        }
        answer
    }

    /// Filters a series that stood at its first value for ever before.
    pub(super) fn over(&self, x: &[f64]) -> Vec<f64> {
        let (answer, rest) = (self.impulse(x.len()), self.steady() * x[0]);
        let value = |at: usize| {
            let moved = x[..=at].iter().rev().zip(&answer).map(|(x_k, h)| h * (x_k - x[0]));
            rest + moved.sum::<f64>()
        };
        (0..x.len()).map(value).collect()
    }

    /// Filters a series that begins with these outputs, sample by sample.
    pub(super) fn after(&self, x: &[f64], begin: &[f64]) -> Vec<f64> {
        let mut y: Vec<f64> = begin[..begin.len().min(x.len())].to_vec();
        for at in y.len()..x.len() {
            let fed = self.b.iter().enumerate().map(|(k, b)| b * x[at.saturating_sub(k)]);
            let back = self.a.iter().enumerate().map(|(k, a)| a * y[at - 1 - k]);
            y.push(fed.chain(back).sum());
        }
        y
    }

    /// What is left of the series.
    pub(super) fn complement(&self) -> Self {
        let at = |b: &[f64], k: usize| b.get(k).copied().unwrap_or(0.0);
        let left = |k: usize| {
            let own = if k == 0 { 1.0 } else { -at(&self.a, k - 1) };
            own - at(&self.b, k)
        };
        Self { b: (0..=self.a.len()).map(left).collect(), a: self.a.clone() }
    }
}

pub(super) fn alpha(scale: f64, period: f64) -> f64 {
    let angle = TAU * scale / period;
    (angle.cos() + angle.sin() - 1.0) / angle.cos()
}

/// Two poles of Butterworth's circle.
fn poles(period: f64, c: Constants) -> [f64; 2] {
    let radius = (-c.root_two * c.pi / period).exp();
    [2.0 * radius * (c.root_two * 180.0 / period).to_radians().cos(), -radius * radius]
}

pub(super) fn average(alpha: f64) -> Filter {
    Filter::new(&[alpha], &[1.0 - alpha])
}

pub(super) fn super_smoother(period: f64, c: Constants) -> Filter {
    let a = poles(period, c);
    let gain = (1.0 - a[0] - a[1]) / 2.0;
    Filter::new(&[gain, gain], &a)
}

pub(super) fn super_smoother_2004(period: f64, c: Constants) -> Filter {
    let a = poles(period, c);
    Filter::new(&[1.0 - a[0] - a[1]], &a)
}

pub(super) fn butterworth(period: f64, c: Constants) -> Filter {
    let a = poles(period, c);
    let gain = (1.0 - a[0] - a[1]) / 4.0;
    Filter::new(&[gain, 2.0 * gain, gain], &a)
}

pub(super) fn high_pass_1(period: f64) -> Filter {
    let alpha = alpha(1.0, period);
    Filter::new(&[1.0 - alpha / 2.0, alpha / 2.0 - 1.0], &[1.0 - alpha])
}

/// Two equal poles at 1 − `alpha`, two zeros at 1.
pub(super) fn twice_high(alpha: f64) -> Filter {
    let gain = (1.0 - alpha / 2.0).powi(2);
    Filter::new(&[gain, -2.0 * gain, gain], &[2.0 - 2.0 * alpha, -(1.0 - alpha).powi(2)])
}

pub(super) fn high_pass(period: f64, c: Constants) -> Filter {
    twice_high(alpha(c.root_half, period))
}

pub(super) fn high_pass_2020(period: f64, c: Constants) -> Filter {
    let a = poles(period, c);
    let gain = (1.0 + a[0] - a[1]) / 4.0;
    Filter::new(&[gain, -2.0 * gain, gain], &a)
}

pub(super) fn ultimate(period: f64, c: Constants) -> Filter {
    high_pass_2020(period, c).complement()
}

pub(super) fn band_pass(period: f64, bandwidth: f64) -> Filter {
    let gamma = 1.0 / (TAU * bandwidth / period).cos();
    let radius = gamma - (gamma * gamma - 1.0).sqrt();
    let gain = (1.0 - radius) / 2.0;
    Filter::new(&[gain, 0.0, -gain], &[(TAU / period).cos() * (1.0 + radius), -radius])
}

/// Three poles, with the zeros that `shape` makes.
pub(super) fn three_poles(period: f64, c: Constants, shape: &[f64]) -> Filter {
    let radius = (-c.pi / period).exp();
    let (b, c) =
        (2.0 * radius * (c.root_three * 180.0 / period).to_radians().cos(), radius * radius);
    let a = [b + c, -(c + b * c), c * c];
    let gain = 1.0 - a.iter().sum::<f64>();
    Filter::new(&shape.iter().map(|share| share * gain).collect::<Vec<_>>(), &a)
}

pub(super) fn roofed(x: &[f64], high: f64, low: f64, c: Constants) -> Vec<f64> {
    super_smoother(low, c).over(&high_pass(high, c).over(x))
}

/// Hann's window of `n` samples.
pub(super) fn hann(n: usize) -> Vec<f64> {
    (1..=n).map(|k| 1.0 - (TAU * k as f64 / (n as f64 + 1.0)).cos()).collect()
}
