//! How a gateway has done of late: how fast its venue answers new orders, and how many it refuses.
//!
//! Both are moving averages in integers, fed by inputs only, so that replay chooses the same way.

use gannet_types::{Nanos, OrderId};

/// A new answer counts for an eighth of the latency.
const LATENCY_SHARE: i64 = 8;

/// A new answer counts for a sixteenth of the rate of refusals.
const REFUSALS_SHARE: i64 = 16;

/// Longer answers count as this long: a minute.
const LATENCY_MAX: Nanos = Nanos(60_000_000_000);

const MILLION: i64 = 1_000_000;

/// What is known of one gateway.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Health {
    /// From a new order to the first word about it, averaged; `None` before the first.
    latency: Option<Nanos>,
    /// Millionths of new orders that failed, averaged.
    refused_ppm: i64,
    /// When an order was last heard of, if one ever was.
    heard: Option<Nanos>,
    /// The order that went to find out, while nothing is known.
    scout: Option<OrderId>,
}

/// What is known now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Known {
    /// Nothing, and an order would tell.
    Nothing,
    /// Nothing yet, but an order is out that will tell.
    Soon,
    /// Latency, and millionths refused.
    Measured { latency: Nanos, refused_ppm: i64 },
}

impl Health {
    /// Returns what is known; what was heard longer than `age_max` ago is forgotten, unless that is
    /// zero.
    pub(crate) fn known(&self, now: Nanos, age_max: Nanos) -> Known {
        let counts = |heard: Nanos| age_max == Nanos::ZERO || now.since(heard) < age_max;
        if self.heard.is_some_and(counts) {
            // A gateway that only ever failed has no latency; its refusals tell.
            let latency = self.latency.unwrap_or(Nanos::ZERO);
            Known::Measured { latency, refused_ppm: self.refused_ppm }
        } else if self.scout.is_some() {
            Known::Soon
        } else {
            Known::Nothing
        }
    }

    /// Takes note of a new order that goes.
    pub(crate) fn on_sent(&mut self, now: Nanos, age_max: Nanos, order: OrderId) {
        if self.known(now, age_max) == Known::Nothing {
            self.scout = Some(order);
        }
    }

    /// Takes note of what became of an order: whether it failed, and how long after it was sent
    /// that was known, if that tells how fast the venue is.
    pub(crate) fn on_outcome(&mut self, now: Nanos, failed: bool, latency: Option<Nanos>) {
        if let Some(latency) = latency {
            self.take_latency(latency);
        }
        let refused_ppm = if failed { MILLION } else { 0 };
        self.refused_ppm += (refused_ppm - self.refused_ppm) / REFUSALS_SHARE;
        self.heard = Some(now);
        self.scout = None;
    }

    /// The connection is gone: nobody will answer the order that went to find out.
    pub(crate) fn on_down(&mut self) {
        self.scout = None;
    }

    fn take_latency(&mut self, latency: Nanos) {
        let sample = latency.min(LATENCY_MAX).0.cast_signed();
        let before = self.latency.map_or(sample, |known| known.0.cast_signed());
        let after = before + (sample - before) / LATENCY_SHARE;
        self.latency = Some(Nanos(after.cast_unsigned()));
    }
}
