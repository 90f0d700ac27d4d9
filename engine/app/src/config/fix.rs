//! The FIX sections, checked: where a broker is, how the connection is protected, and what both
//! roles decide about a session.

pub mod acceptor;
mod session;

use std::path::PathBuf;

use anyhow::{Context, bail, ensure};
use gannet_fix::Version;
use gannet_fix::session::{Config as SessionConfig, Role};
use gannet_types::Nanos;

use super::raw::{RawGateway, RawTls};

/// The FIX session with the broker.
#[derive(Clone, Debug)]
pub struct FixConfig {
    /// Where the broker is, the preferred address first; none starts the simulated one.
    pub hosts: Vec<Host>,
    /// Everything about the session but its credentials.
    pub session: SessionConfig,
    /// Which environment variables hold the credentials.
    pub variables: CredentialVariables,
    /// How the connection is encrypted, if it is.
    pub tls: Option<TlsFiles>,
    /// First reconnect delay.
    pub reconnect_min: Nanos,
    /// Longest reconnect delay.
    pub reconnect_max: Nanos,
    /// What becomes of open orders when the connection is lost.
    pub on_disconnect: OnDisconnect,
    /// What the first Logon of a journal says.
    pub first_logon: FirstLogon,
}

/// What a session says about its numbers when it has none of before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstLogon {
    /// That both sides begin at 1.
    Reset,
    /// Nothing.
    Plain,
}

/// A host and a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Host {
    /// Name or address.
    pub name: String,
    /// Port.
    pub port: u16,
}

/// What becomes of open orders when the connection is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDisconnect {
    /// They are left alone.
    Keep,
    /// They are cancelled as soon as the session stands again.
    CancelAll,
}

/// Names of environment variables; `None`: the field is not sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CredentialVariables {
    /// Holds Username(553).
    pub username: Option<String>,
    /// Holds Password(554).
    pub password: Option<String>,
    /// Holds NewPassword(925).
    pub new_password: Option<String>,
}

/// The files of an initiator's TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TlsFiles {
    /// The name that the certificate must be for; `None`: the host's.
    pub server_name: Option<String>,
    /// The only certificates to trust, if not the public web's.
    pub ca: Option<PathBuf>,
    /// Our certificate chain and its key.
    pub identity: Option<(PathBuf, PathBuf)>,
}

/// Checks `[gateway]`; the version is the dialect's.
///
/// # Errors
/// Names the key that is wrong.
pub(super) fn gateway(raw: &RawGateway, version: Version) -> anyhow::Result<FixConfig> {
    let mut hosts = Vec::new();
    if !raw.host.is_empty() {
        ensure!(raw.port > 0, "gateway.port is missing");
        hosts.push(Host { name: raw.host.clone(), port: raw.port });
    }
    for text in &raw.backup_hosts {
        ensure!(!hosts.is_empty(), "gateway.backup_hosts need a gateway.host before them");
        hosts.push(host(text).with_context(|| {
            format!("gateway.backup_hosts: `{text}` is no host and port, such as `b.example:9880`")
        })?);
    }
    ensure!(raw.heartbeat_s <= 86_400, "gateway.heartbeat_s must be at most a day");
    let (min, max) = (raw.reconnect_ms_min, raw.reconnect_ms_max);
    ensure!(min > 0 && min <= max, "gateway.reconnect_ms_min must be 1 to reconnect_ms_max");
    ensure!(
        raw.dialect.is_empty() || !hosts.is_empty(),
        "gateway.dialect needs a gateway.host: the simulated broker speaks the standard dialect"
    );
    let names = (raw.sender_comp_id.as_str(), raw.target_comp_id.as_str());
    let mut session =
        session::options(&raw.session, Role::Initiator, version, names, "gateway.session")?;
    session.heartbeat_s = raw.heartbeat_s;
    session.schedule = session::schedule(&raw.schedule, "gateway.schedule")?;
    Ok(FixConfig {
        hosts,
        session,
        variables: CredentialVariables {
            username: non_empty(&raw.username_variable),
            password: non_empty(&raw.password_variable),
            new_password: non_empty(&raw.new_password_variable),
        },
        tls: tls(&raw.tls)?,
        reconnect_min: Nanos::from_millis(min),
        reconnect_max: Nanos::from_millis(max),
        on_disconnect: match raw.on_disconnect.as_str() {
            "keep" => OnDisconnect::Keep,
            "cancel_all" => OnDisconnect::CancelAll,
            other => bail!("gateway.on_disconnect: `{other}` is not `keep` or `cancel_all`"),
        },
        first_logon: match raw.first_logon.as_str() {
            "reset" => FirstLogon::Reset,
            "plain" => FirstLogon::Plain,
            other => bail!("gateway.first_logon: `{other}` is not `reset` or `plain`"),
        },
    })
}

fn host(text: &str) -> Option<Host> {
    let (name, port) = text.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port| *port > 0)?;
    let name = name.trim_start_matches('[').trim_end_matches(']');
    (!name.is_empty()).then(|| Host { name: name.to_owned(), port })
}

fn tls(raw: &RawTls) -> anyhow::Result<Option<TlsFiles>> {
    let files = TlsFiles {
        server_name: non_empty(&raw.server_name),
        ca: non_empty(&raw.ca_file).map(PathBuf::from),
        identity: identity(&raw.certificate_file, &raw.key_file, "gateway.tls")?,
    };
    Ok(is_on(&raw.mode, "gateway.tls.mode")?.then_some(files))
}

/// A certificate and its key: both or none.
fn identity(
    certificate: &str,
    key: &str,
    section: &str,
) -> anyhow::Result<Option<(PathBuf, PathBuf)>> {
    match (certificate, key) {
        ("", "") => Ok(None),
        ("", _) => bail!("{section}.certificate_file is missing beside key_file"),
        (_, "") => bail!("{section}.key_file is missing beside certificate_file"),
        (certificate, key) => Ok(Some((certificate.into(), key.into()))),
    }
}

fn is_on(text: &str, key: &str) -> anyhow::Result<bool> {
    match text {
        "on" => Ok(true),
        "off" => Ok(false),
        other => bail!("{key}: `{other}` is not `on` or `off`"),
    }
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}
