//! What an operator may do to a session with a broker. Every call becomes a journaled command;
//! the page shows what became of it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{Command, GatewayId, SessionAction};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};

/// Builds the routes below `/api/fix`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/fix/{session}/{action}", post(act))
        .route("/api/fix/{session}/{action}/{number}", post(set))
}

async fn act(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((session, action)): Path<(String, String)>,
) -> Result<Accepted, Refused> {
    let (name, action) = match action.as_str() {
        "reset" => ("reset", SessionAction::ResetNumbers),
        "logout" => ("logout", SessionAction::Logout),
        "logon" => ("logon", SessionAction::Logon),
        _ => return Err(Refused::UNKNOWN_ROUTE),
    };
    shared.send(name, [Command::Session(shared.gateway(&session)?, action)])
}

async fn set(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((session, action, number)): Path<(String, String, String)>,
) -> Result<Accepted, Refused> {
    let number = number.parse().ok().filter(|number| *number > 0).ok_or(Refused::BAD_NUMBER)?;
    let (name, action) = match action.as_str() {
        "next-inbound" => ("next-inbound", SessionAction::SetNextInbound(number)),
        "next-outbound" => ("next-outbound", SessionAction::SetNextOutbound(number)),
        _ => return Err(Refused::UNKNOWN_ROUTE),
    };
    shared.send(name, [Command::Session(shared.gateway(&session)?, action)])
}

impl Shared {
    /// Finds the gateway of a name.
    fn gateway(&self, session: &str) -> Result<GatewayId, Refused> {
        let known = self.gateways.iter().position(|name| name == session);
        let gateway = known.and_then(|place| u8::try_from(place).ok()).map(GatewayId);
        gateway.ok_or(Refused::UNKNOWN_SESSION)
    }
}
