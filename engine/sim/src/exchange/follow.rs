//! Prices that follow the market: trailing stops, which never come back, and pegs, which do.
//!
//! What an order follows is the foreign market alone. A trailing stop is moved by the prices that
//! could set it off: trades, and the best price of its own side. A peg is moved by every change of
//! the book and loses its place in the queue when it is; the venue does not report that.

use gannet_types::{OrderType, PegReference, Side, Ticks};

use super::order::Order;
use super::visible::Visible;

/// Moves an order to where the market has it; returns whether it moved. `last` is the last trade.
pub(super) fn follow(visible: &Visible, last: Option<Ticks>, order: &mut Order) -> bool {
    match order.order_type {
        OrderType::TrailingStop if order.waits => trail(visible, last, order),
        OrderType::Pegged => match pegged_price(visible, last, order) {
            Some(price) => std::mem::replace(&mut order.price, price) != price,
            None => false,
        },
        OrderType::Market
        | OrderType::Limit
        | OrderType::Stop
        | OrderType::StopLimit
        | OrderType::TrailingStop => false,
    }
}

/// Moves a trailing stop to its distance from the market, but never away from the market.
fn trail(visible: &Visible, last: Option<Ticks>, stop: &mut Order) -> bool {
    let before = stop.terms.stop_price;
    for price in last.into_iter().chain(visible.best(stop.side)) {
        let behind = stop.side.towards_worse(price, stop.terms.offset);
        let nearer = match stop.side {
            Side::Buy => behind < stop.terms.stop_price,
            Side::Sell => behind > stop.terms.stop_price,
        };
        if nearer || stop.terms.stop_price == Ticks::ZERO {
            stop.terms.stop_price = behind;
        }
    }
    stop.terms.stop_price != before
}

/// Returns the price of a pegged order, its cap respected; `None` if what it follows is not there.
///
/// Rounding: half a tick goes away from the other side. At least one tick.
pub(super) fn pegged_price(visible: &Visible, last: Option<Ticks>, order: &Order) -> Option<Ticks> {
    let reference = match order.terms.peg {
        PegReference::None => return None,
        PegReference::Primary => visible.best(order.side)?,
        PegReference::Market => visible.best(order.side.opposite())?,
        PegReference::Midpoint => {
            let (bid, ask) = (visible.best(Side::Buy)?, visible.best(Side::Sell)?);
            // A book that can be traded on is not crossed.
            let (half, rest) = ((ask.0 - bid.0) / 2, (ask.0 - bid.0) % 2);
            match order.side {
                Side::Buy => Ticks(bid.0 + half),
                Side::Sell => Ticks(bid.0 + half + rest),
            }
        }
        PegReference::Last => last?,
    };
    let price = Ticks(reference.0.saturating_add(order.terms.offset.0));
    let capped = match order.side {
        _ if order.cap == Ticks::ZERO => price,
        Side::Buy => price.min(order.cap),
        Side::Sell => price.max(order.cap),
    };
    Some(capped.max(Ticks(1)))
}
