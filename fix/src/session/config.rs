//! What one session must know before it starts.

use crate::codec::timestamp::Precision;

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
    /// Our CompID.
    pub sender_comp_id: String,
    /// The counterparty's CompID.
    pub target_comp_id: String,
    /// HeartBtInt(108) of an initiator; an acceptor takes what the Logon says. 0: none.
    pub heartbeat_s: u32,
    /// An initiator begins each Logon with ResetSeqNumFlag(141)=Y; all that was not yet
    /// answered is then forgotten on both sides.
    pub reset_on_logon: bool,
    /// How far SendingTime(52) may be from our clock.
    pub sending_time_tolerance_ns: u64,
    /// How long a Logon, or the answer to ours, may take.
    pub logon_timeout_ns: u64,
    /// How long the answer to our Logout may take.
    pub logout_timeout_ns: u64,
    /// A resend that makes no progress for so long is requested again, three times at most.
    pub resend_timeout_ns: u64,
    /// Decimals of the timestamps we write.
    pub precision: Precision,
    /// Size of the transmit buffer: how far the counterparty may fall behind in reading.
    pub transmit_capacity_bytes: usize,
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
            sender_comp_id: sender_comp_id.to_owned(),
            target_comp_id: target_comp_id.to_owned(),
            heartbeat_s: 30,
            reset_on_logon: false,
            sending_time_tolerance_ns: 120 * NANOS_PER_SECOND,
            logon_timeout_ns: 10 * NANOS_PER_SECOND,
            logout_timeout_ns: 2 * NANOS_PER_SECOND,
            resend_timeout_ns: 10 * NANOS_PER_SECOND,
            precision: Precision::Micros,
            transmit_capacity_bytes: 1 << 20,
        }
    }

    pub(crate) fn check(&self) -> Result<(), ConfigError> {
        for name in [&self.sender_comp_id, &self.target_comp_id] {
            let length = matches!(name.len(), 1..=64);
            if !length || name.bytes().any(|byte| byte.is_ascii_control()) {
                return Err(ConfigError::CompId);
            }
        }
        if self.heartbeat_s > MAX_HEARTBEAT_S {
            return Err(ConfigError::Heartbeat);
        }
        if self.transmit_capacity_bytes < MIN_TRANSMIT_BYTES {
            return Err(ConfigError::Transmit);
        }
        Ok(())
    }
}
