//! A venue that does not exist.
//!
//! [`generator`] makes market data, [`exchange`] matches our orders against market data, real or
//! made up.
//!
//! # Invariants
//! - No sockets, no clock: time is an argument, and the same calls give the same answers.
#![forbid(unsafe_code)]

pub mod exchange;
pub mod feed;
pub mod fees;
pub mod funding;
pub mod generator;
pub mod l3;
pub mod latency;
pub mod margin;
pub mod outage;
pub mod queue;
pub mod random;

pub use exchange::{Exchange, ExchangeConfig, MassAnswer, Said, Statement};
pub use feed::DelayedFeed;
pub use fees::{FeeSchedule, Fees};
pub use funding::Funding;
pub use generator::{Generator, GeneratorConfig};
pub use latency::Latency;
pub use margin::{Bracket, Margin};
pub use outage::Outage;
pub use queue::{Exponent, QueueModel};
pub use random::Random;
