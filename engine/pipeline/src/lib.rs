//! The decision, a deterministic function of its inputs.
//!
//! [`Pipeline::on_input`] takes the time and one [`Input`] and puts what follows from it into an
//! [`Outbox`]: the same inputs give the same outputs, in live trading, replay and backtest. The
//! modules stand in the order a tick passes them: the message changes the [`book`] and the
//! [`bars`], the [`strategy`] answers with signals, `gate` and [`risk`] let them pass or not,
//! [`orders`] remembers what `route` sends, executions come back into [`positions`], `parents` see to
//! the instructions that work by several orders, and `timers` look after what did not happen.
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
mod defence;
mod hedge;
mod scope;

mod listing;

mod facts;
mod strategy_limits;

mod exposure;

pub mod risk;

pub mod orders;

mod parents;

mod route;

mod execution;

pub mod positions;

mod correction;
mod drop_copy;
mod liquidation;
mod reconciliation;
mod reduction;
mod venue_positions;

// What does not come from a market or a venue.
mod command;
mod currency;
mod manual;
mod mass;
mod prediction;
mod set_limit;
mod steady;
mod timers;

#[cfg(test)]
mod tests;

pub use config::{
    AccountConfig, GatewayConfig, PipelineConfig, PositionCheck, PositionsTold, StrategyConfig,
};
pub use counters::PipelineCounters;
pub use currency::Currencies;
pub use listing::{LOT_SIZES_MAX, ListedAt, ListingError, Listings, VENUES_MAX};
pub use parents::{DAY_BUCKETS, DayVolume};
pub use risk::{
    AccountLimits, InstrumentLimits, PortfolioLimits, RiskLimits, RiskSetup, StrategyLimits,
};
pub use route::{
    BREAKER_WINDOW_MAX, BreakerLimits, GATEWAYS_MAX, GatewayFees, GatewayList, GatewaySet,
    RoutingConfig,
};

use gannet_types::{
    AccountId, Alarm, ClientOrderId, GateMode, GatewayId, Input, Instrument, InstrumentId,
    MoneyScale, Nanos, OrderId, Outbox, Output, PositionReport, Reject, RejectReason, Signal,
    StrategyId, TopOfBook,
};

use bars::BarBuilder;
use book::Book;
use book::market::MarketState;
use close::Closing;
use drop_copy::Foreign;
use gate::{Approvals, Gate};
use listing::held_across;
use manual::References;
use orders::{ClosedOrders, Order, Orders};
use parents::Parents;
use positions::{Holdings, Trades, VenuePositions};
use prediction::Frame;
use reconciliation::Reconciliation;
use risk::{PreTradeRisk, StrategyRisks};
use route::Route;
use steady::Steady;
use strategy::{OrderView, SIGNALS_MAX, Signals, Strategy, StrategyEvent, View};
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
    /// How many strategies have wishes of their own.
    speakers: usize,
    gate: Gate,
    /// The positions that are being closed.
    closing: Vec<Closing>,
    approvals: Approvals,
    references: References,
    risk: PreTradeRisk,
    strategy_risks: StrategyRisks,
    orders: Orders,
    closed: ClosedOrders,
    parents: Parents,
    holdings: Holdings,
    trades: Trades,
    foreign: Foreign,
    reconciliation: Reconciliation,
    venue_positions: VenuePositions,
    /// The mass cancel that each gateway was sent last, until it is refused.
    mass_cancels: Vec<Option<ClientOrderId>>,
    route: Route,
    timers: Timers,
    /// What spans are measured by.
    steady: Steady,
    next_order_id: OrderId,
    counters: PipelineCounters,
}

/// Whose turn it is, and what about.
#[derive(Clone, Copy)]
struct Seen {
    now: Nanos,
    origin: Nanos,
    instrument: InstrumentId,
    strategy: StrategyId,
}

/// The state as a strategy sees it: everything but the strategies themselves is lent.
macro_rules! view {
    ($pipeline:ident, $seen:expr) => {{
        let Seen { now, origin, instrument, strategy } = $seen;
        let desk = &$pipeline.desks[usize::from(instrument.0)];
        View {
            strategy,
            now,
            frame: desk.frame.number,
            origin,
            instrument: &$pipeline.config.instruments[usize::from(instrument.0)],
            book: &desk.market.book,
            top: desk.market.top,
            position: $pipeline.position_seen(strategy, instrument),
            parent: $pipeline.parent_seen(strategy, instrument),
            orders: $pipeline.orders.views(strategy, instrument),
            live: desk.market.is_live($pipeline.steady.time(), $pipeline.config.risk.book_age_max),
        }
    }};
}

/// What is kept of one instrument.
struct Desk {
    market: MarketState,
    bars: Vec<BarBuilder>,
    frame: Frame,
    scale: MoneyScale,
}

