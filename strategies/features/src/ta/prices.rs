//! One price for a bar.

use super::{TALIB, classical};
use crate::prelude::*;

/// The mean of high, low and close.
#[derive(Clone, Copy, Debug, Default)]
pub struct TypicalPrice;

impl TypicalPrice {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Catalogued for TypicalPrice {
    const ENTRY: Entry = classical("typprice", "Typical price", &[], TALIB);

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for TypicalPrice {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        Some((bar.high + bar.low + bar.close) / 3.0)
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

/// The mean of high, low and twice the close.
#[derive(Clone, Copy, Debug, Default)]
pub struct WeightedClose;

impl WeightedClose {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Catalogued for WeightedClose {
    const ENTRY: Entry = classical("wclprice", "Weighted close", &[], TALIB);

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for WeightedClose {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        Some((bar.high + bar.low + bar.close * 2.0) / 4.0)
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
