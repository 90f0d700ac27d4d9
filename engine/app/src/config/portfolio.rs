//! The limits of an account's positions as a whole, and what they know of instruments: `[risk]`.

use anyhow::{Context, bail, ensure};
use gannet_pipeline::risk::{NO_RATIO, OpenInterval, RETURNS_MAX, VarConfig};
use gannet_pipeline::{PortfolioLimits, RiskSetup};
use gannet_types::{BarKind, Instrument, Money, Nanos};

use super::checked::positive_millis;
use super::raw::RawRisk;
use super::risk::{decimal, limit};
use crate::calendar::{Hours, Market};

/// The market that never closes.
const ALWAYS: &str = "always";

/// The intervals of each calendar, and which each instrument follows.
type Calendars = (Vec<Vec<OpenInterval>>, Vec<Option<u8>>);

/// Most orders that the window of a strategy and instrument can remember.
const TRADES_MAX: u32 = 4_096;

const MILLION: u64 = 1_000_000;

/// Largest leverage that is a number and no mistake.
const LEVERAGE_MAX: i128 = 1_000;

/// What the account may hold.
pub(super) fn limits(raw: &RawRisk) -> anyhow::Result<PortfolioLimits> {
    let capital = amount(&raw.capital, "risk.capital")?;
    let limits = PortfolioLimits {
        capital,
        net_exposure_max: limit(&raw.net_exposure_max, "risk.net_exposure_max")?,
        gross_leverage_ppm_max: times(&raw.gross_leverage_max, "risk.gross_leverage_max")?,
        net_leverage_ppm_max: times(&raw.net_leverage_max, "risk.net_leverage_max")?,
        open_positions_max: match raw.open_positions_max {
            0 => u32::MAX,
            count => count,
        },
        trade_risk_ppm_max: ratio(raw.trade_risk_ppm_max, "risk.trade_risk_ppm_max")?,
        worst_move_ppm: raw.worst_move_ppm,
        concentration_ppm_max: ratio(raw.concentration_ppm_max, "risk.concentration_ppm_max")?,
        concentration_from: amount(&raw.concentration_from, "risk.concentration_from")?,
        group_exposure_max: limit(&raw.correlated_exposure_max, "risk.correlated_exposure_max")?,
        credit: limit(&raw.credit, "risk.credit")?,
        credit_of_all: limit(&raw.credit_of_all, "risk.credit_of_all")?,
        historical_var_max: limit(&raw.historical_var_max, "risk.historical_var_max")?,
        parametric_var_max: limit(&raw.parametric_var_max, "risk.parametric_var_max")?,
    };
    ensure!(
        (1..=MILLION).contains(&raw.worst_move_ppm),
        "risk.worst_move_ppm must be 1 to 1000000"
    );
    let shares = [
        (limits.gross_leverage_ppm_max, "risk.gross_leverage_max"),
        (limits.net_leverage_ppm_max, "risk.net_leverage_max"),
        (limits.trade_risk_ppm_max, "risk.trade_risk_ppm_max"),
    ];
    for (share, key) in shares {
        let measurable = share == NO_RATIO || capital > Money::ZERO;
        ensure!(measurable, "{key} is a share of the equity: set risk.capital");
    }
    Ok(limits)
}

/// What risk knows of the instruments.
pub(super) fn setup(
    raw: &RawRisk,
    bars_ms: &[u64],
    instruments: &[Instrument],
) -> anyhow::Result<RiskSetup> {
    ensure!(
        raw.trades_per_window_max <= TRADES_MAX,
        "risk.trades_per_window_max must be at most {TRADES_MAX}"
    );
    let (calendars, followed) = calendars(raw, instruments)?;
    Ok(RiskSetup {
        calendars,
        followed,
        closing_window: Nanos::from_millis(raw.closing_window_ms),
        groups: groups(&raw.correlated, instruments)?,
        trades_per_window_max: raw.trades_per_window_max,
        trade_window: positive_millis(raw.trade_window_ms, "risk.trade_window_ms")?,
        var: var(raw, bars_ms)?,
    })
}

