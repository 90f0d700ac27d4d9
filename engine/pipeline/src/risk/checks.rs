//! The checks, one function each.
//!
//! Hot: called per order. Pure integer comparisons; sums are 128 bits wide or saturate.

use gannet_types::{Lots, RejectReason, Side, Ticks};

use super::OrderShape;
use super::hours::Phase;
use super::limits::{AccountLimits, InstrumentLimits, RiskLimits};
use super::portfolio::After;
use super::proposal::{Facts, Proposal, Taking};
use super::ratio::exceeds;

pub(super) type Check = Result<(), RejectReason>;

const MILLION: u64 = 1_000_000;

/// Values above it are no market's.
const VALUE_MAX: i128 = 1 << 92;

pub(super) fn halt(facts: &Facts) -> Check {
    facts.halt.map_or(Ok(()), Err)
}

pub(super) fn gateway(facts: &Facts) -> Check {
    refuse_if(!facts.gateway_ready, RejectReason::GatewayDown)
}

pub(super) fn market(facts: &Facts) -> Result<i128, RejectReason> {
    facts.twice_mid.filter(|_| facts.live).ok_or(RejectReason::StaleBook)
}

pub(super) fn size(proposal: &Proposal) -> Check {
    let lots = proposal.shape.lots;
    refuse_if(lots <= Lots::ZERO || lots <= proposal.cum_lots, RejectReason::BadSize)
}

pub(super) fn price(shape: &OrderShape) -> Check {
    refuse_if(shape.price <= Ticks::ZERO, RejectReason::BadPrice)
}

/// Nothing is sent while the market is closed, and shortly before that what reduces a position.
pub(super) fn hours(facts: &Facts, reduces: bool) -> Check {
    match facts.phase {
        Phase::Open => Ok(()),
        Phase::Closing => refuse_if(!reduces, RejectReason::ClosingSoon),
        Phase::Closed => Err(RejectReason::OutsideHours),
    }
}

pub(super) fn restricted(limits: &InstrumentLimits, reduces: bool) -> Check {
    refuse_if(limits.is_restricted && !reduces, RejectReason::Restricted)
}

pub(super) fn block(facts: &Facts, reduces: bool) -> Check {
    facts.block.filter(|_| !reduces).map_or(Ok(()), Err)
}

pub(super) fn order_size(limits: &InstrumentLimits, shape: &OrderShape) -> Check {
    refuse_if(shape.lots > limits.order_lots_max, RejectReason::OrderSize)
}

pub(super) fn order_notional(
    limits: &InstrumentLimits,
    shape: &OrderShape,
    facts: &Facts,
    twice_mid: i128,
) -> Check {
    let valuation = facts.scale.valuation();
    let notional = valuation.stake(valuation.dearest(shape.price, twice_mid), shape.lots);
    refuse_if(notional > limits.order_notional_max, RejectReason::OrderNotional)
}

pub(super) fn order_notional_min(
    limits: &InstrumentLimits,
    shape: &OrderShape,
    facts: &Facts,
    reduces: bool,
) -> Check {
    let small = facts.scale.valuation().stake(shape.price, shape.lots) < limits.order_notional_min;
    refuse_if(small && !reduces, RejectReason::OrderNotionalMin)
}

/// Compares `|price - mid| / mid` with the collar, everything doubled and in millionths.
pub(super) fn price_collar(limits: &RiskLimits, price: Ticks, twice_mid: i128) -> Check {
    let distance = (2 * i128::from(price.0) - twice_mid).abs();
    let allowed = (twice_mid, u64::from(limits.price_collar_ppm));
    refuse_if(exceeds((distance, MILLION), allowed), RejectReason::PriceCollar)
}

