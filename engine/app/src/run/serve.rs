//! `gannet venue` and `gannet broker`: the simulated parties as processes of their own.

use anyhow::Context;
use gannet_feeds::{UseFeed, VenueFeed};
use gannet_net::tls::TlsServerConfig;
use gannet_runtime::clock::Clock;

use super::market::{broker_options, endpoint, source, speed};
use super::{feed_link, house};
use crate::cli::{BrokerArgs, VenueArgs};
use crate::config::Config;
use crate::demo::broker::Broker;
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

/// Serves a simulated broker until it is stopped.
///
/// # Errors
/// What kept it from serving.
pub fn broker(config: &Config, args: &BrokerArgs) -> anyhow::Result<()> {
    gannet_feeds::open(config.feed.venue, Serve { config, args })
}

struct Serve<'a> {
    config: &'a Config,
    args: &'a BrokerArgs,
}

impl UseFeed for Serve<'_> {
    type Output = anyhow::Result<()>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> anyhow::Result<()> {
        let Self { config, args } = self;
        let stop = house::stop_on_signals()?;
        let clock = Clock::new();
        let feed =
            feed_link(venue, config, endpoint(&config.feed)?, gannet_types::Nanos(clock.now()));
        let broker = Broker::bind(args.listen, broker_options(config), feed)?;
        println!("broker listens on {}", broker.local_address());
        let report = broker.run(&stop, clock);
        println!("{}", serde_json::to_string(&report)?);
        Ok(())
    }
}
