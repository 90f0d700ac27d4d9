//! The thread of the admin port: a socket, a runtime of one thread, and a loop that follows the
//! journal.
//!
//! ```text
//! every  50 ms   follow the journal, at most RECORDS_PER_POLL_MAX records
//! every 250 ms   publish what it adds up to
//! every    1 s   read the latency histograms, show how models compare
//! ```

mod limit;
#[cfg(test)]
mod tests;

use std::fmt::Display;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use gannet_runtime::counters::{CounterId, Counters};
use gannet_runtime::histogram::HopReaders;
use gannet_runtime::ring::Sender;
use gannet_runtime::shutdown::Stop;
use gannet_types::Command;

use crate::auth::Token;
use crate::http::guard::Hosts;
use crate::http::published::Published;
use crate::http::{ModelDesk, Shared, lock, router};
use crate::projections::{HopView, JournalView, Projection};
use crate::sessions::SessionWatch;
use limit::Limited;

/// Where to listen.
#[derive(Clone, Debug)]
pub struct Config {
    /// The address; port 0 takes any free one.
    pub address: SocketAddr,
    /// Whether the address may be other than loopback. There is no TLS here: a tunnel is better.
    pub allow_remote: bool,
    /// Names under which browsers may ask besides loopback and the address itself.
    pub hosts: Vec<String>,
}

/// What the admin port shows and steers.
pub struct Engine {
    /// The picture to complete from the journal.
    pub projection: Projection,
    /// The ring to the pipeline; use [`gannet_runtime::ring::Overflow::Reject`].
    pub commands: Sender<Command>,
    /// Every counter; register all writers before cloning it for this.
    pub counters: Counters,
    /// Latency per hop.
    pub hops: HopReaders,
    /// What an operator must present.
    pub token: Token,
    /// How the sessions with brokers stand, in the order of the gateways.
    pub sessions: Vec<SessionWatch>,
    /// The registry of models, if there are models.
    pub models: Option<Arc<dyn ModelDesk>>,
}

/// A bound admin port that does not serve yet, so that a port in use stops the start-up and not
/// the trading.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    hosts: Hosts,
}

impl Server {
    /// Takes the port.
    ///
    /// # Errors
    /// If the address is not loopback and `allow_remote` is not set, or the port cannot be had.
    pub fn bind(config: &Config) -> Result<Self, BindError> {
        let address = config.address;
        if !address.ip().is_loopback() && !config.allow_remote {
            return Err(BindError::NotLoopback { address });
        }
        let bound = TcpListener::bind(address).and_then(|listener| {
            listener.set_nonblocking(true)?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        });
        match bound {
            Ok((listener, address)) => {
                Ok(Self { listener, address, hosts: Hosts::new(&config.hosts, address) })
            }
            Err(error) if error.kind() == io::ErrorKind::AddrInUse => {
                Err(BindError::InUse { address })
            }
            Err(error) => Err(BindError::Io { address, error }),
        }
    }

    /// Returns the address with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves on the calling thread until `stop`; open connections end then.
    ///
    /// `follow(projection, records_max)` feeds the projection with what the journal has gained, at
    /// most `records_max` records, and returns how many; [`crate::follow_journal`] makes one. After its
    /// first error it is not called again: the page says so, and commands still work.
    ///
    /// # Errors
    /// If the runtime cannot be started; the port is free again then.
    pub fn serve<E: Display>(
        self,
        engine: Engine,
        follow: impl FnMut(&mut Projection, u32) -> Result<u32, E>,
        stop: &Stop,
    ) -> io::Result<()> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = Limited::new(tokio::net::TcpListener::from_std(self.listener)?);
            let (strategies, trades_for) =
                (engine.projection.strategies(), engine.projection.trades_for());
            let accounts = engine.projection.accounts();
            let shared = Arc::new(Shared {
                published: Mutex::new(Published::default()),
                comparison: Mutex::new(None),
                commands: Mutex::new(engine.commands),
                counters: engine.counters,
                hops: engine.hops,
                token: engine.token,
                hosts: self.hosts,
                strategies,
                accounts,
                trades_for,
                instruments: engine.projection.symbols(),
                traded_instruments: engine.projection.traded(),
                given: Mutex::new(engine.projection.given().clone()),
                limits: Mutex::new(engine.projection.limits().clone()),
                currencies: engine.projection.currencies(),
                gateways: engine.projection.gateways(),
                models: engine.models,
                looked: AtomicBool::new(true),
                clients: Arc::new(AtomicUsize::new(0)),
            });
            let mut follower =
                Follower::new(Arc::clone(&shared), engine.projection, follow, engine.sessions);
            follower.turn();
            tokio::spawn(axum::serve(listener, router(shared)).into_future());
            while !stop.is_requested() {
                tokio::time::sleep(POLL_EVERY).await;
                follower.turn();
            }
            Ok(())
        })
    }
}

