//! The numbers of received messages: gaps, queue, and what is below.

use crate::codec::Decoded;
use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};

use super::event::{DisconnectReason, Event};
use super::{Application, Core};

/// Missing messages that have been requested.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// The highest number seen when the gap was found: it is closed beyond.
    pub(super) high: u64,
    /// The last number of the open request; `None`: it reaches to infinity.
    pub(super) chunk_end: Option<u64>,
    /// When to ask again if nothing has come.
    pub(super) deadline: u64,
    /// Requests repeated without progress.
    pub(super) tries: u8,
}

impl<S: Store> Core<S> {
    /// Uses the number of a message that was handled regardless of it.
    pub(super) fn settle<A: Application<S>>(
        &mut self,
        number: u64,
        message: &Message<'_>,
        app: &mut A,
    ) {
        if number > self.store.next_inbound() {
            self.on_too_high(number, message, false, app);
        } else {
            self.advance_if_expected(number);
        }
    }

    /// A message above the expected one; `keep`: it still has to be handled.
    pub(super) fn on_too_high<A: Application<S>>(
        &mut self,
        number: u64,
        message: &Message<'_>,
        keep: bool,
        app: &mut A,
    ) {
        let open = self.gap.is_some();
        self.expect_replay(number, if keep { message.bytes() } else { &[] }, app);
        if !open {
            self.send_resend_request();
        }
    }

    /// Remembers that messages are missing.
    pub(super) fn expect_replay<A: Application<S>>(
        &mut self,
        number: u64,
        bytes: &[u8],
        app: &mut A,
    ) {
        let kept = self.queue.as_mut().is_some_and(|queue| queue.push(number, bytes));
        if self.gap.is_some() {
            // Covered by the open request, unless that is for a chunk only: then by a later one.
            self.counters.above_gap += u64::from(!kept);
            return;
        }
        let expected = self.store.next_inbound();
        self.counters.gaps += 1;
        self.tell(app, Event::Gap { expected, received: number });
        let deadline = self.now.saturating_add(self.config.resend_timeout_ns);
        self.gap = Some(Gap { high: number, chunk_end: None, deadline, tries: 0 });
    }

    pub(super) fn on_too_low(&mut self, number: u64) {
        let expected = self.store.next_inbound();
        self.send_logout(&format!("MsgSeqNum too low, expecting {expected} but received {number}"));
        self.close(DisconnectReason::SequenceTooLow { expected, received: number });
    }

    pub(super) fn advance_if_expected(&mut self, number: u64) {
        if number == self.store.next_inbound() && number < MAX_SEQ_NUM {
            self.set_expected(number + 1, false);
        }
    }

    pub(super) fn move_on<A: Application<S>>(&mut self, next: u64, gap_fill: bool, app: &mut A) {
        self.tell(app, Event::SequenceReset { next_inbound: next, gap_fill });
        self.set_expected(next, gap_fill);
    }

    pub(super) fn set_expected(&mut self, next: u64, gap_fill: bool) {
        self.store.set_inbound(next);
        let last_missing = self.last_missing();
        let Some(gap) = &mut self.gap else { return };
        gap.deadline = self.now.saturating_add(self.config.resend_timeout_ns);
        gap.tries = 0;
        if next > gap.high {
            self.gap = None;
            return;
        }
        // Some counterparties end the gap fill of a chunk with the chunk's last number instead
        // of the one behind it, and send nothing more: asking from there on serves both.
        let over = |end| next > end || gap_fill && next >= end;
        if gap.chunk_end.is_some_and(over) && next <= last_missing {
            self.send_resend_request();
        }
    }

    /// The last number that has to be sent again: what was seen above the gap is in the queue.
    pub(super) fn last_missing(&self) -> u64 {
        let high = self.gap.map_or(0, |gap| gap.high);
        if self.queue.is_some() { high.saturating_sub(1) } else { high }
    }

    /// Handles queued messages as far as they follow on the expected number.
    pub(super) fn drain_queue<A: Application<S>>(&mut self, app: &mut A) {
        let Some(mut queue) = self.queue.take() else { return };
        while let Some((start, end)) =
            queue.next(self.store.next_inbound()).filter(|_| self.is_open())
        {
            let number = self.store.next_inbound();
            let (decoder, bytes) = queue.parts();
            match decoder.decode(&bytes[start..end]) {
                Decoded::Message { message, .. } => self.dispatch(&message, number, app),
                _ => self.advance_if_expected(number),
            }
            if self.store.next_inbound() == number {
                break;
            }
        }
        self.queue = Some(queue);
    }
}
