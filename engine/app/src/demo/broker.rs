//! A simulated FIX 4.4 broker: an acceptor that matches orders against a venue's live book.
//!
//! ```text
//! venue ─▶ FeedLink ────────────────────────────┐
//! engine ─▶ socket ─▶ Session ─▶ request::read ─▶ Exchange ─▶ report::write ─▶ Session ─▶ engine
//! ```
//! One session, one connection at a time: a second one is closed at once. The session outlives
//! its connections, so what the engine missed is sent again when it asks. Reports that are due
//! while nobody is logged on wait in the exchange, in order; there are never more of them than
//! the open orders can cause.
//!
//! # Invariants
//! - Every report of the exchange is sent once, under one sequence number.
//! - While answers wait for room, nothing more is read from the engine.

mod order_desk;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use gannet_feeds::{MarketSink, VenueFeed};
use gannet_fix::session::{Config, Role, State};
use gannet_fix::{Event, MemoryStore, Session};
use gannet_net::tcp::{ReadOutcome, TcpListener, TcpStream, WriteOutcome};
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_sim::{Exchange, ExchangeConfig};
use gannet_types::{Instrument, Market, Nanos};

use crate::agents::feed_link::FeedLink;
pub use order_desk::{BrokerReport, OpenOrder, Position};
use order_desk::{OrderDesk, Sent};

/// Messages kept for resending: 800,000 reports of 320 bytes. Memory is touched as it fills.
const STORE_BYTES: usize = 256 << 20;

/// Bytes taken from the engine at once: some hundred requests.
const READ_BYTES: usize = 64 * 1024;

/// Longest sleep: how late a request or a frame may be noticed; below the latency it simulates.
const NAP_MAX: Nanos = Nanos(200_000);

/// How often the clock is compared with the system's.
const RESYNC_INTERVAL: Nanos = Nanos(1_000_000_000);

/// How long the engine may take to answer our Logout.
const LOGOUT_MAX: Nanos = Nanos(1_000_000_000);

/// Who the broker is and how its exchange behaves.
#[derive(Clone, Debug)]
pub struct BrokerOptions {
    /// Its own name in the session.
    pub sender_comp_id: String,
    /// The engine's name.
    pub target_comp_id: String,
    /// Latencies, fees, queue model.
    pub exchange: ExchangeConfig,
    /// What can be traded, each at the index that is its id.
    pub instruments: Vec<Instrument>,
}

/// The broker.
pub struct Broker<V> {
    listener: TcpListener,
    address: SocketAddr,
    session: Session<MemoryStore>,
    connection: Option<TcpStream>,
    input: Box<[u8]>,
    exchange: Exchange,
    desk: OrderDesk,
    feed: FeedLink<V>,
}

impl<V: VenueFeed> Broker<V> {
    /// Listens on `listen`; port 0 lets the system choose. Market data comes through `feed`.
    ///
    /// # Errors
    /// The address is in use or not ours, or the names cannot be in a FIX message.
    pub fn bind(
        listen: SocketAddr,
        options: BrokerOptions,
        feed: FeedLink<V>,
    ) -> anyhow::Result<Self> {
        let listener = TcpListener::bind(listen)
            .with_context(|| format!("the broker cannot listen on {listen}"))?;
        let address = listener.local_address().context("the broker's address")?;
        let names = (&options.sender_comp_id, &options.target_comp_id);
        let config = Config::new(Role::Acceptor, names.0, names.1);
        let session =
            Session::new(config, MemoryStore::new(STORE_BYTES)).context("the broker's session")?;
        Ok(Self {
            listener,
            address,
            session,
            connection: None,
            input: vec![0; READ_BYTES].into_boxed_slice(),
            exchange: Exchange::new(options.exchange, &options.instruments),
            desk: OrderDesk::new(options.instruments),
            feed,
        })
    }

    /// Returns the address that was bound.
    #[must_use]
    pub const fn local_address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until a stop is requested; blocks its thread, and sleeps when there is nothing to
    /// do. Ends early if its store is full, see [`BrokerReport::store_full`].
    pub fn run(mut self, stop: &Stop, mut clock: Clock) -> BrokerReport {
        let mut resync_at = Nanos(clock.now()).after(RESYNC_INTERVAL);
        while !stop.is_requested() && !self.desk.is_store_full() {
            let now = Nanos(clock.now());
            if self.turn(now) == 0 {
                let nap = self.nap(Nanos(clock.now()));
                std::thread::sleep(Duration::from_nanos(nap.0));
            }
            if now >= resync_at {
                clock.resync();
                resync_at = now.after(RESYNC_INTERVAL);
            }
        }
        self.leave(&clock);
        self.report()
    }

