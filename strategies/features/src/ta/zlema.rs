//! Zero-lag exponential moving average.

use super::{Ema, PERIOD, classical};
use crate::prelude::*;
use crate::window::Window;

/// EMA of the price plus its change over half the period, (period − 1) / 2 cut to a whole number.
#[derive(Clone, Debug)]
pub struct Zlema {
    ema: Ema,
    /// Holds one sample more than the lag.
    window: Window,
}

impl Zlema {
    /// Builds one over `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { ema: Ema::new(period), window: Window::new((period - 1) / 2 + 1) }
    }
}

impl Catalogued for Zlema {
    const ENTRY: Entry = classical(
        "zlema",
        "Zero-lag exponential moving average",
        &[PERIOD.or(20.0)],
        Source::new(
            "Ehlers and Way",
            "Zero Lag (Well, Almost), TASC 28:12",
            2010,
            "as in TA-Lib 0.8",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Zlema {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        self.window.push(price);
        if !self.window.is_full() {
            return None;
        }
        let lagged = self.window.lag(self.window.capacity() - 1);
        self.ema.step(2.0 * price - lagged)
    }

    fn reset(&mut self) {
        self.ema.reset();
        self.window.clear();
    }

    fn warm_up(&self) -> usize {
        self.ema.warm_up() + self.window.capacity() - 1
    }
}
