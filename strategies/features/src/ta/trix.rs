//! Triple smoothed rate of change.

use super::{Ema, PERIOD, classical};
use crate::prelude::*;

/// The change from one bar to the next, in percent, of an EMA of an EMA of an EMA.
#[derive(Clone, Debug)]
pub struct Trix {
    stages: [Ema; 3],
    previous: Option<f64>,
}

impl Trix {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let ema = Ema::new(period);
        Self { stages: [ema.clone(), ema.clone(), ema], previous: None }
    }
}

impl Catalogued for Trix {
    const ENTRY: Entry = classical(
        "trix",
        "Triple smoothed rate of change",
        &[PERIOD.or(15.0)],
        Source::new("Hutson", "Good TRIX, TASC 1:5", 1983, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Trix {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let first = self.stages[0].step(price)?;
        let second = self.stages[1].step(first)?;
        let third = self.stages[2].step(second)?;
        let previous = self.previous.replace(third)?;
        Some(if previous == 0.0 { 0.0 } else { (third / previous - 1.0) * 100.0 })
    }

    fn reset(&mut self) {
        self.stages.iter_mut().for_each(Ema::reset);
        self.previous = None;
    }

    fn warm_up(&self) -> usize {
        3 * self.stages[0].warm_up() - 1
    }
}
