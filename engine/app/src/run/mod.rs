//! One run of the engine from start to end: `gannet demo` and `gannet run`.
//!
//! The order matters: the admin port is taken before anything can trade, the journal is brought
//! back to life before a session exists, what never left is settled before the session connects,
//! and the threads end before the journal is sealed.

mod acceptor_page;
pub(crate) mod house;
mod market;
pub mod serve;
mod sessions;
mod terminal;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Instant;

use anyhow::{Context, ensure};
use gannet_control::comparison::Options;
use gannet_control::registry::Registry;
use gannet_control::{ModelDesk, Projection, Setup, Token};
use gannet_feeds::{UseFeed, VenueFeed};
use gannet_journal::Maintenance;
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread::available_cores;
use gannet_types::{InstrumentId, ModelHash, ModelRole, Nanos};

use crate::agents::feed_link::Endpoint;
use crate::agents::market_feed::MarketFeed;
use crate::cli::{EngineArgs, MarketArgs, SummaryFormat, TopologyArg};
use crate::config::{AdminConfig, Config, FeedSource, ListingName, Topology};
use crate::experiment;
use crate::models::arsenal::Arsenal;
use crate::models::desk::Desk;
use crate::models::service::Service;
use crate::offline::capture::Capture;
use crate::recovery::{self, Opened};
use crate::summary::{self, Summary};
use crate::topology::{self, Layout, Parts, Running};

/// Runs the demo on a recording, or on a market that is made up.
///
/// # Errors
/// What kept the engine from starting, or ended it.
pub fn demo(
    mut config: Config,
    capture: Option<Capture>,
    market: &MarketArgs,
    args: &EngineArgs,
) -> anyhow::Result<()> {
    config.journal.directory = match &args.journal {
        Some(directory) => directory.clone(),
        None => numbered(&config.journal.directory)?,
    };
    ensure!(
        config.order_gateways().all(|it| it.is_simulated_here()),
        "the demo brings its own broker; remove the `host` of each gateway, or use `gannet run`"
    );
    config.feed.streams("the demo")?;
    let venue = market::start_venue(&config, capture, market, market::SUBSCRIBERS_OF_DEMO)?;
    config.feed.websocket = venue.url("ws")?;
    config.feed.rest = venue.url("http")?;
    let done = live(&config, "demo", args);
    venue.stop();
    done
}

/// Runs what the configuration says.
///
/// # Errors
/// What kept the engine from starting, or ended it.
pub fn run(mut config: Config, args: &EngineArgs) -> anyhow::Result<()> {
    if let Some(directory) = &args.journal {
        config.journal.directory.clone_from(directory);
    }
    let simulated = config.order_gateways().all(|it| it.is_simulated_here());
    live(&config, if simulated { "paper" } else { "live" }, args)
}

/// Returns the first folder `000001`, `000002`, … in `parent` that does not exist yet.
///
/// # Errors
/// If there are a million of them.
pub fn numbered(parent: &Path) -> anyhow::Result<PathBuf> {
    (1..1_000_000)
        .map(|number| parent.join(format!("{number:06}")))
        .find(|folder| !folder.exists())
        .with_context(|| format!("{} is full of journals", parent.display()))
}

fn live(config: &Config, mode: &'static str, args: &EngineArgs) -> anyhow::Result<()> {
    let live = Live { config, mode, args };
    match &config.feed.source {
        FeedSource::Streams(venue) => {
            let endpoint = market::endpoint(&config.feed)?;
            gannet_feeds::open(*venue, OnStreams { live, endpoint })
        }
        FeedSource::Fix(fix) => {
            ensure!(
                !config.order_gateways().any(|it| it.is_simulated_here()),
                "the `host` of a gateway is empty: the simulated broker of `gannet run` follows a venue's \
                 streams; with market data over FIX name a broker, such as `gannet fix acceptor`"
            );
            live.run(|now| market::over_fix(config, fix, now))
        }
    }
}

struct OnStreams<'a> {
    live: Live<'a>,
    endpoint: Endpoint,
}

impl UseFeed for OnStreams<'_> {
    type Output = anyhow::Result<()>;

    fn use_feed<V: VenueFeed>(self, venue: V) -> anyhow::Result<()> {
        let Self { live, endpoint } = self;
        live.run(|now| Ok(market::streams(venue.clone(), live.config, endpoint.clone(), now)))
    }
}

#[derive(Clone, Copy)]
struct Live<'a> {
    config: &'a Config,
    mode: &'static str,
    args: &'a EngineArgs,
}

