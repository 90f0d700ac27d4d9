//! What other currencies are worth in the account's: a person, or a program that follows a source of
//! rates, tells it.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, State};
use axum::routing::post;
use gannet_types::{Command, CurrencyId, Rate};

use super::guard::Operator;
use super::refused::Refused;
use super::{Accepted, Shared};

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new().route("/api/rate/{currency}/{rate}", post(set))
}

async fn set(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path((currency, rate)): Path<(String, String)>,
) -> Result<Accepted, Refused> {
    let place = shared.currencies.iter().position(|name| *name == currency);
    let id = place.and_then(|place| u8::try_from(place + 1).ok()).map(CurrencyId);
    let id = id.ok_or(Refused::UNKNOWN_CURRENCY)?;
    let rate = Rate::parse(rate.as_bytes()).map_err(|_| Refused::BAD_RATE)?;
    shared.send("rate", [Command::SetRate(id, rate)])
}
