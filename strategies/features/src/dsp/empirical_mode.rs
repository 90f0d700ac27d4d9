//! Empirical mode decomposition: trend or cycle.

use super::past::PastSum;
use super::school::*;
use super::two_pole::TwoPole;
use crate::prelude::*;

outputs! {
    /// The outputs of [`EmpiricalMode`].
    pub struct ModeLines {
        /// The mean of the cycle: above `upper` the trend is up, below `lower` it is down.
        mean,
        /// A fraction of the usual peak.
        upper,
        /// A fraction of the usual valley.
        lower,
    }
}

/// A band-pass filter, its mean over two cycles, and its average peaks and valleys. Between the
/// thresholds the market is in a cycle.
#[derive(Clone, Debug)]
pub struct EmpiricalMode {
    filter: TwoPole,
    mean: PastSum,
    peaks: PastSum,
    valleys: PastSum,
    /// Band-pass values of one and two samples ago.
    last: [f64; 2],
    peak: f64,
    valley: f64,
    fraction: f64,
    cycles: f64,
}

/// Samples over which peaks and valleys are averaged.
const EXTREMES: usize = 50;

const WHOLE: Parameter = Parameter { high: 50_000.0, ..Parameter::samples("period", 5, 20) };
/// Half the bandwidth as a share of the period.
const DELTA: Parameter = Parameter::number("delta", Unit::Ratio, 0.001, 0.5, 0.5);
const FRACTION: Parameter = Parameter::number("fraction", Unit::Ratio, 0.0, 10.0, 0.1);

impl EmpiricalMode {
    /// Builds one for cycles of `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: usize, delta: f64, fraction: f64) -> Self {
        let period = WHOLE.require_whole(period);
        let bandwidth = 2.0 * DELTA.require(delta);
        Self {
            filter: TwoPole::band_pass(period as f64, bandwidth),
            mean: PastSum::new(2 * period),
            peaks: PastSum::new(EXTREMES),
            valleys: PastSum::new(EXTREMES),
            last: [0.0; 2],
            peak: 0.0,
            valley: 0.0,
            fraction: FRACTION.require(fraction),
            cycles: 2.0 * period as f64,
        }
    }

    #[inline]
    fn next(&mut self, price: f64) -> ModeLines {
        let cycle = self.filter.next(price);
        let [last, before] = self.last;
        if last > cycle && last > before {
            self.peak = last;
        }
        if last < cycle && last < before {
            self.valley = last;
        }
        self.last = [cycle, last];
        let scale = self.fraction / EXTREMES as f64;
        ModeLines {
            mean: self.mean.push(cycle) / self.cycles,
            upper: scale * self.peaks.push(self.peak),
            lower: scale * self.valleys.push(self.valley),
        }
    }

    fn clear(&mut self) {
        self.filter.reset();
        self.mean.reset();
        self.peaks.reset();
        self.valleys.reset();
        self.last = [0.0; 2];
        self.peak = 0.0;
        self.valley = 0.0;
    }
}

impl Catalogued for EmpiricalMode {
    const ENTRY: Entry = on_median(
        "emd",
        "Empirical mode decomposition",
        &[WHOLE, DELTA, FRACTION],
        Source::new("Ehlers and Way", "Empirical Mode Decomposition", 2010, "MESA Software paper"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.whole(0), arguments.number(1), arguments.number(2))
    }
}

at_once!(EmpiricalMode: f64 => ModeLines);
