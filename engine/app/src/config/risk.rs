//! The limits of pre-trade risk: `[risk]`.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::config::OPEN_ORDERS_MAX;
use gannet_pipeline::{AccountLimits, InstrumentLimits, PositionCheck, RiskLimits, StrategyLimits};
use gannet_types::increment::parse_decimal;
use gannet_types::{Instrument, Lots, Money, Nanos, Notional};

use super::checked::positive_millis;
use super::raw::RawRisk;
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
    instruments: &[Instrument],
) -> anyhow::Result<Vec<InstrumentLimits>> {
    for symbol in &raw.restricted {
        let known = instruments.iter().any(|known| known.symbol.as_bytes() == symbol.as_bytes());
        ensure!(known, "risk.restricted: no [[instrument]] has the symbol `{symbol}`");
    }
    instruments.iter().map(|instrument| of(raw, instrument)).collect()
}

fn of(raw: &RawRisk, instrument: &Instrument) -> anyhow::Result<InstrumentLimits> {
    let symbol = instrument.symbol.as_bytes();
    let order_notional_min =
        amount(instrument, &raw.order_notional_min, "risk.order_notional_min")?;
    let order_notional_max = money(instrument, &raw.order_notional_max, "risk.order_notional_max")?;
    ensure!(
        order_notional_min <= order_notional_max,
        "risk.order_notional_min is above risk.order_notional_max"
    );
    Ok(InstrumentLimits {
        order_lots_max: quantity(instrument, &raw.order_quantity_max, "risk.order_quantity_max")?,
        order_notional_min,
        order_notional_max,
        position_lots_max: quantity(
            instrument,
            &raw.position_quantity_max,
            "risk.position_quantity_max",
        )?,
        loss_max: money(instrument, &raw.loss_max, "risk.loss_max")?,
        is_restricted: raw.restricted.iter().any(|restricted| restricted.as_bytes() == symbol),
    })
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

/// Positive money in ticks times lots of the instrument.
fn money(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Notional> {
    let amount = amount(instrument, text, key)?;
    ensure!(amount > Notional::ZERO, "{key} must be positive");
    Ok(amount)
}

/// Money in ticks times lots of the instrument, rounded down: a limit is never exceeded.
pub(super) fn amount(instrument: &Instrument, text: &str, key: &str) -> anyhow::Result<Notional> {
    let (mantissa, decimals) = decimal(text, key)?;
    let (tick, tick_decimals) = instrument.tick.parts();
    let (lot, lot_decimals) = instrument.lot.parts();
    let power = |exponent: u8| 10_i128.checked_pow(u32::from(exponent));
    let amount = || {
        let scaled = mantissa.checked_mul(power(tick_decimals + lot_decimals)?)?;
        Some(scaled / power(decimals)?.checked_mul(i128::from(tick) * i128::from(lot))?)
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
