//! What the program needs: every value parsed, in range, in its own type.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use gannet_feeds::Venue;
use gannet_feeds::fix_md::{FixFeedConfig, MarketDepth};
use gannet_gateways::fix::SymbolKey;
use gannet_net::url::Url;
use gannet_pipeline::PipelineConfig;
use gannet_runtime::idle::IdleStrategy;
use gannet_types::{BarKind, GateMode, GatewayId, Instrument, Lots, Nanos, OrderId};

use super::DEFAULT;
use super::broker::BrokerConfig;
use super::dialect::{DialectConfig, STANDARD, dialect};
use super::fix::FixConfig;
use super::fix::acceptor::AcceptorConfig;
use super::gateways::{self, Further};
use super::models::ModelsConfig;
use super::raw::{RawBars, RawConfig, RawEngine, RawInstrument, RawJournal};
use super::strategies::StrategyConfig;
use crate::features::FeatureSet;

/// A whole configuration.
#[derive(Clone, Debug)]
pub struct Config {
    /// Threads and timers.
    pub engine: EngineConfig,
    /// The journal.
    pub journal: JournalConfig,
    /// Market data.
    pub feed: FeedConfig,
    /// The decision.
    pub pipeline: PipelineConfig,
    /// What is computed on every event; nothing if it is empty.
    pub features: FeatureSet,
    /// Models and what they may do.
    pub models: ModelsConfig,
    /// What people call the currencies.
    pub currency_names: super::CurrencyNames,
    /// The instruments as they were written.
    pub written_instruments: Vec<RawInstrument>,
    /// What people call the things that are listed at several venues.
    pub listing_names: Vec<super::ListingName>,
    /// The first strategy: what all share.
    pub strategy: StrategyConfig,
    /// Every strategy; each one's id is its index here.
    pub strategies: Vec<StrategyConfig>,
    /// The FIX session.
    pub fix: FixConfig,
    /// How the broker speaks FIX.
    pub dialect: DialectConfig,
    /// The gateways beside that one, from id 1 on.
    pub gateways: Vec<Further>,
    /// The session that hears copies of executions, and how it is spoken there.
    pub drop_copy: Option<(FixConfig, DialectConfig)>,
    /// The simulated broker.
    pub broker: BrokerConfig,
    /// The acceptor of FIX sessions.
    pub acceptor: AcceptorConfig,
    /// The admin port.
    pub admin: AdminConfig,
    /// The demo.
    pub demo: DemoConfig,
    /// The sections a decision depends on, as TOML: what the journal keeps.
    pub decisive: String,
}

/// Threads and timers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineConfig {
    /// How the threads are arranged; `None` leaves it to the machine.
    pub topology: Option<Topology>,
    /// What an idle hot thread does; `None` leaves it to the machine.
    pub idle: Option<IdleStrategy>,
    /// Cores for the hot threads; empty leaves it to the machine.
    pub cores: Vec<usize>,
    /// Time between two timer inputs.
    pub timer_interval: Nanos,
}

/// How the threads are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topology {
    /// One thread for everything hot.
    Fused,
    /// One thread each for feed, pipeline and gateway.
    Pipelined,
}

/// The journal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JournalConfig {
    /// Where it lies.
    pub directory: PathBuf,
    /// Its segments' size.
    pub segment_bytes: u64,
    /// Whether an order waits for the disk.
    pub survives_power_loss: bool,
}

/// Market data.
#[derive(Clone, Debug)]
pub struct FeedConfig {
    /// Whose streams, or which session.
    pub source: FeedSource,
    /// Base of the stream's address.
    pub websocket: Url,
    /// Base of the snapshots' address.
    pub rest: Url,
    /// The only certificates to trust, if not the public web's.
    pub ca_file: Option<PathBuf>,
    /// Silence after which the connection counts as dead.
    pub silence_max: Nanos,
}

/// Where market data comes from.
#[derive(Clone, Debug)]
pub enum FeedSource {
    /// A venue's streams, in its own format.
    Streams(Venue),
    /// A FIX session.
    Fix(Box<FixSource>),
}

/// Market data over FIX.
#[derive(Clone, Debug)]
pub struct FixSource {
    /// The session.
    pub session: FixConfig,
    /// Its version, Logon fields and checks.
    pub dialect: DialectConfig,
    /// What is subscribed to, and under which names.
    pub subscription: FixFeedConfig,
}

impl FeedConfig {
    /// Returns the venue whose streams are spoken.
    ///
    /// # Errors
    /// If market data comes over FIX; `what` needs streams.
    pub fn streams(&self, what: &str) -> anyhow::Result<Venue> {
        match self.source {
            FeedSource::Streams(venue) => Ok(venue),
            FeedSource::Fix(_) => bail!("{what} needs a venue's streams: feed.venue is `{FIX}`"),
        }
    }
}

