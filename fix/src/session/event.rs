//! What a session tells its owner.

use crate::codec::{EncodeError, Garbled};
use crate::message::Message;

/// Something happened. Events come in the order of the bytes that caused them.
///
/// The expected inbound number moves on only after the callback has returned, so an owner
/// that records each message there loses none in a crash (it may see the last one again).
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// Both Logons are through: messages may be sent.
    LoggedOn {
        /// The agreed HeartBtInt(108).
        heartbeat_s: u32,
    },
    /// The counterparty sent a Logout; a disconnect follows.
    LoggedOut {
        /// Its Text(58), empty if none.
        text: &'a [u8],
    },
    /// An application message, in sequence, each number once.
    Application {
        /// The message; valid during the callback.
        message: &'a Message<'a>,
        /// PossDupFlag: a resend of something we have not delivered before. The owner may
        /// know it nevertheless if it has set [`crate::Session::set_next_inbound`] back.
        poss_dup: bool,
        /// MsgSeqNum(34).
        msg_seq_num: u64,
    },
    /// The counterparty rejected a message of ours on session level.
    Rejected {
        /// RefSeqNum(45), 0 if missing.
        ref_msg_seq_num: u64,
        /// SessionRejectReason(373).
        reason: Option<u64>,
        /// Text(58), empty if none.
        text: &'a [u8],
    },
    /// We rejected a message of the counterparty.
    Refused {
        /// MsgSeqNum(34) of the message.
        msg_seq_num: u64,
        /// What was wrong.
        reason: RejectReason,
    },
    /// Bytes were skipped that were no message.
    Garbled {
        /// What was wrong.
        reason: Garbled,
    },
    /// Messages are missing; they have been requested.
    Gap {
        /// The first number missing.
        expected: u64,
        /// The number that came instead.
        received: u64,
    },
    /// The counterparty moved its numbers on.
    SequenceReset {
        /// The number expected next.
        next_inbound: u64,
        /// Admin messages were skipped; otherwise (mode Reset) messages may be lost.
        gap_fill: bool,
    },
    /// Both numbers began again at 1, and the messages sent so far were forgotten.
    NumbersReset,
    /// The store cannot grow, such as on a full disk: what room is left is used, then sends are
    /// refused with [`SendError::StoreFull`] while the rest goes on. Told again when it is over.
    StoreFull {
        /// Whether that is so now.
        full: bool,
    },
    /// The connection is of no more use: write what is left to transmit, close it, and call
    /// [`crate::Session::on_disconnected`].
    Disconnect {
        /// Why.
        reason: DisconnectReason,
    },
}

/// Why the session ended a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DisconnectReason {
    /// No Logon in time.
    #[error("no Logon in time")]
    LogonTimeout,
    /// The first message was not an acceptable Logon.
    #[error("the first message was not an acceptable Logon")]
    LogonRefused,
    /// The session is closed at this time.
    #[error("outside of the session's schedule")]
    OutOfSchedule,
    /// Both sides have logged out.
    #[error("logged out")]
    LoggedOut,
    /// Our Logout was not answered in time.
    #[error("the Logout was not answered")]
    LogoutTimeout,
    /// Nothing was heard, not even in answer to a TestRequest.
    #[error("the counterparty is silent")]
    HeartbeatTimeout,
    /// A number came twice without PossDupFlag: the two sides disagree, a person must look.
    #[error("MsgSeqNum {received} is below the expected {expected}")]
    SequenceTooLow {
        /// The number expected.
        expected: u64,
        /// The number received.
        received: u64,
    },
    /// A message had no usable MsgSeqNum.
    #[error("a message had no usable MsgSeqNum")]
    NoSequenceNumber,
    /// The counterparty does not read what we send.
    #[error("the counterparty does not read")]
    SlowConsumer,
    /// Our numbers have reached [`crate::store::MAX_SEQ_NUM`]: reset them.
    #[error("sequence numbers are used up")]
    NumbersUsedUp,
}

