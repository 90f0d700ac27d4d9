//! Fractals: highs and lows that no bar near them passes.

use super::PivotSide;
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::parameter::{Arguments, Parameter};
use crate::patterns::Pivot;
use crate::window::{Highest, Lowest, Window};
use crate::{AppliedPrice, HighLow, Indicator, Outputs};

/// Bars on each side.
const SIDE: Parameter = Parameter::samples("side", 1, 2);

/// Bars whose high (low) is not passed by any of `side` bars on each side; known `side` bars
/// later. O(1) amortised.
#[derive(Clone, Debug)]
pub struct Fractal {
    side: usize,
    highs: Window,
    lows: Window,
    highest: Highest,
    lowest: Lowest,
    bars: usize,
}

impl Fractal {
    /// Builds one that compares with `side` bars on each side.
    ///
    /// # Panics
    /// If the number is not allowed by the catalogue.
    #[must_use]
    pub fn new(side: usize) -> Self {
        let side = SIDE.require_whole(side);
        Self {
            side,
            highs: Window::new(side + 1),
            lows: Window::new(side + 1),
            highest: Highest::new(2 * side + 1),
            lowest: Lowest::new(2 * side + 1),
            bars: 0,
        }
    }
}

impl Catalogued for Fractal {
    const ENTRY: Entry = Entry {
        name: "fractal",
        title: "Fractal pivots",
        school: School::Patterns,
        parameters: &[SIDE],
        price: AppliedPrice::Close,
        source: Source::new("Williams", "Trading Chaos", 1995, "fractals"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl Indicator for Fractal {
    type Sample = HighLow;
    type Output = FractalPoint;

    fn step(&mut self, range: HighLow) -> Option<FractalPoint> {
        self.bars += 1;
        self.highs.push(range.high);
        self.lows.push(range.low);
        let (highest, lowest) = (self.highest.push(range.high), self.lowest.push(range.low));
        let bar = self.bars.checked_sub(2 * self.side + 1)? + self.side;
        let (high, low) = (self.highs.lag(self.side), self.lows.lag(self.side));
        let pivot = |price, side| Pivot { price, bar, side };
        Some(FractalPoint {
            high: (high >= highest).then(|| pivot(high, PivotSide::High)),
            low: (low <= lowest).then(|| pivot(low, PivotSide::Low)),
        })
    }

    fn reset(&mut self) {
        self.highs.clear();
        self.lows.clear();
        self.highest.clear();
        self.lowest.clear();
        self.bars = 0;
    }

    fn warm_up(&self) -> usize {
        2 * self.side + 1
    }
}

/// The fractals that a bar confirms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FractalPoint {
    /// The high confirmed.
    pub high: Option<Pivot>,
    /// The low confirmed.
    pub low: Option<Pivot>,
}

/// `high` and `low` are prices, absent where nothing is confirmed.
impl Outputs for FractalPoint {
    const NAMES: &'static [&'static str] = &["high", "low"];

    fn write(&self, slots: &mut [Option<f64>]) {
        slots.copy_from_slice(&[self.high, self.low].map(|each| each.map(|pivot| pivot.price)));
    }

    fn is_finite(&self) -> bool {
        true
    }
}
