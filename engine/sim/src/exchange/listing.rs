//! One instrument: its visible book, our working orders in it, and how they meet.
//!
//! Our orders trade with the foreign book only, never with each other.
//!
//! # Invariants
//! - `working` holds only orders with leaves; those of one side stand best price first, then
//!   oldest first. `stops` holds those that wait for their price, oldest first.

use gannet_types::{Level, Liquidity, Lots, MarketEvent, Nanos, OrderType, Side, Ticks, Trade};

use super::desk::Desk;
use super::follow::{follow, pegged_price};
use super::history::History;
use super::order::{Order, State};
use super::requests::reduce;
use super::visible::Visible;
use crate::l3::Book;
use crate::queue::{QueueModel, QueuePosition};

/// An instrument at the venue.
#[derive(Clone, Debug, Default)]
pub(super) struct Listing {
    pub(super) visible: Visible,
    /// The last trade's price.
    last: Option<Ticks>,
    pub(super) working: Vec<Order>,
    stops: Vec<Order>,
    fills: Vec<Level>,
    /// The market order by order, if it is known so.
    pub(super) by_order: Option<Box<Book>>,
}

impl Listing {
    pub(super) fn new(withdrawal_percent: u32) -> Self {
        Self { visible: Visible::new(withdrawal_percent), ..Self::default() }
    }

    /// Returns the best bid and ask, or the last trade's price twice while the book cannot be
    /// believed.
    pub(super) fn prices(&self) -> Option<[Ticks; 2]> {
        let best = |side| self.visible.best(side).filter(|_| self.visible.is_tradable());
        match (best(Side::Buy), best(Side::Sell)) {
            (Some(bid), Some(ask)) => Some([bid, ask]),
            _ => self.last.map(|last| [last; 2]),
        }
    }

    /// Returns the orders in the book, then the stops that wait.
    pub(super) fn working(&self) -> impl Iterator<Item = &Order> {
        self.working.iter().chain(&self.stops)
    }

    pub(super) fn is_idle(&self) -> bool {
        self.working.is_empty() && self.stops.is_empty()
    }

    pub(super) fn find(&mut self, number: u64) -> Option<&mut Order> {
        self.working.iter_mut().chain(&mut self.stops).find(|order| order.number == number)
    }

    /// Takes an order out.
    pub(super) fn remove(&mut self, number: u64) -> Option<Order> {
        [&mut self.working, &mut self.stops].into_iter().find_map(|orders| {
            let index = orders.iter().position(|order| order.number == number)?;
            Some(orders.remove(index))
        })
    }

    /// Takes all orders out that are meant.
    pub(super) fn remove_all(&mut self, is_meant: impl Fn(&Order) -> bool) -> Vec<Order> {
        let is_meant = |order: &mut Order| is_meant(order);
        self.working.extract_if(.., is_meant).chain(self.stops.extract_if(.., is_meant)).collect()
    }

    /// Has a stop wait for its price.
    pub(super) fn wait(&mut self, order: Order) {
        self.stops.push(order);
    }

    /// Remembers the price of a trade.
    pub(super) const fn note_trade(&mut self, price: Ticks) {
        self.last = Some(price);
    }

    /// Takes out the stops that the market has reached, oldest first; the others follow it. `last`
    /// is the trade that happened just now.
    pub(super) fn set_off(&mut self, last: Option<Ticks>) -> Vec<Order> {
        let visible = &self.visible;
        let reached = self.stops.extract_if(.., |order| is_reached(visible, order, last)).collect();
        for stop in &mut self.stops {
            follow(visible, last, stop);
        }
        reached
    }

    /// Takes out the pegged orders that the market has moved, oldest and best first, at their new
    /// prices.
    pub(super) fn repeg(&mut self) -> Vec<Order> {
        let (visible, last) = (&self.visible, self.last);
        self.working.extract_if(.., |order| follow(visible, last, order)).collect()
    }

