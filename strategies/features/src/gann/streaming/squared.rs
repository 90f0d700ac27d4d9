//! When time squares price: bars to go until they are as many as units of price.

use super::swings::{SCALED, ScaledSwings, require};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::cycles::bars_to_nearest_square;
use crate::parameter::Arguments;
use crate::{AppliedPrice, HighLowClose, Indicator};

crate::outputs! {
    /// Bars to go from now; negative once they have passed, zero on the bar itself.
    pub struct BarsToSquare {
        /// Until the bars since the pivot square the range of the last whole swing.
        range,
        /// Until they square the pivot's price: the zero angle.
        pivot,
        /// To the nearest square number of bars since the pivot.
        square_number,
    }
}

/// Squaring of price and time from the last turn of the swings, at the price per bar fixed when
/// the turn is known. Without one (the market stands still) nothing is to go.
#[derive(Clone, Debug)]
pub struct Squaring {
    swings: ScaledSwings,
}

impl Squaring {
    /// Builds it for swings of a `threshold` (a share of the price), with one average true range
    /// over `period` bars as the price per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(threshold: f64, period: usize) -> Self {
        Self::build(&require::<Self>(&[threshold, 0.0, 1.0, period as f64]))
    }
}

impl Catalogued for Squaring {
    const ENTRY: Entry = Entry {
        name: "gann_squaring",
        title: "Squaring of price and time from the last turn",
        school: School::Gann,
        parameters: &SCALED,
        price: AppliedPrice::Close,
        source: Source::new(
            "Gann",
            "The Basis of My Forecasting Method for Grain",
            1935,
            "squaring the range, the low and the high",
        ),
    };

    fn build(arguments: &Arguments) -> Self {
        Self { swings: ScaledSwings::build(arguments, 0) }
    }
}

impl Indicator for Squaring {
    type Sample = HighLowClose;
    type Output = BarsToSquare;

    fn step(&mut self, bar: HighLowClose) -> Option<BarsToSquare> {
        let (swing, price_per_bar) = self.swings.step(bar)?;
        let age = swing.age();
        let to_go = |amount: f64| {
            let bars = amount / price_per_bar - age as f64;
            if bars.is_finite() { bars } else { 0.0 }
        };
        let (range, _) = swing.last_range();
        Some(BarsToSquare {
            range: to_go(range),
            pivot: to_go(swing.pivot.price),
            square_number: bars_to_nearest_square(age),
        })
    }

    fn reset(&mut self) {
        self.swings.reset();
    }

    fn warm_up(&self) -> usize {
        self.swings.warm_up()
    }
}
