//! Bollinger bands.

use super::{PERIOD_2, classical};
use crate::moments::Moments;
use crate::prelude::*;

outputs! {
    /// The lines of [`Bollinger`].
    pub struct BollingerBands {
        /// Upper band.
        up,
        /// The mean.
        mid,
        /// Lower band.
        lo,
    }
}

/// The mean of the last samples, and bands that many standard deviations away.
#[derive(Clone, Debug)]
pub struct Bollinger {
    moments: Moments,
    deviations: f64,
}

impl Bollinger {
    /// Builds one over `period` samples, with bands usually 2 deviations away.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, deviations: f64) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { moments: Moments::new(period), deviations: DEVIATIONS.require(deviations) }
    }
}

const DEVIATIONS: Parameter = Parameter::number("deviations", Unit::Deviations, 0.0, 1e6, 2.0);

impl Catalogued for Bollinger {
    const ENTRY: Entry = classical(
        "bollinger",
        "Bollinger bands",
        &[PERIOD_2.or(20.0), DEVIATIONS],
        Source::new("Bollinger", "Using Bollinger Bands, TASC 10:2", 1992, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1))
    }
}

impl Indicator for Bollinger {
    type Sample = f64;
    type Output = BollingerBands;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<BollingerBands> {
        let (mid, variance) = self.moments.push(price)?;
        let width = variance.sqrt() * self.deviations;
        Some(BollingerBands { up: mid + width, mid, lo: mid - width })
    }

    fn reset(&mut self) {
        self.moments.clear();
    }

    fn warm_up(&self) -> usize {
        self.moments.capacity()
    }
}
