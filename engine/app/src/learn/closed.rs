//! The trades of a journal in numbers, as `gannet-train analyze` tells them.

use serde::{Deserialize, Serialize};

/// Closed trades: the same three facts are the same trades.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Closed {
    /// How many.
    pub(super) closed: u64,
    /// When the first was decided.
    pub(super) first: String,
    /// When the last had been closed.
    pub(super) last: String,
    /// The hash of what was known of each.
    pub(super) schema_hash: String,
}
