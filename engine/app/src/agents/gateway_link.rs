//! The FIX session's connection: connects, moves bytes, reconnects with back-off.
//!
//! Hot: `poll` is one `read`, `flush` one `write` when an order waits. Over TLS the library copies
//! and allocates as it encrypts; a plain connection does neither.

use std::fmt::Display;
use std::net::SocketAddr;

use gannet_control::SessionReporter;
use gannet_fix::MappedStore;
use gannet_fix::session::{Action, Counters, DisconnectReason, Outcome, State};
use gannet_gateways::fix::{FixGateway, GatewayEvent};
use gannet_net::tcp::ReadOutcome;
use gannet_runtime::ring::Receiver;
use gannet_types::{DontKnowTrade, GatewayState, Nanos, OrderRequest, RejectReason, SessionAction};

use super::line::{
    CONNECT_TIMEOUT, End, Gone, READ_BYTES, Socket, closed_text, closed_until, end_of,
};
use super::notice::Notice;
use super::session_report;
use crate::fix::dial::Dial;
use crate::fix::pump;

/// When to connect again after a person has logged out: not before one logs on.
const NEVER: Nanos = Nanos(u64::MAX);

/// A gateway and its socket.
pub struct GatewayLink {
    gateway: FixGateway<MappedStore>,
    /// What notices call it.
    name: String,
    dial: Dial,
    socket: Socket,
    input: Box<[u8]>,
    /// A write failed; the next poll tells and reconnects.
    broken: Option<Gone>,
    notice: Option<Notice>,
    /// The notice before, for the page.
    told: String,
    /// Connections made after the first.
    reconnects: u64,
    /// A person logged out: stay away.
    held: bool,
    people: Option<People>,
}

/// The ways from and to the people who look after the session.
pub struct People {
    /// What they do to it.
    pub actions: Receiver<SessionAction>,
    /// How it stands.
    pub reporter: SessionReporter,
    /// What they call it.
    pub name: String,
}

impl GatewayLink {
    /// Connects `gateway` to a broker's addresses when polled.
    #[must_use]
    pub fn new(gateway: FixGateway<MappedStore>, dial: Dial) -> Self {
        let name = if gateway.listens() { "drop copy" } else { "gateway" }.to_owned();
        Self {
            gateway,
            name,
            dial,
            socket: Socket::Waiting(Nanos::ZERO),
            input: vec![0; READ_BYTES].into_boxed_slice(),
            broken: None,
            notice: None,
            told: String::new(),
            reconnects: 0,
            held: false,
            people: None,
        }
    }

    /// Has notices call it by another name.
    #[must_use]
    pub fn with_name(self, name: String) -> Self {
        Self { name, ..self }
    }

    /// Lets people look at the session and act on it.
    pub fn attach(&mut self, people: People) {
        self.people = Some(people);
    }

