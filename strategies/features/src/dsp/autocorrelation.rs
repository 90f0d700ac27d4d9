//! The autocorrelation of a roofing filter, its periodogram, and the reversals it shows.

use super::Roofing;
use super::past::Recent;
use super::school::*;
use super::spectrum::{CYCLES, DominantCycle, LONGEST, Powers, Transform};
use crate::prelude::*;

/// Correlations of the last values with earlier ones, for lags of 3 to 48.
#[derive(Clone, Debug)]
struct Autocorrelation {
    roofing: Roofing,
    value: f64,
    pairs: Pairs,
}

/// How many values are correlated.
#[derive(Clone, Debug)]
enum Pairs {
    Three(Triples),
    /// So many, or as many as the lag if that is 0.
    Many(usize, Recent),
}

impl Pairs {
    fn new(average: usize) -> Self {
        if average == 3 {
            Self::Three(Triples::new())
        } else {
            Self::Many(average, Recent::new(2 * LONGEST))
        }
    }

    #[inline]
    fn next(&mut self, value: f64) -> [f64; LAGS] {
        match self {
            Self::Three(triples) => triples.next(value),
            Self::Many(average, values) => {
                values.push(value);
                let values = values.newest_first();
                std::array::from_fn(|index| {
                    let lag = FIRST + index;
                    let count = if *average == 0 { lag } else { *average };
                    correlation(&values[..count], &values[lag..lag + count])
                })
            }
        }
    }

    fn reset(&mut self) {
        match self {
            Self::Three(triples) => triples.reset(),
            Self::Many(_, values) => values.reset(),
        }
    }
}

/// Pearson's correlation, 0 where one of the two does not move.
fn correlation(a: &[f64], b: &[f64]) -> f64 {
    let count = a.len() as f64;
    let (mean_a, mean_b) = (a.iter().sum::<f64>() / count, b.iter().sum::<f64>() / count);
    let (mut ab, mut aa, mut bb) = (0.0, 0.0, 0.0);
    for (a, b) in a.iter().zip(b) {
        let (a, b) = (a - mean_a, b - mean_b);
        ab += a * b;
        aa += a * a;
        bb += b * b;
    }
    ratio(ab, aa.sqrt() * bb.sqrt()).unwrap_or(0.0)
}

/// Three values less their mean, in units of their size, are a direction in a plane; Pearson's
/// correlation of two such triples is the cosine of the angle between their directions. So a value
/// is turned into a direction once, and a correlation is two products.
#[derive(Clone, Debug)]
struct Triples {
    values: [f64; 2],
    across: Recent,
    along: Recent,
}

const FIRST: usize = 3;
const LAGS: usize = LONGEST - FIRST + 1;

impl Triples {
    fn new() -> Self {
        let directions = Recent::new(LONGEST + 1);
        Self { values: [0.0; 2], across: directions.clone(), along: directions }
    }

    #[inline]
    fn next(&mut self, a: f64) -> [f64; LAGS] {
        let [b, c] = self.values;
        self.values = [a, b];
        // An orthogonal base of what is left of a triple without its mean.
        let x = (a - b) * std::f64::consts::FRAC_1_SQRT_2;
        let y = (a + b - 2.0 * c) / 6.0_f64.sqrt();
        let scale = ratio(1.0, (x * x + y * y).sqrt()).unwrap_or(0.0);
        let (x, y) = (x * scale, y * scale);
        self.across.push(x);
        self.along.push(y);
        let across = &self.across.newest_first()[FIRST..];
        let along = &self.along.newest_first()[FIRST..];
        let mut correlations = [0.0; LAGS];
        for ((correlation, across), along) in correlations.iter_mut().zip(across).zip(along) {
            *correlation = x * across + y * along;
        }
        correlations
    }

    fn reset(&mut self) {
        self.values = [0.0; 2];
        self.across.reset();
        self.along.reset();
    }
}

impl Autocorrelation {
    fn new(high_pass: f64, low_pass: f64, average: usize, constants: Constants) -> Self {
        let average = AVERAGE.require_whole(average);
        let roofing = Roofing::new(high_pass, low_pass, constants);
        Self { roofing, value: 0.0, pairs: Pairs::new(average) }
    }

    #[inline]
    fn next(&mut self, price: f64) -> [f64; LAGS] {
        self.value = self.roofing.next(price);
        self.pairs.next(self.value)
    }

