//! How a FIX session stands, for the page. Made on request, once a second at most.

use gannet_control::sessions::{CounterView, MessageView, SessionView};
use gannet_fix::session::Direction;
use gannet_fix::{Session, Store};

use super::gateway_link::GatewayLink;

const NANOS_PER_MILLI: u64 = 1_000_000;

/// Makes the report of the session that people call `name`. Allocates.
#[cold]
pub(super) fn report(link: &GatewayLink, name: &str) -> SessionView {
    let session = link.gateway().session();
    SessionView {
        session: name.to_owned(),
        state: link.state(),
        peer: link.peer().to_string(),
        reconnects: link.reconnects(),
        notice: link.last_notice().to_owned(),
        ..view(session)
    }
}

/// Makes what the session itself knows of the report. Allocates.
#[cold]
pub(crate) fn view<S: Store>(session: &Session<S>) -> SessionView {
    let (config, counted) = (session.config(), session.counters());
    let counters = [
        ("received", counted.received),
        ("sent", counted.sent),
        ("garbled", counted.garbled),
        ("gaps", counted.gaps),
        ("resend requests in", counted.resend_requests_received),
        ("resend requests out", counted.resend_requests_sent),
        ("resent", counted.resent),
        ("duplicates", counted.duplicates),
        ("rejects in", counted.rejects_received),
        ("rejects out", counted.rejects_sent),
        ("sends refused", counted.sends_refused),
    ];
    let messages = session.recent_messages().rev().map(|message| MessageView {
        time_ms: message.time_ns / NANOS_PER_MILLI,
        direction: match message.direction {
            Direction::In => "in",
            Direction::Out => "out",
        },
        text: message.redacted(),
    });
    SessionView {
        version: config.version.name(),
        sender_comp_id: config.sender_comp_id.clone(),
        target_comp_id: config.target_comp_id.clone(),
        next_inbound: session.next_inbound(),
        next_outbound: session.next_outbound(),
        heartbeat_s: config.heartbeat_s,
        refusal: session.logon_refusal().to_owned(),
        counters: counters.map(|(name, count)| CounterView { name, count }).to_vec(),
        messages: messages.collect(),
        ..SessionView::default()
    }
}
