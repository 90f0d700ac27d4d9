//! Trades of ours as two sessions tell them: the order session, and the drop copy.
//!
//! Each trade waits here until the other side has told it too. One that waits too long while the
//! drop copy is connected is worth a person's look, once: either somebody lost a message, or somebody
//! made a trade up. It waits on, so that what comes late after all is no news. Nothing is booked by this.
//!
//! # Invariants
//! - A trade waits at most once. Its ExecID is its broker's: of another order it is another trade.

use gannet_types::{
    Alarm, Bounded, ClientOrderId, GatewayId, GatewayState, GatewayStatus, Nanos, VenueId,
};

/// Most trades that wait at once: a second of the busiest, many times over. Beyond, the oldest is
/// given up.
const WAITING_MAX: usize = 256;

/// Compares what the two sessions tell.
pub(crate) struct Reconciliation {
    /// The session that listens; `None` if nothing is compared.
    listener: Option<GatewayId>,
    /// Since when it is connected, if it is.
    up_since: Option<Nanos>,
    patience: Nanos,
    waiting: Bounded<Waiting>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Waiting {
    exec_id: VenueId,
    client_order_id: ClientOrderId,
    since: Nanos,
    /// Whether it was the drop copy that told it.
    copied: bool,
    /// Whether people were told that the other side did not.
    is_alarmed: bool,
}

impl Reconciliation {
    pub(crate) fn new(listener: Option<GatewayId>, patience: Nanos) -> Self {
        let waiting = Bounded::with_capacity(WAITING_MAX);
        Self { listener, up_since: None, patience, waiting }
    }

    /// Takes a trade that the order session told.
    pub(crate) fn on_trade(&mut self, now: Nanos, id: ClientOrderId, exec_id: &VenueId) {
        self.meet(now, id, exec_id, false);
    }

    /// Takes a trade of ours that the drop copy told; one that is booked and does not wait is told
    /// again.
    pub(crate) fn on_copy(
        &mut self,
        now: Nanos,
        id: ClientOrderId,
        exec_id: &VenueId,
        is_booked: bool,
    ) {
        if !is_booked || self.find(id, exec_id).is_some() {
            self.meet(now, id, exec_id, true);
        }
    }

    /// Takes news about any gateway's connection.
    pub(crate) fn on_gateway(&mut self, now: Nanos, status: GatewayStatus) {
        if self.listener == Some(status.gateway) {
            self.up_since = (status.state != GatewayState::Down).then_some(now);
        }
    }

    /// The engine starts again: no session is up.
    pub(crate) fn restart(&mut self) {
        self.up_since = None;
    }

    /// Returns whether what others do is known: there is no drop copy, or it has been connected
    /// for so long that what was missed has been resent.
    pub(crate) fn is_settled(&self, now: Nanos) -> bool {
        let is_up = self.up_since.is_some_and(|since| now.since(since) >= self.patience);
        self.listener.is_none() || is_up
    }

    /// Returns a trade that only one side has told for too long. What is missing may still come
    /// for a while after the drop copy was connected: it is resent then.
    pub(crate) fn take_overdue(&mut self, now: Nanos) -> Option<Alarm> {
        let up_since = self.up_since?;
        let overdue = |waiting: &&mut Waiting| {
            !waiting.is_alarmed && now.since(waiting.since.max(up_since)) >= self.patience
        };
        let waiting = self.waiting.as_mut_slice().iter_mut().find(overdue)?;
        waiting.is_alarmed = true;
        Some(waiting.alarm())
    }

    fn find(&self, id: ClientOrderId, exec_id: &VenueId) -> Option<usize> {
        self.waiting.iter().position(|waiting| {
            waiting.exec_id == *exec_id && waiting.client_order_id.order() == id.order()
        })
    }

    fn meet(&mut self, now: Nanos, id: ClientOrderId, exec_id: &VenueId, copied: bool) {
        if self.listener.is_none() || exec_id.is_empty() {
            return;
        }
        match self.find(id, exec_id) {
            // Told twice by the same side it goes on waiting for the other.
            Some(index) if self.waiting[index].copied == copied => {}
            Some(index) => {
                self.waiting.swap_remove(index);
            }
            None => {
                if self.waiting.room() == 0 {
                    self.give_up_oldest();
                }
                let waiting = Waiting {
                    exec_id: *exec_id,
                    client_order_id: id,
                    since: now,
                    copied,
                    is_alarmed: false,
                };
                let fits = self.waiting.push(waiting).is_ok();
                assert!(fits, "the oldest made room");
            }
        }
    }

    fn give_up_oldest(&mut self) {
        let oldest = self.waiting.iter().enumerate().min_by_key(|(_, waiting)| waiting.since);
        if let Some((index, _)) = oldest {
            self.waiting.swap_remove(index);
        }
    }
}

impl Waiting {
    const fn alarm(&self) -> Alarm {
        if self.copied {
            Alarm::DropCopyOnly(self.client_order_id)
        } else {
            Alarm::DropCopyMissing(self.client_order_id)
        }
    }
}
