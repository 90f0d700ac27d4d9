//! The decision, a deterministic function of its inputs.
//!
//! [`Pipeline::on_input`] takes the time and one [`Input`] and puts what follows from it into an
//! [`Outbox`]: the same inputs give the same outputs, in live trading, replay and backtest. The
//! modules stand in the order a tick passes them: the message changes the [`book`] and the
//! [`bars`], the [`strategy`] answers with signals, `gate` and [`risk`] let them pass or not,
//! [`orders`] remembers what `route` sends, executions come back into [`positions`], and `timers`
//! look after what did not happen.
//!
//! Hot: called per input. No allocation after [`Pipeline::new`], no clock, no float.
//!
//! # Invariants
//! - Nothing is sent that is not recorded as an open order first.
//! - While the kill switch is on, nothing but cancels and status requests is sent.
//! - The outbox never overflows: what an input must cause fits (see `config`), everything else
//!   asks for room first.
#![forbid(unsafe_code)]

// What is needed before the first tick.
pub mod config;
pub mod counters;

// The way of a tick; blank lines keep the formatter from sorting it.
mod market;

pub mod book;

pub mod bars;

pub mod strategy;

mod signal;

mod gate;

mod close;

mod facts;

pub mod risk;

pub mod orders;

mod route;

mod execution;

pub mod positions;

mod correction;
mod drop_copy;
mod reconciliation;

// What does not come from a market or a venue.
mod command;
mod mass;
mod prediction;
mod timers;

#[cfg(test)]
mod tests;

pub use config::{GatewayConfig, PipelineConfig};
pub use counters::PipelineCounters;
pub use risk::{AccountLimits, InstrumentLimits, RiskLimits};

use gannet_types::{
    Alarm, ClientOrderId, GateMode, Input, Instrument, InstrumentId, MoneyScale, Nanos, Notional,
    OrderId, Outbox, Output, PositionReport, Reject, RejectReason, TopOfBook,
};

use bars::BarBuilder;
use book::Book;
use book::market::MarketState;
use close::Stopped;
use drop_copy::Foreign;
use gate::{Approvals, Gate};
use orders::{ClosedOrders, Order, Orders};
use positions::{Position, Trades};
use prediction::Frame;
use reconciliation::Reconciliation;
use risk::PreTradeRisk;
use route::Route;
use strategy::{SIGNALS_MAX, Signals, Strategy, StrategyEvent, View};
use timers::Timers;

/// A signal is forgotten unless this many outputs fit: two of its own, and one per kind of bar
/// and two per timer that may follow within the same input.
const SIGNAL_ROOM: usize = 128;

/// All state of the decision.
pub struct Pipeline<S> {
    config: PipelineConfig,
    strategy: S,
    signals: Signals,
    desks: Vec<Desk>,
    gate: Gate,
    /// How many instruments are being closed.
    closing: usize,
    approvals: Approvals,
    risk: PreTradeRisk,
    orders: Orders,
    closed: ClosedOrders,
    trades: Trades,
    foreign: Foreign,
    reconciliation: Reconciliation,
    /// The mass cancel that was sent last, until it is refused.
    mass_cancel: Option<ClientOrderId>,
    route: Route,
    timers: Timers,
    next_order_id: OrderId,
    counters: PipelineCounters,
}

/// What is kept of one instrument.
struct Desk {
    market: MarketState,
    bars: Vec<BarBuilder>,
    frame: Frame,
    stopped: Stopped,
    position: Position,
    scale: MoneyScale,
    /// What had been earned when the last round trip ended.
    trip_began_with: Notional,
}

impl<S: Strategy> Pipeline<S> {
    /// Reserves all memory; nothing is live or up before the inputs say so.
    ///
    /// # Panics
    /// If the configuration contradicts itself; see [`PipelineConfig`].
    #[must_use]
    pub fn new(config: PipelineConfig, strategy: S) -> Self {
        config.assert_consistent();
        let desk = |instrument: &Instrument| Desk {
            market: MarketState::new(),
            bars: config.bars.iter().map(|&kind| BarBuilder::new(instrument.id, kind)).collect(),
            frame: Frame::default(),
            stopped: Stopped::default(),
            position: Position::default(),
            scale: MoneyScale::of(instrument),
            trip_began_with: Notional::ZERO,
        };
        Self {
            strategy,
            signals: Signals::with_capacity(SIGNALS_MAX),
            desks: config.instruments.iter().map(desk).collect(),
            gate: Gate::new(config.gate_mode, config.automated_orders_max),
            closing: 0,
            approvals: Approvals::new(config.approvals_max, config.approval_timeout),
            risk: PreTradeRisk::new(config.risk),
            orders: Orders::new(config.risk.open_orders_max, config.instruments.len()),
            closed: ClosedOrders::new(),
            trades: Trades::new(config.instruments.len()),
            foreign: Foreign::new(config.drop_copy.is_some()),
            reconciliation: Reconciliation::new(config.drop_copy, config.order_timeout),
            mass_cancel: None,
            route: Route::new(&config),
            timers: Timers::new(),
            next_order_id: config.first_order_id,
            counters: PipelineCounters::default(),
            config,
        }
    }

