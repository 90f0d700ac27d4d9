//! The strategy's numbers: what both versions of the market maker quote. How orders are kept is
//! written twice, in `ours` and `theirs`.

use gannet_types::{Nanos, Ticks};

/// How often it looks.
pub const INTERVAL: Nanos = Nanos(10_000_000);

/// One way to the venue and one way back.
pub const LATENCY: Nanos = Nanos(1_000_123);

/// Ticks from the middle.
const HALF_SPREAD: i64 = 5;

/// Ticks that both quotes move for each order of position.
const SKEW: i64 = 2;

/// Orders of position, either way, beyond which one side is not quoted.
const POSITION_MAX: i64 = 5;

/// What to quote; `None` for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quotes {
    pub bid: Option<Ticks>,
    pub ask: Option<Ticks>,
}

impl Quotes {
    /// Around the middle of `bid` and `ask`, never better than the best, leaning against a
    /// `position` of so many lots in orders of `order` lots.
    pub fn around(bid: Ticks, ask: Ticks, position: i64, order: i64) -> Self {
        let units = position.div_euclid(order);
        let twice = bid.0 + ask.0 - 2 * SKEW * units;
        let low = (twice - 2 * HALF_SPREAD).div_euclid(2);
        let high = (twice + 2 * HALF_SPREAD + 1).div_euclid(2);
        Self {
            bid: (units < POSITION_MAX).then_some(Ticks(low.min(bid.0))),
            ask: (units > -POSITION_MAX).then_some(Ticks(high.max(ask.0))),
        }
    }
}

/// What happened in a run.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Run {
    /// In order of the venue's time.
    pub fills: Vec<Fill>,
    /// The position in lots, each time the strategy looked.
    pub positions: Vec<i64>,
    /// What it sent.
    pub requests: u64,
    /// Of the whole run.
    pub seconds: f64,
}

/// One fill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fill {
    /// On the venue's clock.
    pub at: u64,
    pub buys: bool,
    pub price: i64,
    pub lots: i64,
}
