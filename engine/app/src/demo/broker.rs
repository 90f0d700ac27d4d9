//! A simulated FIX broker: an acceptor whose orders are matched against a venue's live book.
//!
//! ```text
//! venue ─▶ FeedLink ──────────────────────────────────────┐
//! engines ─▶ Acceptor ─▶ Session ─▶ request::read ─▶ Exchange ─▶ report::write ─▶ Session ─▶ …
//! ```
//! The sessions outlive their connections, so what an engine missed is sent again when it asks.
//! Reports that are due while nobody is logged on wait in the exchange, in order; there are never
//! more of them than the open orders can cause.
//!
//! # Invariants
//! - Every report of an exchange is sent once, under one sequence number.

mod floor;
mod market_desk;
mod order_desk;
mod quotes;
#[cfg(test)]
mod tests;

use std::net::SocketAddr;
use std::time::Duration;

use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_sim::ExchangeConfig;
use gannet_types::{Instrument, Nanos};

use crate::agents::market_feed::MarketFeed;
use crate::config::fix::acceptor::AcceptorConfig;
use crate::fix::acceptor::{Acceptor, Panel};
use floor::Floor;
pub use order_desk::{BrokerReport, OpenOrder, Position};

/// Longest sleep: how late a request or a frame may be noticed; below the latency it simulates.
const NAP_MAX: Nanos = Nanos(200_000);

/// How often the clock is compared with the system's.
const RESYNC_INTERVAL: Nanos = Nanos(1_000_000_000);

/// How long the engines may take to answer our Logouts.
const LOGOUT_MAX: Nanos = Nanos(1_000_000_000);

/// Who may trade, and how the exchange behaves.
#[derive(Clone, Debug)]
pub struct BrokerOptions {
    /// Sessions, users, limits.
    pub acceptor: AcceptorConfig,
    /// Latencies, fees, queue model.
    pub exchange: ExchangeConfig,
    /// What can be traded, each at the index that is its id.
    pub instruments: Vec<Instrument>,
}

/// The account of one session.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct SessionReport {
    /// The counterparty's CompID.
    pub session: String,
    /// The number expected next.
    pub next_inbound: u64,
    /// The number of the next message sent.
    pub next_outbound: u64,
    /// What it traded; its connections are counted for all sessions together.
    #[serde(flatten)]
    pub report: BrokerReport,
}

/// The broker.
pub struct Broker<F> {
    acceptor: Acceptor,
    floor: Floor,
    feed: F,
    /// Sleeps when there is nothing to do.
    naps: bool,
    /// What people see and do.
    panel: Option<Panel>,
}

impl<F: MarketFeed> Broker<F> {
    /// Takes the port. Market data comes through `feed`.
    ///
    /// # Errors
    /// As [`Acceptor::bind`].
    pub fn bind(options: BrokerOptions, feed: F) -> anyhow::Result<Self> {
        let mut floor =
            Floor::new(options.exchange, options.instruments, options.acceptor.dialects.clone());
        let naps = options.acceptor.core.is_none();
        let acceptor = Acceptor::bind(options.acceptor, &mut floor)?;
        Ok(Self { acceptor, floor, feed, naps, panel: None })
    }

    /// Has people see its sessions, and steer them.
    #[must_use]
    pub fn with_panel(self, panel: Option<Panel>) -> Self {
        Self { panel, ..self }
    }

    /// Returns the address that was bound.
    #[must_use]
    pub const fn local_address(&self) -> SocketAddr {
        self.acceptor.local_address()
    }

    /// Serves until a stop is requested, and returns the account of every session, each at its
    /// place; blocks its thread. `tell` hears what an operator should know. Ends early if a store
    /// is full, see [`BrokerReport::store_full`].
    pub fn run(
        mut self,
        stop: &Stop,
        mut clock: Clock,
        mut tell: impl FnMut(&str),
    ) -> Vec<SessionReport> {
        let mut resync_at = Nanos(clock.now()).after(RESYNC_INTERVAL);
        while !stop.is_requested() && !self.floor.is_store_full() {
            let now = Nanos(clock.now());
            if self.turn(now) == 0 && self.naps {
                let nap = self.nap(Nanos(clock.now()));
                std::thread::sleep(Duration::from_nanos(nap.0));
            }
            if let Some(panel) = &mut self.panel {
                self.acceptor.attend(now, panel);
            }
            while let Some(line) = self.acceptor.take_news() {
                tell(&line);
            }
            if now >= resync_at {
                clock.resync();
                resync_at = now.after(RESYNC_INTERVAL);
            }
        }
        self.leave(&clock);
        self.reports()
    }

    /// Does what there is to do once; returns how much that was.
    fn turn(&mut self, now: Nanos) -> usize {
        let frames = self.feed.poll(now, &mut self.floor.at(now));
        frames + self.acceptor.turn(now, &mut self.floor)
    }

    fn nap(&self, now: Nanos) -> Nanos {
        let due = self.acceptor.next_time(&self.floor);
        due.map_or(NAP_MAX, |due| due.since(now).min(NAP_MAX))
    }

    /// Says goodbye to the engines.
    fn leave(&mut self, clock: &Clock) {
        let now = Nanos(clock.now());
        let until = now.after(LOGOUT_MAX);
        self.acceptor.log_out(now, "the broker is stopping");
        while !self.acceptor.is_empty() && Nanos(clock.now()) < until {
            self.acceptor.turn(Nanos(clock.now()), &mut self.floor);
            std::thread::sleep(Duration::from_nanos(NAP_MAX.0));
        }
    }

    fn reports(&self) -> Vec<SessionReport> {
        let counted = self.acceptor.counters();
        let sessions = self.acceptor.sessions().zip(self.floor.reports());
        sessions
            .map(|(session, (name, report))| SessionReport {
                session: name.to_owned(),
                next_inbound: session.next_inbound(),
                next_outbound: session.next_outbound(),
                report: BrokerReport {
                    connections: counted.connections,
                    connections_refused: counted.connections_refused,
                    ..report
                },
            })
            .collect()
    }
}