    /// Reads once, runs timers, keeps the connection; returns how much there was to do.
    ///
    /// Call [`GatewayLink::flush`] afterwards.
    pub fn poll(&mut self, now: Nanos, on_event: &mut impl FnMut(GatewayEvent)) -> usize {
        let (mut over, mut logged_on) = (None, false);
        let mut work = 0;
        let (name, notice) = (&self.name, &mut self.notice);
        let mut heard = |event| {
            match event {
                GatewayEvent::State(state) | GatewayEvent::Listening(state) => {
                    logged_on |= state == GatewayState::Up;
                }
                GatewayEvent::Disconnect(reason) => over = Some(reason),
                GatewayEvent::LoggedOut(text) if !text.is_empty() => {
                    *notice = Some(Notice::new(name, format!("the broker logged out: {text}")));
                }
                GatewayEvent::LoggedOut(_) | GatewayEvent::Execution(_) | GatewayEvent::Copy(_) => {
                }
            }
            on_event(event);
        };
        let unknown = self.gateway.counters().unknown_symbols;
        let mut gone = self.broken.take();
        match &mut self.socket {
            Socket::Waiting(at) => {
                if now >= *at {
                    self.connect(now);
                }
                return 0;
            }
            Socket::Connecting(stream, deadline) => {
                match stream.poll_connected() {
                    Ok(true) => {
                        self.socket.stand();
                        self.gateway.on_connected(now);
                    }
                    Ok(false) if now < *deadline => {}
                    Ok(false) => self.give_up(now, "connecting took too long"),
                    Err(error) => self.give_up(now, error),
                }
                return 1;
            }
            Socket::Connected(stream) => match stream.read(&mut self.input) {
                Ok(ReadOutcome::Bytes(count)) => {
                    work = 1;
                    self.gateway.handle_bytes(now, &self.input[..count], &mut heard);
                }
                Ok(ReadOutcome::WouldBlock) => {}
                Ok(ReadOutcome::Closed) => gone = gone.or(Some(Gone::Closed)),
                Err(error) => gone = Some(Gone::of(error)),
            },
        }
        if self.gateway.poll_timeout().is_some_and(|due| due <= now) {
            self.gateway.handle_timeout(now, &mut heard);
        }
        if self.gateway.counters().unknown_symbols > unknown {
            self.tell_unknown_symbol();
        }
        if logged_on {
            self.dial.succeeded();
        }
        if over.is_some() || gone.is_some() {
            self.end(now, over, gone, on_event);
        }
        work
    }

    /// Sends a request into the transmit buffer.
    ///
    /// # Errors
    /// Why it was not sent and never will be.
    #[inline]
    pub fn send(&mut self, now: Nanos, request: &OrderRequest) -> Result<(), RejectReason> {
        self.gateway.send(now, request).map_err(|_| RejectReason::GatewayDown)
    }

    /// Tells the broker that a trade is not ours, if somebody listens.
    pub fn dont_know(&mut self, now: Nanos, trade: &DontKnowTrade) {
        // The pipeline has raised an alarm about the trade already.
        let _ = self.gateway.dont_know(now, trade);
    }

    /// Writes what waits; returns whether anything was written.
    #[inline]
    pub fn flush(&mut self) -> bool {
        let Socket::Connected(stream) = &mut self.socket else { return false };
        match pump::flush(self.gateway.session_mut(), stream) {
            Ok(wrote) => wrote,
            Err(error) => {
                self.broken = Some(Gone::of(error));
                true
            }
        }
    }

    /// Says goodbye to the broker.
    pub fn logout(&mut self, now: Nanos) {
        self.gateway.logout(now);
    }

