//! Donchian channel.

use super::{PERIOD_2, classical};
use crate::prelude::*;
use crate::window::{Highest, Lowest};

outputs! {
    /// The lines of [`Donchian`].
    pub struct DonchianBands {
        /// Upper band.
        up,
        /// Middle.
        mid,
        /// Lower band.
        lo,
    }
}

/// The highest high and the lowest low of the last bars, this one included, and their middle.
#[derive(Clone, Debug)]
pub struct Donchian {
    highest: Highest,
    lowest: Lowest,
}

impl Donchian {
    /// Builds one over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize) -> Self {
        let period = PERIOD_2.require_whole(period);
        Self { highest: Highest::new(period), lowest: Lowest::new(period) }
    }
}

impl Catalogued for Donchian {
    const ENTRY: Entry = classical(
        "donchian",
        "Donchian channel",
        &[PERIOD_2.or(20.0)],
        Source::new(
            "Donchian",
            "High Finance in Copper, Financial Analysts Journal 16:6",
            1960,
            "as in TA-Lib 0.8",
        ),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Donchian {
    type Sample = HighLow;
    type Output = DonchianBands;

    #[inline]
    fn step(&mut self, bar: HighLow) -> Option<DonchianBands> {
        let (up, lo) = (self.highest.push(bar.high), self.lowest.push(bar.low));
        self.highest.is_full().then_some(DonchianBands { up, mid: (up + lo) / 2.0, lo })
    }

    fn reset(&mut self) {
        self.highest.clear();
        self.lowest.clear();
    }

    fn warm_up(&self) -> usize {
        self.highest.capacity()
    }
}
