//! The session: logon, numbers, gaps, heartbeats, logout, for both roles.
//!
//! ```text
//!               on_connected              Logon both ways           logout(), bad header
//! Disconnected ─────────────► AwaitingLogon ─────────► LoggedOn ─────────────────► LoggingOut
//!       ▲                          │                      │                            │
//!       │ on_disconnected          ▼                      ▼                            ▼
//!       └─────────────────────────────────── Closing ◄── (Event::Disconnect) ──────────┘
//! ```
//!
//! The driver's loop: `handle_bytes` what was read, `handle_timeout` when due, then write
//! `poll_transmit` and report with `consume_transmit` until it is empty or the socket is full,
//! then ask `poll_timeout` again. After [`Event::Disconnect`] it writes what is left, closes
//! the socket and calls `on_disconnected`.
//!
//! # Invariants
//! - A message is in the store before its bytes can be transmitted.
//! - The expected inbound number moves on after the owner has seen the message.
//! - At most one ResendRequest is open; messages above the gap are queued if there is a queue,
//!   and dropped otherwise, for the open request covers them.
//! - While a replay is under way new messages queue behind it in the store, so the
//!   counterparty never sees a new number inside a replay.

mod application;
mod check;
mod config;
mod establish;
mod event;
mod inbound;
mod logon;
mod operator;
mod outbound;
mod queue;
mod recent;
mod replay;
mod resend;
mod schedule;
mod sequence;
#[cfg(test)]
mod tests;
mod throttle;
mod timers;
pub(crate) mod transmit;

pub use application::{Application, Replies};
pub use config::{Config, ConfigError, Credentials, PasswordCipher, Role, SignatureCheck};
pub use event::{Counters, DisconnectReason, Event, RejectReason, SendError};
pub use operator::{Action, ActionError, Outcome};
pub use recent::{Direction, RECENT_BYTES, Recent};
pub use resend::{Resend, ResendPolicy};
pub use schedule::{Schedule, UnknownTimeZone, Weekday, Window};

use crate::codec::{Decoded, Decoder, Encoder, Garbled, MAX_MESSAGE_BYTES, Writer};
use crate::store::{MAX_SEQ_NUM, Store};
use crate::version::Version;

use application::Listener;
use logon::Logon;
use queue::Queue;
use recent::Ring;
use replay::Cursor;
use sequence::Gap;
use throttle::Throttle;
use transmit::Transmit;

/// One FIX session over its store. See the module for the driver's part.
pub struct Session<S> {
    core: Core<S>,
    decoder: Decoder,
    /// The beginning of a message whose rest has not come yet.
    received: Vec<u8>,
}

/// Where the conversation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// No connection.
    Disconnected,
    /// Connected; the counterparty's Logon is awaited.
    AwaitingLogon,
    /// Messages flow.
    LoggedOn,
    /// Our Logout is sent, its answer awaited; messages are still received.
    LoggingOut,
    /// To be disconnected once everything is transmitted.
    Closing,
}

impl<S: Store> Session<S> {
    /// Makes a session; it continues with the numbers that the store holds.
    ///
    /// # Errors
    /// The settings cannot work.
    pub fn new(config: Config, store: S) -> Result<Self, ConfigError> {
        config.check()?;
        let precision = config.version.precision(config.precision);
        let begin_string = config.version.begin_string();
        let encoder = Encoder::with_names(begin_string, &config.names(), precision);
        let data_fields: Vec<_> =
            config.dictionaries.iter().flat_map(|known| known.data_fields()).collect();
        let decoder = Decoder::with_data_fields(data_fields.clone());
        let queue = config.queue_capacity_bytes;
        let core = Core {
            state: State::Disconnected,
            generation: 0,
            store,
            encoder,
            transmit: Transmit::new(config.transmit_capacity_bytes),
            now: 0,
            heartbeat_ns: 0,
            last_sent: 0,
            last_received: 0,
            test_request_sent: None,
            deadline: None,
            gap: None,
            replay: None,
            reset_sent: false,
            reset_due: false,
            reset_answered: false,
            logged_out: false,
            in_hand: 0,
            queue: (queue > 0).then(|| Box::new(Queue::new(queue, data_fields))),
            logon: Logon::new(&config),
            refusal: String::new(),
            window: None,
            sends: Throttle::new(config.sends_per_second_max),
            receives: Throttle::new(config.receives_per_second_max),
            application_version: config.version.name(),
            disconnect: None,
            store_full: false,
            recent: Ring::new(config.recent_messages),
            counters: Counters::default(),
            config,
        };
        let received = Vec::with_capacity(2 * MAX_MESSAGE_BYTES);
        Ok(Self { core, decoder, received })
    }

