//! Limits that people change while trading: what may be set, and where it stands.
//!
//! The configuration's limits are the loosest. A change is a journaled command, so it survives a
//! restart with the journal.

use gannet_types::{LimitKind, Lots, Money, Notional};

use super::limits::{AccountLimits, InstrumentLimits};
use super::portfolio_limits::NO_RATIO;

impl AccountLimits {
    /// Returns the value of a limit, in its unit; `None` if there is none, or it is not an
    /// account's. Values beyond `u64` count as that.
    #[must_use]
    pub fn get(&self, kind: LimitKind) -> Option<u64> {
        match self.place(kind)? {
            Place::Money(limit) if limit == Money::MAX => None,
            Place::Money(limit) => Some(u64::try_from(limit.0.max(0)).unwrap_or(u64::MAX)),
            Place::Ratio(ratio) => Some(ratio).filter(|ratio| *ratio != NO_RATIO),
            Place::Count(count) => Some(u64::from(count)).filter(|_| count != u32::MAX),
        }
    }

    /// Sets a limit of an account; others stay as they are.
    pub fn set(&mut self, kind: LimitKind, value: u64) {
        // The largest value stands for none.
        let money = if value == u64::MAX { Money::MAX } else { Money(i128::from(value)) };
        let portfolio = &mut self.portfolio;
        match kind {
            LimitKind::LossPerDay => self.loss_per_day_max = money,
            LimitKind::LossPerWeek => self.loss_per_week_max = money,
            LimitKind::Drawdown => self.drawdown_max = money,
            LimitKind::GrossExposure => self.gross_exposure_max = money,
            LimitKind::NetExposure => portfolio.net_exposure_max = money,
            LimitKind::GrossLeverage => portfolio.gross_leverage_ppm_max = value,
            LimitKind::NetLeverage => portfolio.net_leverage_ppm_max = value,
            LimitKind::OpenPositions => {
                portfolio.open_positions_max = u32::try_from(value).unwrap_or(u32::MAX);
            }
            LimitKind::TradeRisk => portfolio.trade_risk_ppm_max = value,
            LimitKind::Concentration => portfolio.concentration_ppm_max = value,
            LimitKind::CorrelatedExposure => portfolio.group_exposure_max = money,
            LimitKind::Credit => portfolio.credit = money,
            LimitKind::CreditOfAll => portfolio.credit_of_all = money,
            LimitKind::HistoricalVar => portfolio.historical_var_max = money,
            LimitKind::ParametricVar => portfolio.parametric_var_max = money,
            LimitKind::OrderQuantity
            | LimitKind::OrderNotional
            | LimitKind::PositionQuantity
            | LimitKind::Loss => {}
        }
    }

    fn place(&self, kind: LimitKind) -> Option<Place> {
        let portfolio = &self.portfolio;
        Some(match kind {
            LimitKind::LossPerDay => Place::Money(self.loss_per_day_max),
            LimitKind::LossPerWeek => Place::Money(self.loss_per_week_max),
            LimitKind::Drawdown => Place::Money(self.drawdown_max),
            LimitKind::GrossExposure => Place::Money(self.gross_exposure_max),
            LimitKind::NetExposure => Place::Money(portfolio.net_exposure_max),
            LimitKind::GrossLeverage => Place::Ratio(portfolio.gross_leverage_ppm_max),
            LimitKind::NetLeverage => Place::Ratio(portfolio.net_leverage_ppm_max),
            LimitKind::OpenPositions => Place::Count(portfolio.open_positions_max),
            LimitKind::TradeRisk => Place::Ratio(portfolio.trade_risk_ppm_max),
            LimitKind::Concentration => Place::Ratio(portfolio.concentration_ppm_max),
            LimitKind::CorrelatedExposure => Place::Money(portfolio.group_exposure_max),
            LimitKind::Credit => Place::Money(portfolio.credit),
            LimitKind::CreditOfAll => Place::Money(portfolio.credit_of_all),
            LimitKind::HistoricalVar => Place::Money(portfolio.historical_var_max),
            LimitKind::ParametricVar => Place::Money(portfolio.parametric_var_max),
            LimitKind::OrderQuantity
            | LimitKind::OrderNotional
            | LimitKind::PositionQuantity
            | LimitKind::Loss => return None,
        })
    }
}

