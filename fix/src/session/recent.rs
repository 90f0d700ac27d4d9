//! The latest messages of a session, both ways, for people to look at.
//!
//! Hot: one copy of at most [`RECENT_BYTES`] a message; one comparison if none are kept. What
//! is secret is blotted out when a message is shown, which is rare.

use std::fmt::Write;

use crate::codec::{SOH, unsigned};
use crate::store::Store;
use crate::tag;

use super::{Core, Session};

/// Bytes kept of a message; of a longer one the beginning.
pub const RECENT_BYTES: usize = 1024;

/// Which way a message went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the counterparty.
    In,
    /// To the counterparty. It may still wait in the transmit buffer.
    Out,
}

/// One of the latest messages.
#[derive(Clone, Copy, Debug)]
pub struct Recent<'a> {
    /// When it was handled or encoded, nanoseconds UTC.
    pub time_ns: u64,
    /// Which way it went.
    pub direction: Direction,
    /// Its length in bytes; of a longer one than [`RECENT_BYTES`] only the beginning is there.
    pub length: usize,
    bytes: &'a [u8],
}

impl Recent<'_> {
    /// Returns the message as text: `|` for separators, `***` in place of passwords and data.
    /// Allocates; not for the hot path.
    #[must_use]
    pub fn redacted(&self) -> String {
        let mut text = String::with_capacity(self.bytes.len());
        let mut rest = self.bytes;
        // The length that the field before has announced: its data may hold separators.
        let mut data = None;
        while let Some(equals) = rest.iter().position(|byte| *byte == b'=') {
            let tag = unsigned(&rest[..equals]).and_then(|tag| u32::try_from(tag).ok());
            let value = &rest[equals + 1..];
            let announced =
                data.take().filter(|(of, _)| Some(*of) == tag).map(|(_, length)| length);
            let end = announced.or_else(|| value.iter().position(|byte| *byte == SOH));
            let end = end.unwrap_or(value.len()).min(value.len());
            let secret = announced.is_some() || tag.is_some_and(|tag| tag::SECRETS.contains(&tag));
            let shown = if secret { b"***" } else { &value[..end] };
            let name = String::from_utf8_lossy(&rest[..equals]);
            // Writing to a String does not fail.
            let _ = write!(text, "{name}={}|", String::from_utf8_lossy(shown));
            let length = unsigned(&value[..end]).and_then(|length| usize::try_from(length).ok());
            data = tag.and_then(tag::data_tag).zip(length);
            rest = value.get(end + 1..).unwrap_or_default();
        }
        text
    }
}

/// A ring of messages, allocated once.
pub(super) struct Ring {
    slots: Box<[Slot]>,
    /// Messages put in so far; the next goes to this place, modulo the number of slots.
    count: usize,
}

struct Slot {
    time_ns: u64,
    direction: Direction,
    length: usize,
    bytes: [u8; RECENT_BYTES],
}

impl Ring {
    pub(super) fn new(capacity: usize) -> Self {
        let empty =
            || Slot { time_ns: 0, direction: Direction::In, length: 0, bytes: [0; RECENT_BYTES] };
        Self { slots: std::iter::repeat_with(empty).take(capacity).collect(), count: 0 }
    }

    #[inline]
    fn push(&mut self, time_ns: u64, direction: Direction, message: &[u8]) {
        let Some(index) = self.count.checked_rem(self.slots.len()) else { return };
        let slot = &mut self.slots[index];
        let kept = message.len().min(RECENT_BYTES);
        slot.bytes[..kept].copy_from_slice(&message[..kept]);
        slot.time_ns = time_ns;
        slot.direction = direction;
        slot.length = message.len();
        self.count += 1;
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = Recent<'_>> {
        let first = self.count.saturating_sub(self.slots.len());
        (first..self.count).map(|index| {
            let slot = &self.slots[index % self.slots.len()];
            let bytes = &slot.bytes[..slot.length.min(RECENT_BYTES)];
            Recent { time_ns: slot.time_ns, direction: slot.direction, length: slot.length, bytes }
        })
    }
}

impl<S> Session<S> {
    /// Returns the latest messages, oldest first: as many as
    /// [`super::Config::recent_messages`] says. They outlive the connection, not the process.
    pub fn recent_messages(&self) -> impl DoubleEndedIterator<Item = Recent<'_>> {
        self.core.recent.iter()
    }
}

impl<S: Store> Core<S> {
    /// Makes the message that was just encoded visible to the driver.
    #[inline]
    pub(super) fn commit(&mut self, length: usize) {
        self.recent.push(self.now, Direction::Out, self.transmit.written(length));
        self.transmit.commit(length);
    }

    /// Remembers a message received.
    #[inline]
    pub(super) fn remember_received(&mut self, message: &[u8]) {
        self.recent.push(self.now, Direction::In, message);
    }
}
