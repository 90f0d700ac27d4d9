//! Decoding and encoding: every engine the same messages, in turns of one run.
//!
//! A sample is the time of [`BATCH`] messages divided by their number, for a clock costs as much
//! as a message. Rounds go through all messages and let each engine have its turn, so that what
//! else the machine does hits all alike.

mod engines;
mod inputs;
mod measure;

pub use engines::{Engine, all};
pub use inputs::{Inputs, Order, captured};
pub use measure::{Figures, Task, measure, single};

/// Messages between two looks at the clock.
pub const BATCH: usize = 16;
