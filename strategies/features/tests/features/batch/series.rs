//! Whole series of numbers, and what definitions are written with: windows as passes over their
//! samples, averages as sums of weights. Slow and plain on purpose; a number that is not there yet
//! is NaN.

/// What may come out either way: the sign of something that is nothing but rounding.
pub(super) const EITHER: f64 = f64::INFINITY;

pub(super) fn map(x: &[f64], f: impl Fn(f64) -> f64) -> Vec<f64> {
    x.iter().map(|&x| if x.is_nan() { x } else { f(x) }).collect()
}

pub(super) fn zip(x: &[f64], y: &[f64], f: impl Fn(f64, f64) -> f64) -> Vec<f64> {
    let pair = |(&x, &y): (&f64, &f64)| if x.is_nan() || y.is_nan() { f64::NAN } else { f(x, y) };
    x.iter().zip(y).map(pair).collect()
}

pub(super) fn add(x: &[f64], y: &[f64]) -> Vec<f64> {
    zip(x, y, |x, y| x + y)
}

pub(super) fn minus(x: &[f64], y: &[f64]) -> Vec<f64> {
    zip(x, y, |x, y| x - y)
}

pub(super) fn times(x: &[f64], factor: f64) -> Vec<f64> {
    map(x, |x| factor * x)
}

/// The series so many samples ago, and something else before that.
pub(super) fn lag_or(x: &[f64], lag: usize, before: f64) -> Vec<f64> {
    (0..x.len()).map(|at| if at < lag { before } else { x[at - lag] }).collect()
}

/// The series so many samples ago.
pub(super) fn lag(x: &[f64], lag: usize) -> Vec<f64> {
    lag_or(x, lag, f64::NAN)
}

/// Something of each window of `n` samples, the oldest first.
pub(super) fn rolling(x: &[f64], n: usize, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let window = |end: usize| {
        let window = &x[end.checked_sub(n)?..end];
        (!window.iter().any(|x| x.is_nan())).then(|| f(window))
    };
    (1..=x.len()).map(|end| window(end).unwrap_or(f64::NAN)).collect()
}

/// Something of each two windows of `n` samples.
pub(super) fn rolling_pair(
    x: &[f64],
    y: &[f64],
    n: usize,
    f: impl Fn(&[f64], &[f64]) -> f64,
) -> Vec<f64> {
    let places: Vec<f64> = (0..x.len()).map(|at| at as f64).collect();
    let found = |window: &[f64]| {
        let places = window[0] as usize..window[0] as usize + n;
        let (x, y) = (&x[places.clone()], &y[places]);
        if x.iter().chain(y).any(|each| each.is_nan()) { f64::NAN } else { f(x, y) }
    };
    rolling(&places, n, found)
}

pub(super) fn sum(x: &[f64], n: usize) -> Vec<f64> {
    rolling(x, n, |x| x.iter().sum())
}

pub(super) fn mean_of(x: &[f64]) -> f64 {
    x.iter().sum::<f64>() / x.len() as f64
}

pub(super) fn mean(x: &[f64], n: usize) -> Vec<f64> {
    rolling(x, n, mean_of)
}

pub(super) fn highest_of(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::NEG_INFINITY, f64::max)
}

pub(super) fn lowest_of(x: &[f64]) -> f64 {
    x.iter().copied().fold(f64::INFINITY, f64::min)
}

pub(super) fn highest(x: &[f64], n: usize) -> Vec<f64> {
    rolling(x, n, highest_of)
}

pub(super) fn lowest(x: &[f64], n: usize) -> Vec<f64> {
    rolling(x, n, lowest_of)
}

/// Whether all are the same number.
pub(super) fn is_still(x: &[f64]) -> bool {
    x.iter().all(|each| *each == x[0])
}

/// The mean square of the differences from the mean; nothing where nothing moves.
pub(super) fn variance_of(x: &[f64]) -> f64 {
    let mean = mean_of(x);
    if is_still(x) { 0.0 } else { mean_of(&map(x, |x| (x - mean) * (x - mean))) }
}

/// The mean product of the differences from the means.
pub(super) fn covariance_of(x: &[f64], y: &[f64]) -> f64 {
    let (mean_x, mean_y) = (mean_of(x), mean_of(y));
    if is_still(x) || is_still(y) {
        return 0.0;
    }
    mean_of(&zip(x, y, |x, y| (x - mean_x) * (y - mean_y)))
}

/// Pearson's correlation; 0 where a series has not moved.
pub(super) fn correlation_of(x: &[f64], y: &[f64]) -> f64 {
    let product = variance_of(x) * variance_of(y);
    if product > 0.0 { covariance_of(x, y) / product.sqrt() } else { 0.0 }
}

/// Slope over the samples and value at the newest of the line of least squares.
pub(super) fn line_of(x: &[f64]) -> (f64, f64) {
    let places: Vec<f64> = (0..x.len()).map(|at| at as f64).collect();
    let slope = covariance_of(&places, x) / variance_of(&places);
    (slope, mean_of(x) + slope * (x.len() as f64 - 1.0) / 2.0)
}

/// The weighted mean of each window, the weight of the oldest first.
pub(super) fn weighted(x: &[f64], weights: &[f64]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    rolling(x, weights.len(), |x| x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / total)
}

