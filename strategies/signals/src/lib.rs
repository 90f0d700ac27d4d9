//! Concrete strategies: they turn features into signals.
#![forbid(unsafe_code)]

mod featured;
mod harmonic;

pub use featured::Featured;
pub use harmonic::{Harmonic, HarmonicConfig};

/// What the program runs: the strategy behind the features.
pub type Trader = Featured<Harmonic>;
