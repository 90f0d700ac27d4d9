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
        .route("/api/fix/{session}/reset", post(reset))
        .route("/api/fix/{session}/next-inbound/{number}", post(set_next_inbound))
        .route("/api/fix/{session}/next-outbound/{number}", post(set_next_outbound))
        .route("/api/fix/{session}/logout", post(logout))
        .route("/api/fix/{session}/logon", post(logon))
}

type Answer = Result<Accepted, Refused>;

async fn reset(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(session): Path<String>,
) -> Answer {
    shared.act(&session, "reset", SessionAction::ResetNumbers)
}

async fn set_next_inbound(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((session, number)): Path<(String, String)>,
) -> Answer {
    shared.act(&session, "next-inbound", SessionAction::SetNextInbound(parse(&number)?))
}

async fn set_next_outbound(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((session, number)): Path<(String, String)>,
) -> Answer {
    shared.act(&session, "next-outbound", SessionAction::SetNextOutbound(parse(&number)?))
}

async fn logout(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(session): Path<String>,
) -> Answer {
    shared.act(&session, "logout", SessionAction::Logout)
}

async fn logon(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(session): Path<String>,
) -> Answer {
    shared.act(&session, "logon", SessionAction::Logon)
}

fn parse(number: &str) -> Result<u64, Refused> {
    number.parse().ok().filter(|number| *number > 0).ok_or(Refused::BAD_NUMBER)
}

impl Shared {
    fn act(&self, session: &str, accepted: &'static str, action: SessionAction) -> Answer {
        let known = self.gateways.iter().position(|name| name == session);
        let gateway = known.and_then(|place| u8::try_from(place).ok()).map(GatewayId);
        let gateway = gateway.ok_or(Refused::UNKNOWN_SESSION)?;
        self.send(accepted, [Command::Session(gateway, action)])
    }
}
