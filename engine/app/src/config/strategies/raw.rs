//! What was written about strategies: the shape of `[strategy]` and the tables in it.

use serde::{Deserialize, Serialize};

use crate::config::raw::sections;

sections! {
    /// A strategy.
    RawStrategy {
        name: String, kind: String, instrument: String, quantity: String, ema_period: usize,
        atr_period: usize, smoother_period: f64, square_of_nine_degrees: f64,
        slope_percent_of_atr: f64, follow_ticks: i64, follow_interval_ms: u64, patience_ms: u64,
        reversal: String, route: String, split_reach_ticks: i64, agreeing_bars_ms: Vec<u64>,
        sizing: RawSizing, protection: RawProtection,
        limits: RawStrategyLimits, veto: RawVeto, hybrid: RawHybrid, gann_ehlers: RawGannEhlers,
        cycle_reversion: RawCycleReversion, model_led: RawModelLed, follower: RawFollower,
        council: RawCouncil, market_making: RawMarketMaking, order_flow: RawOrderFlow,
        cross_venue: RawCrossVenue,
    }
    /// How much.
    RawSizing {
        method: String, equity: String, quantity_max: String, notional_min: String, margin: String,
        leverage_percent: u32, risk_ppm: u32, kelly_win_percent: u32, kelly_belief_trips: u32,
        kelly_payoff_percent: u32, kelly_fraction_percent: u32, volatility_percent: f64,
        volatility_period: u32,
    }
    /// When a position is given up.
    RawProtection {
        stop: String, stop_ticks: i64, stop_atr_period: u32, stop_atr_percent: u32,
        target_percent: u32, horizon_ms: u64,
    }
    /// What it may do of what its account may.
    RawStrategyLimits {
        order_quantity_max: String, order_value_max: String, position_quantity_max: String,
        loss_per_day_max: String, open_orders_max: u32,
    }
    /// What forbids an entry.
    RawVeto {
        spread_bp_max: u32, contrary_percent: u8, trend_percent_min: u8, trend_percent_max: u8,
        regime_length: u32,
    }
    /// Hybrid technical.
    RawHybrid {
        sma_fast: u32, sma_slow: u32, macd_fast: u32, macd_slow: u32, macd_signal: u32,
        rsi_period: u32, atr_period: u32, lean_percent_min: f64, rsi_overbought: f64,
        rsi_oversold: f64, range_percent_min: f64,
    }
    /// Gann–Ehlers trend.
    RawGannEhlers {
        smoother_period: f64, correlation_length: u32, swing_percent: f64, scale_period: u32, scale_percent: f64,
        square_of_nine_degrees: f64, atr_period: u32, trend_percent_min: f64, leave_percent: f64,
    }
    /// Cycle mean reversion.
    RawCycleReversion {
        high_pass_period: f64, low_pass_period: f64, correlation_length: u32, entry_percent: f64,
        trend_percent_max: f64,
    }
    /// Model-led.
    RawModelLed { leave_percent: u8 }
    /// Signal follower.
    RawFollower { confidence_min: u8, pause_ms: u64 }
    /// Council.
    RawCouncil {
        pattern_memory_percent: f64, astro_body: String, astro_harmonic: u32, atr_period: u32,
        regime_length: u32, regime_trend_percent_min: u16, regime_turn_percent_min: u16,
        weights: RawWeights,
    }
    /// How much each school counts.
    RawWeights { classical: u16, ehlers: u16, gann: u16, patterns: u16, astro: u16 }
    /// Market making.
    RawMarketMaking {
        inventory_max: String, risk_aversion: f64, fill_decay: f64, horizon_s: f64,
        variance_period: u32, half_spread_ticks_min: i64, follow_ticks: i64,
        follow_interval_ms: u64,
    }
    /// Order-flow imbalance taker.
    RawOrderFlow {
        period: u32, entry_percent: f64, exit_percent: f64, queue_percent_min: f64,
        spread_ticks_max: i64,
    }
    /// Cross-venue arbitrage.
    RawCrossVenue { other: String, entry_ticks: i64, exit_ticks: i64, pause_ms: u64 }
}
