//! The limits of pre-trade risk: `[risk]`.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::config::OPEN_ORDERS_MAX;
use gannet_pipeline::{AccountLimits, InstrumentLimits, PositionCheck, RiskLimits, StrategyLimits};
use gannet_types::increment::parse_decimal;
use gannet_types::{Instrument, Lots, Money, Nanos, Notional, Valuation};

use super::checked::positive_millis;
use super::instruments::said;
use super::raw::{RawInstrument, RawRisk};
use super::strategies::raw::RawStrategyLimits;

/// Decimals of [`Money`].
const MONEY_DECIMALS: u8 = 8;

/// The limits that are the same for all instruments and accounts.
pub(super) fn all(raw: &RawRisk) -> anyhow::Result<RiskLimits> {
    let open_orders = 1..=OPEN_ORDERS_MAX;
    for (count, key) in [
        (raw.open_orders_max, "risk.open_orders_max"),
        (raw.open_orders_per_instrument_max, "risk.open_orders_per_instrument_max"),
    ] {
        ensure!(open_orders.contains(&count), "{key} must be 1 to {OPEN_ORDERS_MAX}");
    }
    ensure!((1..=65_536).contains(&raw.messages_max), "risk.messages_max must be 1 to 65536");
    ensure!(raw.price_collar_ppm < 1_000_000, "risk.price_collar_ppm must be below 1000000");
    ensure!(raw.slippage_ppm_max < 1_000_000, "risk.slippage_ppm_max must be below 1000000");
    Ok(RiskLimits {
        price_collar_ppm: raw.price_collar_ppm,
        slippage_ppm_max: raw.slippage_ppm_max,
        messages_max: raw.messages_max,
        message_window: positive_millis(raw.message_window_ms, "risk.message_window_ms")?,
        duplicate_window: Nanos::from_millis(raw.duplicate_window_ms),
        book_age_max: positive_millis(raw.book_age_max_ms, "risk.book_age_max_ms")?,
        open_orders_max: raw.open_orders_max,
        open_orders_per_instrument_max: raw.open_orders_per_instrument_max,
    })
}

/// The limits of an account, unless it says otherwise.
pub(super) fn account(raw: &RawRisk) -> anyhow::Result<AccountLimits> {
    Ok(AccountLimits {
        loss_per_day_max: limit(&raw.loss_per_day_max, "risk.loss_per_day_max")?,
        loss_per_week_max: limit(&raw.loss_per_week_max, "risk.loss_per_week_max")?,
        drawdown_max: limit(&raw.drawdown_max, "risk.drawdown_max")?,
        losses_in_a_row_max: raw.losses_in_a_row_max,
        orders_per_day_max: raw.orders_per_day_max,
        gross_exposure_max: limit(&raw.gross_exposure_max, "risk.gross_exposure_max")?,
        portfolio: super::portfolio::limits(raw)?,
    })
}

/// The limits of a strategy, besides those of its account.
pub(super) fn strategy(raw: &RawStrategyLimits) -> anyhow::Result<StrategyLimits> {
    Ok(StrategyLimits {
        order_quantity_max: any_quantity(
            &raw.order_quantity_max,
            "strategy.limits.order_quantity_max",
        )?,
        order_value_max: limit(&raw.order_value_max, "strategy.limits.order_value_max")?,
        position_quantity_max: any_quantity(
            &raw.position_quantity_max,
            "strategy.limits.position_quantity_max",
        )?,
        loss_per_day_max: limit(&raw.loss_per_day_max, "strategy.limits.loss_per_day_max")?,
        open_orders_max: match raw.open_orders_max {
            0 => u32::MAX,
            count => count,
        },
    })
}

/// How our positions are compared with the venue's.
pub(super) fn position_check(raw: &RawRisk) -> anyhow::Result<PositionCheck> {
    let key = "risk.position_check_interval_s";
    Ok(PositionCheck {
        interval: seconds_of(raw.position_check_interval_s, key)?,
        adjusts: match raw.position_differences.as_str() {
            "adjust" => true,
            "alarm" => false,
            other => bail!("risk.position_differences: `{other}` is not `adjust` or `alarm`"),
        },
        timeout: seconds_of(raw.positions_timeout_s, "risk.positions_timeout_s")?,
        trades_unknown: match raw.positions_unknown.as_str() {
            "refuse" => false,
            "trade" => true,
            other => bail!("risk.positions_unknown: `{other}` is not `refuse` or `trade`"),
        },
    })
}

fn seconds_of(count: u64, key: &str) -> anyhow::Result<Nanos> {
    let nanos = count.checked_mul(Nanos::SECOND.0).map(Nanos);
    nanos.with_context(|| format!("{key} is out of range"))
}

