//! `gannet venue`, `gannet broker` and `gannet fix acceptor`: the simulated parties as processes
//! of their own.

use anyhow::Context;
use gannet_feeds::{UseFeed, VenueFeed};
use gannet_net::tls::TlsServerConfig;
use gannet_runtime::clock::Clock;
use gannet_runtime::thread::{self, Pinning};

use super::market::{acceptor_options, broker_options, endpoint, source, speed};
use super::{feed_link, house};
use crate::cli::{BrokerArgs, VenueArgs};
use crate::config::Config;
use crate::demo::broker::{Broker, BrokerOptions, SessionReport};
use crate::demo::venue::{Venue, VenueOptions};

/// Serves a simulated venue until it is stopped or its recording ends.
///
/// # Errors
/// What kept it from serving.
pub fn venue(config: &Config, args: &VenueArgs) -> anyhow::Result<()> {
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
    let source = source(config, &args.market)?;
    let options =
        VenueOptions { speed: speed(config, &args.market)?, subscribers: args.subscribers };
    let venue = Venue::bind(args.listen, tls, source, options)?;
    println!("venue listens on {}", venue.local_address());
    let report = venue.run(&stop);
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// Serves a simulated broker with one session until it is stopped.
///
/// # Errors
/// What kept it from serving.
pub fn broker(config: &Config, args: &BrokerArgs) -> anyhow::Result<()> {
    let options = broker_options(config, args.listen);
    let serve = Serve { config, options, name: "broker" };
    let sessions = gannet_feeds::open(config.feed.venue, serve)?;
    let report = sessions.first().map(|session| &session.report);
    println!("{}", serde_json::to_string(&report)?);
    Ok(())
}

/// Serves the sessions of `[acceptor]` until it is stopped.
///
/// # Errors
/// What kept it from serving.
pub fn acceptor(config: &Config) -> anyhow::Result<()> {
    let options = acceptor_options(config);
    let serve = Serve { config, options, name: "acceptor" };
    let sessions = gannet_feeds::open(config.feed.venue, serve)?;
    println!("{}", serde_json::to_string(&sessions)?);
    Ok(())
}

struct Serve<'a> {
    config: &'a Config,
    options: BrokerOptions,
    name: &'static str,
}

impl UseFeed for Serve<'_> {
    type Output = anyhow::Result<Vec<SessionReport>>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> Self::Output {
        let Self { config, options, name } = self;
        let stop = house::stop_on_signals()?;
        let clock = Clock::new();
        let feed =
            feed_link(venue, config, endpoint(&config.feed)?, gannet_types::Nanos(clock.now()));
        let core = options.acceptor.core;
        let broker = Broker::bind(options, feed)?;
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
