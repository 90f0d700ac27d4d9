//! Many FIX sessions on one thread: accepts connections, finds out whose they are, and moves bytes.
//!
//! ```text
//! listener ─▶ lobby: PROXY header, TLS, Logon ─▶ directory ─▶ doorkeeper (password) ─┐
//!                                                                                    ▼
//!                       desk ◀─ application messages ─ member: session, store, connection
//! ```
//! A connection costs a bounded buffer and a bounded time until its Logon is complete. Then its
//! session is found by version and CompIDs, or made from a template if the users file knows the
//! name. Passwords are checked in a thread of their own: a hash takes as long as ten thousand
//! orders. To a stranger nothing is said; a known name with a wrong password gets a Logout that
//! says so.
//!
//! # Invariants
//! - Nobody is let in who is not configured: no session without an entry, and no entry without a
//!   password unless it says `login = "none"`.
//! - A session has one connection at most; it outlives its connections.
//! - While bytes wait for a counterparty, nothing is read from it: what it may cost is bounded by
//!   its transmit buffer.

mod directory;
mod doorkeeper;
mod lobby;
mod member;
mod news;
mod panel;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, ensure};
use gannet_fix::session::{Config as SessionConfig, State};
use gannet_fix::{Message, Session};
use gannet_net::tcp::TcpListener;
use gannet_net::tls::{Identity, TlsServerConfig};
use gannet_types::Nanos;

use crate::config::fix::acceptor::{AcceptorConfig, Login, ServerFiles};
use crate::fix::dial::pem;
use crate::fix::store::SessionStore;
use crate::fix::users::Users;
use directory::{Directory, Place};
use doorkeeper::Doorkeeper;
use lobby::{Arrival, Lobby};
use member::Member;
use news::News;
pub use panel::{Panel, PanelPage, panel};

/// Connections taken from the listener in one turn, so that a flood starves no session.
const ACCEPTS_PER_TURN: usize = 8;

/// Messages sent for one session in one turn, so that a busy one starves no other.
const ANSWERS_PER_TURN: usize = 1024;

/// Bytes taken from one counterparty at once: some hundred requests.
const READ_BYTES: usize = 64 * 1024;

/// Says what is wrong with a Logon to a counterparty whose name is known.
const WRONG_PASSWORD: &str = "wrong user or password";

/// Whether there was something to send, and room for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// One message went out; ask again.
    One,
    /// Nothing to say now, or no room.
    Nothing,
}

/// What answers the messages of the sessions. A session's place is how many were made before it.
pub trait Desk {
    /// A session was made.
    fn open(&mut self, place: usize, config: &SessionConfig);

    /// A connection of a session begins: what held for an earlier one only is over.
    fn on_connected(&mut self, _place: usize) {}

    /// An application message came, in sequence, each once.
    fn on_message(&mut self, now: Nanos, place: usize, message: &Message<'_>, msg_seq_num: u64);

    /// Sends one message if there is one and room for it.
    fn answer(&mut self, now: Nanos, place: usize, session: &mut Session<SessionStore>) -> Sent;

    /// Returns when there will be something to send.
    fn next_time(&self, place: usize) -> Option<Nanos>;
}

/// What an acceptor has counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct AcceptorCounters {
    /// Connections that became a session's.
    pub connections: u64,
    /// Connections closed before: too many, too slow, strangers, wrong passwords.
    pub connections_refused: u64,
}

/// An acceptor of FIX sessions.
pub struct Acceptor {
    listener: TcpListener,
    address: SocketAddr,
    lobby: Lobby,
    directory: Directory,
    doorkeeper: Option<Doorkeeper>,
    members: Vec<Member>,
    store_directory: Option<PathBuf>,
    memory_bytes: usize,
    input: Box<[u8]>,
    news: News,
    counters: AcceptorCounters,
}