/// The admin port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdminConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Whether that may be other than loopback.
    pub allow_remote: bool,
}

/// The demo.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DemoConfig {
    /// Seed of the market.
    pub seed: u64,
    /// How fast it runs.
    pub speed: Speed,
}

/// How fast a simulated market runs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Speed {
    /// Times real time.
    Times(u32),
    /// As fast as it is taken.
    Max,
}

impl std::str::FromStr for Speed {
    type Err = anyhow::Error;
    fn from_str(text: &str) -> anyhow::Result<Self> {
        match text {
            "max" => Ok(Self::Max),
            _ => match text.parse() {
                Ok(times @ 1..=1000) => Ok(Self::Times(times)),
                _ => bail!("`{text}` is no speed: 1 to 1000 times real time, or `max`"),
            },
        }
    }
}

impl Config {
    /// Checks and converts what was written.
    ///
    /// # Errors
    /// Names the key that is wrong and what it must be.
    pub fn from_raw(raw: RawConfig) -> anyhow::Result<Self> {
        let decisive = decisive(&raw)?;
        let instruments = super::instruments::instruments(&raw.instrument)?;
        // What is traded; its lots are those of the strategy and of bars by quantity.
        let first = &instruments[0];
        let bars = bars(&raw.bars, first)?;
        let dialect = dialect(&raw.dialect, &instruments).context("the dialect")?;
        let further = gateways::further(&raw, &instruments)?;
        let order_gateways = gateways::for_pipeline(&raw, &dialect, &further)?;
        let listener = GatewayId(order_gateways.len() as u8);
        let drop_copy = drop_copy(&raw, &instruments)
            .context("[drop_copy], whose keys are those of [gateway] and are called so here")?;
        let desks = super::desks::desks(&raw)?;
        let (currencies, currency_names) =
            super::currencies::currencies(&raw.currencies, &raw.instrument, &instruments)?;
        let models = super::models::models(&raw.models)?;
        let strategies =
            super::strategies::strategies(&desks.written, &instruments, &bars, models.fusion)?;
        let strategy = strategies[0].clone();
        let things = super::listings::things(&raw, &instruments, &desks.accounts, &currencies)?;
        super::listings::check_routes(&things, &desks, &strategies, &order_gateways)?;
        let splits = strategies.iter().map(StrategyConfig::is_split);
        let traders = desks.strategies.iter().zip(splits);
        let traders =
            traders.map(|(it, is_split)| gannet_pipeline::StrategyConfig { is_split, ..*it });
        let features = features(&raw)?;
        let pipeline = PipelineConfig {
            frames: (!features.is_empty()).then_some(strategy.bars),
            prediction_age_max: models.prediction_age_max,
            bars: bars.clone(),
            accounts: desks.accounts,
            strategies: traders.collect(),
            approval_timeout: Nanos::from_millis(raw.gate.approval_timeout_ms),
            approvals_max: APPROVALS_MAX,
            risk: super::risk::all(&raw.risk)?,
            risk_setup: super::portfolio::setup(&raw.risk, &raw.bars.time_ms, &instruments)?,
            limits: super::risk::each(&raw.risk, &raw.instrument, &instruments)?,
            currencies: currencies.clone(),
            listings: things.listings,
            gateways: order_gateways,
            routing: super::routing::routing(&raw.routing)?,
            drop_copy: drop_copy.as_ref().map(|_| listener),
            day_volumes: super::curves::day_volumes(&raw.curve, &instruments)?,
            status_interval: STATUS_INTERVAL,
            position_check: super::risk::position_check(&raw.risk)?,
            order_timeout: positive_millis(raw.risk.order_timeout_ms, "risk.order_timeout_ms")?,
            first_order_id: OrderId(1),
            instruments: instruments.clone(),
        };
        Ok(Self {
            engine: engine(&raw.engine)?,
            journal: journal(&raw.journal)?,
            feed: feed(&raw, &instruments)?,
            currency_names,
            written_instruments: raw.instrument.clone(),
            listing_names: things.names,
            strategy,
            strategies,
            models,
            features,
            pipeline,
            fix: super::fix::gateway(&raw.gateway, dialect.spec.version)?,
            dialect,
            gateways: further,
            drop_copy,
            broker: super::broker::broker(&raw.broker, &currencies, instruments.len())?,
            acceptor: super::fix::acceptor::acceptor(&raw.acceptor, &instruments)?,
            admin: AdminConfig {
                listen: raw.admin.listen.parse().context(
                    "admin.listen must be an address and a port, such as 127.0.0.1:8080",
                )?,
                allow_remote: raw.admin.allow_remote,
            },
            demo: DemoConfig {
                seed: raw.demo.seed,
                speed: raw.demo.speed.parse().context("demo.speed")?,
            },
            decisive,
        })
    }
}

