//! What pre-trade risk allows.

use gannet_types::{Lots, Nanos, Notional};

/// The limits. Per instrument where they speak of lots, positions or money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskLimits {
    /// Largest order.
    pub order_lots_max: Lots,
    /// Largest value of an order at its limit.
    pub order_notional_max: Notional,
    /// Farthest limit from the mid price, either way, in millionths of it.
    pub price_collar_ppm: u32,
    /// Largest position, long or short, if every working order of one side traded.
    pub position_lots_max: Lots,
    /// Most requests to the venue in `message_window`. Cancels and status requests count, but
    /// are never refused for it.
    pub messages_max: u32,
    /// The span that `messages_max` speaks of.
    pub message_window: Nanos,
    /// How long the same new order is refused after it was sent; zero for never.
    pub duplicate_window: Nanos,
    /// The book is stale if no market message came for longer than this.
    pub book_age_max: Nanos,
    /// Most orders open at once, over all instruments; at most
    /// [`OPEN_ORDERS_MAX`](crate::config::OPEN_ORDERS_MAX).
    pub open_orders_max: usize,
    /// The loss, realized and open after fees, beyond which nothing new is sent, not even to
    /// reduce: a person decides how to go on.
    pub loss_max: Notional,
}
