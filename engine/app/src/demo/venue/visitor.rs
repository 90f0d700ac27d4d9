//! One HTTP connection, until it leaves or asks for streams.

use gannet_net::http::{HttpServer, Request};
use gannet_net::transport::{Progress, Transport};
use gannet_net::websocket::server::is_upgrade;
use gannet_types::Nanos;

use super::pace::Owed;
use super::subscriber::{STREAM_PATHS, streams_of};
use super::{HOLD_MAX, VenueReport};
use crate::demo::source::{MarketSource, SnapshotAnswer};

/// A connection that says nothing for so long is closed.
const SILENCE_MAX: Nanos = Nanos(60_000_000_000);

/// Request bodies are of no use here.
const BODY_BYTES_MAX: usize = 4 * 1024;

/// Reads in one turn; a request takes one, a TLS handshake some more.
const READS_PER_TURN: usize = 16;

/// A connection.
pub(super) struct Visitor {
    server: HttpServer,
    heard: Nanos,
    /// Since when a request waits for its snapshot.
    held: Option<Nanos>,
    answer: Vec<u8>,
}

/// What a turn led to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Visit {
    Idle,
    Served,
    /// Drop it.
    Over,
    /// The waiting request is an upgrade with streams.
    Subscribes,
}

/// What is answered.
struct Answer {
    status: u16,
    reason: &'static str,
    body: Body,
}

enum Body {
    /// In the visitor's buffer.
    Snapshot,
    Text(&'static str),
}

impl Visitor {
    pub(super) fn new(transport: Transport, now: Nanos) -> Self {
        let server = HttpServer::new(transport, BODY_BYTES_MAX);
        Self { server, heard: now, held: None, answer: Vec::new() }
    }

    pub(super) fn into_server(self) -> HttpServer {
        self.server
    }

    /// Reads, and answers one request at most.
    pub(super) fn turn(
        &mut self,
        now: Nanos,
        source: &MarketSource,
        owed: &mut Owed,
        report: &mut VenueReport,
    ) -> Visit {
        let over = |report: &mut VenueReport| {
            report.broken_connections += 1;
            Visit::Over
        };
        match self.read(now) {
            Ok(true) => {}
            Ok(false) => return Visit::Over,
            Err(()) => return over(report),
        }
        let Ok(sent) = self.server.flush() else { return over(report) };
        if sent && !self.server.keep_alive() {
            return Visit::Over;
        }
        let Some(request) = self.server.request() else {
            let silent = now.since(self.heard) >= SILENCE_MAX;
            return if silent { Visit::Over } else { Visit::Idle };
        };
        if is_upgrade(&request) && streams_of(request.target).is_some() {
            return Visit::Subscribes;
        }
        let expired = self.held.is_some_and(|since| now.since(since) >= HOLD_MAX);
        let Some(answer) = answer(&request, source, owed, expired, &mut self.answer) else {
            self.held.get_or_insert(now);
            return Visit::Idle;
        };
        self.held = None;
        match answer.status {
            200 => report.snapshots += 1,
            _ => report.refusals += 1,
        }
        let body = match answer.body {
            Body::Snapshot => &self.answer[..],
            Body::Text(text) => text.as_bytes(),
        };
        let fields = [("Content-Type", "application/json")];
        let queued = self.server.respond(answer.status, answer.reason, &fields, body);
        if queued.is_err() || self.server.flush().is_err() {
            return over(report);
        }
        Visit::Served
    }

    /// Reads until a request is there; returns false if the client has left.
    fn read(&mut self, now: Nanos) -> Result<bool, ()> {
        for _ in 0..READS_PER_TURN {
            if self.server.request().is_some() {
                break;
            }
            match self.server.handle_readable() {
                Ok(Progress::Advanced) => self.heard = now,
                Ok(Progress::Idle) => break,
                Ok(Progress::Closed) => return Ok(false),
                Err(_) => return Err(()),
            }
        }
        Ok(true)
    }
}

/// Decides the answer; `None` if it has to wait. A snapshot is written to `out`.
fn answer(
    request: &Request<'_>,
    source: &MarketSource,
    owed: &mut Owed,
    expired: bool,
    out: &mut Vec<u8>,
) -> Option<Answer> {
    let refuse = |status, reason, text| Some(Answer { status, reason, body: Body::Text(text) });
    let (path, query) = request.target.split_once('?').unwrap_or((request.target, ""));
    match (request.method, path) {
        ("GET", "/fapi/v1/depth") => {}
        ("GET", path) if STREAM_PATHS.contains(&path) => {
            return refuse(400, "Bad Request", NO_STREAMS);
        }
        _ => return refuse(404, "Not Found", NO_SUCH_PATH),
    }
    let Some(symbol) = query.split('&').find_map(|part| part.strip_prefix("symbol=")) else {
        return refuse(400, "Bad Request", NO_SYMBOL);
    };
    match source.snapshot(symbol.as_bytes(), out) {
        SnapshotAnswer::Written => {
            owed.on_snapshot(symbol.as_bytes());
            Some(Answer { status: 200, reason: "OK", body: Body::Snapshot })
        }
        SnapshotAnswer::NotYet if expired => refuse(503, "Service Unavailable", NOT_YET),
        SnapshotAnswer::NotYet => None,
        SnapshotAnswer::UnknownSymbol => refuse(400, "Bad Request", INVALID_SYMBOL),
    }
}

// The venue's own codes and shape, from its error code page.
const INVALID_SYMBOL: &str = r#"{"code":-1121,"msg":"Invalid symbol."}"#;
const NO_SYMBOL: &str = r#"{"code":-1102,"msg":"Mandatory parameter 'symbol' was not sent, was empty/null, or malformed."}"#;
const NOT_YET: &str = r#"{"code":-1001,"msg":"The book is not known yet."}"#;
const NO_STREAMS: &str = r#"{"code":-1102,"msg":"Upgrade to a WebSocket and name the streams."}"#;
const NO_SUCH_PATH: &str = r#"{"code":-1000,"msg":"There is nothing here."}"#;
