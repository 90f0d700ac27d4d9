//! Fans of Gann angles: support and resistance from the last turn, or from a chosen bar.

use gannet_types::Nanos;

use super::swings::{SCALED, ScaledSwings, require};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::angles::{Direction, Fan};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, Candle, HighLowClose, Indicator};

const SOURCE: Source = Source::new(
    "Gann",
    "The Basis of My Forecasting Method for Grain",
    1935,
    "geometrical angles; true slopes, not the rounded degrees",
);

crate::outputs! {
    /// A price among the lines of a fan.
    pub struct FanLines {
        /// The slope of the price itself from the pivot, in units of `1x1`; negative below the
        /// pivot. Zero while the lines cannot be told apart.
        slope,
        /// The line below the price.
        support,
        /// The line above the price.
        resistance,
        /// Price minus the nearer of both: positive above it.
        distance,
        /// The price of `1x1` in the fan's own direction.
        one_by_one,
        /// 1 for a fan that rises from a low, −1 for one that falls from a high.
        direction,
        /// Bars since the pivot.
        age,
    }
}

#[inline]
fn lines(fan: Fan, direction: Direction, close: f64, age: u64) -> FanLines {
    let bars = age as f64;
    let between = fan.around(close, bars);
    let (above, below) = (close - between.support, close - between.resistance);
    FanLines {
        slope: between.slope,
        support: between.support,
        resistance: between.resistance,
        distance: if above.abs() <= below.abs() { above } else { below },
        one_by_one: fan.pivot + direction.sign() * fan.price_per_bar * bars,
        direction: direction.sign(),
        age: bars,
    }
}

/// The fan from the last turn of the swings, with a price per bar fixed when the turn is known.
#[derive(Clone, Debug)]
pub struct PivotFan {
    swings: ScaledSwings,
}

impl PivotFan {
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

impl Catalogued for PivotFan {
    const ENTRY: Entry = Entry {
        name: "gann_fan",
        title: "Gann fan from the last turn",
        school: School::Gann,
        parameters: &SCALED,
        price: AppliedPrice::Close,
        source: SOURCE,
    };

    fn build(arguments: &Arguments) -> Self {
        Self { swings: ScaledSwings::build(arguments, 0) }
    }
}

impl Indicator for PivotFan {
    type Sample = HighLowClose;
    type Output = FanLines;

    fn step(&mut self, bar: HighLowClose) -> Option<FanLines> {
        let (swing, price_per_bar) = self.swings.step(bar)?;
        let fan = Fan { pivot: swing.pivot.price, price_per_bar };
        Some(lines(fan, swing.pivot.direction, bar.close, swing.age()))
    }

    fn reset(&mut self) {
        self.swings.reset();
    }

    fn warm_up(&self) -> usize {
        self.swings.warm_up()
    }
}

const TIME: Parameter = Parameter::number("time", Unit::Seconds, 0.0, 1e10, 0.0);
const DIRECTION: Parameter = Parameter::choice("direction", &["up", "down"]);
const PRICE_PER_BAR: Parameter = Parameter::number("price_per_bar", Unit::Price, 1e-12, 1e12, 1.0);

/// The fan from a chosen bar: the first one at or after a time, up from its low or down from its
/// high. The first value comes with the bar after it.
#[derive(Clone, Debug)]
pub struct AnchoredFan {
    from: Nanos,
    direction: Direction,
    price_per_bar: f64,
    pivot: Option<f64>,
    age: u64,
}

impl AnchoredFan {
    /// Builds it.
    ///
    /// # Panics
    /// If the price per bar is not allowed by the catalogue.
    #[must_use]
    pub fn new(from: Nanos, direction: Direction, price_per_bar: f64) -> Self {
        let price_per_bar = PRICE_PER_BAR.require(price_per_bar);
        Self { from, direction, price_per_bar, pivot: None, age: 0 }
    }
}

impl Catalogued for AnchoredFan {
    const ENTRY: Entry = Entry {
        name: "gann_fan_anchored",
        title: "Gann fan from a chosen bar",
        school: School::Gann,
        parameters: &[TIME, DIRECTION, PRICE_PER_BAR],
        price: AppliedPrice::Close,
        source: SOURCE,
    };

    fn build(arguments: &Arguments) -> Self {
        let direction = if arguments.whole(1) == 0 { Direction::Up } else { Direction::Down };
        // Seconds since 1970, at most 1e10: their nanoseconds fit.
        let from = Nanos((arguments.number(0) * 1e9) as u64);
        Self::new(from, direction, arguments.number(2))
    }
}

impl Indicator for AnchoredFan {
    type Sample = Candle;
    type Output = FanLines;

    fn step(&mut self, bar: Candle) -> Option<FanLines> {
        let Some(pivot) = self.pivot else {
            if bar.time >= self.from {
                self.pivot = Some(match self.direction {
                    Direction::Up => bar.low,
                    Direction::Down => bar.high,
                });
            }
            return None;
        };
        self.age += 1;
        let fan = Fan { pivot, price_per_bar: self.price_per_bar };
        Some(lines(fan, self.direction, bar.close, self.age))
    }

    fn reset(&mut self) {
        self.pivot = None;
        self.age = 0;
    }

    /// Two, if the chosen bar is the first.
    fn warm_up(&self) -> usize {
        2
    }
}
