//! The way to the venue and back.

use gannet_types::Nanos;

use crate::random::Random;

/// How long a message travels one way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Latency {
    /// The shortest time.
    pub base: Nanos,
    /// What may be added, evenly distributed.
    pub jitter: Nanos,
}

/// One direction of a connection: messages arrive in the order they were sent.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    latency: Latency,
    random: Random,
    last: Nanos,
}

impl Link {
    pub(crate) fn new(latency: Latency, seed: u64) -> Self {
        Self { latency, random: Random::new(seed), last: Nanos::ZERO }
    }

    /// Returns when a message sent at `sent` arrives.
    pub(crate) fn arrival(&mut self, sent: Nanos) -> Nanos {
        let jitter = Nanos(self.random.below(self.latency.jitter.0.saturating_add(1)));
        self.last = self.last.max(sent.after(self.latency.base).after(jitter));
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_order_and_their_bounds() {
        let latency = Latency { base: Nanos(1_000), jitter: Nanos(500) };
        let mut link = Link::new(latency, 3);
        let mut last = Nanos::ZERO;
        for sent in (0..10_000).map(|index| Nanos(index * 10)) {
            let arrival = link.arrival(sent);
            assert!(arrival >= last);
            assert!(arrival >= sent.after(Nanos(1_000)));
            assert!(arrival <= sent.after(Nanos(1_500)));
            last = arrival;
        }
    }
}