impl Live<'_> {
    /// Runs with the feeds that `feed` makes: the engine's, and the simulated broker's.
    fn run<F: MarketFeed + Send + 'static>(
        self,
        feed: impl Fn(Nanos) -> anyhow::Result<F>,
    ) -> anyhow::Result<()> {
        let Self { config, mode, args } = self;
        let started = Instant::now();
        let now = Nanos(Clock::new().now());
        let shutdown = house::stop_on_signals()?;
        let admin = bind_admin(config.admin, args)?;
        if let Some(directory) = &config.models.directory {
            Registry::open(directory).context("models.directory")?;
        }

        let any_here = config.order_gateways().any(|it| it.is_simulated_here());
        let broker = any_here.then(|| market::start_broker(config, feed(now)?)).transpose()?;
        let mut opened = recovery::open(config, now)?;
        let place = broker.as_ref().map(|broker| broker.address);
        let sessions = sessions::open(config, &mut opened, place, now)?;
        let (engine, maintenance) = arrange(config, opened);
        let roles = engine.pipeline().strategy().models().roles().collect();
        let layout = layout(config, args);
        eprintln!("gannet: {mode}, {layout}; journal {}", config.journal.directory.display());
        let mut running = topology::start(Parts {
            feed: feed(now)?,
            engine,
            sessions,
            session_names: sessions::names(config),
            on_disconnect: config.order_gateways().map(|it| it.fix.on_disconnect).collect(),
            layout,
            config: config.engine.clone(),
            frame: config.models.directory.as_ref().map(|_| config.features.features().len()),
            shutdown: shutdown.clone(),
        })?;
        for core in &running.refused_cores {
            eprintln!("gannet: core {core} could not be had; the thread runs anywhere");
        }
        let service = start_models(config, roles, &mut running)?;
        let desk = service.as_ref().zip(config.models.directory.clone());
        let desk = desk.map(|(service, directory)| Desk::new(directory, service));
        let page = serve_admin(admin, config, mode, &mut running, desk)?;
        let trouble = house::keep(config, args, &mut running, maintenance, &shutdown)?;
        let hops = running.hops.clone();
        let stopped = running.join()?;
        page.stop();
        if let Some(service) = service {
            service.stop();
        }
        if let Some(broker) = broker {
            broker.stop();
        }
        finish(config, args, stopped, trouble, &hops, started)
    }
}

/// Starts the service that keeps the models as the registry says, if there are any.
fn start_models(
    config: &Config,
    roles: BTreeMap<ModelHash, ModelRole>,
    running: &mut Running,
) -> anyhow::Result<Option<Service>> {
    let (Some(directory), Some(ends)) = (&config.models.directory, running.take_models()) else {
        return Ok(None);
    };
    let arsenal = Arsenal::new(config, &config.journal.directory);
    Service::start(directory, arsenal, roles, ends).map(Some).inspect_err(|_| {
        running.halt.request();
    })
}

/// What is listed at several venues, for people.
fn listings(config: &Config) -> Vec<gannet_control::Listing> {
    let venue = |&instrument: &InstrumentId| gannet_control::ListedVenue {
        instrument,
        has_account: config.pipeline.listings.account(instrument).is_some(),
    };
    let listing = |it: &ListingName| gannet_control::Listing {
        name: it.name.clone(),
        venues: it.instruments.iter().map(venue).collect(),
    };
    config.listing_names.iter().map(listing).collect()
}

/// Who does the slow half of the journal: the engine itself if every order waits for the disk.
fn arrange(
    config: &Config,
    opened: Opened,
) -> (crate::agents::engine::Engine<gannet_signals::Trader>, Option<Maintenance>) {
    if config.journal.survives_power_loss {
        (opened.engine.with_disk_barrier(opened.maintenance), None)
    } else {
        (opened.engine, Some(opened.maintenance))
    }
}

fn layout(config: &Config, args: &EngineArgs) -> Layout {
    let topology = match args.topology {
        Some(TopologyArg::Fused) => Some(Topology::Fused),
        Some(TopologyArg::Pipelined) => Some(Topology::Pipelined),
        None => config.engine.topology,
    };
    Layout::choose(topology, config.engine.idle, &config.engine.cores, &available_cores())
}

