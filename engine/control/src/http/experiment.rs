//! Which model is better, as JSON and as a page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};

use super::refused::Refused;
use super::{Shared, lock};
use crate::comparison::{ComparisonView, page};

/// Builds the routes of the experiment.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api/experiment", get(as_json)).route("/experiment", get(as_page))
}

async fn as_json(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    Ok(Json(&*shared.compared()?).into_response())
}

async fn as_page(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    Ok(Html(page(&*shared.compared()?, true)).into_response())
}

impl Shared {
    fn compared(&self) -> Result<Arc<ComparisonView>, Refused> {
        lock(&self.comparison).clone().ok_or(Refused::NO_MODELS)
    }
}
