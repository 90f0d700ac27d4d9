//! How long to wait before connecting again: exponential, capped, with seeded jitter.
//!
//! The jitter comes from a seed of the caller, so a simulated run repeats exactly, while processes
//! with different seeds do not storm a venue in step after it restarts.

use crate::random::SplitMix64;

/// Reconnect delays of one connection.
#[derive(Clone, Debug)]
pub struct Backoff {
    first_ns: u64,
    max_ns: u64,
    attempt: u32,
    random: SplitMix64,
}

impl Backoff {
    /// Creates delays that start near `first_ns` and double up to `max_ns`, both nanoseconds.
    ///
    /// # Panics
    /// If `first_ns` is zero (a loop without pause) or above `max_ns`.
    pub const fn new(first_ns: u64, max_ns: u64, seed: u64) -> Self {
        assert!(first_ns > 0, "a reconnect loop needs a pause");
        assert!(first_ns <= max_ns, "the first delay is the smallest");
        Self { first_ns, max_ns, attempt: 0, random: SplitMix64::new(seed) }
    }

    /// Returns the delay before the next attempt, in nanoseconds, and counts the attempt.
    ///
    /// The delay lies in the upper half of `first × 2^attempt` (at most the cap): long enough to
    /// spare the venue, spread enough not to meet the others.
    pub fn next_delay_ns(&mut self) -> u64 {
        let factor = 1_u64.checked_shl(self.attempt).unwrap_or(u64::MAX);
        let full_ns = self.first_ns.saturating_mul(factor).min(self.max_ns);
        self.attempt = self.attempt.saturating_add(1);
        let half_ns = full_ns / 2;
        let jitter_ns = self.random.next_u64() % (full_ns - half_ns).saturating_add(1);
        half_ns + jitter_ns
    }

    /// Starts over after a success; the jitter sequence goes on.
    pub const fn reset(&mut self) {
        self.attempt = 0;
    }

    /// Returns the attempts since the last success.
    pub const fn attempt(&self) -> u32 {
        self.attempt
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delays_double_stay_in_the_upper_half_and_stop_at_the_cap() {
        let mut backoff = Backoff::new(100, 1_000, 7);
        for full in [100, 200, 400, 800, 1_000, 1_000] {
            let delay = backoff.next_delay_ns();
            assert!((full / 2..=full).contains(&delay), "{delay} of {full}");
        }
        for _ in 0..200 {
            assert!(backoff.next_delay_ns() <= 1_000);
        }
        backoff.reset();
        assert!(backoff.next_delay_ns() <= 100);
    }

    #[test]
    fn the_seed_decides() {
        let take = |seed| {
            let mut backoff = Backoff::new(1_000_000, u64::MAX, seed);
            (0..80).map(|_| backoff.next_delay_ns()).collect::<Vec<_>>()
        };
        assert_eq!(take(1), take(1));
        assert_ne!(take(1), take(2));
    }
}
