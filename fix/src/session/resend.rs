//! Which of the messages sent before are sent again when the counterparty asks for them.
//!
//! An order that was true a minute ago may be wrong now. What is not sent again is replaced by
//! a gap fill, as admin messages are: the counterparty never learns of it, so the owner asks for
//! the state of such orders, as it does after any reconnect.

use crate::codec::timestamp::parse_timestamp;

/// The rule for stored application messages. The default sends all of them again.
#[derive(Clone, Debug, Default)]
pub struct ResendPolicy {
    /// Messages first sent longer ago than this are left out, nanoseconds; `None`: whatever
    /// their age. Before FIX 4.2 times are whole seconds, cut off.
    pub max_age_ns: Option<u64>,
    /// The types that the age matters for, such as `D` and `G`; empty: all.
    pub aging_types: Vec<String>,
    /// Asked about each message that is not left out by then: `false` leaves it out.
    pub decide: Option<fn(&Resend<'_>) -> bool>,
}

/// A message that the counterparty has asked for.
#[derive(Clone, Copy, Debug)]
pub struct Resend<'a> {
    /// MsgSeqNum(34).
    pub msg_seq_num: u64,
    /// MsgType(35).
    pub msg_type: &'a [u8],
    /// How long ago it was first sent, nanoseconds.
    pub age_ns: u64,
    /// The whole message as it was first sent.
    pub bytes: &'a [u8],
}

impl ResendPolicy {
    /// Says whether a message is sent again. Cost: nothing for the default.
    pub(super) fn allows(
        &self,
        msg_seq_num: u64,
        msg_type: &[u8],
        sending_time: &[u8],
        bytes: &[u8],
        now: u64,
    ) -> bool {
        if self.max_age_ns.is_none() && self.decide.is_none() {
            return true;
        }
        let age_ns = parse_timestamp(sending_time).map_or(0, |sent| now.saturating_sub(sent));
        let aging = self.aging_types.is_empty()
            || self.aging_types.iter().any(|aging| aging.as_bytes() == msg_type);
        if aging && self.max_age_ns.is_some_and(|most| age_ns > most) {
            return false;
        }
        let resend = Resend { msg_seq_num, msg_type, age_ns, bytes };
        self.decide.is_none_or(|decide| decide(&resend))
    }
}
