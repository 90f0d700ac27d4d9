//! Relative strength index and Chande's momentum: gains against losses.

use super::{PERIOD_2, Rma, classical};
use crate::prelude::*;

/// Wilder's average of the gains in percent of the averages of gains and losses together; 0 where
/// the price did not move.
#[derive(Clone, Debug)]
pub struct Rsi {
    previous: Option<f64>,
    gains: Rma,
    losses: Rma,
}

impl Rsi {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let average = Rma::new(PERIOD_2.require_whole(period));
        Self { previous: None, gains: average.clone(), losses: average }
    }
}

impl Catalogued for Rsi {
    const ENTRY: Entry = classical(
        "rsi",
        "Relative strength index",
        &[PERIOD_2],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section VI"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Rsi {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let change = price - self.previous.replace(price)?;
        let gains = self.gains.step(change.max(0.0));
        let losses = self.losses.step((-change).max(0.0));
        let (gains, both) = (gains?, gains? + losses?);
        Some(if both == 0.0 { 0.0 } else { 100.0 * (gains / both) })
    }

    fn reset(&mut self) {
        self.previous = None;
        self.gains.reset();
        self.losses.reset();
    }

    fn warm_up(&self) -> usize {
        self.gains.warm_up() + 1
    }
}

/// The averages of gains less losses in percent of both together, with Wilder's averages as in
/// TA-Lib (Chande summed); 0 where the price did not move.
#[derive(Clone, Debug)]
pub struct Cmo {
    previous: Option<f64>,
    gains: Rma,
    losses: Rma,
}

impl Cmo {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let average = Rma::new(PERIOD_2.require_whole(period));
        Self { previous: None, gains: average.clone(), losses: average }
    }
}

impl Catalogued for Cmo {
    const ENTRY: Entry = classical(
        "cmo",
        "Chande's momentum oscillator",
        &[PERIOD_2],
        Source::new("Chande and Kroll", "The New Technical Trader", 1994, "as in TA-Lib"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Cmo {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let change = price - self.previous.replace(price)?;
        let gains = self.gains.step(change.max(0.0));
        let losses = self.losses.step((-change).max(0.0));
        let (difference, both) = (gains? - losses?, gains? + losses?);
        Some(if both == 0.0 { 0.0 } else { 100.0 * (difference / both) })
    }

    fn reset(&mut self) {
        self.previous = None;
        self.gains.reset();
        self.losses.reset();
    }

    fn warm_up(&self) -> usize {
        self.gains.warm_up() + 1
    }
}
