//! What was written: the shape of the configuration files, nothing checked but types.
//!
//! `config/default.toml` documents every key; the fields here carry the same names.

use serde::{Deserialize, Serialize};

macro_rules! sections {
    ($($(#[doc = $doc:literal])* $name:ident { $($field:ident: $type:ty),* $(,)? })*) => {
        $(
            $(#[doc = $doc])*
            #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct $name { $(#[doc = concat!("`", stringify!($field), "` in `config/default.toml`.")] pub $field: $type),* }
        )*
    };
}

sections! {
    /// A whole configuration file.
    RawConfig {
        engine: RawEngine, journal: RawJournal, feed: RawFeed, instrument: Vec<RawInstrument>,
        bars: RawBars, features: RawFeatures, strategy: RawStrategy, gate: RawGate, risk: RawRisk,
        gateway: RawGateway, broker: RawBroker, admin: RawAdmin, demo: RawDemo,
    }
    /// Threads and timers.
    RawEngine { topology: String, idle: String, cores: Vec<usize>, timer_interval_ms: u64 }
    /// The journal.
    RawJournal { directory: String, segment_mib: u64, durability: String }
    /// Market data.
    RawFeed {
        venue: String, websocket_url: String, rest_url: String, ca_file: String,
        silence_timeout_ms: u64,
    }
    /// One instrument.
    RawInstrument { symbol: String, tick: String, lot: String }
    /// Bars.
    RawBars { time_ms: Vec<u64>, trades: Vec<u32>, quantity: Vec<String> }
    /// What is computed on every event.
    RawFeatures { set: String }
    /// The strategy.
    RawStrategy {
        name: String, quantity: String, ema_period: usize, atr_period: usize,
        smoother_period: f64, square_of_nine_degrees: f64, slope_percent_of_atr: f64,
        follow_ticks: i64, follow_interval_ms: u64, patience_ms: u64,
    }
    /// The execution gate.
    RawGate { mode: String, approval_timeout_ms: u64 }
    /// Pre-trade risk.
    RawRisk {
        order_quantity_max: String, order_notional_max: String, price_collar_ppm: i64,
        position_quantity_max: String, messages_max: u32, message_window_ms: u64,
        duplicate_window_ms: u64, book_age_max_ms: u64, open_orders_max: usize,
        loss_max: String, order_timeout_ms: u64,
    }
    /// The FIX session.
    RawGateway {
        host: String, port: u16, sender_comp_id: String, target_comp_id: String,
        heartbeat_s: u32, simulated: bool, reconnect_ms_min: u64, reconnect_ms_max: u64,
    }
    /// The simulated broker.
    RawBroker {
        latency_in_us: u64, latency_out_us: u64, latency_jitter_us: u64, maker_fee_ppm: i64,
        taker_fee_ppm: i64, seed: u64,
    }
    /// The admin port.
    RawAdmin { listen: String, allow_remote: bool }
    /// The demo.
    RawDemo { seed: u64, speed: String }
}
