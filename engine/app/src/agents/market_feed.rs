//! What an agent needs of a feed, whatever the venue's protocol: WebSockets or FIX.
//!
//! Hot: agents are generic over it, so that each feed is one monomorphised loop.

use gannet_feeds::{FeedCounters, MarketSink};
use gannet_types::{InstrumentId, Nanos};

use super::notice::Notice;

/// A feed and its connections.
pub trait MarketFeed {
    /// Reads once and passes on what was said; returns how much there was to do.
    fn poll(&mut self, now: Nanos, sink: &mut impl MarketSink) -> usize;

    /// Hears that a message about `instrument` found no room.
    fn on_overflow(&mut self, now: Nanos, instrument: InstrumentId, sink: &mut impl MarketSink);

    /// Returns whether the venue said that nothing more will come.
    fn has_ended(&self) -> bool;

    /// Returns how often a connection was lost or not had; each leads to another attempt.
    fn reconnects(&self) -> u64;

    /// Returns what happened to the connection since the last call.
    fn take_notice(&mut self) -> Option<Notice>;

    /// Returns what was counted.
    fn counters(&self) -> &FeedCounters;

    /// The engine is stopping: says goodbye where the protocol has a word for it.
    fn leave(&mut self, now: Nanos);
}
