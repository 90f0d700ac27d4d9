//! Answers to ResendRequests: stored messages again, gap fills in place of the rest.
//!
//! A replay may be far longer than the transmit buffer, so it is a cursor that moves on as
//! the buffer drains. New messages meanwhile go to the store only and leave when the cursor
//! reaches them, as they are: the counterparty sees each number in order.
//!
//! # Invariants
//! - A gap fill carries the number of the first message it replaces; it uses up none itself.
//! - Nothing above the requested end is sent again, and nothing new is left out.

use crate::codec::{Envelope, Replay, SOH, Writer, unsigned};
use crate::store::Store;
use crate::tag::{self, msg_type};

use super::Core;
use super::resend::ResendPolicy;

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
        let policy = &self.config.resend;
        let Some(parts) = replayable(&self.store, policy, number, self.now) else {
            let next = self.after_gap(number, cursor.end);
            return self.send_gap_fill(number, next).map(|()| Cursor { next, ..cursor });
        };
        let processed = self.config.last_msg_seq_num_processed;
        let processed = processed.then(|| self.store.next_inbound() - 1);
        let room = self.transmit.replay_room();
        let write = |writer: &mut Writer<'_>| parts.write(writer, self.now, processed);
        let Ok(length) = self.encoder.encode_rest(room, write) else {
            if self.transmit.is_empty() {
                // Longer than the whole buffer by its new fields: it can only be left out.
                let next = number + 1;
                return self.send_gap_fill(number, next).map(|()| Cursor { next, ..cursor });
            }
            return None;
        };
        self.commit(length);
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
        let length = stored.bytes.len();
        self.commit(length);
        Some(Cursor { fresh: number + 1, ..cursor })
    }

    /// Returns the first number after `from`, at most `end + 1`, that can be replayed.
    fn after_gap(&self, from: u64, end: u64) -> u64 {
        let policy = &self.config.resend;
        let found = |number: &u64| replayable(&self.store, policy, *number, self.now).is_some();
        let kept = self.store.kept();
        (kept.start.max(from + 1)..kept.end.min(end + 1)).find(found).unwrap_or(end + 1)
    }

    fn send_gap_fill(&mut self, number: u64, next: u64) -> Option<()> {
        if self.config.last_msg_seq_num_processed {
            self.encoder.last_processed = Some(self.store.next_inbound() - 1);
        }
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
        let length = encoded.ok()?;
        self.commit(length);
        self.last_sent = self.now;
        self.counters.gap_fills_sent += 1;
        Some(())
    }
}

/// Returns a stored message taken apart, if it may be sent again.
fn replayable<'a>(
    store: &'a impl Store,
    policy: &ResendPolicy,
    number: u64,
    now: u64,
) -> Option<Parts<'a>> {
    let stored = store.get(number).filter(|stored| !stored.admin)?;
    let parts = Parts::of(stored.bytes)?;
    policy.allows(number, parts.msg_type, parts.sending_time, stored.bytes, now).then_some(parts)
}

/// The parts of a stored message that a replay keeps.
struct Parts<'a> {
    msg_type: &'a [u8],
    /// The fields between MsgType and the trailer, separators included.
    fields: &'a [u8],
    sending_time: &'a [u8],
}

impl<'a> Parts<'a> {
    /// Takes apart what our encoder wrote: `8 9 35 …52… 10`; `None` for anything else.
    fn of(bytes: &'a [u8]) -> Option<Self> {
        const TRAILER_BYTES: usize = 7;
        let mut rest = bytes.get(..bytes.len().checked_sub(TRAILER_BYTES)?)?;
        let mut value = |prefix: &[u8]| {
            let (field, after) = split_field(rest)?;
            rest = after;
            field.strip_prefix(prefix)
        };
        value(b"8=")?;
        value(b"9=")?;
        let msg_type = value(b"35=")?;
        let fields = rest;
        let mut parts = Self { msg_type, fields, sending_time: &[] };
        while let Some((field, after)) = split_field(rest) {
            if let Some(time) = field.strip_prefix(b"52=") {
                parts.sending_time = time;
                return Some(parts);
            }
            rest = after;
        }
        None
    }

    /// Writes the message again: the header in its order with PossDupFlag, the new SendingTime
    /// and the old one as OrigSendingTime, the body as it is.
    fn write(&self, writer: &mut Writer<'_>, now: u64, processed: Option<u64>) {
        writer.raw(self.msg_type);
        writer.raw(&[SOH]);
        let mut rest = self.fields;
        let mut original = Some(self.sending_time);
        while let Some((field, after)) = split_field(rest) {
            let tag = field_tag(field).filter(|tag| tag::header_slot(*tag).is_some());
            // Data in the header may hold separators: all from there on is left as it is.
            let Some(tag) = tag.filter(|tag| tag::data_tag(*tag).is_none()) else { break };
            if tag > tag::ORIG_SENDING_TIME
                && let Some(time) = original.take()
            {
                writer.bytes(tag::ORIG_SENDING_TIME, time);
            }
            match tag {
                tag::SENDING_TIME => writer.timestamp(tag, now),
                tag::LAST_MSG_SEQ_NUM_PROCESSED if processed.is_some() => {
                    writer.uint(tag, processed.unwrap_or_default());
                }
                _ => writer.raw(&rest[..=field.len()]),
            }
            if tag == tag::MSG_SEQ_NUM {
                writer.bool(tag::POSS_DUP_FLAG, true);
            }
            rest = after;
        }
        if let Some(time) = original {
            writer.bytes(tag::ORIG_SENDING_TIME, time);
        }
        writer.raw(rest);
    }
}

/// Splits off the first field, without its separator.
fn split_field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let end = bytes.iter().position(|byte| *byte == SOH)?;
    Some((&bytes[..end], &bytes[end + 1..]))
}

fn field_tag(field: &[u8]) -> Option<u32> {
    let end = field.iter().position(|byte| *byte == b'=')?;
    u32::try_from(unsigned(&field[..end])?).ok()
}
