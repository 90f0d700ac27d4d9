//! What stops trading besides the kill switch, and what starts it again: one instrument, panic close,
//! and the throttle on automation.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{Command, Scope};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/close", post(close_all))
        .route("/api/close/{symbol}", post(close))
        .route("/api/halt/{symbol}", post(halt))
        .route("/api/resume/{symbol}", post(resume))
        .route("/api/arm", post(arm))
}

async fn close_all(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("close", [Command::CloseAll])
}

async fn close(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(symbol): Path<String>,
) -> Result<Accepted, Refused> {
    shared.send("close", [Command::Close(shared.instrument(&symbol)?)])
}

async fn halt(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(symbol): Path<String>,
) -> Result<Accepted, Refused> {
    shared.send("halt", [Command::Halt(shared.instrument(&symbol)?)])
}

async fn resume(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(symbol): Path<String>,
) -> Result<Accepted, Refused> {
    shared.send("resume", [Command::Resume(shared.instrument(&symbol)?)])
}

async fn arm(_: Operator, State(shared): State<Arc<Shared>>) -> Result<Accepted, Refused> {
    shared.send("arm", [Command::Arm])
}

impl Shared {
    /// Finds the instrument of a symbol.
    fn instrument(&self, symbol: &str) -> Result<Scope, Refused> {
        self.traded(symbol).map(Scope::Instrument)
    }
}