/// SessionRejectReason(373), all values; the first eleven are FIX 4.2's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectReason {
    /// A tag that the dictionary does not have.
    InvalidTag = 0,
    /// A required field is missing.
    RequiredTagMissing = 1,
    /// A tag that the message type does not have.
    TagNotDefined = 2,
    /// A tag that was not agreed on. Never raised by the session: a dictionary cannot tell it
    /// from [`RejectReason::InvalidTag`], which QuickFIX sends as well. For applications that
    /// can, see [`crate::session::Replies::reject`].
    UndefinedTag = 3,
    /// A field has no value.
    TagWithoutValue = 4,
    /// A value is out of range.
    ValueOutOfRange = 5,
    /// A value is not of its type.
    IncorrectFormat = 6,
    /// The message holds SecureData(91), although no encryption is ever agreed on.
    Decryption = 7,
    /// [`crate::session::Config::signature`] says that Signature(89) is wrong.
    Signature = 8,
    /// SenderCompID or TargetCompID is not the one agreed.
    CompId = 9,
    /// SendingTime is too far from our clock, or before OrigSendingTime.
    SendingTime = 10,
    /// A message type that the version does not have.
    MsgType = 11,
    /// XML inside of a data field that is not well-formed.
    Xml = 12,
    /// A tag appears more than once outside of a group.
    RepeatedTag = 13,
    /// A header field stands behind the body, or the like.
    OutOfOrder = 14,
    /// The entries of a group do not keep its order.
    GroupOrder = 15,
    /// A group has not as many entries as it says.
    GroupCount = 16,
    /// A value holds a separator: what follows it is no field.
    Separator = 17,
    /// The message is of an application version that we do not speak.
    ApplicationVersion = 18,
    /// Anything else. Never raised by the session; for applications, see
    /// [`crate::session::Replies::reject`].
    Other = 99,
}

impl RejectReason {
    /// Returns the text that FIX 4.4 volume 2 gives the reason.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::InvalidTag => "Invalid tag number",
            Self::RequiredTagMissing => "Required tag missing",
            Self::TagNotDefined => "Tag not defined for this message type",
            Self::UndefinedTag => "Undefined tag",
            Self::TagWithoutValue => "Tag specified without a value",
            Self::ValueOutOfRange => "Value is incorrect (out of range) for this tag",
            Self::IncorrectFormat => "Incorrect data format for value",
            Self::Decryption => "Decryption problem",
            Self::Signature => "Signature problem",
            Self::CompId => "CompID problem",
            Self::SendingTime => "SendingTime accuracy problem",
            Self::MsgType => "Invalid MsgType",
            Self::Xml => "XML validation error",
            Self::RepeatedTag => "Tag appears more than once",
            Self::OutOfOrder => "Tag specified out of required order",
            Self::GroupOrder => "Repeating group fields out of order",
            Self::GroupCount => "Incorrect NumInGroup count for repeating group",
            Self::Separator => "Non \"data\" value includes field delimiter",
            Self::ApplicationVersion => "Invalid or unsupported application version",
            Self::Other => "Other",
        }
    }
}

/// Why a message was not sent. No number was used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SendError {
    /// Wait for [`Event::LoggedOn`].
    #[error("not logged on")]
    NotLoggedOn,
    /// The transmit buffer is full: the counterparty reads too slowly.
    #[error("the transmit buffer is full")]
    Backlogged,
    /// More messages than a second may have: wait.
    #[error("more messages than agreed")]
    Throttled,
    /// The store can keep no more messages.
    #[error("the message store is full")]
    StoreFull,
    /// Sequence numbers have reached their end.
    #[error("sequence numbers are used up")]
    NumbersUsedUp,
    /// The message itself is wrong.
    #[error(transparent)]
    Encode(#[from] EncodeError),
}

/// What has been counted since the session was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages decoded.
    pub received: u64,
    /// Messages sent under a new number.
    pub sent: u64,
    /// Skips of bytes that were no message.
    pub garbled: u64,
    /// Session-level Rejects sent.
    pub rejects_sent: u64,
    /// Session-level Rejects received.
    pub rejects_received: u64,
    /// Gaps found in the inbound numbers.
    pub gaps: u64,
    /// ResendRequests sent, repetitions included.
    pub resend_requests_sent: u64,
    /// ResendRequests received.
    pub resend_requests_received: u64,
    /// Messages replayed.
    pub resent: u64,
    /// Gap fills sent.
    pub gap_fills_sent: u64,
    /// Messages ignored because their number was delivered before.
    pub duplicates: u64,
    /// Messages above a gap, ignored because they will be sent again.
    pub above_gap: u64,
    /// Sends refused because the store or the transmit buffer was full, or too many.
    pub sends_refused: u64,
    /// TestRequests sent.
    pub test_requests_sent: u64,
}