/// What would trade at once must not cost more, in the mean, than the slippage allowed; of an
/// order that cannot rest all must trade. Values that no market has are refused: what is left can
/// be multiplied without overflow.
pub(super) fn liquidity(
    limits: &RiskLimits,
    lots: Lots,
    taking: &Taking,
    twice_mid: i128,
) -> Check {
    if taking.lots == Lots::ZERO && !taking.must_fill {
        return Ok(());
    }
    let (Ok(twice_mid), true) = (i64::try_from(twice_mid), taking.value.0 < VALUE_MAX) else {
        return Err(RejectReason::Liquidity);
    };
    let at_mid = i128::from(twice_mid) * i128::from(taking.lots.0);
    let distance = (2 * taking.value.0 - at_mid).abs();
    let short = taking.must_fill && taking.lots < lots;
    let allowed = (at_mid.min(VALUE_MAX), u64::from(limits.slippage_ppm_max));
    let dear = distance > VALUE_MAX || exceeds((distance, MILLION), allowed);
    refuse_if(short || dear, RejectReason::Liquidity)
}

/// An order must not meet an own one of the other side. A price that is not a limit meets any.
pub(super) fn self_trade(proposal: &Proposal, facts: &Facts) -> Check {
    let Some(own) = facts.own_other_side else { return Ok(()) };
    let limit = proposal.shape.price;
    let meets = match proposal.shape.side {
        _ if facts.taking.must_fill => true,
        Side::Buy => limit >= own,
        Side::Sell => limit <= own,
    };
    refuse_if(meets, RejectReason::SelfTrade)
}

/// Compares the position, if everything of one side traded, with the limit. A replacement counts
/// with its new size: the old one passed before.
pub(super) fn position(limits: &InstrumentLimits, proposal: &Proposal, facts: &Facts) -> Check {
    let worst = worst(proposal, facts);
    refuse_if(worst > i128::from(limits.position_lots_max.0), RejectReason::PositionLimit)
}

/// Sums what all positions would be worth, if everything traded that makes them larger.
pub(super) fn exposure(limits: &AccountLimits, after: &After) -> Check {
    refuse_if(after.gross > limits.gross_exposure_max, RejectReason::GrossExposure)
}

/// A strategy must not send too many orders in an instrument in a while.
pub(super) fn frequency(proposal: &Proposal, facts: &Facts) -> Check {
    refuse_if(proposal.is_new && facts.is_frequent, RejectReason::TradeFrequency)
}

pub(super) fn open_orders(limits: &RiskLimits, proposal: &Proposal, facts: &Facts) -> Check {
    let full = proposal.is_new && facts.open_orders >= limits.open_orders_max;
    refuse_if(full, RejectReason::OpenOrders)
}

pub(super) fn open_in_instrument(limits: &RiskLimits, proposal: &Proposal, facts: &Facts) -> Check {
    let open = facts.open_in_instrument;
    let full = proposal.is_new && open >= limits.open_orders_per_instrument_max;
    refuse_if(full, RejectReason::OpenOrdersOfInstrument)
}

pub(super) fn loss(limits: &InstrumentLimits, facts: &Facts) -> Check {
    let lost = facts.profit.0.saturating_neg();
    refuse_if(lost > limits.loss_max.0, RejectReason::LossLimit)
}

/// Returns whether the order can only make the position smaller, even if all of its side trades.
pub(super) fn reduces(proposal: &Proposal, facts: &Facts) -> bool {
    let position = i128::from(facts.position.0);
    let held = match proposal.shape.side {
        Side::Buy => -position,
        Side::Sell => position,
    };
    held >= added(proposal, facts)
}

/// The position, counted in the direction of the order, if everything of its side traded.
pub(super) fn worst(proposal: &Proposal, facts: &Facts) -> i128 {
    let position = i128::from(facts.position.0);
    match proposal.shape.side {
        Side::Buy => position + added(proposal, facts),
        Side::Sell => added(proposal, facts) - position,
    }
}

/// The position, counted against the direction of the order, if everything of the other side
/// traded.
pub(super) fn worst_of_other_side(proposal: &Proposal, facts: &Facts) -> i128 {
    let position = i128::from(facts.position.0);
    let working = i128::from(facts.working_other_side.0);
    match proposal.shape.side {
        Side::Buy => working - position,
        Side::Sell => position + working,
    }
}

fn added(proposal: &Proposal, facts: &Facts) -> i128 {
    let rest = i128::from(proposal.shape.lots.0) - i128::from(proposal.cum_lots.0);
    i128::from(facts.working.0) + rest
}

pub(super) fn refuse_if(refused: bool, reason: RejectReason) -> Check {
    if refused { Err(reason) } else { Ok(()) }
}
