//! What an order costs from the signal to the request, with every check of risk on, and whether that
//! depends on how much there is: `cargo run --release --example risk_speed`.
//!
//! Each turn is a top of book, the order it leads to, what can wait until the order is on its way, and
//! the report that the order is gone. An order's cost is the time of a top with one, less the time of a
//! top without, each the median or the 99th percentile of all. Accounts hold positions, in as many
//! instruments as is said. Sizes take turns within each of the rounds, so that a neighbour on the machine
//! slows all alike.

use std::time::Instant;

use gannet_pipeline::risk::{OpenInterval, PortfolioLimits, VarConfig};
use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_pipeline::{
    AccountConfig, AccountLimits, Currencies, GatewayConfig, InstrumentLimits, Listings, Pipeline,
    PipelineConfig, RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_types::{
    AccountId, BarKind, Capabilities, ExecKind, ExecutionReport, FeedState, GateMode, GatewayId,
    GatewayState, GatewayStatus, Increment, Input, Instrument, InstrumentId, Level, Liquidity,
    Lots, Market, MarketEvent, Money, Nanos, Notional, OUTBOX_CAPACITY, OrderId, OrderRequest,
    OrderTerms, OrderType, Outbox, Output, RejectReason, Side, Signal, SignalAction, Text, Ticks,
    TimeInForce, TopOfBook, Trade,
};

/// Turns in a round.
const TURNS: u64 = 20_000;

/// Rounds.
const ROUNDS: usize = 15;

/// So many strategies a pipeline has at most.
const STRATEGIES: usize = 16;

/// Much, of whatever it is.
const MUCH: Money = Money(1 << 80);

/// One order of one strategy at each top, if it is to send.
#[derive(Default)]
struct Caller {
    turn: u64,
    sends: bool,
    strategies: u64,
}

impl Strategy for Caller {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let StrategyEvent::Top(top) = event else { return };
        if u64::from(view.strategy.0) != self.turn % self.strategies || !self.sends {
            return;
        }
        let _ = signals.push(Signal {
            strategy: view.strategy,
            instrument: view.instrument.id,
            action: SignalAction::Place,
            side: Side::Buy,
            order_type: OrderType::Limit,
            price: top.ask.price,
            lots: Lots(1),
            time_in_force: TimeInForce::ImmediateOrCancel,
            terms: OrderTerms::PLAIN,
            confidence: 50,
            reason: Text::default(),
            origin: view.origin,
        });
    }
}

/// How much there is.
#[derive(Clone, Copy)]
struct Size {
    instruments: u16,
    accounts: u16,
    held: u16,
}

struct Desk {
    pipeline: Pipeline<Caller>,
    outbox: Outbox,
    now: Nanos,
    update_id: u64,
    size: Size,
    orders: u64,
}

impl Desk {
    fn new(size: Size) -> Self {
        let strategies = STRATEGIES.min(usize::from(size.accounts)) as u64;
        let caller = Caller { strategies, ..Caller::default() };
        let mut desk = Self {
            pipeline: Pipeline::new(config(size), caller),
            outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
            now: Nanos::SECOND,
            update_id: 0,
            size,
            orders: 0,
        };
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        desk.input(&Input::Gateway(up));
        for bar in 0..3 {
            desk.now = desk.now.after(Nanos(1_000_000));
            for instrument in 0..size.instruments {
                desk.market(instrument, MarketEvent::Feed(FeedState::Live));
                let (price, lots) = (Ticks(618_000 + bar * 100), Lots(1));
                let trade = Trade { trade_id: 1, aggressor: Side::Buy, price, lots };
                desk.market(instrument, MarketEvent::Trade(trade));
            }
        }
        // The books are empty: a top is enough to trade by.
        for instrument in 0..size.held {
            for _ in 0..strategies {
                desk.turn(instrument, true, ExecKind::Trade, &mut Times::default());
            }
        }
        for instrument in 0..size.instruments {
            desk.turn(instrument, false, ExecKind::Canceled, &mut Times::default());
        }
        desk
    }

    fn input(&mut self, input: &Input<'_>) {
        self.outbox.clear();
        self.pipeline.on_input(self.now, input, &mut self.outbox);
    }

    fn market(&mut self, instrument: u16, event: MarketEvent<'_>) {
        let instrument = InstrumentId(instrument);
        let (exchange_time, received) = (self.now, self.now);
        self.input(&Input::Market(Market { instrument, exchange_time, received, event }));
    }

