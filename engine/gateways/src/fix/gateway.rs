//! The initiator: our requests out, the broker's reports in, over one FIX session.
//!
//! Sans-IO like the session it wraps: a driver moves the bytes and owns the clock.

use std::collections::BTreeSet;

use gannet_fix::session::{DisconnectReason, SendError};
use gannet_fix::tag::msg_type;
use gannet_fix::{Decoder, Event, Message, Session, Store, codec};
use gannet_types::{
    ClientOrderId, DontKnowTrade, DropCopy, ExecKind, ExecutionReport, GatewayId, GatewayState,
    Nanos, OrderRequest, RejectReason, RequestKind, Text, VenuePosition,
};

use super::dialect::Dialect;
use super::unknown_symbol::UnknownTrade;
use super::venue_ids::VenueIds;
use super::{TranslateError, position, report, request, tag};

/// What the gateway tells its owner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GatewayEvent {
    /// The broker said something about an order.
    Execution(ExecutionReport),
    /// The broker said something about our positions.
    Position(VenuePosition),
    /// A listening session heard a copy of somebody's execution.
    Copy(DropCopy),
    /// A listening session is logged on, or not any more.
    Listening(GatewayState),
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
    /// Of these, trades in something that is none of our instruments. The broker is told, if it
    /// takes DontKnowTrade; nothing else here knows of them.
    pub unknown_symbols: u64,
}

/// A FIX order gateway.
pub struct FixGateway<S> {
    session: Session<S>,
    reader: Reader,
}

/// What is needed to understand the broker.
struct Reader {
    id: GatewayId,
    dialect: Dialect,
    counters: GatewayCounters,
    /// What the broker calls our orders, if it wants to hear that.
    venue_ids: Option<VenueIds>,
    /// It only listens: what it hears are copies.
    listens: bool,
    /// Reports that the answer to the last mass status request still lacks, if it said how many
    /// there are.
    mass_status_left: Option<u64>,
    /// Trades that the broker has yet to be told we do not know.
    unknown_trades: Vec<UnknownTrade>,
}

impl<S: Store> FixGateway<S> {
    /// Wraps a session whose counterparty speaks `dialect`.
    #[must_use]
    pub fn new(id: GatewayId, session: Session<S>, dialect: Dialect) -> Self {
        let venue_ids = dialect.order_id_in_cancels.then(VenueIds::new);
        let counters = GatewayCounters::default();
        let listens = false;
        let reader = Reader {
            id,
            dialect,
            counters,
            venue_ids,
            listens,
            mass_status_left: None,
            unknown_trades: Vec::new(),
        };
        Self { session, reader }
    }

    /// Wraps a drop copy session: reports come out as [`GatewayEvent::Copy`], with their account,
    /// and nothing is ever sent.
    #[must_use]
    pub fn listening(id: GatewayId, session: Session<S>, dialect: Dialect) -> Self {
        let mut gateway = Self::new(id, session, dialect);
        gateway.reader.listens = true;
        gateway
    }

