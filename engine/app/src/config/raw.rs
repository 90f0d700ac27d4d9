//! What was written: the shape of the configuration files, nothing checked but types.
//!
//! `config/default.toml` documents every key; the fields here carry the same names.

use serde::{Deserialize, Serialize};

use super::dialect::RawDialect;
use super::strategies::raw::RawStrategy;

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

pub(super) use sections;

sections! {
    /// A whole configuration file.
    RawConfig {
        account: Vec<RawAccount>, strategies: Vec<toml::Table>, curve: Vec<RawCurve>, listing: Vec<RawListing>,
        engine: RawEngine, journal: RawJournal, feed: RawFeed, instrument: Vec<RawInstrument>,
        currencies: RawCurrencies,
        bars: RawBars, features: RawFeatures, models: RawModels, strategy: RawStrategy, gate: RawGate, risk: RawRisk,
        gateway: RawGateway, gateways: Vec<RawFurther>, routing: RawRouting, dialect: RawDialect, drop_copy: RawGateway,
        drop_copy_dialect: RawDialect, feed_session: RawGateway,
        feed_session_dialect: RawDialect, broker: RawBroker, acceptor: RawAcceptor,
        admin: RawAdmin, demo: RawDemo,
    }
    /// An account; what it does not say is as in `[risk]`.
    RawAccount {
        name: String, gateway: Option<String>, gateways: Option<Vec<String>>, hedged: Option<bool>,
        gross_exposure_max: Option<String>, loss_per_day_max: Option<String>,
        loss_per_week_max: Option<String>, drawdown_max: Option<String>,
        orders_per_day_max: Option<u32>, losses_in_a_row_max: Option<u32>, positions: Option<String>,
    }
    /// When in the day how much is traded.
    RawCurve { symbols: Vec<String>, volume: Vec<Vec<String>> }
    /// Threads and timers.
    RawEngine { topology: String, idle: String, cores: Vec<usize>, timer_interval_ms: u64 }
    /// The journal.
    RawJournal { directory: String, segment_mib: u64, durability: String }
    /// Market data.
    RawFeed {
        venue: String, websocket_url: String, rest_url: String, ca_file: String,
        silence_timeout_ms: u64, depth: u16, trading_status: bool,
    }
    /// One instrument; limits that it does not name are those of `[risk]`.
    RawInstrument {
        symbol: String, tick: String, lot: String, kind: Option<String>, contract: Option<String>,
        settlement_currency: Option<String>, order_quantity_max: Option<String>,
        order_notional_min: Option<String>, order_notional_max: Option<String>,
        position_quantity_max: Option<String>, loss_max: Option<String>,
    }
    /// One thing at several venues.
    RawListing { name: String, venues: Vec<RawVenue> }
    /// One of its listings.
    RawVenue {
        symbol: String, account: Option<String>, quantity_min: Option<String>,
        notional_min: Option<String>,
    }
    /// What the account counts in, and other currencies.
    RawCurrencies { account: String, others: Vec<RawCurrency> }
    /// One other currency.
    RawCurrency { name: String, rate: String, symbols: Vec<String> }
    /// Bars.
    RawBars { time_ms: Vec<u64>, trades: Vec<u32>, quantity: Vec<String> }
    /// What is computed on every event.
    RawFeatures { set: String }
    /// Models and what they may do.
    RawModels {
        directory: String, mode: String, boost_percent: [u16; 2], vote_weights: [u16; 2],
        confidence_min: u8, full_percent: f64, placement: String, prediction_age_max_ms: u64,
        experiment: String, experiment_bucket_ms: u64, experiment_share_percent: u8,
    }
    /// The execution gate.
    RawGate { mode: String, approval_timeout_ms: u64, automated_orders_max: u32 }
    /// Pre-trade risk.
    RawRisk {
        order_quantity_max: String, order_notional_min: String, order_notional_max: String,
        price_collar_ppm: u32, slippage_ppm_max: u32, position_quantity_max: String,
        gross_exposure_max: String, net_exposure_max: String, capital: String,
        gross_leverage_max: String, net_leverage_max: String, open_positions_max: u32,
        trade_risk_ppm_max: u64, worst_move_ppm: u64, concentration_ppm_max: u64,
        concentration_from: String, correlated: Vec<Vec<String>>,
        correlated_exposure_max: String, credit: String, credit_of_all: String,
        trades_per_window_max: u32, trade_window_ms: u64, market: String,
        markets: Vec<Vec<String>>, trading_hours: String, closing_window_ms: u64,
        historical_var_max: String, parametric_var_max: String, var_bar_ms: u64,
        var_returns: usize, var_returns_min: usize, var_quantile_ppm: u32,
        var_deviations: String, var_decay_ppm: u32, var_horizon_bars: u32,
        messages_max: u32, message_window_ms: u64,
        duplicate_window_ms: u64, orders_per_day_max: u32, book_age_max_ms: u64,
        open_orders_max: usize, open_orders_per_instrument_max: usize, restricted: Vec<String>,
        loss_max: String, loss_per_day_max: String, loss_per_week_max: String,
        drawdown_max: String, losses_in_a_row_max: u32, order_timeout_ms: u64,
        position_check_interval_s: u64, position_differences: String,
        positions_timeout_s: u64, positions_unknown: String,
    }
    /// The FIX session with the broker.
    RawGateway {
        host: String, port: u16, backup_hosts: Vec<String>, dialect: String,
        sender_comp_id: String, target_comp_id: String, heartbeat_s: u32, simulated: bool,
        maker_fee_ppm: i32, taker_fee_ppm: i32, drop_copied: bool, reconnect_ms_min: u64,
        reconnect_ms_max: u64, on_disconnect: String, first_logon: String, username_variable: String,
        password_variable: String, new_password_variable: String, tls: RawTls,
        session: RawSession, schedule: RawSchedule,
    }
    /// How an order finds its gateway.
    RawRouting {
        gateways: Vec<String>, positions: String, latency_ppb_per_ms: u32, refusal_ppb_per_percent: u32,
        measure_age_max_ms: u64, breaker_failures_in_a_row: u32,
        breaker_failures_in_window: u32, breaker_window_ms: u64, breaker_open_ms: u64,
    }
    /// TLS of an initiator.
    RawTls {
        mode: String, server_name: String, ca_file: String, certificate_file: String,
        key_file: String,
    }
    /// What both roles decide about a FIX session.
    RawSession {
        sender_sub_id: String, sender_location_id: String,
        target_sub_id: String, target_location_id: String, reset_on_logon: bool,
        reset_on_logout: bool, reset_on_disconnect: bool, accept_reset: bool,
        sending_time_tolerance_s: u64, logon_timeout_s: u64, logout_timeout_s: u64,
        resend_chunk: u64, resend_timeout_s: u64, resend_age_max_s: u64,
        resend_aging_types: Vec<String>, queue_kib: usize, transmit_kib: usize,
        last_msg_seq_num_processed: bool, next_expected_msg_seq_num: bool, messages: String,
        default_appl_ver_id: String, timestamps: String, reject_malformed: bool,
        sends_per_second_max: u32, receives_per_second_max: u32, validation: String,
    }
    /// When a FIX session is open.
    RawSchedule { open: String, days: Vec<String>, start: String, end: String, zone: String }
    /// The simulated broker.
    RawBroker {
        latency_in_us: u64, latency_out_us: u64, latency_jitter_us: u64, latency_observed: String,
        latency_feed_us: u64, maker_fee_ppm: i64, taker_fee_ppm: i64, fee_tiers: Vec<RawFeeTier>,
        queue: String, queue_exponent: u8, reject_ppm: u32, outages: Vec<RawOutage>,
        funding_ppm: i64, funding_interval_s: u64, collateral: String,
        margin_brackets: Vec<RawBracket>, withdrawal_percent: u32, seed: u64,
    }
    /// Maintenance margin from a value of a position on.
    RawBracket { from: String, maintenance_ppm: u32 }
    /// Fees from a traded volume on.
    RawFeeTier { volume: String, maker_fee_ppm: i64, taker_fee_ppm: i64 }
    /// A time without connection.
    RawOutage { after_s: u64, length_s: u64 }
    /// The acceptor of FIX sessions.
    RawAcceptor {
        listen: String, store_directory: String, users_file: String, connections_max: usize,
        connections_per_address_max: usize, logon_timeout_ms: u64, proxies: Vec<String>,
        cores: Vec<usize>, dialects: Vec<String>, tls: RawServerTls, session: Vec<RawAccepted>,
        template: Vec<RawTemplate>, options: RawSession, schedule: RawSchedule,
    }
    /// TLS of an acceptor.
    RawServerTls {
        mode: String, certificate_file: String, key_file: String, client_ca_file: String,
    }
    /// A session that is known by name.
    RawAccepted {
        version: String, sender_comp_id: String, target_comp_id: String, login: String,
    }
    /// Sessions that are made when they are needed.
    RawTemplate { version: String, sender_comp_id: String, sessions_max: usize }
    /// The admin port.
    RawAdmin { listen: String, allow_remote: bool }
    /// The demo.
    RawDemo { seed: u64, speed: String }
}

/// A further gateway: a name beside the keys of `[gateway]`, and a whole dialect.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RawFurther {
    /// `gateways.name`.
    pub name: String,
    /// What `[gateway]` has.
    #[serde(flatten)]
    pub session: RawGateway,
    /// `gateways.own_dialect`, with the keys of `config/fix/standard.toml`.
    pub own_dialect: RawDialect,
}
