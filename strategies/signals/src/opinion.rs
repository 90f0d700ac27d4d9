//! What a source thinks of the market.

use gannet_types::{Side, Text};

/// Which way, how sure, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opinion {
    /// Buy or sell.
    pub side: Side,
    /// How sure, 1 to 100.
    pub confidence: u8,
    /// Why, in short words.
    pub reason: Text<32>,
}
