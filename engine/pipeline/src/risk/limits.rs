//! What pre-trade risk allows.

use gannet_types::{Lots, Money, Nanos, Notional};

use super::portfolio_limits::{NO_RATIO, PortfolioLimits};

/// The limits that are the same for all instruments and accounts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RiskLimits {
    /// Farthest limit from the mid price, either way, in millionths of it.
    pub price_collar_ppm: u32,
    /// Farthest mean price of an order that takes what rests, from the mid price, in millionths of
    /// it.
    pub slippage_ppm_max: u32,
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
    /// Most orders of an account open at once in one instrument.
    pub open_orders_per_instrument_max: usize,
}

/// The limits of one instrument, in its own units and what it settles in: each account may do so
/// much.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstrumentLimits {
    /// Largest order.
    pub order_lots_max: Lots,
    /// Smallest value of an order at its limit, unless it reduces the position.
    pub order_notional_min: Notional,
    /// Largest value of an order at its limit.
    pub order_notional_max: Notional,
    /// Largest position, long or short, if every working order of one side traded.
    pub position_lots_max: Lots,
    /// The loss, realized and open after fees, beyond which nothing new is sent, not even to
    /// reduce: a person decides how to go on.
    pub loss_max: Notional,
    /// Whether it is on the restricted list: positions may be reduced, and nothing else.
    pub is_restricted: bool,
}

/// The limits of one account, over all instruments. Losses are realized and open, after fees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountLimits {
    /// Largest loss since the day began (UTC); beyond it positions may be reduced until the next.
    pub loss_per_day_max: Money,
    /// Largest loss since the week began (Monday, UTC); as of the day.
    pub loss_per_week_max: Money,
    /// Largest fall from the highest profit; beyond it trading halts until a person resets it.
    pub drawdown_max: Money,
    /// Round trips at a loss without one at a profit between, at which trading halts; zero for
    /// never.
    pub losses_in_a_row_max: u32,
    /// Most new orders in a day (UTC); zero for any number.
    pub orders_per_day_max: u32,
    /// Largest sum of the positions' values if every working order of the worse side traded.
    pub gross_exposure_max: Money,
    /// What the account may hold, measured by more than a sum.
    pub portfolio: PortfolioLimits,
}

impl AccountLimits {
    /// No limit at all.
    pub const NONE: Self = Self {
        loss_per_day_max: Money::MAX,
        loss_per_week_max: Money::MAX,
        drawdown_max: Money::MAX,
        losses_in_a_row_max: 0,
        orders_per_day_max: 0,
        gross_exposure_max: Money::MAX,
        portfolio: PortfolioLimits::NONE,
    };

    /// Returns whether any limit is about what an account has as a whole.
    pub(crate) fn asks_for_the_whole(&self) -> bool {
        self.asks_for_exposures() || self.portfolio.trade_risk_ppm_max != NO_RATIO
    }

    /// Returns whether any limit is about what an account has besides one order's instrument.
    pub(crate) fn asks_for_exposures(&self) -> bool {
        let of_orders_alone = PortfolioLimits {
            capital: self.portfolio.capital,
            trade_risk_ppm_max: self.portfolio.trade_risk_ppm_max,
            worst_move_ppm: self.portfolio.worst_move_ppm,
            concentration_from: self.portfolio.concentration_from,
            ..PortfolioLimits::NONE
        };
        self.gross_exposure_max != Money::MAX || self.portfolio != of_orders_alone
    }
}

/// No limit, of the quantities of a strategy.
const NO_QUANTITY: u64 = u64::MAX;

/// The limits of one strategy, besides those of its account: it may do so much of what the account
/// may. Quantities are hundred-millionths of what is traded and hold in each instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StrategyLimits {
    /// Largest order.
    pub order_quantity_max: u64,
    /// Largest value of an order at its limit.
    pub order_value_max: Money,
    /// Largest position of its own, long or short, if all its orders of one side traded.
    pub position_quantity_max: u64,
    /// Largest loss of its own since the day began (UTC); beyond it what it holds may be reduced
    /// until the next.
    pub loss_per_day_max: Money,
    /// Most orders of its own open at once, over all instruments.
    pub open_orders_max: u32,
}

impl StrategyLimits {
    /// No limit at all.
    pub const NONE: Self = Self {
        order_quantity_max: NO_QUANTITY,
        order_value_max: Money::MAX,
        position_quantity_max: NO_QUANTITY,
        loss_per_day_max: Money::MAX,
        open_orders_max: u32::MAX,
    };
}
