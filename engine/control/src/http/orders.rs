//! Orders that people place, change and cancel.
//!
//! An order is put into the command ring like every decision of a person; then the answer waits, a little,
//! for what the journal says of it. Who gives the same `client_ref` again gets the same answer, and nothing
//! is done again.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{delete, get, post};
use axum::{Json, Router};
use gannet_types::{
    AccountId, Command, Instrument, ManualChange, OrderId, RejectReason, Text, Ticks,
};
use serde::{Deserialize, Serialize};

use super::guard::Operator;
use super::order_form::{BadOrder, OrderForm, parse, price, quantity};
use super::refused::Refused;
use super::{Accepted, Shared, lock, parse_order_id};
use crate::projections::{Became, GivenOrder, GivenOrderView, OrderView, ParentView};

/// Builds the routes.
pub(super) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/api/orders", get(list).post(place))
        .route("/api/orders/{id}", delete(cancel))
        .route("/api/orders/{id}/replace", post(replace))
}

/// What there is: open and recent orders, parent orders, and what people gave.
async fn list(State(shared): State<Arc<Shared>>) -> Result<Response, Refused> {
    let published = lock(&shared.published);
    let snapshot = published.snapshot().ok_or(Refused::NOT_YET)?;
    Ok(Json(Listed {
        open_orders: &snapshot.open_orders,
        recent_orders: &snapshot.recent_orders,
        parents: &snapshot.parents,
        given_orders: &snapshot.given_orders,
    })
    .into_response())
}

/// Sections of the status that are about orders.
#[derive(Serialize)]
struct Listed<'a> {
    open_orders: &'a [OrderView],
    recent_orders: &'a [OrderView],
    parents: &'a [ParentView],
    given_orders: &'a [GivenOrderView],
}

async fn place(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<Response, Problem> {
    let form: OrderForm = parse(&body)?;
    let account = match &form.account {
        None => AccountId::default(),
        Some(name) => shared.account(name)?,
    };
    let instrument = shared.instrument_named(&form.symbol)?;
    let order = form.order(account, &instrument)?;
    if let Some(answer) = shared.answer(&order.client_ref, StatusCode::OK) {
        return Ok(answer);
    }
    shared.send("order", [Command::PlaceOrder(order)])?;
    for _ in 0..LOOKS_MAX {
        tokio::time::sleep(LOOK_EVERY).await;
        if let Some(answer) = shared.answer(&order.client_ref, StatusCode::CREATED) {
            return Ok(answer);
        }
    }
    // It is on its way; who asks again with the same name learns what became of it.
    Ok(Accepted { accepted: "order" }.into_response())
}

async fn cancel(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
) -> Result<Accepted, Problem> {
    Ok(shared.send("cancel", [Command::CancelOrder(parse_order_id(&id)?)])?)
}

/// What is changed of an order; what is left out stays.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ChangeForm {
    price: Option<String>,
    quantity: Option<String>,
    stop_price: Option<String>,
}

