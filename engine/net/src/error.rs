//! What can end a connection, and what its owner can do about it.

use std::io;

use crate::http::HttpError;
use crate::tls::TlsError;
use crate::url::UrlError;
use crate::websocket::{HandshakeError, WebSocketError};

/// Why a connection cannot go on; every variant implies one action.
///
/// The connection that returned it is finished: drop it and, where the variant says so, make a new
/// one after a [`crate::backoff::Backoff`] delay.
#[derive(Debug, thiserror::Error)]
pub enum NetError {
    /// Correct the address in the configuration.
    #[error("bad address: {0}")]
    Url(#[from] UrlError),
    /// Reconnect after a delay; the network or the peer is away.
    #[error("{during}: {source}")]
    Io {
        /// What we were doing.
        during: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// See the inner error: a refused certificate needs a person, the rest a new connection.
    #[error("TLS: {0}")]
    Tls(Box<TlsError>),
    /// Reconnect after a delay and count it: the peer does not speak HTTP as agreed.
    #[error("HTTP: {0}")]
    Http(#[from] HttpError),
    /// Reconnect after a delay: the peer would not speak WebSocket with us.
    #[error("WebSocket handshake: {0}")]
    Handshake(#[from] HandshakeError),
    /// Reconnect at once; the close frame with the right code has been queued and flushed.
    #[error("WebSocket: {0}")]
    WebSocket(#[from] WebSocketError),
    /// Reconnect after a delay. A request that was already sent may still have been executed.
    #[error("no answer in time while {during}")]
    Timeout {
        /// What we were waiting for.
        during: &'static str,
    },
    /// Reconnect after a delay; the peer ended the stream before the answer was complete.
    #[error("the peer closed the connection while {during}")]
    Closed {
        /// What we were waiting for.
        during: &'static str,
    },
    /// Send less or disconnect: the peer does not read what we have queued.
    #[error("send buffer full at {pending_bytes} bytes, the peer does not read")]
    SendBufferFull {
        /// Bytes queued and not taken by the socket.
        pending_bytes: usize,
    },
}

/// Hot calls return it by value, so it has to stay small.
const _: () = assert!(size_of::<NetError>() <= 40, "boxed where it would grow");

impl NetError {
    /// Returns a function that names what we were doing when the system refused.
    pub(crate) fn io(during: &'static str) -> impl FnOnce(io::Error) -> Self {
        move |source| Self::Io { during, source }
    }
}

impl From<TlsError> for NetError {
    fn from(error: TlsError) -> Self {
        Self::Tls(Box::new(error))
    }
}