    /// The connection is there: an initiator's Logon is put into the transmit buffer.
    ///
    /// Poll transmit and timeout afterwards.
    pub fn on_connected(&mut self, now: u64) {
        self.received.clear();
        self.core.on_connected(now);
    }

    /// The connection is gone. What was not transmitted is dropped; the counterparty will ask
    /// for it after the next Logon.
    pub fn on_disconnected(&mut self, now: u64) {
        self.received.clear();
        self.core.on_disconnected(now);
    }

    /// Takes received bytes, however they were cut. Messages that are whole are handled now.
    ///
    /// Poll transmit and timeout afterwards. Application messages borrow `bytes` if they are
    /// whole in it, and are copied once otherwise.
    pub fn handle_bytes<E: FnMut(Event<'_>)>(&mut self, now: u64, bytes: &[u8], on_event: &mut E) {
        self.handle_bytes_with(now, bytes, &mut Listener(on_event));
    }

    /// As [`Session::handle_bytes`], for an application that answers in its callbacks.
    pub fn handle_bytes_with<A: Application<S>>(&mut self, now: u64, bytes: &[u8], app: &mut A) {
        self.core.now = now;
        if self.received.is_empty() {
            let used = self.core.decode_all(&mut self.decoder, bytes, app);
            self.received.extend_from_slice(&bytes[used..]);
        } else {
            self.received.extend_from_slice(bytes);
            let used = self.core.decode_all(&mut self.decoder, &self.received, app);
            self.received.drain(..used);
        }
        self.core.tell_pending(app);
    }

    /// Does what is due: heartbeats, TestRequests, timeouts; lets the store grow.
    ///
    /// Poll transmit and timeout afterwards. Calling early or late does no harm.
    pub fn handle_timeout<E: FnMut(Event<'_>)>(&mut self, now: u64, on_event: &mut E) {
        self.handle_timeout_with(now, &mut Listener(on_event));
    }

    /// As [`Session::handle_timeout`], for an application that answers in its callbacks.
    pub fn handle_timeout_with<A: Application<S>>(&mut self, now: u64, app: &mut A) {
        self.core.on_timeout(now);
        self.core.tell_pending(app);
    }

    /// Returns when [`Session::handle_timeout`] is next due. Ask again after any other call.
    #[must_use]
    pub fn poll_timeout(&self) -> Option<u64> {
        self.core.next_timeout()
    }

    /// Returns bytes to write, empty if there are none. Report with
    /// [`Session::consume_transmit`] and ask again: a replay fills the buffer as it drains.
    #[must_use]
    pub fn poll_transmit(&mut self) -> &[u8] {
        self.core.continue_replay();
        self.core.transmit.pending()
    }

    /// Drops bytes that have been written.
    ///
    /// # Panics
    /// If more are dropped than [`Session::poll_transmit`] returned.
    pub fn consume_transmit(&mut self, count: usize) {
        self.core.transmit.consume(count);
    }

    /// Sends an application message; returns its MsgSeqNum. The header is written already
    /// when `body` is called.
    ///
    /// Cost: one encoding and one append to the store; no allocation. Poll transmit and
    /// timeout afterwards.
    ///
    /// # Errors
    /// Nothing was sent and no number used; see [`SendError`] for what to do.
    #[inline]
    pub fn send(
        &mut self,
        now: u64,
        msg_type: &[u8],
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Result<u64, SendError> {
        self.core.now = now;
        self.core.send(msg_type, body)
    }

    /// Rejects a message received earlier on session level: by its MsgSeqNum(34) and MsgType(35),
    /// naming a tag if that is to blame. Returns the Reject's own number. Inside of a callback
    /// [`Replies::reject`] does it.
    ///
    /// Poll transmit and timeout afterwards.
    ///
    /// # Errors
    /// Nothing was sent and no number used; see [`SendError`] for what to do.
    pub fn reject(
        &mut self,
        now: u64,
        msg_seq_num: u64,
        msg_type: &[u8],
        reason: RejectReason,
        ref_tag: Option<u32>,
    ) -> Result<u64, SendError> {
        self.core.now = now;
        self.core.reject(msg_seq_num, msg_type, reason, ref_tag)
    }

    /// Ends the conversation in order: sends a Logout (with a text, if not empty) and waits
    /// for the answer. Without a conversation it only asks for the disconnect.
    ///
    /// Poll transmit and timeout afterwards.
    pub fn logout(&mut self, now: u64, text: &str) {
        self.core.now = now;
        self.core.logout(text);
    }

    /// Returns how many connections there have been, the current one included. A driver that
    /// queues bytes or requests tags them with it: what belongs to an earlier connection must
    /// not reach a later one.
    #[must_use]
    pub const fn generation(&self) -> u64 {
        self.core.generation
    }

    /// Returns where the conversation stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.core.state
    }

