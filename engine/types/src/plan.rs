//! How a parent order is worked: an instruction that stays in the engine and trades by child
//! orders, each of which passes risk like any other.
//!
//! Side, type, price, size, time in force and terms are the signal's own; a plan says what the
//! engine does with them. A parent has an order id that no child has: approve, decline and cancel
//! it by that.

use crate::{InstrumentId, Lots, Notional, OrderId, OrderStatus, OrderType, Side};
use crate::{StrategyId, Ticks};

/// What the engine does with an instruction. Small, for every signal has room for one: distances and
/// shares have 16 and 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plan {
    /// The order itself where the broker has its kind, and otherwise what behaves like it: a stop,
    /// stop-limit or trailing stop is held back until the market sets it off, an iceberg is sent a
    /// tip at a time, a good-till-date order is cancelled at its time.
    Emulate,
    /// Held back until the market is as good as this price, then sent: a take-profit, FIX's market
    /// or limit if touched.
    Touched(Ticks),
    /// One cancels the other: this order or that one, and not both. Size and time in force are this
    /// one's.
    Either {
        /// Buy or sell.
        side: Side,
        /// How its price is set.
        order_type: OrderType,
        /// The limit; zero for orders without one.
        price: Ticks,
        /// What sets a stop off.
        stop_price: Ticks,
        /// How far a trailing stop stays behind, in ticks.
        trail: u32,
    },
    /// Exits for what of the order has traded, and no more; zero for one that is not there, and at
    /// least one must be.
    Bracket {
        /// The limit at which the profit is taken.
        target: Ticks,
        /// The stop price at which the loss is taken; of a trailing stop where it begins.
        stop: Ticks,
        /// How far the stop follows behind the market, in ticks.
        trail: u32,
    },
    /// Slices over time; the price is the worst one.
    Sliced(Schedule),
    /// Split over the venues where the same thing is listed: what is offered within the limit is taken
    /// where it costs least, and the rest waits at the best maker place if its time in force lets it.
    Split,
}

/// When the slices of a [`Plan::Sliced`] are sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// What the pace follows.
    pub pace: Pace,
    /// How much of what the market trades is taken at most, in hundredths of a percent; zero for
    /// paces that do not follow it.
    pub share_bp: u16,
    /// How long it lasts from its release on; what is left then is given up.
    pub lasts_ms: u32,
    /// How long a slice is.
    pub every_ms: u32,
    /// Largest child, in hundredths of a percent of the whole; zero for any size.
    pub child_max_bp: u16,
    /// How far it may be behind, in percent of the whole, before it pays the spread to catch up; the
    /// last slice always pays it.
    pub behind_percent: u8,
    /// How far length and size of a slice are drawn from their mean, in percent of it; at most 100.
    pub jitter_percent: u8,
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
    /// The volume of the market as it trades: the share of it, and never more (POV).
    Participation,
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
