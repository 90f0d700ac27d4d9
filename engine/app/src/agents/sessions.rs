//! The FIX sessions of a thread: those that carry orders, each at the place that is its gateway's
//! id, and after them the one that listens to copies, if there is one.
//!
//! Hot: a request finds its session by index; a session is polled by one read.

use gannet_gateways::fix::GatewayEvent;
use gannet_runtime::counters::{CounterId, CounterWriter};
use gannet_runtime::ring::Sender;
use gannet_types::{
    DontKnowTrade, GatewayId, GatewayStatus, Input, Nanos, OrderRequest, RejectReason,
};

use super::gateway_link::GatewayLink;
use super::notice::Notice;

/// Most events one read of a session's socket can hold: 64 KiB of 60-byte messages.
pub const EVENTS_MAX: usize = 2048;

/// How long brokers may take to answer the Logout.
pub(super) const LOGOUT_TIMEOUT: Nanos = Nanos(2_000_000_000);

/// What a session told, and which one it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// The session's place.
    pub gateway: GatewayId,
    /// What it told.
    pub event: GatewayEvent,
}

/// Every session with a broker.
pub struct Sessions {
    links: Vec<GatewayLink>,
    /// How many of them carry orders: all, or all but the last.
    orders: usize,
}

impl Sessions {
    /// Joins the sessions that carry orders, in the order of their ids, and the one that listens.
    #[must_use]
    pub fn new(mut orders: Vec<GatewayLink>, listener: Option<GatewayLink>) -> Self {
        let count = orders.len();
        orders.extend(listener);
        Self { links: orders, orders: count }
    }

    /// Returns how many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.links.len()
    }

    /// Returns them all, to look at.
    #[must_use]
    pub fn links(&self) -> &[GatewayLink] {
        &self.links
    }

    /// Returns them all, to attach people to.
    pub fn links_mut(&mut self) -> &mut [GatewayLink] {
        &mut self.links
    }

    /// Reads once from the session at `place`; returns how much there was to do. Call
    /// [`Sessions::flush`] afterwards.
    #[inline]
    pub fn poll(
        &mut self,
        place: usize,
        now: Nanos,
        on_event: &mut impl FnMut(GatewayEvent),
    ) -> usize {
        self.links[place].poll(now, on_event)
    }

    /// Sends a request into its gateway's transmit buffer.
    ///
    /// # Errors
    /// Why it was not sent and never will be.
    #[inline]
    pub fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        let place = usize::from(request.gateway.0);
        assert!(place < self.orders, "an order's gateway is configured");
        self.links[place].send(now, request)
    }

    /// Tells the broker that a trade is not ours, at once.
    pub fn dont_know(&mut self, now: Nanos, trade: &DontKnowTrade) {
        if let Some(link) = self.links.get_mut(usize::from(trade.gateway.0)) {
            link.dont_know(now, trade);
            link.flush();
        }
    }

    /// Writes what waits at `place`.
    #[inline]
    pub fn flush(&mut self, place: usize) {
        self.links[place].flush();
    }

    /// Lets people look and act, and hands on what they should know; a few times a second.
    pub(super) fn attend(&mut self, now: Nanos, notices: &mut Sender<Notice>) {
        for link in &mut self.links {
            link.attend(now);
            link.flush();
            if let Some(notice) = link.take_notice() {
                // Nobody reads them any more if the ring is full; the counters tell as well.
                let _ = notices.push(notice);
            }
        }
    }

    /// Says goodbye to every broker. The one that listens owes nothing: its numbers bring back
    /// what it misses.
    pub(super) fn logout(&mut self, now: Nanos) {
        for link in &mut self.links {
            link.logout(now);
            link.flush();
        }
    }

    /// Returns whether a session that carries orders is connected.
    pub(super) fn is_connected(&self) -> bool {
        self.links[..self.orders].iter().any(GatewayLink::is_connected)
    }

    /// Sets the counters of the sessions that carry orders, added up; the page tells them apart.
    pub(super) fn count_into(&self, counters: &mut CounterWriter) {
        let orders = &self.links[..self.orders];
        let sum = |of: fn(&GatewayLink) -> u64| orders.iter().map(of).sum();
        counters.set(CounterId::GatewaySent, sum(|link| link.counted().sent));
        counters.set(CounterId::GatewayReceived, sum(|link| link.counted().received));
        counters.set(CounterId::GatewayGarbled, sum(|link| link.counted().garbled));
        let resends = sum(|link| {
            let counted = link.counted();
            counted.resend_requests_sent + counted.resend_requests_received
        });
        counters.set(CounterId::GatewayResends, resends);
        counters.set(CounterId::GatewayReconnects, sum(GatewayLink::reconnects));
    }
}

/// What an event is to the pipeline; a disconnect is told by the state that follows.
pub(super) fn input_of(heard: Heard) -> Option<Input<'static>> {
    match heard.event {
        GatewayEvent::Execution(report) => Some(Input::Execution(report)),
        GatewayEvent::Copy(copy) => Some(Input::DropCopy(copy)),
        GatewayEvent::State(state) | GatewayEvent::Listening(state) => {
            Some(Input::Gateway(GatewayStatus { gateway: heard.gateway, state }))
        }
        GatewayEvent::Disconnect(_) | GatewayEvent::LoggedOut(_) => None,
    }
}
