//! What a strategy wants, and how the gate treats it.

use crate::{
    InstrumentId, Lots, Nanos, OrderId, OrderTerms, OrderType, Plan, Side, StrategyId, Text, Ticks,
    TimeInForce,
};

/// What a strategy wants done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SignalAction {
    /// A new order.
    Place,
    /// A new price, size or terms for one of its orders.
    Replace(OrderId),
    /// The end of one of its orders, or of a parent order: of a child it ends the parent.
    Cancel(OrderId),
    /// A parent order, which the engine works by child orders.
    Work(Plan),
}

/// One wish of a strategy, with its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signal {
    /// Who wants it.
    pub strategy: StrategyId,
    /// Where.
    pub instrument: InstrumentId,
    /// What.
    pub action: SignalAction,
    /// Buy or sell.
    pub side: Side,
    /// How the price is set; of a replacement it is the order's own.
    pub order_type: OrderType,
    /// The limit; zero for orders without one.
    pub price: Ticks,
    /// How much.
    pub lots: Lots,
    /// For how long.
    pub time_in_force: TimeInForce,
    /// Stop price, offset, expiry and the like.
    pub terms: OrderTerms,
    /// How sure the strategy is, 0 to 100.
    pub confidence: u8,
    /// Why, in the strategy's own short words.
    pub reason: Text<32>,
    /// `received` of the market message that caused it.
    pub origin: Nanos,
}

// Two cache lines: it is copied through the gate into the outbox and the journal.
const _: () = assert!(size_of::<Signal>() <= 128, "a signal is two cache lines");

/// Who releases an order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum GateMode {
    /// Signals are shown, nothing is sent.
    Manual,
    /// A person approves each new order.
    Assisted,
    /// Orders are sent.
    Auto,
    /// Orders are sent to simulated gateways only.
    #[default]
    Paper,
}

/// What the gate did with a signal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GateVerdict {
    /// On to risk.
    Released,
    /// Shown, not sent.
    Shown,
    /// Waits for a person; approve or decline it by this order id.
    Waiting(OrderId),
}
