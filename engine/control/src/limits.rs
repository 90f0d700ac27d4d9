//! The limits of risk as they stand: those of the configuration, and what people made of them.
//!
//! Values are the pipeline's integers; text is read and written here, in the currency, quantity or
//! number that the configuration has.

use gannet_types::increment::parse_decimal;
use gannet_types::{Instrument, LimitKind, LimitUnit, Nanos, Scope, may_set};
use serde::Serialize;

/// Stands for no limit.
const NONE: u64 = u64::MAX;

/// Decimals of money, and of a quantity of any instrument.
const MONEY_DECIMALS: u32 = 8;

/// Decimals of millionths.
const RATIO_DECIMALS: u32 = 6;

/// One limit of one account, instrument or strategy.
#[derive(Clone, Debug)]
pub struct LimitRow {
    /// Which.
    pub limit: LimitKind,
    /// Whose.
    pub scope: Scope,
    /// How people call whose it is: the account's or strategy's name, or the symbol.
    pub owner: String,
    /// The instrument, of one of its limits.
    pub instrument: Option<Instrument>,
    /// The configuration's value; `None` is no limit.
    pub hard: Option<u64>,
}

/// All limits.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    rows: Vec<(LimitRow, Option<u64>, Nanos)>,
    revision: u64,
}

/// A limit as people see it.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct LimitView {
    limit: &'static str,
    of: String,
    /// What holds; `none` without a limit.
    value: String,
    /// What the configuration has, which is the loosest.
    file: String,
    /// When it was changed last, nanoseconds UTC; 0 if never.
    changed_ns: u64,
}

/// Why a limit cannot be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LimitError {
    /// There is none of that name and owner.
    Unknown,
    /// The text is no value of it.
    BadValue,
    /// It is looser than the configuration's.
    Looser,
}

impl Limits {
    /// Begins with the configuration's.
    #[must_use]
    pub fn new(rows: Vec<LimitRow>) -> Self {
        let stands = |row: LimitRow| {
            let hard = row.hard;
            (row, hard, Nanos::ZERO)
        };
        Self { rows: rows.into_iter().map(stands).collect(), revision: 0 }
    }

    /// Changes with every change.
    pub(crate) const fn revision(&self) -> u64 {
        self.revision
    }

    /// Takes a command that the pipeline took; returns whether it was one that it carried out.
    pub(crate) fn on_set(&mut self, time: Nanos, limit: LimitKind, scope: Scope, to: u64) -> bool {
        let same = |(row, _, _): &&mut (LimitRow, Option<u64>, Nanos)| {
            (row.limit, row.scope) == (limit, scope) && may_set(row.hard, to)
        };
        let Some((_, value, changed)) = self.rows.iter_mut().find(same) else { return false };
        *value = Some(to).filter(|to| *to != NONE);
        *changed = time;
        self.revision += 1;
        true
    }

    pub(crate) fn view(&self) -> Vec<LimitView> {
        let view = |(row, value, changed): &(LimitRow, Option<u64>, Nanos)| LimitView {
            limit: row.limit.name(),
            of: row.owner.clone(),
            value: row.text(*value),
            file: row.text(row.hard),
            changed_ns: changed.0,
        };
        self.rows.iter().map(view).collect()
    }

    /// Finds a limit and reads its new value, rounded down; `file` is the configuration's.
    pub(crate) fn parse(
        &self,
        limit: &str,
        owner: &str,
        text: &str,
    ) -> Result<(LimitKind, Scope, u64), LimitError> {
        let named = |(row, _, _): &&(LimitRow, Option<u64>, Nanos)| {
            row.limit.name() == limit && row.owner == owner
        };
        let (row, _, _) = self.rows.iter().find(named).ok_or(LimitError::Unknown)?;
        if text == "file" {
            return Ok((row.limit, row.scope, row.hard.unwrap_or(NONE)));
        }
        // In the file zero is no limit; who wants nothing traded halts.
        let value = row.value(text).filter(|value| (1..NONE).contains(value));
        let value = value.ok_or(LimitError::BadValue)?;
        if may_set(row.hard, value) {
            Ok((row.limit, row.scope, value))
        } else {
            Err(LimitError::Looser)
        }
    }
}

