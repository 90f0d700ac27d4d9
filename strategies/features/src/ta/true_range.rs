//! True range.

use super::classical;
use crate::prelude::*;
use crate::window::greater;

/// The range of a bar, widened to the close before it. There is none for the first bar.
#[derive(Clone, Debug, Default)]
pub struct TrueRange {
    previous_close: Option<f64>,
}

impl TrueRange {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self { previous_close: None }
    }
}

impl Catalogued for TrueRange {
    const ENTRY: Entry = classical(
        "trange",
        "True range",
        &[],
        Source::new("Wilder", "New Concepts in Technical Trading Systems", 1978, "section III"),
    );

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for TrueRange {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let previous = self.previous_close.replace(bar.close)?;
        let gaps = greater((previous - bar.high).abs(), (previous - bar.low).abs());
        Some(greater(bar.high - bar.low, gaps))
    }

    fn reset(&mut self) {
        self.previous_close = None;
    }

    fn warm_up(&self) -> usize {
        2
    }
}
