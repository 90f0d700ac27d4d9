//! What the journal's records add up to, for people.
//!
//! [`Projection`] is fed with every input and output in order and remembers the newest of each
//! kind. It decides nothing and knows no thread, file or socket; [`Projection::snapshot`] turns
//! what it remembers into text.
//!
//! # Invariants
//! - Memory is bounded: every list has a capacity, the newest stay.
//! - Any record is taken: one about an unknown instrument, strategy or gateway is counted.

mod currencies;
pub mod decimal;
pub mod decisions;
mod desks;
mod given;
mod instrument;
mod listings;
mod models;
mod orders;
pub mod outcomes;
mod parents;
mod positions;
mod recent;
mod show;
mod show_parents;
mod snapshot;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod words;

pub use listings::{ListedVenue, Listing};
pub use snapshot::*;

use gannet_types::{
    AccountId, Alarm, ClientOrderId, Command, Decision, ExecKind, ExecutionReport, GateMode,
    GateVerdict, GatewayId, GatewayState, Input, Instrument, InstrumentId, MarketEvent, Nanos,
    OrderId, Output, PositionReport, Rate, Reject, RejectReason, Scope, SessionAction, Signal,
    TradingStatus,
};

pub(crate) use given::{Became, Given, GivenOrder};

use instrument::InstrumentState;
use models::Models;
use orders::Orders;
use parents::Parents;
use positions::PositionChecks;
use recent::Recent;

use currencies::Currencies;
use desks::Desks;

use crate::comparison::Comparison;
use crate::limits::Limits;

/// What the records are about: the part of the configuration that people want to see by name.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Who drives: `live`, `demo`, `paper`.
    pub run_mode: String,
    /// Every instrument; its place is its id.
    pub instruments: Vec<Instrument>,
    /// Every strategy's name and configured gate mode; its place is its id.
    pub strategies: Vec<(String, GateMode)>,
    /// Every gateway's name; its place is its id.
    pub gateways: Vec<String>,
    /// Every feature's name, in the order of the set.
    pub features: Vec<String>,
}

/// The state of everything, as the journal tells it.
#[derive(Clone, Debug)]
pub struct Projection {
    run_mode: String,
    instruments: Vec<InstrumentState>,
    strategies: Vec<(String, GateMode)>,
    gateways: Vec<(String, Option<GatewayState>)>,
    currencies: Currencies,
    desks: Desks,
    listings: Vec<Listing>,
    limits: Limits,
    features: Vec<String>,
    models: Models,
    comparison: Option<Comparison>,
    orders: Orders,
    parents: Parents,
    given: Given,
    fills: Recent<(Nanos, ExecutionReport)>,
    rejects: Recent<(Nanos, Refusal)>,
    signals: Recent<(Nanos, Signal, GateVerdict)>,
    decisions: Recent<(Nanos, Decision)>,
    approvals: Vec<(Nanos, Signal, OrderId)>,
    alarms: Recent<(Nanos, Alarm)>,
    foreign: Vec<PositionReport>,
    position_checks: PositionChecks,
    counts: Counts,
    time: Nanos,
    /// What people did to sessions: the journal's word, for the record.
    session_actions: Recent<(Nanos, GatewayId, SessionAction)>,
    is_draining: bool,
}