/// The sections that the pipeline depends on; everything else may change between runs.
fn decisive(raw: &RawConfig) -> anyhow::Result<String> {
    let mut table = toml::Table::try_from(raw).context("the configuration as TOML")?;
    let sections = [
        "account",
        "strategies",
        "curve",
        "instrument",
        "listing",
        "currencies",
        "bars",
        "features",
        "models",
        "strategy",
        "gate",
        "risk",
        "gateway",
        gateways::GATEWAYS,
        "routing",
        "dialect",
        "drop_copy",
    ];
    table.retain(|key, _| sections.contains(&key));
    if let Some(gateway) = table.get_mut("gateway").and_then(toml::Value::as_table_mut) {
        gateway.retain(|key, _| gateways::DECISIVE_KEYS.contains(&key));
    }
    super::instruments::decisive(&mut table);
    // Of the drop copy only that there is one.
    if let Some(session) = table.get_mut("drop_copy").and_then(toml::Value::as_table_mut) {
        let there = session.get("host").and_then(toml::Value::as_str) != Some("");
        session.clear();
        if there {
            session.insert("host".to_owned(), "configured".into());
            session.insert("port".to_owned(), 1.into());
        }
    }
    // Of the models only what is not as shipped, and not where they come from.
    let defaults: toml::Table = DEFAULT.parse().context("default.toml")?;
    let shipped = defaults.get("models").and_then(toml::Value::as_table).cloned();
    if let (Some(models), Some(shipped)) =
        (table.get_mut("models").and_then(toml::Value::as_table_mut), shipped)
    {
        models.retain(|key, value| key != "directory" && shipped.get(key) != Some(value));
    }
    super::strategies::keep_decisive(&mut table, &defaults);
    // Of the dialect only what the pipeline must know, and only if it is not the standard.
    let standard: toml::Table = STANDARD.parse().context("fix/standard.toml")?;
    if let Some(dialect) = table.get_mut("dialect").and_then(toml::Value::as_table_mut) {
        dialect.retain(|key, value| key == "capabilities" && standard.get(key) != Some(value));
    }
    gateways::decisive(&mut table)?;
    table.retain(|_, section| match section {
        toml::Value::Table(section) => !section.is_empty(),
        toml::Value::Array(entries) => !entries.is_empty(),
        _ => true,
    });
    Ok(table.to_string())
}

/// The features, without which there are no models.
fn features(raw: &RawConfig) -> anyhow::Result<FeatureSet> {
    let set = match raw.features.set.as_str() {
        "off" => FeatureSet::default(),
        name => FeatureSet::load(name).context("features.set")?,
    };
    ensure!(
        !set.is_empty() || raw.models.directory.is_empty(),
        "models.directory: models predict from features; name a set in features.set"
    );
    Ok(set)
}

/// The drop copy session, if `[drop_copy]` names a host.
fn drop_copy(
    raw: &RawConfig,
    instruments: &[Instrument],
) -> anyhow::Result<Option<(FixConfig, DialectConfig)>> {
    if raw.drop_copy.host.is_empty() {
        return Ok(None);
    }
    let dialect = dialect(&raw.drop_copy_dialect, instruments).context("the dialect")?;
    let session = super::fix::gateway(&raw.drop_copy, dialect.spec.version)?;
    Ok(Some((session, dialect)))
}

fn engine(raw: &RawEngine) -> anyhow::Result<EngineConfig> {
    let topology = match raw.topology.as_str() {
        "auto" => None,
        "fused" => Some(Topology::Fused),
        "pipelined" => Some(Topology::Pipelined),
        other => bail!("engine.topology: `{other}` is not `auto`, `fused` or `pipelined`"),
    };
    let idle = match raw.idle.as_str() {
        "auto" => None,
        text => Some(text.parse().ok().with_context(|| {
            format!("engine.idle: `{text}` is not `auto`, `spin`, `backoff` or `park`")
        })?),
    };
    let timer = raw.timer_interval_ms;
    ensure!((1..=1000).contains(&timer), "engine.timer_interval_ms must be 1 to 1000");
    let timer_interval = Nanos::from_millis(timer);
    Ok(EngineConfig { topology, idle, cores: raw.cores.clone(), timer_interval })
}

