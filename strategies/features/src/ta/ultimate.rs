//! Ultimate oscillator.

use super::{PERIOD, TrueRange, classical};
use crate::prelude::*;
use crate::window::Sums;

/// How much the pressures over the three periods count, the shortest first.
const WEIGHTS: [f64; 3] = [4.0, 2.0, 1.0];

const FIRST: Parameter = Parameter { name: "first", ..PERIOD.or(7.0) };
const SECOND: Parameter = Parameter { name: "second", ..PERIOD.or(14.0) };
const THIRD: Parameter = Parameter { name: "third", ..PERIOD.or(28.0) };

/// Buying pressure (close less the true low) in percent of the true range, over three periods; the
/// shortest counts four times, the middle one twice. A period without range counts nothing.
#[derive(Clone, Debug)]
pub struct UltimateOscillator {
    range: TrueRange,
    previous_close: f64,
    /// Buying pressure and true range.
    sums: [Sums<2>; 3],
}

impl UltimateOscillator {
    /// Builds one over three periods in bars, in any order.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(first: usize, second: usize, third: usize) -> Self {
        let mut periods =
            [FIRST.require_whole(first), SECOND.require_whole(second), THIRD.require_whole(third)];
        periods.sort_unstable();
        Self { range: TrueRange::new(), previous_close: 0.0, sums: periods.map(Sums::new) }
    }
}

impl Catalogued for UltimateOscillator {
    const ENTRY: Entry = classical(
        "ultosc",
        "Ultimate oscillator",
        &[FIRST, SECOND, THIRD],
        Source::new("Williams", "The Ultimate Oscillator, TASC 3:4", 1985, ""),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1), arguments.whole(2))
    }
}

impl Indicator for UltimateOscillator {
    type Sample = HighLowClose;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowClose) -> Option<f64> {
        let previous = std::mem::replace(&mut self.previous_close, bar.close);
        let range = self.range.step(bar)?;
        let came = [bar.close - bar.low.min(previous), range];
        let mut total = 0.0;
        for (sums, weight) in self.sums.iter_mut().zip(WEIGHTS) {
            let [pressure, range] = sums.push(came);
            if range != 0.0 {
                total += weight * (pressure / range);
            }
        }
        self.sums[2].is_full().then(|| 100.0 * (total / 7.0))
    }

    fn reset(&mut self) {
        self.range.reset();
        self.sums.iter_mut().for_each(Sums::clear);
    }

    fn warm_up(&self) -> usize {
        self.sums[2].capacity() + 1
    }
}
