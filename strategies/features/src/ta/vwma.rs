//! Volume-weighted moving average.

use super::{PERIOD, TALIB, classical};
use crate::prelude::*;
use crate::window::Sums;

/// The mean of the last `period` closes, each weighted by its volume. Where nothing was traded in
/// all of them it stays at its last value, or the close before there is one.
#[derive(Clone, Debug)]
pub struct Vwma {
    /// Of close times volume, and of volume.
    sums: Sums<2>,
    state: Option<f64>,
}

impl Vwma {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD.require_whole(period);
        Self { sums: Sums::new(period), state: None }
    }
}

impl Catalogued for Vwma {
    const ENTRY: Entry =
        classical("vwma", "Volume-weighted moving average", &[PERIOD.or(20.0)], TALIB);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Vwma {
    type Sample = CloseVolume;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: CloseVolume) -> Option<f64> {
        let [products, volumes] = self.sums.push([bar.close * bar.volume, bar.volume]);
        if !self.sums.is_full() {
            return None;
        }
        let value =
            if volumes > 0.0 { products / volumes } else { self.state.unwrap_or(bar.close) };
        self.state = Some(value);
        self.state
    }

    fn reset(&mut self) {
        self.sums.clear();
        self.state = None;
    }

    fn warm_up(&self) -> usize {
        self.sums.capacity()
    }
}
