//! Highest and lowest of the last samples.

use super::{PERIOD_2, TALIB, classical};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

/// The highest of the last samples.
#[derive(Clone, Debug)]
pub struct Maximum {
    highest: Highest,
}

impl Maximum {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { highest: Highest::new(period) }
    }
}

impl Catalogued for Maximum {
    const ENTRY: Entry =
        classical("max", "Highest of the last samples", &[PERIOD_2.or(30.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Maximum {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let highest = self.highest.push(price);
        self.highest.is_full().then_some(highest)
    }

    fn reset(&mut self) {
        self.highest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}

/// The lowest of the last samples.
#[derive(Clone, Debug)]
pub struct Minimum {
    lowest: Lowest,
}

impl Minimum {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { lowest: Lowest::new(period) }
    }
}

impl Catalogued for Minimum {
    const ENTRY: Entry =
        classical("min", "Lowest of the last samples", &[PERIOD_2.or(30.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Minimum {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let lowest = self.lowest.push(price);
        self.lowest.is_full().then_some(lowest)
    }

    fn reset(&mut self) {
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.lowest.capacity()
    }
}
