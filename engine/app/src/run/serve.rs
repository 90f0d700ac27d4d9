//! `gannet venue`, `gannet broker` and `gannet fix acceptor`: the simulated parties as processes
//! of their own; and `gannet fix drop-copy`.

use std::net::SocketAddr;

use anyhow::Context;
use gannet_feeds::{UseFeed, VenueFeed};
use gannet_net::tls::TlsServerConfig;
use gannet_runtime::clock::Clock;
use gannet_runtime::thread::{self, Pinning};
use gannet_types::Nanos;

use super::market::{acceptor_options, broker_options, endpoint, over_fix, source, speed, streams};
use super::{Page, acceptor_page, house};
use crate::agents::market_feed::MarketFeed;
use crate::cli::{BrokerArgs, VenueArgs};
use crate::config::{Config, FeedSource};
use crate::demo::broker::{Broker, BrokerOptions, SessionReport};
use crate::demo::venue::{Venue, VenueOptions};
use crate::fix::acceptor::{Acceptor, Panel};
use crate::fix::drop_copy::{self, DropCopyDesk};
use crate::offline::capture::Capture;

/// Serves a simulated venue until it is stopped or its recording ends.
///
/// # Errors
/// What kept it from serving.
pub fn venue(config: &Config, capture: Option<Capture>, args: &VenueArgs) -> anyhow::Result<()> {
    let stop = house::stop_on_signals()?;
    let read = |path: &std::path::PathBuf| {
        std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))
    };
    let tls = match (&args.certificate, &args.key) {
        (Some(certificate), Some(key)) => {
            Some(TlsServerConfig::new(&read(certificate)?, &read(key)?)?)
        }
        _ => None,
    };
    let source = source(config, capture, &args.market);
    let options =
        VenueOptions { speed: speed(config, &args.market)?, subscribers: args.subscribers };
    let venue = Venue::bind(args.listen, tls, source, options)?;
    println!("venue listens on {}", venue.local_address());
    let report = venue.run(&stop);
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// Serves a simulated broker until it is stopped, and prints the account of each session in a line
/// of its own, in the order of the gateways.
///
/// # Errors
/// What kept it from serving.
pub fn broker(config: &Config, args: &BrokerArgs) -> anyhow::Result<()> {
    let options = broker_options(config, args.listen);
    let sessions = Serve { config, options, panel: None, name: "broker" }.start()?;
    for session in sessions {
        println!("{}", serde_json::to_string(&session.report)?);
    }
    Ok(())
}

/// Serves the sessions of `[acceptor]` until it is stopped, and a page of them at `admin`.
///
/// # Errors
/// What kept it from serving.
pub fn acceptor(mut config: Config, admin: Option<SocketAddr>) -> anyhow::Result<()> {
    let (panel, page) = page(&mut config, admin, "acceptor")?;
    let options = acceptor_options(&config);
    let sessions = Serve { config: &config, options, panel, name: "acceptor" }.start();
    if let Some(page) = page {
        page.stop();
    }
    println!("{}", serde_json::to_string(&sessions?)?);
    Ok(())
}

/// Serves copies of a journal's executions to the sessions of `[acceptor]` until it is stopped, and
/// a page of them at `admin`.
///
/// # Errors
/// What kept it from serving, or ended it.
pub fn drop_copy(
    mut config: Config,
    journal: &std::path::Path,
    admin: Option<SocketAddr>,
) -> anyhow::Result<()> {
    let stop = house::stop_on_signals()?;
    let mut desk = DropCopyDesk::new(journal, &config)?;
    let (panel, page) = page(&mut config, admin, "drop copy")?;
    let acceptor = Acceptor::bind(config.acceptor.clone(), &mut desk)?;
    println!("drop copy listens on {}", acceptor.local_address());
    let tell = |line: &str| eprintln!("gannet: drop copy: {line}");
    let ended = drop_copy::serve(acceptor, desk, &stop, &Clock::new(), panel, tell);
    if let Some(page) = page {
        page.stop();
    }
    ended
}

fn page(
    config: &mut Config,
    admin: Option<SocketAddr>,
    name: &'static str,
) -> anyhow::Result<(Option<Panel>, Option<Page>)> {
    let served = admin.map(|address| acceptor_page::serve(config, address, name)).transpose()?;
    Ok(served.unzip())
}

struct Serve<'a> {
    config: &'a Config,
    options: BrokerOptions,
    panel: Option<Panel>,
    name: &'static str,
}

impl UseFeed for Serve<'_> {
    type Output = anyhow::Result<Vec<SessionReport>>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> Self::Output {
        let config = self.config;
        let endpoint = endpoint(&config.feed)?;
        self.run(|now| Ok(streams(venue, config, endpoint, now)))
    }
}

impl Serve<'_> {
    fn start(self) -> anyhow::Result<Vec<SessionReport>> {
        let config = self.config;
        match &config.feed.source {
            FeedSource::Streams(venue) => gannet_feeds::open(*venue, self),
            FeedSource::Fix(fix) => self.run(|now| over_fix(config, fix, now)),
        }
    }

    fn run<F: MarketFeed + Send + 'static>(
        self,
        feed: impl FnOnce(Nanos) -> anyhow::Result<F>,
    ) -> anyhow::Result<Vec<SessionReport>> {
        let Self { config: _, options, panel, name } = self;
        let stop = house::stop_on_signals()?;
        let clock = Clock::new();
        let feed = feed(Nanos(clock.now()))?;
        let core = options.acceptor.core;
        let broker = Broker::bind(options, feed)?.with_panel(panel);
        println!("{name} listens on {}", broker.local_address());
        let tell = move |line: &str| eprintln!("gannet: {name}: {line}");
        let spawned = thread::spawn(name, core, move || broker.run(&stop, clock, tell))
            .with_context(|| format!("cannot start the thread `{name}`"))?;
        if let Pinning::Refused { core } = spawned.pinning {
            eprintln!("gannet: core {core} could not be had; the thread runs anywhere");
        }
        spawned.handle.join().ok().context("the thread panicked; its message stands above")
    }
}
