//! The owner's side of a session: what it is told, and what it may say at once.

use crate::codec::Writer;
use crate::message::Message;
use crate::store::Store;
use crate::tag::{self, msg_type};

use super::event::{Event, RejectReason, SendError};
use super::transmit::ADMIN_RESERVE_BYTES;
use super::{Core, State};

/// What a session talks to. A closure over [`Event`] is enough for most: see
/// [`crate::Session::handle_bytes`]. An application that answers messages where they stand in
/// the sequence, or that looks at Logons, implements this.
pub trait Application<S: Store> {
    /// Something happened; answers may be sent.
    fn on_event(&mut self, event: Event<'_>, replies: &mut Replies<'_, S>);

    /// The counterparty wants to log on, and everything the session knows about is right.
    ///
    /// The message may hold a password: do not log it, [`Message::redacted`] is for that.
    ///
    /// # Errors
    /// The text of the Logout that refuses it.
    fn on_logon(&mut self, logon: &Message<'_>) -> Result<(), &'static str> {
        let _ = logon;
        Ok(())
    }
}

/// Lets a closure be an application.
pub(super) struct Listener<'a, E>(pub(super) &'a mut E);

impl<S: Store, E: FnMut(Event<'_>)> Application<S> for Listener<'_, E> {
    fn on_event(&mut self, event: Event<'_>, _: &mut Replies<'_, S>) {
        (self.0)(event);
    }
}

/// The session inside of a callback: sends, without touching what is being received.
pub struct Replies<'a, S>(pub(super) &'a mut Core<S>);

impl<S: Store> Replies<'_, S> {
    /// Sends an application message; see [`crate::Session::send`].
    ///
    /// # Errors
    /// Nothing was sent and no number used; see [`SendError`] for what to do.
    pub fn send(
        &mut self,
        msg_type: &[u8],
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Result<u64, SendError> {
        self.0.send(msg_type, body)
    }

    /// Rejects a message on session level, naming a tag if that is to blame.
    pub fn reject(&mut self, message: &Message<'_>, reason: RejectReason, ref_tag: Option<u32>) {
        self.0.send_reject(message, reason, ref_tag);
    }

    /// Refuses a message for a reason of the application: BusinessMessageReject with the
    /// reason, the text and what `more` writes; before FIX 4.2 a Reject with the text only.
    ///
    /// # Errors
    /// Nothing was sent and no number used; see [`SendError`] for what to do.
    pub fn business_reject(
        &mut self,
        message: &Message<'_>,
        reason: u64,
        text: &str,
        more: impl FnOnce(&mut Writer<'_>),
    ) -> Result<u64, SendError> {
        let number = message.msg_seq_num().unwrap_or(0);
        if !self.0.config.version.has_business_reject() {
            return self.0.send(msg_type::REJECT, |writer| {
                writer.reverse_route(message);
                writer.uint(tag::REF_SEQ_NUM, number);
                writer.str(tag::TEXT, text);
            });
        }
        self.0.send(msg_type::BUSINESS_MESSAGE_REJECT, |writer| {
            writer.reverse_route(message);
            writer.uint(tag::REF_SEQ_NUM, number);
            writer.str(tag::TEXT, text);
            writer.bytes(tag::REF_MSG_TYPE, message.msg_type());
            writer.uint(tag::BUSINESS_REJECT_REASON, reason);
            more(writer);
        })
    }

    /// Ends the conversation in order; see [`crate::Session::logout`].
    pub fn logout(&mut self, text: &str) {
        self.0.logout(text);
    }
}

impl<S: Store> Core<S> {
    #[inline]
    pub(super) fn tell<A: Application<S>>(&mut self, app: &mut A, event: Event<'_>) {
        app.on_event(event, &mut Replies(self));
    }

    #[inline]
    pub(super) fn send(
        &mut self,
        msg_type: &[u8],
        body: impl FnOnce(&mut Writer<'_>),
    ) -> Result<u64, SendError> {
        if self.state != State::LoggedOn {
            return Err(SendError::NotLoggedOn);
        }
        if !self.sends.pass(self.now) {
            self.counters.sends_refused += 1;
            return Err(SendError::Throttled);
        }
        // Before 4.2 an application refuses a message with the session's own Reject.
        let admin = msg_type::is_admin(msg_type);
        let sent = self.push(msg_type, admin, ADMIN_RESERVE_BYTES, body);
        if matches!(sent, Err(SendError::Backlogged | SendError::StoreFull)) {
            self.counters.sends_refused += 1;
        }
        sent
    }
}