impl Acceptor {
    /// Takes the port, reads users and certificates, and opens the stores of all named sessions.
    ///
    /// # Errors
    /// Names what cannot be had.
    pub fn bind(config: AcceptorConfig, desk: &mut impl Desk) -> anyhow::Result<Self> {
        let needs_users = !config.templates.is_empty()
            || config.sessions.iter().any(|session| session.login == Login::Password);
        ensure!(
            !needs_users || config.users_file.is_some(),
            "acceptor.users_file is missing: a session asks for a password. Make entries with \
             `gannet fix hash-password`, or give each session login = \"none\" and no template"
        );
        let users = config.users_file.as_deref().map(Users::load).transpose()?.map(Arc::new);
        let tls = config.tls.as_ref().map(server).transpose().context("[acceptor.tls]")?;
        let listener = TcpListener::bind(config.listen)
            .with_context(|| format!("the acceptor cannot listen on {}", config.listen))?;
        let address = listener.local_address().context("the acceptor's address")?;
        let mut acceptor = Self {
            listener,
            address,
            lobby: Lobby::new(config.limits, config.proxies, tls),
            directory: Directory::new(config.templates, users.clone()),
            doorkeeper: users.map(Doorkeeper::start).transpose()?,
            members: Vec::new(),
            store_directory: config.store_directory,
            memory_bytes: config.memory_bytes,
            input: vec![0; READ_BYTES].into_boxed_slice(),
            news: News::default(),
            counters: AcceptorCounters::default(),
        };
        for accepted in config.sessions {
            acceptor.open(accepted.config, accepted.login, None, desk)?;
        }
        Ok(acceptor)
    }

    /// Returns the address that was bound.
    #[must_use]
    pub const fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Returns what has been counted.
    #[must_use]
    pub const fn counters(&self) -> AcceptorCounters {
        self.counters
    }

    /// Returns the sessions, each at its place.
    pub fn sessions(&self) -> impl Iterator<Item = &Session<SessionStore>> {
        self.members.iter().map(Member::session)
    }

    /// Returns the next thing that an operator should know, in words.
    pub fn take_news(&mut self) -> Option<String> {
        self.news.take()
    }

    /// Does what there is to do once; returns how much that was.
    pub fn turn(&mut self, now: Nanos, desk: &mut impl Desk) -> usize {
        let mut work = 0;
        // Connections that have ended make room before new ones ask for it.
        for (place, member) in self.members.iter_mut().enumerate() {
            work += member.read(now, place, &mut self.input, desk, &mut self.news);
            if member.session().state() == State::LoggedOn {
                work += member.answer(now, place, desk);
            }
            member.flush(now, &mut self.news);
        }
        work + self.accept(now) + self.receive(now, desk)
    }

    /// Returns when somebody logged on will have something to send.
    pub fn next_time(&self, desk: &impl Desk) -> Option<Nanos> {
        let logged_on = |member: &Member| member.session().state() == State::LoggedOn;
        let places = self.members.iter().enumerate().filter(|(_, member)| logged_on(member));
        places.filter_map(|(place, _)| desk.next_time(place)).min()
    }

    /// Says goodbye to everybody; keep turning until [`Self::is_empty`].
    pub fn log_out(&mut self, now: Nanos, text: &str) {
        self.lobby.close();
        for member in &mut self.members {
            member.log_out(now, text);
        }
    }