    /// Sends a request. Hot: one encoding, one append to the store, no allocation.
    ///
    /// # Errors
    /// The request was not sent and never will be; answer it with [`unsent`].
    #[inline]
    pub fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), SendError> {
        let Reader { dialect, venue_ids, counters, listens, .. } = &mut self.reader;
        assert!(!*listens, "no order goes to a session that only listens");
        let order_id = match venue_ids {
            Some(names) if request.kind != RequestKind::New => {
                names.get(request.client_order_id.order())
            }
            _ => None,
        };
        self.session.send(now.0, request::message_type(request.kind), |writer| {
            request::write(writer, request, dialect, order_id, now);
        })?;
        counters.sent += 1;
        Ok(())
    }

    /// Tells the broker that a trade is not ours.
    ///
    /// # Errors
    /// It was not said; the alarm that came with it has to do.
    pub fn dont_know(&mut self, now: Nanos, trade: &DontKnowTrade) -> Result<(), SendError> {
        let dialect = &self.reader.dialect;
        self.session.send(now.0, tag::DONT_KNOW_TRADE, |writer| {
            request::write_dont_know(writer, trade, dialect);
        })?;
        Ok(())
    }

    /// Takes received bytes; reports come out in order.
    pub fn handle_bytes(
        &mut self,
        now: Nanos,
        bytes: &[u8],
        on_event: &mut impl FnMut(GatewayEvent),
    ) {
        let reader = &mut self.reader;
        let mut refused = None;
        self.session.handle_bytes(now.0, bytes, &mut |event| {
            reader.translate(now, &event, &mut refused, on_event);
        });
        if let Some(sequence) = refused {
            self.on_refused(now, sequence, on_event);
        }
        self.answer_unknown_trades(now);
    }

    /// Does what is due on the session.
    pub fn handle_timeout(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) {
        let reader = &mut self.reader;
        self.session.handle_timeout(now.0, &mut |event| {
            reader.translate(now, &event, &mut None, on_event);
        });
        self.answer_unknown_trades(now);
    }

    /// The connection is there; the Logon waits in the transmit buffer.
    pub fn on_connected(&mut self, now: Nanos) {
        self.session.on_connected(now.0);
    }

    /// The connection is gone.
    pub fn on_disconnected(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) {
        self.session.on_disconnected(now.0);
        on_event(self.reader.state(GatewayState::Down));
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
            .filter_map(|stored| self.decode_request(&mut decoder, stored.bytes))
            .map(|(_, id)| id)
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

    /// Returns whether it only listens.
    #[must_use]
    pub const fn listens(&self) -> bool {
        self.reader.listens
    }

    /// Returns what has been counted.
    #[must_use]
    pub const fn counters(&self) -> &GatewayCounters {
        &self.reader.counters
    }

    /// Tells the broker which trades are in none of our instruments. What cannot be said now, since
    /// the session has ended, is not said later: the counter has to do.
    #[inline]
    fn answer_unknown_trades(&mut self, now: Nanos) {
        for trade in self.reader.unknown_trades.drain(..) {
            let _ = self.session.send(now.0, tag::DONT_KNOW_TRADE, |writer| trade.write(writer));
        }
    }

    /// A Reject names one of our messages by number: the request in it failed.
    fn on_refused(&self, now: Nanos, sequence: u64, on_event: &mut impl FnMut(GatewayEvent)) {
        let mut decoder = Decoder::new();
        let stored = self.session.store().get(sequence);
        let request = stored.and_then(|stored| self.decode_request(&mut decoder, stored.bytes));
        if let Some((kind, client_order_id)) = request
            && let Some(event) = refusal(self.reader.id, kind, client_order_id, now, 0)
        {
            on_event(event);
        }
    }

    /// Returns what a message of ours asked, and under which id.
    fn decode_request(
        &self,
        decoder: &mut Decoder,
        bytes: &[u8],
    ) -> Option<(RequestKind, ClientOrderId)> {
        let codec::Decoded::Message { message, .. } = decoder.decode(bytes) else { return None };
        let kind = request_kind(message.msg_type())?;
        let id = self.reader.dialect.read_id(&message, request::id_tag(kind));
        id.ok().map(|id| (kind, id))
    }
}

