//! The gateways that carry orders: `[gateway]`, which is called `main`, and further ones in
//! `[[gateways]]`, in the order of their ids.
//!
//! A further gateway has a name, every key of `[gateway]`, and a dialect of its own: the file that
//! its `dialect` names, laid over `own_dialect`, laid over the standard. Only here is it completed
//! to that; everything after sees whole sessions.

use anyhow::{Context, ensure};
use gannet_pipeline::GatewayConfig;
use gannet_types::{GatewayId, Instrument};
use toml::{Table, Value};

use super::checked::Config;
use super::dialect::{DialectConfig, STANDARD, dialect};
use super::fix::FixConfig;
use super::raw::{RawConfig, RawFurther};
use super::routing::fees;
use super::{DIALECT, keys, lay_file_over};

/// What `[gateway]` is called where gateways are called by name.
pub const MAIN: &str = "main";

/// Most gateways of one engine.
pub const GATEWAYS_MAX: usize = 8;

/// Longest name of a gateway.
const NAME_BYTES_MAX: usize = 24;

/// What the session that only listens is called; no gateway may be.
pub const DROP_COPY_NAME: &str = "drop-copy";

/// The keys of a gateway that decisions depend on: addresses and names may change, whether fills are
/// real may not.
pub(super) const DECISIVE_KEYS: [&str; 4] =
    ["simulated", "maker_fee_ppm", "taker_fee_ppm", "drop_copied"];

/// The list of further gateways, and the dialect within an entry.
pub(super) const GATEWAYS: &str = "gateways";
const OWN_DIALECT: &str = "own_dialect";

/// A gateway of `[[gateways]]`.
#[derive(Clone, Debug)]
pub struct Further {
    /// What people call it.
    pub name: String,
    /// Its session.
    pub fix: FixConfig,
    /// How its broker speaks FIX.
    pub dialect: DialectConfig,
}

/// A gateway, whichever section it is from.
#[derive(Clone, Copy, Debug)]
pub struct OrderGateway<'a> {
    /// Its place among the gateways.
    pub id: GatewayId,
    /// What people call it.
    pub name: &'a str,
    /// Its session.
    pub fix: &'a FixConfig,
    /// How its broker speaks FIX.
    pub dialect: &'a DialectConfig,
}

impl OrderGateway<'_> {
    /// Returns whether its session is one of the own simulated broker.
    #[must_use]
    pub fn is_simulated_here(&self) -> bool {
        self.fix.hosts.is_empty()
    }
}

impl Config {
    /// Returns the gateways that carry orders, in the order of their ids.
    pub fn order_gateways(&self) -> impl Iterator<Item = OrderGateway<'_>> {
        let main = (MAIN, &self.fix, &self.dialect);
        let further = self.gateways.iter().map(|it| (it.name.as_str(), &it.fix, &it.dialect));
        let ids = (0..).map(GatewayId);
        ids.zip(std::iter::once(main).chain(further))
            .map(|(id, (name, fix, dialect))| OrderGateway { id, name, fix, dialect })
    }
}

/// Checks `[[gateways]]`.
///
/// # Errors
/// Names the gateway and the key that is wrong.
pub(super) fn further(raw: &RawConfig, instruments: &[Instrument]) -> anyhow::Result<Vec<Further>> {
    ensure!(raw.gateways.len() < GATEWAYS_MAX, "[[gateways]]: {} at most", GATEWAYS_MAX - 1);
    let mut further: Vec<Further> = Vec::new();
    for entry in &raw.gateways {
        check_name(&entry.name, raw, &further)?;
        let place = || {
            format!(
                "[[gateways]] `{}`, whose keys are those of [gateway] and are called so here",
                entry.name
            )
        };
        further.push(one(entry, instruments).with_context(place)?);
    }
    check_apart(raw)?;
    Ok(further)
}

/// What the pipeline must know of each gateway, in the order of their ids.
///
/// # Errors
/// If fees are out of range.
pub(super) fn for_pipeline(
    raw: &RawConfig,
    main: &DialectConfig,
    further: &[Further],
) -> anyhow::Result<Vec<GatewayConfig>> {
    let sessions = raw.gateways.iter().map(|entry| &entry.session);
    let dialects = std::iter::once(main).chain(further.iter().map(|gateway| &gateway.dialect));
    let written = std::iter::once(&raw.gateway).chain(sessions).zip(dialects);
    let known = written.map(|(session, dialect)| {
        Ok(GatewayConfig {
            simulated: session.simulated,
            capabilities: dialect.spec.capabilities,
            fees: fees(session)?,
            is_copied: session.drop_copied,
        })
    });
    known.collect()
}

