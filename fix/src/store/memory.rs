//! Keeps messages for the life of the process; for tests, simulators and sessions that
//! begin anew each day.

use std::ops::Range;

use super::index::Index;
use super::{Store, StoreError, Stored};

/// A store in memory, bounded in bytes.
pub struct MemoryStore {
    bytes: Vec<u8>,
    capacity_bytes: usize,
    /// The range in `bytes` and whether it is admin.
    index: Index<(usize, usize, bool)>,
    next_outbound: u64,
    next_inbound: u64,
    /// The last message was refused.
    full: bool,
}

/// Index slots for a capacity: an admin message has some 64 bytes at least.
const MIN_MESSAGE_BYTES: usize = 64;

impl MemoryStore {
    /// Makes a store for so many bytes of messages, allocated now.
    #[must_use]
    pub fn new(capacity_bytes: usize) -> Self {
        let mut index = Index::new();
        index.reserve(capacity_bytes / MIN_MESSAGE_BYTES);
        Self {
            bytes: Vec::with_capacity(capacity_bytes),
            capacity_bytes,
            index,
            next_outbound: 1,
            next_inbound: 1,
            full: false,
        }
    }
}

impl Store for MemoryStore {
    fn next_outbound(&self) -> u64 {
        self.next_outbound
    }

    fn next_inbound(&self) -> u64 {
        self.next_inbound
    }

    fn set_inbound(&mut self, next: u64) {
        self.next_inbound = next;
    }

    fn set_outbound(&mut self, next: u64) {
        self.next_outbound = next;
    }

    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError> {
        let start = self.bytes.len();
        self.full = bytes.len() > self.capacity_bytes - start || self.index.is_full();
        if self.full {
            return Err(StoreError::Full);
        }
        self.bytes.extend_from_slice(bytes);
        self.index.push(self.next_outbound, (start, bytes.len(), admin));
        self.next_outbound += 1;
        Ok(())
    }

    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>> {
        let (start, length, admin) = self.index.get(msg_seq_num)?;
        Some(Stored { msg_seq_num, admin, bytes: &self.bytes[start..start + length] })
    }

    fn reset(&mut self) {
        self.bytes.clear();
        self.index.clear();
        self.next_outbound = 1;
        self.next_inbound = 1;
        self.full = false;
    }

    fn reset_outbound(&mut self) {
        let inbound = self.next_inbound;
        self.reset();
        self.next_inbound = inbound;
    }

    fn kept(&self) -> Range<u64> {
        self.index.range()
    }

    fn is_full(&self) -> bool {
        self.full
    }
}
