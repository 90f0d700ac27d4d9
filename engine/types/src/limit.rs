//! Limits that people may change while trading, by name.

macro_rules! limits {
    ($($(#[doc = $doc:literal])* $name:ident = $code:literal, $text:literal, $unit:ident, $of:ident;)*) => {
        /// A limit of pre-trade risk. The code is what the journal stores, the name is its key in
        /// `[risk]` of the configuration, which tells what it means; behind `strategy_` it is one
        /// of `[strategy.limits]`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[repr(u8)]
        pub enum LimitKind { $($(#[doc = $doc])* $name = $code,)* }

        impl LimitKind {
            /// Every limit.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Returns its key in the configuration.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $text,)* }
            }

            /// Returns what its values count.
            #[must_use]
            pub const fn unit(self) -> LimitUnit {
                match self { $(Self::$name => LimitUnit::$unit,)* }
            }

            /// Returns what it is a limit of.
            #[must_use]
            pub const fn of(self) -> LimitOf {
                match self { $(Self::$name => LimitOf::$of,)* }
            }

            /// Returns the limit with this code.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)* _ => None }
            }
        }
    };
}

/// What a limit's values count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitUnit {
    /// [`Money`](crate::Money).
    Money,
    /// [`Notional`](crate::Notional) of the instrument.
    Notional,
    /// [`Lots`](crate::Lots) of the instrument.
    Lots,
    /// Hundred-millionths of what is traded.
    Quantity,
    /// Millionths.
    Millionths,
    /// Things.
    Count,
}

/// What a limit is one of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitOf {
    /// An account.
    Account,
    /// An instrument, for every account.
    Instrument,
    /// A strategy.
    Strategy,
}

limits! {
    /// Largest loss of the day.
    LossPerDay = 1, "loss_per_day_max", Money, Account;
    /// Largest loss of the week.
    LossPerWeek = 2, "loss_per_week_max", Money, Account;
    /// Largest fall from the best profit.
    Drawdown = 3, "drawdown_max", Money, Account;
    /// Gross exposure.
    GrossExposure = 4, "gross_exposure_max", Money, Account;
    /// Net exposure.
    NetExposure = 5, "net_exposure_max", Money, Account;
    /// Gross exposure by equity.
    GrossLeverage = 6, "gross_leverage_max", Millionths, Account;
    /// Net exposure by equity.
    NetLeverage = 7, "net_leverage_max", Millionths, Account;
    /// Instruments with a position or order.
    OpenPositions = 8, "open_positions_max", Count, Account;
    /// Share of the equity that a trade may lose.
    TradeRisk = 9, "trade_risk_ppm_max", Millionths, Account;
    /// Share of an instrument in what is held.
    Concentration = 10, "concentration_ppm_max", Millionths, Account;
    /// Exposure of a correlated group.
    CorrelatedExposure = 11, "correlated_exposure_max", Money, Account;
    /// Credit of the account.
    Credit = 12, "credit", Money, Account;
    /// Credit of all accounts, as orders of this one are measured by it.
    CreditOfAll = 13, "credit_of_all", Money, Account;
    /// Historical value at risk.
    HistoricalVar = 14, "historical_var_max", Money, Account;
    /// Parametric value at risk.
    ParametricVar = 15, "parametric_var_max", Money, Account;
    /// Largest order.
    OrderQuantity = 32, "order_quantity_max", Lots, Instrument;
    /// Largest value of an order.
    OrderNotional = 33, "order_notional_max", Notional, Instrument;
    /// Largest position.
    PositionQuantity = 34, "position_quantity_max", Lots, Instrument;
    /// Largest loss in the instrument.
    Loss = 35, "loss_max", Notional, Instrument;
    /// Largest order of a strategy, in each instrument.
    StrategyOrderQuantity = 48, "strategy_order_quantity_max", Quantity, Strategy;
    /// Largest value of an order of a strategy.
    StrategyOrderValue = 49, "strategy_order_value_max", Money, Strategy;
    /// Largest position of a strategy, in each instrument.
    StrategyPositionQuantity = 50, "strategy_position_quantity_max", Quantity, Strategy;
    /// Largest loss of a strategy in a day.
    StrategyLossPerDay = 51, "strategy_loss_per_day_max", Money, Strategy;
    /// Open orders of a strategy.
    StrategyOpenOrders = 52, "strategy_open_orders_max", Count, Strategy;
}

impl LimitKind {
    /// Returns the limit with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.name() == name)
    }
}

/// Returns whether a person may set a limit to `value` when the configuration's is `hard`; `None` is
/// no limit. A limit may be tightened, and loosened again up to the configuration's.
#[must_use]
pub const fn may_set(hard: Option<u64>, value: u64) -> bool {
    match hard {
        Some(hard) => value <= hard,
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_codes_lead_back() {
        for &kind in LimitKind::ALL {
            assert_eq!(LimitKind::from_code(kind as u8), Some(kind));
            assert_eq!(LimitKind::from_name(kind.name()), Some(kind));
        }
        assert_eq!(LimitKind::from_code(0), None);
        assert_eq!(LimitKind::from_name("loss"), None);
    }

    #[test]
    fn a_limit_is_never_looser_than_the_file() {
        assert!(may_set(Some(5), 5) && may_set(Some(5), 0) && may_set(None, u64::MAX));
        assert!(!may_set(Some(5), 6));
    }
}
