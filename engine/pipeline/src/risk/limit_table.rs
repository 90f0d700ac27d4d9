//! The limits that people change while trading: one line each, with the field where it stands.
//!
//! The configuration's limits are the loosest. A change is a journaled command, so it survives a
//! restart with the journal.

use gannet_types::{LimitKind, Lots, Money, Notional};

use super::limits::{AccountLimits, InstrumentLimits, StrategyLimits};

/// What a limit may be: a number in its unit, or none.
trait LimitValue {
    /// Returns the number, if there is a limit; what is beyond `u64` counts as that.
    fn read(self) -> Option<u64>;

    /// Returns the limit of a number; the largest stands for none, where there may be none.
    fn write(number: u64) -> Self;
}

impl LimitValue for Money {
    fn read(self) -> Option<u64> {
        (self != Self::MAX).then(|| clamp(self.0))
    }

    fn write(number: u64) -> Self {
        if number == u64::MAX { Self::MAX } else { Self(i128::from(number)) }
    }
}

/// Millionths, and hundred-millionths of what is traded.
impl LimitValue for u64 {
    fn read(self) -> Option<u64> {
        (self != Self::MAX).then_some(self)
    }

    fn write(number: u64) -> Self {
        number
    }
}

impl LimitValue for u32 {
    fn read(self) -> Option<u64> {
        (self != Self::MAX).then_some(u64::from(self))
    }

    fn write(number: u64) -> Self {
        Self::try_from(number).unwrap_or(Self::MAX)
    }
}

/// An instrument has its limits: there is always one.
impl LimitValue for Lots {
    fn read(self) -> Option<u64> {
        Some(clamp(i128::from(self.0)))
    }

    fn write(number: u64) -> Self {
        Self(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// As of [`Lots`].
impl LimitValue for Notional {
    fn read(self) -> Option<u64> {
        Some(clamp(self.0))
    }

    fn write(number: u64) -> Self {
        Self(i128::from(number))
    }
}

fn clamp(value: i128) -> u64 {
    u64::try_from(value.max(0)).unwrap_or(u64::MAX)
}

macro_rules! limits {
    ($limits:ident { $($kind:ident => $($field:ident).+;)* }) => {
        impl $limits {
            /// Returns the value of a limit, in its unit; `None` if there is none, or it is a limit
            /// of something else.
            #[must_use]
            pub fn get(&self, kind: LimitKind) -> Option<u64> {
                match kind {
                    $(LimitKind::$kind => LimitValue::read(self.$($field).+),)*
                    _ => None,
                }
            }

            /// Sets a limit; others, and those of something else, stay as they are.
            pub fn set(&mut self, kind: LimitKind, value: u64) {
                match kind {
                    $(LimitKind::$kind => self.$($field).+ = LimitValue::write(value),)*
                    _ => {}
                }
            }
        }
    };
}

limits! { AccountLimits {
    LossPerDay => loss_per_day_max;
    LossPerWeek => loss_per_week_max;
    Drawdown => drawdown_max;
    GrossExposure => gross_exposure_max;
    NetExposure => portfolio.net_exposure_max;
    GrossLeverage => portfolio.gross_leverage_ppm_max;
    NetLeverage => portfolio.net_leverage_ppm_max;
    OpenPositions => portfolio.open_positions_max;
    TradeRisk => portfolio.trade_risk_ppm_max;
    Concentration => portfolio.concentration_ppm_max;
    CorrelatedExposure => portfolio.group_exposure_max;
    Credit => portfolio.credit;
    CreditOfAll => portfolio.credit_of_all;
    HistoricalVar => portfolio.historical_var_max;
    ParametricVar => portfolio.parametric_var_max;
} }

limits! { InstrumentLimits {
    OrderQuantity => order_lots_max;
    OrderNotional => order_notional_max;
    PositionQuantity => position_lots_max;
    Loss => loss_max;
} }

limits! { StrategyLimits {
    StrategyOrderQuantity => order_quantity_max;
    StrategyOrderValue => order_value_max;
    StrategyPositionQuantity => position_quantity_max;
    StrategyLossPerDay => loss_per_day_max;
    StrategyOpenOrders => open_orders_max;
} }

#[cfg(test)]
mod tests {
    use gannet_types::LimitOf;

    use super::*;

    const INSTRUMENT: InstrumentLimits = InstrumentLimits {
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
            let (mut account, mut instrument) = (AccountLimits::NONE, INSTRUMENT);
            let mut strategy = StrategyLimits::NONE;
            account.set(kind, 77);
            instrument.set(kind, 77);
            strategy.set(kind, 77);
            for &other in LimitKind::ALL {
                let stands = [account.get(other), instrument.get(other), strategy.get(other)];
                let mut expected = [
                    AccountLimits::NONE.get(other),
                    INSTRUMENT.get(other),
                    StrategyLimits::NONE.get(other),
                ];
                let of = match kind.of() {
                    LimitOf::Account => 0,
                    LimitOf::Instrument => 1,
                    LimitOf::Strategy => 2,
                };
                if kind == other {
                    expected[of] = Some(77);
                }
                assert_eq!(stands, expected, "{kind:?} {other:?}");
            }
        }
    }

    #[test]
    fn the_largest_number_is_no_limit_where_there_may_be_none() {
        for &kind in LimitKind::ALL {
            let (mut account, mut strategy) = (AccountLimits::NONE, StrategyLimits::NONE);
            for number in [5, u64::MAX] {
                account.set(kind, number);
                strategy.set(kind, number);
            }
            assert_eq!(
                (account, strategy),
                (AccountLimits::NONE, StrategyLimits::NONE),
                "{kind:?}"
            );
        }
    }
}
