//! The straight line through the last samples.

use super::{PERIOD_2, TALIB, classical};
use crate::prelude::*;
use crate::window::Window;

/// After how many windows the sums are counted afresh.
const TURNS: usize = 32;

/// A sample that left and counted that much more than all that stayed took digits with it.
const ECLIPSED: f64 = 100.0;

outputs! {
    /// The line of [`LinearRegression`].
    pub struct RegressionLine {
        /// Where it is at the newest sample.
        end,
        /// How much it rises a sample.
        slope,
        /// Where it will be one sample later.
        forecast,
    }
}

impl RegressionLine {
    /// Returns the slope as an angle in degrees.
    #[must_use]
    pub fn angle(&self) -> f64 {
        self.slope.atan().to_degrees()
    }
}

/// Least squares over the last `period` samples.
///
/// O(1) amortised: the sums slide, and are counted afresh every 32 windows and after a sample has
/// left that was much larger than the rest. When exactly that happens is TA-Lib's, because a slope
/// of almost nothing consists of rounding errors.
#[derive(Clone, Debug)]
pub struct LinearRegression {
    window: Window,
    period: f64,
    /// Sum of the lags, and the divisor of the slope.
    lags: f64,
    divisor: f64,
    sum: f64,
    /// Sum of samples times lags.
    weighted: f64,
    /// Sum of magnitudes.
    magnitudes: f64,
    until_fresh: usize,
}

impl LinearRegression {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let window = Window::new(PERIOD_2.require_whole(period));
        let period = period as f64;
        let lags = period * (period - 1.0) * 0.5;
        let squares = period * (period - 1.0) * (2.0 * period - 1.0) / 6.0;
        Self {
            window,
            period,
            lags,
            divisor: lags * lags - period * squares,
            sum: 0.0,
            weighted: 0.0,
            magnitudes: 0.0,
            until_fresh: 0,
        }
    }

    #[inline]
    fn slide(&mut self, left: f64, came: f64) {
        let counted = self.period * left;
        self.weighted = self.weighted + self.sum - counted;
        self.sum = self.sum - left + came;
        self.magnitudes = self.magnitudes - left.abs() + came.abs();
        self.until_fresh -= 1;
        if self.until_fresh == 0 || counted.abs() > ECLIPSED * self.magnitudes {
            self.count_afresh();
        }
    }

    #[cold]
    fn count_afresh(&mut self) {
        self.until_fresh = TURNS * self.window.capacity();
        (self.sum, self.weighted, self.magnitudes) = (0.0, 0.0, 0.0);
        let mut lag = self.period;
        for sample in self.window.iter() {
            lag -= 1.0;
            self.sum += sample;
            self.weighted += sample * lag;
            self.magnitudes += sample.abs();
        }
    }
}

impl Catalogued for LinearRegression {
    const ENTRY: Entry = classical("linreg", "Linear regression", &[PERIOD_2], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for LinearRegression {
    type Sample = f64;
    type Output = RegressionLine;

    #[inline]
    fn step(&mut self, price: f64) -> Option<RegressionLine> {
        match self.window.push(price) {
            Some(left) => self.slide(left, price),
            None if self.window.is_full() => self.count_afresh(),
            None => return None,
        }
        let period = self.period;
        let slope = (period * self.weighted - self.lags * self.sum) / self.divisor;
        let start = (self.sum - slope * self.lags) / period;
        Some(RegressionLine {
            end: start + slope * (period - 1.0),
            slope,
            forecast: start + slope * period,
        })
    }

    fn reset(&mut self) {
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity()
    }
}

/// The slope of [`LinearRegression`] as an angle in degrees.
#[derive(Clone, Debug)]
pub struct LinearRegressionAngle {
    regression: LinearRegression,
}

impl LinearRegressionAngle {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        Self { regression: LinearRegression::new(period) }
    }
}

impl Catalogued for LinearRegressionAngle {
    const ENTRY: Entry = classical("linreg_angle", "Linear regression angle", &[PERIOD_2], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for LinearRegressionAngle {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        Some(self.regression.step(price)?.angle())
    }

    fn reset(&mut self) {
        self.regression.reset();
    }

    fn warm_up(&self) -> usize {
        self.regression.warm_up()
    }
}