impl<S: Strategy> Pipeline<S> {
    /// Reserves all memory; nothing is live or up before the inputs say so.
    ///
    /// # Panics
    /// If the configuration contradicts itself; see [`PipelineConfig`].
    #[must_use]
    pub fn new(config: PipelineConfig, strategy: S) -> Self {
        config.assert_consistent();
        let scale = |instrument: &Instrument| {
            let rate = config.currencies.rate(config.currencies.of(usize::from(instrument.id.0)));
            MoneyScale::of(instrument).at(rate.expect("checked: a currency has a rate"))
        };
        let desk = |instrument: &Instrument| Desk {
            market: MarketState::new(),
            bars: config.bars.iter().map(|&kind| BarBuilder::new(instrument.id, kind)).collect(),
            frame: Frame::default(),
            scale: scale(instrument),
        };
        let (accounts, strategies) = (config.accounts.len(), config.strategies.len());
        let instruments = config.instruments.len();
        let mut pipeline = Self {
            strategy,
            signals: Signals::with_capacity(SIGNALS_MAX),
            desks: config.instruments.iter().map(desk).collect(),
            speakers: config.speakers(),
            gate: Gate::new(&config),
            closing: Vec::with_capacity(strategies * instruments),
            approvals: Approvals::new(config.approvals_max, config.approval_timeout),
            references: References::new(config.speakers() < strategies),
            risk: PreTradeRisk::new(
                config.risk,
                &config.risk_setup,
                config.accounts.iter().map(|it| it.limits),
                &config.limits,
                strategies,
            ),
            strategy_risks: StrategyRisks::new(
                config.strategies.iter().map(|it| it.limits),
                &config.instruments,
            ),
            orders: Orders::new(config.risk.open_orders_max, accounts, instruments),
            closed: ClosedOrders::new(),
            parents: Parents::new(
                config.instruments.len(),
                &config.day_volumes,
                !config.listings.is_empty(),
            ),
            holdings: Holdings::new(&config),
            trades: Trades::new(
                positions::each(&config, strategies, |it| it),
                positions::each(&config, accounts, |it| it),
            ),
            foreign: Foreign::new(config.drop_copy.is_some(), &config.instruments),
            reconciliation: Reconciliation::new(config.drop_copy, config.order_timeout),
            venue_positions: VenuePositions::new(&config),
            mass_cancels: vec![None; config.gateways.len()],
            route: Route::new(&config),
            timers: Timers::new(),
            steady: Steady::default(),
            next_order_id: config.first_order_id,
            counters: PipelineCounters::default(),
            config,
        };
        for account in 0..accounts {
            pipeline.watch_exposures(AccountId(account as u16));
        }
        pipeline
    }

