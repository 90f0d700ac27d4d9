//! Who may ask at all, and who may change something.
//!
//! A web page open in the operator's browser must not steer the engine. So every request must name
//! a host that is ours (a rebound DNS name does not), and a request that changes something must
//! come from our own page or from no page, and must carry the token.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::Shared;
use super::refused::Refused;

/// Proof that a request may change something; a handler that changes something takes it.
pub(crate) struct Operator;

impl FromRequestParts<Arc<Shared>> for Operator {
    type Rejection = Refused;

    async fn from_request_parts(
        parts: &mut Parts,
        shared: &Arc<Shared>,
    ) -> Result<Self, Self::Rejection> {
        if is_foreign(&parts.headers) {
            return Err(Refused::FOREIGN_ORIGIN);
        }
        let presented = parts.headers.get(header::AUTHORIZATION).map(HeaderValue::as_bytes);
        if presented.is_some_and(|header| shared.token.authorizes(header)) {
            Ok(Self)
        } else {
            Err(Refused::NO_TOKEN)
        }
    }
}

/// The names under which the admin port may be asked.
#[derive(Clone, Debug)]
pub(crate) struct Hosts {
    names: Vec<String>,
    bound: IpAddr,
}

impl Hosts {
    pub(crate) fn new(names: &[String], bound: SocketAddr) -> Self {
        Self {
            names: names.iter().map(|name| name.to_ascii_lowercase()).collect(),
            bound: bound.ip(),
        }
    }

    /// Says whether a `Host` header is loopback, the bound address or a configured name. The port
    /// does not matter: a tunnel may change it.
    fn know(&self, host: &[u8]) -> bool {
        let Ok(host) = std::str::from_utf8(host) else { return false };
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.to_ascii_lowercase();
        let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
        name == "localhost"
            || address.is_ok_and(|address| address.is_loopback() || address == self.bound)
            || self.names.contains(&name)
    }
}

/// Lets a request in or not, and sets the headers that every answer has.
pub(crate) async fn guard(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Response {
    let headers = request.headers();
    let has_known_host =
        headers.get(header::HOST).is_some_and(|host| shared.hosts.know(host.as_bytes()));
    let mut response = if !has_known_host {
        Refused::FOREIGN_HOST.into_response()
    } else if has_body(headers) && !takes_body(&request) {
        Refused::NO_BODY.into_response()
    } else if is_too_large(headers) {
        Refused::TOO_LARGE.into_response()
    } else {
        next.run(request).await
    };
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}

/// Only orders have a body, and nobody else's is ever read.
fn takes_body(request: &Request) -> bool {
    request.method() == Method::POST && request.uri().path().starts_with("/api/orders")
}

/// An order is a few hundred bytes, whose number is said before them.
fn is_too_large(headers: &HeaderMap) -> bool {
    let length = headers.get(header::CONTENT_LENGTH).map(HeaderValue::to_str);
    let length = length.map(|text| text.ok().and_then(|text| text.parse().ok()));
    let is_small = length.is_none_or(|bytes| bytes.is_some_and(|bytes: usize| bytes <= BODY_MAX));
    !is_small || headers.contains_key(header::TRANSFER_ENCODING)
}

fn has_body(headers: &HeaderMap) -> bool {
    headers.contains_key(header::TRANSFER_ENCODING)
        || headers.get(header::CONTENT_LENGTH).is_some_and(|length| length.as_bytes() != b"0")
}

/// A browser says which page sends; ours is at the host it asks. No `Origin`: not a browser.
fn is_foreign(headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return false };
    let origin = origin.as_bytes();
    let authority =
        [&b"http://"[..], b"https://"].iter().find_map(|scheme| origin.strip_prefix(*scheme));
    authority.is_none() || authority != headers.get(header::HOST).map(HeaderValue::as_bytes)
}

/// Four times the largest order.
const BODY_MAX: usize = 4_096;

/// Everything comes from here, nothing is kept, nothing frames us.
const SECURITY_HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_loopback_or_configured() {
        let bound = SocketAddr::from(([192, 168, 1, 5], 8080));
        let hosts = Hosts::new(&["Engine.Example".to_owned()], bound);
        for (host, expected) in [
            ("127.0.0.1:8080", true),
            ("127.0.0.1", true),
            ("localhost:1", true),
            ("LOCALHOST", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("192.168.1.5:8080", true),
            ("engine.example:9", true),
            ("192.168.1.6:8080", false),
            ("evil.example:8080", false),
            ("localhost.evil.example", false),
            ("127.0.0.1.evil.example", false),
            ("", false),
            (":80", false),
        ] {
            assert_eq!(hosts.know(host.as_bytes()), expected, "{host:?}");
        }
        assert!(!hosts.know(b"\xff"));
    }

    #[test]
    fn an_origin_must_be_the_asked_host() {
        let check = |origin: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, HeaderValue::from_static("localhost:8080"));
            if let Some(origin) = origin {
                headers.insert(header::ORIGIN, HeaderValue::from_static(origin));
            }
            is_foreign(&headers)
        };
        assert!(!check(None));
        assert!(!check(Some("http://localhost:8080")));
        assert!(!check(Some("https://localhost:8080")));
        for origin in ["http://localhost:8081", "http://evil.example", "null", "", "localhost:8080"]
        {
            assert!(check(Some(origin)), "{origin:?}");
        }
    }
}
