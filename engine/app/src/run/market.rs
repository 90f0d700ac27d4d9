//! The simulated market around an engine: venue and broker in threads of this process.

use std::net::SocketAddr;
use std::thread::JoinHandle;

use anyhow::Context;
use gannet_feeds::fix_md::FixFeed;
use gannet_feeds::{FeedSession, VenueFeed};
use gannet_fix::session::{Config as SessionConfig, Role};
use gannet_fix::{MemoryStore, Session};
use gannet_net::backoff::Backoff;
use gannet_net::tls::TlsClientConfig;
use gannet_net::url::Url;
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_sim::GeneratorConfig;
use gannet_types::{InstrumentId, Nanos};

use crate::agents::feed_link::{Endpoint, FeedLink};
use crate::agents::fix_feed_link::FixFeedLink;
use crate::agents::market_feed::MarketFeed;
use crate::cli::MarketArgs;
use crate::config::fix::acceptor::{Accepted, AcceptorConfig, Login};
use crate::config::gateways::OrderGateway;
use crate::config::{Config, FeedConfig, FixConfig, FixSource, Speed};
use crate::demo::broker::{Broker, BrokerOptions};
use crate::demo::source::MarketSource;
use crate::demo::venue::{Venue, VenueOptions};
use crate::fix::dial::Dial;
use crate::fix::secrets;
use crate::offline::capture::Capture;

/// The market starts when engine and broker listen, each to books and to trades.
pub(super) const SUBSCRIBERS_OF_DEMO: usize = 4;

/// How far behind the first venue of a thing the next one is in a generated market.
const VENUE_LAG: Nanos = Nanos(150_000_000);

/// Messages of the one session kept for resending: 800,000 reports of 320 bytes.
const BROKER_STORE_BYTES: usize = 256 << 20;

/// Delays between attempts to reach the venue.
const FEED_RECONNECT_MIN: Nanos = Nanos(100_000_000);
const FEED_RECONNECT_MAX: Nanos = Nanos(30_000_000_000);

/// What a market data session sent; it is never asked to send it again.
const FEED_STORE_BYTES: usize = 1 << 20;

/// Loopback, any free port.
const ANY_PORT: SocketAddr =
    SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0);

/// A simulated party in a thread of its own.
pub(super) struct Party {
    /// Where it serves.
    pub(super) address: SocketAddr,
    stop: Stop,
    thread: JoinHandle<()>,
    name: &'static str,
}

impl Party {
    fn start(
        name: &'static str,
        address: SocketAddr,
        run: impl FnOnce(&Stop) + Send + 'static,
    ) -> anyhow::Result<Self> {
        let stop = Stop::new();
        let flag = stop.clone();
        let thread = std::thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || run(&flag))
            .with_context(|| format!("cannot start the simulated {name}"))?;
        Ok(Self { address, stop, thread, name })
    }

    /// Returns its address as a URL.
    pub(super) fn url(&self, scheme: &str) -> anyhow::Result<Url> {
        Ok(Url::parse(&format!("{scheme}://{}", self.address))?)
    }

    /// Ends it.
    pub(super) fn stop(self) {
        self.stop.request();
        if self.thread.join().is_err() {
            eprintln!("gannet: the simulated {} panicked", self.name);
        }
    }
}

/// Where the simulated market comes from: a recording, or the generator.
pub(crate) fn source(config: &Config, capture: Option<Capture>, args: &MarketArgs) -> MarketSource {
    match capture {
        Some(capture) => MarketSource::recorded(capture, &config.pipeline.instruments),
        None => {
            let seed = args.seed.unwrap_or(config.demo.seed);
            match config.listing_names.first() {
                None => MarketSource::generated(seed, GeneratorConfig::default()),
                Some(listing) => {
                    let instruments = &config.pipeline.instruments;
                    let symbol = |id: &InstrumentId| instruments[usize::from(id.0)].symbol;
                    let symbols: Vec<_> = listing.instruments.iter().map(symbol).collect();
                    MarketSource::lagging(seed, &symbols, VENUE_LAG)
                }
            }
        }
    }
}

/// How fast it runs.
///
/// # Errors
/// If the argument is no speed.
pub(crate) fn speed(config: &Config, args: &MarketArgs) -> anyhow::Result<Speed> {
    args.speed.as_deref().map_or(Ok(config.demo.speed), str::parse).context("--speed")
}

pub(super) fn start_venue(
    config: &Config,
    capture: Option<Capture>,
    args: &MarketArgs,
    subscribers: usize,
) -> anyhow::Result<Party> {
    let source = source(config, capture, args);
    let options = VenueOptions { speed: speed(config, args)?, subscribers };
    let venue = Venue::bind(ANY_PORT, None, source, options)?;
    let address = venue.local_address();
    Party::start("venue", address, move |stop| {
        venue.run(stop);
    })
}

