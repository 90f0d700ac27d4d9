//! `[acceptor]`, checked: where it listens, who may log on, and what one connection may cost.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use gannet_fix::session::{Config as SessionConfig, Role, Schedule};
use gannet_types::{Instrument, Nanos};

use super::{identity, is_on, non_empty, session};
use crate::config::dialect::{DialectConfig, dialect};
use crate::config::dialect_file;
use crate::config::raw::{RawAccepted, RawAcceptor, RawServerTls, RawTemplate};

/// An acceptor of FIX sessions.
#[derive(Clone, Debug)]
pub struct AcceptorConfig {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Where messages are kept; `None`: in memory.
    pub store_directory: Option<PathBuf>,
    /// Room for a session's messages in memory.
    pub memory_bytes: usize,
    /// Who may log on.
    pub users_file: Option<PathBuf>,
    /// What a connection may cost.
    pub limits: Limits,
    /// Load balancers, whose connections begin with a PROXY header.
    pub proxies: Vec<IpAddr>,
    /// The core of its thread.
    pub core: Option<usize>,
    /// How brokers speak, one a version at most; sessions of other versions speak plain FIX.
    pub dialects: Vec<DialectConfig>,
    /// How connections are encrypted, if they are.
    pub tls: Option<ServerFiles>,
    /// Sessions known by name.
    pub sessions: Vec<Accepted>,
    /// Sessions that are made when they are needed.
    pub templates: Vec<Template>,
}

/// What a connection may cost before it has proved who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Connections at once.
    pub connections_max: usize,
    /// Connections at once from one address.
    pub connections_per_address_max: usize,
    /// From the connection to the end of its Logon.
    pub logon_timeout: Nanos,
}

/// The files of an acceptor's TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerFiles {
    /// The certificate chain and its key.
    pub identity: (PathBuf, PathBuf),
    /// The authorities of the clients' certificates, if they need any.
    pub client_ca: Option<PathBuf>,
}

/// A session that is known by name.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// Its settings.
    pub config: SessionConfig,
    /// What a Logon must prove.
    pub login: Login,
}

/// What a Logon must prove.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Login {
    /// A user and a password.
    Password,
    /// Nothing but the names.
    Name,
}

/// Sessions that are made when a user first logs on.
#[derive(Clone, Debug)]
pub struct Template {
    /// Settings of all of them; the counterparty's name is a place holder.
    pub config: SessionConfig,
    /// Most of them.
    pub sessions_max: usize,
}

/// Stands for the counterparty's name in a template.
const ANYBODY: &str = "*";

/// 200,000 reports of 320 bytes. Memory is touched as it fills.
const MEMORY_BYTES: usize = 64 << 20;

/// Most connections and sessions; each session has buffers of some MiB.
const MANY: std::ops::RangeInclusive<usize> = 1..=4096;

