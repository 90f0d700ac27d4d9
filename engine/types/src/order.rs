//! Orders and the requests about them.

use crate::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, Nanos, OrderTerms, StrategyId, Ticks,
};

/// Buy or sell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Buys.
    Buy,
    /// Sells.
    Sell,
}

impl Side {
    /// Returns the other side.
    #[must_use]
    pub const fn opposite(self) -> Self {
        match self {
            Self::Buy => Self::Sell,
            Self::Sell => Self::Buy,
        }
    }

    /// Returns `lots` as a change of position: negative when selling.
    #[must_use]
    pub fn signed(self, lots: Lots) -> Lots {
        match self {
            Self::Buy => lots,
            Self::Sell => -lots,
        }
    }

    /// Returns `price` moved by `ticks` to where this side gives more away.
    #[must_use]
    pub fn towards_worse(self, price: Ticks, ticks: Ticks) -> Ticks {
        match self {
            Self::Buy => Ticks(price.0.saturating_add(ticks.0)),
            Self::Sell => Ticks(price.0.saturating_sub(ticks.0)),
        }
    }

    /// Returns whether an order of this side at `limit` can trade at `price`.
    #[must_use]
    pub fn reaches(self, limit: Ticks, price: Ticks) -> bool {
        match self {
            Self::Buy => limit >= price,
            Self::Sell => limit <= price,
        }
    }
}

/// How the price of an order is set (FIX 40).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum OrderType {
    /// At any price.
    Market,
    /// At the limit or better.
    #[default]
    Limit,
    /// A market order once the market reaches the stop price.
    Stop,
    /// A limit order once the market reaches the stop price.
    StopLimit,
    /// A stop that follows the market at a distance, and never comes back.
    TrailingStop,
    /// A limit that follows the market both ways.
    Pegged,
}

impl OrderType {
    /// Every type.
    pub const ALL: [Self; 6] =
        [Self::Market, Self::Limit, Self::Stop, Self::StopLimit, Self::TrailingStop, Self::Pegged];

    /// Returns whether such an order must have a limit.
    #[must_use]
    pub const fn has_limit(self) -> bool {
        matches!(self, Self::Limit | Self::StopLimit)
    }
}

/// How long an order lives (FIX 59, and ExecInst(18) for post-only).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimeInForce {
    /// Until the end of the trading day.
    Day,
    /// Until cancelled.
    GoodTillCancel,
    /// In the opening auction, or not at all.
    AtTheOpening,
    /// Whatever can trade now, the rest is cancelled.
    ImmediateOrCancel,
    /// All now or nothing.
    FillOrKill,
    /// Until the end of the extended hours of the day.
    GoodTillCrossing,
    /// Until the date or time in its terms.
    GoodTillDate,
    /// In the closing auction, or not at all.
    AtTheClose,
    /// Until cancelled, and only if it does not trade at once.
    PostOnly,
}

impl TimeInForce {
    /// Every time in force.
    pub const ALL: [Self; 9] = [
        Self::Day,
        Self::GoodTillCancel,
        Self::AtTheOpening,
        Self::ImmediateOrCancel,
        Self::FillOrKill,
        Self::GoodTillCrossing,
        Self::GoodTillDate,
        Self::AtTheClose,
        Self::PostOnly,
    ];

    /// Returns whether what does not trade at once stays with the venue.
    #[must_use]
    pub const fn rests(self) -> bool {
        !matches!(self, Self::ImmediateOrCancel | Self::FillOrKill)
    }
}

/// Where an order stands (FIX 39). Unknown after a timeout is a state, never a reject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderStatus {
    /// Sent, not yet acknowledged.
    PendingNew,
    /// Working at the venue.
    New,
    /// Working, partly filled.
    PartiallyFilled,
    /// Working; the venue guarantees it a price for some of its quantity.
    Stopped,
    /// The venue keeps it, but it cannot trade for now.
    Suspended,
    /// The venue is done with it for this day; an order that outlives the day may come back.
    DoneForDay,
    /// Done: filled.
    Filled,
    /// Done: cancelled.
    Canceled,
    /// Done: refused.
    Rejected,
    /// Done: its time ran out.
    Expired,
    /// A cancel is on its way.
    PendingCancel,
    /// A replacement is on its way.
    PendingReplace,
}

impl OrderStatus {
    /// Returns whether nothing more can happen to the order.
    #[must_use]
    pub const fn is_done(self) -> bool {
        matches!(self, Self::Filled | Self::Canceled | Self::Rejected | Self::Expired)
    }
}

/// What is asked of a venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RequestKind {
    /// A new order (FIX D).
    New,
    /// Cancel it (FIX F).
    Cancel,
    /// Change its price or size (FIX G).
    Replace,
    /// Tell its state (FIX H); asked after a restart.
    Status,
    /// Cancel every order of the session (FIX q).
    MassCancel,
    /// Tell the state of every open order of the session (FIX AF).
    MassStatus,
    /// Tell the positions of an account (FIX AN).
    Positions,
}

impl RequestKind {
    /// Every kind.
    pub const ALL: [Self; 7] = [
        Self::New,
        Self::Cancel,
        Self::Replace,
        Self::Status,
        Self::MassCancel,
        Self::MassStatus,
        Self::Positions,
    ];

    /// Returns whether it is about one order, and not about all or none.
    #[must_use]
    pub const fn is_about_one_order(self) -> bool {
        !matches!(self, Self::MassCancel | Self::MassStatus | Self::Positions)
    }
}

/// One request to a gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrderRequest {
    /// What is asked.
    pub kind: RequestKind,
    /// Which gateway carries it.
    pub gateway: GatewayId,
    /// For which account.
    pub account: AccountId,
    /// On behalf of which strategy.
    pub strategy: StrategyId,
    /// Which instrument.
    pub instrument: InstrumentId,
    /// This request's own id (FIX 11).
    pub client_order_id: ClientOrderId,
    /// The last id the venue accepted for the order (FIX 41); equal to `client_order_id` for
    /// new orders and status requests.
    pub original: ClientOrderId,
    /// Buy or sell.
    pub side: Side,
    /// How its price is set.
    pub order_type: OrderType,
    /// How long it lives.
    pub time_in_force: TimeInForce,
    /// The limit; zero for orders without one.
    pub price: Ticks,
    /// The total quantity, filled lots included.
    pub lots: Lots,
    /// Stop price, offset, expiry and the like; plain for cancels and status requests.
    pub terms: OrderTerms,
    /// `received` of the market message that caused it, for tick-to-trade; zero if none did.
    pub origin: Nanos,
}

// Two cache lines: it crosses a ring and is copied into the journal once per order.
const _: () = assert!(size_of::<OrderRequest>() <= 128, "a request is two cache lines");
