//! One session of an acceptor, with its connection while it has one.

use std::net::SocketAddr;

use gannet_fix::session::{Application, DisconnectReason, Replies};
use gannet_fix::{Event, Message, Session};
use gannet_net::NetError;
use gannet_net::tcp::ReadOutcome;
use gannet_net::transport::Transport;
use gannet_types::{Nanos, SessionAction};

use super::lobby::Arrival;
use super::news::News;
use super::{ANSWERS_PER_TURN, Desk, Sent, panel};
use crate::config::fix::acceptor::Login;
use crate::fix::pump;
use crate::fix::store::SessionStore;

/// The session.
pub(super) struct Member {
    session: Session<SessionStore>,
    login: Login,
    template: Option<usize>,
    connection: Option<Connection>,
}

struct Connection {
    stream: Transport,
    source: SocketAddr,
}

impl Member {
    pub(super) const fn new(
        session: Session<SessionStore>,
        login: Login,
        template: Option<usize>,
    ) -> Self {
        Self { session, login, template, connection: None }
    }

    pub(super) const fn session(&self) -> &Session<SessionStore> {
        &self.session
    }

    pub(super) const fn login(&self) -> Login {
        self.login
    }

    pub(super) const fn template(&self) -> Option<usize> {
        self.template
    }

    pub(super) const fn is_connected(&self) -> bool {
        self.connection.is_some()
    }

    pub(super) fn source(&self) -> Option<SocketAddr> {
        self.connection.as_ref().map(|connection| connection.source)
    }

    /// Takes a connection and handles its Logon; `verdict` is what the password came to.
    pub(super) fn connect(
        &mut self,
        now: Nanos,
        place: usize,
        arrival: Arrival,
        verdict: Result<(), &'static str>,
        desk: &mut impl Desk,
        news: &mut News,
    ) {
        let Arrival { connection: stream, source, bytes, .. } = arrival;
        self.connection = Some(Connection { stream, source });
        self.session.on_connected(now.0);
        desk.on_connected(place);
        let mut ear = Ear { desk, now, place, verdict, over: None, is_logged_on: false };
        self.session.handle_bytes_with(now.0, &bytes, &mut ear);
        if self.session.poll_timeout().is_some_and(|due| due <= now.0) {
            // Outside of the schedule the session is over before it has heard anything.
            self.session.handle_timeout_with(now.0, &mut ear);
        }
        let (over, is_logged_on) = (ear.over, ear.is_logged_on);
        if is_logged_on {
            news.add(now, || format!("{} logged on from {source}", self.name()));
        }
        if let Some(reason) = over {
            self.end(now, Some(reason), news);
        }
    }

    /// Runs timers and reads once, unless bytes wait for the counterparty; returns how much.
    pub(super) fn read(
        &mut self,
        now: Nanos,
        place: usize,
        buffer: &mut [u8],
        desk: &mut impl Desk,
        news: &mut News,
    ) -> usize {
        let Some(connection) = &mut self.connection else { return 0 };
        let mut ear = Ear { desk, now, place, verdict: Ok(()), over: None, is_logged_on: false };
        let (mut work, mut gone) = (0, false);
        if self.session.poll_timeout().is_some_and(|due| due <= now.0) {
            self.session.handle_timeout_with(now.0, &mut ear);
        }
        // What waits is written first, so that answers to what is read find room.
        if self.session.poll_transmit().is_empty() {
            match connection.stream.read(buffer) {
                Ok(ReadOutcome::Bytes(count)) => {
                    work = 1;
                    self.session.handle_bytes_with(now.0, &buffer[..count], &mut ear);
                }
                Ok(ReadOutcome::WouldBlock) => {}
                Ok(ReadOutcome::Closed) | Err(_) => gone = true,
            }
        }
        let over = ear.over;
        if over.is_some() || gone {
            self.end(now, over, news);
        }
        work
    }

    /// Sends what the desk has to say; returns how much that was.
    pub(super) fn answer(&mut self, now: Nanos, place: usize, desk: &mut impl Desk) -> usize {
        (0..ANSWERS_PER_TURN)
            .take_while(|_| desk.answer(now, place, &mut self.session) == Sent::One)
            .count()
    }

    /// Writes what waits.
    pub(super) fn flush(&mut self, now: Nanos, news: &mut News) {
        if self.write().is_err() {
            self.end(now, None, news);
        }
    }

    /// Begins to say goodbye.
    pub(super) fn log_out(&mut self, now: Nanos, text: &str) {
        self.session.logout(now.0, text);
    }

    /// Does what an operator wants; returns what became of it.
    pub(super) fn operate(&mut self, now: Nanos, action: SessionAction) -> String {
        panel::operate(&mut self.session, now, action)
    }

    fn write(&mut self) -> Result<(), NetError> {
        match &mut self.connection {
            None => Ok(()),
            Some(connection) => pump::flush(&mut self.session, &mut connection.stream).map(|_| ()),
        }
    }

    fn end(&mut self, now: Nanos, over: Option<DisconnectReason>, news: &mut News) {
        // What the session still wants to say, such as a Logout, goes out if it can.
        let _ = self.write();
        news.add(now, || {
            let why = match over {
                None => "the connection was lost".to_owned(),
                Some(DisconnectReason::LogonRefused | DisconnectReason::OutOfSchedule) => {
                    format!("refused: {}", self.session.logon_refusal())
                }
                Some(reason) => reason.to_string(),
            };
            let source = self.source().map_or_else(String::new, |source| format!(" at {source}"));
            format!("{}{source}: {why}", self.name())
        });
        if let Some(mut connection) = self.connection.take() {
            // TLS says that this is the end; a plain connection just ends.
            let _ = connection.stream.shutdown_write();
        }
        self.session.on_disconnected(now.0);
    }

    /// The counterparty first, as its Logon has it.
    fn name(&self) -> String {
        let config = self.session.config();
        let (from, to) = (&config.target_comp_id, &config.sender_comp_id);
        format!("{} {from} → {to}", config.version.name())
    }
}

/// Hears what the session has to tell in one call.
struct Ear<'a, D> {
    desk: &'a mut D,
    now: Nanos,
    place: usize,
    verdict: Result<(), &'static str>,
    over: Option<DisconnectReason>,
    is_logged_on: bool,
}

impl<D: Desk> Application<SessionStore> for Ear<'_, D> {
    fn on_event(&mut self, event: Event<'_>, _: &mut Replies<'_, SessionStore>) {
        match event {
            Event::Application { message, msg_seq_num, .. } => {
                self.desk.on_message(self.now, self.place, message, msg_seq_num);
            }
            Event::Disconnect { reason } => self.over = Some(reason),
            Event::LoggedOn { .. } => self.is_logged_on = true,
            // Counted by the session; nothing to decide here.
            Event::LoggedOut { .. }
            | Event::Rejected { .. }
            | Event::Refused { .. }
            | Event::Garbled { .. }
            | Event::Gap { .. }
            | Event::SequenceReset { .. }
            | Event::NumbersReset
            | Event::StoreFull { .. } => {}
        }
    }

    fn on_logon(&mut self, _: &Message<'_>) -> Result<(), &'static str> {
        self.verdict
    }
}
