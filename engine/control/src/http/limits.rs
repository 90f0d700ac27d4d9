//! The limits of risk: what holds, and how a person tightens one.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use gannet_types::Command;

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared, lock};
use crate::limits::LimitError;

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/limits", get(list))
        .route("/api/limits/{limit}/{owner}/{value}", post(set))
}

async fn list(State(shared): State<Arc<Shared>>) -> Response {
    Json(lock(&shared.limits).view()).into_response()
}

async fn set(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((limit, owner, value)): Path<(String, String, String)>,
) -> Result<Accepted, Refused> {
    let parsed = lock(&shared.limits).parse(&limit, &owner, &value);
    let (limit, scope, value) = parsed.map_err(|error| match error {
        LimitError::Unknown => Refused::UNKNOWN_LIMIT,
        LimitError::BadValue => Refused::BAD_LIMIT,
        LimitError::Looser => Refused::LOOSER_LIMIT,
    })?;
    shared.send("limit", [Command::SetLimit { limit, scope, value }])
}
