//! What a thread does when its duty cycle found nothing to do.
//!
//! The operator chooses per thread: the fewer the cores, the kinder the strategy. There must never
//! be more spinning threads than cores.

use std::str::FromStr;
use std::time::Duration;

use crossbeam_utils::Backoff;

/// How to wait for work, as the operator chose it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IdleStrategy {
    /// Polls again at once: lowest latency, occupies its core entirely.
    Spin,
    /// Spins a few doubling rounds, then offers the core to others between polls: about the
    /// latency of `Spin` on a quiet machine, and fair on a crowded one. Never sleeps.
    Backoff,
    /// Sleeps between polls: frees the core, reacts up to this much later (plus the kernel's timer
    /// slack, 50 µs unless changed). For journal synchronisation and other patient threads.
    Park {
        /// Length of one sleep.
        microseconds: u64,
    },
}

impl IdleStrategy {
    /// Makes the waiting state of one thread.
    #[must_use]
    pub fn idler(self) -> Idler {
        Idler { strategy: self, backoff: Backoff::new() }
    }
}

impl FromStr for IdleStrategy {
    type Err = UnknownIdleStrategy;

    /// Parses `spin`, `backoff` or `park` (50 µs).
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "spin" => Ok(Self::Spin),
            "backoff" => Ok(Self::Backoff),
            "park" => Ok(Self::Park { microseconds: PARK_MICROSECONDS }),
            _ => Err(UnknownIdleStrategy),
        }
    }
}

/// The word is not an idle strategy; correct the configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown idle strategy: expected \"spin\", \"backoff\" or \"park\"")]
pub struct UnknownIdleStrategy;

/// Applies an [`IdleStrategy`] in one thread.
#[derive(Debug)]
pub struct Idler {
    strategy: IdleStrategy,
    backoff: Backoff,
}

impl Idler {
    /// Waits if the last duty cycle did nothing (`work_count` is zero), else returns at once.
    ///
    /// Returns whether it gave the core away, in which case the time that passed is nobody's work.
    #[inline]
    pub fn idle(&mut self, work_count: usize) -> bool {
        match (self.strategy, work_count) {
            (IdleStrategy::Spin, 0) => {
                std::hint::spin_loop();
                false
            }
            (IdleStrategy::Backoff, 0) => {
                self.backoff.snooze();
                true
            }
            (IdleStrategy::Park { microseconds }, 0) => {
                std::thread::sleep(Duration::from_micros(microseconds));
                true
            }
            (IdleStrategy::Backoff, _) => {
                self.backoff.reset();
                false
            }
            (IdleStrategy::Spin | IdleStrategy::Park { .. }, _) => false,
        }
    }
}

/// The kernel's default timer slack: asking for less would not be granted.
const PARK_MICROSECONDS: u64 = 50;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_become_strategies() {
        assert_eq!("spin".parse(), Ok(IdleStrategy::Spin));
        assert_eq!("backoff".parse(), Ok(IdleStrategy::Backoff));
        assert_eq!("park".parse(), Ok(IdleStrategy::Park { microseconds: 50 }));
        for word in ["", "Spin", "park ", "sleep"] {
            assert_eq!(word.parse::<IdleStrategy>(), Err(UnknownIdleStrategy), "{word:?}");
        }
    }

    #[test]
    fn the_core_is_given_away_only_without_work() {
        for (strategy, gives_away) in [
            (IdleStrategy::Spin, false),
            (IdleStrategy::Backoff, true),
            (IdleStrategy::Park { microseconds: 0 }, true),
        ] {
            let mut idler = strategy.idler();
            assert_eq!(idler.idle(0), gives_away, "{strategy:?}");
            assert!(!idler.idle(1), "{strategy:?}");
        }
    }

    #[test]
    fn backoff_starts_over_after_work() {
        let mut idler = IdleStrategy::Backoff.idler();
        for _ in 0..32 {
            idler.idle(0);
        }
        assert!(idler.backoff.is_completed());
        idler.idle(1);
        assert!(!idler.backoff.is_completed());
    }
}
