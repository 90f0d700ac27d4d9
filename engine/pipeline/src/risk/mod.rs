//! Pre-trade risk: what every new order and replacement must pass, in this order.
//!
//! 1. kill switch · 2. draining · 3. gateway ready · 4. market live and quoted on both sides ·
//! 5. size positive · 6. price positive · 7. order size · 8. order notional · 9. price collar ·
//! 10. position limit · 11. open orders · 12. loss limit · 13. duplicate · 14. message rate
//!
//! The first that fails gives the reason; the message rate comes last so that refused orders use
//! none of it. Cancels pass through none of them.
//!
//! Hot: called per order. Pure integer comparisons; sums are 128 bits wide or saturate.

use gannet_types::{Lots, Nanos, Notional, OrderTerms, OrderType, RejectReason, Side, Ticks};

pub use limits::RiskLimits;

pub(crate) use recent::{MessageWindow, OrderShape, RecentOrders};

mod limits;
mod recent;
#[cfg(test)]
mod tests;

type Check = Result<(), RejectReason>;

/// What is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Proposal {
    pub(crate) shape: OrderShape,
    /// How much of it has traded already, for a replacement.
    pub(crate) cum_lots: Lots,
    pub(crate) is_new: bool,
    pub(crate) reference: Reference,
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
    fn twice_centre(self, twice_mid: i128) -> Option<i128> {
        match self {
            Self::Market => Some(twice_mid),
            Self::Stop(stop) => Some(2 * i128::from(stop.0)),
            Self::Worth(_) => None,
        }
    }
}

/// What is known when it is to be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Why nothing new may be sent at all, if so.
    pub(crate) halt: Option<RejectReason>,
    pub(crate) gateway_ready: bool,
    pub(crate) live: bool,
    pub(crate) twice_mid: Option<i128>,
    pub(crate) position: Lots,
    /// What other orders of the same side may still trade.
    pub(crate) working: Lots,
    pub(crate) open_orders: usize,
    pub(crate) profit: Notional,
}

/// The checks and what they remember.
pub(crate) struct PreTradeRisk {
    limits: RiskLimits,
    messages: MessageWindow,
    recent: RecentOrders,
}

impl PreTradeRisk {
    pub(crate) fn new(limits: RiskLimits) -> Self {
        Self {
            limits,
            messages: MessageWindow::new(limits.messages_max, limits.message_window),
            recent: RecentOrders::new(limits.duplicate_window),
        }
    }

    pub(crate) fn limits(&self) -> &RiskLimits {
        &self.limits
    }

    /// Passes the proposal through all checks.
    pub(crate) fn check(&self, now: Nanos, proposal: &Proposal, facts: &Facts) -> Check {
        let (limits, shape) = (&self.limits, &proposal.shape);
        halt(facts)?;
        gateway(facts)?;
        let twice_mid = market(facts)?;
        size(proposal)?;
        price(shape)?;
        order_size(limits, shape)?;
        order_notional(limits, shape)?;
        if let Some(twice_centre) = proposal.reference.twice_centre(twice_mid) {
            price_collar(limits, shape.price, twice_centre)?;
        }
        position(limits, proposal, facts)?;
        open_orders(limits, proposal, facts)?;
        loss(limits, facts)?;
        self.duplicate(now, proposal)?;
        self.message_rate(now)
    }

    /// Notes that a request of any kind is sent.
    pub(crate) fn note_message(&mut self, now: Nanos) {
        self.messages.note(now);
    }

    /// Notes that a new order is sent.
    pub(crate) fn note_order(&mut self, now: Nanos, shape: OrderShape) {
        self.recent.note(now, shape);
    }

    fn duplicate(&self, now: Nanos, proposal: &Proposal) -> Check {
        let again = proposal.is_new && self.recent.contains(now, &proposal.shape);
        refuse_if(again, RejectReason::Duplicate)
    }

    fn message_rate(&self, now: Nanos) -> Check {
        refuse_if(self.messages.is_full(now), RejectReason::MessageRate)
    }
}

fn halt(facts: &Facts) -> Check {
    facts.halt.map_or(Ok(()), Err)
}

fn gateway(facts: &Facts) -> Check {
    refuse_if(!facts.gateway_ready, RejectReason::GatewayDown)
}

fn market(facts: &Facts) -> Result<i128, RejectReason> {
    facts.twice_mid.filter(|_| facts.live).ok_or(RejectReason::StaleBook)
}

fn size(proposal: &Proposal) -> Check {
    let lots = proposal.shape.lots;
    refuse_if(lots <= Lots::ZERO || lots <= proposal.cum_lots, RejectReason::BadSize)
}

fn price(shape: &OrderShape) -> Check {
    refuse_if(shape.price <= Ticks::ZERO, RejectReason::BadPrice)
}

fn order_size(limits: &RiskLimits, shape: &OrderShape) -> Check {
    refuse_if(shape.lots > limits.order_lots_max, RejectReason::OrderSize)
}

fn order_notional(limits: &RiskLimits, shape: &OrderShape) -> Check {
    let notional = Notional::of(shape.price, shape.lots);
    refuse_if(notional > limits.order_notional_max, RejectReason::OrderNotional)
}

/// Compares `|price - mid| / mid` with the collar, everything doubled and in millionths.
fn price_collar(limits: &RiskLimits, price: Ticks, twice_mid: i128) -> Check {
    let distance = (2 * i128::from(price.0) - twice_mid).abs() * 1_000_000;
    let allowed = twice_mid * i128::from(limits.price_collar_ppm);
    refuse_if(distance > allowed, RejectReason::PriceCollar)
}

/// Compares the position, if everything of one side traded, with the limit. A replacement counts
/// with its new size: the old one passed before.
fn position(limits: &RiskLimits, proposal: &Proposal, facts: &Facts) -> Check {
    let rest = i128::from(proposal.shape.lots.0) - i128::from(proposal.cum_lots.0);
    let added = i128::from(facts.working.0) + rest;
    let position = i128::from(facts.position.0);
    let worst = match proposal.shape.side {
        Side::Buy => position + added,
        Side::Sell => added - position,
    };
    refuse_if(worst > i128::from(limits.position_lots_max.0), RejectReason::PositionLimit)
}

fn open_orders(limits: &RiskLimits, proposal: &Proposal, facts: &Facts) -> Check {
    let full = proposal.is_new && facts.open_orders >= limits.open_orders_max;
    refuse_if(full, RejectReason::OpenOrders)
}

fn loss(limits: &RiskLimits, facts: &Facts) -> Check {
    let lost = facts.profit.0.saturating_neg();
    refuse_if(lost > limits.loss_max.0, RejectReason::LossLimit)
}

fn refuse_if(refused: bool, reason: RejectReason) -> Check {
    if refused { Err(reason) } else { Ok(()) }
}
