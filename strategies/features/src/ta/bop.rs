//! Balance of power.

use super::{TALIB, classical};
use crate::prelude::*;

/// What a bar gained, as a share of its range; 0 where there is no range.
#[derive(Clone, Copy, Debug, Default)]
pub struct BalanceOfPower;

impl BalanceOfPower {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Catalogued for BalanceOfPower {
    const ENTRY: Entry = classical("bop", "Balance of power", &[], TALIB);

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for BalanceOfPower {
    type Sample = Ohlc;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: Ohlc) -> Option<f64> {
        let range = bar.high - bar.low;
        Some(if range <= 0.0 { 0.0 } else { (bar.close - bar.open) / range })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
