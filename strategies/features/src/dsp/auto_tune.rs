//! AutoTune: a band-pass filter tuned by the autocorrelation.

use super::past::Recent;
use super::school::*;
use super::two_pole::{TwoPole, band};
use crate::prelude::*;

outputs! {
    /// The outputs of [`AutoTune`].
    pub struct AutoTuneLines {
        /// The dominant cycle, samples.
        period,
        /// A band-pass filter around it.
        bp,
        /// The least correlation: near −1 where there is a cycle.
        correlation,
    }
}

/// The dominant cycle is twice the lag at which a high-pass filter correlates least with itself; a
/// band-pass filter follows it by two samples at most. O(window).
///
/// Sums of products are running; with every sample those of one lag are counted afresh.
#[derive(Clone, Debug)]
pub struct AutoTune {
    window: usize,
    filter: TwoPole,
    values: Recent,
    /// Means of the last `window` values, and the roots of the sums of squares around them, for
    /// windows that end up to `window` samples ago.
    means: Recent,
    sizes: Recent,
    products: Box<[f64]>,
    fresh: usize,
    period: f64,
    band: [f64; 2],
}

const WINDOW: Parameter = Parameter { high: 1000.0, ..Parameter::samples("window", 5, 20) };
const WIDTH: f64 = 0.25;
/// The period may change by so much a sample.
const SLEW: f64 = 2.0;

impl AutoTune {
    /// Builds one that finds cycles up to twice the window.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(window: usize, constants: Constants) -> Self {
        let window = WINDOW.require_whole(window);
        Self {
            window,
            filter: TwoPole::high_pass_2020(window as f64, constants),
            values: Recent::new(2 * window + 1),
            means: Recent::new(window + 1),
            sizes: Recent::new(window + 1),
            products: vec![0.0; window + 1].into_boxed_slice(),
            fresh: 1,
            period: 0.0,
            band: [0.0; 2],
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> AutoTuneLines {
        let window = self.window;
        let value = self.filter.next(price);
        self.values.push(value);
        self.push_moments();
        let values = self.values.newest_first();
        let left = values[window];
        let pairs = values[1..].iter().zip(&values[window + 1..]);
        for (product, (came, gone)) in self.products[1..].iter_mut().zip(pairs) {
            *product += value * came - left * gone;
        }
        self.count_afresh();
        let (lag, correlation) = self.least();
        let last = self.period;
        self.period = (2.0 * lag as f64).clamp(last - SLEW, last + SLEW).max(SLEW);
        let [gain, a1, a2] = band(self.period, WIDTH);
        let difference = value - self.values.newest_first()[2];
        let bp = gain * difference + a1 * self.band[0] + a2 * self.band[1];
        self.band = [bp, self.band[0]];
        AutoTuneLines { period: self.period, bp, correlation }
    }

    /// Mean and size of the window that ends now. O(window), two passes, so that nothing cancels.
    fn push_moments(&mut self) {
        let values = &self.values.newest_first()[..self.window];
        let mean = values.iter().sum::<f64>() / self.window as f64;
        let squares = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>();
        self.means.push(mean);
        self.sizes.push(squares.sqrt());
    }

    /// The lag of the least correlation; the first of equals, the shortest where there is none.
    fn least(&self) -> (usize, f64) {
        let (means, sizes) = (self.means.newest_first(), self.sizes.newest_first());
        let mut least = (1, 1.0);
        for lag in 1..=self.window {
            let covariance = self.products[lag] - self.window as f64 * means[0] * means[lag];
            let correlation = ratio(covariance, sizes[0] * sizes[lag]).unwrap_or(0.0);
            if correlation < least.1 {
                least = (lag, correlation.max(-1.0));
            }
        }
        least
    }

    /// Counts the products of one lag from nothing.
    fn count_afresh(&mut self) {
        let lag = self.fresh;
        self.fresh = if lag == self.window { 1 } else { lag + 1 };
        let values = self.values.newest_first();
        let pairs = values[..self.window].iter().zip(&values[lag..]);
        self.products[lag] = pairs.map(|(now, before)| now * before).sum();
    }

    fn clear(&mut self) {
        self.filter.reset();
        self.values.reset();
        self.means.reset();
        self.sizes.reset();
        self.products.fill(0.0);
        self.fresh = 1;
        self.period = 0.0;
        self.band = [0.0; 2];
    }
}

impl Catalogued for AutoTune {
    const ENTRY: Entry = on_close(
        "auto_tune",
        "AutoTune filter",
        &[WINDOW, CONSTANTS],
        article("The AutoTune Filter", 2025, "TASC"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), Constants::argument(arguments, 1))
    }
}

at_once!(AutoTune: f64 => AutoTuneLines);
