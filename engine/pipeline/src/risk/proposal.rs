//! What is asked, and what is known when it is asked.

use gannet_types::{
    Lots, MoneyScale, Notional, OrderTerms, OrderType, RejectReason, StrategyId, Ticks,
};

use super::OrderShape;
use super::hours::Phase;
use super::portfolio::Standing;

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    /// Whose wish it is.
    pub(crate) strategy: StrategyId,
    pub(crate) shape: OrderShape,
    /// How much of it has traded already, for a replacement.
    pub(crate) cum_lots: Lots,
    pub(crate) is_new: bool,
    pub(crate) reference: Reference,
    /// How far behind its price the signal's own stop is, as of [`OrderTerms`].
    pub(crate) stop_distance: i32,
}

/// What the price of an order is measured by. An order without a limit of its own is worth what
/// its stop, or the market, says; the collar is about limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A limit that must lie near the middle of the market.
    Market,
    /// The limit of a stop-limit order, which must lie near its stop price.
    Stop(Ticks),
    /// No limit; the order is worth so much a lot, up to a tick more.
    Worth(Ticks),
}

impl Reference {
    /// Returns by what an order is measured.
    #[inline]
    pub(crate) fn of(
        order_type: OrderType,
        price: Ticks,
        terms: &OrderTerms,
        twice_mid: Option<i128>,
    ) -> Self {
        let middle = || {
            let mid = twice_mid.map_or(0, |twice| (twice + 1).div_euclid(2));
            Ticks(i64::try_from(mid).unwrap_or(i64::MAX))
        };
        match order_type {
            OrderType::Limit => Self::Market,
            OrderType::StopLimit => Self::Stop(terms.stop_price),
            OrderType::Stop => Self::Worth(terms.stop_price),
            OrderType::TrailingStop if terms.stop_price > Ticks::ZERO => {
                Self::Worth(terms.stop_price)
            }
            OrderType::Pegged if price > Ticks::ZERO => Self::Worth(price),
            OrderType::Market | OrderType::TrailingStop | OrderType::Pegged => {
                Self::Worth(middle())
            }
        }
    }

    /// Returns the price at which the order counts.
    #[inline]
    pub(crate) const fn worth(self, limit: Ticks) -> Ticks {
        match self {
            Self::Market | Self::Stop(_) => limit,
            Self::Worth(price) => price,
        }
    }

    /// Returns twice the price that the collar is around.
    #[inline]
    pub(crate) fn twice_centre(self, twice_mid: i128) -> Option<i128> {
        match self {
            Self::Market => Some(twice_mid),
            Self::Stop(stop) => Some(2 * i128::from(stop.0)),
            Self::Worth(_) => None,
        }
    }
}

/// What an order would trade at once with the book as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taking {
    /// Whether what it cannot trade at once is lost: a market order.
    pub(crate) must_fill: bool,
    pub(crate) lots: Lots,
    pub(crate) value: Notional,
}

/// What is known when it is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Why nothing new may be sent at all, if so.
    pub(crate) halt: Option<RejectReason>,
    /// Why nothing may be sent but what reduces a position, if so.
    pub(crate) block: Option<RejectReason>,
    pub(crate) gateway_ready: bool,
    pub(crate) live: bool,
    pub(crate) twice_mid: Option<i128>,
    /// The account's, or the side of it that the order is about.
    pub(crate) position: Lots,
    /// What other orders of the account on the same side may still trade.
    pub(crate) working: Lots,
    /// What orders of the account on the other side may still trade.
    pub(crate) working_other_side: Lots,
    /// How much of its strategy's position a reduce-only order may still take; `None` for others.
    pub(crate) reducible: Option<Lots>,
    pub(crate) open_orders: usize,
    pub(crate) open_in_instrument: usize,
    pub(crate) profit: Notional,
    /// The best price at which an order of any account of ours rests on the other side.
    pub(crate) own_other_side: Option<Ticks>,
    pub(crate) taking: Taking,
    pub(crate) scale: MoneyScale,
    /// What the account has besides.
    pub(crate) standing: Standing,
    /// Whether the strategy has sent as many orders in the instrument as it may.
    pub(crate) is_frequent: bool,
    /// What the instrument's trading hours allow.
    pub(crate) phase: Phase,
}
