//! Bytes in and out: sockets, TLS, HTTP and WebSocket without blocking and without an async runtime.
//!
//! Every connection here is a state machine that its owner drives: a hot thread calls `read` (or
//! [`websocket::WsConnection::handle_readable`]) in its own loop and gets "nothing there" instead of
//! a wait; a cold thread parks in a [`poller::Poller`] first. Protocol code is sans-IO, so the same
//! frame and message readers are tested on memory and run on sockets.
//!
//! | need | module |
//! |---|---|
//! | a socket, a listener | [`tcp`] |
//! | parking until something is readable | [`poller`] |
//! | certificates | [`tls`] |
//! | whose connection a load balancer passes on | [`proxy`] |
//! | one byte stream, plain or encrypted | [`transport`] |
//! | frames | [`websocket`] |
//! | requests and responses | [`http`] |
//! | when to try again, how often to send | [`backoff`], [`limiter`] |
//!
//! # Invariants
//! - Nothing here reads a clock: time arrives as `now_ns`, plain nanoseconds of any one epoch.
//! - Only [`url::Url::resolve`] may block (name resolution), and it says so.
//! - Every buffer has a cap that a peer cannot move; foreign bytes lead to an error, never a panic.
#![forbid(unsafe_code)]

pub mod backoff;
pub mod error;
pub mod http;
pub mod limiter;
#[cfg(test)]
mod loopback;
pub mod poller;
pub mod proxy;
mod random;
pub mod send_buffer;
pub mod tcp;
pub mod tls;
pub mod transport;
pub mod url;
pub mod websocket;

pub use error::NetError;
