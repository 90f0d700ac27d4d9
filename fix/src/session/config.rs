//! What one session must know before it starts.

use std::fmt;
use std::sync::Arc;

use crate::codec::timestamp::Precision;
use crate::dictionary::{Dictionary, Validation};
use crate::message::Message;
use crate::version::Version;

use super::resend::ResendPolicy;
use super::schedule::Schedule;

const NANOS_PER_SECOND: u64 = 1_000_000_000;

/// Which side opens the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Connects and sends the first Logon.
    Initiator,
    /// Is connected to and answers it.
    Acceptor,
}

/// The settings of one session. All times are nanoseconds unless named otherwise.
#[derive(Clone, Debug)]
pub struct Config {
    /// Initiator or acceptor.
    pub role: Role,
    /// The version of the protocol.
    pub version: Version,
    /// Our CompID.
    pub sender_comp_id: String,
    /// The counterparty's CompID.
    pub target_comp_id: String,
    /// SenderSubID(50) of every message, empty: none.
    pub sender_sub_id: String,
    /// SenderLocationID(142) of every message, empty: none.
    pub sender_location_id: String,
    /// TargetSubID(57) of every message, empty: none.
    pub target_sub_id: String,
    /// TargetLocationID(143) of every message, empty: none.
    pub target_location_id: String,
    /// HeartBtInt(108) of an initiator; an acceptor takes what the Logon says. 0: none.
    pub heartbeat_s: u32,
    /// An initiator begins each Logon with ResetSeqNumFlag(141)=Y; all that was not yet
    /// answered is then forgotten on both sides. An acceptor begins again at 1 with each Logon
    /// it accepts, whatever that says.
    pub reset_on_logon: bool,
    /// Both numbers begin again at 1 after a Logout.
    pub reset_on_logout: bool,
    /// Both numbers begin again at 1 after each connection.
    pub reset_on_disconnect: bool,
    /// A reset by ResetSeqNumFlag(141)=Y that we did not ask for, in answer to our Logon or in
    /// mid-session, is followed and answered, as FIX has it; messages that the counterparty has
    /// not seen by then are lost. `false`: the session logs out instead. A Logon that opens a
    /// conversation may always ask for it.
    pub accept_reset: bool,
    /// How far SendingTime(52) may be from our clock.
    pub sending_time_tolerance_ns: u64,
    /// How long a Logon, or the answer to ours, may take.
    pub logon_timeout_ns: u64,
    /// How long the answer to our Logout may take.
    pub logout_timeout_ns: u64,
    /// A resend that makes no progress for so long is requested again, three times at most.
    pub resend_timeout_ns: u64,
    /// Most messages asked for by one ResendRequest; 0: all that are missing.
    pub resend_chunk: u64,
    /// Which messages are sent again when the counterparty asks for them.
    pub resend: ResendPolicy,
    /// Room for messages that come above a gap; 0: they are dropped and come again.
    pub queue_capacity_bytes: usize,
    /// Every message says in LastMsgSeqNumProcessed(369) how far we are.
    pub last_msg_seq_num_processed: bool,
    /// Logons say in NextExpectedMsgSeqNum(789) how far we are, and what is missing is sent
    /// without being asked for. Both sides must have agreed on it.
    pub next_expected_msg_seq_num: bool,
    /// TestMessageIndicator(464) of our Logon; a Logon of the other kind is refused. `None`:
    /// not said and not looked at.
    pub test_messages: Option<bool>,
    /// DefaultApplVerID(1137) of our Logon from FIX 5.0 on; empty: an initiator's is that of
    /// the version, an acceptor's is what the counterparty says.
    pub default_appl_ver_id: String,
    /// Username, passwords and other fields of our Logon.
    pub credentials: Credentials,
    /// When the session is open; `None`: always. A Logon at another time is refused, at the
    /// end of a window the session logs out, and each window begins at number 1.
    pub schedule: Option<Schedule>,
    /// Most application messages sent in a second; 0: no limit. Beyond, sends are refused.
    pub sends_per_second_max: u32,
    /// Most messages received in a second; 0: no limit. Beyond, the session logs out.
    pub receives_per_second_max: u32,
    /// Received messages are checked against these: before FIX 5.0 one, from then on that of
    /// FIXT.1.1 and those of the application versions. Empty: no checks.
    pub dictionaries: Vec<Arc<Dictionary>>,
    /// What is checked, if there are dictionaries.
    pub validation: Validation,
    /// A message whose framing is right but one of whose fields is not `number=value`, such as
    /// one with a separator in a text, is rejected (reason 17) and its number used up. `false`:
    /// it is ignored like any garbled one, and asked for again and again.
    pub reject_malformed: bool,
    /// Says whether the Signature(89) of a message is right; a message with a wrong one is
    /// rejected (reason 8). `None`: signatures are not looked at.
    pub signature: Option<SignatureCheck>,
    /// Decimals of the timestamps we write; before FIX 4.2 there are none.
    pub precision: Precision,
    /// Size of the transmit buffer: how far the counterparty may fall behind in reading.
    pub transmit_capacity_bytes: usize,
    /// How many of the latest messages are kept for people to look at, see
    /// [`super::Session::recent_messages`]; 0: none. Each takes some 1,050 bytes.
    pub recent_messages: usize,
}

