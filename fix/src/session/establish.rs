//! The beginning of a conversation: the first message, Logons, and numbers that begin again.

use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};
use crate::version::Version;

use super::check::is_yes;
use super::config::{MAX_HEARTBEAT_S, Role};
use super::event::{DisconnectReason, Event};
use super::{Application, Core, State};

impl<S: Store> Core<S> {
    /// The first message of a connection: a Logon, or for an initiator its refusal.
    pub(super) fn on_first<A: Application<S>>(&mut self, message: &Message<'_>, app: &mut A) {
        let number = match self.check_first(message) {
            Ok(number) => number,
            Err(why) => {
                // To a stranger nothing is said, not even why.
                self.refusal = why;
                return self.close(DisconnectReason::LogonRefused);
            }
        };
        match (message.msg_type(), self.config.role) {
            (msg_type::LOGON, _) => self.on_logon(message, number, app),
            (msg_type::LOGOUT, Role::Initiator) => {
                let text = message.get(tag::TEXT).unwrap_or_default();
                self.refusal = format!("the counterparty says: {}", String::from_utf8_lossy(text));
                self.tell(app, Event::LoggedOut { text });
                self.advance_if_expected(number);
                self.close(DisconnectReason::LogonRefused);
            }
            _ => {
                "the first message was no Logon".clone_into(&mut self.refusal);
                self.close(DisconnectReason::LogonRefused);
            }
        }
    }

    /// Checks what makes a first message believable; returns its number, or why it is not.
    fn check_first(&self, message: &Message<'_>) -> Result<u64, String> {
        let ours = self.config.version.begin_string();
        if message.begin_string() != ours.as_bytes() {
            let theirs = String::from_utf8_lossy(message.begin_string());
            return Err(format!("{theirs} is spoken instead of {ours}"));
        }
        if let Err(refusal) = self.check(message) {
            let said = |name: Option<&[u8]>| {
                String::from_utf8_lossy(name.unwrap_or_default()).into_owned()
            };
            let tag = refusal.tag.map_or(String::new(), |tag| format!(" (tag {tag})"));
            return Err(format!(
                "{}{tag}: from {} to {} at {}",
                refusal.reason.text(),
                said(message.sender_comp_id()),
                said(message.target_comp_id()),
                said(message.sending_time()),
            ));
        }
        let number = message.msg_seq_num().filter(|number| (1..=MAX_SEQ_NUM).contains(number));
        number.ok_or_else(|| "MsgSeqNum is missing or out of range".to_owned())
    }

    fn on_logon<A: Application<S>>(&mut self, message: &Message<'_>, number: u64, app: &mut A) {
        let reset = is_yes(message, tag::RESET_SEQ_NUM_FLAG);
        let heartbeat_s = match self.check_logon(message, number, reset) {
            Ok(heartbeat_s) => heartbeat_s,
            Err(text) => return self.refuse_logon(text),
        };
        if let Err(text) = app.on_logon(message) {
            return self.refuse_logon(text);
        }
        let acceptor = self.config.role == Role::Acceptor;
        if acceptor {
            self.set_heartbeat(heartbeat_s);
        }
        self.reset_by_logon(number, reset, app);
        // A number said before a reset is void with it.
        let offers = self.config.next_expected_msg_seq_num && !self.reset_sent;
        let next = message.get_u64(tag::NEXT_EXPECTED_MSG_SEQ_NUM).filter(|_| offers);
        let ours = self.store.next_outbound();
        if let Some(next) = next.filter(|next| *next > ours) {
            return self.refuse_logon(&format!(
                "Tag 789 (NextExpectedMsgSeqNum) is higher than expected. \
                 Expected {ours}, Received {next}"
            ));
        }
        let expected = self.store.next_inbound();
        if number < expected {
            return self.on_too_low(number);
        }
        self.in_hand = if number == expected { number } else { 0 };
        self.set_application_version(message);
        if acceptor {
            self.send_logon(reset || self.reset_sent);
        }
        if self.state == State::AwaitingLogon {
            self.state = State::LoggedOn;
            self.await_reset();
            self.refusal.clear();
            self.tell(app, Event::LoggedOn { heartbeat_s: self.config.heartbeat_s });
            if let Some(next) = next.filter(|next| (1..ours).contains(next)) {
                self.begin_replay(next, 0);
            }
            if next.is_some() && number > expected {
                // Our own number told the counterparty what to send again.
                self.expect_replay(number, &[], app);
            } else {
                self.settle(number, message, app);
            }
        }
    }

