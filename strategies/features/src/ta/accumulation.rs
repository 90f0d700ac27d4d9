//! Accumulation and distribution, and its oscillator.

use super::{FAST, SLOW, classical};
use crate::prelude::*;

const CHAIKIN: Source = Source::new(
    "Chaikin",
    "Chaikin Oscillator, in Achelis: Technical Analysis from A to Z",
    1995,
    "",
);

/// The volume so far, each bar weighted by where its close lies in its range: +1 at the high, −1 at
/// the low, nothing where there is no range.
#[derive(Clone, Debug, Default)]
pub struct Accumulation {
    total: f64,
}

impl Accumulation {
    /// Builds one.
    #[must_use]
    pub const fn new() -> Self {
        Self { total: 0.0 }
    }
}

impl Catalogued for Accumulation {
    const ENTRY: Entry = classical("ad", "Accumulation and distribution", &[], CHAIKIN);

    fn build(_: &Arguments) -> Self {
        Self::new()
    }
}

impl Indicator for Accumulation {
    type Sample = HighLowCloseVolume;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let range = bar.high - bar.low;
        if range > 0.0 {
            let place = ((bar.close - bar.low) - (bar.high - bar.close)) / range;
            self.total += place * bar.volume;
        }
        Some(self.total)
    }

    fn reset(&mut self) {
        self.total = 0.0;
    }

    fn warm_up(&self) -> usize {
        1
    }
}

/// The difference of two EMAs of [`Accumulation`], both seeded with its first value. A first value
/// is given when the slower EMA has seen its period.
#[derive(Clone, Debug)]
pub struct AccumulationOscillator {
    accumulation: Accumulation,
    weights: [f64; 2],
    averages: Option<[f64; 2]>,
    slowest: usize,
    count: usize,
}

impl AccumulationOscillator {
    /// Builds one from the periods of the EMAs, in bars.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(fast: usize, slow: usize) -> Self {
        let (fast, slow) = (FAST.require_whole(fast), SLOW.require_whole(slow));
        let weight = |period: usize| 2.0 / (period as f64 + 1.0);
        Self {
            accumulation: Accumulation::new(),
            weights: [weight(fast), weight(slow)],
            averages: None,
            slowest: fast.max(slow),
            count: 0,
        }
    }
}

impl Catalogued for AccumulationOscillator {
    const ENTRY: Entry =
        classical("adosc", "Chaikin oscillator", &[FAST.or(3.0), SLOW.or(10.0)], CHAIKIN);

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.whole(1))
    }
}

impl Indicator for AccumulationOscillator {
    type Sample = HighLowCloseVolume;
    type Output = f64;

    #[inline]
    fn step(&mut self, bar: HighLowCloseVolume) -> Option<f64> {
        let total = self.accumulation.step(bar)?;
        let averages = self.averages.get_or_insert([total; 2]);
        for (average, weight) in averages.iter_mut().zip(self.weights) {
            *average += weight * (total - *average);
        }
        let difference = averages[0] - averages[1];
        self.count = (self.count + 1).min(self.slowest);
        (self.count == self.slowest).then_some(difference)
    }

    fn reset(&mut self) {
        self.accumulation.reset();
        self.averages = None;
        self.count = 0;
    }

    fn warm_up(&self) -> usize {
        self.slowest
    }
}