    /// Returns the store, such as to look through the messages sent before a crash.
    #[must_use]
    pub const fn store(&self) -> &S {
        &self.core.store
    }

    /// Returns what has been counted.
    #[must_use]
    pub const fn counters(&self) -> &Counters {
        &self.core.counters
    }

    /// Returns the number expected next.
    #[must_use]
    pub fn next_inbound(&self) -> u64 {
        self.core.store.next_inbound()
    }

    /// Sets the number expected next; call it before connecting. A lower number than the
    /// store's has the messages since then requested again after the Logon.
    ///
    /// # Panics
    /// If the number is 0 or above [`MAX_SEQ_NUM`].
    pub fn set_next_inbound(&mut self, next: u64) {
        assert!((1..=MAX_SEQ_NUM).contains(&next), "sequence numbers are 1 to MAX_SEQ_NUM");
        self.core.set_next_inbound(next);
    }

    /// Returns the number of the next message sent.
    #[must_use]
    pub fn next_outbound(&self) -> u64 {
        self.core.store.next_outbound()
    }

    /// Sets the number of the next message sent; call it before connecting. A lower number
    /// than the store's forgets all messages sent so far.
    ///
    /// # Panics
    /// If the number is 0 or above [`MAX_SEQ_NUM`].
    pub fn set_next_outbound(&mut self, next: u64) {
        assert!((1..=MAX_SEQ_NUM).contains(&next), "sequence numbers are 1 to MAX_SEQ_NUM");
        self.core.set_next_outbound(next);
    }

    /// Says when the numbers in the store were last used, such as by the process before: if
    /// that was in an earlier window of the schedule, they begin again with the next
    /// connection. Call it before connecting.
    pub fn set_last_active(&mut self, time: u64) {
        let schedule = self.core.config.schedule.as_ref();
        let none = Window { start: time, end: time };
        self.core.window = schedule.map(|schedule| schedule.window(time).unwrap_or(none));
    }

    /// Begins both numbers again at 1 and forgets all messages sent; call it before connecting.
    pub fn reset_numbers(&mut self) {
        self.core.store.reset();
    }

    /// Has an initiator's next Logon ask that both numbers begin at 1, until one is answered: for a
    /// session whose numbers are those of a new store, while the counterparty may go on with those
    /// of an older one. What was not delivered is lost on both sides. Call it before connecting.
    pub const fn reset_at_next_logon(&mut self) {
        self.core.reset_due = true;
    }

    /// Returns why the latest Logon was refused, by us or by the counterparty, for the person
    /// who looks after the session; empty if none was.
    #[must_use]
    pub fn logon_refusal(&self) -> &str {
        &self.core.refusal
    }

    /// Returns the settings; HeartBtInt is the one agreed last.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.core.config
    }
}

/// Everything but the receive buffer, so that a message borrowed from that can be handled.
struct Core<S> {
    config: Config,
    state: State,
    /// Connections so far.
    generation: u64,
    store: S,
    encoder: Encoder,
    transmit: Transmit,
    /// The time of the latest call.
    now: u64,
    heartbeat_ns: u64,
    last_sent: u64,
    last_received: u64,
    /// When the unanswered TestRequest was sent.
    test_request_sent: Option<u64>,
    /// When a Logon or a Logout must have been answered.
    deadline: Option<u64>,
    gap: Option<Gap>,
    replay: Option<Cursor>,
    /// A Logon of ours on this connection asked to begin again at 1, and was not answered yet.
    reset_sent: bool,
    /// A reset that was asked for in mid-session is not confirmed: the next Logon asks again.
    reset_due: bool,
    /// A reset was answered, and nothing but Logons has come since: another is its echo.
    reset_answered: bool,
    /// The conversation of this connection ended with a Logout.
    logged_out: bool,
    /// The number of the message being handled, if it was the expected one; 0 otherwise.
    in_hand: u64,
    queue: Option<Box<Queue>>,
    logon: Logon,
    /// The version of application messages that do not say theirs.
    application_version: &'static str,
    /// Why the latest Logon was refused.
    refusal: String,
    /// The schedule's window that the numbers belong to, or the current one.
    window: Option<Window>,
    sends: Throttle,
    receives: Throttle,
    /// An [`Event::Disconnect`] that has not been told yet.
    disconnect: Option<DisconnectReason>,
    /// What was told last of the store.
    store_full: bool,
    /// The latest messages, if they are kept.
    recent: Ring,
    counters: Counters,
}