/// Keeps the picture complete and publishes it.
struct Follower<F> {
    shared: Arc<Shared>,
    projection: Projection,
    follow: F,
    sessions: Vec<SessionWatch>,
    journal: JournalView,
    hops: Vec<HopView>,
    /// Of the comparison that is shown.
    compared: Option<u64>,
    turns: u32,
}

impl<F, E: Display> Follower<F>
where
    F: FnMut(&mut Projection, u32) -> Result<u32, E>,
{
    fn new(
        shared: Arc<Shared>,
        projection: Projection,
        follow: F,
        sessions: Vec<SessionWatch>,
    ) -> Self {
        let journal = JournalView::default();
        let (hops, compared, turns) = (Vec::new(), None, 0);
        Self { shared, projection, follow, sessions, journal, hops, compared, turns }
    }

    fn turn(&mut self) {
        self.poll();
        self.tell_given();
        if self.turns.is_multiple_of(TURNS_PER_HOPS) {
            self.hops = show_hops(&self.shared.hops);
            self.compare();
            // Their gateways make the reports, so they are asked only while somebody looks.
            let is_followed = self.shared.clients.load(Ordering::Relaxed) > 0;
            if self.shared.looked.swap(false, Ordering::Relaxed) || is_followed {
                self.sessions.iter().for_each(SessionWatch::want);
            }
        }
        if self.turns.is_multiple_of(TURNS_PER_PUBLICATION) {
            self.journal.bytes = self.shared.counters.value(CounterId::JournalBytes);
            self.journal.segment_index = self.shared.counters.value(CounterId::JournalSegment);
            let snapshot = {
                let sessions = self.sessions.iter_mut().filter_map(SessionWatch::newest).cloned();
                let sessions = sessions.collect();
                self.projection.snapshot(self.journal.clone(), self.hops.clone(), sessions)
            };
            lock(&self.shared.published).publish(snapshot);
            self.limit();
        }
        self.turns = self.turns.wrapping_add(1);
    }

    /// Shows what people ordered, if that has changed: whoever ordered waits for it.
    fn tell_given(&mut self) {
        let (known, given) = (lock(&self.shared.given).revision(), self.projection.given());
        if known != given.revision() {
            *lock(&self.shared.given) = given.clone();
        }
    }

    /// Shows the limits, if one has changed.
    fn limit(&mut self) {
        let (known, limits) = (lock(&self.shared.limits).revision(), self.projection.limits());
        if known != limits.revision() {
            *lock(&self.shared.limits) = limits.clone();
        }
    }

    /// Shows how models compare, if that has changed.
    fn compare(&mut self) {
        let Some(comparison) = self.projection.comparison() else { return };
        if self.compared != Some(comparison.revision()) {
            self.compared = Some(comparison.revision());
            *lock(&self.shared.comparison) = Some(Arc::new(comparison.view()));
        }
    }

    fn poll(&mut self) {
        if self.journal.error.is_some() {
            return;
        }
        match (self.follow)(&mut self.projection, RECORDS_PER_POLL_MAX) {
            Ok(count) => {
                self.journal.records = self.journal.records.saturating_add(u64::from(count));
                self.journal.is_behind = count >= RECORDS_PER_POLL_MAX;
            }
            Err(error) => self.journal.error = Some(error.to_string()),
        }
    }
}

fn show_hops(readers: &HopReaders) -> Vec<HopView> {
    let summaries = readers.summaries();
    summaries
        .iter()
        .map(|(hop, summary)| HopView {
            hop: hop.name(),
            count: summary.count,
            p50_ns: summary.p50,
            p99_ns: summary.p99,
            p999_ns: summary.p999,
            max_ns: summary.max,
        })
        .collect()
}

/// Why the port could not be taken; the text says what to do.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// Bind to loopback, or allow it on purpose.
    #[error(
        "admin port {address} would be reachable from other machines; listen on 127.0.0.1 and use \
         a tunnel, or set allow_remote = true if you mean it"
    )]
    NotLoopback {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Choose another port or end the other program.
    #[error(
        "admin port {port} on {host} is already in use, perhaps by another Gannet; stop that \
         program or choose another port", port = address.port(), host = address.ip()
    )]
    InUse {
        /// The address asked for.
        address: SocketAddr,
    },
    /// Look at the cause.
    #[error("admin port {address} cannot be opened: {error}")]
    Io {
        /// The address asked for.
        address: SocketAddr,
        /// What the system said.
        error: io::Error,
    },
}

const POLL_EVERY: Duration = Duration::from_millis(50);

/// Publishes every 250 ms.
const TURNS_PER_PUBLICATION: u32 = 5;

/// Reads the histograms every second: seven of them at 10 µs.
const TURNS_PER_HOPS: u32 = 20;

/// 16 384 records in 50 ms is 330 k/s, seven times the busiest minute recorded. A market record
/// costs the projection 7 ns, so a full poll holds the thread for little more than reading takes.
const RECORDS_PER_POLL_MAX: u32 = 1 << 14;
