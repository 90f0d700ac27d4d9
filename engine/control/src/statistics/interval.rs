//! Intervals for somebody who looks once.

use serde::Serialize;

use super::{Moments, normal_quantile, student_quantile};

/// An estimate and where the truth is, with a confidence that is told elsewhere.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Interval {
    /// Of how many observations.
    pub count: u64,
    /// The estimate; `None` of no observation.
    pub estimate: Option<f64>,
    /// The lower end; `None` if there are too few observations to tell.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Interval {
    /// Student's interval for a mean, at the confidence `1 - level`.
    #[must_use]
    pub fn of_mean(sample: &Moments, level: f64) -> Self {
        let count = sample.count();
        let spread = sample.variance().map(|variance| (variance / count as f64).sqrt());
        let width = spread.map(|spread| spread * student(level, (count - 1) as f64));
        Self::around(count, (count > 0).then(|| sample.mean()), width)
    }

    /// Welch's interval (1947) for the mean of `second` less that of `first`.
    #[must_use]
    pub fn of_difference(first: &Moments, second: &Moments, level: f64) -> Self {
        let estimate =
            (first.count() > 0 && second.count() > 0).then(|| second.mean() - first.mean());
        let part = |sample: &Moments| Some(sample.variance()? / sample.count() as f64);
        let width = part(first).zip(part(second)).map(|(a, b)| {
            let freedom = |part: f64, sample: &Moments| part * part / (sample.count() - 1) as f64;
            let degrees = (a + b) * (a + b) / (freedom(a, first) + freedom(b, second));
            if a + b > 0.0 { (a + b).sqrt() * student(level, degrees) } else { 0.0 }
        });
        Self::around(first.count() + second.count(), estimate, width)
    }

    /// Wilson's score interval (1927) for a rate.
    #[must_use]
    pub fn of_rate(hits: u64, count: u64, level: f64) -> Self {
        if count == 0 {
            return Self::around(0, None, None);
        }
        let (n, z) = (count as f64, normal_quantile(1.0 - level / 2.0));
        let rate = hits as f64 / n;
        let middle = (rate + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let root = (rate * (1.0 - rate) / n + z * z / (4.0 * n * n)).sqrt();
        let width = z * root / (1.0 + z * z / n);
        let (low, high) = ((middle - width).max(0.0), (middle + width).min(1.0));
        Self { count, estimate: Some(rate), low: Some(low), high: Some(high) }
    }

    /// The same of the opposite.
    #[must_use]
    pub fn mirrored(self) -> Self {
        let opposite = |end: Option<f64>| end.map(|end| -end);
        Self {
            count: self.count,
            estimate: opposite(self.estimate),
            low: opposite(self.high),
            high: opposite(self.low),
        }
    }

    fn around(count: u64, estimate: Option<f64>, width: Option<f64>) -> Self {
        let end = |sign: f64| Some(estimate? + sign * width?);
        Self { count, estimate, low: end(-1.0), high: end(1.0) }
    }
}

fn student(level: f64, degrees: f64) -> f64 {
    student_quantile(1.0 - level / 2.0, degrees)
}
