//! Volatility: standard deviations of logarithmic returns, from closes, ranges or all four prices.
//!
//! Each is per bar, times the root of the bars a year where that is given. A bar with a price that
//! is not positive changes nothing and gives no value.

use super::{PERIOD_2, classical};
use crate::moments::Moments;
use crate::prelude::*;
use crate::window::Sums;

const BARS_A_YEAR: Parameter = Parameter::number("bars_a_year", Unit::Count, 1.0, 1e8, 1.0);

/// A term that left and was that much larger than the rest leaves rounding errors behind, whose
/// root would show: the rest is counted afresh.
const ECLIPSED: f64 = 1e6;

/// Returns the logarithms of high, low and close over the open.
#[inline]
fn over_open(bar: Ohlc) -> Option<[f64; 3]> {
    let least = bar.open.min(bar.high).min(bar.low).min(bar.close);
    (least > 0.0).then(|| [bar.high, bar.low, bar.close].map(|price| (price / bar.open).ln()))
}

/// The mean of the last terms, each computed from a bar.
#[derive(Clone, Debug)]
struct Mean {
    sum: Sums<1>,
    period: f64,
}

impl Mean {
    fn new(period: usize) -> Self {
        Self { sum: Sums::new(period), period: period as f64 }
    }

    #[inline]
    fn step(&mut self, term: f64) -> Option<f64> {
        let [left] = self.sum.oldest();
        let [mut sum] = self.sum.push([term]);
        if left.abs() > ECLIPSED * sum.abs() {
            [sum] = self.sum.count_afresh();
        }
        self.sum.is_full().then(|| sum / self.period)
    }

    fn clear(&mut self) {
        self.sum.clear();
    }
}

/// The root of the mean square return from price to price.
#[derive(Clone, Debug)]
pub struct RealisedVolatility {
    previous: Option<f64>,
    mean: Mean,
    scale: f64,
}

impl RealisedVolatility {
    /// Builds one over `period` bars; 1 bar a year leaves it per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, bars_a_year: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self {
            previous: None,
            mean: Mean::new(period),
            scale: BARS_A_YEAR.require(bars_a_year).sqrt(),
        }
    }
}

