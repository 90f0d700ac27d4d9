//! Predictions from features: ONNX models, compiled where their shape allows, run by tract elsewhere.
//!
//! [`Model::load`] reads an ONNX file and its [`Manifest`], compiles the graph if it can, and compares
//! every engine that runs it before anybody trusts it. Tree ensembles and dense networks compile to an
//! [`Evaluator`]: bit-stable, without allocation, fast enough for the tick path. Any other graph runs
//! through tract, if the build has it (feature `tract`), on a thread of its own.
//!
//! ```text
//! bytes ─onnx─▶ Graph ─compile─▶ Program (steps; trees as bit-vectors or walks) ─▶ Evaluator
//!   └────────────────────tract──────────────────────▶ General             parity: do they agree?
//! ```
//!
//! `unsafe` is confined to the vector kernel (`tree/avx2.rs`) and the calls that choose it; it has a
//! safe twin, and both are compared in tests and at every load.

mod compile;
mod evaluator;
mod general;
mod label;
mod manifest;
mod math;
mod model;
mod onnx;
mod parity;
mod program;
mod tree;

pub use compile::CompileError;
pub use evaluator::{Evaluator, Output, PredictError};
pub use general::HAS_TRACT;
pub use label::Label;
pub use manifest::{
    Calibration, Family, Features, InputSpec, LabelKind, LabelSpec, Manifest, ManifestError,
    Missing, OutputKind, OutputSpec, SchemaMismatch, Training, VECTORS, Vectors,
};
pub use model::{Engine, LoadError, Model};
pub use onnx::OnnxError;
pub use parity::{Disparity, Parity, TOLERANCE, generated_rows};
pub use tree::Kernel;