fn one(entry: &RawFurther, instruments: &[Instrument]) -> anyhow::Result<Further> {
    let dialect = dialect(&entry.own_dialect, instruments).context("the dialect")?;
    let fix = super::fix::gateway(&entry.session, dialect.spec.version)?;
    Ok(Further { name: entry.name.clone(), fix, dialect })
}

/// A name is part of a file's name and of an address, and tells one session from every other.
fn check_name(name: &str, raw: &RawConfig, before: &[Further]) -> anyhow::Result<()> {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    ensure!(
        (1..=NAME_BYTES_MAX).contains(&name.len()) && name.bytes().all(plain),
        "[[gateways]]: the name `{name}` must be 1 to {NAME_BYTES_MAX} small letters, digits and `-`"
    );
    let taken = [MAIN, DROP_COPY_NAME, &raw.gateway.target_comp_id, &raw.drop_copy.target_comp_id];
    ensure!(!taken.contains(&name), "[[gateways]]: `{name}` is the name of another session");
    let twice = before.iter().any(|other| other.name == name);
    ensure!(!twice, "[[gateways]]: the name `{name}` is there twice");
    Ok(())
}

/// The sessions of the own simulated broker are told apart by their names.
fn check_apart(raw: &RawConfig) -> anyhow::Result<()> {
    let sessions = std::iter::once(&raw.gateway).chain(raw.gateways.iter().map(|it| &it.session));
    let mut names = Vec::new();
    for session in sessions.filter(|session| session.host.is_empty()) {
        let pair = (&session.sender_comp_id, &session.target_comp_id);
        ensure!(
            !names.contains(&pair),
            "[[gateways]]: two sessions of the simulated broker are called {} and {}; give one \
             of them a target_comp_id of its own",
            pair.0,
            pair.1
        );
        names.push(pair);
    }
    Ok(())
}

/// Returns an entry with every key.
pub(super) fn example(gateway: &Table, standard: &Table) -> Table {
    let mut entry = gateway.clone();
    entry.insert("name".to_owned(), "".into());
    entry.insert(OWN_DIALECT.to_owned(), Value::Table(standard.clone()));
    entry
}

/// Completes each entry of the list: what it does not say is as in [`example`], and the file that
/// its `dialect` names is laid over its own dialect.
///
/// # Errors
/// Names the file that cannot be used.
pub(super) fn complete(table: &mut Table, example: &Table) -> anyhow::Result<()> {
    let Some(Value::Array(entries)) = table.get_mut(GATEWAYS) else { return Ok(()) };
    // The file of a dialect is laid over a section, which is called so.
    let standard = example.get(OWN_DIALECT).cloned().context("an entry has a dialect")?;
    let known = Table::from_iter([(DIALECT.to_owned(), standard)]);
    for entry in entries {
        let Value::Table(written) = entry else { continue };
        let mut whole = example.clone();
        keys::lay_over(&mut whole, std::mem::take(written));
        let file = whole.get(DIALECT).and_then(Value::as_str).unwrap_or_default().to_owned();
        if !file.is_empty() {
            let own = whole.remove(OWN_DIALECT).context("an entry has a dialect")?;
            let mut section = Table::from_iter([(DIALECT.to_owned(), own)]);
            lay_file_over(&mut section, &known, file.as_ref(), DIALECT)
                .with_context(|| format!("gateways.dialect: {file}"))?;
            let own = section.remove(DIALECT).context("a dialect")?;
            whole.insert(OWN_DIALECT.to_owned(), own);
        }
        *entry = Value::Table(whole);
    }
    Ok(())
}

/// Leaves of each entry what the pipeline depends on: its name, whether its fills are real, and
/// what its broker can do if that is not the standard.
///
/// # Errors
/// Never: tests read the shipped files.
pub(super) fn decisive(table: &mut Table) -> anyhow::Result<()> {
    let standard: Table = STANDARD.parse().context("fix/standard.toml")?;
    let Some(Value::Array(entries)) = table.get_mut(GATEWAYS) else { return Ok(()) };
    for entry in entries.iter_mut().filter_map(Value::as_table_mut) {
        entry.retain(|key, _| key == "name" || key == OWN_DIALECT || DECISIVE_KEYS.contains(&key));
        if let Some(dialect) = entry.get_mut(OWN_DIALECT).and_then(Value::as_table_mut) {
            dialect.retain(|key, value| key == "capabilities" && standard.get(key) != Some(value));
        }
        entry.retain(|_, value| value.as_table().is_none_or(|table| !table.is_empty()));
        // Where it is may change between runs.
        entry.insert("host".to_owned(), "configured".into());
        entry.insert("port".to_owned(), 1.into());
    }
    if entries.is_empty() {
        table.remove(GATEWAYS);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
