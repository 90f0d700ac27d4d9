//! Sources: what single schools of thought see in a bar. Strategies join them.
//!
//! Each takes a closed bar and its average true range, and leans -1 (down) to 1 (up), or is silent.
//!
//! Hot: called when a bar has closed. No allocation.

pub mod angles;
pub mod candles;
pub mod classical;
pub mod outside;
pub mod planets;
pub mod trend;

use gannet_features::ta::Atr;
use gannet_features::{Candle, HighLowClose, Indicator};
use gannet_types::{Bar, Instrument};

/// A closed bar in floats, with the average true range after it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Closed {
    /// The bar.
    pub candle: Candle,
    /// The average true range, positive; `None` before there is one.
    pub range: Option<f64>,
}

impl Closed {
    /// Returns the part of the bar that most sources read.
    #[must_use]
    pub const fn high_low_close(&self) -> HighLowClose {
        let Candle { high, low, close, .. } = self.candle;
        HighLowClose { high, low, close }
    }
}

/// Measures the average true range of closed bars.
#[derive(Clone, Debug)]
pub struct Ranges {
    atr: Atr,
}

impl Ranges {
    /// Builds it over `period` bars.
    ///
    /// # Panics
    /// If the period is not 1 to 10000.
    #[must_use]
    pub fn new(period: u32) -> Self {
        Self { atr: Atr::new(period as usize) }
    }

    /// Takes a closed bar.
    pub fn on_bar(&mut self, instrument: &Instrument, bar: &Bar) -> Closed {
        let candle = Candle::of(instrument, bar);
        let closed = Closed { candle, range: None };
        let range = self.atr.update(closed.high_low_close()).filter(|range| *range > 0.0);
        Closed { candle, range }
    }
}
