//! A strategy as the program needs it: `[strategy]`.
//!
//! Several strategies are several tables of the same shape (`[[strategies]]`, laid over `[strategy]`).

use anyhow::{Context, anyhow, bail, ensure};
use gannet_signals::fusion::veto::VetoConfig;
use gannet_signals::sizing::kelly::KellyConfig;
use gannet_signals::sizing::volatility::VolatilityConfig;
use gannet_signals::sizing::{SizingConfig, SizingMethod};
use gannet_signals::{
    Fusion, HandConfig, InstanceConfig, OutOfRange, ProtectionConfig, Route, StopRule,
    StrategyKind, WorkerConfig,
};
use gannet_types::{BarKind, Instrument, Nanos, StrategyId, Ticks};

use super::checked::{lots, positive_millis};
use super::risk::amount;
use raw::{RawProtection, RawSizing, RawStrategy};

mod kind;
pub mod raw;

/// A strategy.
#[derive(Clone, Debug, PartialEq)]
pub struct StrategyConfig {
    /// The bars it decides on, and features are taken on.
    pub bars: BarKind,
    /// How it trades.
    pub instance: InstanceConfig,
}

impl StrategyConfig {
    /// Returns whether its orders are split over the venues of a thing.
    #[must_use]
    pub const fn is_split(&self) -> bool {
        matches!(self.instance.hand.worker.route, Route::Split { .. })
    }

    /// Returns whether its kind works its own orders.
    pub(super) const fn has_own_orders(&self) -> bool {
        matches!(self.instance.kind, StrategyKind::MarketMaking(_) | StrategyKind::CrossVenue(_))
    }
}

/// Checks and converts what was written about each strategy.
pub(super) fn strategies(
    written: &[(StrategyId, RawStrategy)],
    instruments: &[Instrument],
    bars: &[BarKind],
    fusion: Fusion,
) -> anyhow::Result<Vec<StrategyConfig>> {
    let strategy = |(id, raw): &(_, _)| strategy(*id, raw, instruments, bars, fusion);
    written.iter().map(strategy).collect()
}

fn strategy(
    id: StrategyId,
    raw: &RawStrategy,
    instruments: &[Instrument],
    bars: &[BarKind],
    fusion: Fusion,
) -> anyhow::Result<StrategyConfig> {
    let instrument = instrument(instruments, &raw.instrument, "strategy.instrument")?;
    let time_bar = bars.iter().find(|kind| matches!(kind, BarKind::Time(_)));
    let time_bar = *time_bar.context("the strategy needs a bar in bars.time_ms")?;
    let instance = InstanceConfig {
        id,
        instrument: instrument.id,
        kind: kind::kind(raw, instrument, instruments)?,
        hand: HandConfig {
            worker: worker(raw)?,
            sizing: sizing(raw, instrument, time_bar)?,
            protection: protection(&raw.protection)?,
        },
        fusion,
        veto: VetoConfig {
            spread_bp_max: raw.veto.spread_bp_max,
            contrary_percent: raw.veto.contrary_percent,
            trend_percent_min: raw.veto.trend_percent_min,
            trend_percent_max: raw.veto.trend_percent_max,
        },
        regime_length: raw.veto.regime_length,
        agreeing_bars: agreeing_bars(raw, bars)?,
    };
    instance.veto.check().map_err(|refused| in_section("veto.", refused))?;
    instance.check().map_err(|refused| in_section("", refused))?;
    Ok(StrategyConfig { bars: time_bar, instance })
}

/// Keeps of `[strategy]` what decides: the tables of the kinds that trade, what is not as shipped, and the
/// keys that there were before there were kinds, so that journals of then can be continued.
pub(super) fn keep_decisive(table: &mut toml::Table, shipped: &toml::Table) {
    let written = table.get("strategies").and_then(toml::Value::as_array).into_iter().flatten();
    let all = written.chain(table.get("strategy")).filter_map(toml::Value::as_table);
    let kind = |of: &toml::Table| of.get("kind").and_then(toml::Value::as_str).map(str::to_owned);
    let kinds: Vec<String> = all.filter_map(kind).collect();
    let shipped = shipped.get("strategy").and_then(toml::Value::as_table);
    let Some(strategy) = table.get_mut("strategy").and_then(toml::Value::as_table_mut) else {
        return;
    };
    strategy.retain(|key, value| {
        let same = shipped.and_then(|shipped| shipped.get(key)) == Some(value);
        !same || FIRST_KEYS.contains(&key) || kinds.iter().any(|kind| kind == key)
    });
}

/// Says in which section a key is out of range.
fn in_section(section: &str, refused: OutOfRange) -> anyhow::Error {
    anyhow!("strategy.{section}{refused}")
}

fn worker(raw: &RawStrategy) -> anyhow::Result<WorkerConfig> {
    let worker = WorkerConfig {
        follow_ticks: Ticks(raw.follow_ticks),
        follow_interval: Nanos::from_millis(raw.follow_interval_ms),
        patience: Nanos::from_millis(raw.patience_ms),
        closes_first: match raw.reversal.as_str() {
            "at_once" => false,
            "close_first" => true,
            other => bail!("strategy.reversal: `{other}` is not `at_once` or `close_first`"),
        },
        route: match raw.route.as_str() {
            "single" => Route::Single,
            "split" => Route::Split { reach: Ticks(raw.split_reach_ticks) },
            other => bail!("strategy.route: `{other}` is not `single` or `split`"),
        },
    };
    worker.check().map_err(|refused| in_section("", refused))?;
    Ok(worker)
}

