//! The broker's side of the measured orders: a gateway that is logged on, and fills.

use std::path::Path;

use anyhow::{Context, ensure};
use gannet_app::config::Config;
use gannet_fix::session::{Config as SessionConfig, Role, State};
use gannet_fix::{MappedStore, MemoryStore, Session};
use gannet_gateways::fix::{Dialect, FixGateway};
use gannet_types::{
    ExecKind, ExecutionReport, GatewayId, Liquidity, Lots, Nanos, Notional, OrderRequest,
    RejectReason, Text, Ticks,
};

/// The message store's first size and growth, as the engine has it.
const STORE_BYTES: usize = 16 << 20;

/// Returns our side of the session, not connected yet, its store in `directory`.
pub(crate) fn gateway(
    config: &Config,
    directory: &Path,
) -> anyhow::Result<FixGateway<MappedStore>> {
    let store = MappedStore::open(&directory.join("fix.store"), STORE_BYTES)
        .context("the message store")?;
    let (ours, theirs) = (&config.fix.session.sender_comp_id, &config.fix.session.target_comp_id);
    // No heartbeats: a run sends all the time, and nothing else shall be measured.
    let settings = SessionConfig {
        heartbeat_s: 0,
        reset_on_logon: true,
        ..SessionConfig::new(Role::Initiator, ours, theirs)
    };
    let session = Session::new(settings, store).context("the session")?;
    Ok(FixGateway::new(GatewayId(0), session, Dialect::plain(&config.pipeline.instruments)))
}

/// Returns the broker's side of the session, with room for the answers to `orders`.
pub(crate) fn acceptor(config: &Config, orders: usize) -> anyhow::Result<Session<MemoryStore>> {
    let (ours, theirs) = (&config.fix.session.sender_comp_id, &config.fix.session.target_comp_id);
    let settings = SessionConfig::new(Role::Acceptor, theirs, ours);
    let store = MemoryStore::new((orders + ANSWERS_SPARE) * ANSWER_BYTES_MAX);
    Session::new(settings, store).context("the broker's session")
}

/// Lets the two sides log on in memory, at the time `now`.
pub(crate) fn log_on(
    gateway: &mut FixGateway<MappedStore>,
    acceptor: &mut Session<MemoryStore>,
    now: Nanos,
) -> anyhow::Result<()> {
    gateway.on_connected(now);
    acceptor.on_connected(now.0);
    let logon = gateway.poll_transmit().to_vec();
    gateway.consume_transmit(logon.len());
    acceptor.handle_bytes(now.0, &logon, &mut |_| ());
    let answer = acceptor.poll_transmit().to_vec();
    acceptor.consume_transmit(answer.len());
    gateway.handle_bytes(now, &answer, &mut |_| ());
    ensure!(gateway.session().state() == State::LoggedOn, "the two sides did not log on");
    Ok(())
}

/// Returns the report that all of `request` traded at its limit.
pub(crate) fn fill(request: &OrderRequest, now: Nanos) -> ExecutionReport {
    ExecutionReport {
        gateway: request.gateway,
        instrument: request.instrument,
        kind: ExecKind::Trade,
        client_order_id: request.client_order_id,
        side: request.side,
        last_lots: request.lots,
        last_price: request.price,
        cum_lots: request.lots,
        leaves_lots: Lots::ZERO,
        price: Ticks::ZERO,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Taker,
        reason: RejectReason::None,
        transact_time: now,
        received: now,
        session_sequence: 0,
        exec_id: Text::new(b"1"),
        exec_ref_id: Text::default(),
        venue_order_id: Text::new(b"1"),
    }
}

/// A report of a fill is about 260 bytes long.
const ANSWER_BYTES_MAX: usize = 512;

/// Answers that are not fills: Logon, Logout, and those of the warm-up.
const ANSWERS_SPARE: usize = 1_000;
