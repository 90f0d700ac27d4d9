//! What must outlive a connection: both sequence numbers and every message sent.
//!
//! A message is appended before its bytes may leave, so that whatever the counterparty has
//! seen can be replayed. [`MemoryStore`] forgets with the process, [`MappedStore`] does not.

mod index;
mod mapped;
mod memory;
#[cfg(test)]
mod tests;

pub use mapped::MappedStore;
pub use memory::MemoryStore;

use std::ops::Range;

/// Largest sequence number handled: 2^40 - 1, a million a second for twelve days. It leaves
/// room beside the number in the mapped store's state words.
pub const MAX_SEQ_NUM: u64 = (1 << 40) - 1;

/// A message that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stored<'a> {
    /// MsgSeqNum(34).
    pub msg_seq_num: u64,
    /// Belongs to the session: replaced by a gap fill when asked for again.
    pub admin: bool,
    /// The whole message.
    pub bytes: &'a [u8],
}

/// What the session must decide about.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No room and none to be had: refuse new messages, go on with the rest.
    #[error("the message store is full")]
    Full,
    /// The file cannot be opened, allocated or mapped: do not start.
    #[error("the message store cannot be used: {0}")]
    Io(#[from] std::io::Error),
    /// Another process has it open: do not start.
    #[error("the message store is in use by another process")]
    Locked,
    /// The file was damaged, such as by a failing disk or a power loss: messages that may have
    /// been sent are lost, and with them the numbers they had. Do not start; agree with the
    /// counterparty on new numbers and move the file away.
    #[error(
        "the message store is damaged at byte {offset}: agree with the counterparty on new \
         sequence numbers, and move the file away"
    )]
    Damaged {
        /// Where the first damage was found.
        offset: u64,
    },
    /// The file is no message store of this version: do not start.
    #[error("the file is not a message store of this version")]
    Foreign,
}

/// Keeps the sequence numbers and the sent messages of one session.
///
/// Both numbers are the next to be used and begin at 1.
pub trait Store {
    /// Returns the number of the next message to send.
    fn next_outbound(&self) -> u64;

    /// Returns the number of the next message expected.
    fn next_inbound(&self) -> u64;

    /// Sets the number expected next; at most [`MAX_SEQ_NUM`].
    fn set_inbound(&mut self, next: u64);

    /// Moves on without keeping a message: for admin messages when the store is full, and where
    /// numbers are set. `next` is not below [`Store::next_outbound`] and at most [`MAX_SEQ_NUM`].
    fn set_outbound(&mut self, next: u64);

    /// Keeps a message under the number [`Store::next_outbound`] and moves on by one.
    ///
    /// When this returns, the message outlives whatever the store promises to survive.
    ///
    /// # Errors
    /// [`StoreError::Full`]; nothing has changed then.
    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError>;

    /// Returns the message sent under a number, if it was kept.
    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>>;

    /// Forgets all messages; both numbers begin again at 1.
    fn reset(&mut self);

    /// Forgets all messages; the outbound number begins again at 1, the inbound one stays. A
    /// process that dies meanwhile leaves one state or the other.
    fn reset_outbound(&mut self);

    /// Does what is too slow for [`Store::append`], such as growing. Called from timers.
    fn maintain(&mut self) {}

    /// Returns the numbers among which all messages kept are: outbound numbers can be set far
    /// above the last.
    fn kept(&self) -> Range<u64>;

    /// Says whether the store could not grow when it had to, or has no room: an alarm.
    fn is_full(&self) -> bool;

    /// Returns the kept messages in the order sent.
    ///
    /// After a crash these are the messages that may have reached the counterparty; what is
    /// not among them was never sent.
    fn messages(&self) -> impl Iterator<Item = Stored<'_>> {
        self.kept().filter_map(|number| self.get(number))
    }
}