    /// A top, and what follows from it.
    fn turn(&mut self, instrument: u16, sends: bool, answer: ExecKind, times: &mut Times) {
        self.update_id += 1;
        self.now = self.now.after(Nanos(20_000));
        let caller = self.pipeline.strategy_mut();
        caller.turn += 1;
        caller.sends = sends;
        let bid = Level { price: Ticks(618_000 + (self.update_id % 16) as i64), lots: Lots(5) };
        let ask = Level { price: Ticks(bid.price.0 + 1), lots: Lots(5) };
        let update_id = self.update_id;
        let top = if sends { &mut times.orders } else { &mut times.tops };
        let begun = Instant::now();
        self.market(instrument, MarketEvent::Top(TopOfBook { update_id, bid, ask }));
        top.push(begun.elapsed().as_nanos() as u64);
        let order = self.outbox.iter().find_map(|output| match output {
            Output::Order(request) => Some(*request),
            _ => None,
        });
        let begun = Instant::now();
        self.pipeline.catch_up();
        times.catches_up.push(begun.elapsed().as_nanos() as u64);
        if let Some(order) = order {
            self.orders += 1;
            let report = report(&order, answer, self.now);
            let begun = Instant::now();
            self.input(&Input::Execution(report));
            times.reports.push(begun.elapsed().as_nanos() as u64);
            self.pipeline.catch_up();
        }
    }

    fn round(&mut self, sends: bool, times: &mut Times) {
        for turn in 0..TURNS {
            let instrument = (turn * 7 % u64::from(self.size.instruments)) as u16;
            self.turn(instrument, sends, ExecKind::Canceled, times);
        }
    }
}

/// Nanoseconds of each call, with what it takes to look at the clock.
#[derive(Default)]
struct Times {
    /// Tops that lead to no order, and those that lead to one.
    tops: Vec<u64>,
    orders: Vec<u64>,
    catches_up: Vec<u64>,
    reports: Vec<u64>,
}

fn main() {
    let sizes = [
        Size { instruments: 1, accounts: 1, held: 1 },
        Size { instruments: 64, accounts: 16, held: 10 },
        Size { instruments: 1_000, accounts: 100, held: 10 },
        Size { instruments: 1_000, accounts: 100, held: 1_000 },
    ];
    if let Some((size, turns)) = counted() {
        let mut desk = Desk::new(sizes[size]);
        for turn in 0..turns {
            let instrument = (turn * 7 % u64::from(desk.size.instruments)) as u16;
            desk.turn(instrument, true, ExecKind::Canceled, &mut Times::default());
        }
        println!("orders={} rejects={}", desk.orders, desk.pipeline.counters().rejects);
        return;
    }
    let mut desks: Vec<_> =
        sizes.into_iter().map(|size| (Desk::new(size), Times::default())).collect();
    let mut clock: Vec<u64> =
        (0..TURNS).map(|_| Instant::now().elapsed().as_nanos() as u64).collect();
    for _ in 0..ROUNDS {
        for (desk, times) in &mut desks {
            desk.round(true, times);
            desk.round(false, times);
        }
    }
    println!("clock_ns={}", percentile(&mut clock, 50));
    for (desk, times) in &mut desks {
        let Size { instruments, accounts, held } = desk.size;
        let mut order = |percent| {
            percentile(&mut times.orders, percent)
                .saturating_sub(percentile(&mut times.tops, percent))
        };
        println!(
            "instruments={instruments} accounts={accounts} held={held} order_p50_ns={} order_p99_ns={} catch_up_p50_ns={} report_p50_ns={} orders={} rejects={}",
            order(50),
            order(99),
            percentile(&mut times.catches_up, 50),
            percentile(&mut times.reports, 50),
            desk.orders,
            desk.pipeline.counters().rejects,
        );
    }
}

fn percentile(times: &mut [u64], percent: usize) -> u64 {
    times.sort_unstable();
    times[times.len() * percent / 100]
}

