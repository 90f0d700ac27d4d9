//! The way to the venue and back.

use std::sync::Arc;

use gannet_types::Nanos;

use crate::outage::Outages;
use crate::random::Random;

/// How long a message travels one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Latency {
    /// Evenly distributed.
    Even {
        /// The shortest time.
        base: Nanos,
        /// What may be added.
        jitter: Nanos,
    },
    /// As it was observed: each value is as likely as any other, whatever came before.
    Observed(Observed),
}

/// Latencies that were observed; at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observed(Arc<[Nanos]>);

impl Default for Latency {
    fn default() -> Self {
        Self::constant(Nanos::ZERO)
    }
}

impl Latency {
    /// Always the same.
    #[must_use]
    pub const fn constant(time: Nanos) -> Self {
        Self::Even { base: time, jitter: Nanos::ZERO }
    }

    /// One of `values`, drawn anew each time; `None` if there are none.
    #[must_use]
    pub fn observed(values: &[Nanos]) -> Option<Self> {
        (!values.is_empty()).then(|| Self::Observed(Observed(values.into())))
    }

    fn draw(&self, random: &mut Random) -> Nanos {
        match self {
            Self::Even { base, jitter } => {
                base.after(Nanos(random.below(jitter.0.saturating_add(1))))
            }
            Self::Observed(Observed(values)) => {
                // Below the length, so it is an index.
                values[random.below(values.len() as u64) as usize]
            }
        }
    }
}

/// One direction of a connection: messages arrive in the order they were sent.
#[derive(Clone, Debug)]
pub(crate) struct Link {
    latency: Latency,
    outages: Outages,
    random: Random,
    last: Nanos,
}

impl Link {
    pub(crate) fn new(latency: Latency, seed: u64) -> Self {
        let outages = Outages::default();
        Self { latency, outages, random: Random::new(seed), last: Nanos::ZERO }
    }

    /// From now on messages wait for the end of outages.
    pub(crate) fn interrupt(&mut self, outages: Outages) {
        self.outages = outages;
    }

    /// Returns when a message sent at `sent` arrives.
    pub(crate) fn arrival(&mut self, sent: Nanos) -> Nanos {
        let due = sent.after(self.latency.draw(&mut self.random));
        self.last = self.last.max(self.outages.after(due));
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arrivals(latency: Latency) -> Vec<u64> {
        let mut link = Link::new(latency, 3);
        (0..10_000).map(|index| link.arrival(Nanos(index * 10_000)).0 - index * 10_000).collect()
    }

    #[test]
    fn messages_keep_their_order_and_their_bounds() {
        let mut link = Link::new(Latency::Even { base: Nanos(1_000), jitter: Nanos(500) }, 3);
        let mut last = Nanos::ZERO;
        for sent in (0..10_000).map(|index| Nanos(index * 10)) {
            let arrival = link.arrival(sent);
            assert!(arrival >= last);
            assert!(arrival >= sent.after(Nanos(1_000)));
            assert!(arrival <= sent.after(Nanos(1_500)));
            last = arrival;
        }
    }

    #[test]
    fn observed_latencies_are_drawn_as_often_as_they_were_seen() {
        let seen = [100, 100, 100, 4_000].map(Nanos);
        let drawn = arrivals(Latency::observed(&seen).expect("there are some"));
        let slow = drawn.iter().filter(|&&time| time == 4_000).count();
        assert!((2_300..2_700).contains(&slow), "{slow}");
        assert_eq!(drawn.iter().filter(|&&time| time == 100).count(), 10_000 - slow);
        assert_eq!(drawn, arrivals(Latency::observed(&seen).expect("there are some")));
        assert_eq!(Latency::observed(&[]), None);
    }
}