fn sizing(
    all: &RawStrategy,
    instrument: &Instrument,
    bars: BarKind,
) -> anyhow::Result<SizingConfig> {
    let raw = &all.sizing;
    let quantity = lots(instrument, &all.quantity, "strategy.quantity")?;
    let method = method(raw, instrument, bars)?.unwrap_or(SizingMethod::Quantity(quantity));
    let is_quantity = matches!(method, SizingMethod::Quantity(_));
    let lots_max = if is_quantity && raw.quantity_max == NO_QUANTITY {
        quantity
    } else {
        lots(instrument, &raw.quantity_max, "strategy.sizing.quantity_max")?
    };
    let sizing = SizingConfig {
        method,
        equity: amount(instrument, &raw.equity, "strategy.sizing.equity")?,
        lots_max,
        notional_min: amount(instrument, &raw.notional_min, "strategy.sizing.notional_min")?,
    };
    sizing.check().map_err(|refused| in_section("sizing.", refused))?;
    Ok(sizing)
}

/// The method; `None` if it is the plain quantity.
fn method(
    raw: &RawSizing,
    instrument: &Instrument,
    bars: BarKind,
) -> anyhow::Result<Option<SizingMethod>> {
    Ok(Some(match raw.method.as_str() {
        "quantity" => return Ok(None),
        "margin" => SizingMethod::Margin {
            margin: amount(instrument, &raw.margin, "strategy.sizing.margin")?,
            leverage_percent: raw.leverage_percent,
        },
        "risk" => SizingMethod::Risk { equity_ppm: raw.risk_ppm },
        "kelly" => SizingMethod::Kelly(KellyConfig {
            win_percent: raw.kelly_win_percent,
            belief_trips: raw.kelly_belief_trips,
            payoff_percent: raw.kelly_payoff_percent,
            fraction_percent: raw.kelly_fraction_percent,
            share_ppm_max: raw.risk_ppm,
        }),
        "volatility" => SizingMethod::Volatility(VolatilityConfig {
            target_percent: raw.volatility_percent,
            period: raw.volatility_period,
            bars_per_year: bars_per_year(bars)?,
            leverage_percent_max: raw.leverage_percent,
        }),
        other => bail!(
            "strategy.sizing.method: `{other}` is not `quantity`, `margin`, `risk`, `kelly` or \
             `volatility`"
        ),
    }))
}

/// Of markets that never close.
fn bars_per_year(bars: BarKind) -> anyhow::Result<f64> {
    let BarKind::Time(span) = bars else { bail!("only time bars have a number a year") };
    Ok(YEAR_SECONDS * 1e9 / span.0 as f64)
}

fn protection(raw: &RawProtection) -> anyhow::Result<ProtectionConfig> {
    let protection = ProtectionConfig {
        stop: match raw.stop.as_str() {
            "none" => StopRule::None,
            "ticks" => StopRule::Ticks(Ticks(raw.stop_ticks)),
            "atr" => StopRule::Range { period: raw.stop_atr_period, percent: raw.stop_atr_percent },
            other => bail!("strategy.protection.stop: `{other}` is not `none`, `ticks` or `atr`"),
        },
        target_percent: raw.target_percent,
        horizon: Nanos::from_millis(raw.horizon_ms),
    };
    protection.check().map_err(|refused| in_section("protection.", refused))?;
    Ok(protection)
}

fn agreeing_bars(raw: &RawStrategy, bars: &[BarKind]) -> anyhow::Result<Vec<BarKind>> {
    let known = |&span| -> anyhow::Result<BarKind> {
        let kind = BarKind::Time(positive_millis(span, "strategy.agreeing_bars_ms")?);
        ensure!(bars.contains(&kind), "strategy.agreeing_bars_ms: {span} is not in bars.time_ms");
        Ok(kind)
    };
    raw.agreeing_bars_ms.iter().map(known).collect()
}

/// Finds the instrument of a symbol; the first if there is none.
fn instrument<'a>(
    instruments: &'a [Instrument],
    symbol: &str,
    key: &str,
) -> anyhow::Result<&'a Instrument> {
    let named = |known: &&Instrument| known.symbol.as_bytes() == symbol.as_bytes();
    let found =
        if symbol.is_empty() { instruments.first() } else { instruments.iter().find(named) };
    found.with_context(|| format!("{key}: no [[instrument]] has the symbol `{symbol}`"))
}

/// The keys of the only strategy that there was.
const FIRST_KEYS: [&str; 10] = [
    "name",
    "quantity",
    "ema_period",
    "atr_period",
    "smoother_period",
    "square_of_nine_degrees",
    "slope_percent_of_atr",
    "follow_ticks",
    "follow_interval_ms",
    "patience_ms",
];

/// What is written where a largest quantity is not wanted.
const NO_QUANTITY: &str = "0";

/// Seconds of 365.25 days.
const YEAR_SECONDS: f64 = 31_557_600.0;
