//! How far trend, MACD and RSI agree.

use super::{FAST, Macd, PERIOD, PERIOD_2, Rsi, SLOW, Sma, classical, side};
use crate::prelude::*;

/// The mean of three votes of 1 (up), −1 (down) or 0: the fast SMA against the slow one, the MACD
/// against its signal, the RSI against 50. The confidence of a buy; of a sell with the sign turned.
#[derive(Clone, Debug)]
pub struct TechnicalConfidence {
    averages: [Sma; 2],
    macd: Macd,
    rsi: Rsi,
}

/// The periods of the averages and of the RSI, and those of the MACD, in samples.
const SMA_FAST: Parameter = Parameter { name: "sma_fast", ..PERIOD.or(20.0) };
const SMA_SLOW: Parameter = Parameter { name: "sma_slow", ..PERIOD.or(50.0) };
const SIGNAL: Parameter = Parameter { name: "signal", ..PERIOD.or(9.0) };
const RSI: Parameter = Parameter { name: "rsi", ..PERIOD_2.or(14.0) };

impl TechnicalConfidence {
    /// Builds one from the periods of the averages, of the MACD (fast, slow, signal) and of the RSI,
    /// in samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(averages: [usize; 2], macd: [usize; 3], rsi: usize) -> Self {
        Self {
            averages: averages.map(Sma::new),
            macd: Macd::new(macd[0], macd[1], macd[2]),
            rsi: Rsi::new(rsi),
        }
    }
}

impl Catalogued for TechnicalConfidence {
    const ENTRY: Entry = classical(
        "technical_confidence",
        "Agreement of trend, MACD and RSI",
        &[SMA_FAST, SMA_SLOW, FAST, SLOW, SIGNAL, RSI],
        Source::new(
            "Gannet",
            "The base confidence of the set at22, of our own definition",
            2026,
            "",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        let [fast, slow, macd_fast, macd_slow, signal, rsi] =
            std::array::from_fn(|index| arguments.whole(index));
        Self::new([fast, slow], [macd_fast, macd_slow, signal], rsi)
    }
}

impl Indicator for TechnicalConfidence {
    type Sample = f64;
    type Output = f64;

    fn step(&mut self, price: f64) -> Option<f64> {
        let [fast, slow] = self.averages.each_mut().map(|average| average.step(price));
        let (macd, rsi) = (self.macd.step(price), self.rsi.step(price));
        let votes = side(fast? - slow?) + side(macd?.hist) + side(rsi? - 50.0);
        Some(votes / 3.0)
    }

    fn reset(&mut self) {
        self.averages.iter_mut().for_each(Sma::reset);
        self.macd.reset();
        self.rsi.reset();
    }

    fn warm_up(&self) -> usize {
        let [fast, slow] = self.averages.each_ref().map(Sma::warm_up);
        fast.max(slow).max(self.macd.warm_up()).max(self.rsi.warm_up())
    }
}