    /// Begins the numbers again if the Logons on either side say so.
    fn reset_by_logon<A: Application<S>>(&mut self, number: u64, reset: bool, app: &mut A) {
        let acceptor = self.config.role == Role::Acceptor;
        if acceptor && self.reset_due && !reset && !self.config.reset_on_logon {
            // Our answer asks again; until that is answered, their numbers stay what they are.
            self.store.reset_outbound();
            self.store.set_inbound(number);
            self.reset_sent = true;
        } else if acceptor && (reset || self.config.reset_on_logon) {
            self.tell(app, Event::NumbersReset);
            self.store.reset();
            self.reset_due = false;
        } else if self.reset_sent {
            self.tell(app, Event::NumbersReset);
            self.reset_sent = false;
            self.reset_due = false;
        } else if reset {
            self.tell(app, Event::NumbersReset);
            self.store.reset();
            self.in_hand = number;
            self.answer_reset();
        }
    }

    /// Checks what the session itself wants of a Logon; returns HeartBtInt.
    fn check_logon(
        &self,
        message: &Message<'_>,
        number: u64,
        reset: bool,
    ) -> Result<u32, &'static str> {
        const NOT_ACCEPTABLE: &str = "Logon not acceptable";
        let heartbeat = message.get_u64(tag::HEART_BT_INT).and_then(|s| u32::try_from(s).ok());
        let heartbeat = heartbeat.filter(|seconds| *seconds <= MAX_HEARTBEAT_S);
        let plain = message.get(tag::ENCRYPT_METHOD) == Some(b"0");
        // A reset that nobody asked for would void our numbers behind our back.
        let unasked = reset
            && self.config.role == Role::Initiator
            && !self.reset_sent
            && !self.config.accept_reset;
        let fixt = self.config.version.is_fixt();
        let versioned =
            !fixt || message.get(tag::DEFAULT_APPL_VER_ID).is_some_and(|value| !value.is_empty());
        let acceptable = plain && (!reset || number == 1) && !unasked && versioned;
        let Some(heartbeat_s) = heartbeat.filter(|_| acceptable) else {
            return Err(NOT_ACCEPTABLE);
        };
        let tests = self.config.test_messages;
        match tests.filter(|tests| *tests != is_yes(message, tag::TEST_MESSAGE_INDICATOR)) {
            None => Ok(heartbeat_s),
            Some(true) => Err("this session is for tests: TestMessageIndicator(464)=Y is needed"),
            Some(false) => Err("this session is for production: no test messages"),
        }
    }

    fn refuse_logon(&mut self, text: &str) {
        text.clone_into(&mut self.refusal);
        self.send_logout(text);
        self.close(DisconnectReason::LogonRefused);
    }

    /// From FIX 5.0 on the Logon says which application version is meant if none is said.
    fn set_application_version(&mut self, logon: &Message<'_>) {
        let said =
            logon.get(tag::DEFAULT_APPL_VER_ID).and_then(|said| std::str::from_utf8(said).ok());
        let Some(said) = said.filter(|_| self.config.version.is_fixt()) else { return };
        self.application_version = Version::parse(said).unwrap_or(self.config.version).name();
        if self.config.role == Role::Acceptor && self.config.default_appl_ver_id.is_empty() {
            said.clone_into(&mut self.logon.appl_ver_id);
        }
    }

    /// A Logon in mid-session that begins the numbers again.
    pub(super) fn on_reset_logon<A: Application<S>>(
        &mut self,
        number: u64,
        message: &Message<'_>,
        app: &mut A,
    ) {
        if number != 1 {
            return self.on_too_low(number);
        }
        if let Err(text) = app.on_logon(message) {
            return self.refuse_logon(text);
        }
        let asked = self.reset_sent;
        if !asked && !self.config.accept_reset {
            return self.refuse_logon("ResetSeqNumFlag(141)=Y was not agreed on");
        }
        self.tell(app, Event::NumbersReset);
        self.gap = None;
        if let Some(queue) = &mut self.queue {
            queue.clear();
        }
        self.in_hand = number;
        if asked || self.reset_answered {
            // Ours began again when we asked for it, or when we answered.
            self.store.set_inbound(number);
            self.reset_sent = false;
            self.reset_due = false;
            self.await_reset();
        } else {
            self.replay = None;
            self.store.reset();
            self.answer_reset();
        }
        self.advance_if_expected(number);
    }

    /// Answers a reset with our first message of the new numbers. Some take the answer for a
    /// request, and answer it: that is the end of it.
    fn answer_reset(&mut self) {
        self.reset_answered = true;
        self.send_logon(true);
    }

    /// Gives the answer to a reset of ours its time, if one is awaited.
    pub(super) fn await_reset(&mut self) {
        let deadline = self.now.saturating_add(self.config.logon_timeout_ns);
        self.deadline = self.reset_sent.then_some(deadline);
    }
}
