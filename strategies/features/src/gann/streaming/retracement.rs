//! How much of the swing under way has been given back, and the nearest eighth or third of it.

use super::swings::{Swings, THRESHOLD};
use crate::catalog::{Catalogued, Entry, School, Source};
use crate::gann::retracements::nearest;
use crate::parameter::Arguments;
use crate::{AppliedPrice, HighLowClose, Indicator};

crate::outputs! {
    /// A close within the swing under way.
    pub struct Retraced {
        /// The share of the swing that has been given back: 0 at its furthest price, 1 at the
        /// pivot, more beyond it.
        share,
        /// The price of the nearest eighth or third.
        level,
        /// Price minus level: positive above it.
        distance,
        /// Where the swing began.
        pivot,
        /// How far it has come.
        extreme,
    }
}

/// The retracement of the swing under way.
#[derive(Clone, Debug)]
pub struct Retracement {
    swings: Swings,
}

impl Retracement {
    /// Builds it for swings of a `threshold`, a share of the price.
    ///
    /// # Panics
    /// If the threshold is not allowed by the catalogue.
    #[must_use]
    pub fn new(threshold: f64) -> Self {
        Self { swings: Swings::new(THRESHOLD.require(threshold)) }
    }
}

impl Catalogued for Retracement {
    const ENTRY: Entry = Entry {
        name: "gann_retracement",
        title: "Retracement of the swing in eighths and thirds",
        school: School::Gann,
        parameters: &[THRESHOLD],
        price: AppliedPrice::Close,
        source: Source::new("Gann", "45 Years in Wall Street", 1949, "percentages of a range"),
    };

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0))
    }
}

impl Indicator for Retracement {
    type Sample = HighLowClose;
    type Output = Retraced;

    fn step(&mut self, bar: HighLowClose) -> Option<Retraced> {
        let (swing, _) = self.swings.step(bar.high, bar.low);
        let (pivot, extreme) = (swing.pivot.price, swing.extreme);
        let share = (extreme - bar.close) / (extreme - pivot);
        // A first bar without range has nothing to give back.
        let share = if share.is_finite() { share } else { 0.0 };
        let level = extreme - nearest(share) * (extreme - pivot);
        Some(Retraced { share, level, distance: bar.close - level, pivot, extreme })
    }

    fn reset(&mut self) {
        self.swings.reset();
    }

    fn warm_up(&self) -> usize {
        1
    }
}
