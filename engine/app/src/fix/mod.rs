//! What stands between a FIX session and the world: sockets, certificates, hosts, people.
//!
//! [`dial`] and [`secrets`] serve the initiator, whose connection is
//! [`crate::agents::gateway_link::GatewayLink`]; [`acceptor`] serves many sessions on one thread.

pub mod acceptor;
pub mod dial;
pub mod pump;
pub mod secrets;
pub mod store;
#[cfg(test)]
pub(crate) mod testing;
pub mod users;