    /// Returns whether nobody is connected.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.members.iter().all(|member| !member.is_connected())
    }

    fn accept(&mut self, now: Nanos) -> usize {
        let mut taken = 0;
        while taken < ACCEPTS_PER_TURN {
            // An error is about the connection that went away, not about the listener.
            let Ok(Some(stream)) = self.listener.accept() else { break };
            taken += 1;
            let connected = self.members.iter().filter_map(Member::source);
            if let Err(why) = self.lobby.enter(now, stream, connected) {
                self.refuse(now, &why);
            }
        }
        taken
    }

    /// Moves everybody in the lobby on; returns how many were.
    fn receive(&mut self, now: Nanos, desk: &mut impl Desk) -> usize {
        let mut work = 0;
        if let Some(verdict) = self.doorkeeper.as_mut().and_then(Doorkeeper::verdict) {
            work += 1;
            if let Some((place, arrival)) = self.lobby.release(verdict.visitor) {
                self.admit(now, place, arrival, verdict.is_right, desk);
            }
        }
        while let Some(progress) = self.lobby.poll(now) {
            work += 1;
            match progress {
                Ok(arrival) => self.place(now, arrival, desk),
                Err(why) => self.refuse(now, &why),
            }
        }
        work
    }

    /// Finds the session that a Logon claims, and whether a password must be checked first.
    fn place(&mut self, now: Nanos, arrival: Arrival, desk: &mut impl Desk) {
        let place = match self.directory.find(&arrival.claim, &self.members) {
            Ok(Place::Session(place)) => place,
            Ok(Place::Template(index, config)) => {
                match self.open(*config, Login::Password, Some(index), desk) {
                    Ok(place) => place,
                    Err(error) => return self.turn_away(now, arrival, &format!("{error:#}")),
                }
            }
            Err(why) => return self.turn_away(now, arrival, why),
        };
        if self.members[place].is_connected() {
            return self.turn_away(now, arrival, "the session is connected already");
        }
        match (self.members[place].login(), &mut self.doorkeeper) {
            (Login::Name, _) => self.admit(now, place, arrival, true, desk),
            (Login::Password, Some(doorkeeper)) => {
                let question = arrival.claim.question(self.lobby.next_visitor());
                if doorkeeper.ask(question) {
                    self.lobby.hold(place, arrival);
                } else {
                    self.turn_away(now, arrival, "too many passwords are being checked");
                }
            }
            (Login::Password, None) => self.turn_away(now, arrival, "there are no users"),
        }
    }

    fn admit(
        &mut self,
        now: Nanos,
        place: usize,
        arrival: Arrival,
        is_right: bool,
        desk: &mut impl Desk,
    ) {
        if self.members[place].is_connected() {
            return self.turn_away(now, arrival, "the session is connected already");
        }
        let verdict = if is_right { Ok(()) } else { Err(WRONG_PASSWORD) };
        if is_right {
            self.counters.connections += 1;
        } else {
            self.counters.connections_refused += 1;
        }
        self.members[place].connect(now, place, arrival, verdict, desk, &mut self.news);
    }

    /// Makes a session and returns its place.
    fn open(
        &mut self,
        config: SessionConfig,
        login: Login,
        template: Option<usize>,
        desk: &mut impl Desk,
    ) -> anyhow::Result<usize> {
        let place = self.members.len();
        let store =
            SessionStore::open(self.store_directory.as_deref(), self.memory_bytes, &config)?;
        let session = Session::new(config, store).context("[acceptor.options]")?;
        desk.open(place, session.config());
        self.members.push(Member::new(session, login, template));
        Ok(place)
    }

    fn turn_away(&mut self, now: Nanos, mut arrival: Arrival, why: &str) {
        // TLS says that this is the end; a plain connection just ends.
        let _ = arrival.connection.shutdown_write();
        self.refuse(now, &format!("{}, {}: {why}", arrival.source, arrival.claim));
    }

    fn refuse(&mut self, now: Nanos, why: &str) {
        self.counters.connections_refused += 1;
        self.news.add(now, || format!("refused {why}"));
    }
}

fn server(files: &ServerFiles) -> anyhow::Result<TlsServerConfig> {
    let (chain, key) = &files.identity;
    let (chain, key) = (pem(chain, "certificate_file")?, pem(key, "key_file")?);
    let identity = Identity { chain_pem: &chain, key_pem: &key };
    let clients = files.client_ca.as_deref().map(|path| pem(path, "client_ca_file")).transpose()?;
    Ok(TlsServerConfig::with_client_roots(identity, clients.as_deref())?)
}