    /// Reacts to one input at the time `now`. The outbox must be empty and hold
    /// [`OUTBOX_CAPACITY`](gannet_types::OUTBOX_CAPACITY) outputs.
    ///
    /// No input panics: what makes no sense is counted and ignored.
    pub fn on_input(&mut self, now: Nanos, input: &Input<'_>, outbox: &mut Outbox) {
        self.counters.inputs += 1;
        self.steady.advance(now);
        match input {
            Input::Market(market) => self.on_market(now, market, outbox),
            Input::Execution(report) => self.on_execution(now, report, outbox),
            Input::DropCopy(copy) => self.on_drop_copy(copy, outbox),
            Input::VenuePosition(position) => self.on_venue_position(now, position, outbox),
            Input::Gateway(status) => self.on_gateway(now, *status, outbox),
            Input::Command(command) => self.on_command(now, *command, outbox),
            Input::Prediction(report) => self.on_prediction(now, report, outbox),
            Input::Timer => self.on_timer(now, outbox),
        }
        if !self.parents.is_empty() {
            self.work_parents(now, input, outbox);
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

    /// Returns the accounts, each at the place that is its id.
    #[must_use]
    pub fn accounts(&self) -> &[AccountConfig] {
        &self.config.accounts
    }

    /// Returns the position of the default account in an instrument.
    #[must_use]
    pub fn position(&self, instrument: InstrumentId) -> Option<PositionReport> {
        self.account_position(AccountId::default(), instrument)
    }

    /// Returns the position of an account in an instrument.
    #[must_use]
    pub fn account_position(
        &self,
        account: AccountId,
        instrument: InstrumentId,
    ) -> Option<PositionReport> {
        self.config.accounts.get(usize::from(account.0))?;
        self.desk(instrument)?;
        Some(self.holdings.report(account, instrument))
    }

    /// Returns the part of a strategy in its account's position in an instrument.
    #[must_use]
    pub fn strategy_position(
        &self,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> Option<PositionReport> {
        self.config.strategies.get(usize::from(strategy.0))?;
        self.desk(instrument)?;
        Some(self.holdings.share_report(strategy, instrument))
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

    /// Returns the gateways that carry orders.
    pub fn gateways(&self) -> impl Iterator<Item = GatewayId> + use<S> {
        (0..).map(GatewayId).take(self.config.gateways.len())
    }

    /// Returns whether a gateway is up and the venue has spoken of each of its open orders.
    #[must_use]
    pub fn is_ready(&self, gateway: GatewayId) -> bool {
        self.route.is_ready(gateway, self.orders.open())
    }

    /// Returns whether the kill switch is on, or risk has halted every account.
    #[must_use]
    pub fn is_killed(&self) -> bool {
        let mut accounts = (0..self.config.accounts.len()).map(|index| AccountId(index as u16));
        accounts.all(|account| self.gate.is_killed(account))
    }

    /// Returns who releases a strategy's orders, if there is such a strategy.
    #[must_use]
    pub fn gate_mode(&self, strategy: StrategyId) -> Option<GateMode> {
        self.gate.mode(strategy)
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

    /// The position that a strategy is shown: what it holds in an instrument, or of a thing.
    #[inline]
    fn position_seen(&self, strategy: StrategyId, instrument: InstrumentId) -> PositionReport {
        if self.config.strategies[usize::from(strategy.0)].is_split {
            held_across(&self.config.listings, &self.holdings, strategy, instrument)
        } else {
            self.holdings.share_report(strategy, instrument)
        }
    }

    /// The split order that a strategy is shown, if its orders are split.
    #[inline]
    fn parent_seen(&self, strategy: StrategyId, instrument: InstrumentId) -> Option<OrderView> {
        let is_split = self.config.strategies[usize::from(strategy.0)].is_split;
        is_split.then(|| self.parents.oldest_of(strategy, instrument)).flatten()
    }

    fn desk(&self, instrument: InstrumentId) -> Option<&Desk> {
        self.desks.get(usize::from(instrument.0))
    }

    /// Shows an event of an existing instrument to every strategy and acts on their signals, one
    /// strategy after the other.
    fn tell(
        &mut self,
        now: Nanos,
        origin: Nanos,
        instrument: InstrumentId,
        event: StrategyEvent<'_>,
        outbox: &mut Outbox,
    ) {
        if matches!(event, StrategyEvent::Top(_) | StrategyEvent::Book | StrategyEvent::Feed) {
            self.reprice(instrument);
        }
        let first = StrategyId(0);
        let seen = Seen { now, origin, instrument, strategy: first };
        self.strategy.observe(&view!(self, seen), event);
        if matches!(event, StrategyEvent::Bar(_) | StrategyEvent::Prediction(_)) {
            self.publish_predictions(outbox);
        }
        for index in 0..self.speakers {
            let strategy = StrategyId(index as u8);
            self.ask(Seen { strategy, ..seen }, event, outbox);
        }
    }

    /// Shows an event of an order to the strategy that has placed it; a person looks for themselves.
    fn tell_one(
        &mut self,
        now: Nanos,
        strategy: StrategyId,
        instrument: InstrumentId,
        event: StrategyEvent<'_>,
        outbox: &mut Outbox,
    ) {
        if usize::from(strategy.0) >= self.speakers {
            return;
        }
        let seen = Seen { now, origin: Nanos::ZERO, instrument, strategy };
        self.strategy.observe(&view!(self, seen), event);
        self.ask(seen, event, outbox);
    }

    /// Lets one strategy react.
    fn ask(&mut self, seen: Seen, event: StrategyEvent<'_>, outbox: &mut Outbox) {
        self.strategy.on_event(&view!(self, seen), event, &mut self.signals);
        if event.is_thought_about() {
            self.publish_decision(seen.strategy, outbox);
        }
        for index in 0..self.signals.len() {
            let signal = self.signals[index];
            if signal.strategy == seen.strategy {
                self.on_signal(seen.now, signal, outbox);
            } else {
                self.refuse_foreign(seen.strategy, &signal, outbox);
            }
        }
        self.signals.clear();
    }

    /// Refuses a signal in the name of another strategy.
    #[cold]
    fn refuse_foreign(&mut self, speaker: StrategyId, signal: &Signal, outbox: &mut Outbox) {
        self.counters.signals += 1;
        if outbox.room() < SIGNAL_ROOM {
            self.counters.signals_dropped += 1;
            return;
        }
        let about = (speaker, signal.instrument);
        self.reject(about, ClientOrderId::default(), RejectReason::ForeignStrategy, outbox);
    }

    fn emit(&mut self, output: Output, outbox: &mut Outbox) {
        self.venue_positions.note(&output);
        let fits = outbox.push(output).is_ok();
        assert!(fits, "the outbox was given empty and is large enough");
    }

    fn alarm(&mut self, alarm: Alarm, outbox: &mut Outbox) {
        self.counters.alarms += 1;
        self.emit(Output::Alarm(alarm), outbox);
    }

    fn reject(
        &mut self,
        (strategy, instrument): (StrategyId, InstrumentId),
        client_order_id: ClientOrderId,
        reason: RejectReason,
        outbox: &mut Outbox,
    ) {
        self.counters.rejects += 1;
        let reject = Reject { strategy, instrument, client_order_id, reason };
        self.emit(Output::Reject(reject), outbox);
    }
}
