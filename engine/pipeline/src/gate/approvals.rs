//! Signals that wait for a person, oldest first.

use gannet_types::{
    Bounded, InstrumentId, Nanos, OrderId, RejectReason, Signal, SignalAction, StrategyId,
};

/// A signal that waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiting {
    /// The id to approve or decline it by: of the order it will be, or of the one it replaces.
    pub(crate) id: OrderId,
    pub(crate) signal: Signal,
    since: Nanos,
}

/// The waiting signals.
pub(crate) struct Approvals {
    waiting: Bounded<Waiting>,
    timeout: Nanos,
}

impl Approvals {
    pub(crate) fn new(capacity: usize, timeout: Nanos) -> Self {
        Self { waiting: Bounded::with_capacity(capacity), timeout }
    }

    /// Keeps a signal.
    ///
    /// # Errors
    /// If the same wish waits already, or another about the same order, or too many wait.
    pub(crate) fn park(
        &mut self,
        now: Nanos,
        id: OrderId,
        signal: Signal,
    ) -> Result<(), RejectReason> {
        if self.waiting.iter().any(|other| other.id == id || same_wish(&other.signal, &signal)) {
            return Err(RejectReason::Duplicate);
        }
        let parked = self.waiting.push(Waiting { id, signal, since: now });
        parked.map_err(|_| RejectReason::ApprovalsFull)
    }

    /// Takes the older wish that a newer one of the same strategy takes the place of: about the same order,
    /// or another entry on the same side. The same wish again does not.
    pub(crate) fn take_outdated(&mut self, newer: &Signal) -> Option<Waiting> {
        let is_outdated = |Waiting { signal, .. }: &Waiting| {
            let place = |of: &Signal| (of.strategy, of.instrument, of.side);
            let same_order = match (signal.action, newer.action) {
                (SignalAction::Replace(older), SignalAction::Replace(newer)) => older == newer,
                (older, newer) => opens(older) && opens(newer),
            };
            place(signal) == place(newer) && same_order
        };
        if self.waiting.iter().any(|waiting| same_wish(&waiting.signal, newer)) {
            return None;
        }
        let index = self.waiting.iter().position(is_outdated)?;
        Some(self.remove(index))
    }

    /// Takes the signal that waits under `id`.
    pub(crate) fn take(&mut self, id: OrderId) -> Option<Waiting> {
        let index = self.waiting.iter().position(|waiting| waiting.id == id)?;
        Some(self.remove(index))
    }

    /// Takes the oldest signal that `is_meant`.
    pub(crate) fn take_oldest_of(&mut self, is_meant: impl Fn(&Signal) -> bool) -> Option<Waiting> {
        let index = self.waiting.iter().position(|waiting| is_meant(&waiting.signal))?;
        Some(self.remove(index))
    }

    /// Returns whether a new order of a strategy in an instrument waits.
    pub(crate) fn has_entry(&self, strategy: StrategyId, instrument: InstrumentId) -> bool {
        self.waiting.iter().any(|Waiting { signal, .. }| {
            opens(signal.action) && (signal.strategy, signal.instrument) == (strategy, instrument)
        })
    }

    /// Takes the oldest signal if nobody decided about it in time.
    pub(crate) fn take_expired(&mut self, now: Nanos) -> Option<Waiting> {
        let oldest = self.waiting.first()?;
        (now.since(oldest.since) >= self.timeout).then(|| self.remove(0))
    }

    fn remove(&mut self, index: usize) -> Waiting {
        let last = self.waiting.len() - 1;
        self.waiting.as_mut_slice()[index..].rotate_left(1);
        self.waiting.swap_remove(last)
    }
}

const fn opens(action: SignalAction) -> bool {
    matches!(action, SignalAction::Place | SignalAction::Work(_))
}

fn same_wish(left: &Signal, right: &Signal) -> bool {
    let wish = |signal: &Signal| {
        let Signal { strategy, action, instrument, side, price, lots, .. } = *signal;
        (strategy, action, instrument, side, price, lots)
    };
    wish(left) == wish(right)
}
