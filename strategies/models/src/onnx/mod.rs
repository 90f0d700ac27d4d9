//! An ONNX file as the compiler wants it: named values, nodes in order, plain tensors.
//!
//! This module checks what protobuf does not (sizes, the order of nodes, names that mean one thing)
//! and forgets what nobody needs. Tract need not accept the file.

mod graph;
mod proto;
mod tensor;

use std::path::Path;

pub(crate) use graph::{Attributes, Graph, Node};
pub(crate) use tensor::{RANK_MAX, Tensor, Values};

use std::io::Read;

use prost::Message;

use proto::ModelProto;

/// The largest file that is read: a random forest of 1,000 trees with 4,096 leaves each is 0.3 GB.
pub(crate) const FILE_BYTES_MAX: u64 = 512 << 20;

/// Why a file is no ONNX model.
#[derive(Debug, thiserror::Error)]
pub enum OnnxError {
    /// The file cannot be opened or read.
    #[error("cannot read {path}: {reason}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// The file is larger than any is read: a model of 512 MiB, a manifest of 64 MiB.
    #[error("{path} has {bytes} bytes; up to {bytes_max} bytes are read")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size.
        bytes: u64,
        /// How large it may be.
        bytes_max: u64,
    },
    /// The bytes are no protobuf message of a model: truncated, or another kind of file.
    #[error("not an ONNX model, or a truncated one: {0}")]
    Protobuf(String),
    /// The message is one, but says something impossible.
    #[error("{0}")]
    Malformed(String),
}

impl OnnxError {
    pub(crate) fn malformed(text: impl Into<String>) -> Self {
        Self::Malformed(text.into())
    }
}

/// Reads a file's bytes, if they are at most so many.
///
/// # Errors
/// If it cannot be read or is larger.
pub(crate) fn read(path: &Path, bytes_max: u64) -> Result<Vec<u8>, OnnxError> {
    let named = || path.display().to_string();
    let unreadable = |reason| OnnxError::Unreadable { path: named(), reason };
    let file = std::fs::File::open(path).map_err(unreadable)?;
    let size = file.metadata().map_err(unreadable)?.len();
    let mut bytes = Vec::new();
    if size <= bytes_max {
        file.take(bytes_max + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    }
    let read = u64::try_from(bytes.len()).expect("a length fits 64 bits").max(size);
    if read > bytes_max {
        return Err(OnnxError::TooLarge { path: named(), bytes: read, bytes_max });
    }
    Ok(bytes)
}

/// Decodes the protobuf message of a model.
///
/// # Errors
/// If the bytes are none.
pub(crate) fn decode(bytes: &[u8]) -> Result<ModelProto, OnnxError> {
    if bytes.is_empty() {
        return Err(OnnxError::Protobuf("the file is empty".into()));
    }
    ModelProto::decode(bytes).map_err(|error| OnnxError::Protobuf(error.to_string()))
}