impl Reader {
    fn translate(
        &mut self,
        now: Nanos,
        event: &Event<'_>,
        refused: &mut Option<u64>,
        on_event: &mut impl FnMut(GatewayEvent),
    ) {
        match event {
            Event::LoggedOn { .. } => {
                self.mass_status_left = None;
                on_event(self.state(GatewayState::Up));
            }
            Event::Application { message, msg_seq_num, .. } if self.listens => {
                match self.read_copy(message, now, *msg_seq_num) {
                    Ok(copy) => {
                        self.counters.received += 1;
                        on_event(GatewayEvent::Copy(copy));
                    }
                    Err(_) => self.counters.untranslated += 1,
                }
            }
            Event::Application { message, msg_seq_num, .. } => {
                match self.read(message, now, *msg_seq_num, refused) {
                    Ok(event) => {
                        self.counters.received += 1;
                        self.tell(event, on_event);
                    }
                    Err(error) => self.on_untranslated(message, error),
                }
                if self.ends_mass_status(message) {
                    on_event(GatewayEvent::State(GatewayState::Told));
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

    #[cold]
    fn on_untranslated(&mut self, message: &Message<'_>, error: TranslateError) {
        self.counters.untranslated += 1;
        if error == TranslateError::UnknownSymbol
            && let Some(trade) = UnknownTrade::read(message)
        {
            self.counters.unknown_symbols += 1;
            if self.dialect.dont_know_trade {
                self.unknown_trades.push(trade);
            }
        }
    }

    const fn state(&self, state: GatewayState) -> GatewayEvent {
        if self.listens { GatewayEvent::Listening(state) } else { GatewayEvent::State(state) }
    }

    fn tell(&mut self, event: Option<GatewayEvent>, on_event: &mut impl FnMut(GatewayEvent)) {
        let Some(event) = event else { return };
        if let (GatewayEvent::Execution(report), Some(names)) = (&event, &mut self.venue_ids) {
            names.learn(report);
        }
        on_event(event);
    }

    /// Reads an application message; `None` if it says nothing to act upon. `refused` becomes
    /// the number of a message of ours that it refuses without saying which request that was.
    fn read(
        &self,
        message: &Message<'_>,
        now: Nanos,
        sequence: u64,
        refused: &mut Option<u64>,
    ) -> Result<Option<GatewayEvent>, TranslateError> {
        Ok(match message.msg_type() {
            msg_type::BUSINESS_MESSAGE_REJECT => {
                let kind = message.get(tag::REF_MSG_TYPE).and_then(request_kind);
                match self.dialect.read_id(message, tag::BUSINESS_REJECT_REF_ID) {
                    Ok(id) => refusal(self.id, kind.unwrap_or(RequestKind::New), id, now, sequence),
                    Err(_) => {
                        *refused = message.get_u64(tag::REF_SEQ_NUM);
                        None
                    }
                }
            }
            tag::ORDER_MASS_CANCEL_REPORT => {
                let id = self.dialect.read_id(message, tag::CL_ORD_ID)?;
                let is_refused = message.get_char(tag::MASS_CANCEL_RESPONSE) == Some(b'0');
                let refusal = refusal(self.id, RequestKind::MassCancel, id, now, sequence);
                refusal.filter(|_| is_refused)
            }
            kind if position::is_answer(kind) => {
                let answer = position::read(message, &self.dialect, self.id, now, sequence)?;
                Some(GatewayEvent::Position(answer))
            }
            _ if self.is_empty_mass_status(message) => None,
            _ => {
                let report = report::read(message, &self.dialect, self.id, now, sequence)?;
                Some(GatewayEvent::Execution(report))
            }
        })
    }

    /// Reads a copy of an execution. What others did to their orders besides trading is not for
    /// us.
    fn read_copy(
        &self,
        message: &Message<'_>,
        now: Nanos,
        sequence: u64,
    ) -> Result<DropCopy, TranslateError> {
        let report = report::read(message, &self.dialect, self.id, now, sequence)?;
        Ok(DropCopy { account: self.dialect.read_account(message)?, report })
    }

    /// Returns whether the report only says that there are no open orders: it rejects the
    /// question and names no order.
    fn is_empty_mass_status(&self, message: &Message<'_>) -> bool {
        message.get(tag::MASS_STATUS_REQ_ID).is_some()
            && message.get_char(tag::ORD_STATUS) == Some(b'8')
            && self.dialect.read_id(message, tag::CL_ORD_ID).is_err()
    }

    /// Returns whether the message is the last of the answer to a mass status request: it says
    /// so, or it is the last of as many as were announced, or says that there are none.
    fn ends_mass_status(&mut self, message: &Message<'_>) -> bool {
        if message.get(tag::MASS_STATUS_REQ_ID).is_none() {
            return false;
        }
        let total = message.get_u64(tag::TOT_NUM_REPORTS);
        let left = self.mass_status_left.or(total).map(|left| left.saturating_sub(1));
        let ends = message.get_char(tag::LAST_RPT_REQUESTED) == Some(b'Y')
            || left == Some(0)
            || self.is_empty_mass_status(message);
        self.mass_status_left = if ends { None } else { left };
        ends
    }
}

/// Returns the report that a request never left this machine.
#[must_use]
pub fn unsent(request: &OrderRequest, now: Nanos, reason: RejectReason) -> ExecutionReport {
    ExecutionReport {
        kind: ExecKind::Unsent,
        client_order_id: request.client_order_id,
        instrument: request.instrument,
        side: request.side,
        reason,
        ..report::blank(request.gateway, now)
    }
}

/// What it means that the broker refused a request in message `session_sequence`, zero if that
/// is not told. A refusal of a first request ends the order, of a later one leaves it as it was; a
/// question that is refused says nothing about the order.
fn refusal(
    gateway: GatewayId,
    kind: RequestKind,
    client_order_id: ClientOrderId,
    now: Nanos,
    session_sequence: u64,
) -> Option<GatewayEvent> {
    let kind = match kind {
        RequestKind::Status | RequestKind::MassStatus => return None,
        RequestKind::Positions => {
            let answer = position::refused(gateway, client_order_id, now, session_sequence);
            return Some(GatewayEvent::Position(answer));
        }
        RequestKind::MassCancel => ExecKind::CancelRejected,
        RequestKind::New | RequestKind::Cancel | RequestKind::Replace => {
            let first = client_order_id.revision() == 0;
            if first { ExecKind::Rejected } else { ExecKind::CancelRejected }
        }
    };
    let reason = RejectReason::Venue;
    Some(GatewayEvent::Execution(ExecutionReport {
        kind,
        client_order_id,
        reason,
        session_sequence,
        ..report::blank(gateway, now)
    }))
}

/// Returns which request has this MsgType(35).
fn request_kind(message_type: &[u8]) -> Option<RequestKind> {
    let mut kinds = RequestKind::ALL.into_iter();
    kinds.find(|kind| request::message_type(*kind) == message_type)
}
