//! The application: sends orders, security definitions and e-mails back as they came.

use std::collections::BTreeSet;
use std::sync::Arc;

use gannet_fix::session::{Application, Replies, SendError};
use gannet_fix::{Dictionary, Event, Message, Store, Version, tag};

/// What the session writes into the header itself.
const WRITTEN: [u32; 9] = [34, 35, 43, 49, 50, 52, 56, 122, 369];

/// BusinessRejectReason(380): unsupported message type.
const UNSUPPORTED: u64 = 3;

pub(crate) struct Echo {
    dictionary: Arc<Dictionary>,
    version: Version,
    /// DefaultApplVerID(1137) of the Logon, empty before FIX 5.0.
    appl_ver_id: Vec<u8>,
    /// ClOrdIDs since the Logon.
    seen: BTreeSet<Vec<u8>>,
    ended: bool,
}

impl Echo {
    pub(crate) fn new(version: Version, dictionary: Arc<Dictionary>) -> Self {
        let (appl_ver_id, seen) = (Vec::new(), BTreeSet::new());
        Self { dictionary, version, appl_ver_id, seen, ended: false }
    }

    pub(crate) fn begin(&mut self) {
        self.ended = false;
    }

    /// Says whether the connection is to be closed once everything is written.
    pub(crate) const fn ended(&self) -> bool {
        self.ended
    }

    fn refuse<S: Store>(
        &self,
        message: &Message<'_>,
        replies: &mut Replies<'_, S>,
    ) -> Result<u64, SendError> {
        let text = match self.version {
            Version::Fix40 | Version::Fix41 => "Unsupported message type",
            _ => "Unsupported Message Type",
        };
        replies.business_reject(message, UNSUPPORTED, text, |writer| {
            if !self.appl_ver_id.is_empty() {
                writer.bytes(tag::DEFAULT_APPL_VER_ID, &self.appl_ver_id);
            }
        })
    }

    fn on_application<S: Store>(&mut self, message: &Message<'_>, replies: &mut Replies<'_, S>) {
        if !matches!(message.msg_type(), b"D" | b"d" | b"C") {
            // An answer that finds no room is lost: the scripts read what we send.
            let _ = self.refuse(message, replies);
            return;
        }
        if let Some(id) = message.get(tag::CL_ORD_ID) {
            let new = self.seen.insert(id.to_vec());
            if message.poss_resend() && !new {
                return;
            }
        }
        let mut body: Vec<_> = message.top_level(&self.dictionary).collect();
        body.sort_by_key(|field| field.0);
        let mut header: Vec<_> = message.header().collect();
        header.retain(|field| !WRITTEN.contains(&field.0));
        header.sort_by_key(|field| field.0);
        let _ = replies.send(message.msg_type(), |writer| {
            header.iter().for_each(|(tag, value)| writer.copy(*tag, value));
            body.iter().for_each(|(_, fields)| writer.raw(fields));
        });
    }
}

impl<S: Store> Application<S> for Echo {
    fn on_event(&mut self, event: Event<'_>, replies: &mut Replies<'_, S>) {
        match event {
            Event::Application { message, .. } => self.on_application(message, replies),
            Event::LoggedOut { .. } | Event::LoggedOn { .. } => self.seen.clear(),
            Event::Disconnect { .. } => self.ended = true,
            _ => {}
        }
    }

    fn on_logon(&mut self, logon: &Message<'_>) -> Result<(), &'static str> {
        self.appl_ver_id = logon.get(tag::DEFAULT_APPL_VER_ID).unwrap_or_default().to_vec();
        Ok(())
    }
}
