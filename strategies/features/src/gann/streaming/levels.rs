//! Where a price lies on a chart of numbers, and how far it is from the nearest level.

use super::swings::PERIOD;
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::domain::sine_cosine;
use crate::gann::{Chart, NearestLevel};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::ta::Atr;
use crate::{AppliedPrice, HighLowClose, Indicator};

const CHART: Parameter = Parameter::choice("chart", &Chart::NAMES);
const STEP: Parameter = Parameter::number("step", Unit::Degrees, 1.0, 360.0, 45.0);
const UNIT: Parameter = Parameter::number("unit", Unit::Price, 1e-9, 1e9, 1.0);

const SOURCE: Source =
    Source::new("Gann", "Master Charts", 1931, "square of nine, hexagon; formulas by chart");

crate::outputs! {
    /// A price on a chart.
    pub struct ChartLevels {
        /// Its angle, 0 to 360 degrees.
        degrees,
        /// Sine of the angle.
        sine,
        /// Cosine of the angle.
        cosine,
        /// The price of the nearest level.
        level,
        /// Price minus level: positive above it.
        distance,
        /// The way from the level along the chart, as a share of the way between two: −0.5 to 0.5.
        share,
    }
}

/// The levels of a chart, `step` degrees apart, at numbers that are prices divided by `unit`.
///
/// A price that has no place on the chart (not positive) gives no value. O(1), no memory.
#[derive(Clone, Copy, Debug)]
pub struct Levels {
    chart: Chart,
    step_degrees: f64,
    unit: f64,
}

impl Levels {
    /// Builds them.
    ///
    /// # Panics
    /// If the step or the unit is not allowed by the catalogue.
    #[must_use]
    pub fn new(chart: Chart, step_degrees: f64, unit: f64) -> Self {
        Self { chart, step_degrees: STEP.require(step_degrees), unit: UNIT.require(unit) }
    }

    /// Returns the level nearest to a price, in prices.
    #[inline]
    #[must_use]
    pub fn nearest(&self, price: f64) -> Option<NearestLevel> {
        let near = self.chart.nearest(price / self.unit, self.step_degrees)?;
        Some(NearestLevel {
            level: near.level * self.unit,
            distance: near.distance * self.unit,
            ..near
        })
    }
}

impl Catalogued for Levels {
    const ENTRY: Entry = Entry {
        name: "gann_levels",
        title: "Levels of a Gann chart",
        school: School::Gann,
        parameters: &[CHART, STEP, UNIT],
        price: AppliedPrice::Close,
        source: SOURCE,
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(Chart::ALL[arguments.whole(0)], arguments.number(1), arguments.number(2))
    }
}

impl Indicator for Levels {
    type Sample = f64;
    type Output = ChartLevels;

    #[inline]
    fn step(&mut self, price: f64) -> Option<ChartLevels> {
        let NearestLevel { level, distance, degrees, share } = self.nearest(price)?;
        let (sine, cosine) = sine_cosine(degrees);
        Some(ChartLevels { degrees, sine, cosine, level, distance, share })
    }

    fn reset(&mut self) {}

    fn warm_up(&self) -> usize {
        1
    }
}

/// The distance of the close from the nearest level of a chart, in average true ranges; zero while
/// the market stands still.
#[derive(Clone, Debug)]
pub struct LevelDistance {
    levels: Levels,
    atr: Atr,
}

impl LevelDistance {
    /// Builds it with an average true range over `period` bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(chart: Chart, step_degrees: f64, unit: f64, period: usize) -> Self {
        Self { levels: Levels::new(chart, step_degrees, unit), atr: Atr::new(period) }
    }
}

impl Catalogued for LevelDistance {
    const ENTRY: Entry = Entry {
        name: "gann_levels_atr",
        title: "Distance from the nearest level of a Gann chart in average true ranges",
        school: School::Gann,
        parameters: &[CHART, STEP, UNIT, PERIOD],
        price: AppliedPrice::Close,
        source: SOURCE,
    };

    fn build(arguments: &Arguments) -> Self {
        let levels = Levels::build(arguments);
        Self { levels, atr: Atr::new(arguments.whole(3)) }
    }
}

impl Indicator for LevelDistance {
    type Sample = HighLowClose;
    type Output = f64;

    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let atr = self.atr.step(bar)?;
        let near = self.levels.nearest(bar.close)?;
        Some(if atr > 0.0 { near.distance / atr } else { 0.0 })
    }

    fn reset(&mut self) {
        self.atr.reset();
    }

    fn warm_up(&self) -> usize {
        self.atr.warm_up()
    }
}
