//! The way of market data from the venue to the strategy, where it is not part of the recording.
//!
//! The venue has a message at the recorded time, the strategy sees it a latency later. Messages
//! are kept whole meanwhile; buffers of levels are used again.

use std::collections::VecDeque;

use gannet_types::{Depth, Level, Market, MarketEvent, Nanos};

use crate::latency::{Latency, Link};

/// Messages on their way to the strategy.
#[derive(Clone, Debug)]
pub struct DelayedFeed {
    link: Link,
    waiting: VecDeque<Delayed>,
    spare: Vec<Vec<Level>>,
}

/// One message.
#[derive(Clone, Debug)]
pub struct Delayed {
    /// With empty levels; received when it arrives.
    message: Market<'static>,
    /// Bids, then asks.
    levels: Vec<Level>,
    bids: usize,
}

impl DelayedFeed {
    /// Nothing is on its way.
    #[must_use]
    pub fn new(latency: Latency, seed: u64) -> Self {
        Self { link: Link::new(latency, seed), waiting: VecDeque::new(), spare: Vec::new() }
    }

    /// Takes a message that the venue sends at `now`.
    pub fn push(&mut self, now: Nanos, market: &Market<'_>) {
        let mut levels = self.spare.pop().unwrap_or_default();
        let (event, bids) = match market.event {
            MarketEvent::Top(top) => (MarketEvent::Top(top), 0),
            MarketEvent::Trade(trade) => (MarketEvent::Trade(trade), 0),
            MarketEvent::Feed(state) => (MarketEvent::Feed(state), 0),
            MarketEvent::Status(status) => (MarketEvent::Status(status), 0),
            MarketEvent::Depth(Depth { update_id, kind, last, bids, asks }) => {
                levels.extend_from_slice(bids);
                levels.extend_from_slice(asks);
                let empty = Depth { update_id, kind, last, bids: &[], asks: &[] };
                (MarketEvent::Depth(empty), bids.len())
            }
        };
        let Market { instrument, exchange_time, .. } = *market;
        let message = Market { instrument, exchange_time, received: self.link.arrival(now), event };
        self.waiting.push_back(Delayed { message, levels, bids });
    }

    /// Returns when the next message arrives.
    #[must_use]
    pub fn next_time(&self) -> Option<Nanos> {
        self.waiting.front().map(|delayed| delayed.message.received)
    }

    /// Takes the next message that arrived up to `now`; give it back with [`Self::recycle`].
    pub fn pop(&mut self, now: Nanos) -> Option<Delayed> {
        self.waiting.pop_front_if(|delayed| delayed.message.received <= now)
    }

    /// Takes back a message that nobody needs any more.
    pub fn recycle(&mut self, delayed: Delayed) {
        let Delayed { mut levels, .. } = delayed;
        levels.clear();
        self.spare.push(levels);
    }
}

impl Delayed {
    /// Returns the message, received when it arrived.
    #[must_use]
    pub fn market(&self) -> Market<'_> {
        let event = match self.message.event {
            MarketEvent::Depth(depth) => {
                let (bids, asks) = self.levels.split_at(self.bids);
                MarketEvent::Depth(Depth { bids, asks, ..depth })
            }
            other => other,
        };
        Market { event, ..self.message }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{DepthKind, FeedState, InstrumentId, Lots, Ticks};

    use super::*;

    #[test]
    fn messages_arrive_whole_and_in_order() {
        let level = |price, lots| Level { price: Ticks(price), lots: Lots(lots) };
        let (bids, asks) = ([level(10, 1), level(9, 2)], [level(11, 3)]);
        let depth =
            Depth { update_id: 7, kind: DepthKind::Delta, last: true, bids: &bids, asks: &asks };
        let message = |event| Market {
            instrument: InstrumentId(2),
            exchange_time: Nanos(4),
            received: Nanos(5),
            event,
        };
        let mut feed = DelayedFeed::new(Latency::constant(Nanos(100)), 1);
        for round in 0..3 {
            let now = Nanos(5 + round * 1_000);
            feed.push(now, &message(MarketEvent::Depth(depth)));
            feed.push(now, &message(MarketEvent::Feed(FeedState::Live)));
            let due = now.after(Nanos(100));
            assert_eq!(feed.next_time(), Some(due));
            assert!(feed.pop(Nanos(due.0 - 1)).is_none());
            for event in [MarketEvent::Depth(depth), MarketEvent::Feed(FeedState::Live)] {
                let delayed = feed.pop(due).expect("it is due");
                assert_eq!(delayed.market(), Market { received: due, ..message(event) });
                feed.recycle(delayed);
            }
            assert!(feed.next_time().is_none());
        }
        assert_eq!(feed.spare.len(), 2, "buffers are used again");
    }
}
