//! What stands between a FIX session and the world: sockets, certificates, hosts, people.
//!
//! [`dial`] and [`secrets`] serve the initiator, whose connection is
//! [`crate::agents::gateway_link::GatewayLink`]; [`acceptor`] serves many sessions on one thread, [`drop_copy`] feeds
//! such from a journal.

pub mod acceptor;
pub mod dial;
pub mod drop_copy;
pub mod pump;
mod resolver;
pub mod secrets;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub mod users;