/// The value of an account's limit.
enum Place {
    Money(Money),
    Ratio(u64),
    Count(u32),
}

impl InstrumentLimits {
    /// Returns the value of a limit, in its unit; `None` if it is not an instrument's. Values
    /// beyond `u64` count as that.
    #[must_use]
    pub fn get(&self, kind: LimitKind) -> Option<u64> {
        let value = match kind {
            LimitKind::OrderQuantity => i128::from(self.order_lots_max.0),
            LimitKind::OrderNotional => self.order_notional_max.0,
            LimitKind::PositionQuantity => i128::from(self.position_lots_max.0),
            LimitKind::Loss => self.loss_max.0,
            LimitKind::LossPerDay
            | LimitKind::LossPerWeek
            | LimitKind::Drawdown
            | LimitKind::GrossExposure
            | LimitKind::NetExposure
            | LimitKind::GrossLeverage
            | LimitKind::NetLeverage
            | LimitKind::OpenPositions
            | LimitKind::TradeRisk
            | LimitKind::Concentration
            | LimitKind::CorrelatedExposure
            | LimitKind::Credit
            | LimitKind::CreditOfAll
            | LimitKind::HistoricalVar
            | LimitKind::ParametricVar => return None,
        };
        Some(u64::try_from(value.max(0)).unwrap_or(u64::MAX))
    }

    /// Sets a limit of an instrument; others stay as they are.
    pub fn set(&mut self, kind: LimitKind, value: u64) {
        let lots = Lots(i64::try_from(value).unwrap_or(i64::MAX));
        let notional = Notional(i128::from(value));
        match kind {
            LimitKind::OrderQuantity => self.order_lots_max = lots,
            LimitKind::OrderNotional => self.order_notional_max = notional,
            LimitKind::PositionQuantity => self.position_lots_max = lots,
            LimitKind::Loss => self.loss_max = notional,
            LimitKind::LossPerDay
            | LimitKind::LossPerWeek
            | LimitKind::Drawdown
            | LimitKind::GrossExposure
            | LimitKind::NetExposure
            | LimitKind::GrossLeverage
            | LimitKind::NetLeverage
            | LimitKind::OpenPositions
            | LimitKind::TradeRisk
            | LimitKind::Concentration
            | LimitKind::CorrelatedExposure
            | LimitKind::Credit
            | LimitKind::CreditOfAll
            | LimitKind::HistoricalVar
            | LimitKind::ParametricVar => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::LimitOf;

    use super::*;

    const NONE: InstrumentLimits = InstrumentLimits {
        order_lots_max: Lots(1),
        order_notional_min: Notional(2),
        order_notional_max: Notional(3),
        position_lots_max: Lots(4),
        loss_max: Notional(5),
        is_restricted: false,
    };

    #[test]
    fn what_is_set_is_what_stands_and_nothing_else() {
        for &kind in LimitKind::ALL {
            let (mut account, mut instrument) = (AccountLimits::NONE, NONE);
            account.set(kind, 77);
            instrument.set(kind, 77);
            for &other in LimitKind::ALL {
                let (of_account, of_instrument) = (account.get(other), instrument.get(other));
                let before = (AccountLimits::NONE.get(other), NONE.get(other));
                match kind.of() {
                    LimitOf::Account if kind == other => {
                        assert_eq!((of_account, of_instrument), (Some(77), None));
                    }
                    LimitOf::Instrument if kind == other => {
                        assert_eq!((of_account, of_instrument), (None, Some(77)));
                    }
                    _ => assert_eq!((of_account, of_instrument), before, "{kind:?} {other:?}"),
                }
            }
        }
    }
}
