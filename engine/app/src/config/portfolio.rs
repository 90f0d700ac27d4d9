//! The limits of an account's positions as a whole, and what they know of instruments: `[risk]`.

use anyhow::{Context, ensure};
use gannet_pipeline::risk::NO_RATIO;
use gannet_pipeline::{PortfolioLimits, RiskSetup};
use gannet_types::{Instrument, Money};

use super::checked::positive_millis;
use super::raw::RawRisk;
use super::risk::{decimal, limit};

/// Most orders that the window of a strategy and instrument can remember.
const TRADES_MAX: u32 = 256;

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
        ..PortfolioLimits::NONE
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
pub(super) fn setup(raw: &RawRisk, instruments: &[Instrument]) -> anyhow::Result<RiskSetup> {
    ensure!(
        raw.trades_per_window_max <= TRADES_MAX,
        "risk.trades_per_window_max must be at most {TRADES_MAX}"
    );
    Ok(RiskSetup {
        groups: groups(&raw.correlated, instruments)?,
        trades_per_window_max: raw.trades_per_window_max,
        trade_window: positive_millis(raw.trade_window_ms, "risk.trade_window_ms")?,
    })
}

/// The group of each instrument.
fn groups(
    correlated: &[Vec<String>],
    instruments: &[Instrument],
) -> anyhow::Result<Vec<Option<u8>>> {
    let mut groups = vec![None; instruments.len()];
    for (number, symbols) in correlated.iter().enumerate() {
        let number = u8::try_from(number).context("risk.correlated has more than 256 groups")?;
        for symbol in symbols {
            let named = |known: &Instrument| known.symbol.as_bytes() == symbol.as_bytes();
            let place = instruments.iter().position(named).with_context(|| {
                format!("risk.correlated: no [[instrument]] has the symbol `{symbol}`")
            })?;
            let before = groups[place].replace(number);
            ensure!(before.is_none(), "risk.correlated: `{symbol}` is in two groups");
        }
    }
    Ok(groups)
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