    /// Sets the price of an order that follows the market.
    pub(super) fn follow(&self, order: &mut Order) {
        // A trade of the past is none that sets off or moves a stop.
        let last = self.last.filter(|_| !order.waits);
        follow(&self.visible, last, order);
    }

    /// Returns whether a peg has something to follow.
    pub(super) fn has_price(&self, order: &Order) -> bool {
        order.order_type != OrderType::Pegged
            || pegged_price(&self.visible, self.last, order).is_some()
    }

    /// Returns whether the market has reached a stop already.
    pub(super) fn is_reached(&self, stop: &Order) -> bool {
        is_reached(&self.visible, stop, None)
    }

    /// Puts an order into the book, behind everyone at its price.
    pub(super) fn rest(&mut self, mut order: Order) {
        order.queue = QueuePosition::join(self.visible.displayed(order.side, order.price));
        if let Some(book) = &mut self.by_order {
            book.join(order.number, order.side, order.price);
            order.queue.stand_behind(book.ahead(order.number));
        }
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
        self.visible.sweep(side, order.limit(), desk.tradable(order), &mut self.fills);
        self.visible.withdraw(side, &self.fills);
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
            let fill = Level { price: order.price, lots: reaching.min(desk.tradable(order)) };
            if fill.lots > Lots::ZERO {
                left -= fill.lots;
                desk.fill(at, order, fill, Liquidity::Maker);
            }
        }
    }

    /// Moves the queues, and fills what the opposite side has reached.
    pub(super) fn on_book(
        &mut self,
        at: Nanos,
        model: QueueModel,
        event: &MarketEvent<'_>,
        desk: &mut Desk,
    ) {
        for order in &mut self.working {
            let displayed = self.visible.displayed(order.side, order.price);
            if !order.queue.is_unsettled(displayed) || names(event, order.side, order.price) {
                order.queue.on_displayed(model, displayed);
            }
        }
        self.on_crossing(at, desk);
    }

    /// Fills resting orders that the opposite side has reached: at their own price, up to what is
    /// displayed there.
    pub(super) fn on_crossing(&mut self, at: Nanos, desk: &mut Desk) {
        for order in &mut self.working {
            let side = order.side.opposite();
            self.visible.sweep(side, order.limit(), desk.tradable(order), &mut self.fills);
            let lots = self.fills.iter().map(|fill| fill.lots).sum();
            if lots > Lots::ZERO {
                let fill = Level { price: order.price, lots };
                desk.fill(at, order, fill, Liquidity::Maker);
            }
        }
    }

    /// Cuts reduce-only orders to the positions that are left; those that find none are cancelled.
    pub(super) fn keep_reducing(&mut self, at: Nanos, desk: &mut Desk, history: &mut History) {
        if self.working.iter().any(|order| order.terms.reduce_only) {
            let is_gone = |order: &mut Order| !reduce(at, order, desk);
            for order in self.working.extract_if(.., is_gone) {
                history.close(order);
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

/// Returns whether a change of the book has named a level. The best prices come in pairs, of which
/// only one has changed.
fn names(event: &MarketEvent<'_>, side: Side, price: Ticks) -> bool {
    let MarketEvent::Depth(depth) = event else { return false };
    let levels = match side {
        Side::Buy => depth.bids,
        Side::Sell => depth.asks,
    };
    levels.iter().any(|level| level.price == price)
}

/// A trade at a stop's price or beyond sets it off, and so does a market that has passed it: a best
/// bid at the price of a buying stop, a best ask at that of a selling one. A trailing stop that has
/// seen no market has no price yet.
fn is_reached(visible: &Visible, stop: &Order, last: Option<Ticks>) -> bool {
    let passed = visible.best(stop.side);
    stop.terms.stop_price != Ticks::ZERO
        && last
            .into_iter()
            .chain(passed)
            .any(|price| stop.side.opposite().reaches(stop.terms.stop_price, price))
}
