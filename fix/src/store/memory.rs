//! Keeps messages for the life of the process; for tests, simulators and sessions that
//! begin anew each day.

use super::{Store, StoreError, Stored};

/// A store in memory, bounded in bytes.
pub struct MemoryStore {
    bytes: Vec<u8>,
    capacity_bytes: usize,
    /// For number `n` at `n - 1`: the range in `bytes` and whether it is admin.
    index: Vec<Option<(usize, usize, bool)>>,
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
        Self {
            bytes: Vec::with_capacity(capacity_bytes),
            capacity_bytes,
            index: Vec::with_capacity(capacity_bytes / MIN_MESSAGE_BYTES),
            next_inbound: 1,
            full: false,
        }
    }
}

impl Store for MemoryStore {
    fn next_outbound(&self) -> u64 {
        self.index.len() as u64 + 1
    }

    fn next_inbound(&self) -> u64 {
        self.next_inbound
    }

    fn set_inbound(&mut self, next: u64) {
        self.next_inbound = next;
    }

    fn set_outbound(&mut self, next: u64) {
        let count = usize::try_from(next - 1).expect("set_outbound moves on by one");
        self.index.resize(count, None);
    }

    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError> {
        let start = self.bytes.len();
        let full_index = self.index.len() == self.index.capacity();
        self.full = bytes.len() > self.capacity_bytes - start || full_index;
        if self.full {
            return Err(StoreError::Full);
        }
        self.bytes.extend_from_slice(bytes);
        self.index.push(Some((start, bytes.len(), admin)));
        Ok(())
    }

    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>> {
        let slot = usize::try_from(msg_seq_num.checked_sub(1)?).ok()?;
        let (start, length, admin) = (*self.index.get(slot)?)?;
        Some(Stored { msg_seq_num, admin, bytes: &self.bytes[start..start + length] })
    }

    fn reset(&mut self) {
        self.bytes.clear();
        self.index.clear();
        self.next_inbound = 1;
        self.full = false;
    }

    fn is_full(&self) -> bool {
        self.full
    }
}
