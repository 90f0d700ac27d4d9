//! Stochastics: where the close lies in the range of the last bars, in percent.

use super::{PERIOD, PERIOD_2, Rsi, Sma, classical, share_of_range};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

const FAST_K: Parameter = Parameter { name: "fast_k", ..PERIOD.or(14.0) };
const SLOW_K: Parameter = Parameter { name: "slow_k", ..PERIOD.or(3.0) };
const D: Parameter = Parameter { name: "d", ..PERIOD.or(3.0) };
const LANE: Source = Source::new("Lane", "Lane's Stochastics, TASC 2:3", 1984, "");

outputs! {
    /// The lines of a stochastic.
    pub struct StochasticLines {
        /// Where the close lies, perhaps smoothed.
        k,
        /// The mean of that.
        d,
    }
}

/// The place of a price in a range, unsmoothed.
#[derive(Clone, Debug)]
struct Place {
    highest: Highest,
    lowest: Lowest,
}

impl Place {
    fn new(period: usize) -> Self {
        let period = FAST_K.require_whole(period);
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }

    /// Returns percent, 0 where the range is nothing but rounding.
    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let highest = self.highest.push(bar.high);
        let lowest = self.lowest.push(bar.low);
        if !self.highest.is_full() {
            return None;
        }
        Some(100.0 * share_of_range(bar.close - lowest, highest, lowest))
    }

    fn clear(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }
}

/// The unsmoothed stochastic and its mean.
#[derive(Clone, Debug)]
pub struct FastStochastic {
    place: Place,
    d: Sma,
}

impl FastStochastic {
    /// Builds one over `fast_k` bars, with a mean over `d`.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast_k: usize, d: usize) -> Self {
        let place = Place::new(fast_k);
        Self { place, d: Sma::new(d) }
    }
}

impl Catalogued for FastStochastic {
    const ENTRY: Entry = classical("stochf", "Fast stochastic", &[FAST_K, D], LANE);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for FastStochastic {
    type Sample = HighLowClose;
    type Output = StochasticLines;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<StochasticLines> {
        let k = self.place.step(bar)?;
        let d = self.d.step(k)?;
        Some(StochasticLines { k, d })
    }

    fn reset(&mut self) {
        self.place.clear();
        self.d.reset();
    }

    fn warm_up(&self) -> usize {
        self.place.highest.capacity() + self.d.warm_up() - 1
    }
}

/// The stochastic smoothed by a mean, and the mean of that.
#[derive(Clone, Debug)]
pub struct Stochastic {
    place: Place,
    k: Sma,
    d: Sma,
}

impl Stochastic {
    /// Builds one over `fast_k` bars, with means over `slow_k` and `d`.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast_k: usize, slow_k: usize, d: usize) -> Self {
        let place = Place::new(fast_k);
        Self { place, k: Sma::new(slow_k), d: Sma::new(d) }
    }
}

impl Catalogued for Stochastic {
    const ENTRY: Entry = classical("stoch", "Slow stochastic", &[FAST_K, SLOW_K, D], LANE);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2))
    }
}

impl Indicator for Stochastic {
    type Sample = HighLowClose;
    type Output = StochasticLines;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<StochasticLines> {
        let fast = self.place.step(bar)?;
        let k = self.k.step(fast)?;
        let d = self.d.step(k)?;
        Some(StochasticLines { k, d })
    }

    fn reset(&mut self) {
        self.place.clear();
        self.k.reset();
        self.d.reset();
    }

    fn warm_up(&self) -> usize {
        self.place.highest.capacity() + self.k.warm_up() + self.d.warm_up() - 2
    }
}

/// The fast stochastic of the RSI.
#[derive(Clone, Debug)]
pub struct StochasticRsi {
    rsi: Rsi,
    stochastic: FastStochastic,
}

impl StochasticRsi {
    /// Builds one from the period of the RSI and those of the stochastic.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, fast_k: usize, d: usize) -> Self {
        let rsi = Rsi::new(period);
        Self { rsi, stochastic: FastStochastic::new(fast_k, d) }
    }
}

impl Catalogued for StochasticRsi {
    const ENTRY: Entry = classical(
        "stochrsi",
        "Stochastic RSI",
        &[PERIOD_2, FAST_K.or(5.0), D],
        Source::new("Chande and Kroll", "The New Technical Trader", 1994, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2))
    }
}

impl Indicator for StochasticRsi {
    type Sample = f64;
    type Output = StochasticLines;

    #[inline]
    fn step(&mut self, price: f64) -> Option<StochasticLines> {
        let rsi = self.rsi.step(price)?;
        self.stochastic.step(HighLowClose { high: rsi, low: rsi, close: rsi })
    }

    fn reset(&mut self) {
        self.rsi.reset();
        self.stochastic.reset();
    }

    fn warm_up(&self) -> usize {
        self.rsi.warm_up() + self.stochastic.warm_up() - 1
    }
}
