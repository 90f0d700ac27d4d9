//! The relative vigor index.

use super::cyber_cycle::Smooth;
use super::past::PastSum;
use super::school::*;
use crate::prelude::*;

/// How far closes are above opens, as a share of the range: in a rising market bars close high.
#[derive(Clone, Debug)]
pub struct RelativeVigor {
    bodies: Smooth,
    ranges: Smooth,
    body: PastSum,
    range: PastSum,
    value: f64,
}

impl RelativeVigor {
    /// Builds one over `length` bars.
    ///
    /// # Panics
    /// If the length is not allowed by the catalogue.
    #[must_use]
    pub fn new(length: usize) -> Self {
        let sum = PastSum::new(LENGTH.require_whole(length));
        let (bodies, ranges) = (Smooth::default(), Smooth::default());
        Self { bodies, ranges, body: sum.clone(), range: sum, value: 0.0 }
    }
}

impl Catalogued for RelativeVigor {
    const ENTRY: Entry =
        on_close("rvi", "Relative vigor index", &[LENGTH.or(10.0)], cybernetic("fig. 6.1"));

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0))
    }
}

impl RelativeVigor {
    #[inline]
    pub(super) fn next(&mut self, bar: Ohlc) -> f64 {
        let body = self.bodies.next(bar.close - bar.open).0;
        let range = self.ranges.next(bar.high - bar.low).0;
        let (body, range) = (self.body.push(body), self.range.push(range));
        if let Some(vigor) = ratio(body, range) {
            self.value = vigor;
        }
        self.value
    }

    pub(super) fn clear(&mut self) {
        self.bodies.reset();
        self.ranges.reset();
        self.body.reset();
        self.range.reset();
        self.value = 0.0;
    }
}

at_once!(RelativeVigor: Ohlc => f64);
