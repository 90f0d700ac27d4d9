//! Z-score.

use super::{PERIOD_2, classical};
use crate::moments::Moments;
use crate::prelude::*;

/// How many standard deviations (of the population) the newest sample is from the mean of the last
/// ones, itself included; 0 where nothing moved.
#[derive(Clone, Debug)]
pub struct ZScore {
    moments: Moments,
}

impl ZScore {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { moments: Moments::new(period) }
    }
}

impl Catalogued for ZScore {
    const ENTRY: Entry = classical(
        "zscore",
        "Z-score",
        &[PERIOD_2.or(20.0)],
        Source::new(
            "Pearson",
            "Contributions to the Mathematical Theory of Evolution",
            1894,
            "standard scores",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for ZScore {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let (mean, variance) = self.moments.push(price)?;
        Some(if variance > 0.0 { (price - mean) / variance.sqrt() } else { 0.0 })
    }

    fn reset(&mut self) {
        self.moments.clear();
    }

    fn warm_up(&self) -> usize {
        self.moments.capacity()
    }
}