    /// Returns whether a connection stands.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self.socket, Socket::Connected(_))
    }

    /// Returns what happened to the connection since the last call.
    pub fn take_notice(&mut self) -> Option<Notice> {
        let notice = self.notice.take();
        if let Some(notice) = &notice {
            self.told.clone_from(&notice.text);
        }
        notice
    }

    /// Does what people want and tells them how the session stands; a few times a second. Flush
    /// afterwards.
    pub fn attend(&mut self, now: Nanos) {
        let Some(mut people) = self.people.take() else { return };
        while let Some(action) = people.actions.pop() {
            self.act(now, action);
        }
        people.reporter.answer(|| session_report::report(self, &people.name));
        self.people = Some(people);
    }

    #[cold]
    fn act(&mut self, now: Nanos, action: SessionAction) {
        let wanted = match action {
            SessionAction::ResetNumbers => Action::ResetNumbers,
            SessionAction::SetNextInbound(next) => Action::SetNextInbound(next),
            SessionAction::SetNextOutbound(next) => Action::SetNextOutbound(next),
            SessionAction::Logout => {
                self.held = true;
                if !self.is_connected() {
                    self.socket = Socket::Waiting(NEVER);
                }
                Action::Logout
            }
            SessionAction::Logon => {
                self.held = false;
                if matches!(self.socket, Socket::Waiting(_)) {
                    self.socket = Socket::Waiting(now);
                }
                return;
            }
        };
        let text = match self.gateway.session_mut().operate(now.0, wanted) {
            Ok(Outcome::Done) => format!("{action:?} by an operator: done"),
            Ok(Outcome::Requested) => format!("{action:?} by an operator: the broker is asked"),
            Err(error) => format!("{action:?} by an operator: refused, {error}"),
        };
        self.notice = Some(Notice::new(&self.name, text));
    }

    /// Returns what happened to the connection last, in words; empty if nothing did.
    pub(super) fn last_notice(&self) -> &str {
        self.notice.as_ref().map_or(&self.told, |notice| &notice.text)
    }

    /// Returns the address that is connected, or tried next.
    pub(super) fn peer(&self) -> SocketAddr {
        self.dial.peer().address
    }

    /// Returns where connection and conversation stand, in words.
    pub(super) fn state(&self) -> &'static str {
        match (&self.socket, self.gateway.session().state()) {
            (Socket::Waiting(_), _) | (Socket::Connected(_), State::Disconnected) => "disconnected",
            (Socket::Connecting(..), _) => "connecting",
            (Socket::Connected(_), State::AwaitingLogon) => "logging on",
            (Socket::Connected(_), State::LoggedOn) => "logged on",
            (Socket::Connected(_), State::LoggingOut | State::Closing) => "logging out",
        }
    }

    /// Returns how often it connected again.
    #[must_use]
    pub const fn reconnects(&self) -> u64 {
        self.reconnects
    }

    /// Returns what the session has counted.
    #[must_use]
    pub const fn counted(&self) -> &Counters {
        self.gateway.session().counters()
    }

    /// Returns the gateway, to look at.
    #[must_use]
    pub const fn gateway(&self) -> &FixGateway<MappedStore> {
        &self.gateway
    }

    #[cold]
    fn tell_unknown_symbol(&mut self) {
        let text = "the broker reports a trade in a symbol that is none of our instruments: the \
                    position it makes is not watched here; the messages are on the page";
        self.notice = Some(Notice::new(&self.name, text.to_owned()));
    }

    fn connect(&mut self, now: Nanos) {
        if let Some(opens) = closed_until(self.gateway.session().config(), now) {
            return self.wait_for_opening(opens);
        }
        self.socket = match self.dial.connect() {
            Ok(stream) => Socket::Connecting(stream, now.after(CONNECT_TIMEOUT)),
            Err(error) => return self.give_up(now, error),
        };
    }

    #[cold]
    fn wait_for_opening(&mut self, opens: Nanos) {
        self.notice = Some(Notice::new(&self.name, closed_text(opens)));
        self.socket = Socket::Waiting(opens);
    }

    #[cold]
    fn give_up(&mut self, now: Nanos, why: impl Display) {
        let text = format!("cannot connect to {}: {why}", self.dial.peer().address);
        self.notice = Some(Notice::new(&self.name, text));
        let delay = self.dial.failed();
        self.socket = Socket::Waiting(if self.held { NEVER } else { now.after(delay) });
    }

    /// Ends the connection, says why, and decides where to connect next.
    #[cold]
    fn end(
        &mut self,
        now: Nanos,
        over: Option<DisconnectReason>,
        gone: Option<Gone>,
        on_event: &mut impl FnMut(GatewayEvent),
    ) {
        let End { refused, text } = end_of(self.gateway.session(), over, gone.as_ref(), "broker");
        let is_told = over == Some(DisconnectReason::LoggedOut) && self.notice.is_some();
        if !is_told {
            self.notice = Some(Notice::new(&self.name, text));
        }
        if gone.is_none() {
            // What the session still wants to say, such as a Logout, goes out if it can.
            self.flush();
            if let Socket::Connected(stream) = &mut self.socket {
                let _ = stream.shutdown_write();
            }
        }
        self.broken = None;
        self.gateway.on_disconnected(now, on_event);
        self.reconnects += 1;
        let delay = if refused { self.dial.failed() } else { self.dial.lost() };
        let at = if self.held { NEVER } else { now.after(delay) };
        self.socket = Socket::Waiting(at);
    }
}

#[cfg(test)]
mod tests;
