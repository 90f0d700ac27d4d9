//! The sessions that the scripts expect.

use std::sync::Arc;

use gannet_fix::codec::timestamp::Precision;
use gannet_fix::session::{Config, ConfigError, Role};
use gannet_fix::{Dictionary, MemoryStore, Message, Session, Version};

use crate::echo::Echo;

const US: &str = "ISLD";

/// Messages kept for resending, a session.
const STORE_BYTES: usize = 1 << 22;

/// Room for messages above a gap, a session.
const QUEUE_BYTES: usize = 1 << 18;

/// What the sessions are set up for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Suite {
    Plain,
    LastProcessed,
    ResendChunk,
    NextExpected,
}

pub(crate) struct Slot {
    pub(crate) session: Session<MemoryStore>,
    pub(crate) echo: Echo,
    pub(crate) connected: bool,
}

impl Suite {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        match name {
            "lastMsgSeqNumProcessed" => Some(Self::LastProcessed),
            "resendRequestChunkSize" => Some(Self::ResendChunk),
            "nextExpectedMsgSeqNum" => Some(Self::NextExpected),
            _ => None,
        }
    }
}

impl Slot {
    /// Says whether the message is from the counterparty of this session to us.
    pub(crate) fn is_for(&self, message: &Message<'_>) -> bool {
        let config = self.session.config();
        message.begin_string() == config.version.begin_string().as_bytes()
            && message.sender_comp_id() == Some(config.target_comp_id.as_bytes())
            && message.target_comp_id() == Some(config.sender_comp_id.as_bytes())
    }
}

/// Makes all sessions.
pub(crate) fn make(suite: Suite) -> Result<Vec<Slot>, ConfigError> {
    let mut slots = Vec::new();
    for version in Version::ALL {
        let dictionaries = Config::standard_dictionaries(version);
        // TW44, TW50SP1: the version without its dots.
        let name = version.name().replace("FIX", "TW").replace('.', "");
        let mut targets = vec![name];
        if suite == Suite::Plain && version == Version::Fix44 {
            targets.extend(["TW".to_owned(), "NO_CHECK_FIELDS_HAVE_VALUES".to_owned()]);
        }
        if suite != Suite::Plain && !matches!(version, Version::Fix50 | Version::Fix50Sp1) {
            targets.push("TW".to_owned());
        }
        for target in targets {
            let mut config = Config::new(Role::Acceptor, US, &target);
            config.version = version;
            config.precision = Precision::Millis;
            config.queue_capacity_bytes = QUEUE_BYTES;
            config.reset_on_logon = true;
            config.validation.values_present = target != "NO_CHECK_FIELDS_HAVE_VALUES";
            set_up(&mut config, suite, &dictionaries);
            let application = dictionaries.last().map(Arc::clone);
            let echo = Echo::new(version, application.expect("every version has a dictionary"));
            let session = Session::new(config, MemoryStore::new(STORE_BYTES))?;
            slots.push(Slot { session, echo, connected: false });
        }
    }
    Ok(slots)
}

fn set_up(config: &mut Config, suite: Suite, dictionaries: &[Arc<Dictionary>]) {
    match suite {
        Suite::Plain => config.dictionaries = dictionaries.to_vec(),
        Suite::LastProcessed => config.last_msg_seq_num_processed = true,
        Suite::ResendChunk => config.resend_chunk = 5,
        Suite::NextExpected => {
            config.next_expected_msg_seq_num = true;
            config.reset_on_logon = false;
            config.reset_on_disconnect = true;
            // The scripts of `fixLatest` state a BodyLength that is one too small; it is not
            // compared if the timestamps are longer than theirs.
            config.precision = Precision::Micros;
        }
    }
}

/// Handles `FIX.4.4:ISLD->TW NEXTSENDERSEQNUM=2000`; what cannot be understood changes nothing.
pub(crate) fn set(slots: &mut [Slot], command: &str) {
    let mut words = command.split_whitespace();
    let session = words.next().unwrap_or_default();
    for slot in slots.iter_mut().filter(|slot| !slot.connected) {
        let config = slot.session.config();
        let names = format!("{}->{}", config.sender_comp_id, config.target_comp_id);
        if format!("{}:{names}", config.version.begin_string()) != session {
            continue;
        }
        for (name, number) in words.clone().filter_map(|word| word.split_once('=')) {
            match (name, number.parse()) {
                ("NEXTSENDERSEQNUM", Ok(number)) => slot.session.set_next_outbound(number),
                ("NEXTTARGETSEQNUM", Ok(number)) => slot.session.set_next_inbound(number),
                _ => {}
            }
        }
    }
}
