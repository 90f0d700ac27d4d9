//! HTTP/1.1 as far as venues need it: one request at a time, Content-Length or chunked bodies.
//!
//! [`message`] reads (sans-IO), [`mod@write`] writes, [`client`] and [`server`] join both to a
//! [`crate::transport::Transport`].
//!
//! Cold: used at start-up, for snapshots and for orders of venues without FIX; it allocates.

mod chunked;
pub mod client;
mod head;
pub mod message;
pub mod server;
pub mod write;

pub use client::HttpClient;
pub use message::{Request, RequestReader, Response, ResponseReader};
pub use server::HttpServer;

/// Why a message cannot be read or written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// Disconnect: these bytes are not HTTP/1.
    #[error("malformed message head")]
    Malformed,
    /// Disconnect: head larger or with more fields than we accept.
    #[error("message head too large")]
    HeadTooBig,
    /// Disconnect: contradicting or unknown lengths, the next message cannot be found.
    #[error("contradicting or unsupported body length")]
    BodyLength,
    /// Disconnect: the chunk sizes of the body are garbled.
    #[error("malformed chunked body")]
    Chunk,
    /// Disconnect, ask for less or raise the cap.
    #[error("body above the cap of {body_bytes_max} bytes")]
    BodyTooBig {
        /// The cap.
        body_bytes_max: usize,
    },
    /// Disconnect: bytes came that nobody asked for.
    #[error("bytes after the end of the response")]
    Unasked,
    /// Correct the request: a method, path or header field holds a forbidden character.
    #[error("forbidden character in what we were asked to send")]
    Forbidden,
    /// Wait for the answer first.
    #[error("a request is already under way")]
    Busy,
    /// Connect anew: the peer ends the connection after its last answer.
    #[error("the connection cannot carry another request")]
    NotReusable,
}

#[cfg(test)]
mod tests;
