//! What a person may do to a session: begin its numbers again, set one of them, end it.
//!
//! | action | without a connection | logged on |
//! |---|---|---|
//! | reset | at once; the counterparty must do the same | by Logons with ResetSeqNumFlag(141)=Y |
//! | next inbound | at once | at once; a lower number has messages sent again |
//! | next outbound | at once; a lower number forgets messages | only upwards, by SequenceReset |
//! | log out | nothing to do | sends a Logout |
//!
//! Between connecting and the Logon, and while a Logout waits for its answer, only logging out
//! is allowed: the other side counts on the numbers it has just been told.

use crate::store::{MAX_SEQ_NUM, Store};
use crate::tag::{self, msg_type};
use crate::version::Version;

use super::event::SendError;
use super::{Core, Session, State};

/// What a person wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Both numbers begin again at 1, and the messages sent so far are forgotten.
    ResetNumbers,
    /// This number is expected next.
    SetNextInbound(u64),
    /// The next message is sent under this number.
    SetNextOutbound(u64),
    /// The conversation ends in order. The driver decides when to connect again.
    Logout,
}

/// How far an action is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done,
    /// The counterparty has been asked; [`super::Event::NumbersReset`] or
    /// [`super::Event::LoggedOut`] tells of its answer.
    Requested,
}

/// Why an action was refused; nothing has changed then.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ActionError {
    /// The number is 0 or too large.
    #[error("sequence numbers are 1 to {MAX_SEQ_NUM}")]
    Number,
    /// Log out first, or wait until the session is logged on.
    #[error("not while the session is logging on or out")]
    Between,
    /// Wait until missing messages have come, and those asked for have been sent.
    #[error("not while messages are being sent again")]
    Resending,
    /// Log out first: the counterparty has seen higher numbers and takes lower ones for an error.
    #[error("the next outbound number is {next} and cannot be lowered while logged on")]
    Lower {
        /// The number of the next message sent.
        next: u64,
    },
    /// Log out first: FIX 4.0 has no ResetSeqNumFlag.
    #[error("FIX.4.0 cannot begin its numbers again while logged on")]
    NoResetFlag,
    /// The message that tells the counterparty could not be sent.
    #[error(transparent)]
    Send(#[from] SendError),
}

impl<S: Store> Session<S> {
    /// Does what a person wants; see the table in the source of this module and [`Action`].
    ///
    /// Poll transmit and timeout afterwards.
    ///
    /// # Errors
    /// The action is not allowed now, see [`ActionError`]; nothing has changed.
    pub fn operate(&mut self, now: u64, action: Action) -> Result<Outcome, ActionError> {
        self.core.now = now;
        self.core.operate(action)
    }
}

impl<S: Store> Core<S> {
    fn operate(&mut self, action: Action) -> Result<Outcome, ActionError> {
        let connected = match self.state {
            State::Disconnected => false,
            State::LoggedOn => true,
            State::AwaitingLogon | State::LoggingOut | State::Closing => {
                if action != Action::Logout {
                    return Err(ActionError::Between);
                }
                true
            }
        };
        match action {
            Action::ResetNumbers if connected => self.request_reset(),
            Action::ResetNumbers => {
                self.store.reset();
                self.reset_due = false;
                Ok(Outcome::Done)
            }
            Action::SetNextInbound(next) => {
                self.set_next_inbound(usable(next)?);
                Ok(Outcome::Done)
            }
            Action::SetNextOutbound(next) if connected => self.raise_outbound(usable(next)?),
            Action::SetNextOutbound(next) => {
                self.set_next_outbound(usable(next)?);
                Ok(Outcome::Done)
            }
            Action::Logout => {
                self.logout("");
                Ok(if connected { Outcome::Requested } else { Outcome::Done })
            }
        }
    }

    /// Sets the number expected next. A gap below it is given up; one above it stays.
    pub(super) fn set_next_inbound(&mut self, next: u64) {
        if let Some(queue) = &mut self.queue {
            // A lower number has everything sent again, in order.
            queue.clear();
        }
        self.set_expected(next, false);
    }

    /// Sets the number of the next message, without a word to the counterparty.
    pub(super) fn set_next_outbound(&mut self, next: u64) {
        if next < self.store.next_outbound() {
            self.store.reset_outbound();
        }
        self.store.set_outbound(next);
    }

    /// Asks for a reset by a Logon. Our numbers begin again with it, the counterparty's with its
    /// answer: what it has sent before still carries the old ones.
    fn request_reset(&mut self) -> Result<Outcome, ActionError> {
        if self.config.version == Version::Fix40 {
            return Err(ActionError::NoResetFlag);
        }
        self.check_quiet()?;
        self.store.reset_outbound();
        self.reset_sent = true;
        self.reset_due = true;
        self.await_reset();
        self.send_logon(true);
        Ok(Outcome::Requested)
    }

    /// Moves our numbers on by a SequenceReset in mode Reset.
    fn raise_outbound(&mut self, next: u64) -> Result<Outcome, ActionError> {
        self.check_quiet()?;
        let now = self.store.next_outbound();
        if next < now {
            return Err(ActionError::Lower { next: now });
        }
        if next > now {
            self.push(msg_type::SEQUENCE_RESET, true, 0, |writer| {
                writer.uint(tag::NEW_SEQ_NO, next);
                writer.bool(tag::GAP_FILL_FLAG, false);
            })?;
            if next > self.store.next_outbound() {
                self.store.set_outbound(next);
            }
        }
        Ok(Outcome::Done)
    }

    const fn check_quiet(&self) -> Result<(), ActionError> {
        if self.gap.is_some() || self.replay.is_some() || self.reset_sent {
            return Err(ActionError::Resending);
        }
        Ok(())
    }
}

const fn usable(number: u64) -> Result<u64, ActionError> {
    if number == 0 || number > MAX_SEQ_NUM { Err(ActionError::Number) } else { Ok(number) }
}
