//! One instrument: its visible book, our working orders in it, and how they meet.
//!
//! Our orders trade with the foreign book only, never with each other.
//!
//! # Invariants
//! - `working` holds only orders with leaves; those of one side stand best price first, then
//!   oldest first.

use gannet_types::{AccountId, Level, Liquidity, Lots, Nanos, Side, Ticks, Trade};

use super::desk::Desk;
use super::history::History;
use super::order::{Order, State};
use super::visible::Visible;
use crate::queue::{QueueModel, QueuePosition};

/// An instrument at the venue.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    pub(super) visible: Visible,
    working: Vec<Order>,
    fills: Vec<Level>,
}

impl Listing {
    pub(super) fn working(&self) -> &[Order] {
        &self.working
    }

    pub(super) fn find(&mut self, number: u64) -> Option<&mut Order> {
        self.working.iter_mut().find(|order| order.number == number)
    }

    /// Takes an order out of the book.
    pub(super) fn remove(&mut self, number: u64) -> Option<Order> {
        let index = self.working.iter().position(|order| order.number == number)?;
        Some(self.working.remove(index))
    }

    /// Takes all orders of an account out of the book.
    pub(super) fn remove_of(&mut self, account: AccountId) -> Vec<Order> {
        self.working.extract_if(.., |order| order.account == account).collect()
    }

    /// Puts an order into the book, behind everyone at its price.
    pub(super) fn rest(&mut self, mut order: Order) {
        order.queue = QueuePosition::join(self.visible.displayed(order.side, order.price));
        let is_worse = |other: &Order| {
            other.side == order.side
                && other.price != order.price
                && order.side.reaches(order.price, other.price)
        };
        let index = self.working.iter().position(is_worse).unwrap_or(self.working.len());
        self.working.insert(index, order);
    }

    /// Returns whether an order of `side` at `limit` would trade at once.
    pub(super) fn would_take(&self, side: Side, limit: Option<Ticks>) -> bool {
        let best = self.visible.available(side.opposite()).next();
        best.is_some_and(|best| limit.is_none_or(|limit| side.reaches(limit, best.price)))
    }

    /// Returns whether the visible book has all that `order` wants within its limit.
    pub(super) fn can_fill(&self, order: &Order) -> bool {
        let mut missing = order.leaves_lots();
        for level in self.visible.available(order.side.opposite()) {
            let is_reached =
                order.limit().is_none_or(|limit| order.side.reaches(limit, level.price));
            if missing <= level.lots || !is_reached {
                return is_reached;
            }
            missing -= level.lots;
        }
        false
    }

    /// Lets `order` take what it can reach.
    pub(super) fn take(&mut self, at: Nanos, order: &mut Order, desk: &mut Desk) {
        let side = order.side.opposite();
        self.visible.sweep(side, order.limit(), order.leaves_lots(), &mut self.fills);
        for &fill in &self.fills {
            desk.fill(at, order, fill, Liquidity::Taker);
        }
    }

    /// Fills resting orders from a foreign trade. A trade at our price serves those ahead first;
    /// one beyond our price found nobody ahead any more. Never more than the trade's lots.
    pub(super) fn on_trade(&mut self, at: Nanos, trade: &Trade, desk: &mut Desk) {
        let side = trade.aggressor.opposite();
        let mut left = trade.lots.max(Lots::ZERO);
        for order in self.working.iter_mut().filter(|order| order.side == side) {
            if !side.reaches(order.price, trade.price) {
                continue;
            }
            let reaching = if order.price == trade.price {
                order.queue.on_trade(left)
            } else {
                order.queue.on_trade_through();
                left
            };
            let fill = Level { price: order.price, lots: reaching.min(order.leaves_lots()) };
            if fill.lots > Lots::ZERO {
                left -= fill.lots;
                desk.fill(at, order, fill, Liquidity::Maker);
            }
        }
    }

    /// Moves the queues, and fills resting orders that the opposite side has reached: at their
    /// own price, up to what is displayed there.
    pub(super) fn on_book(&mut self, at: Nanos, model: QueueModel, desk: &mut Desk) {
        for order in &mut self.working {
            let displayed = self.visible.displayed(order.side, order.price);
            order.queue.on_displayed(model, displayed);
            let side = order.side.opposite();
            self.visible.sweep(side, order.limit(), order.leaves_lots(), &mut self.fills);
            let lots = self.fills.iter().map(|fill| fill.lots).sum();
            if lots > Lots::ZERO {
                let fill = Level { price: order.price, lots };
                desk.fill(at, order, fill, Liquidity::Maker);
            }
        }
    }

    /// Moves filled orders to the history.
    pub(super) fn retire(&mut self, history: &mut History) {
        for order in self.working.extract_if(.., |order| order.state == State::Filled) {
            history.close(order);
        }
    }
}
