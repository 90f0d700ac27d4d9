//! The dominant cycle by zero crossings of a band-pass filter.

use super::BandPassSignal;
use super::school::*;
use crate::prelude::*;

/// Twice the samples between crossings of 0, which may change by a quarter up and a fifth down at
/// each; at least 6.
#[derive(Clone, Debug)]
pub struct ZeroCrossingCycle {
    filter: BandPassSignal,
    last: f64,
    count: f64,
    period: f64,
}

const WIDE: Parameter = BANDWIDTH.or(0.7);
const SHORTEST: f64 = 6.0;

impl ZeroCrossingCycle {
    /// Builds one on a wide band-pass filter around `period` samples.
    ///
    /// # Panics
    /// If an argument is not allowed by the catalogue.
    #[must_use]
    pub fn new(period: f64, bandwidth: f64) -> Self {
        let filter = BandPassSignal::new(period, bandwidth);
        Self { filter, last: 0.0, count: 0.0, period: SHORTEST }
    }

    #[inline]
    fn next(&mut self, price: f64) -> f64 {
        let signal = self.filter.next(price).signal;
        let last = std::mem::replace(&mut self.last, signal);
        self.count += 1.0;
        if (signal > 0.0 && last <= 0.0) || (signal < 0.0 && last >= 0.0) {
            let measured = 2.0 * self.count;
            let limited = measured.clamp(0.8 * self.period, 1.25 * self.period);
            self.period = limited.max(SHORTEST);
            self.count = 0.0;
        }
        self.period
    }

    fn clear(&mut self) {
        self.filter.clear();
        self.last = 0.0;
        self.count = 0.0;
        self.period = SHORTEST;
    }
}

impl Catalogued for ZeroCrossingCycle {
    const ENTRY: Entry = on_close(
        "zero_crossing_cycle",
        "Dominant cycle by zero crossings",
        &[CYCLE, WIDE],
        cycle_analytics("listing 5-2"),
    );

    fn build(arguments: &Arguments) -> Self {
        Self::new(arguments.number(0), arguments.number(1))
    }
}

at_once!(ZeroCrossingCycle: f64 => f64);
