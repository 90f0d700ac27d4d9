//! What the pipeline must be told: instrument, account, strategy, risk. `gannet` reads the same from its
//! configuration files.

use gannet_pipeline::{
    AccountConfig, Currencies, GatewayConfig, InstrumentLimits, Listings, PipelineConfig,
    PositionCheck, RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_types::{
    AccountId, Capabilities, GateMode, GatewayId, Increment, Instrument, InstrumentId, Lots, Nanos,
    Notional, OrderId, Text,
};

/// One instrument on one simulated venue.
pub fn pipeline() -> PipelineConfig {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    PipelineConfig {
        instruments: vec![Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"WALK"),
            tick: step(b"0.01"),
            lot: step(b"1"),
            kind: gannet_types::InstrumentKind::Linear,
        }],
        bars: Vec::new(),
        frames: None,
        prediction_age_max: Nanos::SECOND,
        accounts: vec![AccountConfig::new("main", GatewayId(0))],
        strategies: vec![StrategyConfig::new("breakout", AccountId(0), GateMode::Auto)],
        approval_timeout: Nanos::SECOND,
        approvals_max: 8,
        risk: risk(),
        risk_setup: RiskSetup::default(),
        limits: vec![limits()],
        currencies: Currencies::default(),
        listings: Listings::default(),
        gateways: vec![GatewayConfig::new(true, Capabilities::BASIC)],
        routing: RoutingConfig::PLAIN,
        position_check: PositionCheck::default(),
        day_volumes: Vec::new(),
        drop_copy: None,
        status_interval: Nanos::SECOND,
        order_timeout: Nanos::SECOND,
        first_order_id: OrderId(1),
    }
}

fn risk() -> RiskLimits {
    RiskLimits {
        price_collar_ppm: 5_000,
        slippage_ppm_max: 5_000,
        messages_max: 50,
        message_window: Nanos::SECOND,
        duplicate_window: Nanos::from_millis(50),
        book_age_max: Nanos::SECOND,
        open_orders_max: 8,
        open_orders_per_instrument_max: 8,
    }
}

fn limits() -> InstrumentLimits {
    InstrumentLimits {
        order_lots_max: Lots(20),
        order_notional_min: Notional::ZERO,
        order_notional_max: Notional(4_000_000),
        position_lots_max: Lots(10),
        loss_max: Notional(1_000_000),
        is_restricted: false,
    }
}
