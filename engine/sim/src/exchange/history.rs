//! Every id the venue was told, and the orders that are done: for duplicates and status requests.

use std::collections::{BTreeMap, VecDeque};

use gannet_types::ClientOrderId;

use super::order::Order;

/// Done orders kept: the newest 65,536, hours of an eager strategy.
pub(super) const DONE_ORDERS_MAX: usize = 1 << 16;

/// The venue's memory.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    numbers: BTreeMap<ClientOrderId, u64>,
    done: BTreeMap<u64, Order>,
    /// Numbers of done orders, oldest first.
    closed: VecDeque<u64>,
}

impl History {
    /// Returns the number of the order a request with this id was about.
    pub(super) fn number(&self, id: ClientOrderId) -> Option<u64> {
        self.numbers.get(&id).copied()
    }

    /// Remembers that `id` is about order `number`. The order must carry the id too.
    pub(super) fn admit(&mut self, id: ClientOrderId, number: u64) {
        self.numbers.insert(id, number);
    }

    /// Returns a done order.
    pub(super) fn done(&self, number: u64) -> Option<&Order> {
        self.done.get(&number)
    }

    /// Keeps a done order; the oldest one is forgotten with all its ids when there are too many.
    pub(super) fn close(&mut self, order: Order) {
        self.closed.push_back(order.number);
        self.done.insert(order.number, order);
        if self.closed.len() > DONE_ORDERS_MAX
            && let Some(oldest) = self.closed.pop_front()
            && let Some(order) = self.done.remove(&oldest)
        {
            for id in &order.ids {
                self.numbers.remove(id);
            }
        }
    }
}
