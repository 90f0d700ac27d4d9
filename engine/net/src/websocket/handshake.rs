//! The HTTP exchange that opens a WebSocket (RFC 6455, section 4), for both sides.

use tungstenite::handshake::client::generate_key;
use tungstenite::handshake::derive_accept_key;

use crate::error::NetError;
use crate::http::{HttpError, Request, ResponseReader, write};
use crate::url::Url;

/// Characters of a key: 16 bytes in base64.
const KEY_CHARACTERS: usize = 24;

/// Body of a refusal that we read at most; only its status matters.
const REFUSAL_BYTES_MAX: usize = 64 * 1024;

/// Why the peer and we do not agree to speak WebSocket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandshakeError {
    /// The server answered otherwise: 3xx and 4xx need a person, 429 and 5xx a longer delay.
    #[error("the server answered {0} instead of 101")]
    Status(u16),
    /// The peer is no WebSocket endpoint, or not of this version.
    #[error("field `{0}` is missing or wrong")]
    Field(&'static str),
    /// The client did not wait for the answer.
    #[error("the client sent data before the answer")]
    Early,
}

/// The client's side between request and answer.
#[derive(Debug)]
pub(super) struct ClientHandshake {
    accept: String,
    response: ResponseReader,
}

impl ClientHandshake {
    /// Appends the request to `out`; returns the state that reads the answer and a seed for masks.
    pub(super) fn new(url: &Url, out: &mut Vec<u8>) -> Result<(Self, u64), HttpError> {
        let key = generate_key();
        let fields = [
            ("Upgrade", "websocket"),
            ("Connection", "Upgrade"),
            ("Sec-WebSocket-Key", key.as_str()),
            ("Sec-WebSocket-Version", "13"),
        ];
        write::request(out, "GET", &url.authority(), &url.path_and_query, &fields, b"")?;
        let accept = derive_accept_key(key.as_bytes());
        let mask_seed = key
            .bytes()
            .fold(0_u64, |seed, byte| seed.wrapping_mul(0x0000_0100_0000_01B3) ^ u64::from(byte));
        Ok((Self { accept, response: ResponseReader::new(REFUSAL_BYTES_MAX) }, mask_seed))
    }

    /// Takes bytes of the answer; returns how many, and whether the WebSocket is open.
    pub(super) fn handle_bytes(&mut self, bytes: &[u8]) -> Result<(usize, bool), NetError> {
        let used = self.response.handle_bytes(bytes)?;
        match self.response.status() {
            Some(101) | None => {}
            Some(status) => return Err(HandshakeError::Status(status).into()),
        }
        let Some(response) = self.response.response() else { return Ok((used, false)) };
        let wrong = if !response.header_has("upgrade", "websocket") {
            "Upgrade"
        } else if !response.header_has("connection", "upgrade") {
            "Connection"
        } else if response.header("sec-websocket-accept") != Some(self.accept.as_bytes()) {
            "Sec-WebSocket-Accept"
        } else if response.header("sec-websocket-extensions").is_some() {
            "Sec-WebSocket-Extensions"
        } else if response.header("sec-websocket-protocol").is_some() {
            "Sec-WebSocket-Protocol"
        } else {
            return Ok((used, true));
        };
        Err(HandshakeError::Field(wrong).into())
    }
}

/// Checks an upgrade request and returns the value of `Sec-WebSocket-Accept`.
pub(super) fn accept_key(request: &Request<'_>) -> Result<String, HandshakeError> {
    let key = request.header("sec-websocket-key").unwrap_or_default();
    let wrong = if request.method != "GET" {
        "method"
    } else if !request.header_has("upgrade", "websocket") {
        "Upgrade"
    } else if !request.header_has("connection", "upgrade") {
        "Connection"
    } else if request.header("sec-websocket-version") != Some(b"13") {
        "Sec-WebSocket-Version"
    } else if key.len() != KEY_CHARACTERS {
        "Sec-WebSocket-Key"
    } else {
        return Ok(derive_accept_key(key));
    };
    Err(HandshakeError::Field(wrong))
}
