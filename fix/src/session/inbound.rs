//! What a received message means, after FIX 4.4 volume 2.
//!
//! Checks come in this order: version, number present, header fields, CompIDs, SendingTime,
//! then the type, then the number. A message that fails a header check is rejected and its
//! number used up, if it was the expected one. The number decides last: below, equal, above.

use std::cmp::Ordering;

use crate::codec::timestamp::parse_timestamp;
use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};

use super::config::{MAX_HEARTBEAT_S, Role};
use super::event::{DisconnectReason, Event, RejectReason};
use super::{BEGIN_STRING, Core, State};

/// Missing messages that have been requested.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gap {
    /// The highest number seen when the gap was found: it is closed beyond.
    pub(super) high: u64,
    /// When to ask again if nothing has come.
    pub(super) deadline: u64,
    /// Requests repeated without progress.
    pub(super) tries: u8,
}

/// Why a message is rejected.
struct Refusal {
    reason: RejectReason,
    tag: Option<u32>,
    /// The counterparty is not who or when it should be: log out as well.
    fatal: bool,
}

impl Refusal {
    const fn of(reason: RejectReason, tag: u32) -> Self {
        Self { reason, tag: Some(tag), fatal: false }
    }

    const fn fatal(reason: RejectReason) -> Self {
        Self { reason, tag: None, fatal: true }
    }
}

