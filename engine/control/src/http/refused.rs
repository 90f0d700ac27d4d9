//! A refused request: a status, what went wrong, and what to do about it.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// Why a request was not carried out.
#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Refused {
    #[serde(skip)]
    pub(crate) status: StatusCode,
    error: &'static str,
    help: &'static str,
}

impl Refused {
    pub(crate) const NO_TOKEN: Self = Self {
        status: StatusCode::UNAUTHORIZED,
        error: "this call changes the engine and needs the token",
        help: "send 'Authorization: Bearer TOKEN'; the token is printed when the engine starts",
    };
    pub(crate) const FOREIGN_ORIGIN: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "another web page sent this request",
        help: "use the engine's own page, or a client that sends no Origin header",
    };
    pub(crate) const FOREIGN_HOST: Self = Self {
        status: StatusCode::FORBIDDEN,
        error: "the Host header does not name this engine",
        help: "open it as 127.0.0.1 or localhost, or add the name to the admin port's hosts",
    };
    pub(crate) const UNKNOWN_ROUTE: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "there is nothing at this path",
        help: "paths: / /health /metrics /api/status /api/events /api/orders \
               /api/orders/ID (DELETE) /api/orders/ID/replace /api/kill /api/kill/reset \
               /api/close /api/close/SYMBOL /api/halt/SYMBOL /api/resume/SYMBOL /api/arm \
               /api/close/account/NAME /api/close/strategy/NAME, and so halt, resume and arm, \
               /api/gate/account/NAME/MODE /api/gate/strategy/NAME/MODE \
               /api/limits /api/limits/LIMIT/OWNER/VALUE \
               /api/rate/CURRENCY/RATE /api/approve/ID /api/decline/ID /api/gate/MODE \
               /api/signal/STRATEGY/SYMBOL/STANCE/CONFIDENCE \
               /api/weight/STRATEGY/SCHOOL/WEIGHT /api/fix/SESSION/reset \
               /api/fix/SESSION/next-inbound/N /api/fix/SESSION/next-outbound/N \
               /api/fix/SESSION/logout /api/fix/SESSION/logon /api/models \
               /api/models/ID/promote/REASON /api/models/ID/challenge/REASON \
               /api/models/ID/withdraw/REASON /api/models/ID/retire/REASON \
               /api/models/rollback/REASON /experiment /api/experiment",
    };
    pub(crate) const WRONG_METHOD: Self = Self {
        status: StatusCode::METHOD_NOT_ALLOWED,
        error: "this path does not take this method",
        help: "use GET to read, POST to change, DELETE to cancel an order; Allow names the method",
    };
    pub(crate) const NO_BODY: Self = Self {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        error: "this call takes no body",
        help: "send the request without a body; only orders have one",
    };
    pub(crate) const TOO_LARGE: Self = Self {
        status: StatusCode::PAYLOAD_TOO_LARGE,
        error: "the body is too large, or its length is not said",
        help: "send one order, at most 4096 bytes with a Content-Length",
    };
    pub(crate) const NOT_A_PERSONS: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "no person has placed an order of this id, or it was long ago",
        help: "use an order_id of 'given_orders' of /api/orders; a strategy's order may be cancelled only",
    };
    pub(crate) const PARENT_ORDER: Self = Self {
        status: StatusCode::CONFLICT,
        error: "a parent order cannot be changed",
        help: "cancel it and place another for what is left",
    };
    pub(crate) const NOT_SENT: Self = Self {
        status: StatusCode::CONFLICT,
        error: "the order was refused and never sent",
        help: "place another one under a new client_ref",
    };
    pub(crate) const BAD_ORDER_ID: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in an order id",
        help: "use the order_id of an entry in 'approvals' of /api/status",
    };
    pub(crate) const UNKNOWN_LIMIT: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "there is no such limit, or none of that account or symbol",
        help: "use 'limit' and 'of' of an entry of /api/limits",
    };
    pub(crate) const BAD_LIMIT: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a value of the limit",
        help: "use a positive number as in the configuration, or 'file'; to stop trading, halt",
    };
    pub(crate) const LOOSER_LIMIT: Self = Self {
        status: StatusCode::CONFLICT,
        error: "a limit may be tightened, not loosened beyond the configuration's",
        help: "change the file and restart to allow more; 'file' of /api/limits is the most",
    };
    pub(crate) const BAD_GATE_MODE: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a gate mode",
        help: "use manual, assisted, auto or paper",
    };
    pub(crate) const UNKNOWN_INSTRUMENT: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "the path does not end in an instrument",
        help: "use the symbol of an entry in 'instruments' of /api/status",
    };
    pub(crate) const BAD_SIGNAL: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a stance and a confidence",
        help: "use long, short or flat, and a confidence from 0 to 100",
    };
    pub(crate) const BAD_WEIGHT: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a school and a weight",
        help: "use classical, ehlers, gann, patterns, astro or model, and a weight from 0 to 1000",
    };
    pub(crate) const UNKNOWN_CURRENCY: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "the path names no currency",
        help: "use the name of an entry in 'currencies.others' of the engine in /api/status",
    };
    pub(crate) const BAD_RATE: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a rate",
        help: "use a positive decimal number, such as 0.00072",
    };
    pub(crate) const UNKNOWN_ACCOUNT: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "the path names no account",
        help: "use the name of an entry in 'accounts' of /api/status",
    };
    pub(crate) const UNKNOWN_STRATEGY: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "the path names no strategy",
        help: "use the name of an entry in 'strategies' of /api/status",
    };
    pub(crate) const NO_MODELS: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "this engine asks no models",
        help: "name a registry in models.directory of its configuration",
    };
    pub(crate) const UNKNOWN_SESSION: Self = Self {
        status: StatusCode::NOT_FOUND,
        error: "the path names no session",
        help: "use the name of an entry in 'sessions' of /api/status",
    };
    pub(crate) const BAD_NUMBER: Self = Self {
        status: StatusCode::BAD_REQUEST,
        error: "the path does not end in a sequence number",
        help: "use a number from 1 on",
    };
    pub(crate) const COMMANDS_FULL: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        error: "the engine has not taken earlier commands yet; this one was not queued",
        help: "try again; if this persists the engine hangs: stop its process",
    };
    pub(crate) const TOO_MANY_CLIENTS: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        error: "too many clients follow the events",
        help: "close another page of this engine, or poll /api/status",
    };
    pub(crate) const NOT_YET: Self = Self {
        status: StatusCode::SERVICE_UNAVAILABLE,
        error: "the engine has not shown anything yet",
        help: "try again in a second",
    };
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self)).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            let scheme = HeaderValue::from_static("Bearer");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, scheme);
        }
        response
    }
}
