//! Micro-price.

use super::micro;
use crate::prelude::*;

/// The middle of bid and ask, each weighted by the quantity on the other side: nearer to where less
/// has to be traded through.
#[derive(Clone, Copy, Debug, Default)]
pub struct MicroPrice;

impl MicroPrice {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self
    }
}

impl Catalogued for MicroPrice {
    const ENTRY: Entry = micro(
        "micro_price",
        "Micro-price",
        &[],
        Source::new(
            "Gatheral and Oomen",
            "Zero-intelligence realized variance estimation, Finance and Stochastics 14:2",
            2010,
            "",
        ),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for MicroPrice {
    type Sample = Quote;
    type Output = f64;

    #[inline]
    fn step(&mut self, quote: Quote) -> Option<f64> {
        let weighted = quote.bid * quote.ask_size + quote.ask * quote.bid_size;
        Some(weighted / (quote.bid_size + quote.ask_size))
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}
