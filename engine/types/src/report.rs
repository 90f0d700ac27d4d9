//! What the pipeline reports besides orders.

use crate::{
    AccountId, ClientOrderId, InstrumentId, Lots, Nanos, Notional, RejectReason, StrategyId,
    TopOfBook,
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

/// The state of one instrument, a few times a second of input time, for people and for replay.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Status {
    /// When.
    pub time: Nanos,
    /// Best bid and ask of our own book.
    pub top: TopOfBook,
    /// Position and profit so far.
    pub position: PositionReport,
    /// Profit of the open position at the mid price, rounded down.
    pub unrealized: Notional,
    /// Orders that are not done.
    pub open_orders: u32,
    /// Market messages seen.
    pub market_events: u64,
    /// Times the book stood crossed after a whole message.
    pub crossed_books: u64,
    /// Whether the book can be used.
    pub live: bool,
    /// Whether the kill switch is on.
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
}
