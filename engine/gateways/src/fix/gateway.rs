//! The initiator: our requests out, the broker's reports in, over one FIX session.
//!
//! Sans-IO like the session it wraps: a driver moves the bytes and owns the clock.

use std::collections::BTreeSet;

use gannet_fix::session::{DisconnectReason, SendError};
use gannet_fix::tag::msg_type;
use gannet_fix::{Decoder, Event, Message, Session, Store, codec, tag};
use gannet_types::{
    ClientOrderId, ExecKind, ExecutionReport, GatewayId, GatewayState, InstrumentId, Lots, Nanos,
    Notional, OrderRequest, RejectReason, Side, Text, Ticks,
};

use super::symbol::{Symbols, read_id};
use super::{TranslateError, report, request};

/// What the gateway tells its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayEvent {
    /// The broker said something about an order.
    Execution(ExecutionReport),
    /// Logged on, or not any more.
    State(GatewayState),
    /// The broker said goodbye, with its own words, which may be none.
    LoggedOut(Text<64>),
    /// The connection is of no more use: flush, close it, call
    /// [`FixGateway::on_disconnected`].
    Disconnect(DisconnectReason),
}

/// What has been counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GatewayCounters {
    /// Requests handed to the session.
    pub sent: u64,
    /// Reports understood.
    pub received: u64,
    /// Application messages that were not understood; their orders will be asked about.
    pub untranslated: u64,
}

/// A FIX 4.4 order gateway.
pub struct FixGateway<S> {
    id: GatewayId,
    session: Session<S>,
    symbols: Symbols,
    counters: GatewayCounters,
}

impl<S: Store> FixGateway<S> {
    /// Wraps a session whose counterparty trades the instruments of `symbols`.
    #[must_use]
    pub fn new(id: GatewayId, session: Session<S>, symbols: Symbols) -> Self {
        Self { id, session, symbols, counters: GatewayCounters::default() }
    }

    /// Sends a request. Hot: one encoding, one append to the store, no allocation.
    ///
    /// # Errors
    /// The request was not sent and never will be; answer it with [`unsent`].
    #[inline]
    pub fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), SendError> {
        let Some(instrument) = self.symbols.get(request.instrument) else {
            return Err(SendError::Encode(codec::EncodeError::Value { tag: tag::SYMBOL }));
        };
        self.session.send(now.0, request::message_type(request.kind), |writer| {
            request::write(writer, request, instrument, now);
        })?;
        self.counters.sent += 1;
        Ok(())
    }

    /// Takes received bytes; reports come out in order.
    pub fn handle_bytes(
        &mut self,
        now: Nanos,
        bytes: &[u8],
        on_event: &mut impl FnMut(GatewayEvent),
    ) {
        let (id, symbols, counters) = (self.id, &self.symbols, &mut self.counters);
        let mut refused = None;
        self.session.handle_bytes(now.0, bytes, &mut |event| {
            translate(id, symbols, counters, now, &event, &mut refused, on_event);
        });
        if let Some(sequence) = refused {
            self.on_refused(now, sequence, on_event);
        }
    }

    /// Does what is due on the session.
    pub fn handle_timeout(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) {
        let (id, symbols, counters) = (self.id, &self.symbols, &mut self.counters);
        self.session.handle_timeout(now.0, &mut |event| {
            translate(id, symbols, counters, now, &event, &mut None, on_event);
        });
    }

    /// The connection is there; the Logon waits in the transmit buffer.
    pub fn on_connected(&mut self, now: Nanos) {
        self.session.on_connected(now.0);
    }

    /// The connection is gone.
    pub fn on_disconnected(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) {
        self.session.on_disconnected(now.0);
        on_event(GatewayEvent::State(GatewayState::Down));
    }

    /// Says goodbye; a [`GatewayEvent::Disconnect`] follows.
    pub fn logout(&mut self, now: Nanos) {
        self.session.logout(now.0, "");
    }

    /// Returns bytes to write; report them with [`FixGateway::consume_transmit`].
    #[must_use]
    pub fn poll_transmit(&mut self) -> &[u8] {
        self.session.poll_transmit()
    }

    /// Drops bytes that have been written.
    pub fn consume_transmit(&mut self, count: usize) {
        self.session.consume_transmit(count);
    }

    /// Returns when [`FixGateway::handle_timeout`] is next due. Ask again after any other call.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<Nanos> {
        self.session.poll_timeout().map(Nanos)
    }

    /// Lets the session resume after the last report that was journaled, or where its own store
    /// stands if that is earlier. Call it before connecting.
    pub fn resume_after(&mut self, journaled_sequence: u64) {
        let next = self.session.next_inbound().min(journaled_sequence.saturating_add(1)).max(1);
        self.session.set_next_inbound(next);
    }

    /// Returns the ids of every request the store holds: what is not among them never left.
    /// Cold: reads the whole store.
    #[must_use]
    pub fn stored_requests(&self) -> BTreeSet<ClientOrderId> {
        let mut decoder = Decoder::new();
        self.session
            .store()
            .messages()
            .filter(|stored| !stored.admin)
            .filter_map(|stored| decode_id(&mut decoder, stored.bytes))
            .collect()
    }

    /// Returns the session, to look at.
    #[must_use]
    pub const fn session(&self) -> &Session<S> {
        &self.session
    }

    /// Returns the session, for what people do to it.
    pub const fn session_mut(&mut self) -> &mut Session<S> {
        &mut self.session
    }

    /// Returns what has been counted.
    #[must_use]
    pub const fn counters(&self) -> &GatewayCounters {
        &self.counters
    }

    /// A session-level Reject names one of our messages by number: the request in it failed.
    fn on_refused(&self, now: Nanos, sequence: u64, on_event: &mut impl FnMut(GatewayEvent)) {
        let mut decoder = Decoder::new();
        let stored = self.session.store().get(sequence);
        let id = stored.and_then(|stored| decode_id(&mut decoder, stored.bytes));
        if let Some(client_order_id) = id {
            on_event(GatewayEvent::Execution(refusal(self.id, client_order_id, now)));
        }
    }
}

