//! What was sent a moment ago: for the message rate and against duplicates.
//!
//! Both are rings that are reserved once; both are exact, not approximated by fixed windows. Their time
//! is the steady one, which never goes back.

use gannet_types::{InstrumentId, Lots, Nanos, Side, StrategyId, Ticks};

/// New orders remembered against duplicates. An order is forgotten early only if this many
/// others were sent within the window.
const RECENT_ORDERS: usize = 128;

/// The times of the last messages.
pub(crate) struct MessageWindow {
    times: Vec<Option<Nanos>>,
    next: usize,
    window: Nanos,
}

impl MessageWindow {
    /// Reserves a window in which at most `max` messages may be sent.
    pub(crate) fn new(max: u32, window: Nanos) -> Self {
        Self { times: vec![None; max as usize], next: 0, window }
    }

    /// Returns whether as many messages as allowed lie within the window before `now`.
    pub(crate) fn is_full(&self, now: Nanos) -> bool {
        match self.times.get(self.next) {
            Some(Some(oldest)) => now.since(*oldest) < self.window,
            Some(None) => false,
            None => true,
        }
    }

    /// Notes a message.
    pub(crate) fn note(&mut self, now: Nanos) {
        if let Some(oldest) = self.times.get_mut(self.next) {
            *oldest = Some(now);
            self.next = (self.next + 1) % self.times.len();
        }
    }
}

/// What makes two new orders the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OrderShape {
    pub(crate) instrument: InstrumentId,
    pub(crate) side: Side,
    pub(crate) price: Ticks,
    pub(crate) lots: Lots,
}

/// The last new orders.
pub(crate) struct RecentOrders {
    sent: Vec<Option<(Nanos, StrategyId, OrderShape)>>,
    next: usize,
    window: Nanos,
}

impl RecentOrders {
    pub(crate) fn new(window: Nanos) -> Self {
        Self { sent: vec![None; RECENT_ORDERS], next: 0, window }
    }

    /// Returns whether the strategy sent the same order within the window before `now`, looking
    /// from the newest back.
    pub(crate) fn contains(&self, now: Nanos, strategy: StrategyId, shape: &OrderShape) -> bool {
        let (newer, older) = self.sent.split_at(self.next);
        let backwards = newer.iter().rev().chain(older.iter().rev());
        let mut recent = backwards
            .map_while(|sent| *sent)
            .take_while(|(time, _, _)| now.since(*time) < self.window);
        recent.any(|(_, whose, sent)| (whose, &sent) == (strategy, shape))
    }

    /// Forgets the newest order of a strategy that is `meant`: no order has its size any more.
    pub(crate) fn forget(&mut self, strategy: StrategyId, meant: impl Fn(&OrderShape) -> bool) {
        let (newer, older) = self.sent.split_at_mut(self.next);
        let mut backwards = newer.iter_mut().rev().chain(older.iter_mut().rev()).flatten();
        if let Some((_, _, shape)) =
            backwards.find(|(_, whose, shape)| *whose == strategy && meant(shape))
        {
            shape.lots = Lots::ZERO;
        }
    }

    /// Notes a new order.
    pub(crate) fn note(&mut self, now: Nanos, strategy: StrategyId, shape: OrderShape) {
        self.sent[self.next] = Some((now, strategy, shape));
        self.next = (self.next + 1) % RECENT_ORDERS;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_slides() {
        let mut window = MessageWindow::new(2, Nanos(10));
        assert!(!window.is_full(Nanos(0)));
        window.note(Nanos(0));
        window.note(Nanos(6));
        assert!(window.is_full(Nanos(9)));
        assert!(!window.is_full(Nanos(10)));
        window.note(Nanos(10));
        assert!(window.is_full(Nanos(15)));
        assert!(!window.is_full(Nanos(16)));
        assert!(MessageWindow::new(0, Nanos(10)).is_full(Nanos(0)));
    }

    #[test]
    fn an_order_is_a_duplicate_for_a_while() {
        let shape = OrderShape {
            instrument: InstrumentId(0),
            side: Side::Buy,
            price: Ticks(5),
            lots: Lots(1),
        };
        let own = StrategyId(1);
        let mut recent = RecentOrders::new(Nanos(10));
        assert!(!recent.contains(Nanos(0), own, &shape));
        recent.note(Nanos(0), own, shape);
        assert!(recent.contains(Nanos(9), own, &shape));
        assert!(!recent.contains(Nanos(9), StrategyId(0), &shape), "another's wish");
        assert!(!recent.contains(Nanos(9), own, &OrderShape { lots: Lots(2), ..shape }));
        assert!(!recent.contains(Nanos(10), own, &shape));
        recent.note(Nanos(10), own, shape);
        recent.note(Nanos(10), own, OrderShape { lots: Lots(7), ..shape });
        recent.forget(own, |sent| sent.lots == Lots(1));
        assert!(!recent.contains(Nanos(10), own, &shape), "it never left");
        assert!(recent.contains(Nanos(10), own, &OrderShape { lots: Lots(7), ..shape }));
        for count in 0..200 {
            recent.note(Nanos(20), own, OrderShape { lots: Lots(100 + count), ..shape });
        }
        assert!(recent.contains(Nanos(21), own, &OrderShape { lots: Lots(299), ..shape }));
        assert!(!recent.contains(Nanos(21), own, &OrderShape { lots: Lots(100), ..shape }));
    }
}