    /// Does what there is to do once; returns how much that was.
    fn turn(&mut self, now: Nanos) -> usize {
        let mut matching = Matching { exchange: &mut self.exchange, now };
        let frames = self.feed.poll(now, &mut matching);
        let read = self.read(now);
        let accepted = self.accept(now);
        let sent = self.answer(now);
        self.flush(now);
        frames + read + accepted + sent
    }

    fn nap(&self, now: Nanos) -> Nanos {
        let due = if self.is_logged_on() { self.exchange.next_time() } else { None };
        due.map_or(NAP_MAX, |due| due.since(now).min(NAP_MAX))
    }

    fn is_logged_on(&self) -> bool {
        self.session.state() == State::LoggedOn
    }

    fn accept(&mut self, now: Nanos) -> usize {
        // An error is about the connection that went away, not about the listener.
        let Ok(Some(stream)) = self.listener.accept() else { return 0 };
        if self.connection.is_some() {
            self.desk.report.connections_refused += 1;
        } else {
            self.desk.report.connections += 1;
            self.connection = Some(stream);
            self.session.on_connected(now.0);
        }
        1
    }

    fn read(&mut self, now: Nanos) -> usize {
        let Some(stream) = &mut self.connection else { return 0 };
        let mut over = false;
        let (desk, exchange) = (&mut self.desk, &mut self.exchange);
        let mut on_event = |event: Event<'_>| match event {
            Event::Application { message, msg_seq_num, .. } => {
                desk.on_message(now, message, msg_seq_num, exchange);
            }
            Event::Disconnect { .. } => over = true,
            // Counted by the session; nothing to decide here.
            Event::LoggedOn { .. }
            | Event::LoggedOut { .. }
            | Event::Rejected { .. }
            | Event::Refused { .. }
            | Event::Garbled { .. }
            | Event::Gap { .. }
            | Event::SequenceReset { .. }
            | Event::NumbersReset
            | Event::StoreFull { .. } => {}
        };
        if self.session.poll_timeout().is_some_and(|due| due <= now.0) {
            self.session.handle_timeout(now.0, &mut on_event);
        }
        let mut lost = false;
        let mut work = 0;
        // What waits is written first, so that answers to what is read find room.
        if self.session.poll_transmit().is_empty() {
            match stream.read(&mut self.input) {
                Ok(ReadOutcome::Bytes(count)) => {
                    work = 1;
                    self.session.handle_bytes(now.0, &self.input[..count], &mut on_event);
                }
                Ok(ReadOutcome::WouldBlock) => {}
                Ok(ReadOutcome::Closed) | Err(_) => lost = true,
            }
        }
        if over {
            // What the session still wants to say, such as a Logout, goes out if it can.
            self.flush(now);
        }
        if over || lost {
            self.disconnect(now);
        }
        work
    }

    /// Sends what the exchange has to say, if somebody listens.
    fn answer(&mut self, now: Nanos) -> usize {
        let mut count = 0;
        while self.is_logged_on() {
            match self.desk.answer(now, &mut self.exchange, &mut self.session) {
                Sent::One => count += 1,
                Sent::Nothing => break,
            }
        }
        count
    }

    fn flush(&mut self, now: Nanos) {
        let Some(stream) = &mut self.connection else { return };
        // Bounded by the transmit buffer and a replay: every turn takes bytes out of them.
        loop {
            let pending = self.session.poll_transmit();
            if pending.is_empty() {
                return;
            }
            match stream.write(pending) {
                Ok(WriteOutcome::Bytes(count)) => self.session.consume_transmit(count),
                Ok(WriteOutcome::WouldBlock) => return,
                Err(_) => return self.disconnect(now),
            }
        }
    }

    fn disconnect(&mut self, now: Nanos) {
        self.connection = None;
        self.session.on_disconnected(now.0);
    }

    /// Says goodbye to the engine.
    fn leave(&mut self, clock: &Clock) {
        let until = Nanos(clock.now()).after(LOGOUT_MAX);
        self.session.logout(clock.now(), "the broker is stopping");
        while self.connection.is_some() {
            let now = Nanos(clock.now());
            self.read(now);
            self.flush(now);
            if now >= until {
                return;
            }
            std::thread::sleep(Duration::from_nanos(NAP_MAX.0));
        }
    }

    fn report(&self) -> BrokerReport {
        self.desk.report_of(&self.exchange)
    }
}

/// Lets the feed speak to the exchange.
struct Matching<'a> {
    exchange: &'a mut Exchange,
    now: Nanos,
}

impl MarketSink for Matching<'_> {
    fn on_market(&mut self, market: &Market<'_>) {
        self.exchange.on_market(self.now, market);
    }
}
