//! The registry of models: what stands there, and what an operator may decide about it.
//!
//! Every call names its reason, which stays in the registry's history. The engine follows the registry
//! by itself; the page shows when it has.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Serialize;

use super::Shared;
use super::guard::Operator;
use super::refused::Refused;
use crate::registry::Act;

/// The registry of the engine's models, as the program keeps it. Calls may take as long as loading a
/// model does.
pub trait ModelDesk: Send + Sync {
    /// Lists the models.
    ///
    /// # Errors
    /// Why the registry cannot be read.
    fn list(&self) -> Result<Vec<ShelfView>, String>;

    /// Carries out a decision about a model, or about the champion if none is named, and says what has
    /// changed.
    ///
    /// # Errors
    /// Why nothing has.
    fn decide(&self, act: Act, id: Option<&str>, reason: &str) -> Result<String, String>;
}

/// A model in the registry.
#[derive(Clone, Debug, Serialize)]
pub struct ShelfView {
    /// Its id.
    pub id: String,
    /// `candidate`, `shadow`, `challenger`, `champion` or `retired`.
    pub stage: &'static str,
    /// Its kind.
    pub family: String,
    /// The name that the engine's own records have for it, `model` in the status.
    pub model: String,
    /// Why the engine does not ask it although the registry wants it to.
    pub trouble: Option<String>,
}

/// Builds the routes below `/api/models`.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/models", get(list))
        .route("/api/models/rollback/{reason}", post(roll_back))
        .route("/api/models/{id}/{act}/{reason}", post(decide))
}

async fn list(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    let desk = shared.desk()?;
    Ok(aside(move || desk.list().map(|models| Json(models).into_response())).await)
}

async fn decide(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((id, act, reason)): Path<(String, String, String)>,
) -> Result<Response, Refused> {
    let act = match act.as_str() {
        "promote" => Act::Promote,
        "challenge" => Act::Challenge,
        "withdraw" => Act::Withdraw,
        "retire" => Act::Retire,
        _ => return Err(Refused::UNKNOWN_ROUTE),
    };
    let desk = shared.desk()?;
    Ok(aside(move || desk.decide(act, Some(&id), &reason).map(done)).await)
}

async fn roll_back(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(reason): Path<String>,
) -> Result<Response, Refused> {
    let desk = shared.desk()?;
    Ok(aside(move || desk.decide(Act::RollBack, None, &reason).map(done)).await)
}

fn done(changed: String) -> Response {
    #[derive(Serialize)]
    struct Done {
        changed: String,
    }
    Json(Done { changed }).into_response()
}

/// Does what takes its time on another thread; the page goes on meanwhile.
async fn aside(work: impl FnOnce() -> Result<Response, String> + Send + 'static) -> Response {
    #[derive(Serialize)]
    struct Declined {
        error: String,
        help: &'static str,
    }
    let help = "see GET /api/models for what stands in the registry";
    let answered = tokio::task::spawn_blocking(work).await;
    match answered.unwrap_or_else(|_| Err("the program failed while it did that".to_owned())) {
        Ok(response) => response,
        Err(error) => (StatusCode::CONFLICT, Json(Declined { error, help })).into_response(),
    }
}

impl Shared {
    fn desk(&self) -> Result<Arc<dyn ModelDesk>, Refused> {
        self.models.clone().ok_or(Refused::NO_MODELS)
    }
}
