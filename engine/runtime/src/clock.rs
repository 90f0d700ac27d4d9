//! UTC time in nanoseconds from the processor's counter, without a system call.
//!
//! Hot: about the cost of reading the counter; `examples/costs.rs` measures it.
//!
//! The counter (TSC) is scaled to nanoseconds by `quanta` and anchored to the system's UTC clock
//! when the [`Clock`] is made. From then on the two drift apart; [`Clock::resync`] measures by how
//! much and lets the clock run a little faster or slower until it has caught up:
//!
//! ```text
//! utc(raw) = anchor.utc + elapsed ± min(elapsed / 2048, |error|)      elapsed = raw - anchor.raw
//! ```
//!
//! Every thread holds its own clone, so that reading never touches a shared line. Two clones that
//! are resynchronised at different times may differ by the drift in between; measure the time
//! between two threads with raw stamps, which do not.
//!
//! The counter may advance in steps larger than one: some AMD processors update it every 10 ns.
//! Shorter latencies are then right on average only.
//!
//! # Invariants
//! - One clock never goes backwards, whatever the system clock does, as long as the counter does
//!   not (it does not within a core, nor across cores if invariant).

use std::time::{SystemTime, UNIX_EPOCH};

/// A clock for one thread.
#[derive(Clone, Debug)]
pub struct Clock {
    source: quanta::Clock,
    anchor: Anchor,
}

impl Clock {
    /// Makes a clock anchored to the system's UTC time.
    ///
    /// Cost: the first one in a process calibrates the counter, 10 to 200 ms.
    #[must_use]
    pub fn new() -> Self {
        let source = quanta::Clock::new();
        let (raw, utc_ns) = sample(&source);
        Self { source, anchor: Anchor { raw, utc_ns, error_ns: 0 } }
    }

    /// Returns nanoseconds since 1970 UTC; never less than before.
    #[inline]
    #[must_use]
    pub fn now(&self) -> u64 {
        self.utc_ns(self.raw())
    }

    /// Returns a stamp of the counter: the cheapest note of an instant, comparable across threads.
    ///
    /// Units: unspecified; [`Clock::utc_ns`] and [`Clock::ns_between`] give it some.
    #[inline]
    #[must_use]
    pub fn raw(&self) -> u64 {
        self.source.raw()
    }

    /// Converts a stamp into nanoseconds since 1970 UTC, rounded down; a stamp older than the last
    /// resynchronisation becomes the time of that.
    #[inline]
    #[must_use]
    pub fn utc_ns(&self, raw: u64) -> u64 {
        self.anchor.utc_ns(self.ns_between(self.anchor.raw, raw))
    }

    /// Returns the nanoseconds from one stamp to a later one, rounded down; zero if it is earlier.
    #[inline]
    #[must_use]
    pub fn ns_between(&self, earlier: u64, later: u64) -> u64 {
        self.source.delta_as_nanos(earlier, later)
    }

    /// Measures how far the system's UTC time is ahead of this clock and starts to make up for it;
    /// returns that error in nanoseconds.
    ///
    /// The clock runs at most 0.05 % faster or slower meanwhile, so an error of 100 µs is gone after
    /// 0.2 s. Only if it is more than a second behind (a suspended machine) does it jump, forwards.
    ///
    /// Cost: a few clock reads, under 1 µs; call it about once a second, not per event.
    pub fn resync(&mut self) -> i64 {
        let (raw, utc_ns) = sample(&self.source);
        let elapsed_ns = self.ns_between(self.anchor.raw, raw);
        let (anchor, error_ns) = self.anchor.resynced(raw, elapsed_ns, utc_ns);
        self.anchor = anchor;
        error_ns
    }

    /// Says whether stamps come from a counter that ticks at a constant rate in every power state.
    ///
    /// If not, every read is a system clock call (about 20 ns in a vDSO, 100s of ns without).
    #[must_use]
    pub fn is_tsc_invariant(&self) -> bool {
        // quanta uses the counter only if it is invariant, but does not say so. Its fallback counts
        // nanoseconds already, so there the conversion is the identity; a calibrated one is not.
        self.source.delta_as_nanos(0, 1 << 40) != 1 << 40
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::new()
    }
}

/// Where counter and UTC met last, and what is still to be made up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Anchor {
    raw: u64,
    utc_ns: u64,
    error_ns: i64,
}

impl Anchor {
    /// Non-decreasing in `elapsed_ns`, because `elapsed - elapsed / 2048` is.
    #[inline]
    fn utc_ns(&self, elapsed_ns: u64) -> u64 {
        let straight = self.utc_ns.saturating_add(elapsed_ns);
        let slew = (elapsed_ns >> SLEW_SHIFT).min(self.error_ns.unsigned_abs());
        if self.error_ns >= 0 { straight.saturating_add(slew) } else { straight - slew }
    }

