//! How a strategy thinks: `kind` of `[strategy]`, and the table of that name.

use anyhow::{bail, ensure};
use gannet_features::astro::Body;
use gannet_signals::StrategyKind;
use gannet_signals::fusion::regime::RegimeConfig;
use gannet_signals::fusion::weights::Weights;
use gannet_signals::sources::angles::AnglesConfig;
use gannet_signals::sources::candles::CandlesConfig;
use gannet_signals::sources::classical::ClassicalConfig;
use gannet_signals::sources::planets::PlanetsConfig;
use gannet_signals::sources::trend::TrendConfig;
use gannet_signals::strategies::council::CouncilConfig;
use gannet_signals::strategies::cross_venue::CrossVenueConfig;
use gannet_signals::strategies::cycle_reversion::CycleReversionConfig;
use gannet_signals::strategies::follower::FollowerConfig;
use gannet_signals::strategies::gann_ehlers::GannEhlersConfig;
use gannet_signals::strategies::harmonic::HarmonicConfig;
use gannet_signals::strategies::hybrid::HybridConfig;
use gannet_signals::strategies::market_making::MarketMakingConfig;
use gannet_signals::strategies::model_led::ModelLedConfig;
use gannet_signals::strategies::order_flow::OrderFlowConfig;
use gannet_types::{Instrument, Lots, Nanos, Ticks};

use super::raw::{
    RawCycleReversion, RawGannEhlers, RawHybrid, RawMarketMaking, RawOrderFlow, RawStrategy,
};
use super::{in_section, instrument};
use crate::config::checked::{lots, positive_millis};

/// Checks and converts the kind of a strategy that trades `traded`.
pub(super) fn kind(
    raw: &RawStrategy,
    traded: &Instrument,
    instruments: &[Instrument],
) -> anyhow::Result<StrategyKind> {
    let kind = match raw.kind.as_str() {
        "harmonic" => StrategyKind::Harmonic(harmonic(raw)),
        "hybrid" => StrategyKind::Hybrid(hybrid(&raw.hybrid)),
        "gann_ehlers" => StrategyKind::GannEhlers(gann_ehlers(&raw.gann_ehlers)),
        "cycle_reversion" => StrategyKind::CycleReversion(cycle_reversion(&raw.cycle_reversion)),
        "model_led" => {
            StrategyKind::ModelLed(ModelLedConfig { leave_percent: raw.model_led.leave_percent })
        }
        "follower" => StrategyKind::Follower(FollowerConfig {
            confidence_min: raw.follower.confidence_min,
            pause: Nanos::from_millis(raw.follower.pause_ms),
        }),
        "council" => StrategyKind::Council(Box::new(council(raw)?)),
        "market_making" => {
            StrategyKind::MarketMaking(market_making(raw, &raw.market_making, traded)?)
        }
        "order_flow" => StrategyKind::OrderFlow(order_flow(&raw.order_flow)),
        "cross_venue" => StrategyKind::CrossVenue(cross_venue(raw, traded, instruments)?),
        other => bail!(
            "strategy.kind: `{other}` is not one of {}",
            StrategyKind::NAMES.map(|name| format!("`{name}`")).join(", ")
        ),
    };
    // The keys of the first kind that there was stand in `[strategy]` itself.
    let section = match &kind {
        StrategyKind::Harmonic(_) => String::new(),
        other => format!("{}.", other.name()),
    };
    kind.check().map_err(|refused| in_section(&section, refused))?;
    Ok(kind)
}

const fn harmonic(raw: &RawStrategy) -> HarmonicConfig {
    HarmonicConfig {
        ema_period: raw.ema_period,
        atr_period: raw.atr_period,
        smoother_period: raw.smoother_period,
        square_of_nine_degrees: raw.square_of_nine_degrees,
        slope_percent_of_atr: raw.slope_percent_of_atr,
    }
}

const fn hybrid(raw: &RawHybrid) -> HybridConfig {
    HybridConfig {
        classical: ClassicalConfig {
            sma_fast: raw.sma_fast,
            sma_slow: raw.sma_slow,
            macd_fast: raw.macd_fast,
            macd_slow: raw.macd_slow,
            macd_signal: raw.macd_signal,
            rsi_period: raw.rsi_period,
        },
        atr_period: raw.atr_period,
        lean_percent_min: raw.lean_percent_min,
        rsi_overbought: raw.rsi_overbought,
        rsi_oversold: raw.rsi_oversold,
        range_percent_min: raw.range_percent_min,
    }
}

