//! Price oscillators: the difference of two EMAs, absolute or in percent.
//!
//! Each EMA is seeded from the first samples, unlike those of [`Macd`](super::Macd).

use super::{Ema, FAST, SLOW, TALIB, classical};
use crate::prelude::*;

/// The fast EMA less the slow one; a slower one in the place of the faster is swapped.
#[derive(Clone, Debug)]
pub struct Apo {
    fast: Ema,
    slow: Ema,
}

impl Apo {
    /// Builds one from the periods of the two EMAs, in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        let (fast, slow) = (fast.min(slow), fast.max(slow));
        Self { fast: Ema::new(fast), slow: Ema::new(slow) }
    }
}

impl Catalogued for Apo {
    const ENTRY: Entry = classical("apo", "Absolute price oscillator", &[FAST, SLOW], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for Apo {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let fast = self.fast.step(price);
        let slow = self.slow.step(price)?;
        Some(fast? - slow)
    }

    fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up()
    }
}

/// The fast EMA less the slow one in percent of the slow one, 0 where that is 0; a slower one in
/// the place of the faster is swapped.
#[derive(Clone, Debug)]
pub struct Ppo {
    fast: Ema,
    slow: Ema,
}

/// What TA-Lib takes for an average of 0, in units of price.
const ZERO: f64 = 1e-14;

impl Ppo {
    /// Builds one from the periods of the two EMAs, in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        let (fast, slow) = (fast.min(slow), fast.max(slow));
        Self { fast: Ema::new(fast), slow: Ema::new(slow) }
    }
}

impl Catalogued for Ppo {
    const ENTRY: Entry = classical("ppo", "Percentage price oscillator", &[FAST, SLOW], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for Ppo {
    type Sample = f64;
    type Output = f64;

    #[inline]
    fn step(&mut self, price: f64) -> Option<f64> {
        let fast = self.fast.step(price);
        let slow = self.slow.step(price)?;
        let difference = fast? - slow;
        Some(if slow.abs() < ZERO { 0.0 } else { difference / slow * 100.0 })
    }

    fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up()
    }
}