/// Where the series begins.
pub(super) fn first(x: &[f64]) -> usize {
    x.iter().position(|x| !x.is_nan()).unwrap_or(x.len())
}

/// An average that gives the newest sample a weight and keeps the rest of itself; at first it is
/// the mean of `n` samples. As the sum of all samples' weights, without a state.
pub(super) fn exponential(x: &[f64], weight: f64, n: usize) -> Vec<f64> {
    let (begin, kept) = (first(x), 1.0 - weight);
    let value = |at: usize| {
        let seeded = begin + n - 1;
        if at < seeded {
            return f64::NAN;
        }
        let mut power = 1.0;
        let mut total = 0.0;
        for sample in x[seeded + 1..=at].iter().rev() {
            total += weight * power * sample;
            power *= kept;
        }
        total + power * mean_of(&x[begin..=seeded])
    };
    (0..x.len()).map(value).collect()
}

/// The exponential average of `n` samples.
pub(super) fn ema(x: &[f64], n: usize) -> Vec<f64> {
    exponential(x, 2.0 / (n as f64 + 1.0), n)
}

/// Wilder's average of `n` samples.
pub(super) fn wilder(x: &[f64], n: usize) -> Vec<f64> {
    exponential(x, 1.0 / n as f64, n)
}

/// The sample's weight is its place.
pub(super) fn linear(x: &[f64], n: usize) -> Vec<f64> {
    weighted(x, &(1..=n).map(|weight| weight as f64).collect::<Vec<_>>())
}

/// 1 or −1 by the sign, either where the number is nothing beside `scale`.
pub(super) fn side(number: f64, scale: f64) -> f64 {
    if number == 0.0 && scale == 0.0 {
        0.0
    } else if number.abs() <= 1e-9 * scale.abs() {
        EITHER
    } else {
        number.signum()
    }
}

/// A quotient, and something else where there is nothing to divide by.
pub(super) fn ratio_or(x: f64, y: f64, otherwise: f64) -> f64 {
    if y == 0.0 { otherwise } else { x / y }
}

/// The last `n` samples at a place, the newest first; something else before the first.
pub(super) fn past(x: &[f64], at: usize, n: usize, before: f64) -> Vec<f64> {
    (0..n).map(|age| if age <= at { x[at - age] } else { before }).collect()
}

/// Something of the last `n` samples of each, the newest first.
pub(super) fn pasts(x: &[f64], n: usize, before: f64, f: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    (0..x.len()).map(|at| f(&past(x, at, n, before))).collect()
}

/// The sum of the last `n` terms, none before the first.
pub(super) fn total(x: &[f64], n: usize) -> Vec<f64> {
    pasts(x, n, 0.0, |x| x.iter().sum())
}

/// The weighted mean of the last samples, the weight of the newest first.
pub(super) fn weighing(x: &[f64], weights: &[f64], before: f64) -> Vec<f64> {
    let all: f64 = weights.iter().sum();
    pasts(x, weights.len(), before, |x| {
        x.iter().zip(weights).map(|(x, w)| x * w).sum::<f64>() / all
    })
}

/// Quotients; where there is none, the last one.
pub(super) fn held(x: &[f64], y: &[f64], start: f64) -> Vec<f64> {
    let mut last = start;
    let next = |(x, y): (&f64, &f64)| {
        let quotient = x / y;
        last = if quotient.is_finite() { quotient } else { last };
        last
    };
    x.iter().zip(y).map(next).collect()
}

/// Quotients; 0 where there is none.
pub(super) fn or_nothing(x: &[f64], y: &[f64]) -> Vec<f64> {
    zip(x, y, |x, y| if (x / y).is_finite() { x / y } else { 0.0 })
}

/// From sample to sample; nothing at the first.
pub(super) fn moves(x: &[f64]) -> Vec<f64> {
    minus(x, &lag_or(x, 1, x[0]))
}

/// Divided by its root mean square of `n` samples.
pub(super) fn by_rms(x: &[f64], n: usize) -> Vec<f64> {
    let squares = map(x, |x| x * x);
    or_nothing(x, &map(&total(&squares, n), |sum| (sum / n as f64).sqrt()))
}

/// Divided by its peak, which decays.
pub(super) fn by_peak(x: &[f64]) -> Vec<f64> {
    let peak = |at: usize| {
        let decayed = |age: usize| 0.991_f64.powi(age as i32) * x[at - age].abs();
        (0..=at).map(decayed).fold(0.0, f64::max)
    };
    (0..x.len()).map(|at| ratio_or(x[at], peak(at), 0.0)).collect()
}

/// Where the newest of `n` samples stands between the lowest and the highest, the last answer where
/// they are one.
pub(super) fn share_of_range(x: &[f64], n: usize, start: f64) -> Vec<f64> {
    let span = |f: &dyn Fn(f64, f64, f64) -> f64| {
        let each = |at: usize| {
            let window = &x[(at + 1).saturating_sub(n)..=at];
            f(x[at], lowest_of(window), highest_of(window))
        };
        (0..x.len()).map(each).collect::<Vec<_>>()
    };
    held(&span(&|x, low, _| x - low), &span(&|_, low, high| high - low), start)
}
