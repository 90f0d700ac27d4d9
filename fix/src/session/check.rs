//! Whether a received message may be believed: dictionary, names, times.

use crate::codec::timestamp::parse_timestamp;
use crate::message::Message;
use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};
use crate::version::Version;

use super::Core;
use super::event::RejectReason;

/// Why a message is rejected.
pub(super) struct Refusal {
    pub(super) reason: RejectReason,
    pub(super) tag: Option<u32>,
    /// The counterparty is not who or when it should be: log out as well.
    pub(super) fatal: bool,
}

impl Refusal {
    pub(super) const fn of(reason: RejectReason, tag: u32) -> Self {
        Self { reason, tag: Some(tag), fatal: false }
    }

    const fn fatal(reason: RejectReason) -> Self {
        Self { reason, tag: None, fatal: true }
    }
}

impl<S: Store> Core<S> {
    /// Checks what does not depend on the number: first the dictionary, then the header.
    pub(super) fn check(&self, message: &Message<'_>) -> Result<(), Refusal> {
        if !self.config.dictionaries.is_empty() {
            self.check_dictionary(message)?;
        }
        self.check_header(message)?;
        // No encryption is ever agreed on: Logons with another EncryptMethod are refused.
        if message.get_header(tag::SECURE_DATA).is_some() {
            return Err(Refusal::of(RejectReason::Decryption, tag::SECURE_DATA));
        }
        if self.config.signature.is_some_and(|is_right| !is_right(message)) {
            return Err(Refusal::of(RejectReason::Signature, tag::SIGNATURE));
        }
        Ok(())
    }

    fn check_dictionary(&self, message: &Message<'_>) -> Result<(), Refusal> {
        let version = self.config.version;
        let unknown = Refusal::of(RejectReason::ApplicationVersion, tag::APPL_VER_ID);
        let Some(session) = self.config.dictionary(version.begin_string()) else {
            return Err(unknown);
        };
        let application = if !version.is_fixt() || msg_type::is_admin(message.msg_type()) {
            Some(session)
        } else {
            let named = message.get_header(tag::APPL_VER_ID).filter(|value| !value.is_empty());
            match named {
                None => self.config.dictionary(self.application_version),
                Some(value) => {
                    let version = std::str::from_utf8(value).ok().and_then(Version::parse);
                    version.and_then(|version| self.config.dictionary(version.name()))
                }
            }
        };
        let fault = match application {
            Some(application) => self.config.validation.check(message, session, application),
            None => return Err(unknown),
        };
        fault.map_err(|fault| Refusal { reason: fault.reason, tag: fault.tag, fatal: false })
    }

    pub(super) fn check_header(&self, message: &Message<'_>) -> Result<(), Refusal> {
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
        Ok(())
    }

    /// Checks the times of a message whose number was used before. One that fills a gap is
    /// not looked at so closely: to refuse it would be to lose it.
    pub(super) fn check_duplicate(&self, message: &Message<'_>) -> Result<(), Refusal> {
        // A gap fill stands for several messages: it has no one original time.
        if message.msg_type() == msg_type::SEQUENCE_RESET {
            return Ok(());
        }
        let sent = timestamp(message.sending_time(), tag::SENDING_TIME)?;
        let original = timestamp(message.orig_sending_time(), tag::ORIG_SENDING_TIME)?;
        if original > sent {
            return Err(Refusal::fatal(RejectReason::SendingTime));
        }
        Ok(())
    }
}

pub(super) fn is_yes(message: &Message<'_>, tag: u32) -> bool {
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
pub(super) fn new_seq_no(message: &Message<'_>, least: u64) -> Result<u64, Refusal> {
    match message.get_u64(tag::NEW_SEQ_NO) {
        Some(next) if (least..=MAX_SEQ_NUM).contains(&next) => Ok(next),
        Some(_) => Err(Refusal { tag: None, ..Refusal::of(RejectReason::ValueOutOfRange, 0) }),
        None => Err(missing_or_wrong(message, tag::NEW_SEQ_NO)),
    }
}

pub(super) fn missing_or_wrong(message: &Message<'_>, tag: u32) -> Refusal {
    match message.get(tag) {
        None => Refusal::of(RejectReason::RequiredTagMissing, tag),
        Some([]) => Refusal::of(RejectReason::TagWithoutValue, tag),
        Some(_) => Refusal::of(RejectReason::ValueOutOfRange, tag),
    }
}