impl Projection {
    /// Makes the picture of an engine that has done nothing yet.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        Self {
            run_mode: setup.run_mode,
            currencies: Currencies::default(),
            desks: Desks::new(
                vec![DEFAULT_ACCOUNT.to_owned()],
                vec![AccountId::default(); setup.strategies.len()],
            ),
            listings: Vec::new(),
            limits: Limits::default(),
            instruments: setup.instruments.into_iter().map(InstrumentState::new).collect(),
            strategies: setup.strategies,
            gateways: setup.gateways.into_iter().map(|name| (name, None)).collect(),
            features: setup.features,
            models: Models::default(),
            comparison: None,
            orders: Orders::new(),
            parents: Parents::new(),
            given: Given::default(),
            fills: Recent::new(ROWS_MAX),
            rejects: Recent::new(ROWS_MAX),
            signals: Recent::new(ROWS_MAX),
            decisions: Recent::new(ROWS_MAX),
            approvals: Vec::new(),
            alarms: Recent::new(ROWS_MAX),
            foreign: Vec::new(),
            position_checks: PositionChecks::default(),
            session_actions: Recent::new(ROWS_MAX),
            counts: Counts::default(),
            time: Nanos::ZERO,
            is_draining: false,
        }
    }

    /// Also compares models.
    #[must_use]
    pub fn comparing(self, comparison: Comparison) -> Self {
        Self { comparison: Some(comparison), ..self }
    }

    /// Returns how models compare, if they are compared.
    #[must_use]
    pub const fn comparison(&self) -> Option<&Comparison> {
        self.comparison.as_ref()
    }

    /// Takes an input that entered the pipeline at `time`.
    pub fn on_input(&mut self, time: Nanos, input: &Input<'_>) {
        self.time = time;
        if let Some(comparison) = &mut self.comparison {
            comparison.on_input(input);
        }
        self.given.on_input();
        match input {
            Input::Market(market) => {
                self.counts.market_events += 1;
                let Some(state) = self.instrument_mut(market.instrument) else { return };
                match market.event {
                    MarketEvent::Trade(trade) => state.last_trade = Some(trade),
                    MarketEvent::Feed(feed) => state.feed = Some(feed),
                    MarketEvent::Status(status) => state.trading = Some(status),
                    MarketEvent::Top(_) | MarketEvent::Depth(_) => {}
                }
            }
            Input::Execution(report) => self.on_execution(time, report),
            Input::DropCopy(_) => self.counts.drop_copies += 1,
            Input::VenuePosition(position) => self.position_checks.on_told(time, position),
            Input::Gateway(status) => match self.gateways.get_mut(usize::from(status.gateway.0)) {
                Some((_, state)) => *state = Some(status.state),
                None => self.counts.unknown += 1,
            },
            Input::Command(command) => self.on_command(*command),
            // What was made of it stands in the outputs.
            Input::Prediction(_) => self.counts.answers += 1,
            Input::Timer => {}
        }
    }

    /// Takes an output that the pipeline decided on at `time`.
    pub fn on_output(&mut self, time: Nanos, output: &Output) {
        self.time = time;
        if let Some(comparison) = &mut self.comparison {
            comparison.on_output(time, output);
        }
        match output {
            Output::Signal(signal, verdict) => self.on_signal(time, signal, *verdict),
            Output::Order(request) => {
                self.counts.orders += 1;
                self.orders.on_request(time, request);
                self.given.on_request(request);
                self.position_checks.on_request(request);
            }
            Output::Reject(reject) => {
                self.counts.rejects += 1;
                self.settle(reject.client_order_id.order());
                self.given.on_reject(reject);
                self.rejects.push((time, Refusal::Engine(*reject)));
            }
            Output::Position(position) => {
                self.desks.on_position(position);
                self.sum(position.instrument);
            }
            Output::StrategyPosition(part) => {
                let known = self.desks.on_strategy_position(part);
                self.counts.unknown += u64::from(!known);
            }
            Output::ForeignPosition(position) => self.foreign_position(position),
            Output::Adjustment(adjustment) => self.position_checks.on_adjustment(adjustment),
            Output::DontKnow(_) => self.counts.trades_not_known += 1,
            Output::Bar(bar) => {
                self.counts.bars += 1;
                if let Some(state) = self.instrument_mut(bar.instrument) {
                    state.on_bar(bar);
                }
            }
            Output::Status(status) => {
                self.desks.on_status(status);
                if let Some(state) = self.instrument_mut(status.position.instrument) {
                    state.on_status(time, status);
                }
                self.sum(status.position.instrument);
            }
            Output::Alarm(alarm) => {
                self.counts.alarms += 1;
                self.counts.unknown += u64::from(!self.desks.on_alarm(*alarm));
                if let Alarm::ModelRefused(model) = alarm {
                    self.models.on_refused(*model);
                }
                self.position_checks.on_alarm(alarm);
                self.alarms.push((time, *alarm));
            }
            Output::Features(block) => {
                if block.block == 0 {
                    self.models.on_frame();
                }
                if let Some(state) = self.instrument_mut(block.instrument) {
                    state.on_features(block);
                }
            }
            Output::Parent(report) => {
                self.parents.on_report(time, report);
                self.given.on_parent(report);
            }
            Output::Decision(decision) => self.decisions.push((time, *decision)),
            Output::Prediction(prediction) => {
                self.counts.predictions += 1;
                self.models.on_prediction(time, prediction);
            }
        }
    }

    /// Names the account's currency, and what others are worth of it to begin with; the first is that
    /// of id 1.
    #[must_use]
    pub fn in_currency(mut self, account: String, others: Vec<(String, Rate)>) -> Self {
        self.currencies = Currencies { account, others };
        self
    }

    /// Names the accounts, and says for which one each strategy trades.
    #[must_use]
    pub fn trading_for(mut self, accounts: Vec<String>, strategies: Vec<AccountId>) -> Self {
        self.desks = Desks::new(accounts, strategies);
        self
    }

    /// Returns the names of the accounts, each at the place that is its id.
    #[must_use]
    pub fn accounts(&self) -> Vec<String> {
        self.desks.accounts.iter().map(|account| account.name.clone()).collect()
    }

    /// Returns for which account each strategy trades.
    #[must_use]
    pub fn trades_for(&self) -> Vec<AccountId> {
        self.desks.strategies.iter().map(|strategy| strategy.account).collect()
    }

    /// Begins with these limits.
    #[must_use]
    pub fn limiting(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Returns the limits as they stand.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Returns the names of the currencies besides the account's.
    #[must_use]
    pub fn currencies(&self) -> Vec<String> {
        self.currencies.others.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the names of the strategies, each at the place that is its id.
    #[must_use]
    pub fn strategies(&self) -> Vec<String> {
        self.strategies.iter().map(|(name, _)| name.clone()).collect()
    }

    /// Returns the symbols of the instruments, each at the place that is its id.
    #[must_use]
    pub fn symbols(&self) -> Vec<String> {
        self.instruments.iter().map(|state| state.instrument.symbol.to_string()).collect()
    }

    /// Returns the instruments, each at the place that is its id.
    #[must_use]
    pub fn traded(&self) -> Vec<Instrument> {
        self.instruments.iter().map(|state| state.instrument).collect()
    }

    /// Returns what people ordered.
    #[must_use]
    pub(crate) const fn given(&self) -> &Given {
        &self.given
    }

    /// Says which of the strategies are desks under which people order.
    #[must_use]
    pub fn with_manual(mut self, is_manual: &[bool]) -> Self {
        self.desks.set_manual(is_manual);
        self
    }

    /// Returns the names of the gateways, each at the place that is its id.
    #[must_use]
    pub fn gateways(&self) -> Vec<String> {
        self.gateways.iter().map(|(name, _)| name.clone()).collect()
    }

    fn on_execution(&mut self, time: Nanos, report: &ExecutionReport) {
        self.counts.executions += 1;
        let known = self.instruments.get(usize::from(report.instrument.0));
        let valuation = known.map(|state| state.instrument.valuation()).unwrap_or_default();
        self.orders.on_execution(time, report, valuation);
        match report.kind {
            ExecKind::Trade => {
                self.counts.fills += 1;
                self.fills.push((time, *report));
            }
            ExecKind::Rejected | ExecKind::CancelRejected | ExecKind::Unsent => {
                self.counts.rejects += 1;
                let id = report.client_order_id;
                let refusal = Refusal::Venue(report.instrument, id, report.reason);
                self.rejects.push((time, refusal));
            }
            ExecKind::PendingNew
            | ExecKind::New
            | ExecKind::Canceled
            | ExecKind::Replaced
            | ExecKind::Expired
            | ExecKind::PendingCancel
            | ExecKind::PendingReplace
            | ExecKind::Status
            | ExecKind::Triggered
            | ExecKind::Restated
            | ExecKind::Suspended
            | ExecKind::Stopped
            | ExecKind::DoneForDay
            | ExecKind::Calculated
            | ExecKind::TradeCancel
            | ExecKind::TradeCorrect => {}
        }
    }

    /// One row per account and instrument; the pipeline bounds how many there are.
    fn foreign_position(&mut self, position: &PositionReport) {
        let same = |other: &&mut PositionReport| {
            (other.account, other.instrument) == (position.account, position.instrument)
        };
        match self.foreign.iter_mut().find(same) {
            Some(known) => *known = *position,
            None => self.foreign.push(*position),
        }
    }

    fn on_signal(&mut self, time: Nanos, signal: &Signal, verdict: GateVerdict) {
        self.counts.signals += 1;
        self.signals.push((time, *signal, verdict));
        self.parents.on_signal(signal, verdict);
        self.desks.on_signal(signal);
        if let GateVerdict::Waiting(order) = verdict {
            if self.approvals.len() == APPROVALS_MAX {
                self.approvals.remove(0);
            }
            self.approvals.push((time, *signal, order));
        }
    }

    fn on_command(&mut self, command: Command) {
        self.counts.commands += 1;
        self.counts.unknown += u64::from(!self.desks.on_command(command));
        match command {
            // Accounts and strategies know; the orders' own reports tell.
            Command::Kill
            | Command::KillReset
            | Command::CloseAll
            | Command::CancelAll
            | Command::CancelGateway(_)
            | Command::Arm
            | Command::ArmStrategy(_)
            | Command::External(_)
            | Command::Weight(..)
            | Command::ReplaceOrder(_)
            | Command::CancelOrder(_) => {}
            Command::Halt(scope) | Command::Close(scope) => self.set_halted(scope, true),
            Command::Resume(scope) => self.set_halted(scope, false),
            Command::Drain => self.is_draining = true,
            Command::Start => self.on_start(),
            Command::Approve(order) | Command::Decline(order) => self.settle(order),
            Command::SetGateMode(strategy, mode) => {
                match self.strategies.get_mut(usize::from(strategy.0)) {
                    Some((_, current)) => *current = mode,
                    None => self.counts.unknown += 1,
                }
            }
            Command::PlaceOrder(order) => self.given.on_order(self.time, &order),
            // The orders' own reports tell.
            Command::SetLimit { limit, scope, value } => {
                let taken = self.limits.on_set(self.time, limit, scope, value);
                self.counts.unknown += u64::from(!taken);
            }
            Command::SetRate(currency, rate) => {
                self.counts.unknown += u64::from(!self.currencies.set(currency, rate));
            }
            Command::Model(model, role) => self.models.on_role(self.time, model, role),
            Command::Session(gateway, action) => {
                self.session_actions.push((self.time, gateway, action));
            }
        }
    }

    /// A start forgets the connections of the run before, as the pipeline does; the kill switch,
    /// the gate and what waits stay.
    fn on_start(&mut self) {
        self.is_draining = false;
        self.gateways.iter_mut().for_each(|(_, state)| *state = None);
        self.instruments.iter_mut().for_each(InstrumentState::on_start);
    }

    fn set_halted(&mut self, scope: Scope, halted: bool) {
        if let Scope::Instrument(instrument) = scope
            && let Some(state) = self.instrument_mut(instrument)
        {
            state.is_halted = halted;
            if !halted && state.trading == Some(TradingStatus::Halted) {
                state.trading = None;
            }
        }
    }

    /// Sums what all accounts hold of an instrument.
    fn sum(&mut self, instrument: InstrumentId) {
        let sum = self.desks.sum(instrument);
        if let Some(state) = self.instruments.get_mut(usize::from(instrument.0)) {
            state.held = sum;
        }
    }

    fn settle(&mut self, order: OrderId) {
        self.approvals.retain(|(_, _, waiting)| *waiting != order);
    }

    fn instrument_mut(&mut self, id: InstrumentId) -> Option<&mut InstrumentState> {
        let state = self.instruments.get_mut(usize::from(id.0));
        if state.is_none() {
            self.counts.unknown += 1;
        }
        state
    }
}

#[derive(Clone, Copy, Debug)]
enum Refusal {
    Engine(Reject),
    /// Where, about which request, and why.
    Venue(InstrumentId, ClientOrderId, RejectReason),
}

/// What the account is called if nobody names one.
const DEFAULT_ACCOUNT: &str = "main";

/// Rows remembered of fills, rejects, signals and alarms each: two screens.
const ROWS_MAX: usize = 50;

/// More than the gate lets wait.
const APPROVALS_MAX: usize = 64;
