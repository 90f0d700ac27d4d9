//! The routes: what can be read, and what can be changed by whoever has the token.

pub(crate) mod events;
mod experiment;
pub(crate) mod guard;
mod limits;
mod metrics;
mod models;
mod order_form;
mod orders;
pub(crate) mod published;
mod rates;
mod refused;
mod sessions;
mod stops;
mod voices;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use gannet_runtime::counters::Counters;
use gannet_runtime::histogram::HopReaders;
use gannet_runtime::ring::Sender;
use gannet_types::{AccountId, Command, Instrument, OrderId, StrategyId};
use serde::Serialize;

use crate::auth::Token;
use crate::comparison::ComparisonView;
use crate::dashboard::{ASSETS, Asset};
use crate::limits::Limits;
use crate::projections::{Given, words};
use events::Events;
use guard::{Hosts, Operator};
pub use models::{ModelDesk, ShelfView};
use published::Published;
use refused::Refused;

/// What the handlers share. One thread runs them all, so no lock is ever waited for.
pub(crate) struct Shared {
    pub(crate) published: Mutex<Published>,
    /// How models compare, if they are compared.
    pub(crate) comparison: Mutex<Option<Arc<ComparisonView>>>,
    pub(crate) commands: Mutex<Sender<Command>>,
    pub(crate) counters: Counters,
    pub(crate) hops: HopReaders,
    pub(crate) token: Token,
    pub(crate) hosts: Hosts,
    /// Names of the strategies, each at the place that is its id.
    pub(crate) strategies: Vec<String>,
    /// Names of the accounts, each at the place that is its id.
    pub(crate) accounts: Vec<String>,
    /// For which account each strategy trades.
    pub(crate) trades_for: Vec<AccountId>,
    /// Symbols of the instruments, each at the place that is its id.
    pub(crate) instruments: Vec<String>,
    /// The instruments, each at the place that is its id.
    pub(crate) traded_instruments: Vec<Instrument>,
    /// What people ordered.
    pub(crate) given: Mutex<Given>,
    /// What risk allows.
    pub(crate) limits: Mutex<Limits>,
    /// Names of the currencies besides the account's; the first is that of id 1.
    pub(crate) currencies: Vec<String>,
    /// Names of the gateways, each at the place that is its id.
    pub(crate) gateways: Vec<String>,
    /// The registry, if there are models.
    pub(crate) models: Option<Arc<dyn ModelDesk>>,
    /// Somebody asked for the status since the sessions were last asked for theirs.
    pub(crate) looked: AtomicBool,
    pub(crate) clients: Arc<AtomicUsize>,
}

/// Builds every route.
pub(crate) fn router(shared: Arc<Shared>) -> Router {
    let mut router = Router::new()
        .route("/health", get(health))
        .route("/metrics", get(metrics))
        .route("/api/status", get(status))
        .route("/api/events", get(follow_events))
        .route("/api/kill", post(kill))
        .route("/api/kill/reset", post(reset_kill))
        .route("/api/approve/{id}", post(approve))
        .route("/api/decline/{id}", post(decline))
        .route("/api/gate/{mode}", post(set_gate))
        .merge(orders::routes())
        .merge(stops::routes())
        .merge(voices::routes())
        .merge(rates::routes())
        .merge(limits::routes())
        .merge(sessions::routes())
        .merge(models::routes())
        .merge(experiment::routes());
    for Asset { path, content_type, content } in ASSETS {
        let headers = [(header::CONTENT_TYPE, *content_type)];
        router = router.route(path, get(move || async move { (headers, *content) }));
    }
    router
        .fallback(async || Refused::UNKNOWN_ROUTE)
        .method_not_allowed_fallback(async || Refused::WRONG_METHOD)
        .layer(middleware::from_fn_with_state(Arc::clone(&shared), guard::guard))
        .with_state(shared)
}

/// Locks what only this thread uses; a panic elsewhere has ended the program already.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn health() -> &'static str {
    "ok\n"
}

async fn status(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    shared.looked.store(true, Ordering::Relaxed);
    let json = lock(&shared.published).changed_since(0).ok_or(Refused::NOT_YET)?;
    Ok(([(header::CONTENT_TYPE, "application/json")], json).into_response())
}

async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let mut text = shared.counters.render_prometheus();
    text.push_str(&shared.hops.render_prometheus());
    if let Some(snapshot) = lock(&shared.published).snapshot() {
        text.push_str(&metrics::render(snapshot));
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text).into_response()
}

async fn follow_events(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    let events = Events::open(shared).ok_or(Refused::TOO_MANY_CLIENTS)?;
    let headers = [(header::CONTENT_TYPE, "text/event-stream")];
    Ok((headers, Body::from_stream(events)).into_response())
}

async fn kill(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("kill", [Command::Kill])
}

async fn reset_kill(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("kill reset", [Command::KillReset])
}

async fn approve(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Accepted, Refused> {
    shared.send("approve", [Command::Approve(parse_order_id(&id)?)])
}

async fn decline(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Accepted, Refused> {
    shared.send("decline", [Command::Decline(parse_order_id(&id)?)])
}

/// Changes the gate of every strategy.
async fn set_gate(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(mode): Path<String>,
) -> Result<Accepted, Refused> {
    let mode = words::parse_gate_mode(&mode).ok_or(Refused::BAD_GATE_MODE)?;
    let count = u8::try_from(shared.strategies.len()).unwrap_or(u8::MAX);
    shared.send("gate", (0..count).map(|index| Command::SetGateMode(StrategyId(index), mode)))
}

fn parse_order_id(text: &str) -> Result<OrderId, Refused> {
    let id = text.parse().map(OrderId).map_err(|_| Refused::BAD_ORDER_ID)?;
    if id > OrderId::MAX { Err(Refused::BAD_ORDER_ID) } else { Ok(id) }
}

impl Shared {
    /// Puts all commands into the ring or none.
    fn send(
        &self,
        accepted: &'static str,
        commands: impl IntoIterator<Item = Command, IntoIter: ExactSizeIterator>,
    ) -> Result<Accepted, Refused> {
        let commands = commands.into_iter();
        let mut ring = lock(&self.commands);
        if ring.free() < commands.len() {
            return Err(Refused::COMMANDS_FULL);
        }
        for command in commands {
            ring.push(command).map_err(|_| Refused::COMMANDS_FULL)?;
        }
        Ok(Accepted { accepted })
    }
}

/// The command is on its way; the event stream shows when the engine has taken it.
#[derive(Serialize)]
struct Accepted {
    accepted: &'static str,
}

impl IntoResponse for Accepted {
    fn into_response(self) -> Response {
        (StatusCode::ACCEPTED, Json(self)).into_response()
    }
}