/// Says whether a message is signed as agreed. Called for each message received: hot.
pub type SignatureCheck = fn(&Message<'_>) -> bool;

/// Encrypts a password for a Logon.
pub type PasswordCipher = fn(&str) -> Vec<u8>;

/// What an initiator's Logon says about who it is. Never shown: its `Debug` is redacted.
#[derive(Clone, Default)]
pub struct Credentials {
    /// Username(553), empty: none.
    pub username: String,
    /// Password(554), empty: none.
    pub password: String,
    /// NewPassword(925), empty: none.
    pub new_password: String,
    /// EncryptedPasswordMethod(1400) and the function that encrypts a password: passwords are
    /// then sent in EncryptedPassword(1402) and EncryptedNewPassword(1404) only.
    pub cipher: Option<(u64, PasswordCipher)>,
    /// Further fields, written as they are after those that the session knows.
    pub fields: Vec<(u32, String)>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("username", &self.username).finish_non_exhaustive()
    }
}

/// Why the settings cannot work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// A CompID is empty, longer than 64 bytes, or holds a control character.
    #[error("CompIDs must have 1 to 64 printable bytes")]
    CompId,
    /// The heartbeat interval is longer than a day.
    #[error("the heartbeat interval is at most {MAX_HEARTBEAT_S} s")]
    Heartbeat,
    /// There are dictionaries, but not that of the session, or of the default application
    /// version.
    #[error("a dictionary is missing")]
    Dictionary,
    /// The transmit buffer cannot hold a few messages.
    #[error("the transmit buffer needs at least {MIN_TRANSMIT_BYTES} bytes")]
    Transmit,
}

/// One day.
pub(crate) const MAX_HEARTBEAT_S: u32 = 86_400;

/// Four times what is kept free for admin messages.
pub(crate) const MIN_TRANSMIT_BYTES: usize = 4 * super::transmit::ADMIN_RESERVE_BYTES;

impl Config {
    /// Makes settings with usual values: heartbeat 30 s, tolerance 120 s, microseconds.
    #[must_use]
    pub fn new(role: Role, sender_comp_id: &str, target_comp_id: &str) -> Self {
        Self {
            role,
            version: Version::Fix44,
            sender_comp_id: sender_comp_id.to_owned(),
            target_comp_id: target_comp_id.to_owned(),
            sender_sub_id: String::new(),
            sender_location_id: String::new(),
            target_sub_id: String::new(),
            target_location_id: String::new(),
            heartbeat_s: 30,
            reset_on_logon: false,
            reset_on_logout: false,
            reset_on_disconnect: false,
            accept_reset: true,
            sending_time_tolerance_ns: 120 * NANOS_PER_SECOND,
            logon_timeout_ns: 10 * NANOS_PER_SECOND,
            logout_timeout_ns: 2 * NANOS_PER_SECOND,
            resend_timeout_ns: 10 * NANOS_PER_SECOND,
            resend_chunk: 0,
            resend: ResendPolicy::default(),
            queue_capacity_bytes: 0,
            last_msg_seq_num_processed: false,
            next_expected_msg_seq_num: false,
            test_messages: None,
            default_appl_ver_id: String::new(),
            credentials: Credentials::default(),
            schedule: None,
            sends_per_second_max: 0,
            receives_per_second_max: 0,
            dictionaries: Vec::new(),
            validation: Validation::full(),
            reject_malformed: true,
            signature: None,
            precision: Precision::Micros,
            transmit_capacity_bytes: 1 << 20,
            recent_messages: 0,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        let needed = [&self.sender_comp_id, &self.target_comp_id].map(|name| (name, 1));
        let others = [
            &self.sender_sub_id,
            &self.sender_location_id,
            &self.target_sub_id,
            &self.target_location_id,
        ]
        .map(|name| (name, 0));
        for (name, least) in needed.into_iter().chain(others) {
            let length = (least..=64).contains(&name.len());
            if !length || name.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(ConfigError::CompId);
            }
        }
        let known = |version| self.dictionary(version).is_some();
        let (session, application) = (self.version.begin_string(), self.version.name());
        let complete = known(session) && known(application);
        if !self.dictionaries.is_empty() && !complete {
            return Err(ConfigError::Dictionary);
        }
        if self.heartbeat_s > MAX_HEARTBEAT_S {
            return Err(ConfigError::Heartbeat);
        }
        if self.transmit_capacity_bytes < MIN_TRANSMIT_BYTES {
            return Err(ConfigError::Transmit);
        }
        Ok(())
    }

    /// Returns the dictionary of a version.
    pub(crate) fn dictionary(&self, version: &str) -> Option<&Dictionary> {
        let found = self.dictionaries.iter().find(|known| known.version() == version);
        found.map(Arc::as_ref)
    }

    /// Returns the dictionaries that the version needs, from the committed tables.
    ///
    /// Cost: milliseconds; allocates. Sessions of one version can share them.
    #[must_use]
    pub fn standard_dictionaries(version: Version) -> Vec<Arc<Dictionary>> {
        let application = Arc::new(Dictionary::standard(version));
        if version.is_fixt() {
            vec![Arc::new(Dictionary::fixt()), application]
        } else {
            vec![application]
        }
    }

    /// Returns the header fields that all our messages have in common.
    pub(crate) fn names(&self) -> [(u32, &str); 6] {
        use crate::tag;
        [
            (tag::SENDER_COMP_ID, &self.sender_comp_id),
            (tag::SENDER_SUB_ID, &self.sender_sub_id),
            (tag::TARGET_COMP_ID, &self.target_comp_id),
            (tag::TARGET_SUB_ID, &self.target_sub_id),
            (tag::SENDER_LOCATION_ID, &self.sender_location_id),
            (tag::TARGET_LOCATION_ID, &self.target_location_id),
        ]
    }
}
