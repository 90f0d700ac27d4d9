//! Everything that leaves under a new number.
//!
//! The order is fixed: take the number, encode into the transmit buffer's free room, append
//! to the store, and only then make the bytes visible to the driver.

use crate::codec::{EncodeError, Envelope, Replay, Writer};
use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};
use crate::version::Version;

use super::event::{DisconnectReason, RejectReason, SendError};
use super::{Core, State};

impl<S: Store> Core<S> {
    /// Sends a message under the next number, leaving `reserve` bytes of the buffer free.
    #[inline]
    pub(super) fn push(
        &mut self,
        msg_type: &[u8],
        admin: bool,
        reserve: usize,
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Result<u64, SendError> {
        let number = self.store.next_outbound();
        if number >= MAX_SEQ_NUM {
            return Err(SendError::NumbersUsedUp);
        }
        let envelope = Envelope {
            msg_type,
            msg_seq_num: number,
            sending_time_ns: self.now,
            replay: Replay::No,
        };
        if self.config.last_msg_seq_num_processed {
            self.encoder.last_processed = Some(self.processed());
        }
        let length = match self.encoder.encode(self.transmit.room(reserve), &envelope, body) {
            Ok(length) => length,
            Err(EncodeError::TooLong) if !self.transmit.is_empty() => {
                return Err(SendError::Backlogged);
            }
            Err(error) => return Err(error.into()),
        };
        if self.store.append(self.transmit.written(length), admin).is_err() {
            if !admin {
                return Err(SendError::StoreFull);
            }
            // Never replayed anyway: a number without a message becomes a gap fill.
            self.store.set_outbound(number + 1);
        }
        if self.replay.is_none() {
            self.commit(length);
        }
        self.last_sent = self.now;
        self.counters.sent += 1;
        Ok(number)
    }

    /// Sends an admin message; ends the connection if there is no room for it.
    pub(super) fn push_admin(&mut self, msg_type: &[u8], body: impl FnOnce(&mut Writer<'_>)) {
        match self.push(msg_type, true, 0, body) {
            Ok(_) => {}
            Err(SendError::NumbersUsedUp) => self.close(DisconnectReason::NumbersUsedUp),
            Err(_) => self.close(DisconnectReason::SlowConsumer),
        }
    }

    /// The last number received in sequence, that of the message in hand included.
    fn processed(&self) -> u64 {
        (self.store.next_inbound() - 1).max(self.in_hand)
    }

    pub(super) fn send_logon(&mut self, reset: bool) {
        let next = self.processed() + 1;
        let config = std::mem::take(&mut self.logon);
        // FIX 4.0 has no such flag: there the counterparty must know.
        let flagged = self.config.version != Version::Fix40;
        let (heartbeat_s, offers_next) =
            (self.config.heartbeat_s, self.config.next_expected_msg_seq_num);
        self.push_admin(msg_type::LOGON, |writer| {
            writer.char(tag::ENCRYPT_METHOD, b'0');
            writer.uint(tag::HEART_BT_INT, u64::from(heartbeat_s));
            if reset && flagged {
                writer.bool(tag::RESET_SEQ_NUM_FLAG, true);
            }
            config.write(writer, offers_next.then_some(next));
        });
        self.logon = config;
    }

    /// Sends a Heartbeat, in answer to a TestRequest if it has an id.
    pub(super) fn send_heartbeat(&mut self, test_req_id: Option<&[u8]>) {
        self.push_admin(msg_type::HEARTBEAT, |writer| {
            if let Some(id) = test_req_id {
                writer.bytes(tag::TEST_REQ_ID, id);
            }
        });
    }

    pub(super) fn send_test_request(&mut self) {
        self.counters.test_requests_sent += 1;
        self.test_request_sent = Some(self.now);
        self.push_admin(msg_type::TEST_REQUEST, |writer| writer.str(tag::TEST_REQ_ID, "TEST"));
    }

    /// Asks for everything from the expected number on, or for the next chunk of it. Without
    /// chunks to infinity, so that messages sent meanwhile are covered as well.
    pub(super) fn send_resend_request(&mut self) {
        let last_missing = self.last_missing();
        let Some(gap) = &mut self.gap else { return };
        let (begin, chunk) = (self.store.next_inbound(), self.config.resend_chunk);
        let last = begin.saturating_add(chunk).saturating_sub(1);
        gap.chunk_end = (chunk > 0 && last < last_missing).then_some(last);
        let end = gap.chunk_end.unwrap_or(self.config.version.end_of_all());
        self.counters.resend_requests_sent += 1;
        self.push_admin(msg_type::RESEND_REQUEST, |writer| {
            writer.uint(tag::BEGIN_SEQ_NO, begin);
            writer.uint(tag::END_SEQ_NO, end);
        });
    }

    pub(super) fn send_logout(&mut self, text: &str) {
        self.push_admin(msg_type::LOGOUT, |writer| {
            // A text that cannot be written must not keep the Logout from being sent.
            if !text.is_empty() && !text.contains('\x01') {
                writer.str(tag::TEXT, text);
            }
        });
    }

    /// Sends a Logout, unless that was done already, and waits for the answer.
    pub(super) fn begin_logout(&mut self, text: &str) {
        if self.state != State::LoggedOn {
            return;
        }
        self.send_logout(text);
        if self.state == State::LoggedOn {
            self.state = State::LoggingOut;
            self.deadline = Some(self.now.saturating_add(self.config.logout_timeout_ns));
        }
    }

    pub(super) fn send_reject(
        &mut self,
        message: &Message<'_>,
        reason: RejectReason,
        ref_tag: Option<u32>,
    ) {
        self.counters.rejects_sent += 1;
        let highest = self.config.version.reject_reason_max();
        self.push_admin(msg_type::REJECT, |writer| {
            writer.reverse_route(message);
            writer.uint(tag::REF_SEQ_NUM, message.msg_seq_num().unwrap_or(0));
            let Some(highest) = highest else {
                return old_text(writer, reason, ref_tag);
            };
            writer.str(tag::TEXT, reason.text());
            if let Some(ref_tag) = ref_tag {
                writer.int(tag::REF_TAG_ID, i64::from(ref_tag.cast_signed()));
            }
            if !message.msg_type().is_empty() {
                writer.bytes(tag::REF_MSG_TYPE, message.msg_type());
            }
            if reason as u8 <= highest {
                writer.uint(tag::SESSION_REJECT_REASON, reason as u64);
            }
        });
    }
}

/// Before FIX 4.2 a Reject has no fields for the tag and the reason: the text names both.
fn old_text(writer: &mut Writer<'_>, reason: RejectReason, ref_tag: Option<u32>) {
    match ref_tag {
        Some(tag) => {
            writer.str(tag::TEXT, &format!("{} ({})", reason.text(), tag.cast_signed()));
        }
        None => writer.str(tag::TEXT, reason.text()),
    }
}
