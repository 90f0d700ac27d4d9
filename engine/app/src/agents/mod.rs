//! What runs in the engine's threads: the same parts in every topology.

pub mod engine;
pub mod feed_link;
pub mod fix_feed_link;
pub mod fused;
pub mod gateway_link;
pub mod inference;
mod line;
pub mod market_feed;
pub mod market_ring;
pub mod model_port;
pub mod notice;
pub mod outlet;
pub mod pipelined;
pub(crate) mod session_report;
pub mod sessions;
pub mod steering;