impl LimitRow {
    /// What one unit of the value is: so many of the last of so many decimals.
    fn unit(&self) -> (u128, u32) {
        match (self.limit.unit(), &self.instrument) {
            (LimitUnit::Money | LimitUnit::Quantity, _) => (1, MONEY_DECIMALS),
            (LimitUnit::Millionths, _) if self.limit.name().ends_with("_ppm_max") => (1, 0),
            (LimitUnit::Millionths, _) => (1, RATIO_DECIMALS),
            (LimitUnit::Lots, Some(instrument)) => {
                let (lot, decimals) = instrument.lot.parts();
                (u128::from(lot), u32::from(decimals))
            }
            (LimitUnit::Notional, Some(instrument)) => {
                let (unit, decimals) = instrument.money_unit();
                (unit.unsigned_abs(), u32::from(decimals))
            }
            (LimitUnit::Count, _) | (LimitUnit::Lots | LimitUnit::Notional, None) => (1, 0),
        }
    }

    fn value(&self, text: &str) -> Option<u64> {
        let (mantissa, given) = parse_decimal(text.as_bytes()).ok()?;
        let (unit, decimals) = self.unit();
        let mantissa = u128::try_from(mantissa).ok()?;
        let scaled = mantissa.checked_mul(10_u128.checked_pow(decimals)?)?;
        let per_unit = unit.checked_mul(10_u128.checked_pow(u32::from(given))?)?;
        u64::try_from(scaled / per_unit).ok()
    }

    fn text(&self, value: Option<u64>) -> String {
        let Some(value) = value else { return "none".to_owned() };
        let (unit, decimals) = self.unit();
        let units = u128::from(value) * unit;
        let power = 10_u128.pow(decimals);
        let (whole, rest) = (units / power, units % power);
        if decimals == 0 {
            return whole.to_string();
        }
        let rest = format!("{rest:0width$}", width = decimals as usize);
        let rest = rest.trim_end_matches('0');
        if rest.is_empty() { whole.to_string() } else { format!("{whole}.{rest}") }
    }
}

#[cfg(test)]
mod tests {
    use gannet_types::{AccountId, Increment, InstrumentId, StrategyId, Text};

    use super::*;

    const MAIN: Scope = Scope::Account(AccountId(0));
    const QUICK: Scope = Scope::Strategy(StrategyId(0));
    const BTC: Scope = Scope::Instrument(InstrumentId(0));