/// The limits of each instrument, in its own units.
pub(super) fn each(
    raw: &RawRisk,
    written: &[RawInstrument],
    instruments: &[Instrument],
) -> anyhow::Result<Vec<InstrumentLimits>> {
    for symbol in &raw.restricted {
        let known = instruments.iter().any(|known| known.symbol.as_bytes() == symbol.as_bytes());
        ensure!(known, "risk.restricted: no [[instrument]] has the symbol `{symbol}`");
    }
    written.iter().zip(instruments).map(|(own, instrument)| of(raw, own, instrument)).collect()
}

/// What the instrument says itself, or else `[risk]`.
fn of(
    raw: &RawRisk,
    own: &RawInstrument,
    instrument: &Instrument,
) -> anyhow::Result<InstrumentLimits> {
    let symbol = instrument.symbol.as_bytes();
    let order_quantity_max =
        either(&own.order_quantity_max, &raw.order_quantity_max, "order_quantity_max");
    // The least value that [risk] knows is in other units than an inverse contract is worth.
    let none = "0".to_owned();
    let least = match instrument.valuation() {
        Valuation::Linear => &raw.order_notional_min,
        Valuation::Inverse => &none,
    };
    let notional_min = either(&own.order_notional_min, least, "order_notional_min");
    let notional_max =
        either(&own.order_notional_max, &raw.order_notional_max, "order_notional_max");
    let position_quantity_max =
        either(&own.position_quantity_max, &raw.position_quantity_max, "position_quantity_max");
    let loss_max = either(&own.loss_max, &raw.loss_max, "loss_max");
    let order_notional_min = amount(instrument, notional_min.0, &notional_min.1)?;
    let order_notional_max = money(instrument, notional_max.0, &notional_max.1)?;
    ensure!(
        order_notional_min <= order_notional_max,
        "{} is above {}",
        notional_min.1,
        notional_max.1
    );
    Ok(InstrumentLimits {
        order_lots_max: quantity(instrument, order_quantity_max.0, &order_quantity_max.1)?,
        order_notional_min,
        order_notional_max,
        position_lots_max: quantity(instrument, position_quantity_max.0, &position_quantity_max.1)?,
        loss_max: money(instrument, loss_max.0, &loss_max.1)?,
        is_restricted: raw.restricted.iter().any(|restricted| restricted.as_bytes() == symbol),
    })
}

/// What holds, and the name of its key.
fn either<'a>(own: &'a Option<String>, all: &'a str, key: &str) -> (&'a str, String) {
    match said(own) {
        Some(own) => (own, format!("instrument.{key}")),
        None => (all, format!("risk.{key}")),
    }
}

/// Money of the account; zero is no limit.
pub(super) fn limit(text: &str, key: &str) -> anyhow::Result<Money> {
    let (mantissa, decimals) = decimal(text, key)?;
    if mantissa == 0 {
        return Ok(Money::MAX);
    }
    ensure!(decimals <= MONEY_DECIMALS, "{key}: `{text}` has more than {MONEY_DECIMALS} decimals");
    Ok(Money(mantissa * 10_i128.pow(u32::from(MONEY_DECIMALS - decimals))))
}

/// A quantity of any instrument in hundred-millionths; zero is no limit.
fn any_quantity(text: &str, key: &str) -> anyhow::Result<u64> {
    match limit(text, key)? {
        Money::MAX => Ok(u64::MAX),
        Money(number) => {
            u64::try_from(number).ok().with_context(|| format!("{key}: `{text}` is out of range"))
        }
    }
}

/// A positive quantity in lots of the instrument, rounded down: a limit is never exceeded.
fn quantity(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Lots> {
    let (mantissa, decimals) = decimal(text, key)?;
    ensure!(mantissa > 0, "{key} must be positive");
    let (lot, lot_decimals) = instrument.lot.parts();
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent));
    let lots = || {
        let scaled = mantissa.checked_mul(power(lot_decimals)?)?;
        i64::try_from(scaled / power(decimals)?.checked_mul(i128::from(lot))?).ok()
    };
    lots().map(Lots).with_context(|| format!("{key}: `{text}` is out of range"))
}

/// Positive money in units of the instrument.
fn money(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Notional> {
    let amount = amount(instrument, text, key)?;
    ensure!(amount > Notional::ZERO, "{key} must be positive");
    Ok(amount)
}

/// Money in units of the instrument, rounded down: a limit is never exceeded.
pub(super) fn amount(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Notional> {
    let (mantissa, decimals) = decimal(text, key)?;
    let (unit, unit_decimals) = instrument.money_unit();
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent));
    let amount = || {
        let scaled = mantissa.checked_mul(power(unit_decimals)?)?;
        Some(scaled / power(decimals)?.checked_mul(unit)?)
    };
    amount().map(Notional).with_context(|| format!("{key}: `{text}` is out of range"))
}

/// A decimal that is not negative.
pub(super) fn decimal(text: &str, key: &str) -> anyhow::Result<(i128, u8)> {
    let (mantissa, decimals) =
        parse_decimal(text.as_bytes()).with_context(|| format!("{key}: `{text}`"))?;
    ensure!(mantissa >= 0, "{key} must not be negative");
    Ok((i128::from(mantissa), decimals))
}
