//! The order manager: every order that is not done, and the memory of those that are.
//!
//! # Invariants
//! - Open orders stand oldest first, at most as many as the capacity.
//! - The view lists hold exactly the open orders of their instrument, in the same order.

use gannet_types::{
    Bounded, ExecKind, ExecutionReport, InstrumentId, Lots, OrderId, OrderStatus, OrderType, Side,
    Ticks, TimeInForce,
};

pub use order::{Order, Shape};

pub(crate) use closed::{ClosedOrders, is_contradicted, take_late};
pub(crate) use transition::{Effect, apply, corrected};

use crate::strategy::OrderView;

mod closed;
mod order;
#[cfg(test)]
mod tests;
mod transition;

/// The open orders.
pub(crate) struct Orders {
    open: Bounded<Order>,
    views: Vec<Bounded<OrderView>>,
}

impl Orders {
    /// Reserves room for `capacity` open orders in each of `instruments`.
    pub(crate) fn new(capacity: usize, instruments: usize) -> Self {
        let views = (0..instruments).map(|_| Bounded::with_capacity(capacity)).collect();
        Self { open: Bounded::with_capacity(capacity), views }
    }

    /// Adds an order.
    ///
    /// # Panics
    /// If the table is full: risk refuses before that.
    pub(crate) fn insert(&mut self, order: Order) {
        let shown = self.views[usize::from(order.instrument.0)].push(order.view());
        let stored = self.open.push(order);
        assert!(stored.is_ok() && shown.is_ok(), "risk keeps the open orders below the capacity");
    }

    /// Changes the order at `index` and its view together.
    pub(crate) fn update<R>(&mut self, index: usize, change: impl FnOnce(&mut Order) -> R) -> R {
        let order = &mut self.open.as_mut_slice()[index];
        let result = change(order);
        let view = order.view();
        let views = self.views[usize::from(order.instrument.0)].as_mut_slice();
        if let Some(shown) = views.iter_mut().find(|shown| shown.id == view.id) {
            *shown = view;
        }
        result
    }

    /// Removes the order at `index`; the others keep their order.
    pub(crate) fn remove(&mut self, index: usize) -> Order {
        let order = remove_in_order(&mut self.open, index);
        let views = &mut self.views[usize::from(order.instrument.0)];
        if let Some(shown) = views.iter().position(|shown| shown.id == order.id) {
            remove_in_order(views, shown);
        }
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

    pub(crate) fn views(&self, instrument: InstrumentId) -> &[OrderView] {
        &self.views[usize::from(instrument.0)]
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

    /// Returns how much may still trade on one side of an instrument, leaving out one order.
    pub(crate) fn exposure(
        &self,
        instrument: InstrumentId,
        side: Side,
        except: Option<OrderId>,
    ) -> Lots {
        let counts = |order: &&Order| {
            order.instrument == instrument && order.side == side && Some(order.id) != except
        };
        let add = |sum: i64, order: &Order| sum.saturating_add(order.exposure().0);
        Lots(self.open.iter().filter(counts).fold(0, add))
    }
}

/// Removes an item; the others keep their order.
pub(crate) fn remove_in_order<T>(list: &mut Bounded<T>, index: usize) -> T {
    let last = list.len() - 1;
    list.as_mut_slice()[index..].rotate_left(1);
    list.swap_remove(last)
}
