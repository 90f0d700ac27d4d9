//! What runs in the engine's threads: the same parts in every topology.

pub mod engine;
pub mod feed_link;
pub mod fused;
pub mod gateway_link;
pub mod market_ring;
pub mod notice;
pub mod outlet;
pub mod pipelined;
mod session_report;
pub mod steering;
