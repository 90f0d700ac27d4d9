//! The strategy: buys when the mid rises above its highest of the last quotes, sells when it falls below
//! its lowest, with one order across the spread.
//!
//! Source: Richard Donchian's channel breakout, as in Curtis Faith, "Way of the Turtle" (2007).
//!
//! Hot: called per market message. Nothing is allocated after `new`, and no number is a float.

use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_types::{
    Lots, Nanos, OrderTerms, OrderType, Side, Signal, SignalAction, Text, TimeInForce, TopOfBook,
};

/// What it remembers.
pub struct Breakout {
    lots: Lots,
    pause: Nanos,
    /// The last mids, doubled so that they are whole; the oldest is overwritten.
    mids: Vec<i64>,
    length: usize,
    next: usize,
    last_order: Nanos,
}

impl Breakout {
    /// Looks back over so many quotes, and holds so many lots, long or short.
    pub fn new(length: usize, lots: Lots, pause: Nanos) -> Self {
        let mids = Vec::with_capacity(length);
        Self { lots, pause, mids, length, next: 0, last_order: Nanos::ZERO }
    }

    /// Returns which side the mid breaks out to, and remembers it.
    fn breakout(&mut self, mid: i64) -> Option<Side> {
        if self.mids.len() < self.length {
            self.mids.push(mid);
            return None;
        }
        let highest = self.mids.iter().copied().max()?;
        let lowest = self.mids.iter().copied().min()?;
        self.mids[self.next] = mid;
        self.next = (self.next + 1) % self.length;
        match mid {
            _ if mid > highest => Some(Side::Buy),
            _ if mid < lowest => Some(Side::Sell),
            _ => None,
        }
    }

    fn order(&self, view: &View<'_>, top: &TopOfBook, side: Side, lots: Lots) -> Signal {
        let other = if side == Side::Buy { top.ask } else { top.bid };
        Signal {
            strategy: view.strategy,
            instrument: view.instrument.id,
            action: SignalAction::Place,
            side,
            order_type: OrderType::Limit,
            price: other.price,
            lots,
            time_in_force: TimeInForce::ImmediateOrCancel,
            terms: OrderTerms::PLAIN,
            confidence: 60,
            reason: Text::new(b"broke out of its channel"),
            origin: view.origin,
        }
    }
}

impl Strategy for Breakout {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let StrategyEvent::Top(top) = event else { return };
        let Some(side) = self.breakout(top.bid.price.0 + top.ask.price.0) else { return };
        let busy = !view.orders.is_empty() || view.now.since(self.last_order) < self.pause;
        let missing = side.signed(self.lots) - view.position.lots;
        if busy || !view.live || missing == Lots::ZERO {
            return;
        }
        // `push` refuses when one event has caused too many signals already.
        if signals.push(self.order(view, top, side, missing.abs())).is_ok() {
            self.last_order = view.now;
        }
    }
}
