//! What the operator decides: files are read here and nowhere else.
//!
//! `default.toml` is compiled in and holds every key; a file given by the operator is laid over
//! it. `raw` is what was written, `checked` is what the program needs, and the second can
//! only be made from the first by [`Config::from_raw`].

mod broker;
mod checked;
mod currencies;
mod curves;
mod desks;
pub mod dialect;
pub mod fix;
pub mod gateways;
mod instruments;
mod keys;
mod listings;
pub mod models;
mod observed;
mod portfolio;
mod raw;
mod risk;
mod routing;
pub mod strategies;

use std::path::Path;

use anyhow::Context;

pub use broker::BrokerConfig;
pub use checked::{
    AdminConfig, Config, DemoConfig, EngineConfig, FeedConfig, FeedSource, FixSource,
    JournalConfig, Speed, Topology,
};
pub use currencies::CurrencyNames;
pub use dialect::DialectConfig;
pub use fix::FixConfig;
pub use listings::ListingName;
pub use models::{ModelsConfig, Placement};
pub use raw::{RawConfig, RawInstrument};
pub use strategies::StrategyConfig;

/// The file with every key, as shipped.
pub const DEFAULT: &str = include_str!("../../../../config/default.toml");

/// The differences of the demo, as shipped.
pub const DEMO: &str = include_str!("../../../../config/demo.toml");

/// Returns every section and key, with its default: `default.toml`, the standard dialect, and the
/// sessions that have the keys of the gateway: further gateways, drop copy and market data.
///
/// # Errors
/// Never: tests read the shipped files.
pub fn known() -> anyhow::Result<toml::Table> {
    let mut known: toml::Table = DEFAULT.parse().context("default.toml")?;
    let standard: toml::Table = dialect::STANDARD.parse().context("fix/standard.toml")?;
    known.insert(DIALECT.to_owned(), toml::Value::Table(standard.clone()));
    // Other sessions have the keys of the gateway, and dialects of their own.
    let session = known.get("gateway").cloned().context("default.toml has no [gateway]")?;
    let gateway = session.as_table().context("[gateway] is a section")?;
    let further = gateways::example(gateway, &standard);
    known.insert(gateways::GATEWAYS.to_owned(), vec![further].into());
    for (name, dialect) in [(DROP_COPY, DROP_COPY_DIALECT), (FEED_SESSION, FEED_SESSION_DIALECT)] {
        known.insert(name.to_owned(), session.clone());
        known.insert(dialect.to_owned(), toml::Value::Table(standard.clone()));
    }
    Ok(known)
}

/// Reads the default with each of `overlays` laid over it, later ones over earlier ones. An
/// overlay is its text and what errors call it.
///
/// # Errors
/// If a text is no TOML, has an unknown key, a value of the wrong type or out of range.
pub fn parse(overlays: &[(&str, &str)]) -> anyhow::Result<Config> {
    let known = known()?;
    let mut table = known.clone();
    // The one that is known is an example.
    let example = table.insert(gateways::GATEWAYS.to_owned(), toml::Value::Array(Vec::new()));
    for (text, name) in overlays {
        let changes: toml::Table = text.parse().with_context(|| format!("in {name}"))?;
        keys::refuse_unknown(&changes, &known).with_context(|| format!("in {name}"))?;
        keys::lay_over(&mut table, changes);
    }
    let names: Vec<&str> = overlays.iter().map(|(_, name)| *name).collect();
    let place = || format!("in {}", names.join(" over "));
    let sessions = [
        ("gateway", DIALECT),
        (DROP_COPY, DROP_COPY_DIALECT),
        (FEED_SESSION, FEED_SESSION_DIALECT),
    ];
    for (session, dialect) in sessions {
        lay_dialect_over(&mut table, &known, session, dialect).with_context(place)?;
    }
    let example = example.as_ref().and_then(|list| list.get(0)?.as_table());
    let example = example.context("an example of a further gateway")?;
    gateways::complete(&mut table, example).with_context(place)?;
    let raw: RawConfig = table.try_into().with_context(place)?;
    Config::from_raw(raw).with_context(place)
}

/// Returns an overlay that takes the latencies of orders from `source`.
#[must_use]
pub fn observed_latency(source: &str) -> String {
    let key = toml::Table::from_iter([("latency_observed".to_owned(), source.into())]);
    toml::Table::from_iter([("broker".to_owned(), key.into())]).to_string()
}

/// Returns whether one of `overlays` names instruments.
///
/// # Errors
/// If a text is no TOML.
pub fn name_instruments(overlays: &[(&str, &str)]) -> anyhow::Result<bool> {
    let mut named = false;
    for (text, name) in overlays {
        let table: toml::Table = text.parse().with_context(|| format!("in {name}"))?;
        named |= table.contains_key("instrument");
    }
    Ok(named)
}

/// Lays the file that a session's `dialect` names, if it names one, over the standard dialect.
fn lay_dialect_over(
    table: &mut toml::Table,
    known: &toml::Table,
    session: &str,
    dialect: &str,
) -> anyhow::Result<()> {
    let named = table.get(session).and_then(|session| session.get(DIALECT));
    let Some(name) = named.and_then(toml::Value::as_str).filter(|name| !name.is_empty()) else {
        return Ok(());
    };
    let inside = format!("{session}.dialect: {name}");
    let file = Path::new(name).to_owned();
    lay_file_over(table, known, &file, dialect).context(inside)
}

/// Lays the file of a dialect over the section `dialect`.
fn lay_file_over(
    table: &mut toml::Table,
    known: &toml::Table,
    file: &Path,
    dialect: &str,
) -> anyhow::Result<()> {
    let changes: toml::Table = read(file)?.parse()?;
    let changes = toml::Table::from_iter([(dialect.to_owned(), toml::Value::Table(changes))]);
    keys::refuse_unknown(&changes, known)?;
    keys::lay_over(table, changes);
    Ok(())
}

/// Reads the file of a dialect over the standard one.
fn dialect_file(file: &Path) -> anyhow::Result<dialect::RawDialect> {
    let standard: toml::Table = dialect::STANDARD.parse().context("fix/standard.toml")?;
    let known = toml::Table::from_iter([(DIALECT.to_owned(), toml::Value::Table(standard))]);
    let mut table = known.clone();
    lay_file_over(&mut table, &known, file, DIALECT)?;
    let laid_over = table.remove(DIALECT).context("a dialect")?;
    Ok(laid_over.try_into()?)
}

/// The section of the broker's dialect, and the key of `[gateway]` that names its file.
const DIALECT: &str = "dialect";

/// The drop copy session, and its dialect.
const DROP_COPY: &str = "drop_copy";
const DROP_COPY_DIALECT: &str = "drop_copy_dialect";

/// The session of market data, and its dialect.
const FEED_SESSION: &str = "feed_session";
const FEED_SESSION_DIALECT: &str = "feed_session_dialect";

/// Reads a file of differences; the result is text for [`parse`].
///
/// # Errors
/// If the file cannot be read.
pub fn read(path: &Path) -> anyhow::Result<String> {
    std::fs::read_to_string(path)
        .with_context(|| format!("cannot read the configuration {}", path.display()))
}

/// Reads the file at `path` over the default.
///
/// # Errors
/// As [`parse`], and if the file cannot be read.
pub fn load(path: &Path) -> anyhow::Result<Config> {
    parse(&[(&read(path)?, &path.display().to_string())])
}
