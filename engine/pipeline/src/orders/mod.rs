//! The order manager: every order that is not done, and the memory of those that are.
//!
//! # Invariants
//! - Open orders stand oldest first, at most as many as the capacity.
//! - The views hold exactly the open orders, by strategy and instrument, in the same order.

use gannet_types::{
    AccountId, Bounded, ExecKind, ExecutionReport, InstrumentId, OrderId, OrderStatus, OrderType,
    Side, StrategyId, Ticks, TimeInForce,
};

pub use order::{Order, Shape};

pub(crate) use closed::{ClosedOrders, is_contradicted, take_late};
pub(crate) use transition::{Effect, apply, corrected};
pub(crate) use working::Working;

use crate::strategy::OrderView;
use changed::Changed;
use views::Views;
use working::WorkingSums;

mod changed;
mod closed;
mod order;
#[cfg(test)]
mod tests;
mod transition;
mod views;
mod working;

/// The open orders.
pub(crate) struct Orders {
    open: Bounded<Order>,
    views: Views,
    working: WorkingSums,
    /// Where working orders or positions have changed.
    pub(crate) changed: Changed,
}

impl Orders {
    /// Reserves room for `capacity` open orders, of any of so many accounts and instruments.
    pub(crate) fn new(capacity: usize, accounts: usize, instruments: usize) -> Self {
        Self {
            open: Bounded::with_capacity(capacity),
            views: Views::new(capacity),
            working: WorkingSums::new(accounts, instruments),
            changed: Changed::new(accounts, instruments),
        }
    }

    /// Adds an order.
    ///
    /// # Panics
    /// If the table is full: risk refuses before that.
    pub(crate) fn insert(&mut self, order: Order) {
        let shown = self.views.insert(&order);
        let stored = self.open.push(order);
        assert!(stored.is_ok() && shown, "risk keeps the open orders below the capacity");
        self.working.add(&order);
        self.changed.mark(order.account, order.instrument);
    }

    /// Changes the order at `index` and its view together.
    pub(crate) fn update<R>(&mut self, index: usize, change: impl FnOnce(&mut Order) -> R) -> R {
        let order = &mut self.open.as_mut_slice()[index];
        let before = order.exposure();
        let result = change(order);
        if order.exposure() != before {
            self.working.change(order, before);
            self.changed.mark(order.account, order.instrument);
        }
        self.views.update(order);
        result
    }

    /// Removes the order at `index`; the others keep their order.
    pub(crate) fn remove(&mut self, index: usize) -> Order {
        let order = remove_in_order(&mut self.open, index);
        self.views.remove(&order);
        self.working.remove(&order);
        self.changed.mark(order.account, order.instrument);
        order
    }

    pub(crate) fn find(&self, id: OrderId) -> Option<usize> {
        self.open.iter().position(|order| order.id == id)
    }

    /// Returns the index of the open order a report is about. Only trades must name the right
    /// instrument and side: a venue's refusal of a cancel carries neither.
    pub(crate) fn find_reported(&self, report: &ExecutionReport) -> Option<usize> {
        let index = self.find(report.client_order_id.order())?;
        let order = &self.open[index];
        let other = order.gateway != report.gateway
            || report.kind == ExecKind::Trade
                && (report.instrument, report.side) != (order.instrument, order.side);
        (!other).then_some(index)
    }

    /// Returns whether another order can be open.
    pub(crate) fn has_room(&self) -> bool {
        self.open.room() > 0
    }

    pub(crate) fn open(&self) -> &[Order] {
        &self.open
    }

    /// Returns a strategy's orders in an instrument, oldest first.
    #[inline]
    pub(crate) fn views(&self, strategy: StrategyId, instrument: InstrumentId) -> &[OrderView] {
        self.views.of(strategy, instrument)
    }

    /// Returns how much an account's orders in an instrument may still trade.
    #[inline]
    pub(crate) fn working(&self, account: AccountId, instrument: InstrumentId) -> &Working {
        self.working.of(account, instrument)
    }

    /// Returns the best price at which an own limit order of a side may rest. One that trades at
    /// once or not at all is done before anything sent after it arrives.
    pub(crate) fn best_price(&self, instrument: InstrumentId, side: Side) -> Option<Ticks> {
        let rests = |order: &&Order| {
            (order.instrument, order.side, order.order_type) == (instrument, side, OrderType::Limit)
                && !matches!(
                    order.time_in_force,
                    TimeInForce::ImmediateOrCancel | TimeInForce::FillOrKill
                )
        };
        let prices = self.open.iter().filter(rests).map(|order| match (order.status, side) {
            (OrderStatus::PendingReplace, Side::Buy) => order.price.max(order.pending.price),
            (OrderStatus::PendingReplace, Side::Sell) => order.price.min(order.pending.price),
            _ => order.price,
        });
        match side {
            Side::Buy => prices.max(),
            Side::Sell => prices.min(),
        }
    }
}

/// Removes an item; the others keep their order.
pub(crate) fn remove_in_order<T>(list: &mut Bounded<T>, index: usize) -> T {
    let last = list.len() - 1;
    if index < last {
        list.as_mut_slice()[index..].rotate_left(1);
    }
    list.swap_remove(last)
}
