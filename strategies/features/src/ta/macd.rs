//! Moving average convergence and divergence.

use super::{Ema, FAST, PERIOD, SLOW, classical};
use crate::prelude::*;

outputs! {
    /// The lines of [`Macd`].
    pub struct MacdLines {
        /// Fast EMA less slow EMA.
        macd,
        /// EMA of that.
        signal,
        /// The first less the second.
        hist,
    }
}

/// The difference of two EMAs, its own EMA, and the difference of these. As in TA-Lib the fast EMA
/// is seeded when the slow one is, from the samples just before; a slower one in the place of the
/// faster is swapped.
#[derive(Clone, Debug)]
pub struct Macd {
    fast: Ema,
    slow: Ema,
    signal: Ema,
    /// Samples that only the slow EMA sees.
    head_start: usize,
    seen: usize,
}

impl Macd {
    /// Builds one from the periods of the three EMAs, in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize, signal: usize) -> Self {
        let (fast, slow) = (fast.min(slow), fast.max(slow));
        Self {
            fast: Ema::new(fast),
            slow: Ema::new(slow),
            signal: Ema::new(signal),
            head_start: slow - fast,
            seen: 0,
        }
    }
}

const SIGNAL: Parameter = Parameter { name: "signal", ..PERIOD.or(9.0) };

impl Catalogued for Macd {
    const ENTRY: Entry = classical(
        "macd",
        "Moving average convergence and divergence",
        &[FAST, SLOW, SIGNAL],
        Source::new("Appel", "The Moving Average Convergence-Divergence Method", 1979, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2))
    }
}

impl Indicator for Macd {
    type Sample = f64;
    type Output = MacdLines;

    #[inline]
    fn step(&mut self, price: f64) -> Option<MacdLines> {
        let slow = self.slow.step(price);
        if self.seen < self.head_start {
            self.seen += 1;
            return None;
        }
        let macd = self.fast.step(price)? - slow?;
        let signal = self.signal.step(macd)?;
        Some(MacdLines { macd, signal, hist: macd - signal })
    }

    fn reset(&mut self) {
        self.fast.reset();
        self.slow.reset();
        self.signal.reset();
        self.seen = 0;
    }

    fn warm_up(&self) -> usize {
        self.slow.warm_up() + self.signal.warm_up() - 1
    }
}
