//! Triple exponential moving average.

use super::{Ema, PERIOD, classical};
use crate::prelude::*;

/// Three times the EMA, less three times the EMA of the EMA, plus the EMA of that.
#[derive(Clone, Debug)]
pub struct Tema {
    stages: [Ema; 3],
}

impl Tema {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let ema = Ema::new(period);
        Self { stages: [ema.clone(), ema.clone(), ema] }
    }
}

impl Catalogued for Tema {
    const ENTRY: Entry = classical(
        "tema",
        "Triple exponential moving average",
        &[PERIOD.or(20.0)],
        Source::new("Mulloy", "Smoothing Data with Less Lag, TASC 12:2", 1994, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Tema {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let first = self.stages[0].step(price)?;
        let second = self.stages[1].step(first)?;
        let third = self.stages[2].step(second)?;
        Some(third + 3.0 * first - 3.0 * second)
    }

    fn reset(&mut self) {
        self.stages.iter_mut().for_each(Ema::reset);
    }

    fn warm_up(&self) -> usize {
        3 * self.stages[0].warm_up() - 2
    }
}
