//! The way out of the fused thread: a request becomes bytes of its gateway and leaves at once.

use gannet_runtime::clock::Clock;
use gannet_runtime::histogram::{Hop, HopRecorders};
use gannet_types::{DontKnowTrade, Nanos, OrderRequest, RejectReason};

use super::engine::OrderSink;
use super::sessions::Sessions;

/// Sends requests through the gateways of the same thread and times them.
pub struct Outlet<'a> {
    /// The gateways.
    pub sessions: &'a mut Sessions,
    /// Where latencies go.
    pub hops: &'a mut HopRecorders,
    /// The thread's clock.
    pub clock: &'a Clock,
    /// Time spent here since it was last looked at, for taking it off the pipeline's own.
    pub spent: Nanos,
}

impl OrderSink for Outlet<'_> {
    #[inline]
    fn send(&mut self, _now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        let started = Nanos(self.clock.now());
        self.sessions.send(started, request)?;
        let encoded = Nanos(self.clock.now());
        self.sessions.flush(usize::from(request.gateway.0));
        let sent = Nanos(self.clock.now());
        self.spent += sent.since(started);
        record_send(self.hops, request, started, encoded, sent);
        Ok(())
    }

    fn dont_know(&mut self, now: Nanos, trade: &DontKnowTrade) {
        self.sessions.dont_know(now, trade);
    }
}

/// Records what it took to encode and send a request, and the whole way if a tick caused it.
#[inline]
pub(super) fn record_send(
    hops: &mut HopRecorders,
    request: &OrderRequest,
    started: Nanos,
    encoded: Nanos,
    sent: Nanos,
) {
    hops.record(Hop::Encode, encoded.since(started).0);
    hops.record(Hop::Send, sent.since(encoded).0);
    if request.origin != Nanos::ZERO {
        hops.record(Hop::TickToTrade, sent.since(request.origin).0);
    }
}