/// How value at risk is measured, if it is limited.
fn var(raw: &RawRisk, bars_ms: &[u64]) -> anyhow::Result<Option<VarConfig>> {
    let range = 2..=RETURNS_MAX;
    ensure!(range.contains(&raw.var_returns), "risk.var_returns must be 2 to {RETURNS_MAX}");
    ensure!(
        (2..=raw.var_returns).contains(&raw.var_returns_min),
        "risk.var_returns_min must be 2 to risk.var_returns"
    );
    let quantiles = 500_000..1_000_000;
    ensure!(
        quantiles.contains(&raw.var_quantile_ppm),
        "risk.var_quantile_ppm must be 500000 to 999999"
    );
    ensure!(raw.var_decay_ppm < 1_000_000, "risk.var_decay_ppm must be below 1000000");
    let horizons = 1..=10_000;
    ensure!(horizons.contains(&raw.var_horizon_bars), "risk.var_horizon_bars must be 1 to 10000");
    let deviations_ppm = times(&raw.var_deviations, "risk.var_deviations")?;
    let normal = 100_000..=10 * MILLION;
    ensure!(normal.contains(&deviations_ppm), "risk.var_deviations must be 0.1 to 10");
    let is_limited = [&raw.historical_var_max, &raw.parametric_var_max]
        .map(|text| limit(text, "risk").is_ok_and(|max| max != Money::MAX));
    if is_limited == [false, false] {
        return Ok(None);
    }
    ensure!(
        bars_ms.contains(&raw.var_bar_ms),
        "risk.var_bar_ms: bars.time_ms has no bars of {} ms",
        raw.var_bar_ms
    );
    // In millionths, rounded up: the root of millionths of millionths.
    let square = u64::from(raw.var_horizon_bars) * MILLION * MILLION;
    let root = square.isqrt();
    Ok(Some(VarConfig {
        bar: BarKind::Time(Nanos::from_millis(raw.var_bar_ms)),
        returns: raw.var_returns,
        returns_min: raw.var_returns_min,
        quantile_ppm: raw.var_quantile_ppm,
        deviations_ppm,
        decay_ppm: raw.var_decay_ppm,
        horizon_ppm: root + u64::from(root * root < square),
    }))
}

/// The group of each instrument.
fn groups(
    correlated: &[Vec<String>],
    instruments: &[Instrument],
) -> anyhow::Result<Vec<Option<u8>>> {
    let mut groups = vec![None; instruments.len()];
    for (number, symbols) in correlated.iter().enumerate() {
        let number = u8::try_from(number).context("risk.correlated has more than 256 groups")?;
        put(symbols, number, &mut groups, instruments, "risk.correlated")?;
    }
    Ok(groups)
}

/// The calendars that are followed, and by which instrument.
fn calendars(raw: &RawRisk, instruments: &[Instrument]) -> anyhow::Result<Calendars> {
    let hours = match raw.trading_hours.as_str() {
        "regular" => Hours::Regular,
        "extended" => Hours::Extended,
        other => bail!("risk.trading_hours: `{other}` is neither `regular` nor `extended`"),
    };
    let mut named = vec![None; instruments.len()];
    for (number, list) in raw.markets.iter().enumerate() {
        let number = u8::try_from(number).context("risk.markets has more than 256 entries")?;
        let (_, symbols) =
            list.split_first().context("risk.markets: a list begins with a market")?;
        put(symbols, number, &mut named, instruments, "risk.markets")?;
    }
    let mut markets = Vec::new();
    let mut follow = |name: &str, key: &str| -> anyhow::Result<Option<u8>> {
        if name == ALWAYS {
            return Ok(None);
        }
        let market = Market::named(name).context(key.to_owned())?;
        let place = markets.iter().position(|known| *known == market).unwrap_or_else(|| {
            markets.push(market);
            markets.len() - 1
        });
        Ok(u8::try_from(place).ok())
    };
    let all = follow(&raw.market, "risk.market")?;
    let each: Vec<_> = raw
        .markets
        .iter()
        .map(|list| follow(list.first().map_or("", String::as_str), "risk.markets"))
        .collect::<Result<_, _>>()?;
    let followed = named.iter().map(|list| list.map_or(all, |list| each[usize::from(list)]));
    let followed = followed.collect();
    let calendars =
        markets.iter().map(|market| market.intervals(hours)).collect::<Result<_, _>>()?;
    Ok((calendars, followed))
}

/// Notes a number for each of the symbols.
fn put(
    symbols: &[String],
    number: u8,
    numbers: &mut [Option<u8>],
    instruments: &[Instrument],
    key: &str,
) -> anyhow::Result<()> {
    for symbol in symbols {
        let named = |known: &Instrument| known.symbol.as_bytes() == symbol.as_bytes();
        let place = instruments
            .iter()
            .position(named)
            .with_context(|| format!("{key}: no [[instrument]] has the symbol `{symbol}`"))?;
        let before = numbers[place].replace(number);
        ensure!(before.is_none(), "{key}: `{symbol}` stands there twice");
    }
    Ok(())
}

/// An amount of money; zero is zero.
fn amount(text: &str, key: &str) -> anyhow::Result<Money> {
    let (mantissa, _) = decimal(text, key)?;
    if mantissa == 0 { Ok(Money::ZERO) } else { limit(text, key) }
}

/// A number of times, in millionths; zero is no limit.
fn times(text: &str, key: &str) -> anyhow::Result<u64> {
    let (mantissa, decimals) = decimal(text, key)?;
    ensure!(decimals <= 6, "{key}: `{text}` has more than 6 decimals");
    let ppm = mantissa * 10_i128.pow(u32::from(6 - decimals));
    ensure!(ppm <= LEVERAGE_MAX * i128::from(MILLION), "{key} must be at most {LEVERAGE_MAX}");
    Ok(u64::try_from(ppm).ok().filter(|&ppm| ppm > 0).unwrap_or(NO_RATIO))
}

/// Millionths of something; zero is no limit.
fn ratio(ppm: u64, key: &str) -> anyhow::Result<u64> {
    ensure!(ppm <= MILLION, "{key} must be at most 1000000");
    Ok(if ppm == 0 { NO_RATIO } else { ppm })
}
