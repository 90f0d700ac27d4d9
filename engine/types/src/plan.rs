//! How a parent order is worked: an instruction that stays in the engine and trades by child
//! orders, each of which passes risk like any other.
//!
//! Side, type, price, size, time in force and terms are the signal's own; a plan says what the
//! engine does with them. A parent has an order id that no child has: approve, decline and cancel
//! it by that.

use crate::{InstrumentId, Lots, Nanos, Notional, OrderId, OrderStatus, OrderType, Side};
use crate::{StrategyId, Ticks};

/// What the engine does with an instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The order itself where the broker has its kind, and otherwise what behaves like it: a stop,
    /// stop-limit or trailing stop is held back until the market sets it off, an iceberg is sent a
    /// tip at a time, a good-till-date order is cancelled at its time.
    Emulate,
    /// Held back until the market is as good as this price, then sent: a take-profit, FIX's market
    /// or limit if touched.
    Touched(Ticks),
    /// One cancels the other: this order or that one, and not both.
    Either(Leg),
    /// Exits for what of the order has traded, and no more.
    Bracket(Exits),
    /// Slices over time; the price is the worst one.
    Sliced(Schedule),
}

/// The other order of an [`Plan::Either`]; size and time in force are the first one's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Leg {
    /// Buy or sell.
    pub side: Side,
    /// How its price is set.
    pub order_type: OrderType,
    /// The limit; zero for orders without one.
    pub price: Ticks,
    /// What sets a stop off.
    pub stop_price: Ticks,
    /// How far a trailing stop stays behind.
    pub offset: Ticks,
}

/// The exits of a [`Plan::Bracket`]; zero for one that is not there, and at least one must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exits {
    /// The limit at which the profit is taken.
    pub target: Ticks,
    /// The stop price at which the loss is taken; of a trailing stop where it begins.
    pub stop: Ticks,
    /// How far the stop follows behind the market.
    pub trail: Ticks,
}

/// When the slices of a [`Plan::Sliced`] are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What the pace follows.
    pub pace: Pace,
    /// When it ends, whatever is left.
    pub end: Nanos,
    /// How long a slice is.
    pub every: Nanos,
    /// Largest child; zero for any size.
    pub child_max: Lots,
    /// How far it may be behind, in millionths of the whole, before it pays the spread to catch
    /// up; the last slice always pays it.
    pub behind_ppm: u32,
    /// How far length and size of a slice are drawn from their mean, in millionths of it; at most a
    /// million.
    pub jitter_ppm: u32,
    /// What the draws begin with; the same seed gives the same slices.
    pub seed: u32,
}

/// What the pace of slices follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pace {
    /// Time: as much in every slice (TWAP).
    Time,
    /// The volume of the day as learned from bars: more where more is traded (VWAP).
    Volume,
    /// The volume of the market as it trades: this many millionths of it, and never more (POV).
    Participation(u32),
}

/// How a parent order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParentReport {
    /// Which parent.
    pub id: OrderId,
    /// Whose.
    pub strategy: StrategyId,
    /// In what.
    pub instrument: InstrumentId,
    /// Buy or sell; the exits of a bracket are of the other side.
    pub side: Side,
    /// As of an order: `New` while nothing has traded, whether a child works or none does yet.
    pub status: OrderStatus,
    /// How much it is for.
    pub lots: Lots,
    /// How much its children traded, but for the exits of a bracket.
    pub cum_lots: Lots,
    /// What that cost, at the prices of the trades.
    pub value: Notional,
    /// How much the exits of a bracket traded.
    pub exit_lots: Lots,
    /// What that gave.
    pub exit_value: Notional,
    /// How many children were sent.
    pub children: u32,
}
