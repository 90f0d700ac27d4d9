//! The checks of an account as a whole, one function each: net exposure, leverage, open positions,
//! risk of a trade, concentration, correlated groups, credit.
//!
//! Each looks at what the account would have if this order and every working order of its worse
//! side traded. A price, a profit or a capital that is not known refuses.
//!
//! Hot: called per order. Integers; products saturate, and a saturated one refuses.

use gannet_types::{AccountId, Lots, Money, RejectReason, Side, Ticks, Valuation};

use super::checks::{Check, refuse_if, worst, worst_of_other_side};
use super::exposures::{Elsewhere, loss};
use super::portfolio_limits::{NO_RATIO, PortfolioLimits};
use super::proposal::{Facts, Proposal};
use super::ratio::{exceeds, share_up};
use super::recent::OrderShape;
use super::var::ValueAtRisk;
use super::worth::Tails;

const MILLION: u64 = 1_000_000;

/// What the account has and is worth, besides the order's instrument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    pub(crate) elsewhere: Elsewhere,
    /// Whose order it is.
    pub(crate) account: AccountId,
    /// How far the order's instrument falls and rises in a bar, if that is known.
    pub(crate) tails: Option<Tails>,
    /// What the account has earned, realized and open, if every open position has a price.
    pub(crate) profit: Option<Money>,
}

/// What the order's own instrument would be worth, as money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Own {
    /// If the worse side traded, without its sign.
    pub(super) gross: Money,
    /// If the order's side traded, counted in its direction.
    pub(super) toward: Money,
    /// If the other side traded, counted in its direction.
    pub(super) against: Money,
    /// What the order itself is worth: what of it has not traded.
    pub(super) order: Money,
    /// Whether a fall of its price makes the order's value larger: it buys inverse contracts.
    pub(super) grows_falling: bool,
}

impl Own {
    /// Values the order's instrument: its side at the order's price, the other side, which may
    /// trade instead, at the middle of the market. Inverse contracts are worth more the lower the
    /// price: the order counts at the middle if that is lower.
    #[inline]
    pub(super) fn of(proposal: &Proposal, facts: &Facts, twice_mid: i128) -> Self {
        let lots = |count: i128| {
            let bound = if count < 0 { i64::MIN } else { i64::MAX };
            Lots(i64::try_from(count).unwrap_or(bound))
        };
        let shape = &proposal.shape;
        let mid = Ticks(i64::try_from(twice_mid / 2).unwrap_or(i64::MAX));
        let valuation = facts.scale.valuation();
        let price = valuation.dearest(shape.price, twice_mid);
        let toward = valuation.stake(price, lots(worst(proposal, facts)));
        let against = valuation.stake(mid, lots(worst_of_other_side(proposal, facts).max(0)));
        let rest = i128::from(shape.lots.0) - i128::from(proposal.cum_lots.0);
        let order = valuation.stake(price, lots(rest));
        let money = |amount| facts.scale.money(amount);
        let (toward, against) = (money(toward), money(against));
        Self {
            gross: against.max(toward),
            toward,
            against,
            order: money(order),
            grows_falling: valuation == Valuation::Inverse && shape.side == Side::Buy,
        }
    }
}

/// What the account would have, as money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct After {
    /// The sum of all positions at their worst, without signs; more than there is if not known.
    pub(super) gross: Money,
    /// The sum with signs, counted in the direction of the order; the same.
    pub(super) net: Money,
    /// What the account is worth, if that is known and positive.
    pub(super) equity: Option<Money>,
}

impl After {
    #[inline]
    pub(super) fn of(side: Side, own: &Own, standing: &Standing, limits: &PortfolioLimits) -> Self {
        let account = &standing.elsewhere.account;
        let equity = standing.profit.map(|profit| limits.capital.plus(profit));
        let equity = equity.filter(|equity| *equity > Money::ZERO);
        if account.unpriced > 0 {
            return Self { gross: Money::MAX, net: Money::MAX, equity };
        }
        let others = match side {
            Side::Buy => account.up,
            Side::Sell => -account.down,
        };
        let (gross, net) = (Money(account.worst).plus(own.gross), own.toward.plus(Money(others)));
        Self { gross, net, equity }
    }

    /// Returns whether `amount` is more than so many millionths of the equity, or that is not known
    /// or not positive.
    #[inline]
    fn is_over(&self, amount: Money, ppm: u64) -> bool {
        self.equity.is_none_or(|equity| exceeds((amount.0, MILLION), (equity.0, ppm)))
    }
}

/// The sum of all positions with their signs must not become too large in the order's direction.
pub(super) fn net_exposure(limits: &PortfolioLimits, after: &After) -> Check {
    refuse_if(after.net > limits.net_exposure_max, RejectReason::NetExposure)
}

