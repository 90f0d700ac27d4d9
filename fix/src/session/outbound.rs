//! Everything that leaves under a new number.
//!
//! The order is fixed: take the number, encode into the transmit buffer's free room, append
//! to the store, and only then make the bytes visible to the driver.

use crate::codec::{EncodeError, Envelope, Replay, Writer};
use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};

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
            self.transmit.commit(length);
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

    pub(super) fn send_logon(&mut self, reset: bool) {
        let heartbeat_s = self.config.heartbeat_s;
        self.push_admin(msg_type::LOGON, |writer| {
            writer.char(tag::ENCRYPT_METHOD, b'0');
            writer.uint(tag::HEART_BT_INT, u64::from(heartbeat_s));
            if reset {
                writer.bool(tag::RESET_SEQ_NUM_FLAG, true);
            }
        });
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

    /// Asks for everything from the expected number on.
    pub(super) fn send_resend_request(&mut self) {
        self.counters.resend_requests_sent += 1;
        let begin = self.store.next_inbound();
        self.push_admin(msg_type::RESEND_REQUEST, |writer| {
            writer.uint(tag::BEGIN_SEQ_NO, begin);
            // 0: to infinity, so that messages sent meanwhile are covered as well.
            writer.uint(tag::END_SEQ_NO, 0);
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
        self.push_admin(msg_type::REJECT, |writer| {
            writer.uint(tag::REF_SEQ_NUM, message.msg_seq_num().unwrap_or(0));
            writer.str(tag::TEXT, reason.text());
            if let Some(ref_tag) = ref_tag {
                writer.uint(tag::REF_TAG_ID, u64::from(ref_tag));
            }
            if !message.msg_type().is_empty() {
                writer.bytes(tag::REF_MSG_TYPE, message.msg_type());
            }
            writer.uint(tag::SESSION_REJECT_REASON, reason as u64);
        });
    }
}
