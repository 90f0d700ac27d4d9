//! The square of so many units of time and price, laid from the last turn of the swings.

use super::swings::{FACTOR, PERIOD, SCALE, ScaledSwings, THRESHOLD, require};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::SquareOf;
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, HighLowClose, Indicator};

const SIZE: Parameter = Parameter::number("size", Unit::Count, 2.0, 10_000.0, 144.0);

crate::outputs! {
    /// Where a close lies in the square. In units: bars, and prices per bar.
    pub struct SquarePlace {
        /// Time within the square, from 0 to its size.
        time,
        /// Price within the square, from 0 to its size.
        price,
        /// Time minus the nearest division of time, an eighth or a third.
        from_time_division,
        /// Price minus the nearest division of price.
        from_price_division,
        /// Price minus the nearest diagonal.
        from_diagonal,
        /// Which eighth of time, 0 to 7.
        time_eighth,
        /// Which eighth of price, 0 to 7.
        price_eighth,
    }
}

/// The square from the last turn; one unit of price is the price per bar fixed when the turn is
/// known. Without one (the market stands still) the price lies on the pivot's.
#[derive(Clone, Debug)]
pub struct PivotSquare {
    size: f64,
    swings: ScaledSwings,
}

impl PivotSquare {
    /// Builds it for swings of a `threshold` (a share of the price), with one average true range
    /// over `period` bars as the price per bar.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(size: usize, threshold: f64, period: usize) -> Self {
        Self::build(&require::<Self>(&[size as f64, threshold, 0.0, 1.0, period as f64]))
    }
}

impl Catalogued for PivotSquare {
    const ENTRY: Entry = Entry {
        name: "gann_square_of",
        title: "Gann square of 24, 52, 90, 144, … from the last turn",
        school: School::Gann,
        parameters: &[SIZE, THRESHOLD, SCALE, FACTOR, PERIOD],
        price: AppliedPrice::Close,
        source: Source::new(
            "Gann",
            "Mathematical Formula for Market Predictions",
            1953,
            "square of 144; other sizes by the same division into eighths and thirds",
        ),
    };

    fn build(arguments: &Arguments) -> Self {
        Self { size: arguments.number(0), swings: ScaledSwings::build(arguments, 1) }
    }
}

impl Indicator for PivotSquare {
    type Sample = HighLowClose;
    type Output = SquarePlace;

    fn step(&mut self, bar: HighLowClose) -> Option<SquarePlace> {
        let (swing, price_per_bar) = self.swings.step(bar)?;
        let units = (bar.close - swing.pivot.price) / price_per_bar;
        let units = if units.is_finite() { units } else { 0.0 };
        let place = SquareOf::place_units(self.size, swing.age() as f64, units);
        Some(SquarePlace {
            time: place.time,
            price: place.price,
            from_time_division: place.from_time_division,
            from_price_division: place.from_price_division,
            from_diagonal: place.from_diagonal,
            time_eighth: f64::from(place.time_eighth),
            price_eighth: f64::from(place.price_eighth),
        })
    }

    fn reset(&mut self) {
        self.swings.reset();
    }

    fn warm_up(&self) -> usize {
        self.swings.warm_up()
    }
}
