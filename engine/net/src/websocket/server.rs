//! Opening a WebSocket as a server, out of an HTTP connection.

use super::connection::{WsConfig, WsConnection};
use super::handshake::{HandshakeError, accept_key};
use crate::error::NetError;
use crate::http::{HttpServer, Request, write};

/// Returns whether a request asks for a WebSocket rather than for an answer.
pub fn is_upgrade(request: &Request<'_>) -> bool {
    request.header_has("upgrade", "websocket")
}

/// Turns the waiting request of `server` into an open WebSocket; flush it to send the answer.
///
/// # Errors
/// The request is no correct upgrade; the connection is dropped.
///
/// # Panics
/// If no request waits: look at [`HttpServer::request`] first.
pub fn accept(mut server: HttpServer, config: &WsConfig) -> Result<WsConnection, NetError> {
    let request = server.request().expect("the caller has looked at the request");
    let accept = accept_key(&request)?;
    if !server.unparsed().is_empty() {
        return Err(HandshakeError::Early.into());
    }
    let fields = [
        ("Upgrade", "websocket"),
        ("Connection", "Upgrade"),
        ("Sec-WebSocket-Accept", accept.as_str()),
    ];
    write::response(server.outgoing.buffer(), 101, "Switching Protocols", &fields, b"")?;
    Ok(WsConnection::accepted(server.transport, server.outgoing, config))
}
