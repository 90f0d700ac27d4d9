//! Answers to ResendRequests: stored messages again, gap fills in place of the rest.
//!
//! A replay may be far longer than the transmit buffer, so it is a cursor that moves on as
//! the buffer drains. New messages meanwhile go to the store only and leave when the cursor
//! reaches them, as they are: the counterparty sees each number in order.
//!
//! # Invariants
//! - A gap fill carries the number of the first message it replaces; it uses up none itself.
//! - Nothing above the requested end is sent again, and nothing new is left out.

use crate::codec::{Envelope, Replay};
use crate::store::Store;
use crate::tag::{self, msg_type};

use super::Core;

/// What is still to be sent.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    /// The next number to replay, up to and including `end`.
    next: u64,
    end: u64,
    /// The first number that has never been transmitted on this connection.
    fresh: u64,
}

impl<S: Store> Core<S> {
    /// Begins (or widens) the replay of a range; `end` 0 means all.
    pub(super) fn begin_replay(&mut self, begin: u64, end: u64) {
        let fresh = self.replay.map_or(self.store.next_outbound(), |cursor| cursor.fresh);
        let last = fresh - 1;
        let end = if end == 0 { last } else { end.min(last) };
        let mut cursor = Cursor { next: begin, end, fresh };
        if let Some(open) = self.replay
            && open.next <= open.end
        {
            cursor.next = cursor.next.min(open.next);
            cursor.end = cursor.end.max(open.end);
        }
        self.replay = Some(cursor);
        self.continue_replay();
    }

    /// Moves the cursor on as far as the transmit buffer has room.
    pub(super) fn continue_replay(&mut self) {
        while let Some(cursor) = self.replay {
            let moved = if cursor.next <= cursor.end {
                self.replay_next(cursor)
            } else if cursor.fresh < self.store.next_outbound() {
                self.transmit_fresh(cursor)
            } else {
                None
            };
            let finished = cursor.next > cursor.end && cursor.fresh == self.store.next_outbound();
            match moved {
                Some(moved) => self.replay = Some(moved),
                None if finished => self.replay = None,
                None => return, // no room: goes on when the buffer has drained
            }
        }
    }

    /// Sends one stored message again, or one gap fill; `None` if there is no room.
    fn replay_next(&mut self, cursor: Cursor) -> Option<Cursor> {
        let number = cursor.next;
        let stored = self.store.get(number).filter(|stored| !stored.admin);
        let Some(parts) = stored.and_then(|stored| Parts::of(stored.bytes)) else {
            let next = self.after_gap(number, cursor.end);
            return self.send_gap_fill(number, next).map(|()| Cursor { next, ..cursor });
        };
        let envelope = Envelope {
            msg_type: parts.msg_type,
            msg_seq_num: number,
            sending_time_ns: self.now,
            replay: Replay::Of(parts.sending_time),
        };
        let room = self.transmit.replay_room();
        let Ok(length) = self.encoder.encode(room, &envelope, |writer| writer.raw(parts.body))
        else {
            if self.transmit.is_empty() {
                // Longer than the whole buffer by its new fields: it can only be left out.
                let next = number + 1;
                return self.send_gap_fill(number, next).map(|()| Cursor { next, ..cursor });
            }
            return None;
        };
        self.transmit.commit(length);
        self.last_sent = self.now;
        self.counters.resent += 1;
        Some(Cursor { next: number + 1, ..cursor })
    }

    /// Transmits one new message that had to wait; `None` if there is no room.
    fn transmit_fresh(&mut self, cursor: Cursor) -> Option<Cursor> {
        let number = cursor.fresh;
        let Some(stored) = self.store.get(number) else {
            // An admin message that the full store could not keep.
            return self
                .send_gap_fill(number, number + 1)
                .map(|()| Cursor { fresh: number + 1, ..cursor });
        };
        let room = self.transmit.replay_room().get_mut(..stored.bytes.len())?;
        room.copy_from_slice(stored.bytes);
        self.transmit.commit(stored.bytes.len());
        Some(Cursor { fresh: number + 1, ..cursor })
    }

    /// Returns the first number after `from`, at most `end + 1`, that can be replayed.
    fn after_gap(&self, from: u64, end: u64) -> u64 {
        let replayable = |number: &u64| {
            let stored = self.store.get(*number).filter(|stored| !stored.admin);
            stored.is_some_and(|stored| Parts::of(stored.bytes).is_some())
        };
        (from + 1..=end).find(replayable).unwrap_or(end + 1)
    }

    fn send_gap_fill(&mut self, number: u64, next: u64) -> Option<()> {
        let envelope = Envelope {
            msg_type: msg_type::SEQUENCE_RESET,
            msg_seq_num: number,
            sending_time_ns: self.now,
            replay: Replay::GapFill,
        };
        let room = self.transmit.replay_room();
        let encoded = self.encoder.encode(room, &envelope, |writer| {
            writer.uint(tag::NEW_SEQ_NO, next);
            writer.bool(tag::GAP_FILL_FLAG, true);
        });
        self.transmit.commit(encoded.ok()?);
        self.last_sent = self.now;
        self.counters.gap_fills_sent += 1;
        Some(())
    }
}

/// The parts of a stored message that a replay keeps.
struct Parts<'a> {
    msg_type: &'a [u8],
    sending_time: &'a [u8],
    /// The fields between header and trailer, separators included.
    body: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Takes apart what our encoder wrote: `8 9 35 34 49 52 56 body 10`; `None` for anything
    /// else, such as a message stored by another version.
    fn of(bytes: &'a [u8]) -> Option<Self> {
        const TRAILER_BYTES: usize = 7;
        let mut rest = bytes.get(..bytes.len().checked_sub(TRAILER_BYTES)?)?;
        let mut field = |prefix: &[u8]| {
            let end = rest.iter().position(|byte| *byte == crate::codec::SOH)?;
            let value = rest[..end].strip_prefix(prefix)?;
            rest = &rest[end + 1..];
            Some(value)
        };
        field(b"8=")?;
        field(b"9=")?;
        let msg_type = field(b"35=")?;
        field(b"34=")?;
        field(b"49=")?;
        let sending_time = field(b"52=")?;
        field(b"56=")?;
        Some(Self { msg_type, sending_time, body: rest })
    }
}