async fn replace(
    _: Operator,
    State(shared): State<Arc<Shared>>,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Accepted, Problem> {
    let order = parse_order_id(&id)?;
    let instrument = shared.instrument_of(order)?;
    let form: ChangeForm = parse(&body)?;
    let change = ManualChange {
        order,
        price: price(&instrument, "price", form.price.as_deref())?,
        lots: quantity(&instrument, "quantity", form.quantity.as_deref())?,
        stop_price: price(&instrument, "stop_price", form.stop_price.as_deref())?,
    };
    if (change.price, change.lots.0, change.stop_price) == (Ticks::ZERO, 0, Ticks::ZERO) {
        let rule = "the body: at least one of price, quantity and stop_price changes";
        return Err(BadOrder(rule.to_owned()).into());
    }
    Ok(shared.send("replace", [Command::ReplaceOrder(change)])?)
}

impl Shared {
    fn instrument_named(&self, symbol: &str) -> Result<Instrument, Refused> {
        let id = self.traded(symbol)?;
        self.traded_instruments.get(usize::from(id.0)).copied().ok_or(Refused::UNKNOWN_INSTRUMENT)
    }

    /// Finds what a person's order is about; only such may be changed.
    fn instrument_of(&self, order: OrderId) -> Result<Instrument, Refused> {
        let given = lock(&self.given).find_id(order).copied();
        match given.map(|given| (given.became, given.instrument)) {
            Some((Became::Order(_), instrument)) => {
                let known = self.traded_instruments.get(usize::from(instrument.0));
                known.copied().ok_or(Refused::UNKNOWN_INSTRUMENT)
            }
            Some((Became::Parent(_), _)) => Err(Refused::PARENT_ORDER),
            Some(_) => Err(Refused::NOT_SENT),
            None => Err(Refused::NOT_A_PERSONS),
        }
    }

    /// Returns what became of an order that a person gave under a name, if anything did.
    fn answer(&self, client_ref: &Text<32>, status: StatusCode) -> Option<Response> {
        let given = lock(&self.given).find(client_ref).copied()?;
        let GivenOrder { client_ref, became, .. } = given;
        let (client_ref, order_id) = (client_ref.to_string(), became.id()?.0.to_string());
        Some(match became {
            Became::Nothing => return None,
            Became::Order(_) | Became::Parent(_) => {
                let is_parent = matches!(became, Became::Parent(_));
                (status, Json(Placed { client_ref, order_id, is_parent })).into_response()
            }
            Became::Refused(_, reason) => {
                let error = reason.text();
                let help = help(reason);
                let refused = NotPlaced { error, help, client_ref, order_id };
                (StatusCode::CONFLICT, Json(refused)).into_response()
            }
        })
    }
}

/// What to do about a refusal.
const fn help(reason: RejectReason) -> &'static str {
    match reason {
        RejectReason::KillSwitch => {
            "POST /api/kill/reset once it is safe, then order under a new client_ref"
        }
        RejectReason::InstrumentHalted
        | RejectReason::AccountHalted
        | RejectReason::StrategyHalted => {
            "resume what is halted, then order under a new client_ref"
        }
        RejectReason::GateClosed => {
            "people's orders for this account are on paper and its venue is real: change the gate of its \
             desk (strategies of /api/status, is_manual) if you mean it"
        }
        RejectReason::Draining => "the engine stops; start it again",
        RejectReason::StaleBook | RejectReason::GatewayDown => {
            "wait until feed and gateway are up, then order under a new client_ref"
        }
        RejectReason::ListedElsewhere => "use the account that [[listing]] names for it",
        RejectReason::NoDesk => "use the name of an entry in 'accounts' of /api/status",
        _ => {
            "nothing was sent; /api/limits has the limits and docs/risk.md their meaning; order again \
             under a new client_ref"
        }
    }
}

/// An order that was sent, or a parent that is worked.
#[derive(Serialize)]
struct Placed {
    client_ref: String,
    order_id: String,
    is_parent: bool,
}

/// An order that the engine refused.
#[derive(Serialize)]
struct NotPlaced {
    error: &'static str,
    help: &'static str,
    client_ref: String,
    order_id: String,
}

/// Why a call did nothing.
enum Problem {
    Refused(Refused),
    Bad(BadOrder),
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<BadOrder> for Problem {
    fn from(bad: BadOrder) -> Self {
        Self::Bad(bad)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        #[derive(Serialize)]
        struct Bad {
            error: String,
            help: &'static str,
        }
        match self {
            Self::Refused(refused) => refused.into_response(),
            Self::Bad(BadOrder(error)) => {
                let help = "docs/orders.md lists every field; nothing was sent";
                (StatusCode::BAD_REQUEST, Json(Bad { error, help })).into_response()
            }
        }
    }
}

/// How often it is looked for an answer: half of the time between two polls of the journal.
const LOOK_EVERY: Duration = Duration::from_millis(25);

/// Two seconds: a running engine answers within two polls.
const LOOKS_MAX: u32 = 80;
