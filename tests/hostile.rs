//! Bad input: every kind gets a clear error or a counted reject, nothing panics, and afterwards
//! the engine still works.

mod connection;
mod fix;
mod journal;
mod market;
mod websocket;
