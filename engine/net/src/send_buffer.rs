//! Bytes on their way out: encoded once, sent as the socket takes them.

use crate::error::NetError;
use crate::tcp::WriteOutcome;
use crate::transport::Transport;

/// A queue of encoded bytes in front of a [`Transport`].
///
/// Keeps its memory, so once it has seen its largest burst it allocates no more. The owner bounds
/// it by looking at [`Self::pending_bytes`] before adding.
#[derive(Debug, Default)]
pub struct SendBuffer {
    bytes: Vec<u8>,
    sent: usize,
}

impl SendBuffer {
    /// Creates a buffer with room for `capacity` bytes.
    pub fn with_capacity(capacity: usize) -> Self {
        Self { bytes: Vec::with_capacity(capacity), sent: 0 }
    }

    /// Returns the buffer to append encoded bytes to; only append.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        // Moving the rest is worth it only when much of the buffer is behind us.
        if self.sent > self.bytes.len() / 2 {
            self.bytes.drain(..self.sent);
            self.sent = 0;
        }
        &mut self.bytes
    }

    /// Returns the bytes that the transport has not taken yet.
    pub const fn pending_bytes(&self) -> usize {
        self.bytes.len() - self.sent
    }

    /// Sends what the transport takes; returns whether nothing waits any more, here or in TLS.
    ///
    /// # Errors
    /// The connection is lost.
    pub fn flush(&mut self, transport: &mut Transport) -> Result<bool, NetError> {
        while self.pending_bytes() > 0 {
            match transport.write(&self.bytes[self.sent..])? {
                WriteOutcome::Bytes(count) => self.sent += count,
                WriteOutcome::WouldBlock => return Ok(false),
            }
        }
        self.bytes.clear();
        self.sent = 0;
        transport.flush()
    }
}
