//! Concrete strategies: they turn features and predictions into signals.
//!
//! ```text
//! event ─▶ feature_sets ─frame─▶ panel (models) ─advice─▶ fusion ─▶ veto ─▶ hand: sizing,
//!                └─bar──▶ a technique of strategies ─opinion─┘              protection, worker ─▶ signals
//!                └─any──▶ market_making, order_flow, cross_venue ─────────────────────────────▶ signals
//! ```
#![forbid(unsafe_code)]

// In the order an event passes them; blank lines keep the formatter from sorting it.
mod trader;

mod feature_sets;

mod instance;

mod opinion_desk;

mod opinion;

pub mod sources;

pub mod strategies;

mod experiment;
mod panel;
mod reading;

mod explanation;
pub mod fusion;

mod hand;

pub mod sizing;

mod protection;

mod worker;

mod wish;

mod range;

#[cfg(test)]
mod testing;

pub use experiment::Experiment;
pub use feature_sets::FeatureSets;
pub use fusion::{Fusion, FusionMode};
pub use hand::{Hand, HandConfig};
pub use instance::{Instance, InstanceConfig};
pub use opinion::{Opinion, Technical};
pub use panel::{Advisor, OFFERED_MAX, Panel, SEATS};
pub use protection::{Ends, Protection, ProtectionConfig, StopRule};
pub use range::OutOfRange;
pub use reading::{Advice, Reading};
pub use strategies::StrategyKind;
pub use trader::Trader;
pub use worker::{Route, Worker, WorkerConfig};
