//! A whole market on loopback: the venue and the broker that the engine talks to in the demo.

pub mod broker;
pub mod source;
#[cfg(test)]
pub(crate) mod testing;
pub mod venue;
