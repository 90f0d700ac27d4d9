//! Models made by the ecosystem's own tools, bad files, and what a prediction costs.

mod answers;
mod cost;
mod hostile;
mod parity;
mod refusal;
mod written;

use std::path::{Path, PathBuf};

/// A file of `tests/data`.
fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}
