//! Keltner channel.

use super::{Ema, PERIOD, Rma, TrueRange, classical};
use crate::prelude::*;

outputs! {
    /// The lines of [`Keltner`].
    pub struct KeltnerBands {
        /// Upper band.
        up,
        /// Middle.
        mid,
        /// Lower band.
        lo,
    }
}

/// An EMA of the typical price, and bands some average true ranges away. As in TA-Lib both averages
/// are seeded so that they have their first values on the same bar.
#[derive(Clone, Debug)]
pub struct Keltner {
    middle: Ema,
    range: TrueRange,
    average: Rma,
    multiplier: f64,
    /// Bars that only the other average sees, for the EMA and for the range.
    head_start: [usize; 2],
    seen: usize,
}

impl Keltner {
    /// Builds one from the periods of the averages, usually 20 and 10 bars, and the multiplier,
    /// usually 2.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, range_period: usize, multiplier: f64) -> Self {
        let period = PERIOD.require_whole(period);
        let range_period = RANGE_PERIOD.require_whole(range_period);
        let first = (period - 1).max(range_period);
        Self {
            middle: Ema::new(period),
            range: TrueRange::new(),
            average: Rma::new(range_period),
            multiplier: MULTIPLIER.require(multiplier),
            head_start: [first + 1 - period, first + 1 - range_period],
            seen: 0,
        }
    }
}

const RANGE_PERIOD: Parameter = Parameter { name: "range_period", ..PERIOD.or(10.0) };
const MULTIPLIER: Parameter = Parameter::number("multiplier", Unit::Ratio, 0.0, 1e6, 2.0);

impl Catalogued for Keltner {
    const ENTRY: Entry = classical(
        "keltner",
        "Keltner channel",
        &[PERIOD.or(20.0), RANGE_PERIOD, MULTIPLIER],
        Source::new("Keltner", "How to Make Money in Commodities", 1960, "as in TA-Lib 0.8"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.number(2))
    }
}

impl Indicator for Keltner {
    type Sample = HighLowClose;
    type Output = KeltnerBands;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<KeltnerBands> {
        let seen = self.seen;
        self.seen = (seen + 1).min(self.head_start[0].max(self.head_start[1]));
        let range = self.range.step(bar);
        let typical = (bar.high + bar.low + bar.close) / 3.0;
        let middle = if seen >= self.head_start[0] { self.middle.step(typical) } else { None };
        let average = if seen >= self.head_start[1] { self.average.step(range?) } else { None };
        let (mid, width) = (middle?, average? * self.multiplier);
        Some(KeltnerBands { up: mid + width, mid, lo: mid - width })
    }

    fn reset(&mut self) {
        self.middle.reset();
        self.range.reset();
        self.average.reset();
        self.seen = 0;
    }

    fn warm_up(&self) -> usize {
        self.head_start[0] + self.middle.warm_up()
    }
}
