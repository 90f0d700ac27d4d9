//! On-balance volume.

use super::classical;
use crate::prelude::*;

/// The volume so far, counted up on rising closes and down on falling ones, from the first volume.
#[derive(Clone, Debug, Default)]
pub struct Obv {
    state: Option<(f64, f64)>,
}

impl Obv {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self { state: None }
    }
}

impl Catalogued for Obv {
    const ENTRY: Entry = classical(
        "obv",
        "On-balance volume",
        &[],
        Source::new("Granville", "New Key to Stock Market Profits", 1963, ""),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for Obv {
    type Sample = CloseVolume;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: CloseVolume) -> Option<f64> {
        let (close, total) = self.state.unwrap_or((f64::NEG_INFINITY, 0.0));
        // Without a branch: which way the close goes is what nobody can predict.
        let side = f64::from(i8::from(bar.close > close) - i8::from(bar.close < close));
        let total = total + side * bar.volume;
        self.state = Some((bar.close, total));
        Some(total)
    }

    fn reset(&mut self) {
        self.state = None;
    }

    fn warm_up(&self) -> usize {
        1
    }
}
