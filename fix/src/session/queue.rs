//! Messages that came above a gap, kept until it is closed.
//!
//! Without a queue they are dropped, which costs nothing: the open ResendRequest reaches to
//! infinity and brings them again. A chunked request ends earlier, and some counterparties
//! resend only what is missing; for those the queue is there.
//!
//! # Invariants
//! - Bounded in bytes and in messages; what does not fit is dropped and will be requested.
//! - Ascending by number, each number once.

use crate::codec::Decoder;

/// Most messages kept. A gap of more is filled by resending.
const MAX_QUEUED: usize = 1024;

/// Kept messages in one buffer.
pub(super) struct Queue {
    bytes: Vec<u8>,
    /// Number and range in `bytes`; an empty range is a message that was handled already.
    index: Vec<(u64, usize, usize)>,
    /// Decodes what is taken, while the session's own decoder is in use.
    decoder: Decoder,
}

impl Queue {
    pub(super) fn new(capacity_bytes: usize, data_fields: Vec<(u32, u32)>) -> Self {
        Self {
            bytes: Vec::with_capacity(capacity_bytes),
            index: Vec::with_capacity(MAX_QUEUED),
            decoder: Decoder::with_data_fields(data_fields),
        }
    }

    /// Keeps a message; an empty one stands for a number that needs no more handling. Says
    /// whether there was room.
    pub(super) fn push(&mut self, number: u64, message: &[u8]) -> bool {
        let full = self.index.len() == MAX_QUEUED
            || message.len() > self.bytes.capacity() - self.bytes.len();
        let Err(at) = self.index.binary_search_by_key(&number, |kept| kept.0) else {
            return true;
        };
        if full {
            return false;
        }
        let start = self.bytes.len();
        self.bytes.extend_from_slice(message);
        self.index.insert(at, (number, start, self.bytes.len()));
        true
    }

    /// Forgets what lies below a number; returns the range of the message with that number.
    pub(super) fn next(&mut self, number: u64) -> Option<(usize, usize)> {
        let below = self.index.partition_point(|kept| kept.0 < number);
        self.index.drain(..below);
        if self.index.is_empty() {
            self.bytes.clear();
        }
        let first = self.index.first().filter(|first| first.0 == number)?;
        Some((first.1, first.2))
    }

    pub(super) fn parts(&mut self) -> (&mut Decoder, &[u8]) {
        (&mut self.decoder, &self.bytes)
    }

    pub(super) fn clear(&mut self) {
        self.index.clear();
        self.bytes.clear();
    }
}
