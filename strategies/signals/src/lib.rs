//! Concrete strategies: they turn features and predictions into signals.
//!
//! ```text
//! event ─▶ feature_sets ─frame─▶ panel (models) ─advice─▶ fusion ─opinion─▶ worker ─▶ signals
//!                └─bar──▶ harmonic (technical) ─opinion─────┘
//! ```
#![forbid(unsafe_code)]

// In the order an event passes them; blank lines keep the formatter from sorting it.
mod trader;

mod feature_sets;

mod opinion;

mod harmonic;

mod experiment;
mod panel;
mod reading;

mod explanation;
mod fusion;

mod worker;

pub use experiment::Experiment;
pub use feature_sets::FeatureSets;
pub use fusion::{Fusion, FusionMode};
pub use harmonic::{Harmonic, HarmonicConfig, Technical};
pub use opinion::Opinion;
pub use panel::{Advisor, OFFERED_MAX, Panel, SEATS};
pub use reading::{Advice, Reading};
pub use trader::Trader;
pub use worker::{Worker, WorkerConfig};
