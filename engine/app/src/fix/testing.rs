//! Acceptors and counterparties for the tests of both roles: real sockets, made-up time.

use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use gannet_fix::session::{Config, Role, SendError, State};
use gannet_fix::{Event, MemoryStore, Message, Session};
use gannet_net::NetError;
use gannet_net::tcp::{ReadOutcome, TcpOptions};
use gannet_net::tls::TlsClientConfig;
use gannet_net::transport::Transport;
use gannet_types::Nanos;

use super::acceptor::{Acceptor, Desk, Sent};
use super::pump;
use super::store::SessionStore;
use crate::config::fix::acceptor::{Accepted, AcceptorConfig, Limits, Login, Template};

/// Made-up time of one turn.
pub(crate) const TURN: Nanos = Nanos(100_000);

/// The same while nothing is waited for but time.
pub(crate) const LONG_TURN: Nanos = Nanos(5_000_000);

/// Turns of [`World::until`]: 1,000 s.
const TURNS_MAX: usize = 10_000_000;

const LOOPBACK: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// The field that numbers the messages of these tests: Text(58).
const NUMBER: u32 = gannet_fix::tag::TEXT;

/// News(B).
const NEWS: &[u8] = b"B";

/// The session BROKER → `name` that asks for no password.
pub(crate) fn named(name: &str) -> Accepted {
    Accepted { config: settings("BROKER", name, Role::Acceptor), login: Login::Name }
}

/// Settings with small buffers.
pub(crate) fn settings(ours: &str, theirs: &str, role: Role) -> Config {
    Config { transmit_capacity_bytes: 1 << 16, ..Config::new(role, ours, theirs) }
}

/// An acceptor on any free port.
pub(crate) fn acceptor_config(sessions: Vec<Accepted>, templates: Vec<Template>) -> AcceptorConfig {
    AcceptorConfig {
        listen: LOOPBACK,
        store_directory: None,
        memory_bytes: 1 << 22,
        users_file: None,
        limits: Limits {
            connections_max: 128,
            connections_per_address_max: 128,
            logon_timeout: Nanos(5_000_000_000),
        },
        proxies: Vec::new(),
        core: None,
        dialects: Vec::new(),
        tls: None,
        sessions,
        templates,
    }
}

/// A desk that answers each message with its own number, and says what it is told to.
#[derive(Default)]
pub(crate) struct Echo {
    /// By session: the numbers received, in order.
    pub(crate) heard: Vec<Vec<u64>>,
    /// By session: the numbers to send.
    pub(crate) to_say: Vec<VecDeque<u64>>,
}

impl Desk for Echo {
    fn open(&mut self, place: usize, _: &Config) {
        assert_eq!(place, self.heard.len(), "places are counted");
        self.heard.push(Vec::new());
        self.to_say.push(VecDeque::new());
    }

    fn on_message(&mut self, _: Nanos, place: usize, message: &Message<'_>, _: u64) {
        let number = message.get_u64(NUMBER).expect("a number");
        self.heard[place].push(number);
        self.to_say[place].push_back(number);
    }

    fn answer(&mut self, now: Nanos, place: usize, session: &mut Session<SessionStore>) -> Sent {
        let Some(&number) = self.to_say[place].front() else { return Sent::Nothing };
        match say(now, number, session) {
            Ok(()) => {
                self.to_say[place].pop_front();
                Sent::One
            }
            Err(_) => Sent::Nothing,
        }
    }

    fn next_time(&self, place: usize) -> Option<Nanos> {
        (!self.to_say[place].is_empty()).then_some(Nanos::ZERO)
    }
}

fn say<S: gannet_fix::Store>(
    now: Nanos,
    number: u64,
    session: &mut Session<S>,
) -> Result<(), SendError> {
    session.send(now.0, NEWS, |writer| writer.uint(NUMBER, number)).map(|_| ())
}

/// A counterparty of the acceptor.
pub(crate) struct Peer {
    pub(crate) session: Session<MemoryStore>,
    pub(crate) connection: Option<Transport>,
    /// Numbers received, in order.
    pub(crate) heard: Vec<u64>,
    /// Why the last connection ended, if it was lost.
    pub(crate) lost: Option<NetError>,
    /// The Text of the last Logout.
    pub(crate) goodbye: Option<String>,
    /// Bytes until the connection is cut, if it is to be.
    pub(crate) cut_after: Option<usize>,
    /// Whether it reads at all.
    pub(crate) reads: bool,
}

impl Peer {
    pub(crate) fn new(config: Config) -> Self {
        let session = Session::new(config, MemoryStore::new(1 << 22)).expect("valid settings");
        Self {
            session,
            connection: None,
            heard: Vec::new(),
            lost: None,
            goodbye: None,
            cut_after: None,
            reads: true,
        }
    }

    /// The counterparty GANNET, or of another name.
    pub(crate) fn named(name: &str) -> Self {
        Self::new(settings(name, "BROKER", Role::Initiator))
    }

    /// With a user and a password.
    pub(crate) fn user(name: &str, username: &str, password: &str) -> Self {
        let mut config = settings(name, "BROKER", Role::Initiator);
        config.credentials.username = username.to_owned();
        config.credentials.password = password.to_owned();
        Self::new(config)
    }