impl<S: Store> Core<S> {
    /// Handles every whole message; returns the bytes used.
    fn decode_all<A: Application<S>>(
        &mut self,
        decoder: &mut Decoder,
        bytes: &[u8],
        app: &mut A,
    ) -> usize {
        let mut at = 0;
        while self.is_open() {
            match decoder.decode(&bytes[at..]) {
                Decoded::Message { message, consumed } => {
                    at += consumed;
                    self.counters.received += 1;
                    self.remember_received(message.bytes());
                    self.on_message(&message, app);
                }
                Decoded::Garbled { consumed, reason } => {
                    at += consumed;
                    self.counters.garbled += 1;
                    self.tell(app, Event::Garbled { reason });
                    if reason == Garbled::Field
                        && let Some(message) = decoder.before_fault(&bytes[at - consumed..at])
                    {
                        self.on_malformed(&message, app);
                    }
                    if self.state == State::AwaitingLogon {
                        self.refusal = format!("the first bytes were no message: {reason}");
                        self.close(DisconnectReason::LogonRefused);
                    }
                }
                Decoded::Incomplete => return at,
            }
        }
        bytes.len()
    }

    const fn is_open(&self) -> bool {
        !matches!(self.state, State::Disconnected | State::Closing)
    }

    fn on_connected(&mut self, now: u64) {
        self.on_disconnected(now);
        self.state = State::AwaitingLogon;
        self.generation += 1;
        if !self.enter_window() {
            "connected outside of the session's schedule".clone_into(&mut self.refusal);
            return self.close(DisconnectReason::OutOfSchedule);
        }
        self.deadline = Some(now.saturating_add(self.config.logon_timeout_ns));
        if self.config.role == Role::Initiator {
            self.set_heartbeat(self.config.heartbeat_s);
            self.reset_sent = self.config.reset_on_logon || self.reset_due;
            if self.reset_sent {
                self.store.reset();
            }
            // FIX 4.0 has no such flag: there the counterparty must know.
            self.send_logon(self.reset_sent && self.config.version != Version::Fix40);
        }
    }

    fn on_disconnected(&mut self, now: u64) {
        self.now = now;
        let open = self.state != State::Disconnected;
        let out = self.logged_out && self.config.reset_on_logout;
        if open && (out || self.config.reset_on_disconnect) {
            self.store.reset();
        }
        self.logged_out = false;
        self.in_hand = 0;
        if let Some(queue) = &mut self.queue {
            queue.clear();
        }
        self.state = State::Disconnected;
        self.transmit.clear();
        self.last_sent = now;
        self.last_received = now;
        self.test_request_sent = None;
        self.deadline = None;
        self.gap = None;
        self.replay = None;
        self.reset_sent = false;
        self.reset_answered = false;
        self.disconnect = None;
    }

    /// Says whether the session is open now; the first connection of a window begins at 1.
    fn enter_window(&mut self) -> bool {
        let Some(schedule) = &self.config.schedule else { return true };
        let Some(window) = schedule.window(self.now) else { return false };
        if self.window.is_some_and(|known| known != window) {
            self.store.reset();
        }
        self.window = Some(window);
        true
    }

    /// Returns when the window of the schedule closes.
    fn window_end(&self) -> Option<u64> {
        self.config.schedule.as_ref().and(self.window).map(|window| window.end)
    }

    fn logout(&mut self, text: &str) {
        match self.state {
            State::LoggedOn => self.begin_logout(text),
            State::AwaitingLogon => self.close(DisconnectReason::LoggedOut),
            State::Disconnected | State::LoggingOut | State::Closing => {}
        }
    }

    fn set_heartbeat(&mut self, heartbeat_s: u32) {
        self.config.heartbeat_s = heartbeat_s;
        self.heartbeat_ns = u64::from(heartbeat_s) * 1_000_000_000;
    }

    /// Ends the connection; the event follows at the end of the current or the next call.
    fn close(&mut self, reason: DisconnectReason) {
        if self.is_open() {
            self.logged_out |= reason == DisconnectReason::LoggedOut;
            self.state = State::Closing;
            self.deadline = None;
            self.gap = None;
            self.disconnect = Some(reason);
        }
    }

    /// Tells what came up where nobody listened.
    fn tell_pending<A: Application<S>>(&mut self, app: &mut A) {
        let full = self.store.is_full();
        if full != self.store_full {
            self.store_full = full;
            self.tell(app, Event::StoreFull { full });
        }
        if let Some(reason) = self.disconnect.take() {
            self.tell(app, Event::Disconnect { reason });
        }
    }
}
