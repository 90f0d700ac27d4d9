//! Under which conditions a seed trades: instruments, limits, what the broker can do.

use gannet_pipeline::{
    AccountConfig, AccountLimits, Currencies, GatewayConfig, InstrumentLimits, Listings,
    PipelineConfig, RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_sim::Random;
use gannet_types::{
    AccountId, BarKind, Capabilities, GateMode, GatewayId, Increment, Instrument, InstrumentId,
    Lots, Money, Nanos, Notional, OrderId, OrderType, StrategyId, Text,
};

/// How many instruments are traded.
pub const INSTRUMENTS: u16 = 2;

/// The account that trades.
pub const ACCOUNT: AccountId = AccountId(0);

/// The one strategy.
pub const STRATEGY: StrategyId = StrategyId(0);

/// The one gateway.
pub const GATEWAY: GatewayId = GatewayId(0);

/// How long the venue may be silent.
pub const ORDER_TIMEOUT: Nanos = Nanos(100 * Nanos::MILLISECOND.0);

/// Returns what is traded.
///
/// # Panics
/// Never: the steps are numbers.
#[must_use]
pub fn instruments() -> Vec<Instrument> {
    let step = Increment::parse(b"0.01").expect("a step");
    let instrument = |id| Instrument {
        id: InstrumentId(id),
        symbol: Text::new(b"FAULTS"),
        tick: step,
        lot: step,
        kind: gannet_types::InstrumentKind::Linear,
    };
    (0..INSTRUMENTS).map(instrument).collect()
}

/// Draws a configuration.
#[must_use]
pub fn pipeline(random: &mut Random) -> PipelineConfig {
    let types = [OrderType::Market, OrderType::Limit, OrderType::Stop];
    let mut capabilities = Capabilities::BASIC.with_order_types(&types);
    capabilities.replace = random.chance(70);
    capabilities.mass_cancel = random.chance(40);
    capabilities.mass_status = random.chance(40);
    capabilities.dont_know_trade = random.chance(50);
    PipelineConfig {
        frames: None,
        position_check: gannet_pipeline::PositionCheck::default(),
        day_volumes: Vec::new(),
        prediction_age_max: Nanos::SECOND,
        instruments: instruments(),
        bars: vec![BarKind::Tick(20), BarKind::Time(Nanos::from_millis(200))],
        accounts: vec![account(random)],
        strategies: vec![strategy(random)],
        approval_timeout: Nanos::from_millis(400),
        approvals_max: 8,
        risk: RiskLimits {
            price_collar_ppm: 50_000,
            slippage_ppm_max: 50_000,
            messages_max: if random.chance(30) { 30 } else { 300 },
            message_window: Nanos::SECOND,
            duplicate_window: Nanos::from_millis(20),
            book_age_max: Nanos::from_millis(150),
            open_orders_max: 8,
            open_orders_per_instrument_max: 5,
        },
        risk_setup: RiskSetup::default(),
        limits: (0..INSTRUMENTS).map(|_| instrument_limits()).collect(),
        currencies: Currencies::default(),
        listings: Listings::default(),
        gateways: vec![GatewayConfig::new(true, capabilities)],
        routing: RoutingConfig::PLAIN,
        drop_copy: None,
        status_interval: Nanos::from_millis(250),
        order_timeout: ORDER_TIMEOUT,
        first_order_id: OrderId(1),
    }
}

fn instrument_limits() -> InstrumentLimits {
    InstrumentLimits {
        order_lots_max: Lots(10),
        order_notional_min: Notional::ZERO,
        order_notional_max: Notional(9_500),
        position_lots_max: Lots(25),
        loss_max: Notional(1_000_000),
        is_restricted: false,
    }
}

fn account(random: &mut Random) -> AccountConfig {
    AccountConfig { limits: account_limits(random), ..AccountConfig::new("faults", GATEWAY) }
}

fn strategy(random: &mut Random) -> StrategyConfig {
    let mode = if random.chance(80) { GateMode::Auto } else { GateMode::Paper };
    StrategyConfig {
        automated_orders_max: if random.chance(30) { 20 } else { 0 },
        ..StrategyConfig::new("dice", ACCOUNT, mode)
    }
}

fn account_limits(random: &mut Random) -> AccountLimits {
    if random.chance(60) {
        return AccountLimits::NONE;
    }
    AccountLimits {
        drawdown_max: Money(300_000_000_000),
        losses_in_a_row_max: 6,
        ..AccountLimits::NONE
    }
}