const fn gann_ehlers(raw: &RawGannEhlers) -> GannEhlersConfig {
    GannEhlersConfig {
        trend: TrendConfig {
            smoother_period: raw.smoother_period,
            correlation_length: raw.correlation_length,
        },
        angles: AnglesConfig {
            swing_percent: raw.swing_percent,
            scale_period: raw.scale_period,
            scale_percent: raw.scale_percent,
            square_of_nine_degrees: raw.square_of_nine_degrees,
        },
        atr_period: raw.atr_period,
        trend_percent_min: raw.trend_percent_min,
        leave_percent: raw.leave_percent,
    }
}

const fn cycle_reversion(raw: &RawCycleReversion) -> CycleReversionConfig {
    CycleReversionConfig {
        high_pass_period: raw.high_pass_period,
        low_pass_period: raw.low_pass_period,
        correlation_length: raw.correlation_length,
        entry_percent: raw.entry_percent,
        trend_percent_max: raw.trend_percent_max,
    }
}

/// Its schools are configured where they have strategies of their own.
fn council(all: &RawStrategy) -> anyhow::Result<CouncilConfig> {
    let raw = &all.council;
    let HybridConfig { classical, .. } = hybrid(&all.hybrid);
    let GannEhlersConfig { trend, angles, .. } = gann_ehlers(&all.gann_ehlers);
    let weights = &raw.weights;
    Ok(CouncilConfig {
        weights: Weights([
            weights.classical,
            weights.ehlers,
            weights.gann,
            weights.patterns,
            weights.astro,
            0,
            0,
        ]),
        regime: RegimeConfig {
            length: raw.regime_length,
            trend_percent_min: raw.regime_trend_percent_min,
            turn_percent_min: raw.regime_turn_percent_min,
        },
        classical,
        trend,
        angles,
        candles: CandlesConfig { memory_percent: raw.pattern_memory_percent },
        planets: PlanetsConfig { body: body(&raw.astro_body)?, harmonic: raw.astro_harmonic },
        atr_period: raw.atr_period,
    })
}

fn body(name: &str) -> anyhow::Result<Body> {
    let known = Body::ALL.into_iter().find(|body| body.name() == name);
    let names = || Body::ALL.map(|body| format!("`{}`", body.name())).join(", ");
    known.ok_or_else(|| {
        anyhow::anyhow!("strategy.council.astro_body: `{name}` is not one of {}", names())
    })
}

fn market_making(
    all: &RawStrategy,
    raw: &RawMarketMaking,
    traded: &Instrument,
) -> anyhow::Result<MarketMakingConfig> {
    let inventory_max = "strategy.market_making.inventory_max";
    Ok(MarketMakingConfig {
        lots: quantity(all, traded)?,
        lots_max: lots(traded, &raw.inventory_max, inventory_max)?,
        risk_aversion: raw.risk_aversion,
        fill_decay: raw.fill_decay,
        horizon_s: raw.horizon_s,
        variance_period: raw.variance_period,
        half_spread_ticks_min: raw.half_spread_ticks_min,
        follow_ticks: Ticks(raw.follow_ticks),
        follow_interval: Nanos::from_millis(raw.follow_interval_ms),
    })
}

const fn order_flow(raw: &RawOrderFlow) -> OrderFlowConfig {
    OrderFlowConfig {
        period: raw.period,
        entry_percent: raw.entry_percent,
        exit_percent: raw.exit_percent,
        queue_percent_min: raw.queue_percent_min,
        spread_ticks_max: raw.spread_ticks_max,
    }
}

fn cross_venue(
    all: &RawStrategy,
    traded: &Instrument,
    instruments: &[Instrument],
) -> anyhow::Result<CrossVenueConfig> {
    let (raw, key) = (&all.cross_venue, "strategy.cross_venue.other");
    ensure!(!raw.other.is_empty(), "{key} must name the other instrument");
    let other = instrument(instruments, &raw.other, key)?;
    ensure!(other.id != traded.id, "{key} must be another instrument than the traded one");
    let of = |it: &Instrument| (it.tick, it.lot, it.kind);
    ensure!(
        of(other) == of(traded),
        "{key}: `{}` has another tick, lot or kind than `{}`",
        other.symbol,
        traded.symbol
    );
    Ok(CrossVenueConfig {
        other: other.id,
        lots: quantity(all, traded)?,
        entry_ticks: Ticks(raw.entry_ticks),
        exit_ticks: Ticks(raw.exit_ticks),
        pause: positive_millis(raw.pause_ms, "strategy.cross_venue.pause_ms")?,
    })
}

fn quantity(raw: &RawStrategy, traded: &Instrument) -> anyhow::Result<Lots> {
    lots(traded, &raw.quantity, "strategy.quantity")
}
