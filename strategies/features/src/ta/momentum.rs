//! Change over a number of samples, in price units or in percent.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;
use crate::window::Window;

/// The price less the price `period` samples ago.
#[derive(Clone, Debug)]
pub struct Momentum {
    window: Window,
}

impl Momentum {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { window: Window::new(period) }
    }
}

impl Catalogued for Momentum {
    const ENTRY: Entry = classical("mom", "Momentum", &[PERIOD.or(10.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Momentum {
    type Sample = f64;
    type Output = f64;

    const ALWAYS_FINITE: bool = true;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        self.window.push(price).map(|before| price - before)
    }

    fn reset(&mut self) {
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity() + 1
    }
}

/// The change over `period` samples in percent of the earlier price, 0 where that is 0.
#[derive(Clone, Debug)]
pub struct RateOfChange {
    window: Window,
}

impl RateOfChange {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { window: Window::new(period) }
    }
}

impl Catalogued for RateOfChange {
    const ENTRY: Entry = classical("roc", "Rate of change", &[PERIOD.or(10.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for RateOfChange {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let before = self.window.push(price)?;
        Some(if before == 0.0 { 0.0 } else { (price / before - 1.0) * 100.0 })
    }

    fn reset(&mut self) {
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.window.capacity() + 1
    }
}
