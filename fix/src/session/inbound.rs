//! What a received message means, after FIX 4.4 volume 2.
//!
//! Checks come in this order: version, number present, header fields, CompIDs, SendingTime,
//! then the type, then the number. A message that fails a header check is rejected and its
//! number used up, if it was the expected one. The number decides last: below, equal, above.

use std::cmp::Ordering;

use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};

use super::check::{Refusal, is_yes, missing_or_wrong, new_seq_no};
use super::event::{DisconnectReason, Event, RejectReason};
use super::{Application, Core, State};

impl<S: Store> Core<S> {
    pub(super) fn on_message<A: Application<S>>(&mut self, message: &Message<'_>, app: &mut A) {
        self.last_received = self.now;
        self.test_request_sent = None;
        self.in_hand = 0;
        self.reset_answered &= message.msg_type() == msg_type::LOGON;
        if !self.receives.pass(self.now) {
            self.begin_logout("more messages in a second than agreed");
        }
        if self.state == State::AwaitingLogon {
            self.on_first(message, app);
            return self.drain_queue(app);
        }
        if message.begin_string() != self.config.version.begin_string().as_bytes() {
            if message.msg_type() == msg_type::LOGOUT {
                return self.on_logout(message, 0, app);
            }
            return self.begin_logout("Incorrect BeginString");
        }
        let number = message.msg_seq_num().filter(|number| *number <= MAX_SEQ_NUM);
        let Some(number) = number else {
            self.send_logout("MsgSeqNum missing or not a number");
            return self.close(DisconnectReason::NoSequenceNumber);
        };
        match self.check(message) {
            Ok(()) => self.dispatch(message, number, app),
            Err(refusal) => self.refuse(message, number, &refusal, app),
        }
        self.drain_queue(app);
    }

    /// Handles a message that is right in itself.
    pub(super) fn dispatch<A: Application<S>>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        app: &mut A,
    ) {
        match message.msg_type() {
            msg_type::LOGON if is_yes(message, tag::RESET_SEQ_NUM_FLAG) => {
                self.on_reset_logon(number, message, app);
            }
            msg_type::SEQUENCE_RESET if !is_yes(message, tag::GAP_FILL_FLAG) => {
                self.on_sequence_reset(message, number, app);
            }
            msg_type::RESEND_REQUEST => self.on_resend_request(message, number, app),
            msg_type::LOGOUT => self.on_logout(message, number, app),
            _ => self.on_numbered(message, number, app),
        }
    }

    /// SequenceReset in mode Reset: its own number does not matter.
    fn on_sequence_reset<A: Application<S>>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        app: &mut A,
    ) {
        match new_seq_no(message, self.store.next_inbound()) {
            Ok(next) => self.move_on(next, false, app),
            // Not `refuse`: the number is not used up.
            Err(refusal) => {
                self.send_reject(message, refusal.reason, refusal.tag);
                self.tell(app, Event::Refused { msg_seq_num: number, reason: refusal.reason });
            }
        }
    }

    /// Is answered whatever its number, or two sides with gaps would wait for each other.
    fn on_resend_request<A: Application<S>>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        app: &mut A,
    ) {
        self.counters.resend_requests_received += 1;
        let begin = message.get_u64(tag::BEGIN_SEQ_NO).filter(|begin| *begin > 0);
        let end = message.get_u64(tag::END_SEQ_NO);
        match (begin, end) {
            (None, _) => {
                let refusal = missing_or_wrong(message, tag::BEGIN_SEQ_NO);
                self.refuse(message, number, &refusal, app);
            }
            (_, None) => {
                let refusal = missing_or_wrong(message, tag::END_SEQ_NO);
                self.refuse(message, number, &refusal, app);
            }
            (Some(begin), Some(end)) => {
                self.begin_replay(begin, end);
                self.settle(number, message, app);
            }
        }
    }

    fn on_logout<A: Application<S>>(&mut self, message: &Message<'_>, number: u64, app: &mut A) {
        self.tell(app, Event::LoggedOut { text: message.get(tag::TEXT).unwrap_or_default() });
        // Above a gap the number stays: the missing messages are asked for at the next Logon.
        self.advance_if_expected(number);
        if self.state == State::LoggedOn {
            self.send_logout("");
        }
        self.close(DisconnectReason::LoggedOut);
    }

    /// Everything that counts only if its number is the expected one.
    fn on_numbered<A: Application<S>>(&mut self, message: &Message<'_>, number: u64, app: &mut A) {
        match number.cmp(&self.store.next_inbound()) {
            Ordering::Equal => self.in_hand = number,
            Ordering::Greater => return self.on_too_high(number, message, true, app),
            Ordering::Less if message.poss_dup() => {
                return match self.check_duplicate(message) {
                    Ok(()) => self.counters.duplicates += 1,
                    Err(refusal) => self.refuse(message, number, &refusal, app),
                };
            }
            Ordering::Less => return self.on_too_low(number),
        }
        match message.msg_type() {
            // A second Logon without reset means nothing.
            msg_type::HEARTBEAT | msg_type::LOGON => {}
            msg_type::TEST_REQUEST => match message.get(tag::TEST_REQ_ID) {
                Some(id) if !id.is_empty() => self.send_heartbeat(Some(id)),
                _ => {
                    let refusal = missing_or_wrong(message, tag::TEST_REQ_ID);
                    return self.refuse(message, number, &refusal, app);
                }
            },
            msg_type::SEQUENCE_RESET => {
                return match new_seq_no(message, number + 1) {
                    Ok(next) => self.move_on(next, true, app),
                    Err(refusal) => self.refuse(message, number, &refusal, app),
                };
            }
            msg_type::REJECT => {
                self.counters.rejects_received += 1;
                self.tell(
                    app,
                    Event::Rejected {
                        ref_msg_seq_num: message.get_u64(tag::REF_SEQ_NUM).unwrap_or(0),
                        reason: message.get_u64(tag::SESSION_REJECT_REASON),
                        text: message.get(tag::TEXT).unwrap_or_default(),
                    },
                );
            }
            _ => self.tell(
                app,
                Event::Application { message, poss_dup: message.poss_dup(), msg_seq_num: number },
            ),
        }
        self.advance_if_expected(number);
    }

    /// A message that is whole but has a field that is none; what stands before it is known.
    pub(super) fn on_malformed<A: Application<S>>(&mut self, message: &Message<'_>, app: &mut A) {
        let flowing = matches!(self.state, State::LoggedOn | State::LoggingOut);
        let believable = self.check_header(message).is_ok();
        let number = message.msg_seq_num().filter(|number| *number <= MAX_SEQ_NUM);
        let Some(number) = number.filter(|_| flowing && believable && self.config.reject_malformed)
        else {
            return;
        };
        self.last_received = self.now;
        match number.cmp(&self.store.next_inbound()) {
            Ordering::Equal => {
                let tag = message.fields().last().map(|field| field.0);
                let refusal = Refusal { reason: RejectReason::Separator, tag, fatal: false };
                self.refuse(message, number, &refusal, app);
                self.drain_queue(app);
            }
            // It comes again, in its turn.
            Ordering::Greater => self.on_too_high(number, message, false, app),
            Ordering::Less => {}
        }
    }

    fn refuse<A: Application<S>>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        refusal: &Refusal,
        app: &mut A,
    ) {
        if number == self.store.next_inbound() {
            self.in_hand = number;
        }
        self.send_reject(message, refusal.reason, refusal.tag);
        self.tell(app, Event::Refused { msg_seq_num: number, reason: refusal.reason });
        self.advance_if_expected(number);
        if refusal.fatal {
            self.begin_logout("");
        }
    }
}