fn bind_admin(config: AdminConfig, args: &EngineArgs) -> anyhow::Result<gannet_control::Server> {
    let settings = gannet_control::Config {
        address: args.admin.unwrap_or(config.listen),
        allow_remote: config.allow_remote,
        hosts: Vec::new(),
    };
    Ok(gannet_control::Server::bind(&settings)?)
}

/// The admin port's thread.
struct Page {
    stop: Stop,
    thread: JoinHandle<std::io::Result<()>>,
}

impl Page {
    fn stop(self) {
        self.stop.request();
        match self.thread.join() {
            Ok(Ok(())) => {}
            Ok(Err(error)) => eprintln!("gannet: the admin port failed: {error}"),
            Err(_) => eprintln!("gannet: the admin port's thread panicked"),
        }
    }
}

fn serve_admin(
    server: gannet_control::Server,
    config: &Config,
    mode: &str,
    running: &mut Running,
    models: Option<Desk>,
) -> anyhow::Result<Page> {
    let token = Token::generate().context("no random bytes for the token")?;
    eprintln!("gannet: http://{}/#token={token}", server.address());
    let setup = Setup {
        run_mode: mode.to_owned(),
        instruments: config.pipeline.instruments.clone(),
        strategies: config
            .pipeline
            .strategies
            .iter()
            .map(|strategy| (strategy.name.to_string(), strategy.gate_mode))
            .collect(),
        gateways: sessions::names(config),
        features: config.features.features().iter().map(|feature| feature.name.clone()).collect(),
    };
    let names = &config.currency_names;
    let rates = names.others.iter().cloned().zip(config.pipeline.currencies.rates.iter().copied());
    let accounts = config.pipeline.accounts.iter().map(|account| account.name.to_string());
    let owners = config.pipeline.strategies.iter().map(|strategy| strategy.account);
    let manual: Vec<bool> = config.pipeline.strategies.iter().map(|it| it.is_manual).collect();
    let projection = Projection::new(setup)
        .trading_for(accounts.collect(), owners.collect())
        .with_manual(&manual)
        .in_currency(names.account.clone(), rates.collect())
        .listing(listings(config))
        .limiting(crate::limits::configured(&config.pipeline));
    let projection = if models.is_some() {
        projection.comparing(experiment::comparison(config, Options::default()))
    } else {
        projection
    };
    let stop = Stop::new();
    let follow = gannet_control::follow_journal(&config.journal.directory)?;
    let engine = gannet_control::Engine {
        projection,
        commands: running.take_commands(),
        counters: running.counters.clone(),
        hops: running.hops.clone(),
        token,
        sessions: running.take_sessions(),
        models: models.map(|desk| Arc::new(desk) as Arc<dyn ModelDesk>),
    };
    let flag = stop.clone();
    let thread = std::thread::Builder::new()
        .name("control".to_owned())
        .spawn(move || server.serve(engine, follow, &flag))
        .context("cannot start the admin port's thread")?;
    Ok(Page { stop, thread })
}

fn finish(
    config: &Config,
    args: &EngineArgs,
    stopped: topology::Stopped,
    trouble: house::Trouble,
    hops: &gannet_runtime::histogram::HopReaders,
    started: Instant,
) -> anyhow::Result<()> {
    let failure = stopped.engine.failure().copied();
    let shortage = trouble.error.or(stopped.engine.shortage().copied());
    let (pipeline, writer, barrier) = stopped.engine.into_parts();
    let positions = summary::positions(&pipeline, &config.pipeline.instruments);
    let records = writer.records();
    let summary = Summary::of_live(
        &stopped.feed,
        pipeline.counters(),
        &positions,
        (records, &config.journal.directory),
        started.elapsed().as_secs_f64(),
        hops,
    );
    let sealed = writer.seal();
    if let Some(mut maintenance) = barrier.or(trouble.maintenance) {
        maintenance.work().context("the journal's last segment could not be sealed")?;
    }
    print(&summary, args.summary)?;
    if let Some(failure) = failure {
        return Err(failure).context("the journal could not be written; the engine stopped");
    }
    sealed.context("the journal could not be sealed")?;
    match shortage {
        Some(error) => Err(error).context("the engine cancelled its orders and stopped"),
        None => Ok(()),
    }
}

/// Prints a summary to stdout.
///
/// # Errors
/// If it cannot be written as JSON.
pub fn print(summary: &Summary, format: SummaryFormat) -> anyhow::Result<()> {
    match format {
        SummaryFormat::Text => print!("{}", summary.to_text()),
        SummaryFormat::Json => println!("{}", serde_json::to_string(summary)?),
    }
    Ok(())
}
