//! How often we may send: a token bucket in integer nanoseconds.
//!
//! Credit is counted in token-nanoseconds (`elapsed × tokens per period`), so a rate such as 1200
//! per minute or 7 per second is exact and nothing drifts.

/// A token bucket: at most `capacity` at once, `tokens` per period in the long run.
///
/// Hot: a few integer operations, no allocation.
#[derive(Clone, Debug)]
pub struct TokenBucket {
    tokens_per_period: u64,
    period_ns: u64,
    credit: u128,
    credit_max: u128,
    updated_ns: u64,
}

impl TokenBucket {
    /// Creates a full bucket of `capacity` tokens that gains `tokens` every `period_ns`.
    ///
    /// # Panics
    /// If any argument but the time is zero: such a limit can never be met.
    pub fn new(capacity: u32, tokens: u32, period_ns: u64, now_ns: u64) -> Self {
        assert!(capacity > 0, "a bucket without room never lets anything pass");
        assert!(tokens > 0, "a bucket without income never refills");
        assert!(period_ns > 0, "the period is a divisor");
        let credit_max = u128::from(capacity) * u128::from(period_ns);
        Self {
            tokens_per_period: u64::from(tokens),
            period_ns,
            credit: credit_max,
            credit_max,
            updated_ns: now_ns,
        }
    }

    /// Takes `count` tokens if they are there.
    ///
    /// A clock that steps back earns nothing and costs nothing.
    ///
    /// # Errors
    /// The wait in nanoseconds, rounded up, after which the same call succeeds if nothing else is
    /// taken; `u64::MAX` if `count` is above the capacity. Nothing is taken.
    pub fn try_take(&mut self, count: u32, now_ns: u64) -> Result<(), u64> {
        self.refill(now_ns);
        let cost = u128::from(count) * u128::from(self.period_ns);
        if cost <= self.credit {
            self.credit -= cost;
            return Ok(());
        }
        if cost > self.credit_max {
            return Err(u64::MAX);
        }
        let wait_ns = (cost - self.credit).div_ceil(u128::from(self.tokens_per_period));
        Err(u64::try_from(wait_ns).unwrap_or(u64::MAX))
    }

    /// Returns the whole tokens there are at `now_ns`.
    pub fn available(&mut self, now_ns: u64) -> u64 {
        self.refill(now_ns);
        u64::try_from(self.credit / u128::from(self.period_ns)).unwrap_or(u64::MAX)
    }

    fn refill(&mut self, now_ns: u64) {
        let elapsed_ns = now_ns.saturating_sub(self.updated_ns);
        self.updated_ns = self.updated_ns.max(now_ns);
        let earned = u128::from(elapsed_ns) * u128::from(self.tokens_per_period);
        self.credit = self.credit.saturating_add(earned).min(self.credit_max);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SECOND_NS: u64 = 1_000_000_000;

    #[test]
    fn a_burst_empties_it_and_the_wait_is_exact() {
        let mut bucket = TokenBucket::new(3, 7, SECOND_NS, 0);
        for _ in 0..3 {
            assert_eq!(bucket.try_take(1, 0), Ok(()));
        }
        let wait_ns = bucket.try_take(1, 0).expect_err("empty");
        assert_eq!(wait_ns, SECOND_NS.div_ceil(7));
        assert!(bucket.try_take(1, wait_ns - 1).is_err());
        assert_eq!(bucket.try_take(1, wait_ns), Ok(()));
        assert_eq!(bucket.try_take(4, 0), Err(u64::MAX));
        assert_eq!(bucket.available(u64::MAX), 3);
        assert_eq!(bucket.available(0), 3, "a step back costs nothing");
    }

    proptest! {
        #[test]
        fn never_more_than_capacity_plus_income(
            steps in proptest::collection::vec((0_u64..5_000_000, 1_u32..4), 1..200),
        ) {
            let mut bucket = TokenBucket::new(5, 1_200, 60 * SECOND_NS, 0);
            let (mut now_ns, mut taken) = (0, 0_u128);
            for (pause_ns, count) in steps {
                now_ns += pause_ns;
                if bucket.try_take(count, now_ns).is_ok() {
                    taken += u128::from(count);
                }
                let allowed = u128::from(now_ns) * 1_200 / u128::from(60 * SECOND_NS) + 5;
                prop_assert!(taken <= allowed);
            }
        }
    }
}
