//! One end of the link: a session, the driver that moves its bytes, and the application, which
//! records what it is given before the session counts it.

use crate::codec::MAX_MESSAGE_BYTES;
use crate::session::*;
use crate::tag;

use super::disk::{Disk, DiskStore, Life};

pub(super) struct Side {
    config: Config,
    disk: Disk,
    life: Life,
    pub(super) session: Session<DiskStore>,
    /// The driver holds a connection.
    pub(super) connected: bool,
    /// The session has said that its connection is of no more use.
    pub(super) ended: Option<DisconnectReason>,
    /// The two disagreed about the numbers, which no protocol can mend.
    pub(super) disagreed: bool,
    /// Orders handed to the session, numbered from 1.
    pub(super) sent: u64,
    /// Orders delivered, in the application's own record, which outlives the process.
    pub(super) delivered: Vec<u64>,
    /// The MsgSeqNum of the last message recorded since the numbers began.
    recorded: u64,
    /// Numbers may have begun again while messages were under way: some are lost, and replays
    /// may repeat orders, with PossDupFlag.
    pub(super) resets: bool,
}

impl Side {
    pub(super) fn new(config: Config, resets: bool) -> Self {
        let (disk, life) = (Disk::new(), Life::new());
        let session = Session::new(config.clone(), disk.open(&life)).expect("it can work");
        let (connected, ended, delivered) = (false, None, Vec::new());
        Self {
            config,
            disk,
            life,
            session,
            connected,
            ended,
            disagreed: false,
            sent: 0,
            delivered,
            recorded: 0,
            resets,
        }
    }

    pub(super) fn is_dead(&self) -> bool {
        self.life.is_over()
    }

    /// Has the process die at a later write, or now if there are none left.
    pub(super) fn kill_after(&mut self, writes: u32) {
        self.life.end_after(writes);
    }

    /// Nothing kills it any more.
    pub(super) fn spare(&mut self) {
        if self.is_dead() {
            self.restart();
        }
        self.life.go_on();
    }

    /// A new process takes over what the dead one has left.
    pub(super) fn restart(&mut self) {
        self.life = Life::new();
        self.session =
            Session::new(self.config.clone(), self.disk.open(&self.life)).expect("it can work");
        let next = self.session.next_inbound().max(self.recorded + 1);
        self.session.set_next_inbound(next);
        (self.connected, self.ended) = (false, None);
    }

    pub(super) fn connect(&mut self, now: u64) {
        self.session.on_connected(now);
        (self.connected, self.ended) = (true, None);
    }

    pub(super) fn disconnect(&mut self, now: u64) {
        if self.connected {
            self.session.on_disconnected(now);
            (self.connected, self.ended) = (false, None);
        }
    }

    pub(super) fn send(&mut self, now: u64) {
        let (order, before) = (self.sent + 1, self.disk.next_outbound());
        let sent = self.session.send(now, b"D", |writer| writer.uint(tag::CL_ORD_ID, order));
        // A process that dies in the call does not hear the answer: the store knows.
        if sent.is_ok() && (!self.is_dead() || self.disk.next_outbound() > before) {
            self.sent = order;
        }
    }

    pub(super) fn receive(&mut self, now: u64, bytes: &[u8]) {
        let Self { session, life, delivered, ended, disagreed, recorded, resets, .. } = self;
        session.handle_bytes(now, bytes, &mut |event| {
            if life.is_over() {
                return;
            }
            match event {
                Event::Application { message, poss_dup, msg_seq_num } => {
                    let order = message.get_u64(tag::CL_ORD_ID).expect("orders have numbers");
                    let known = delivered.last().is_some_and(|last| order <= *last);
                    *recorded = msg_seq_num;
                    if known && poss_dup && *resets {
                        return;
                    }
                    assert!(!known, "order {order} is delivered twice, or too late");
                    delivered.push(order);
                }
                Event::NumbersReset => *recorded = 0,
                Event::SequenceReset { next_inbound, .. } => *recorded = next_inbound - 1,
                Event::Disconnect { reason } => {
                    *disagreed |= matches!(
                        reason,
                        DisconnectReason::SequenceTooLow { .. } | DisconnectReason::LogonRefused
                    );
                    *ended = Some(reason);
                }
                _ => {}
            }
        });
        let received = self.session.received.len();
        assert!(received <= MAX_MESSAGE_BYTES, "{received} bytes wait for their rest");
    }

    pub(super) fn pass_time(&mut self, now: u64) {
        let ended = &mut self.ended;
        self.session.handle_timeout(now, &mut |event| {
            if let Event::Disconnect { reason } = event {
                *ended = Some(reason);
            }
        });
    }

    /// A person looks after a session whose numbers the two sides disagree about.
    pub(super) fn reset(&mut self, now: u64) {
        self.session.operate(now, Action::ResetNumbers).expect("it is not connected");
        (self.recorded, self.disagreed) = (0, false);
    }
}
