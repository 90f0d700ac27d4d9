//! The open orders as their strategies see them: one list, grouped by strategy and instrument.
//!
//! Few orders are open at once, however many strategies and instruments there are; a group is found
//! by halving the list.
//!
//! Hot: `of` is called per event and strategy.
//!
//! # Invariants
//! - Keys ascend; within a group the orders stand oldest first.

use gannet_types::{Bounded, InstrumentId, StrategyId};

use super::{Order, remove_in_order};
use crate::strategy::OrderView;

pub(super) struct Views {
    keys: Bounded<Key>,
    views: Bounded<OrderView>,
}

type Key = (StrategyId, InstrumentId);

impl Views {
    pub(super) fn new(capacity: usize) -> Self {
        Self { keys: Bounded::with_capacity(capacity), views: Bounded::with_capacity(capacity) }
    }

    /// Returns the orders of a strategy in an instrument.
    #[inline]
    pub(super) fn of(&self, strategy: StrategyId, instrument: InstrumentId) -> &[OrderView] {
        if self.keys.is_empty() {
            return &[];
        }
        let key = (strategy, instrument);
        let begin = self.keys.partition_point(|other| *other < key);
        let count = self.keys[begin..].partition_point(|other| *other == key);
        &self.views[begin..begin + count]
    }

    /// Adds an order as the youngest of its group; `false` if the list is full.
    pub(super) fn insert(&mut self, order: &Order) -> bool {
        let key = (order.strategy, order.instrument);
        let is_last = self.keys.last().is_none_or(|last| *last <= key);
        let at = if is_last { 0 } else { self.keys.partition_point(|other| *other <= key) };
        let fits = self.keys.push(key).is_ok() && self.views.push(order.view()).is_ok();
        if fits && !is_last {
            self.keys.as_mut_slice()[at..].rotate_right(1);
            self.views.as_mut_slice()[at..].rotate_right(1);
        }
        fits
    }

    pub(super) fn update(&mut self, order: &Order) {
        if let Some(index) = self.find(order) {
            self.views.as_mut_slice()[index] = order.view();
        }
    }

    pub(super) fn remove(&mut self, order: &Order) {
        if let Some(index) = self.find(order) {
            remove_in_order(&mut self.keys, index);
            remove_in_order(&mut self.views, index);
        }
    }

    fn find(&self, order: &Order) -> Option<usize> {
        self.views.iter().position(|view| view.id == order.id)
    }
}