impl Catalogued for RealisedVolatility {
    const ENTRY: Entry = classical(
        "realised_volatility",
        "Realised volatility",
        &[PERIOD_2.or(20.0), BARS_A_YEAR],
        Source::new(
            "Andersen and Bollerslev",
            "Answering the Skeptics, International Economic Review 39:4",
            1998,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for RealisedVolatility {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        if price <= 0.0 {
            return None;
        }
        let before = self.previous.replace(price)?;
        let mean = self.mean.step((price / before).ln().powi(2))?;
        Some(mean.max(0.0).sqrt() * self.scale)
    }

    fn reset(&mut self) {
        self.previous = None;
        self.mean.clear();
    }

    fn warm_up(&self) -> usize {
        self.mean.sum.capacity() + 1
    }
}

/// From the ranges: the mean square of ln(high / low), over 4 ln 2.
#[derive(Clone, Debug)]
pub struct ParkinsonVolatility {
    mean: Mean,
    scale: f64,
}

impl ParkinsonVolatility {
    /// Builds one over `period` bars; 1 bar a year leaves it per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, bars_a_year: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { mean: Mean::new(period), scale: BARS_A_YEAR.require(bars_a_year).sqrt() }
    }
}

impl Catalogued for ParkinsonVolatility {
    const ENTRY: Entry = classical(
        "parkinson",
        "Parkinson volatility",
        &[PERIOD_2.or(20.0), BARS_A_YEAR],
        Source::new(
            "Parkinson",
            "The Extreme Value Method for Estimating the Variance of the Rate of Return, Journal of Business 53:1",
            1980,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for ParkinsonVolatility {
    type Sample = Ohlc;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<f64> {
        let [high, low, _] = over_open(bar)?;
        let mean = self.mean.step((high - low).powi(2))?;
        Some((mean.max(0.0) / (4.0 * std::f64::consts::LN_2)).sqrt() * self.scale)
    }

    fn reset(&mut self) {
        self.mean.clear();
    }

    fn warm_up(&self) -> usize {
        self.mean.sum.capacity()
    }
}

/// From ranges and bodies: the mean of ½ ln(high / low)² − (2 ln 2 − 1) ln(close / open)².
#[derive(Clone, Debug)]
pub struct GarmanKlassVolatility {
    mean: Mean,
    scale: f64,
}

impl GarmanKlassVolatility {
    /// Builds one over `period` bars; 1 bar a year leaves it per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, bars_a_year: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { mean: Mean::new(period), scale: BARS_A_YEAR.require(bars_a_year).sqrt() }
    }
}

impl Catalogued for GarmanKlassVolatility {
    const ENTRY: Entry = classical(
        "garman_klass",
        "Garman–Klass volatility",
        &[PERIOD_2.or(20.0), BARS_A_YEAR],
        Source::new(
            "Garman and Klass",
            "On the Estimation of Security Price Volatilities from Historical Data, Journal of Business 53:1",
            1980,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for GarmanKlassVolatility {
    type Sample = Ohlc;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<f64> {
        let [high, low, close] = over_open(bar)?;
        let body = (2.0 * std::f64::consts::LN_2 - 1.0) * close * close;
        let mean = self.mean.step((high - low).powi(2) / 2.0 - body)?;
        Some(mean.max(0.0).sqrt() * self.scale)
    }

    fn reset(&mut self) {
        self.mean.clear();
    }

    fn warm_up(&self) -> usize {
        self.mean.sum.capacity()
    }
}

/// From all four prices, unmoved by a trend: the mean of ln(high / open) · ln(high / close) +
/// ln(low / open) · ln(low / close).
#[derive(Clone, Debug)]
pub struct RogersSatchellVolatility {
    mean: Mean,
    scale: f64,
}

impl RogersSatchellVolatility {
    /// Builds one over `period` bars; 1 bar a year leaves it per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, bars_a_year: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { mean: Mean::new(period), scale: BARS_A_YEAR.require(bars_a_year).sqrt() }
    }
}

impl Catalogued for RogersSatchellVolatility {
    const ENTRY: Entry = classical(
        "rogers_satchell",
        "Rogers–Satchell volatility",
        &[PERIOD_2.or(20.0), BARS_A_YEAR],
        Source::new(
            "Rogers and Satchell",
            "Estimating Variance from High, Low and Closing Prices, Annals of Applied Probability 1:4",
            1991,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for RogersSatchellVolatility {
    type Sample = Ohlc;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<f64> {
        let [high, low, close] = over_open(bar)?;
        let mean = self.mean.step(high * (high - close) + low * (low - close))?;
        Some(mean.max(0.0).sqrt() * self.scale)
    }

    fn reset(&mut self) {
        self.mean.clear();
    }

    fn warm_up(&self) -> usize {
        self.mean.sum.capacity()
    }
}

/// The variance of the gaps between bars, plus a part k of that from open to close, plus the rest of
/// the Rogers–Satchell variance; k = 0.34 / (1.34 + (n + 1) / (n − 1)) makes the error least.
#[derive(Clone, Debug)]
pub struct YangZhangVolatility {
    previous: Option<f64>,
    gaps: Moments,
    bodies: Moments,
    mean: Mean,
    scale: f64,
}

impl YangZhangVolatility {
    /// Builds one over `period` bars; 1 bar a year leaves it per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, bars_a_year: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self {
            previous: None,
            gaps: Moments::new(period),
            bodies: Moments::new(period),
            mean: Mean::new(period),
            scale: BARS_A_YEAR.require(bars_a_year).sqrt(),
        }
    }
}

impl Catalogued for YangZhangVolatility {
    const ENTRY: Entry = classical(
        "yang_zhang",
        "Yang–Zhang volatility",
        &[PERIOD_2.or(20.0), BARS_A_YEAR],
        Source::new(
            "Yang and Zhang",
            "Drift-Independent Volatility Estimation, Journal of Business 73:3",
            2000,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for YangZhangVolatility {
    type Sample = Ohlc;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<f64> {
        let [high, low, close] = over_open(bar)?;
        let before = self.previous.replace(bar.close)?;
        let gaps = self.gaps.push((bar.open / before).ln());
        let bodies = self.bodies.push(close);
        let within = self.mean.step(high * (high - close) + low * (low - close));
        let ((_, gaps), (_, bodies)) = (gaps?, bodies?);
        let n = self.gaps.capacity() as f64;
        let part = 0.34 / (1.34 + (n + 1.0) / (n - 1.0));
        // The two variances are of samples: divided by n − 1.
        let sample = n / (n - 1.0);
        let variance = sample * (gaps + part * bodies) + (1.0 - part) * within?;
        Some(variance.max(0.0).sqrt() * self.scale)
    }

    fn reset(&mut self) {
        self.previous = None;
        self.gaps.clear();
        self.bodies.clear();
        self.mean.clear();
    }

    fn warm_up(&self) -> usize {
        self.gaps.capacity() + 1
    }
}
