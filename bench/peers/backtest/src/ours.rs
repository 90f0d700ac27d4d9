//! Our side: the pipeline with risk and order handling on, the simulated exchange behind it.

use std::time::Instant;

use gannet_pipeline::strategy::{OrderView, Signals, Strategy, StrategyEvent, View};
use gannet_pipeline::{
    AccountConfig, GatewayConfig, InstrumentLimits, Pipeline, PipelineConfig, PositionCheck,
    RiskLimits, RiskSetup, RoutingConfig, StrategyConfig,
};
use gannet_sim::{Exchange, ExchangeConfig, Latency, QueueModel};
use gannet_types::{
    AccountId, Capabilities, ExecKind, ExecutionReport, GateMode, GatewayId, GatewayState,
    GatewayStatus, Input, Lots, Nanos, Notional, OUTBOX_CAPACITY, OrderId, OrderStatus, OrderTerms,
    OrderType, Outbox, Output, RejectReason, Side, Signal, SignalAction, StrategyId, Text, Ticks,
    TimeInForce,
};

use crate::quotes::{Fill, INTERVAL, LATENCY, Quotes, Run};
use crate::tape::Tape;

/// Quotes on both sides, one order each, looked after every [`INTERVAL`].
struct MarketMaker {
    order: Lots,
    positions: Vec<i64>,
}

impl Strategy for MarketMaker {
    fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
        let StrategyEvent::Timer = event else { return };
        let position = view.position.lots.0;
        self.positions.push(position);
        let (Some(bid), Some(ask)) = (view.book.best_bid(), view.book.best_ask()) else { return };
        let quotes = Quotes::around(bid.price, ask.price, position, self.order.0);
        for (side, wanted) in [(Side::Buy, quotes.bid), (Side::Sell, quotes.ask)] {
            let mut stands = false;
            for order in view.orders.iter().filter(|order| order.side == side) {
                stands = true;
                if wanted != Some(order.price) && is_cancellable(order) {
                    self.push(view, signals, SignalAction::Cancel(order.id), side, order.price);
                }
            }
            let crosses = |price: Ticks| {
                let others = view.orders.iter().filter(|order| order.side != side);
                others.into_iter().any(|order| side.reaches(price, order.price))
            };
            if let Some(price) = wanted.filter(|&price| !stands && !crosses(price)) {
                self.push(view, signals, SignalAction::Place, side, price);
            }
        }
    }
}

fn is_cancellable(order: &OrderView) -> bool {
    matches!(order.status, OrderStatus::New | OrderStatus::PartiallyFilled)
}

impl MarketMaker {
    fn push(
        &self,
        view: &View<'_>,
        signals: &mut Signals,
        action: SignalAction,
        side: Side,
        price: Ticks,
    ) {
        let signal = Signal {
            strategy: StrategyId(0),
            instrument: view.instrument.id,
            action,
            side,
            order_type: OrderType::Limit,
            price,
            lots: self.order,
            time_in_force: TimeInForce::PostOnly,
            terms: OrderTerms::PLAIN,
            confidence: 50,
            reason: Text::default(),
            origin: view.origin,
        };
        signals.push(signal).expect("two orders need two signals");
    }
}

/// What can happen next; of what happens at once, the first in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Next {
    Local,
    Order,
    Venue,
    Timer,
}

/// Pipeline and exchange, joined by virtual time.
struct Desk {
    pipeline: Pipeline<MarketMaker>,
    exchange: Exchange,
    outbox: Outbox,
    run: Run,
}

/// Trades `order` lots a side over the tape.
pub fn run(tape: &Tape, queue: QueueModel, order: Lots) -> Run {
    let strategy = MarketMaker { order, positions: Vec::with_capacity(1 << 16) };
    let config = ExchangeConfig {
        latency_in: Latency::constant(LATENCY),
        latency_out: Latency::constant(LATENCY),
        queue,
        ..ExchangeConfig::default()
    };
    let mut desk = Desk {
        pipeline: Pipeline::new(self::config(tape, order), strategy),
        exchange: Exchange::new(config, &[tape.instrument]),
        outbox: Outbox::with_capacity(OUTBOX_CAPACITY),
        run: Run::default(),
    };
    let started = Instant::now();
    desk.trade(tape);
    desk.run.seconds = started.elapsed().as_secs_f64();
    let mut run = desk.run;
    run.positions.clone_from(&desk.pipeline.strategy().positions);
    run.fills.sort_unstable();
    run
}