fn journal(raw: &RawJournal) -> anyhow::Result<JournalConfig> {
    ensure!((1..=4096).contains(&raw.segment_mib), "journal.segment_mib must be 1 to 4096");
    ensure!(!raw.directory.is_empty(), "journal.directory must not be empty");
    let survives_power_loss = match raw.durability.as_str() {
        "process" => false,
        "power" => true,
        other => bail!("journal.durability: `{other}` is not `process` or `power`"),
    };
    Ok(JournalConfig {
        directory: PathBuf::from(&raw.directory),
        segment_bytes: raw.segment_mib << 20,
        survives_power_loss,
    })
}

fn feed(all: &RawConfig, instruments: &[Instrument]) -> anyhow::Result<FeedConfig> {
    let raw = &all.feed;
    let url = |text: &str, key: &str| Url::parse(text).with_context(|| format!("{key}: `{text}`"));
    let silence = raw.silence_timeout_ms;
    ensure!((100..=600_000).contains(&silence), "feed.silence_timeout_ms must be 100 to 600000");
    let source = if raw.venue == FIX {
        let fix = fix_source(all, instruments)
            .context("[feed_session], whose keys are those of [gateway] and are called so here")?;
        FeedSource::Fix(Box::new(fix))
    } else {
        let venue = raw.venue.parse();
        FeedSource::Streams(venue.with_context(|| {
            format!("feed.venue: `{}`; known: {}, {FIX}", raw.venue, known_venues())
        })?)
    };
    Ok(FeedConfig {
        source,
        websocket: url(&raw.websocket_url, "feed.websocket_url")?,
        rest: url(&raw.rest_url, "feed.rest_url")?,
        ca_file: (!raw.ca_file.is_empty()).then(|| PathBuf::from(&raw.ca_file)),
        silence_max: Nanos::from_millis(silence),
    })
}

/// The session of market data, and what is asked for there.
fn fix_source(raw: &RawConfig, instruments: &[Instrument]) -> anyhow::Result<FixSource> {
    ensure!(
        !raw.feed_session.host.is_empty(),
        "host is empty: feed.venue = `{FIX}` needs to know where the venue is"
    );
    let dialect = dialect(&raw.feed_session_dialect, instruments).context("the dialect")?;
    let by_security_id = dialect.spec.key == SymbolKey::SecurityId;
    let names =
        dialect.spec.instruments.iter().map(|names| {
            if by_security_id { names.security_id.clone() } else { names.symbol.clone() }
        });
    let depth = match raw.feed.depth {
        0 => MarketDepth::Full,
        levels => MarketDepth::Levels(levels),
    };
    let (names, asks_status) = (names.collect(), raw.feed.trading_status);
    let subscription = FixFeedConfig { depth, names, by_security_id, asks_status };
    let session = super::fix::gateway(&raw.feed_session, dialect.spec.version)?;
    Ok(FixSource { session, dialect, subscription })
}

fn known_venues() -> String {
    Venue::ALL.map(Venue::name).join(", ")
}

/// `feed.venue` of market data over FIX.
const FIX: &str = "fix";

fn bars(raw: &RawBars, instrument: &Instrument) -> anyhow::Result<Vec<BarKind>> {
    let mut bars = Vec::new();
    for &span in &raw.time_ms {
        bars.push(BarKind::Time(positive_millis(span, "bars.time_ms")?));
    }
    for &trades in &raw.trades {
        ensure!(trades > 0, "bars.trades must be positive");
        bars.push(BarKind::Tick(trades));
    }
    for text in &raw.quantity {
        bars.push(BarKind::Volume(lots(instrument, text, "bars.quantity")?));
    }
    ensure!(bars.len() <= BARS_MAX, "at most {BARS_MAX} kinds of bars");
    Ok(bars)
}

pub(super) fn gate_mode(text: &str) -> anyhow::Result<GateMode> {
    Ok(match text {
        "manual" => GateMode::Manual,
        "assisted" => GateMode::Assisted,
        "auto" => GateMode::Auto,
        "paper" => GateMode::Paper,
        other => bail!("`{other}` is not `manual`, `assisted`, `auto` or `paper`"),
    })
}

pub(super) fn positive_millis(count: u64, key: &str) -> anyhow::Result<Nanos> {
    ensure!(count > 0, "{key} must be positive");
    Ok(Nanos::from_millis(count))
}

pub(super) fn lots(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Lots> {
    let lots = instrument
        .lot
        .parse_steps(text.as_bytes())
        .with_context(|| format!("{key}: `{text}`, lot {}", instrument.lot.as_f64()))?;
    ensure!(lots > 0, "{key} must be positive");
    Ok(Lots(lots))
}

/// Signals that may wait for a person at once.
const APPROVALS_MAX: usize = 16;

/// Most kinds of bars.
const BARS_MAX: usize = gannet_pipeline::config::BARS_MAX;

/// Ten times a second: what an eye can follow.
const STATUS_INTERVAL: Nanos = Nanos(100_000_000);
