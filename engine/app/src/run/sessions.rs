//! The FIX sessions of a run, opened where the journal left them.
//!
//! Each has a store of its own in the journal's folder: the two belong together. What is in none
//! of the gateways' stores never left, and is settled before any session connects.

use std::collections::BTreeSet;
use std::net::SocketAddr;

use anyhow::Context;
use gannet_fix::session::Config as SessionConfig;
use gannet_fix::{MappedStore, Session};
use gannet_gateways::fix::{Dialect, FixGateway};
use gannet_net::backoff::Backoff;
use gannet_types::{GatewayId, Nanos};

use crate::agents::gateway_link::GatewayLink;
use crate::agents::sessions::Sessions;
use crate::config::fix::FirstLogon;
use crate::config::gateways::{DROP_COPY_NAME, OrderGateway};
use crate::config::{Config, DialectConfig, FixConfig};
use crate::fix::dial::Dial;
use crate::fix::secrets;
use crate::recovery::{self, Opened};

/// File of the store of `[gateway]`.
const STORE_FILE: &str = "fix.store";

/// File of the drop copy session's store.
const DROP_COPY_STORE_FILE: &str = "drop-copy.store";

/// First size of such a file; it grows.
const STORE_BYTES: usize = 16 << 20;

/// The latest messages kept for the page.
const RECENT_MESSAGES: usize = 24;

/// Opens every session of `config` and settles what never left; `simulated` is where the own
/// simulated broker is, if there is one. Resolves names and reads certificates: blocks.
///
/// # Errors
/// Names the session and what is wrong with it.
pub(super) fn open(
    config: &Config,
    opened: &mut Opened,
    simulated: Option<SocketAddr>,
    now: Nanos,
) -> anyhow::Result<Sessions> {
    let several = !config.gateways.is_empty();
    let (mut links, mut stored) = (Vec::new(), BTreeSet::new());
    for gateway in config.order_gateways() {
        let section = if gateway.id == GatewayId(0) {
            "[gateway]".to_owned()
        } else {
            format!("[[gateways]] `{}`", gateway.name)
        };
        let (session, dial) = order_session(config, gateway, opened)
            .and_then(|session| Ok((session, dial(gateway.fix, simulated, now)?)))
            .context(section)?;
        if opened.recovered.is_some() {
            stored.extend(session.stored_requests());
        }
        let link = GatewayLink::new(session, dial);
        links.push(if several {
            link.with_name(format!("gateway {}", gateway.name))
        } else {
            link
        });
    }
    if let Some(recovered) = &opened.recovered {
        eprintln!(
            "gannet: recovered {} records; {} torn bytes cut off; {} requests unanswered",
            recovered.records,
            recovered.truncated_bytes,
            recovered.unanswered.len()
        );
        recovery::settle_unsent(&mut opened.engine, &recovered.unanswered, &stored, now);
    }
    let listener = listener(config, opened, now).context("[drop_copy]")?;
    Ok(Sessions::new(links, listener))
}

/// Returns what people call the sessions, in their order: the counterparty of `[gateway]`, the
/// names of further gateways, and the counterparty of the drop copy. One that is called like a
/// session before it has a name of its own.
pub(super) fn names(config: &Config) -> Vec<String> {
    let main = config.fix.session.target_comp_id.clone();
    let further = config.gateways.iter().map(|gateway| gateway.name.clone());
    let mut names: Vec<String> = std::iter::once(main).chain(further).collect();
    if let Some((fix, _)) = &config.drop_copy {
        let name = &fix.session.target_comp_id;
        let is_taken = names.contains(name);
        names.push(if is_taken { DROP_COPY_NAME.to_owned() } else { name.clone() });
    }
    names
}

/// Where a gateway connects to.
fn dial(fix: &FixConfig, simulated: Option<SocketAddr>, now: Nanos) -> anyhow::Result<Dial> {
    match simulated {
        Some(address) if fix.hosts.is_empty() => {
            let backoff = Backoff::new(fix.reconnect_min.0, fix.reconnect_max.0, now.0);
            Ok(Dial::plain(address, backoff))
        }
        _ => Dial::resolve(fix, now.0),
    }
}

fn order_session(
    config: &Config,
    gateway: OrderGateway<'_>,
    opened: &Opened,
) -> anyhow::Result<FixGateway<MappedStore>> {
    let OrderGateway { id, name, fix, dialect } = gateway;
    let file = match id {
        GatewayId(0) => STORE_FILE.to_owned(),
        _ => format!("fix-{name}.store"),
    };
    // A broker that starts with us knows nothing of earlier numbers.
    let is_new = gateway.is_simulated_here();
    let mut session = session(config, (fix, dialect), &file, is_new)?;
    begin(&mut session, fix, opened, id);
    let spoken =
        Dialect::new(&dialect.spec, &config.pipeline.instruments).context("the dialect")?;
    let mut gateway = FixGateway::new(id, session, spoken);
    resume(&mut gateway, opened, id);
    Ok(gateway)
}

/// Opens the drop copy session, if there is one.
fn listener(config: &Config, opened: &Opened, now: Nanos) -> anyhow::Result<Option<GatewayLink>> {
    let (Some((fix, dialect)), Some(id)) = (&config.drop_copy, config.pipeline.drop_copy) else {
        return Ok(None);
    };
    let mut session = session(config, (fix, dialect), DROP_COPY_STORE_FILE, false)?;
    begin(&mut session, fix, opened, id);
    let spoken = Dialect::new(&dialect.spec, &config.pipeline.instruments)?;
    let mut listener = FixGateway::listening(id, session, spoken);
    resume(&mut listener, opened, id);
    Ok(Some(GatewayLink::new(listener, Dial::resolve(fix, now.0)?)))
}

/// Makes a session on its store; `begins_anew` has each Logon reset the numbers.
fn session(
    config: &Config,
    (fix, dialect): (&FixConfig, &DialectConfig),
    file: &str,
    begins_anew: bool,
) -> anyhow::Result<Session<MappedStore>> {
    let path = config.journal.directory.join(file);
    let store = MappedStore::open(&path, STORE_BYTES)
        .with_context(|| format!("FIX store {}", path.display()))?;
    let settings = SessionConfig {
        credentials: secrets::credentials(&fix.variables)?,
        reset_on_logon: fix.session.reset_on_logon || begins_anew,
        recent_messages: RECENT_MESSAGES,
        ..fix.session.clone()
    };
    Ok(Session::new(dialect.session(settings)?, store)?)
}

/// Has a session that was never logged on begin its numbers anew with the counterparty: a new journal
/// has a new store, and the counterparty goes on counting from the last one. After a crash neither
/// store nor journal may know of a Logon: the numbers of one are what the other side's answers hang on.
fn begin(session: &mut Session<MappedStore>, fix: &FixConfig, opened: &Opened, id: GatewayId) {
    let met = opened.recovered.as_ref().is_some_and(|recovered| recovered.met.contains(&id));
    if fix.first_logon == FirstLogon::Reset && session.next_inbound() == 1 && !met {
        session.reset_at_next_logon();
    }
}

/// Goes on after the last message that is in the journal.
fn resume(gateway: &mut FixGateway<MappedStore>, opened: &Opened, id: GatewayId) {
    if let Some(recovered) = &opened.recovered {
        gateway.session_mut().set_last_active(recovered.last_time.0);
        gateway.resume_after(recovered.heard(id));
    }
}