    pub(crate) fn is_logged_on(&self) -> bool {
        self.session.state() == State::LoggedOn
    }

    pub(crate) fn say(&mut self, now: Nanos, number: u64) -> Result<(), SendError> {
        say(now, number, &mut self.session)
    }

    /// Connects; a prefix, such as a PROXY header, goes before everything.
    pub(crate) fn connect(
        &mut self,
        now: Nanos,
        address: SocketAddr,
        tls: Option<(&TlsClientConfig, &str)>,
    ) {
        let connection = Transport::open(address, tls, TcpOptions::default()).expect("a socket");
        while !connection.poll_connected().expect("loopback") {
            std::thread::yield_now();
        }
        self.connection = Some(connection);
        self.session.on_connected(now.0);
    }

    /// Cuts the line; what is in it is lost.
    pub(crate) fn cut(&mut self, now: Nanos) {
        self.connection = None;
        self.cut_after = None;
        self.session.on_disconnected(now.0);
    }

    pub(crate) fn turn(&mut self, now: Nanos) {
        let Some(connection) = &mut self.connection else { return };
        let (heard, goodbye) = (&mut self.heard, &mut self.goodbye);
        let mut over = false;
        let mut on_event = |event: Event<'_>| match event {
            Event::Application { message, .. } => {
                heard.push(message.get_u64(NUMBER).expect("a number"));
            }
            Event::LoggedOut { text } => {
                *goodbye = Some(String::from_utf8_lossy(text).into_owned());
            }
            Event::Disconnect { .. } => over = true,
            _ => {}
        };
        let mut buffer = [0; 4096];
        let room = self.cut_after.map_or(buffer.len(), |left| left.clamp(1, buffer.len()));
        self.session.handle_timeout(now.0, &mut on_event);
        if self.reads {
            match connection.read(&mut buffer[..room]) {
                Ok(ReadOutcome::Bytes(count)) => {
                    if let Some(left) = &mut self.cut_after {
                        *left = left.saturating_sub(count);
                    }
                    self.session.handle_bytes(now.0, &buffer[..count], &mut on_event);
                }
                Ok(ReadOutcome::WouldBlock) => {}
                Ok(ReadOutcome::Closed) => over = true,
                Err(error) => {
                    self.lost = Some(error);
                    over = true;
                }
            }
        }
        if self.write().is_err() {
            over = true;
        }
        if over || self.cut_after == Some(0) {
            self.cut(now);
        }
    }

    /// Writes what waits, up to the byte where the line is to be cut.
    fn write(&mut self) -> Result<(), NetError> {
        let connection = self.connection.as_mut().expect("connected");
        let Some(left) = &mut self.cut_after else {
            return pump::flush(&mut self.session, connection).map(|_| ());
        };
        let pending = self.session.poll_transmit();
        let part = &pending[..pending.len().min(*left)];
        if !part.is_empty()
            && let gannet_net::tcp::WriteOutcome::Bytes(count) = connection.write(part)?
        {
            self.session.consume_transmit(count);
            *left -= count;
        }
        Ok(())
    }
}

/// An acceptor with its counterparties.
pub(crate) struct World {
    pub(crate) now: Nanos,
    /// Made-up time of one turn.
    pub(crate) step: Nanos,
    pub(crate) acceptor: Acceptor,
    pub(crate) desk: Echo,
    pub(crate) peers: Vec<Peer>,
    /// What the acceptor's operator was told.
    pub(crate) news: Vec<String>,
}

impl World {
    pub(crate) fn new(config: AcceptorConfig, peers: Vec<Peer>) -> Self {
        let mut desk = Echo::default();
        let acceptor = Acceptor::bind(config, &mut desk).expect("a free port");
        let now = Nanos(1_700_000_000_000_000_000);
        Self { now, step: TURN, acceptor, desk, peers, news: Vec::new() }
    }

    /// Connects the peer at `index`.
    pub(crate) fn connect(&mut self, index: usize) {
        let address = self.acceptor.local_address();
        self.peers[index].connect(self.now, address, None);
    }

    /// One turn of everybody.
    pub(crate) fn turn(&mut self) {
        self.now = self.now.after(self.step);
        self.acceptor.turn(self.now, &mut self.desk);
        for peer in &mut self.peers {
            peer.turn(self.now);
        }
        self.news.extend(std::iter::from_fn(|| self.acceptor.take_news()));
    }

    /// Turns until something is so.
    #[track_caller]
    pub(crate) fn until(&mut self, what: &str, done: impl Fn(&Self) -> bool) {
        for _ in 0..TURNS_MAX {
            if done(self) {
                return;
            }
            self.turn();
        }
        panic!("it never was so: {what}; news: {:#?}", self.news);
    }

    /// Turns for so long, in longer steps.
    pub(crate) fn wait(&mut self, span: Nanos) {
        let until = self.now.after(span);
        self.step = LONG_TURN;
        while self.now < until {
            self.turn();
        }
        self.step = TURN;
    }

    /// Returns whether the operator was told a line with `part` in it.
    pub(crate) fn was_told(&self, part: &str) -> bool {
        self.news.iter().any(|line| line.contains(part))
    }
}