/// A size by its place and a number of turns, if they are given: for counting instructions, those of
/// so many turns less those of none.
fn counted() -> Option<(usize, u64)> {
    let mut words = std::env::args().skip(1);
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

fn report(order: &OrderRequest, kind: ExecKind, now: Nanos) -> ExecutionReport {
    let traded = if kind == ExecKind::Trade { order.lots } else { Lots::ZERO };
    ExecutionReport {
        gateway: order.gateway,
        instrument: order.instrument,
        kind,
        client_order_id: order.client_order_id,
        side: order.side,
        last_lots: traded,
        last_price: order.price,
        cum_lots: traded,
        leaves_lots: Lots::ZERO,
        price: order.price,
        position_effect: gannet_types::PositionEffect::None,
        fee: Notional::ZERO,
        liquidity: Liquidity::Taker,
        reason: RejectReason::None,
        transact_time: now,
        received: now,
        session_sequence: 0,
        exec_id: Text::default(),
        exec_ref_id: Text::default(),
        venue_order_id: Text::default(),
    }
}

/// Every limit on, and out of the way.
fn limits() -> AccountLimits {
    AccountLimits {
        loss_per_day_max: MUCH,
        loss_per_week_max: MUCH,
        drawdown_max: MUCH,
        losses_in_a_row_max: u32::MAX,
        orders_per_day_max: u32::MAX,
        gross_exposure_max: MUCH,
        portfolio: PortfolioLimits {
            capital: Money(1 << 60),
            net_exposure_max: MUCH,
            gross_leverage_ppm_max: 1 << 40,
            net_leverage_ppm_max: 1 << 40,
            open_positions_max: 100_000,
            trade_risk_ppm_max: 1 << 40,
            worst_move_ppm: 50_000,
            concentration_ppm_max: 1_000_000,
            concentration_from: Money(1),
            group_exposure_max: MUCH,
            credit: MUCH,
            credit_of_all: MUCH,
            historical_var_max: MUCH,
            parametric_var_max: MUCH,
        },
    }
}

/// Every window, calendar and measure.
fn setup(size: Size, bar: BarKind) -> RiskSetup {
    RiskSetup {
        groups: vec![Some(0); usize::from(size.instruments)],
        trades_per_window_max: 64,
        trade_window: Nanos(1_000_000),
        calendars: vec![vec![OpenInterval { opens: Nanos(0), closes: Nanos(u64::MAX) }]],
        followed: vec![Some(0); usize::from(size.instruments)],
        closing_window: Nanos::SECOND,
        var: Some(VarConfig {
            bar,
            returns: 250,
            returns_min: 2,
            quantile_ppm: 990_000,
            deviations_ppm: 2_326_000,
            decay_ppm: 940_000,
            horizon_ppm: 1_000_000,
        }),
    }
}

fn config(size: Size) -> PipelineConfig {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    let bar = BarKind::Tick(1);
    let mut account = AccountConfig::new("one", GatewayId(0));
    account.limits = limits();
    let strategies = STRATEGIES.min(usize::from(size.accounts)) as u16;
    let strategy = |id| StrategyConfig::new("caller", AccountId(id), GateMode::Auto);
    PipelineConfig {
        frames: None,
        prediction_age_max: Nanos::SECOND,
        instruments: (0..size.instruments)
            .map(|id| Instrument {
                id: InstrumentId(id),
                symbol: Text::new(b"BTCUSDT"),
                tick: step(b"0.1"),
                lot: step(b"0.001"),
                kind: gannet_types::InstrumentKind::Linear,
            })
            .collect(),
        bars: vec![bar],
        accounts: vec![account; usize::from(size.accounts)],
        strategies: (0..strategies).map(strategy).collect(),
        approval_timeout: Nanos::SECOND,
        routing: RoutingConfig::PLAIN,
        approvals_max: 1,
        risk: RiskLimits {
            price_collar_ppm: 10_000,
            slippage_ppm_max: 100_000,
            messages_max: 65_536,
            message_window: Nanos::MILLISECOND,
            duplicate_window: Nanos(1_000),
            book_age_max: Nanos(u64::MAX),
            open_orders_max: 64,
            open_orders_per_instrument_max: 64,
        },
        risk_setup: setup(size, bar),
        limits: vec![
            InstrumentLimits {
                order_lots_max: Lots(10),
                order_notional_min: Notional(1),
                order_notional_max: Notional(i128::MAX),
                position_lots_max: Lots(1_000),
                loss_max: Notional(1 << 80),
                is_restricted: false,
            };
            usize::from(size.instruments)
        ],
        currencies: Currencies::default(),
        listings: Listings::default(),
        gateways: vec![GatewayConfig::new(true, Capabilities::BASIC)],
        position_check: gannet_pipeline::PositionCheck::default(),
        day_volumes: Vec::new(),
        drop_copy: None,
        status_interval: Nanos(u64::MAX),
        order_timeout: Nanos::SECOND,
        first_order_id: OrderId(1),
    }
}