/// Returns the report that a request never left this machine.
#[must_use]
pub fn unsent(request: &OrderRequest, now: Nanos, reason: RejectReason) -> ExecutionReport {
    ExecutionReport {
        kind: ExecKind::Unsent,
        instrument: request.instrument,
        side: request.side,
        reason,
        ..refusal(request.gateway, request.client_order_id, now)
    }
}

/// A report that the broker refused request `client_order_id`. A refusal of a first request
/// ends the order, of a later one leaves it as it was.
fn refusal(gateway: GatewayId, client_order_id: ClientOrderId, now: Nanos) -> ExecutionReport {
    let first = client_order_id.revision() == 0;
    ExecutionReport {
        gateway,
        instrument: InstrumentId::default(),
        kind: if first { ExecKind::Rejected } else { ExecKind::CancelRejected },
        client_order_id,
        side: Side::Buy,
        last_lots: Lots::ZERO,
        last_price: Ticks::ZERO,
        cum_lots: Lots::ZERO,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        fee: Notional::ZERO,
        liquidity: gannet_types::Liquidity::Unknown,
        reason: RejectReason::Venue,
        transact_time: now,
        received: now,
        session_sequence: 0,
        exec_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

fn decode_id(decoder: &mut Decoder, bytes: &[u8]) -> Option<ClientOrderId> {
    match decoder.decode(bytes) {
        codec::Decoded::Message { message, .. } => read_id(&message, tag::CL_ORD_ID).ok(),
        _ => None,
    }
}

fn translate(
    id: GatewayId,
    symbols: &Symbols,
    counters: &mut GatewayCounters,
    now: Nanos,
    event: &Event<'_>,
    refused: &mut Option<u64>,
    on_event: &mut impl FnMut(GatewayEvent),
) {
    match event {
        Event::LoggedOn { .. } => on_event(GatewayEvent::State(GatewayState::Up)),
        Event::Application { message, msg_seq_num, .. } => {
            match read_application(id, symbols, message, now, *msg_seq_num) {
                Ok(execution) => {
                    counters.received += 1;
                    on_event(GatewayEvent::Execution(execution));
                }
                Err(_) => counters.untranslated += 1,
            }
        }
        Event::Rejected { ref_msg_seq_num, .. } => *refused = Some(*ref_msg_seq_num),
        Event::Disconnect { reason } => on_event(GatewayEvent::Disconnect(*reason)),
        Event::LoggedOut { text } => on_event(GatewayEvent::LoggedOut(Text::new(text))),
        // Counted by the session; nothing to decide here.
        Event::Refused { .. }
        | Event::Garbled { .. }
        | Event::Gap { .. }
        | Event::SequenceReset { .. }
        | Event::NumbersReset
        | Event::StoreFull { .. } => {}
    }
}

fn read_application(
    id: GatewayId,
    symbols: &Symbols,
    message: &Message<'_>,
    now: Nanos,
    sequence: u64,
) -> Result<ExecutionReport, TranslateError> {
    if message.msg_type() != msg_type::BUSINESS_MESSAGE_REJECT {
        return report::read(message, symbols, id, now, sequence);
    }
    let client_order_id = read_id(message, BUSINESS_REJECT_REF_ID)?;
    Ok(ExecutionReport { session_sequence: sequence, ..refusal(id, client_order_id, now) })
}

/// BusinessRejectRefID(379): the ClOrdID of the message that was refused.
const BUSINESS_REJECT_REF_ID: u32 = 379;
