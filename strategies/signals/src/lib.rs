//! Concrete strategies: they turn features into signals.
#![forbid(unsafe_code)]

mod harmonic;

pub use harmonic::{Harmonic, HarmonicConfig};