    fn limits() -> Limits {
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: step(b"0.10"),
            lot: step(b"0.005"),
            kind: gannet_types::InstrumentKind::Linear,
        };
        let account = |limit, hard| LimitRow {
            limit,
            scope: MAIN,
            owner: "main".to_owned(),
            instrument: None,
            hard,
        };
        let of_instrument = |limit, hard| LimitRow {
            limit,
            scope: BTC,
            owner: "BTCUSDT".to_owned(),
            instrument: Some(instrument),
            hard: Some(hard),
        };
        let of_strategy = |limit, hard| LimitRow {
            limit,
            scope: QUICK,
            owner: "quick".to_owned(),
            instrument: None,
            hard,
        };
        Limits::new(vec![
            account(LimitKind::LossPerDay, Some(50_000_000_000)),
            account(LimitKind::Credit, None),
            account(LimitKind::GrossLeverage, Some(3_500_000)),
            account(LimitKind::TradeRisk, Some(10_000)),
            account(LimitKind::OpenPositions, Some(7)),
            of_instrument(LimitKind::OrderQuantity, 20),
            of_instrument(LimitKind::OrderNotional, 40_000_000),
            of_strategy(LimitKind::StrategyOrderQuantity, Some(150_000_000)),
            of_strategy(LimitKind::StrategyOpenOrders, None),
        ])
    }

    #[test]
    fn values_are_read_and_written_as_in_the_configuration() {
        let limits = limits();
        let texts: Vec<_> = limits.view().into_iter().map(|view| view.value).collect();
        assert_eq!(texts, ["500", "none", "3.5", "10000", "7", "0.1", "20000", "1.5", "none"]);
        let cases = [
            ("loss_per_day_max", "main", "499.5", Ok((MAIN, 49_950_000_000))),
            ("loss_per_day_max", "main", "file", Ok((MAIN, 50_000_000_000))),
            ("loss_per_day_max", "main", "500.00000001", Err(LimitError::Looser)),
            ("loss_per_day_max", "main", "0", Err(LimitError::BadValue)),
            ("loss_per_day_max", "main", "-1", Err(LimitError::BadValue)),
            ("loss_per_day_max", "main", "x", Err(LimitError::BadValue)),
            ("loss_per_day_max", "other", "1", Err(LimitError::Unknown)),
            ("order_quantity_max", "main", "1", Err(LimitError::Unknown)),
            ("credit", "main", "184000000000", Ok((MAIN, 18_400_000_000_000_000_000))),
            ("credit", "main", "999999999999", Err(LimitError::BadValue)),
            ("credit", "main", "file", Ok((MAIN, u64::MAX))),
            ("gross_leverage_max", "main", "2.25", Ok((MAIN, 2_250_000))),
            ("trade_risk_ppm_max", "main", "9999", Ok((MAIN, 9_999))),
            ("open_positions_max", "main", "8", Err(LimitError::Looser)),
            ("order_quantity_max", "BTCUSDT", "0.0149", Ok((BTC, 2))),
            ("order_quantity_max", "BTCUSDT", "0.004", Err(LimitError::BadValue)),
            ("order_notional_max", "BTCUSDT", "19999.9999", Ok((BTC, 39_999_999))),
            ("strategy_order_quantity_max", "quick", "0.25", Ok((QUICK, 25_000_000))),
            ("strategy_order_quantity_max", "quick", "2", Err(LimitError::Looser)),
            ("strategy_order_quantity_max", "main", "1", Err(LimitError::Unknown)),
            ("strategy_open_orders_max", "quick", "3", Ok((QUICK, 3))),
            ("order_quantity_max", "quick", "1", Err(LimitError::Unknown)),
        ];
        for (limit, owner, text, expected) in cases {
            let parsed = limits.parse(limit, owner, text);
            let parsed = parsed.map(|(kind, scope, value)| {
                assert_eq!(kind.name(), limit);
                (scope, value)
            });
            assert_eq!(parsed, expected, "{limit} {owner} {text}");
        }
    }

    #[test]
    fn an_inverse_contract_is_limited_in_coins() {
        let contract = gannet_types::Rate::ONE;
        let step = |text: &[u8]| Increment::parse(text).expect("a step");
        let instrument = Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSD"),
            tick: step(b"0.5"),
            lot: step(b"1"),
            kind: gannet_types::InstrumentKind::Inverse { contract },
        };
        let limits = Limits::new(vec![LimitRow {
            limit: LimitKind::OrderNotional,
            scope: BTC,
            owner: "BTCUSD".to_owned(),
            instrument: Some(instrument),
            hard: Some(2_500_000_000_000_000),
        }]);
        assert_eq!(limits.view()[0].value, "5");
        let parsed = limits.parse("order_notional_max", "BTCUSD", "0.25").map(|it| it.2);
        assert_eq!(parsed, Ok(125_000_000_000_000));
        let looser = limits.parse("order_notional_max", "BTCUSD", "5.000000000000001");
        assert_eq!(looser.map(|it| it.2), Ok(2_500_000_000_000_000), "rounded down");
        let looser = limits.parse("order_notional_max", "BTCUSD", "5.000000000000002");
        assert_eq!(looser, Err(LimitError::Looser));
    }

    #[test]
    fn what_the_pipeline_refuses_changes_nothing() {
        let mut limits = limits();
        assert!(!limits.on_set(Nanos(5), LimitKind::OpenPositions, MAIN, 8));
        assert!(!limits.on_set(Nanos(5), LimitKind::OpenPositions, BTC, 1));
        assert!(limits.on_set(Nanos(6), LimitKind::OpenPositions, MAIN, 2));
        assert!(limits.on_set(Nanos(7), LimitKind::Credit, MAIN, 300_000_000));
        let view = limits.view();
        let shown = |index: usize| (view[index].value.as_str(), view[index].changed_ns);
        assert_eq!((shown(4), view[4].file.as_str()), (("2", 6), "7"));
        assert_eq!(shown(1), ("3", 7));
        assert!(limits.on_set(Nanos(8), LimitKind::Credit, MAIN, u64::MAX));
        assert_eq!(limits.view()[1].value, "none");
    }
}
