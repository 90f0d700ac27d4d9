//! A limit of messages a second, with as many at once as a second allows.

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Lets through so many a second. Costs two comparisons a message.
#[derive(Clone, Copy, Debug)]
pub(super) struct Throttle {
    /// The time that one message takes up; 0: there is no limit.
    interval_ns: u64,
    /// When all messages let through so far will have taken up their time.
    busy_until: u64,
}

impl Throttle {
    /// Makes a limit; 0 a second: none.
    pub(super) fn new(per_second: u32) -> Self {
        let interval_ns = NANOS_PER_SECOND.checked_div(u64::from(per_second)).unwrap_or(0);
        Self { interval_ns, busy_until: 0 }
    }

    /// Says whether one more may pass now, and counts it if so.
    #[inline]
    pub(super) fn pass(&mut self, now: u64) -> bool {
        if self.interval_ns == 0 {
            return true;
        }
        let busy_until = self.busy_until.max(now).saturating_add(self.interval_ns);
        let passes = busy_until - now <= NANOS_PER_SECOND;
        if passes {
            self.busy_until = busy_until;
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_many_pass_as_a_second_allows() {
        let mut throttle = Throttle::new(10);
        let count = |throttle: &mut Throttle, now| (0..100).filter(|_| throttle.pass(now)).count();
        let now = 5 * NANOS_PER_SECOND;
        assert_eq!(count(&mut throttle, now), 10);
        assert_eq!(count(&mut throttle, now + NANOS_PER_SECOND / 2), 5);
        assert_eq!(count(&mut throttle, now + NANOS_PER_SECOND * 9), 10);
        assert_eq!(count(&mut Throttle::new(0), now), 100);
    }
}
