//! Latency histograms that one thread writes and others read without stopping it.
//!
//! Hot: [`Recorder::record`] is an index computation and one or two plain loads and stores; no
//! locked instruction, no allocation.
//!
//! Buckets are log-linear: exact up to 511 ns, then 256 per power of two up to 2^36 ns (69 s):
//!
//! ```text
//! value    0 … 255 │ 256 … 511 │ 512 … 1023 │ 1024 … 2047 │ …
//! width       1    │     1     │     2      │      4      │ 2^octave
//! bucket   0 … 255 │ 256 … 511 │ 512 … 767  │ 768 … 1023  │ …
//! ```
//!
//! # Precision
//! A recorded value is reported as the top of its bucket: never too small, too large by less than
//! 1/256. Quantiles then pass through an `hdrhistogram` of three digits, in all less than 0.5 %.
//! Count and maximum are exact, the maximum beyond 69 s too.
//!
//! # Invariants
//! - One writer: `Recorder` is not `Clone` and records through `&mut`.
//! - A reader that sees a value counted also sees a maximum not below it: the writer stores the
//!   maximum first and the count with Release, the reader loads counts with Acquire before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use hdrhistogram::Histogram;

mod hops;
#[cfg(test)]
mod tests;

pub use hops::{Hop, HopReaders, HopRecorders, hops};

/// Makes an empty histogram and returns its two sides.
///
/// Cost: 60 kB, touched at once; done at start-up.
#[must_use]
pub fn histogram() -> (Recorder, Reader) {
    let counts = (0..BUCKETS).map(|_| AtomicU64::new(0)).collect();
    let shared = Arc::new(Shared { counts, max: AtomicU64::new(0) });
    (Recorder { shared: Arc::clone(&shared), max: 0 }, Reader { shared })
}

/// The writing side of a histogram.
#[derive(Debug)]
pub struct Recorder {
    shared: Arc<Shared>,
    max: u64,
}

impl Recorder {
    /// Counts one latency.
    #[inline]
    pub fn record(&mut self, latency_ns: u64) {
        if latency_ns > self.max {
            self.max = latency_ns;
            self.shared.max.store(latency_ns, Ordering::Relaxed);
        }
        let count = &self.shared.counts[bucket(latency_ns)];
        count.store(count.load(Ordering::Relaxed).wrapping_add(1), Ordering::Release);
    }
}

/// The reading side of a histogram; clones read the same one.
#[derive(Clone, Debug)]
pub struct Reader {
    shared: Arc<Shared>,
}

impl Reader {
    /// Copies what has been recorded up to now; the writer may go on meanwhile.
    ///
    /// Values are bucket tops, none above the exact maximum; what took longer than 69 s is counted
    /// there.
    ///
    /// Cost: about 10 µs and an allocation; for cold threads.
    #[must_use]
    pub fn snapshot(&self) -> Histogram<u64> {
        self.copy().0
    }

    /// Returns the figures that a human wants, as of now.
    #[must_use]
    pub fn summary(&self) -> LatencySummary {
        let (copy, max) = self.copy();
        let quantile = |quantile| copy.value_at_quantile(quantile).min(max);
        LatencySummary {
            count: copy.len(),
            p50: quantile(0.5),
            p99: quantile(0.99),
            p999: quantile(0.999),
            max,
        }
    }

    /// Returns the largest latency recorded, exactly; zero if none.
    #[must_use]
    pub fn max(&self) -> u64 {
        self.shared.max.load(Ordering::Relaxed)
    }

    fn copy(&self) -> (Histogram<u64>, u64) {
        let mut copy = Histogram::new_with_bounds(1, VALUE_MAX, 3).expect("constant bounds");
        let mut counted = Vec::new();
        for (index, count) in self.shared.counts.iter().enumerate() {
            let count = count.load(Ordering::Acquire);
            if count > 0 {
                counted.push((bucket_top(index), count));
            }
        }
        let max = self.max();
        for (top, count) in counted {
            copy.saturating_record_n(top.min(max), count);
        }
        (copy, max)
    }
}

/// The figures of a latency distribution, in nanoseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LatencySummary {
    /// How many were recorded.
    pub count: u64,
    /// Half were not longer; zero if none.
    pub p50: u64,
    /// 99 % were not longer; zero if none.
    pub p99: u64,
    /// 99.9 % were not longer; zero if none.
    pub p999: u64,
    /// The longest, exactly; zero if none.
    pub max: u64,
}

#[derive(Debug)]
struct Shared {
    counts: Box<[AtomicU64]>,
    max: AtomicU64,
}

/// Returns the bucket that counts `value`; the last one for all that is too large.
#[inline]
fn bucket(value: u64) -> usize {
    let value = value.min(VALUE_MAX);
    // Octave 0 holds both the first 256 values and the next 256: both have width 1.
    let octave = (value | LINEAR).ilog2() - LINEAR_BITS;
    let within = (value >> octave) as usize;
    octave as usize * LINEAR as usize + within
}

/// Returns the largest value that `bucket` maps to `index`.
fn bucket_top(index: usize) -> u64 {
    let index = index as u64;
    let octave = (index / LINEAR).saturating_sub(1);
    let within = index - octave * LINEAR;
    ((within + 1) << octave) - 1
}

/// 256 buckets per power of two: a bucket is less than 0.4 % wide, and a histogram, of which a
/// few kB are in use at a time, stays in the second-level cache.
const LINEAR_BITS: u32 = 8;
const LINEAR: u64 = 1 << LINEAR_BITS;

/// 2^36 ns = 68.7 s: whatever takes longer is a failure, not a latency.
const VALUE_BITS: u32 = 36;
const VALUE_MAX: u64 = (1 << VALUE_BITS) - 1;

/// One linear run for each octave, and one for the values below the first.
const BUCKETS: usize = (VALUE_BITS - LINEAR_BITS + 1) as usize * LINEAR as usize;
