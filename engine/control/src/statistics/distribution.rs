//! Quantiles of the normal distribution and of Student's.
//!
//! Both are found by halving an interval on the distribution's own function: not fast, which nobody
//! needs here, and right to more digits than anybody reads.

/// Returns the `probability` quantile of the standard normal distribution.
///
/// # Panics
/// If the probability is not between 0 and 1.
#[must_use]
pub fn normal_quantile(probability: f64) -> f64 {
    quantile(probability, normal_above)
}

/// Returns the `probability` quantile of Student's distribution with so many degrees of freedom.
///
/// # Panics
/// If the probability is not between 0 and 1, or the degrees are not positive.
#[must_use]
pub fn student_quantile(probability: f64, degrees: f64) -> f64 {
    assert!(degrees > 0.0, "degrees of freedom are positive");
    if degrees > DEGREES_MAX {
        let z = normal_quantile(probability);
        let first = (z.powi(3) + z) / 4.0;
        let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
        return z + first / degrees + second / (degrees * degrees);
    }
    quantile(probability, |at| student_above(at, degrees))
}

/// Beyond these two terms of the expansion about the normal quantile (Abramowitz and Stegun 26.7.5)
/// are right to fifteen digits, and the continued fraction is not.
const DEGREES_MAX: f64 = 1e5;

/// Finds where the part above is what is left of `probability`.
fn quantile(probability: f64, above: impl Fn(f64) -> f64) -> f64 {
    assert!(probability > 0.0 && probability < 1.0, "a probability between 0 and 1");
    if probability < 0.5 {
        return -quantile(1.0 - probability, above);
    }
    let rest = 1.0 - probability;
    let (mut low, mut high) = (0.0, 1.0);
    while above(high) > rest && high < 1e300 {
        (low, high) = (high, high * 2.0);
    }
    for _ in 0..HALVINGS {
        let middle = low + (high - low) / 2.0;
        if above(middle) > rest { low = middle } else { high = middle }
    }
    low + (high - low) / 2.0
}

/// As many as halve any interval found to its last bit.
const HALVINGS: usize = 80;

/// The part of the normal distribution above `at`, which is not negative.
///
/// Below 3 the series of Abramowitz and Stegun (1964), 26.2.11, beyond it their continued fraction
/// 26.2.14 from its end.
fn normal_above(at: f64) -> f64 {
    let density = (-0.5 * at * at).exp() / std::f64::consts::TAU.sqrt();
    if at < 3.0 {
        let (mut term, mut sum, mut odd) = (at, at, 1.0);
        for _ in 0..200 {
            odd += 2.0;
            term *= at * at / odd;
            sum += term;
        }
        return 0.5 - density * sum;
    }
    density / (1..=200).rev().fold(at, |rest, step| at + f64::from(step) / rest)
}

/// The part of Student's distribution above `at`, which is not negative: half the regularised
/// incomplete beta function (Abramowitz and Stegun 26.7.1).
fn student_above(at: f64, degrees: f64) -> f64 {
    0.5 * incomplete_beta(degrees / 2.0, 0.5, degrees / (degrees + at * at))
}

/// The regularised incomplete beta function by its continued fraction (Abramowitz and Stegun 26.5.8),
/// evaluated as Lentz (1976) does.
fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 || x >= 1.0 {
        return x.clamp(0.0, 1.0);
    }
    // The fraction converges fast below its middle; the other half follows by symmetry.
    if x > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - incomplete_beta(b, a, 1.0 - x);
    }
    let front = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (-x).ln_1p();
    front.exp() * beta_fraction(a, b, x) / a
}

fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let away = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for step in 1..=STEPS_MAX {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        let mut change = 1.0;
        for factor in [even, odd] {
            d = 1.0 / away(1.0 + factor * d);
            c = away(1.0 + factor / c);
            change = d * c;
            value *= change;
        }
        if (change - 1.0_f64).abs() < 1e-15 {
            break;
        }
    }
    value
}

/// The fraction needs about the square root of its larger parameter: 224 at the most here.
const STEPS_MAX: u32 = 1_000;

/// The logarithm of the gamma function of a positive number: Stirling's series (Abramowitz and
/// Stegun 6.1.40) from 10 on, and below it by the recurrence.
fn ln_gamma(at: f64) -> f64 {
    let (mut x, mut product) = (at, 1.0_f64);
    while x < 10.0 {
        product *= x;
        x += 1.0;
    }
    let y = 1.0 / (x * x);
    let series = [1.0 / 156.0, -691.0 / 360_360.0, 1.0 / 1_188.0, -1.0 / 1_680.0, 1.0 / 1_260.0]
        .into_iter()
        .chain([-1.0 / 360.0, 1.0 / 12.0])
        .fold(0.0, |sum, term| sum * y + term);
    (x - 0.5) * x.ln() - x + 0.5 * std::f64::consts::TAU.ln() + series / x - product.ln()
}