/// Gross and net exposure must not be too large for the equity.
pub(super) fn leverage(limits: &PortfolioLimits, after: &After) -> Check {
    let PortfolioLimits { gross_leverage_ppm_max, net_leverage_ppm_max, .. } = *limits;
    let over_gross =
        gross_leverage_ppm_max != NO_RATIO && after.is_over(after.gross, gross_leverage_ppm_max);
    let over_net =
        net_leverage_ppm_max != NO_RATIO && after.is_over(after.net, net_leverage_ppm_max);
    refuse_if(over_gross || over_net, RejectReason::Leverage)
}

/// Not in too many instruments at once.
pub(super) fn open_positions(limits: &PortfolioLimits, standing: &Standing) -> Check {
    let others = standing.elsewhere.account.open;
    refuse_if(others >= limits.open_positions_max, RejectReason::OpenPositions)
}

/// What the order loses in the worst move must not be too much of the equity.
pub(super) fn trade_risk(limits: &PortfolioLimits, own: &Own, after: &After) -> Check {
    if limits.trade_risk_ppm_max == NO_RATIO {
        return Ok(());
    }
    // Of coins at the price after the move, which counts them.
    let after_move = MILLION.saturating_sub(limits.worst_move_ppm);
    let whole = if own.grows_falling { after_move } else { MILLION };
    if whole == 0 {
        return Err(RejectReason::TradeRisk);
    }
    // Rounded up: a risk is not understated.
    let risk = Money(share_up(own.order.0, limits.worst_move_ppm, whole));
    refuse_if(after.is_over(risk, limits.trade_risk_ppm_max), RejectReason::TradeRisk)
}

/// The instrument must not become too large a share of what the account holds.
pub(super) fn concentration(limits: &PortfolioLimits, own: &Own, standing: &Standing) -> Check {
    if limits.concentration_ppm_max == NO_RATIO {
        return Ok(());
    }
    let account = &standing.elsewhere.account;
    // What is held counts, not what may be: an order elsewhere that never trades is no balance.
    let gross = Money(account.held).plus(own.gross);
    let share = (gross.0, limits.concentration_ppm_max);
    let matters = gross >= limits.concentration_from;
    let concentrated = matters && exceeds((own.gross.0, MILLION), share);
    refuse_if(concentrated || account.unpriced > 0, RejectReason::Concentration)
}

/// Instruments that move together must not become worth too much together.
pub(super) fn correlation(limits: &PortfolioLimits, own: &Own, standing: &Standing) -> Check {
    let Some(others) = standing.elsewhere.group else { return Ok(()) };
    refuse_if(others.plus(own.gross) > limits.group_exposure_max, RejectReason::Correlation)
}

/// What the account uses, in positions and losses, must lie within its credit.
pub(super) fn credit(limits: &PortfolioLimits, after: &After, standing: &Standing) -> Check {
    let lost = standing.profit.map_or(Money::MAX, loss);
    let used = after.gross.plus(lost);
    refuse_if(used > limits.credit, RejectReason::Credit)
}

/// What all accounts use must lie within the credit of all.
pub(super) fn credit_of_all(limits: &PortfolioLimits, own: &Own, standing: &Standing) -> Check {
    let elsewhere = &standing.elsewhere;
    let lost = elsewhere.loss_of_all.unwrap_or(Money::MAX);
    let used = elsewhere.all.plus(own.gross).plus(lost);
    refuse_if(used > limits.credit_of_all, RejectReason::CreditOfAll)
}

/// What the account could lose in a bar at the quantile of what was, every instrument at its own.
pub(super) fn historical_var(
    limits: &PortfolioLimits,
    side: Side,
    own: &Own,
    standing: &Standing,
) -> Check {
    if limits.historical_var_max == Money::MAX {
        return Ok(());
    }
    let others = &standing.elsewhere.account;
    let Some(tails) = standing.tails.filter(|_| others.unmeasured == 0) else {
        return Err(RejectReason::HistoricalVar);
    };
    let (bought, sold) = match side {
        Side::Buy => (own.toward, own.against),
        Side::Sell => (own.against, own.toward),
    };
    let own = tails.worst_of(bought.0, sold.0);
    let too_much = own.is_none_or(|own| others.tail + own > limits.historical_var_max.0);
    refuse_if(too_much, RejectReason::HistoricalVar)
}

/// What the account could lose in a bar by variances and covariances.
pub(super) fn parametric_var(
    limits: &PortfolioLimits,
    shape: &OrderShape,
    own: &Own,
    standing: &Standing,
    measures: Option<&ValueAtRisk>,
) -> Check {
    if limits.parametric_var_max == Money::MAX {
        return Ok(());
    }
    let others = &standing.elsewhere.account;
    let Some(measures) = measures.filter(|_| others.unmeasured == 0) else {
        return Err(RejectReason::ParametricVar);
    };
    let value = match shape.side {
        Side::Buy => own.toward,
        Side::Sell => Money(own.toward.0.saturating_neg()),
    };
    let deviation = Money(others.deviation);
    let too_much = measures.is_over(standing.account, shape.instrument, value, deviation);
    refuse_if(too_much, RejectReason::ParametricVar)
}
