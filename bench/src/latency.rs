//! Latency distributions.

use hdrhistogram::Histogram;
use serde::Serialize;

/// 69 s: what takes longer is a failure, not a latency.
const NANOS_MAX: u64 = 1 << 36;

/// Counts latencies.
#[derive(Clone, Debug)]
pub struct Latencies(Histogram<u64>);

impl Latencies {
    /// Starts empty. The bounds are fixed from the start: a histogram that resizes itself clamps
    /// on `saturating_record` and so hides the worst.
    #[must_use]
    pub fn new() -> Self {
        Self(Histogram::new_with_bounds(1, NANOS_MAX, 3).expect("constant bounds"))
    }

    /// Counts one latency in nanoseconds.
    pub fn record(&mut self, nanos: u64) {
        self.0.saturating_record(nanos);
    }

    /// Returns the figures.
    #[must_use]
    pub fn figures(&self) -> Figures {
        Figures {
            count: self.0.len(),
            p50: self.0.value_at_quantile(0.5),
            p99: self.0.value_at_quantile(0.99),
            p999: self.0.value_at_quantile(0.999),
            max: self.0.max(),
        }
    }
}

impl Default for Latencies {
    fn default() -> Self {
        Self::new()
    }
}

/// One round counted twice: from when it was due, and from when it was really begun.
#[derive(Clone, Debug, Default)]
pub struct Rounds {
    from_due: Latencies,
    from_start: Latencies,
}

impl Rounds {
    /// Counts one round; times in nanoseconds of one clock.
    pub fn record(&mut self, due: u64, started: u64, done: u64) {
        self.from_due.record(done.saturating_sub(due));
        self.from_start.record(done.saturating_sub(started));
    }

    /// Returns the figures.
    #[must_use]
    pub fn figures(&self) -> RoundFigures {
        RoundFigures { latency: self.from_due.figures(), service: self.from_start.figures() }
    }
}

/// What is told of rounds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RoundFigures {
    /// From when a round was due: what a market that does not wait would see.
    pub latency: Figures,
    /// From when it was begun: what a round costs, however late the machine's other work made it.
    pub service: Figures,
}

/// What is told of a distribution, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    /// How many were counted.
    pub count: u64,
    /// Half took no longer.
    pub p50: u64,
    /// 99 % took no longer.
    pub p99: u64,
    /// 99.9 % took no longer.
    pub p999: u64,
    /// The longest.
    pub max: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_is_not_clamped() {
        let mut latencies = Latencies::new();
        for nanos in [900; 999] {
            latencies.record(nanos);
        }
        latencies.record(40_000_000);
        let figures = latencies.figures();
        assert_eq!((figures.count, figures.p50, figures.p99), (1_000, 900, 900));
        assert!(figures.max >= 40_000_000);
    }
}