    fn reset(&mut self) {
        self.roofing.clear();
        self.value = 0.0;
        self.pairs.reset();
    }
}

/// How many values are correlated; 0 is as many as the lag.
const AVERAGE: Parameter = Parameter::number("average", Unit::Count, 0.0, LONGEST as f64, 3.0);
const HIGH_PASS: Parameter = named("high_pass", PERIOD_5, 48.0);
const LOW_PASS: Parameter = named("low_pass", PERIOD, 10.0);

/// The dominant cycle, 10 to 48 samples, by the spectrum of the autocorrelation: Ehlers' preferred
/// measurement. Under 1 µs with three values, about 4000 multiplications; twice that with more.
///
/// The listing prints 370 for 360 degrees; the other listings of the book, and this, have 360.
#[derive(Clone, Debug)]
pub struct AutocorrelationPeriodogram {
    correlation: Autocorrelation,
    transform: Transform,
    powers: Powers,
    cycle: DominantCycle,
}

impl AutocorrelationPeriodogram {
    /// Builds one behind a roofing filter, which correlates `average` values, or as many as the lag
    /// if that is 0.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, average: usize, constants: Constants) -> Self {
        Self {
            correlation: Autocorrelation::new(high_pass, low_pass, average, constants),
            transform: Transform::new(FIRST, LAGS),
            powers: [0.0; _],
            cycle: DominantCycle::default(),
        }
    }

    #[inline]
    pub(super) fn next(&mut self, price: f64) -> f64 {
        let squares = self.transform.powers(&self.correlation.next(price));
        for (power, square) in self.powers.iter_mut().zip(&squares) {
            *power = 0.2 * square * square + 0.8 * *power;
        }
        self.cycle.next(&self.powers)
    }

    /// The value of the roofing filter.
    #[inline]
    pub(super) const fn roofed(&self) -> f64 {
        self.correlation.value
    }

    /// Returns the powers of cycles of 10, 11, … 48 samples after the last sample, for a heat map;
    /// the largest of the last hundreds of samples is 1 when divided by their maximum.
    #[must_use]
    pub fn powers(&self) -> &[f64] {
        &self.powers[..CYCLES]
    }

    pub(super) fn clear(&mut self) {
        self.correlation.reset();
        self.powers = [0.0; _];
        self.cycle.reset();
    }
}

impl Catalogued for AutocorrelationPeriodogram {
    const ENTRY: Entry = on_close(
        "autocorr_periodogram",
        "Dominant cycle by autocorrelation periodogram",
        &[HIGH_PASS, LOW_PASS, AVERAGE, CONSTANTS],
        cycle_analytics("listing 8-3"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 3);
        Self::new(arguments.number(0), arguments.number(1), arguments.whole(2), constants)
    }
}

at_once!(AutocorrelationPeriodogram: f64 => f64);

/// 1 where more than half of the correlations change their sign at once, else 0: a reversal.
#[derive(Clone, Debug)]
pub struct AutocorrelationReversal {
    correlation: Autocorrelation,
    last: [f64; LAGS],
}

/// So many of the 46 correlations change at a reversal, and more.
const CHANGES: usize = 24;

impl AutocorrelationReversal {
    /// Builds one behind a roofing filter, which correlates `average` values, or as many as the lag
    /// if that is 0.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(high_pass: f64, low_pass: f64, average: usize, constants: Constants) -> Self {
        let correlation = Autocorrelation::new(high_pass, low_pass, average, constants);
        Self { correlation, last: [0.0; LAGS] }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let now = self.correlation.next(price);
        let pairs = now.iter().zip(&self.last);
        let changes = pairs.filter(|(now, last)| *now * *last < 0.0).count();
        self.last = now;
        f64::from(u8::from(changes > CHANGES))
    }

    fn clear(&mut self) {
        self.correlation.reset();
        self.last = [0.0; LAGS];
    }
}

impl Catalogued for AutocorrelationReversal {
    const ENTRY: Entry = on_close(
        "autocorr_reversal",
        "Autocorrelation reversals",
        &[HIGH_PASS, LOW_PASS, AVERAGE, CONSTANTS],
        cycle_analytics("listing 8-4"),
    );

    fn build(arguments: &Arguments) -> Self {
        let constants = Constants::argument(arguments, 3);
        Self::new(arguments.number(0), arguments.number(1), arguments.whole(2), constants)
    }
}

at_once!(AutocorrelationReversal: f64 => f64);