impl Desk {
    fn trade(&mut self, tape: &Tape) {
        let begin = tape.stamp(0).expect("a tape has messages").venue;
        let up = GatewayStatus { gateway: GatewayId(0), state: GatewayState::Up };
        self.input(begin, &Input::Gateway(up));
        let (mut seen, mut happened) = (0, 0);
        let mut timer = begin.after(INTERVAL);
        while let Some(local) = tape.stamp(seen) {
            let never = Nanos(u64::MAX);
            let venue = tape.stamp(happened).map_or(never, |stamp| stamp.venue);
            let order = self.exchange.next_time().unwrap_or(never);
            let candidates = [
                (local.local, Next::Local),
                (order, Next::Order),
                (venue, Next::Venue),
                (timer, Next::Timer),
            ];
            let (now, next) = candidates.into_iter().min().expect("there are four");
            match next {
                Next::Local => {
                    self.input(now, &Input::Market(tape.message(seen)));
                    seen += 1;
                }
                Next::Order => self.hear(now),
                Next::Venue => {
                    self.exchange.on_market(now, &tape.message(happened));
                    happened += 1;
                }
                Next::Timer => {
                    self.input(now, &Input::Timer);
                    timer = now.after(INTERVAL);
                }
            }
        }
    }

    fn hear(&mut self, now: Nanos) {
        while let Some(mut report) = self.exchange.poll(now) {
            report.received = now;
            self.note(&report);
            self.input(now, &Input::Execution(report));
        }
    }

    fn note(&mut self, report: &ExecutionReport) {
        if report.kind == ExecKind::Trade {
            self.run.fills.push(Fill {
                at: report.transact_time.0,
                buys: report.side == Side::Buy,
                price: report.last_price.0,
                lots: report.last_lots.0,
            });
        }
    }

    fn input(&mut self, now: Nanos, input: &Input<'_>) {
        self.outbox.clear();
        self.pipeline.on_input(now, input, &mut self.outbox);
        for output in self.outbox.iter() {
            match output {
                Output::Order(request) => {
                    self.run.requests += 1;
                    self.exchange.on_request(now, request);
                }
                Output::Reject(reject) => {
                    let by_venue = reject.reason == RejectReason::WouldTake;
                    assert!(by_venue, "no limit is meant to be hit: {reject:?}");
                }
                _ => {}
            }
        }
    }
}

/// Every check is on, and none is meant to refuse.
fn config(tape: &Tape, order: Lots) -> PipelineConfig {
    PipelineConfig {
        instruments: vec![tape.instrument],
        bars: Vec::new(),
        frames: None,
        accounts: vec![AccountConfig::new("main", GatewayId(0))],
        strategies: vec![StrategyConfig::new("maker", AccountId(0), GateMode::Auto)],
        approval_timeout: Nanos::SECOND,
        approvals_max: 8,
        risk: RiskLimits {
            price_collar_ppm: 50_000,
            slippage_ppm_max: 50_000,
            messages_max: 1_000,
            message_window: Nanos::SECOND,
            duplicate_window: Nanos(1),
            book_age_max: Nanos(60_000_000_000),
            open_orders_max: 64,
            open_orders_per_instrument_max: 64,
        },
        risk_setup: RiskSetup::default(),
        limits: vec![InstrumentLimits {
            order_lots_max: order,
            order_notional_min: Notional(1),
            order_notional_max: Notional(1 << 60),
            position_lots_max: Lots(order.0 * 10),
            loss_max: Notional(1 << 60),
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
        order_timeout: Nanos(60_000_000_000),
        prediction_age_max: Nanos::SECOND,
        first_order_id: OrderId(1),
    }
}
