//! What stands between a FIX session and the world: sockets, certificates, hosts, people.

pub mod dial;
pub mod secrets;
