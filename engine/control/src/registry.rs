//! Which models are on trial, which one leads, and how that came to be.
//!
//! The registry is a folder: a folder for each model, as training writes them, and `registry.jsonl`
//! with every change, a line each. What stands there is replayed from the first line on, so the
//! history is the state. A model without a line is a candidate.
//!
//! ```text
//! candidate ─promote─▶ shadow ─promote─▶ champion        retire: all but the champion ─▶ retired
//!                        ▲                  │
//!                        └──promote another─┘  or roll back: the champion before leads again
//! shadow ─challenge─▶ challenger ─promote─▶ champion,  or withdraw: a shadow again
//! ```
//!
//! # Invariants
//! - There is at most one champion.
//! - A model keeps the ONNX file it was first promoted with: a line names its hash.
//! - A change is on the disk, whole, before it is reported; whoever changes holds the lock.

mod history;
mod store;
#[cfg(test)]
mod tests;

pub use history::{Act, Change, ChangeError, History, Stage};
pub use store::{Registry, RegistryError};
