//! Heikin-Ashi candles.

use super::classical;
use crate::prelude::*;

outputs! {
    /// An averaged candle.
    pub struct HeikinAshiCandle {
        /// The middle of the averaged candle before.
        open,
        /// The highest of the high and these two.
        high,
        /// The lowest of the low and these two.
        low,
        /// The mean of the four prices.
        close,
    }
}

/// Candles whose body runs from the middle of the one before to the mean of the bar. The first
/// opens in the middle of its own body.
#[derive(Clone, Debug, Default)]
pub struct HeikinAshi {
    previous: Option<HeikinAshiCandle>,
}

impl HeikinAshi {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self { previous: None }
    }
}

impl Catalogued for HeikinAshi {
    const ENTRY: Entry = classical(
        "heikin_ashi",
        "Heikin-Ashi",
        &[],
        Source::new("Valcu", "Using the Heikin-Ashi Technique, TASC 22:2", 2004, ""),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for HeikinAshi {
    type Sample = Ohlc;
    type Output = HeikinAshiCandle;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<HeikinAshiCandle> {
        let close = (bar.open + bar.high + bar.low + bar.close) / 4.0;
        let open = self
            .previous
            .map_or((bar.open + bar.close) / 2.0, |before| (before.open + before.close) / 2.0);
        let high = bar.high.max(open).max(close);
        let low = bar.low.min(open).min(close);
        self.previous = Some(HeikinAshiCandle { open, high, low, close });
        self.previous
    }

    fn reset(&mut self) {
        self.previous = None;
    }

    fn warm_up(&self) -> usize {
        1
    }
}
