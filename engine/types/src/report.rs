//! What the pipeline reports besides orders.

use crate::{
    AccountId, ClientOrderId, GatewayId, InstrumentId, Lots, ModelHash, Nanos, Notional,
    RejectReason, Scope, Side, StrategyId, Ticks, TopOfBook, VenueId,
};

/// Something was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Whose wish it was.
    pub strategy: StrategyId,
    /// Where.
    pub instrument: InstrumentId,
    /// The request that was refused; zero if it got no id.
    pub client_order_id: ClientOrderId,
    /// Why.
    pub reason: RejectReason,
}

/// A position after it changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PositionReport {
    /// Whose.
    pub account: AccountId,
    /// In what.
    pub instrument: InstrumentId,
    /// How much; negative is short.
    pub lots: Lots,
    /// What the open position cost, signed like `lots`.
    pub cost: Notional,
    /// Profit of what was closed, before fees.
    pub realized: Notional,
    /// Fees paid.
    pub fees: Notional,
}

/// A strategy's part of its account's position, after it changed. Reported only where several
/// strategies trade for the account: that of a single one is the position.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrategyPosition {
    /// Whose.
    pub strategy: StrategyId,
    /// How much, in which account and instrument.
    pub position: PositionReport,
}

/// The state of one instrument, a few times a second of input time, for people and for replay.
/// Several accounts report in turn, each what it has ordered in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// When.
    pub time: Nanos,
    /// Best bid and ask of our own book.
    pub top: TopOfBook,
    /// Position and profit so far, of the account it names.
    pub position: PositionReport,
    /// Profit of the open position at the mid price, rounded down.
    pub unrealized: Notional,
    /// Orders of the account that are not done.
    pub open_orders: u32,
    /// Market messages seen.
    pub market_events: u64,
    /// Times the book stood crossed after a whole message.
    pub crossed_books: u64,
    /// Whether the book can be used.
    pub live: bool,
    /// Whether the kill switch is on, or risk has halted the account.
    pub killed: bool,
}

/// Something a person should look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// The venue reported about an order we do not have.
    UnknownExecution(ClientOrderId),
    /// The venue's filled quantity does not fit what we knew of the order.
    FillMismatch(ClientOrderId),
    /// The kill switch was turned on.
    Killed,
    /// A gateway went down with orders open.
    GatewayDown,
    /// An order was not answered in time.
    NoAnswer(ClientOrderId),
    /// The venue took a trade back or changed it; the position was corrected.
    TradeCorrected(ClientOrderId),
    /// The venue took back or changed a trade that we do not know: a person must compare.
    UnknownCorrection(ClientOrderId),
    /// The venue works an order again that was done; it counts as open.
    OrderRevived(ClientOrderId),
    /// The drop copy has a trade of ours that the order session did not report.
    DropCopyOnly(ClientOrderId),
    /// The order session reported a trade that the drop copy does not have.
    DropCopyMissing(ClientOrderId),
    /// The drop copy names an account that is not configured.
    UnknownAccount,
    /// Risk halted an account until a person resets it.
    Halted(AccountId, RejectReason),
    /// A person halted a scope.
    ScopeHalted(Scope),
    /// A strategy sent as many orders as are allowed without a person: one must arm.
    NotArmed(StrategyId),
    /// A gateway failed too often: it gets no new orders for a while.
    BreakerOpened(GatewayId),
    /// The gateway took an order again: it gets new ones.
    BreakerClosed(GatewayId),
    /// A model was given a role that it cannot have: it is not there, or there is no seat left.
    ModelRefused(ModelHash),
}

/// Why a trade is not ours (FIX 127).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DontKnowReason {
    /// There is no such order.
    NoMatchingOrder,
    /// More traded than was ordered.
    Overfill,
    /// The instrument is none of ours.
    UnknownSymbol,
    /// The trade is of the other side.
    WrongSide,
}

/// A trade that we refuse to take for ours (FIX Q).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DontKnowTrade {
    /// Which gateway heard it.
    pub gateway: GatewayId,
    /// In what.
    pub instrument: InstrumentId,
    /// As the venue says.
    pub side: Side,
    /// Why it is not ours.
    pub reason: DontKnowReason,
    /// The id of the order it is said to belong to; zero if that is not one of our ids.
    pub client_order_id: ClientOrderId,
    /// Lots of the trade.
    pub last_lots: Lots,
    /// Price of the trade.
    pub last_price: Ticks,
    /// The size of the order as we know it; zero if we do not.
    pub order_lots: Lots,
    /// The venue's id of the execution.
    pub exec_id: VenueId,
    /// The venue's id of the order.
    pub venue_order_id: VenueId,
}