/// Checks `[acceptor]`; reads the dialects it names.
///
/// # Errors
/// Names the key that is wrong.
pub(in crate::config) fn acceptor(
    raw: &RawAcceptor,
    instruments: &[Instrument],
) -> anyhow::Result<AcceptorConfig> {
    let listen = raw.listen.parse().with_context(|| {
        format!("acceptor.listen: `{}` is no address and port, such as 127.0.0.1:9880", raw.listen)
    })?;
    let proxies = raw.proxies.iter().map(|text| {
        text.parse().with_context(|| format!("acceptor.proxies: `{text}` is no address"))
    });
    ensure!(raw.cores.len() <= 1, "acceptor.cores must name one core at most");
    let connections = [
        (raw.connections_max, "acceptor.connections_max"),
        (raw.connections_per_address_max, "acceptor.connections_per_address_max"),
    ];
    for (count, key) in connections {
        ensure!(MANY.contains(&count), "{key} must be 1 to {}", MANY.end());
    }
    let timeout = raw.logon_timeout_ms;
    ensure!((1..=600_000).contains(&timeout), "acceptor.logon_timeout_ms must be 1 to 600000");
    let schedule = session::schedule(&raw.schedule, "acceptor.schedule")?;
    let sessions = raw.session.iter().map(|session| accepted(session, raw, schedule.as_ref()));
    let templates = raw.template.iter().map(|each| template(each, raw, schedule.as_ref()));
    Ok(AcceptorConfig {
        listen,
        store_directory: non_empty(&raw.store_directory).map(PathBuf::from),
        memory_bytes: MEMORY_BYTES,
        users_file: non_empty(&raw.users_file).map(PathBuf::from),
        limits: Limits {
            connections_max: raw.connections_max,
            connections_per_address_max: raw.connections_per_address_max,
            logon_timeout: Nanos::from_millis(timeout),
        },
        proxies: proxies.collect::<anyhow::Result<_>>()?,
        core: raw.cores.first().copied(),
        dialects: dialects(&raw.dialects, instruments)?,
        tls: tls(&raw.tls)?,
        sessions: sessions.collect::<anyhow::Result<_>>()?,
        templates: templates.collect::<anyhow::Result<_>>()?,
    })
}

fn dialects(files: &[String], instruments: &[Instrument]) -> anyhow::Result<Vec<DialectConfig>> {
    let mut dialects: Vec<DialectConfig> = Vec::new();
    for file in files {
        let inside = || format!("acceptor.dialects: {file}");
        let raw = dialect_file(Path::new(file)).with_context(inside)?;
        let spoken = dialect(&raw, instruments).with_context(inside)?;
        let version = spoken.spec.version;
        ensure!(
            dialects.iter().all(|other| other.spec.version != version),
            "acceptor.dialects: {file} is the second of {}",
            version.name()
        );
        dialects.push(spoken);
    }
    Ok(dialects)
}

fn accepted(
    raw: &RawAccepted,
    acceptor: &RawAcceptor,
    schedule: Option<&Schedule>,
) -> anyhow::Result<Accepted> {
    let names = (raw.sender_comp_id.as_str(), raw.target_comp_id.as_str());
    let login = match raw.login.as_str() {
        "password" => Login::Password,
        "none" => Login::Name,
        other => bail!("acceptor.session.login: `{other}` is not `password` or `none`"),
    };
    let config = config(&raw.version, names, acceptor, schedule, "acceptor.session")?;
    Ok(Accepted { config, login })
}

fn template(
    raw: &RawTemplate,
    acceptor: &RawAcceptor,
    schedule: Option<&Schedule>,
) -> anyhow::Result<Template> {
    let key = "acceptor.template.sessions_max";
    ensure!(MANY.contains(&raw.sessions_max), "{key} must be 1 to {}", MANY.end());
    let names = (raw.sender_comp_id.as_str(), ANYBODY);
    let config = config(&raw.version, names, acceptor, schedule, "acceptor.template")?;
    Ok(Template { config, sessions_max: raw.sessions_max })
}

fn config(
    version: &str,
    names: (&str, &str),
    acceptor: &RawAcceptor,
    schedule: Option<&Schedule>,
    section: &str,
) -> anyhow::Result<SessionConfig> {
    let version = session::version(version, &format!("{section}.version"))?;
    let options = &acceptor.options;
    let config = session::options(options, Role::Acceptor, version, names, "acceptor.options")?;
    Ok(SessionConfig { schedule: schedule.cloned(), ..config })
}

fn tls(raw: &RawServerTls) -> anyhow::Result<Option<ServerFiles>> {
    let own = identity(&raw.certificate_file, &raw.key_file, "acceptor.tls")?;
    if !is_on(&raw.mode, "acceptor.tls.mode")? {
        return Ok(None);
    }
    let identity = own.context("acceptor.tls.certificate_file is missing")?;
    let client_ca = non_empty(&raw.client_ca_file).map(PathBuf::from);
    Ok(Some(ServerFiles { identity, client_ca }))
}