pub(super) fn start_broker(
    config: &Config,
    feed: impl MarketFeed + Send + 'static,
) -> anyhow::Result<Party> {
    let broker = Broker::bind(broker_options(config, ANY_PORT), feed)?;
    let address = broker.local_address();
    Party::start("broker", address, move |stop| {
        broker.run(stop, Clock::new(), |_| {});
    })
}

/// A broker whose sessions are the mirror images of the gateways without a host, and of `[gateway]`
/// if all have one; it asks for no password.
pub(crate) fn broker_options(config: &Config, listen: SocketAddr) -> BrokerOptions {
    let here = config.order_gateways().filter(OrderGateway::is_simulated_here);
    let mut sessions: Vec<Accepted> = here.map(|gateway| mirror(gateway.fix)).collect();
    if sessions.is_empty() {
        sessions.push(mirror(&config.fix));
    }
    let acceptor = AcceptorConfig {
        listen,
        store_directory: None,
        memory_bytes: BROKER_STORE_BYTES,
        users_file: None,
        proxies: Vec::new(),
        core: None,
        dialects: Vec::new(),
        tls: None,
        sessions,
        templates: Vec::new(),
        ..config.acceptor.clone()
    };
    options(config, acceptor)
}

/// The other end of a session.
fn mirror(fix: &FixConfig) -> Accepted {
    let ours = &fix.session;
    let theirs = SessionConfig {
        version: ours.version,
        ..SessionConfig::new(Role::Acceptor, &ours.target_comp_id, &ours.sender_comp_id)
    };
    Accepted { config: theirs, login: Login::Name }
}

/// A broker with the sessions of `[acceptor]`.
pub(crate) fn acceptor_options(config: &Config) -> BrokerOptions {
    options(config, config.acceptor.clone())
}

fn options(config: &Config, acceptor: AcceptorConfig) -> BrokerOptions {
    let instruments = config.pipeline.instruments.clone();
    BrokerOptions { acceptor, exchange: config.broker.exchange.clone(), instruments }
}

/// Resolves where a feed connects to. Blocks.
///
/// # Errors
/// If a name is unknown or the certificates cannot be read.
pub(crate) fn endpoint(feed: &FeedConfig) -> anyhow::Result<Endpoint> {
    let resolve = |url: &Url| url.resolve().with_context(|| format!("cannot resolve {}", url.host));
    let pem = feed
        .ca_file
        .as_ref()
        .map(|path| std::fs::read(path).with_context(|| format!("feed.ca_file {}", path.display())))
        .transpose()?;
    Ok(Endpoint {
        websocket_address: resolve(&feed.websocket)?,
        rest_address: resolve(&feed.rest)?,
        websocket: feed.websocket.clone(),
        rest: feed.rest.clone(),
        tls: TlsClientConfig::new(pem.as_deref()).context("feed.ca_file")?,
    })
}

/// Makes a feed of a venue's streams.
pub(super) fn streams<V: VenueFeed>(
    venue: V,
    config: &Config,
    endpoint: Endpoint,
    now: Nanos,
) -> FeedLink<V> {
    let session_config = gannet_feeds::FeedConfig { silence_max: config.feed.silence_max };
    let session = FeedSession::new(venue, &config.pipeline.instruments, session_config);
    let backoff = Backoff::new(FEED_RECONNECT_MIN.0, FEED_RECONNECT_MAX.0, now.0);
    FeedLink::new(session, endpoint, backoff)
}

/// Makes a feed over FIX. Each Logon begins the numbers again: what was missed is not wanted, a
/// new snapshot is. Resolves names and reads certificates: blocks.
///
/// # Errors
/// If a name is unknown, a certificate or dictionary cannot be read, or a credential is missing.
pub(super) fn over_fix(
    config: &Config,
    fix: &FixSource,
    now: Nanos,
) -> anyhow::Result<FixFeedLink> {
    let FixSource { session, dialect, subscription } = fix;
    let settings = SessionConfig {
        credentials: secrets::credentials(&session.variables).context("[feed_session]")?,
        reset_on_logon: true,
        ..session.session.clone()
    };
    let settings = dialect.session(settings)?;
    let session_of = Session::new(settings, MemoryStore::new(FEED_STORE_BYTES));
    let instruments = &config.pipeline.instruments;
    let feed =
        FixFeed::new(session_of.context("[feed_session]")?, instruments, subscription.clone());
    let dial = Dial::resolve(session, now.0).context("[feed_session]")?;
    Ok(FixFeedLink::new(feed, instruments, dial))
}
