//! Under which conditions a seed trades: accounts, strategies, gateways, limits, what brokers can do.

use gannet_pipeline::{
    AccountConfig, AccountLimits, BreakerLimits, Currencies, GatewayConfig, GatewayFees,
    GatewayList, InstrumentLimits, Listings, PipelineConfig, PortfolioLimits, PositionCheck,
    PositionsTold, RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_sim::Random;
use gannet_types::{
    AccountId, BarKind, Capabilities, CurrencyId, GateMode, GatewayId, Increment, Instrument,
    InstrumentId, Lots, Money, Nanos, Notional, OrderId, OrderType, Rate, Text,
};

/// How many instruments are traded.
pub const INSTRUMENTS: u16 = 2;

/// How long the venue may be silent.
pub const ORDER_TIMEOUT: Nanos = Nanos(100 * Nanos::MILLISECOND.0);

/// What a lot times a tick is worth, in units of money, at a rate of one.
pub const UNIT: i128 = 10_000;

/// The second instrument's currency, where it has one of its own.
pub const FOREIGN: CurrencyId = CurrencyId(1);

/// The accounts, strategies and gateways of a seed.
#[derive(Clone, Copy, Debug)]
struct Shape {
    accounts: u64,
    strategies: u64,
    gateways: u64,
}

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

/// Returns the instruments' ids.
pub fn ids() -> impl Iterator<Item = InstrumentId> {
    (0..INSTRUMENTS).map(InstrumentId)
}

/// Draws a configuration.
///
/// # Panics
/// Never: a rate of one and a quarter is one.
#[must_use]
pub fn pipeline(random: &mut Random) -> PipelineConfig {
    let shape = shape(random);
    let simulated = random.chance(85);
    let gateways: Vec<_> = (0..shape.gateways).map(|_| gateway(random, simulated)).collect();
    let listens = random.chance(40);
    let quoted = if random.chance(40) { vec![CurrencyId(0), FOREIGN] } else { Vec::new() };
    PipelineConfig {
        frames: None,
        position_check: position_check(random),
        day_volumes: Vec::new(),
        prediction_age_max: Nanos::SECOND,
        instruments: instruments(),
        bars: vec![BarKind::Tick(20), BarKind::Time(Nanos::from_millis(200))],
        accounts: (0..shape.accounts).map(|_| account(random, shape)).collect(),
        strategies: (0..shape.strategies).map(|index| strategy(random, index, shape)).collect(),
        approval_timeout: Nanos::from_millis(400),
        approvals_max: 8,
        risk: risk(random),
        risk_setup: risk_setup(random),
        limits: ids().map(|_| instrument_limits()).collect(),
        currencies: Currencies { quoted, rates: vec![Rate::new(125, 2).expect("a rate")] },
        listings: Listings::default(),
        drop_copy: listens.then_some(GatewayId(gateways.len() as u8)),
        gateways,
        routing: routing(random),
        status_interval: Nanos::from_millis(250),
        order_timeout: ORDER_TIMEOUT,
        first_order_id: OrderId(1),
    }
}

/// One of each in a third of the seeds.
fn shape(random: &mut Random) -> Shape {
    if random.chance(33) {
        return Shape { accounts: 1, strategies: 1, gateways: 1 };
    }
    let accounts = 1 + random.below(4);
    let strategies = accounts + random.below(7 - accounts);
    Shape { accounts, strategies, gateways: 1 + random.below(3) }
}

fn gateway(random: &mut Random, simulated: bool) -> GatewayConfig {
    let mut types = vec![OrderType::Market, OrderType::Limit];
    if random.chance(60) {
        types.push(OrderType::Stop);
    }
    let mut capabilities = Capabilities::BASIC.with_order_types(&types);
    capabilities.replace = random.chance(70);
    capabilities.mass_cancel = random.chance(40);
    capabilities.mass_status = random.chance(40);
    capabilities.dont_know_trade = random.chance(50);
    capabilities.positions = random.chance(80);
    let fee = random.around(20) as i32;
    GatewayConfig {
        fees: GatewayFees { maker_ppm: fee, taker_ppm: fee + 10 },
        ..GatewayConfig::new(simulated, capabilities)
    }
}

fn position_check(random: &mut Random) -> PositionCheck {
    if random.chance(50) {
        return PositionCheck::default();
    }
    PositionCheck {
        interval: Nanos::from_millis(150 + random.below(150)),
        adjusts: random.chance(50),
        timeout: Nanos::from_millis(if random.chance(50) { 100 } else { 0 }),
        trades_unknown: random.chance(70),
    }
}

fn risk(random: &mut Random) -> RiskLimits {
    RiskLimits {
        price_collar_ppm: 50_000,
        slippage_ppm_max: 50_000,
        messages_max: if random.chance(30) { 30 } else { 300 },
        message_window: Nanos::SECOND,
        duplicate_window: Nanos::from_millis(20),
        book_age_max: Nanos::from_millis(150),
        open_orders_max: 12,
        open_orders_per_instrument_max: 5,
    }
}

fn risk_setup(random: &mut Random) -> RiskSetup {
    let groups = if random.chance(50) { vec![Some(0), Some(0)] } else { Vec::new() };
    let trades_per_window_max = if random.chance(30) { 4 } else { 0 };
    RiskSetup {
        groups,
        trades_per_window_max,
        trade_window: Nanos::from_millis(300),
        ..RiskSetup::default()
    }
}

fn routing(random: &mut Random) -> RoutingConfig {
    if random.chance(50) {
        return RoutingConfig::PLAIN;
    }
    let breaker = BreakerLimits {
        in_a_row: 2,
        in_window: 4,
        window: Nanos::from_millis(500),
        open: Nanos::from_millis(200),
    };
    RoutingConfig {
        latency_ppb_per_ms: 1_000,
        refusal_ppb_per_percent: 1_000,
        measure_age_max: Nanos::from_millis(300),
        breaker,
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

fn account(random: &mut Random, shape: Shape) -> AccountConfig {
    let gateways = gateways(random, shape.gateways);
    let is_alone = gateways.as_slice().len() == 1;
    AccountConfig {
        gateways,
        // The auditor's books have no parts: of several gateways nobody is asked.
        positions: if is_alone { PositionsTold::InParts } else { PositionsTold::Nowhere },
        limits: account_limits(random),
        is_hedged: random.chance(35),
        ..AccountConfig::new("faults", GatewayId(0))
    }
}

/// Some of the gateways, in any order.
fn gateways(random: &mut Random, count: u64) -> GatewayList {
    let mut ids: Vec<_> = (0..count as u8).map(GatewayId).collect();
    for last in (1..ids.len()).rev() {
        ids.swap(last, random.below(last as u64 + 1) as usize);
    }
    ids.truncate(1 + random.below(count) as usize);
    GatewayList::new(&ids).expect("at least one, each once")
}

fn strategy(random: &mut Random, index: u64, shape: Shape) -> StrategyConfig {
    let account = if index < shape.accounts { index } else { random.below(shape.accounts) };
    let mode = match random.below(10) {
        0..6 => GateMode::Auto,
        6 | 7 => GateMode::Assisted,
        _ => GateMode::Paper,
    };
    StrategyConfig {
        automated_orders_max: if random.chance(40) { 3 + random.below(8) as u32 } else { 0 },
        single_entry: random.chance(20),
        ..StrategyConfig::new("dice", AccountId(account as u16), mode)
    }
}

fn account_limits(random: &mut Random) -> AccountLimits {
    let mut limits = AccountLimits::NONE;
    if random.chance(40) {
        limits.drawdown_max = Money(4_000 * UNIT);
        limits.losses_in_a_row_max = 6;
    }
    if random.chance(50) {
        limits.portfolio = portfolio(random);
        limits.gross_exposure_max = some(random, 30_000);
    }
    limits
}

fn portfolio(random: &mut Random) -> PortfolioLimits {
    PortfolioLimits {
        capital: Money(100_000 * UNIT),
        net_exposure_max: some(random, 24_000),
        open_positions_max: if random.chance(20) { 1 } else { u32::MAX },
        gross_leverage_ppm_max: if random.chance(40) { 180_000 } else { u64::MAX },
        trade_risk_ppm_max: if random.chance(30) { 3_500 } else { u64::MAX },
        worst_move_ppm: 50_000,
        group_exposure_max: some(random, 32_000),
        credit: some(random, 34_000),
        credit_of_all: some(random, 60_000),
        ..PortfolioLimits::NONE
    }
}

/// A limit in about half of the cases.
fn some(random: &mut Random, value: i128) -> Money {
    if random.chance(50) { Money(value * UNIT) } else { Money::MAX }
}