impl<S: Store> Core<S> {
    pub(super) fn on_message<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        on_event: &mut E,
    ) {
        self.last_received = self.now;
        self.test_request_sent = None;
        if self.state == State::AwaitingLogon {
            return self.on_first(message, on_event);
        }
        if message.begin_string() != BEGIN_STRING.as_bytes() {
            return self.begin_logout("Incorrect BeginString");
        }
        let number = message.msg_seq_num().filter(|number| *number <= MAX_SEQ_NUM);
        let Some(number) = number else {
            self.send_logout("MsgSeqNum missing or not a number");
            return self.close(DisconnectReason::NoSequenceNumber);
        };
        if let Err(refusal) = self.check_header(message) {
            return self.refuse(message, number, &refusal, on_event);
        }
        match message.msg_type() {
            msg_type::LOGON if is_yes(message, tag::RESET_SEQ_NUM_FLAG) => {
                self.on_reset_logon(number, on_event);
            }
            msg_type::SEQUENCE_RESET if !is_yes(message, tag::GAP_FILL_FLAG) => {
                self.on_sequence_reset(message, number, on_event);
            }
            msg_type::RESEND_REQUEST => self.on_resend_request(message, number, on_event),
            msg_type::LOGOUT => self.on_logout(message, number, on_event),
            _ => self.on_numbered(message, number, on_event),
        }
    }

    /// The first message of a connection: a Logon, or for an initiator its refusal.
    fn on_first<E: FnMut(Event<'_>)>(&mut self, message: &Message<'_>, on_event: &mut E) {
        let ours = message.begin_string() == BEGIN_STRING.as_bytes();
        let number = message.msg_seq_num().filter(|number| (1..=MAX_SEQ_NUM).contains(number));
        let (true, Some(number), Ok(())) = (ours, number, self.check_header(message)) else {
            // To a stranger nothing is said, not even why.
            return self.close(DisconnectReason::LogonRefused);
        };
        match (message.msg_type(), self.config.role) {
            (msg_type::LOGON, _) => self.on_logon(message, number, on_event),
            (msg_type::LOGOUT, Role::Initiator) => {
                let text = message.get(tag::TEXT).unwrap_or_default();
                on_event(Event::LoggedOut { text });
                self.advance_if_expected(number);
                self.close(DisconnectReason::LogonRefused);
            }
            _ => self.close(DisconnectReason::LogonRefused),
        }
    }

    fn on_logon<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        on_event: &mut E,
    ) {
        let reset = is_yes(message, tag::RESET_SEQ_NUM_FLAG);
        let heartbeat = message.get_u64(tag::HEART_BT_INT).and_then(|s| u32::try_from(s).ok());
        let heartbeat = heartbeat.filter(|seconds| *seconds <= MAX_HEARTBEAT_S);
        let plain = message.get(tag::ENCRYPT_METHOD) == Some(b"0");
        // A reset that nobody asked for would void our numbers behind our back.
        let unasked = reset && self.config.role == Role::Initiator && !self.reset_sent;
        let (Some(heartbeat_s), true, false) =
            (heartbeat, plain && (!reset || number == 1), unasked)
        else {
            self.send_logout("Logon not acceptable");
            return self.close(DisconnectReason::LogonRefused);
        };
        if self.config.role == Role::Acceptor {
            self.set_heartbeat(heartbeat_s);
            if reset {
                on_event(Event::NumbersReset);
                self.store.reset();
            }
        } else if self.reset_sent {
            on_event(Event::NumbersReset);
        }
        if number < self.store.next_inbound() {
            return self.on_too_low(number);
        }
        if self.config.role == Role::Acceptor {
            self.send_logon(reset);
        }
        if self.state == State::AwaitingLogon {
            self.state = State::LoggedOn;
            self.deadline = None;
            on_event(Event::LoggedOn { heartbeat_s: self.config.heartbeat_s });
            self.settle(number, on_event);
        }
    }

    /// A Logon in mid-session that begins the numbers again.
    fn on_reset_logon<E: FnMut(Event<'_>)>(&mut self, number: u64, on_event: &mut E) {
        if number != 1 {
            return self.on_too_low(number);
        }
        on_event(Event::NumbersReset);
        self.store.reset();
        self.gap = None;
        self.replay = None;
        self.send_logon(true);
        self.advance_if_expected(number);
    }

    /// SequenceReset in mode Reset: its own number does not matter.
    fn on_sequence_reset<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        on_event: &mut E,
    ) {
        match new_seq_no(message, self.store.next_inbound()) {
            Ok(next) => self.move_on(next, false, on_event),
            // Not `refuse`: the number is not used up.
            Err(refusal) => {
                self.send_reject(message, refusal.reason, refusal.tag);
                on_event(Event::Refused { msg_seq_num: number, reason: refusal.reason });
            }
        }
    }

    /// Is answered whatever its number, or two sides with gaps would wait for each other.
    fn on_resend_request<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        on_event: &mut E,
    ) {
        self.counters.resend_requests_received += 1;
        let begin = message.get_u64(tag::BEGIN_SEQ_NO).filter(|begin| *begin > 0);
        let end = message.get_u64(tag::END_SEQ_NO);
        match (begin, end) {
            (None, _) => {
                let refusal = missing_or_wrong(message, tag::BEGIN_SEQ_NO);
                self.refuse(message, number, &refusal, on_event);
            }
            (_, None) => {
                let refusal = missing_or_wrong(message, tag::END_SEQ_NO);
                self.refuse(message, number, &refusal, on_event);
            }
            (Some(begin), Some(end)) => {
                self.begin_replay(begin, end);
                self.settle(number, on_event);
            }
        }
    }

    fn on_logout<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        on_event: &mut E,
    ) {
        on_event(Event::LoggedOut { text: message.get(tag::TEXT).unwrap_or_default() });
        // Above a gap the number stays: the missing messages are asked for at the next Logon.
        self.advance_if_expected(number);
        if self.state == State::LoggedOn {
            self.send_logout("");
        }
        self.close(DisconnectReason::LoggedOut);
    }

    /// Everything that counts only if its number is the expected one.
    fn on_numbered<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        on_event: &mut E,
    ) {
        match number.cmp(&self.store.next_inbound()) {
            Ordering::Equal => {}
            Ordering::Greater => return self.on_too_high(number, on_event),
            Ordering::Less if message.poss_dup() => return self.counters.duplicates += 1,
            Ordering::Less => return self.on_too_low(number),
        }
        match message.msg_type() {
            // A second Logon without reset means nothing.
            msg_type::HEARTBEAT | msg_type::LOGON => {}
            msg_type::TEST_REQUEST => match message.get(tag::TEST_REQ_ID) {
                Some(id) if !id.is_empty() => self.send_heartbeat(Some(id)),
                _ => {
                    let refusal = missing_or_wrong(message, tag::TEST_REQ_ID);
                    return self.refuse(message, number, &refusal, on_event);
                }
            },
            msg_type::SEQUENCE_RESET => {
                return match new_seq_no(message, number + 1) {
                    Ok(next) => self.move_on(next, true, on_event),
                    Err(refusal) => self.refuse(message, number, &refusal, on_event),
                };
            }
            msg_type::REJECT => {
                self.counters.rejects_received += 1;
                on_event(Event::Rejected {
                    ref_msg_seq_num: message.get_u64(tag::REF_SEQ_NUM).unwrap_or(0),
                    reason: message.get_u64(tag::SESSION_REJECT_REASON),
                    text: message.get(tag::TEXT).unwrap_or_default(),
                });
            }
            _ => on_event(Event::Application {
                message,
                poss_dup: message.poss_dup(),
                msg_seq_num: number,
            }),
        }
        self.advance_if_expected(number);
    }

    /// Uses the number of a message that was handled regardless of it.
    fn settle<E: FnMut(Event<'_>)>(&mut self, number: u64, on_event: &mut E) {
        if number > self.store.next_inbound() {
            self.on_too_high(number, on_event);
        } else {
            self.advance_if_expected(number);
        }
    }

    fn on_too_high<E: FnMut(Event<'_>)>(&mut self, number: u64, on_event: &mut E) {
        if self.gap.is_some() {
            // Covered by the open request, which reaches to infinity.
            self.counters.above_gap += 1;
            return;
        }
        let expected = self.store.next_inbound();
        self.counters.gaps += 1;
        on_event(Event::Gap { expected, received: number });
        let deadline = self.now.saturating_add(self.config.resend_timeout_ns);
        self.gap = Some(Gap { high: number, deadline, tries: 0 });
        self.send_resend_request();
    }

    fn on_too_low(&mut self, number: u64) {
        let expected = self.store.next_inbound();
        self.send_logout(&format!("MsgSeqNum too low, expecting {expected} but received {number}"));
        self.close(DisconnectReason::SequenceTooLow { expected, received: number });
    }

    fn advance_if_expected(&mut self, number: u64) {
        if number == self.store.next_inbound() && number < MAX_SEQ_NUM {
            self.set_expected(number + 1);
        }
    }

    fn move_on<E: FnMut(Event<'_>)>(&mut self, next: u64, gap_fill: bool, on_event: &mut E) {
        on_event(Event::SequenceReset { next_inbound: next, gap_fill });
        self.set_expected(next);
    }

    fn set_expected(&mut self, next: u64) {
        self.store.set_inbound(next);
        if let Some(gap) = &mut self.gap {
            gap.deadline = self.now.saturating_add(self.config.resend_timeout_ns);
            gap.tries = 0;
            if next > gap.high {
                self.gap = None;
            }
        }
    }

    fn refuse<E: FnMut(Event<'_>)>(
        &mut self,
        message: &Message<'_>,
        number: u64,
        refusal: &Refusal,
        on_event: &mut E,
    ) {
        self.send_reject(message, refusal.reason, refusal.tag);
        on_event(Event::Refused { msg_seq_num: number, reason: refusal.reason });
        self.advance_if_expected(number);
        if refusal.fatal {
            self.begin_logout("");
        }
    }

    fn check_header(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let names = [
            (tag::SENDER_COMP_ID, message.sender_comp_id(), &self.config.target_comp_id),
            (tag::TARGET_COMP_ID, message.target_comp_id(), &self.config.sender_comp_id),
        ];
        for (tag, name, expected) in names {
            match name {
                None => return Err(Refusal::of(RejectReason::RequiredTagMissing, tag)),
                Some([]) => return Err(Refusal::of(RejectReason::TagWithoutValue, tag)),
                Some(name) if name != expected.as_bytes() => {
                    return Err(Refusal::fatal(RejectReason::CompId));
                }
                Some(_) => {}
            }
        }
        let sent = timestamp(message.sending_time(), tag::SENDING_TIME)?;
        if sent.abs_diff(self.now) > self.config.sending_time_tolerance_ns {
            return Err(Refusal::fatal(RejectReason::SendingTime));
        }
        // A gap fill stands for several messages: it has no one original time.
        if message.poss_dup() && message.msg_type() != msg_type::SEQUENCE_RESET {
            let original = timestamp(message.orig_sending_time(), tag::ORIG_SENDING_TIME)?;
            if original > sent {
                return Err(Refusal::fatal(RejectReason::SendingTime));
            }
        }
        Ok(())
    }
}

