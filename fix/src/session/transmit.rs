//! The bytes on their way to the socket: one buffer of fixed size, written at the end and
//! read at the front.
//!
//! # Invariants
//! - `start <= end <= bytes.len()`; what lies between them is whole messages, except that the
//!   first may be partly taken.

/// Kept free for admin messages when applications have filled the rest: a few dozen of them.
pub(crate) const ADMIN_RESERVE_BYTES: usize = 4096;

pub(crate) struct Transmit {
    bytes: Box<[u8]>,
    start: usize,
    end: usize,
}

impl Transmit {
    pub(crate) fn new(capacity_bytes: usize) -> Self {
        Self { bytes: vec![0; capacity_bytes].into_boxed_slice(), start: 0, end: 0 }
    }

    /// The bytes that the socket may take.
    pub(crate) fn pending(&self) -> &[u8] {
        &self.bytes[self.start..self.end]
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    /// The room for the next message, `reserve` bytes kept back.
    #[inline]
    pub(crate) fn room(&mut self, reserve: usize) -> &mut [u8] {
        let quarter = self.bytes.len() / 4;
        if self.start >= quarter && self.bytes.len() - self.end < quarter {
            // At most three bytes are moved for each that was taken since the last time.
            self.bytes.copy_within(self.start..self.end, 0);
            self.end -= self.start;
            self.start = 0;
        }
        let limit = self.bytes.len().saturating_sub(reserve).max(self.end);
        &mut self.bytes[self.end..limit]
    }

    /// The room for the next message of a replay, which fills half the buffer only: new
    /// messages are encoded in the other half while they wait.
    pub(crate) fn replay_room(&mut self) -> &mut [u8] {
        let reserve = if self.is_empty() { 0 } else { self.bytes.len() / 2 };
        self.room(reserve)
    }

    /// The bytes just written into the room.
    #[inline]
    pub(crate) fn written(&self, count: usize) -> &[u8] {
        &self.bytes[self.end..self.end + count]
    }

    /// Adds the bytes just written to those the socket may take.
    #[inline]
    pub(crate) fn commit(&mut self, count: usize) {
        self.end += count;
        assert!(self.end <= self.bytes.len(), "a message is committed where it was written");
    }

    /// Drops bytes that the socket has taken.
    pub(crate) fn consume(&mut self, count: usize) {
        self.start += count;
        assert!(self.start <= self.end, "only pending bytes can be consumed");
        if self.start == self.end {
            self.clear();
        }
    }

    pub(crate) const fn clear(&mut self) {
        self.start = 0;
        self.end = 0;
    }
}
