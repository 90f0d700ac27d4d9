//! Bounded rings from one thread to one other: the only way messages cross threads.
//!
//! Hot: budget 100 ns a hop between two cores, 0 allocations after construction.
//!
//! A thin layer over [`rtrb`] that adds what every ring of ours must have: a named answer to "what
//! if it is full", counters kept on the writer's side, and messages longer than one cell. A long
//! message is a run of cells, usually a head cell that tells how many follow:
//!
//! ```text
//! push_slice(&[head(3), a, b, c])      peek → head(3)      read_exact(&mut cells[..4])
//! ```
//!
//! # Invariants
//! - The cells of one `push_slice` become visible together: a reader that sees the first may read
//!   them all.
//! - Cells arrive in the order written, each exactly once.
//! - Every push is counted once, as sent or as full.

#[cfg(test)]
mod tests;

/// Makes a ring of `capacity` cells and returns its two ends.
///
/// Cost: allocates the cells; done at start-up.
///
/// # Panics
/// If `capacity` is zero: nothing could ever pass.
#[must_use]
pub fn ring<T: Send>(capacity: usize, overflow: Overflow) -> (Sender<T>, Receiver<T>) {
    assert!(capacity > 0, "a ring needs at least one cell");
    let (producer, consumer) = rtrb::RingBuffer::new(capacity);
    (Sender { producer, overflow, sent_total: 0, full_total: 0 }, Receiver { consumer })
}

/// What a push into a full ring does. Chosen where the capacity is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Overflow {
    /// The push fails and hands the message back; the writer decides (stop reading its socket,
    /// reject the order, mark the instrument stale).
    Reject,
    /// The message just pushed is dropped and counted, and the push succeeds: for writers that
    /// can do nothing better. What is already queued stays.
    NewestDropped,
}

/// The writing end of a ring.
#[derive(Debug)]
pub struct Sender<T> {
    producer: rtrb::Producer<T>,
    overflow: Overflow,
    sent_total: u64,
    full_total: u64,
}

impl<T> Sender<T> {
    /// Writes one cell.
    ///
    /// # Errors
    /// Hands `value` back if the ring is full and its policy is [`Overflow::Reject`].
    #[inline]
    pub fn push(&mut self, value: T) -> Result<(), T> {
        match self.producer.push(value) {
            Ok(()) => {
                self.sent_total += 1;
                Ok(())
            }
            Err(rtrb::PushError::Full(value)) => {
                self.full_total += 1;
                match self.overflow {
                    Overflow::Reject => Err(value),
                    Overflow::NewestDropped => Ok(()),
                }
            }
        }
    }

    /// Returns how many messages went in since the start; a slice is one message.
    #[must_use]
    pub fn sent_total(&self) -> u64 {
        self.sent_total
    }

    /// Returns how many messages found no room since the start, rejected or dropped.
    #[must_use]
    pub fn full_total(&self) -> u64 {
        self.full_total
    }

    /// Returns how many cells are free now; never fewer until the next push.
    #[must_use]
    pub fn free(&self) -> usize {
        self.producer.slots()
    }

    /// Returns the number of cells the ring was made with.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.producer.buffer().capacity()
    }

    /// Says whether the reader is gone, so that nothing pushed will ever be read.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.producer.is_abandoned()
    }
}

impl<T: Copy> Sender<T> {
    /// Writes all of `cells` or none of them; the reader sees them appear at once.
    ///
    /// Cost: one copy and one release store, however many cells.
    ///
    /// # Errors
    /// [`PushSliceError::Full`] if they do not fit now and the policy is [`Overflow::Reject`];
    /// [`PushSliceError::LargerThanRing`], under either policy, if they never will.
    #[inline]
    pub fn push_slice(&mut self, cells: &[T]) -> Result<(), PushSliceError> {
        if self.producer.push_entire_slice(cells).is_ok() {
            self.sent_total += 1;
            return Ok(());
        }
        self.full_total += 1;
        if cells.len() > self.capacity() {
            return Err(PushSliceError::LargerThanRing);
        }
        match self.overflow {
            Overflow::Reject => Err(PushSliceError::Full),
            Overflow::NewestDropped => Ok(()),
        }
    }
}

/// Why a slice was not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushSliceError {
    /// Keep the message and push again after the reader has read, or treat it as lost.
    #[error("the ring is full")]
    Full,
    /// Treat the message as lost: waiting will not help.
    #[error("the message has more cells than the ring")]
    LargerThanRing,
}

/// The reading end of a ring.
#[derive(Debug)]
pub struct Receiver<T> {
    consumer: rtrb::Consumer<T>,
}

impl<T> Receiver<T> {
    /// Takes the oldest cell, if there is one.
    #[inline]
    pub fn pop(&mut self) -> Option<T> {
        self.consumer.pop().ok()
    }

    /// Looks at the oldest cell without taking it.
    #[inline]
    #[must_use]
    pub fn peek(&self) -> Option<&T> {
        self.consumer.peek().ok()
    }

    /// Returns how many cells can be read now; never fewer until the next read.
    ///
    /// Cost: one acquire load of the writer's line, so not free between two cores.
    #[must_use]
    pub fn len(&self) -> usize {
        self.consumer.slots()
    }

    /// Says whether there is nothing to read now.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.consumer.is_empty()
    }

    /// Says whether the writer is gone; what it wrote can still be read.
    #[must_use]
    pub fn is_abandoned(&self) -> bool {
        self.consumer.is_abandoned()
    }
}

impl<T: Copy> Receiver<T> {
    /// Fills `cells` with the oldest cells, or takes none and returns `false` if there are fewer.
    #[inline]
    pub fn read_exact(&mut self, cells: &mut [T]) -> bool {
        self.consumer.pop_entire_slice(cells).is_ok()
    }
}
