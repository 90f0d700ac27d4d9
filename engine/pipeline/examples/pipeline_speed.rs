//! How long a book level and a top-of-book input take: `cargo run --release --example pipeline_speed`.
//!
//! A generated walk, one warm-up round, the best of nine rounds; the digest shows that the work
//! was done.

use std::time::Instant;

use gannet_pipeline::book::Book;
use gannet_pipeline::strategy::{Signals, Strategy, StrategyEvent, View};
use gannet_pipeline::{
    AccountConfig, GatewayConfig, InstrumentLimits, Pipeline, PipelineConfig, PositionCheck,
    RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_types::{
    AccountId, Capabilities, FeedState, GateMode, GatewayId, GatewayState, GatewayStatus,
    Increment, Input, Instrument, InstrumentId, Level, Lots, Market, MarketEvent, Nanos, Notional,
    OUTBOX_CAPACITY, OrderId, OrderTerms, OrderType, Outbox, Side, Signal, SignalAction,
    StrategyId, Text, Ticks, TimeInForce, TopOfBook,
};

const LEVELS: usize = 1 << 20;
const TOPS: u64 = 1 << 20;

/// Wants to buy at every `every`-th top; risk soon refuses.
struct Sparse {
    every: u64,
    seen: u64,
}

impl Strategy for Sparse {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let StrategyEvent::Top(top) = event else { return };
        self.seen += 1;
        if !self.seen.is_multiple_of(self.every) {
            return;
        }
        let _ = signals.push(Signal {
            strategy: StrategyId(0),
            instrument: view.instrument.id,
            action: SignalAction::Place,
            side: Side::Buy,
            order_type: OrderType::Limit,
            price: top.bid.price,
            lots: Lots(1),
            time_in_force: TimeInForce::GoodTillCancel,
            terms: OrderTerms::PLAIN,
            confidence: 50,
            reason: Text::default(),
            origin: view.origin,
        });
    }
}

fn main() {
    let updates = walk();
    let mut book = Book::new();
    let mut best = f64::MAX;
    for _ in 0..10 {
        let started = Instant::now();
        for &(side, level) in &updates {
            book.apply(side, level);
        }
        best = best.min(started.elapsed().as_nanos() as f64 / LEVELS as f64);
    }
    let digest: i64 = book.levels(Side::Buy).map(|level| level.price.0 ^ level.lots.0).sum();
    println!("book_level_ns={best:.1} digest={digest}");
    for every in [u64::MAX, 1] {
        let (nanos, orders, rejects) = tops(every);
        println!("top_input_ns={nanos:.1} orders={orders} rejects={rejects}");
    }
}

/// Level changes around a moving price, distances as in a real book: most close, some far.
fn walk() -> Vec<(Side, Level)> {
    let mut state = 1_u64;
    let mut price = 618_000;
    let mut next = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as i64
    };
    (0..LEVELS)
        .map(|_| {
            price += next() % 3 - 1;
            let reach = [5, 50, 500, 5_000][next() as usize % 4];
            let distance = 1 + next() % reach;
            let lots = Lots((next() % 3).min(1) * (next() % 900));
            if next() % 2 == 0 {
                (Side::Buy, Level { price: Ticks(price - distance), lots })
            } else {
                (Side::Sell, Level { price: Ticks(price + distance), lots })
            }
        })
        .collect()
}

fn tops(every: u64) -> (f64, u64, u64) {
    let mut pipeline = Pipeline::new(config(), Sparse { every, seen: 0 });
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
    pipeline.on_input(Nanos::SECOND, &Input::Gateway(up), &mut outbox);
    let mut best = f64::MAX;
    let mut time = Nanos::SECOND;
    let message = |event| Market {
        instrument: InstrumentId(0),
        exchange_time: Nanos::ZERO,
        received: Nanos(1),
        event,
    };
    let live = message(MarketEvent::Feed(FeedState::Live));
    pipeline.on_input(time, &Input::Market(live), &mut outbox);
    let mut update_id = 0;
    for _ in 0..10 {
        let started = Instant::now();
        for _ in 0..TOPS {
            update_id += 1;
            time = time.after(Nanos(20_000));
            let bid = Level { price: Ticks(618_000 + (update_id % 16) as i64), lots: Lots(5) };
            let ask = Level { price: Ticks(bid.price.0 + 1), lots: Lots(5) };
            let top = message(MarketEvent::Top(TopOfBook { update_id, bid, ask }));
            outbox.clear();
            pipeline.on_input(time, &Input::Market(top), &mut outbox);
        }
        best = best.min(started.elapsed().as_nanos() as f64 / TOPS as f64);
    }
    (best, pipeline.counters().orders, pipeline.counters().rejects)
}

fn config() -> PipelineConfig {
    let step = |text: &[u8]| Increment::parse(text).expect("a step");
    PipelineConfig {
        frames: None,
        prediction_age_max: Nanos::SECOND,
        instruments: vec![Instrument {
            id: InstrumentId(0),
            symbol: Text::new(b"BTCUSDT"),
            tick: step(b"0.1"),
            lot: step(b"0.001"),
            kind: gannet_types::InstrumentKind::Linear,
        }],
        bars: Vec::new(),
        accounts: vec![AccountConfig::new("main", GatewayId(0))],
        strategies: vec![StrategyConfig::new("speed", AccountId(0), GateMode::Auto)],
        approval_timeout: Nanos::SECOND,
        approvals_max: 8,
        risk: RiskLimits {
            price_collar_ppm: 10_000,
            slippage_ppm_max: 10_000,
            messages_max: 100,
            message_window: Nanos::SECOND,
            duplicate_window: Nanos::from_millis(10),
            book_age_max: Nanos::SECOND,
            open_orders_max: 64,
            open_orders_per_instrument_max: 64,
        },
        risk_setup: RiskSetup::default(),
        limits: vec![InstrumentLimits {
            order_lots_max: Lots(10),
            order_notional_min: Notional::ZERO,
            order_notional_max: Notional(1 << 40),
            position_lots_max: Lots(4),
            loss_max: Notional(1 << 40),
            is_restricted: false,
        }],
        currencies: gannet_pipeline::Currencies::default(),
        listings: gannet_pipeline::Listings::default(),
        gateways: vec![GatewayConfig::new(true, Capabilities::BASIC)],
        routing: RoutingConfig::PLAIN,
        drop_copy: None,
        position_check: PositionCheck::default(),
        day_volumes: Vec::new(),
        status_interval: Nanos::SECOND,
        order_timeout: Nanos(u64::MAX),
        first_order_id: OrderId(1),
    }
}
