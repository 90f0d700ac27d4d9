//! John Ehlers' digital signal processing.

mod super_smoother;

pub use super_smoother::SuperSmoother;