    fn resynced(&self, raw: u64, elapsed_ns: u64, system_utc_ns: u64) -> (Self, i64) {
        let ours = self.utc_ns(elapsed_ns);
        let error_ns = if system_utc_ns >= ours {
            i64::try_from(system_utc_ns - ours).unwrap_or(i64::MAX)
        } else {
            i64::try_from(ours - system_utc_ns).map_or(i64::MIN, |behind| -behind)
        };
        let anchor = if error_ns > STEP_NS {
            Self { raw, utc_ns: system_utc_ns, error_ns: 0 }
        } else {
            Self { raw, utc_ns: ours, error_ns }
        };
        (anchor, error_ns)
    }
}

/// Reads counter and UTC time as close together as a few attempts allow.
fn sample(source: &quanta::Clock) -> (u64, u64) {
    let mut best = (0, 0);
    let mut best_width = u64::MAX;
    for _ in 0..SAMPLE_ATTEMPTS {
        let before = source.raw();
        let system = SystemTime::now();
        let width = source.raw().saturating_sub(before);
        if width < best_width {
            best_width = width;
            // A system clock before 1970 or after 2554 is not set; zero says so plainly.
            let utc = system.duration_since(UNIX_EPOCH).unwrap_or_default();
            best = (before + width / 2, u64::try_from(utc.as_nanos()).unwrap_or(0));
        }
    }
    best
}

/// 1/2048 = 488 ppm: what `adjtime` slews by, and ten times any healthy oscillator's drift.
const SLEW_SHIFT: u32 = 11;

/// One second would take 34 minutes to slew: beyond that, being wrong is worse than jumping.
const STEP_NS: i64 = 1_000_000_000;

/// Eight reads of some 30 ns: enough that one is not interrupted.
const SAMPLE_ATTEMPTS: u32 = 8;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn never_backwards_and_close_to_the_system() {
        let mut clock = Clock::new();
        let mut last = clock.now();
        for round in 0..20_000 {
            if round % 1_000 == 0 {
                clock.resync();
            }
            let now = clock.now();
            assert!(now >= last);
            last = now;
        }
        // A second is far more than any scheduling delay of a test, far less than a wrong epoch.
        assert!(clock.resync().unsigned_abs() < 1_000_000_000);
    }

    #[test]
    fn stamps_convert_consistently() {
        let clock = Clock::new();
        let (first, second) = (clock.raw(), clock.raw());
        assert!(clock.utc_ns(first) <= clock.utc_ns(second));
        assert_eq!(clock.ns_between(second, first.min(second)), 0);
    }

    #[test]
    fn small_errors_are_slewed_and_large_ones_jump_forwards_only() {
        let anchor = Anchor { raw: 0, utc_ns: 10_000_000_000, error_ns: 0 };
        let (ahead, error) = anchor.resynced(5, 2_048, 10_000_002_148);
        assert_eq!(
            (error, ahead.utc_ns(0), ahead.utc_ns(2_048)),
            (100, 10_000_002_048, 10_000_004_097)
        );
        assert_eq!(ahead.utc_ns(2_048 * 200), 10_000_002_048 + 2_048 * 200 + 100);

        let (behind, error) = anchor.resynced(5, 2_048, 10_000_001_948);
        assert_eq!((error, behind.utc_ns(2_048)), (-100, 10_000_004_095));

        let (jumped, error) = anchor.resynced(5, 0, 13_000_000_000);
        assert_eq!((error, jumped.utc_ns(0)), (3_000_000_000, 13_000_000_000));
        let (held, error) = anchor.resynced(5, 0, 7_000_000_000);
        assert_eq!((error, held.utc_ns(0)), (-3_000_000_000, 10_000_000_000));
    }

    proptest! {
        #[test]
        fn no_system_clock_makes_it_go_backwards(
            error_ns in any::<i64>(),
            elapsed in 0_u64..1 << 50,
            system_utc_ns in any::<u64>(),
            later in 0_u64..1 << 50,
        ) {
            let anchor = Anchor { raw: 0, utc_ns: 1 << 60, error_ns };
            let before = anchor.utc_ns(elapsed);
            let (after, _) = anchor.resynced(1, elapsed, system_utc_ns);
            prop_assert!(anchor.utc_ns(elapsed + 1) >= before);
            prop_assert!(after.utc_ns(0) >= before);
            prop_assert!(after.utc_ns(later) >= after.utc_ns(0));
        }
    }
}