fn is_yes(message: &Message<'_>, tag: u32) -> bool {
    message.get(tag) == Some(b"Y")
}

fn timestamp(text: Option<&[u8]>, tag: u32) -> Result<u64, Refusal> {
    match text {
        None => Err(Refusal::of(RejectReason::RequiredTagMissing, tag)),
        Some([]) => Err(Refusal::of(RejectReason::TagWithoutValue, tag)),
        Some(text) => parse_timestamp(text).ok_or(Refusal::of(RejectReason::IncorrectFormat, tag)),
    }
}

/// Reads NewSeqNo(36), which must be at least `least` and can be reached.
fn new_seq_no(message: &Message<'_>, least: u64) -> Result<u64, Refusal> {
    match message.get_u64(tag::NEW_SEQ_NO) {
        Some(next) if (least..=MAX_SEQ_NUM).contains(&next) => Ok(next),
        Some(_) => Err(Refusal { tag: None, ..Refusal::of(RejectReason::ValueOutOfRange, 0) }),
        None => Err(missing_or_wrong(message, tag::NEW_SEQ_NO)),
    }
}

fn missing_or_wrong(message: &Message<'_>, tag: u32) -> Refusal {
    match message.get(tag) {
        None => Refusal::of(RejectReason::RequiredTagMissing, tag),
        Some([]) => Refusal::of(RejectReason::TagWithoutValue, tag),
        Some(_) => Refusal::of(RejectReason::ValueOutOfRange, tag),
    }
}
