//! Bars as columns.

use gannet_features::{AppliedPrice, Candle};

/// The columns of a table of candles.
pub(super) struct Bars {
    pub(super) time: Vec<u64>,
    pub(super) open: Vec<f64>,
    pub(super) high: Vec<f64>,
    pub(super) low: Vec<f64>,
    pub(super) close: Vec<f64>,
    pub(super) volume: Vec<f64>,
    /// The price that the indicator reads, where it reads one.
    pub(super) price: Vec<f64>,
}

impl Bars {
    pub(super) fn of(candles: &[Candle], price: AppliedPrice) -> Self {
        let column = |part: fn(&Candle) -> f64| candles.iter().map(part).collect();
        Self {
            time: candles.iter().map(|candle| candle.time.0).collect(),
            open: column(|candle| candle.open),
            high: column(|candle| candle.high),
            low: column(|candle| candle.low),
            close: column(|candle| candle.close),
            volume: column(|candle| candle.volume),
            price: candles.iter().map(|candle| candle.price(price)).collect(),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.close.len()
    }

    /// Something of each bar and its place.
    pub(super) fn each(&self, f: impl FnMut(usize) -> f64) -> Vec<f64> {
        (0..self.count()).map(f).collect()
    }

    pub(super) fn typical(&self) -> Vec<f64> {
        self.each(|at| (self.high[at] + self.low[at] + self.close[at]) / 3.0)
    }

    pub(super) fn median(&self) -> Vec<f64> {
        self.each(|at| (self.high[at] + self.low[at]) / 2.0)
    }

    /// Wilder's true range; the first bar has none.
    pub(super) fn true_range(&self) -> Vec<f64> {
        self.each(|at| {
            let Some(before) = at.checked_sub(1).map(|before| self.close[before]) else {
                return f64::NAN;
            };
            self.high[at].max(before) - self.low[at].min(before)
        })
    }
}
