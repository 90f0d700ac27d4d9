//! How often a snapshot of one book may be asked for.
//!
//! The interval doubles with every request and starts again after a quiet minute, whether or
//! not the requests succeeded: a book that joins and breaks at once is paced like one that never
//! joins. The worst case is six requests in the first half minute and two a minute after it.

use gannet_types::Nanos;

/// The first interval. A snapshot of 1,000 levels weighs 20 of the 2,400 a minute that the
/// venue allows, so fifty books can fail together.
const INTERVAL_MIN: Nanos = Nanos(1_000_000_000);
/// The longest interval.
const INTERVAL_MAX: Nanos = Nanos(32_000_000_000);
/// Without a request for this long, the interval is the first one again.
const QUIET: Nanos = Nanos(60_000_000_000);
/// An answer that takes longer is taken for lost.
const ANSWER_MAX: Nanos = Nanos(10_000_000_000);

/// The requests for snapshots of one book.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct SnapshotPacer {
    asked: Option<Nanos>,
    interval: Nanos,
    answered: bool,
}

impl SnapshotPacer {
    /// Returns whether to ask at `now`, and if so takes it for done.
    pub(crate) fn poll(&mut self, now: Nanos) -> bool {
        let Some(asked) = self.asked else {
            return self.ask(now, INTERVAL_MIN);
        };
        let passed = now.since(asked);
        if passed < self.interval || (!self.answered && passed < ANSWER_MAX) {
            return false;
        }
        let doubled = Nanos(self.interval.0.saturating_mul(2)).min(INTERVAL_MAX);
        self.ask(now, if passed >= QUIET { INTERVAL_MIN } else { doubled })
    }

    /// An answer came, good or bad.
    pub(crate) fn on_answer(&mut self) {
        self.answered = true;
    }

    fn ask(&mut self, now: Nanos, interval: Nanos) -> bool {
        *self = Self { asked: Some(now), interval, answered: false };
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_rare_when_they_do_not_help() {
        let mut pacer = SnapshotPacer::default();
        let asked: Vec<u64> = (0..200)
            .filter(|&second| {
                let asked = pacer.poll(Nanos(second * Nanos::SECOND.0));
                pacer.on_answer();
                asked
            })
            .collect();
        assert_eq!(asked, [0, 1, 3, 7, 15, 31, 63, 95, 127, 159, 191]);
    }

    #[test]
    fn a_quiet_minute_resets_the_interval() {
        let second = |count| Nanos(count * Nanos::SECOND.0);
        let mut pacer = SnapshotPacer::default();
        for (at, expected) in
            [(0, true), (1, true), (2, false), (61, true), (62, true), (63, false), (64, true)]
        {
            assert_eq!(pacer.poll(second(at)), expected, "at {at} s");
            pacer.on_answer();
        }
    }

    #[test]
    fn a_lost_answer_is_not_awaited_for_ever() {
        let mut pacer = SnapshotPacer::default();
        assert!(pacer.poll(Nanos::ZERO));
        assert!(!pacer.poll(Nanos(9_999_999_999)));
        assert!(pacer.poll(Nanos(10_000_000_000)));
    }
}
