//! Zigzag pivots.

use super::swing::{Pivot, PivotSide, Swings};
use super::{THRESHOLD, side_sign};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::Arguments;
use crate::{AppliedPrice, HighLow, Indicator, Outputs};

/// Swing highs and lows, each confirmed by a reversal of a share of its price. Nothing is
/// repainted: a pivot comes out once, at the bar that confirms it.
#[derive(Clone, Debug)]
pub struct ZigZag {
    swings: Swings,
}

impl ZigZag {
    /// Builds one that confirms by reversals of `threshold`, a share of the extreme: 0.05 for
    /// daily bars, 2 to 4 average ranges of a bar within a day.
    ///
    /// # Panics
    /// If the threshold is not allowed by the catalogue.
    #[must_use]
    pub fn new(threshold: f64) -> Self {
        Self { swings: Swings::new(THRESHOLD.require(threshold)) }
    }
}

impl Catalogued for ZigZag {
    const ENTRY: Entry = Entry {
        name: "zigzag",
        title: "Zigzag pivots",
        school: School::Patterns,
        parameters: &[THRESHOLD],
        price: AppliedPrice::Close,
        source: Source::new("Merrill", "Filtered Waves", 1977, "reversal by percent"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for ZigZag {
    type Sample = HighLow;
    type Output = ZigZagPoint;

    fn step(&mut self, range: HighLow) -> Option<ZigZagPoint> {
        let confirmed = self.swings.update(range);
        let (bar, extreme) = (self.swings.bar(), self.swings.extreme());
        let last = self.swings.last::<1>().map(|&[pivot]| pivot);
        Some(ZigZagPoint { confirmed, last, extreme, bar })
    }

    fn reset(&mut self) {
        self.swings.reset();
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// Where the zigzag stands after a bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ZigZagPoint {
    /// The pivot this bar confirmed.
    pub confirmed: Option<Pivot>,
    /// The last confirmed pivot.
    pub last: Option<Pivot>,
    /// The extreme since then; its side is where prices go.
    pub extreme: Pivot,
    /// This bar.
    pub bar: usize,
}

/// `price`, `dir` (1 high, −1 low, 0 none) and `age` are of the pivot confirmed by the bar;
/// `last_price`, `last_dir` and `last_age` of the last one confirmed, `extreme` and `extreme_age`
/// of the swing under way. Ages are in bars since the extreme.
impl Outputs for ZigZagPoint {
    const NAMES: &'static [&'static str] =
        &["price", "dir", "age", "last_price", "last_dir", "last_age", "extreme", "extreme_age"];

    fn write(&self, slots: &mut [Option<f64>]) {
        let age = |pivot: Pivot| (self.bar - pivot.bar) as f64;
        let dir = |side: PivotSide| f64::from(side_sign(side));
        let confirmed = self.confirmed;
        slots.copy_from_slice(&[
            confirmed.map(|pivot| pivot.price),
            Some(confirmed.map_or(0.0, |pivot| dir(pivot.side))),
            Some(confirmed.map_or(0.0, age)),
            self.last.map(|pivot| pivot.price),
            Some(self.last.map_or(0.0, |pivot| dir(pivot.side))),
            self.last.map(age),
            Some(self.extreme.price),
            Some(age(self.extreme)),
        ]);
    }

    fn is_finite(&self) -> bool {
        self.extreme.price.is_finite()
    }
}
