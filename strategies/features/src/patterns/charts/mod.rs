//! Chart patterns on confirmed pivots.
//!
//! A pattern is judged only at the bar that confirms its last pivot, and reported there.

mod fractal;
mod harmonic;
mod pattern;
mod shape;
mod swing;
mod tracked;
mod zigzag;

pub use fractal::{Fractal, FractalPoint};
pub use pattern::{ChartFinding, ChartPattern, Line};
pub use swing::{Pivot, PivotSide};
pub use tracked::{TrackedPattern, TrackedPoint};
pub use zigzag::{ZigZag, ZigZagPoint};

pub(crate) use pattern::COLUMNS;

use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::{Arguments, Parameter, Unit};
use crate::{AppliedPrice, HighLow, Indicator, Outputs};
use pattern::Limits;
use swing::Swings;

/// By which share of the price an extreme must be left behind to be a pivot.
const THRESHOLD: Parameter = Parameter::number("threshold", Unit::Ratio, 1e-6, 0.9, 0.05);

/// Up to which share of the larger price two prices are level.
const TOLERANCE: Parameter = Parameter::number("tolerance", Unit::Ratio, 0.0, 0.5, 0.03);

/// Which share of its pole a flag must not give back.
const FLAG: Parameter = Parameter::number("flag", Unit::Ratio, 0.0, 1.0, 0.5);

/// 1 for a high, −1 for a low.
const fn side_sign(side: PivotSide) -> i32 {
    match side {
        PivotSide::High => 1,
        PivotSide::Low => -1,
    }
}

/// All chart patterns over one zigzag. O(1): a comparison or two per bar, and every pattern once
/// per pivot.
#[derive(Clone, Debug)]
pub struct ChartPatterns {
    swings: Swings,
    limits: Limits,
    /// Whether the last bar confirmed a pivot.
    turned: bool,
}

impl ChartPatterns {
    /// Builds them on pivots confirmed by reversals of `threshold`; prices within `tolerance` of
    /// each other are level, and a flag gives back less than the share `flag` of its pole.
    ///
    /// # Panics
    /// If one is not allowed by the catalogue.
    #[must_use]
    pub fn new(threshold: f64, tolerance: f64, flag: f64) -> Self {
        let limits = Limits { tolerance: TOLERANCE.require(tolerance), flag: FLAG.require(flag) };
        Self { swings: Swings::new(THRESHOLD.require(threshold)), limits, turned: false }
    }

    /// Returns the patterns that the last bar completed, with their geometry.
    pub fn findings(&self) -> impl Iterator<Item = ChartFinding> + '_ {
        let patterns = if self.turned { &ChartPattern::ALL[..] } else { &[] };
        patterns.iter().filter_map(|&each| ChartFinding::of(each, &self.swings, &self.limits))
    }

    /// Takes the next bar and returns whether it confirms a pivot.
    #[inline]
    fn push(&mut self, range: HighLow) -> bool {
        self.turned = self.swings.update(range).is_some();
        self.turned
    }
}

impl Catalogued for ChartPatterns {
    const ENTRY: Entry = Entry {
        name: "chart_patterns",
        title: "Chart and harmonic patterns at the bar that completes them",
        school: School::Patterns,
        parameters: &[THRESHOLD, TOLERANCE, FLAG],
        price: AppliedPrice::Close,
        source: Source::new("Edwards and Magee", "Technical Analysis of Stock Trends", 1948, ""),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1), arguments.number(2))
    }
}

impl Indicator for ChartPatterns {
    type Sample = HighLow;
    type Output = ChartSigns;

    fn step(&mut self, range: HighLow) -> Option<ChartSigns> {
        let mut signs = ChartSigns { values: [0; ChartPattern::ALL.len()] };
        if self.push(range) {
            for (value, pattern) in signs.values.iter_mut().zip(ChartPattern::ALL) {
                *value = pattern.judge(&self.swings, &self.limits) as i8;
            }
        }
        Some(signs)
    }

    fn reset(&mut self) {
        self.swings.reset();
        self.turned = false;
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// What every chart pattern says of one bar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChartSigns {
    values: [i8; ChartPattern::ALL.len()],
}

impl ChartSigns {
    /// Returns 1 if this bar completes a bullish one, −1 bearish, 0 none.
    #[must_use]
    pub fn get(&self, pattern: ChartPattern) -> i32 {
        i32::from(self.values[pattern as usize])
    }
}

impl Outputs for ChartSigns {
    const NAMES: &'static [&'static str] = &ChartPattern::NAMES;

    fn write(&self, slots: &mut [Option<f64>]) {
        for (slot, &value) in slots.iter_mut().zip(&self.values) {
            *slot = Some(f64::from(value));
        }
    }

    fn is_finite(&self) -> bool {
        true
    }
}
