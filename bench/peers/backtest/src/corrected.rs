//! hftbacktest's probability models with what we think is wrong in them put right, through its own
//! interface: if its fills are then ours to the last one, nothing else differs.
//!
//! Each correction can be left out, to see what it is good for.

use std::any::Any;

use hftbacktest::backtest::models::{Probability, QueueModel};
use hftbacktest::prelude::*;
use hftbacktest::types::AnyClone;

use crate::tape::LOT;

/// What is put right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Correction {
    /// What traded at the price since the last change of the book stands neither ahead of the order
    /// nor behind it when a cancel is placed. `ProbQueueModel` counts it behind.
    Trades,
    /// A cancel of more than stands ahead ends at the front. `ProbQueueModel` goes on to a negative
    /// place, and fills the order from a later trade by as much more than traded.
    Front,
    /// The logarithms count lots, whatever unit the instrument's quantity is written in.
    Lots,
}

impl Correction {
    /// All, in the order of the explanations in `README.md`.
    pub const ALL: [Self; 3] = [Self::Trades, Self::Front, Self::Lots];
}

/// One of their probabilities, corrected.
pub struct Corrected<P> {
    /// The probability.
    pub probability: P,
    /// The correction that is left out.
    pub without: Option<Correction>,
}

impl<P> Corrected<P> {
    fn has(&self, correction: Correction) -> bool {
        self.without != Some(correction)
    }

    /// The least that can stand ahead.
    fn front(&self) -> f64 {
        if self.has(Correction::Front) { 0.0 } else { f64::MIN }
    }
}

/// A place in the queue, in lots.
#[derive(Clone)]
struct Place {
    ahead: f64,
    traded: f64,
}

impl AnyClone for Place {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn as_any_mut(&mut self) -> &mut dyn Any {
        self
    }
}

fn place(order: &mut Order) -> &mut Place {
    order.q.as_any_mut().downcast_mut().expect("this model made it")
}

fn lots(quantity: f64) -> f64 {
    (quantity / LOT).round()
}

impl<P: Probability> QueueModel<HashMapMarketDepth> for Corrected<P> {
    fn new_order(&self, order: &mut Order, depth: &HashMapMarketDepth) {
        let displayed = match order.side {
            Side::Buy => depth.bid_qty_at_tick(order.price_tick),
            _ => depth.ask_qty_at_tick(order.price_tick),
        };
        order.q = Box::new(Place { ahead: lots(displayed), traded: 0.0 });
    }

    fn trade(&self, order: &mut Order, quantity: f64, _depth: &HashMapMarketDepth) {
        let place = place(order);
        place.ahead -= lots(quantity);
        place.traded += lots(quantity);
    }

    fn depth(&self, order: &mut Order, before: f64, after: f64, _depth: &HashMapMarketDepth) {
        let (before, after) = (lots(before), lots(after));
        let place = place(order);
        let standing = (before - place.traded).max(0.0);
        place.traded = 0.0;
        if after < standing {
            let cancelled = standing - after;
            let whole = if self.has(Correction::Trades) { standing } else { before };
            let back = (whole - place.ahead).max(0.0);
            let unit = if self.has(Correction::Lots) { 1.0 } else { LOT };
            let share = match place.ahead {
                0.0 => 1.0,
                ahead => self.probability.prob(ahead * unit, back * unit),
            };
            let not_there = (share * cancelled - back).max(0.0);
            place.ahead -= (1.0 - share) * cancelled + not_there;
        }
        place.ahead = place.ahead.min(after.max(0.0)).max(self.front());
    }

    fn is_filled(&self, order: &mut Order, _depth: &HashMapMarketDepth) -> f64 {
        let place = place(order);
        let reached = (-place.ahead).round().max(0.0);
        if self.has(Correction::Front) || reached > 0.0 {
            place.ahead = place.ahead.max(0.0);
        }
        reached * LOT
    }
}