    /// Reacts to one input at the time `now`. The outbox must be empty and hold
    /// [`OUTBOX_CAPACITY`](gannet_types::OUTBOX_CAPACITY) outputs.
    ///
    /// No input panics: what makes no sense is counted and ignored.
    pub fn on_input(&mut self, now: Nanos, input: &Input<'_>, outbox: &mut Outbox) {
        self.counters.inputs += 1;
        match input {
            Input::Market(market) => self.on_market(now, market, outbox),
            Input::Execution(report) => self.on_execution(now, report, outbox),
            Input::DropCopy(copy) => self.on_drop_copy(now, copy, outbox),
            Input::Gateway(status) => self.on_gateway(now, *status, outbox),
            Input::Command(command) => self.on_command(now, *command, outbox),
            Input::Prediction(report) => self.on_prediction(now, report, outbox),
            Input::Timer => self.on_timer(now, outbox),
        }
        self.poll_timers(now, outbox);
    }

    /// Returns what was counted so far.
    #[must_use]
    pub fn counters(&self) -> &PipelineCounters {
        &self.counters
    }

    /// Returns the book of an instrument.
    #[must_use]
    pub fn book(&self, instrument: InstrumentId) -> Option<&Book> {
        Some(&self.desk(instrument)?.market.book)
    }

    /// Returns the newest best bid and ask of an instrument.
    #[must_use]
    pub fn top(&self, instrument: InstrumentId) -> Option<TopOfBook> {
        Some(self.desk(instrument)?.market.top)
    }

    /// Returns the position in an instrument.
    #[must_use]
    pub fn position(&self, instrument: InstrumentId) -> Option<PositionReport> {
        Some(self.desk(instrument)?.position.report(self.config.account, instrument))
    }

    /// Returns the positions that others have made in our accounts, as the drop copy tells.
    pub fn foreign_positions(&self) -> impl Iterator<Item = PositionReport> {
        self.foreign.positions()
    }

    /// Returns the orders that are not done, oldest first.
    pub fn open_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.open().iter()
    }

    /// Returns whether no order is open.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.orders.open().is_empty()
    }

    /// Returns whether the gateway for new orders is up and the venue has spoken of each open
    /// order.
    #[must_use]
    pub fn is_reconciled(&self) -> bool {
        self.route.is_ready(self.route.gateway(), self.orders.open())
    }

    /// Returns whether the kill switch is on, or risk has halted trading.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        self.gate.is_stopped()
    }

    /// Returns who releases orders.
    #[must_use]
    pub fn gate_mode(&self) -> GateMode {
        self.gate.mode
    }

    /// Returns the id the next order will get.
    #[must_use]
    pub fn next_order_id(&self) -> OrderId {
        self.next_order_id
    }

    /// Returns the strategy.
    #[must_use]
    pub fn strategy(&self) -> &S {
        &self.strategy
    }

    /// Returns the strategy, to hand it a model before the command about it. Whoever changes
    /// anything else breaks replay.
    pub fn strategy_mut(&mut self) -> &mut S {
        &mut self.strategy
    }

    /// Returns the number of an instrument's newest frame of features.
    #[must_use]
    pub fn frame(&self, instrument: InstrumentId) -> Option<u32> {
        Some(self.desk(instrument)?.frame.number)
    }

    fn desk(&self, instrument: InstrumentId) -> Option<&Desk> {
        self.desks.get(usize::from(instrument.0))
    }

    /// Shows an event of an existing instrument to the strategy and acts on its signals.
    fn tell(
        &mut self,
        now: Nanos,
        origin: Nanos,
        instrument: InstrumentId,
        event: StrategyEvent<'_>,
        outbox: &mut Outbox,
    ) {
        let index = usize::from(instrument.0);
        let desk = &self.desks[index];
        let view = View {
            strategy: self.config.strategy,
            now,
            frame: desk.frame.number,
            origin,
            instrument: &self.config.instruments[index],
            book: &desk.market.book,
            top: desk.market.top,
            position: desk.position.report(self.config.account, instrument),
            orders: self.orders.views(instrument),
            live: desk.market.is_live(now, self.config.risk.book_age_max),
        };
        self.strategy.observe(&view, event);
        self.strategy.on_event(&view, event, &mut self.signals);
        if event.is_thought_about() {
            self.publish_predictions(outbox);
        }
        for index in 0..self.signals.len() {
            let signal = self.signals[index];
            self.on_signal(now, signal, outbox);
        }
        self.signals.clear();
    }

    fn emit(&mut self, output: Output, outbox: &mut Outbox) {
        let fits = outbox.push(output).is_ok();
        assert!(fits, "the outbox was given empty and is large enough");
    }

    fn alarm(&mut self, alarm: Alarm, outbox: &mut Outbox) {
        self.counters.alarms += 1;
        self.emit(Output::Alarm(alarm), outbox);
    }

    fn reject(
        &mut self,
        instrument: InstrumentId,
        client_order_id: ClientOrderId,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        self.counters.rejects += 1;
        let strategy = self.config.strategy;
        let reject = Reject { strategy, instrument, client_order_id, reason };
        self.emit(Output::Reject(reject), outbox);
    }
}
