//! The auditor: books of its own, from what the engine was told, what it said and what is really so.
//! Whatever breaks a rule ends the seed.
//!
//! # Invariants
//! The rules, of every request for a new or changed order:
//! - Its id is new, and somebody wanted it (`causes`).
//! - Nothing stops trading (`stops`); a close may go on, and only reduces.
//! - Size, value, position, exposure, credit are within what stands now (`limits`).
//! - The market is known and near; rate and repetition are allowed (`pace`).
//! - Its gateway is one of its account's, is up, and has spoken of what is open there (`lines`).
//!
//! Positions are changed by what the venue told at least twice, and by nothing else (`positions`);
//! copies are missed only if they are missing (`copies`). At the venues at any time: no more open orders
//! than allowed, none that could trade with another.

mod causes;
mod copies;
mod limits;
mod lines;
mod pace;
mod positions;
mod stops;

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, Alarm, ClientOrderId, ExecKind, ExecutionReport, GateMode, Input, InstrumentId,
    Nanos, OrderId, OrderRequest, Output, RequestKind, Scope, StrategyId,
};

use crate::conditions;
use crate::truth::Truth;
use causes::Causes;
use copies::Copies;
use limits::Limits;
use lines::Lines;
use pace::Pace;
pub use positions::Known;
use positions::Positions;
use stops::Stops;

/// Two times: of the world, and on the engine's clock.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Of the world.
    pub world: Nanos,
    /// On the engine's clock.
    pub clock: Nanos,
}

/// Who trades what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    strategy: StrategyId,
    account: AccountId,
    instrument: InstrumentId,
}

impl Place {
    fn of(config: &PipelineConfig, strategy: StrategyId, instrument: InstrumentId) -> Self {
        let account = config.strategies[usize::from(strategy.0)].account;
        Self { strategy, account, instrument }
    }

    const fn of_request(request: &OrderRequest) -> Self {
        let OrderRequest { strategy, account, instrument, .. } = *request;
        Self { strategy, account, instrument }
    }

    fn is_within(self, scope: Scope) -> bool {
        match scope {
            Scope::Instrument(instrument) => self.instrument == instrument,
            Scope::Account(account) => self.account == account,
            Scope::Strategy(strategy) => self.strategy == strategy,
        }
    }
}

/// The books.
#[derive(Debug)]
pub struct Auditor {
    config: PipelineConfig,
    stops: Stops,
    causes: Causes,
    limits: Limits,
    pace: Pace,
    lines: Lines,
    positions: Positions,
    copies: Copies,
    ids: BTreeSet<ClientOrderId>,
    /// Every order that was sent, as it was first.
    orders: BTreeMap<OrderId, OrderRequest>,
    /// Requests for new or changed orders that were checked.
    pub checked: u64,
}

impl Auditor {
    /// Begins with empty books.
    #[must_use]
    pub fn new(config: &PipelineConfig) -> Self {
        Self {
            stops: Stops::new(config),
            causes: Causes::new(config),
            limits: Limits::new(config),
            pace: Pace::new(config),
            lines: Lines::new(config),
            positions: Positions::new(config),
            copies: Copies::new(config),
            ids: BTreeSet::new(),
            orders: BTreeMap::new(),
            checked: 0,
            config: config.clone(),
        }
    }

    /// Returns the scopes that people halted.
    #[must_use]
    pub fn halted(&self) -> Vec<Scope> {
        self.stops.halted()
    }

    /// Returns the signals that wait for a person, oldest first.
    #[must_use]
    pub fn waiting(&self) -> Vec<OrderId> {
        self.causes.waiting()
    }

    /// Notes that the clock was changed, ahead or back.
    pub fn note_step(&mut self, world: Nanos, by: i64) {
        self.pace.note_step(world, by);
        self.positions.note_step();
    }

    /// Notes that the engine was killed.
    pub fn note_death(&mut self) {
        self.causes.note_death();
    }

    /// Takes an input that the engine has recorded.
    pub fn on_input(&mut self, at: Moment, input: &Input<'_>, truth: Truth<'_>) {
        self.causes.on_input(input);
        match input {
            Input::Market(market) => self.pace.on_market(at.world, market),
            Input::Command(command) => {
                self.stops.on_command(&self.config, *command);
                self.limits.on_command(*command);
                self.lines.on_command(*command);
                self.pace.on_command(*command);
                self.causes.note_stopped(*command, &self.orders);
            }
            Input::Execution(report) => self.on_execution(report),
            Input::DropCopy(copy) => self.copies.on_copy(copy),
            Input::VenuePosition(position) => self.positions.on_told(at.world, position),
            Input::Gateway(status) => self.lines.on_gateway(*status, truth),
            Input::Prediction(_) | Input::Timer => {}
        }
    }

    fn on_execution(&mut self, report: &ExecutionReport) {
        let id = report.client_order_id.order();
        self.lines.on_heard(report.gateway, id);
        if report.kind == ExecKind::Unsent && report.client_order_id.revision() == 0 {
            self.pace.on_unsent(id);
        }
        if report.kind == ExecKind::Trade {
            self.copies.on_trade(report);
        }
    }

    /// Takes an output that the engine has recorded.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn on_output(
        &mut self,
        at: Moment,
        output: &Output,
        truth: Truth<'_>,
    ) -> Result<(), String> {
        let judged = match output {
            Output::Signal(signal, verdict) => {
                self.causes.on_signal(at.world, signal, *verdict, &self.stops)
            }
            Output::Reject(reject) => {
                self.causes.on_reject(reject);
                let place = Place::of(&self.config, reject.strategy, reject.instrument);
                self.stops.judge_reject(place, reject.reason)
            }
            Output::Order(request) => return self.on_request(at, request, truth),
            Output::Parent(parent) => {
                self.causes.on_parent(parent);
                Ok(())
            }
            Output::Position(report) => {
                self.positions.on_position(report);
                Ok(())
            }
            Output::ForeignPosition(report) => {
                self.positions.on_foreign(report);
                self.copies.judge_foreign(report)
            }
            Output::Adjustment(adjustment) => self.positions.judge(adjustment),
            Output::Alarm(Alarm::Halted(account, _)) => {
                self.stops.on_halted(*account);
                self.causes.note_halted(*account, &self.orders);
                Ok(())
            }
            Output::Alarm(Alarm::DropCopyMissing(id)) => self.copies.judge_missing(*id),
            Output::Alarm(Alarm::DropCopyOnly(id)) => self.copies.judge_only(*id),
            _ => Ok(()),
        };
        judged.map_err(|rule| format!("{rule}: {output:?}"))
    }

    fn on_request(
        &mut self,
        at: Moment,
        request: &OrderRequest,
        truth: Truth<'_>,
    ) -> Result<(), String> {
        let judged = match request.kind {
            RequestKind::New | RequestKind::Replace => self.judge(at, request, truth),
            RequestKind::Cancel => self.causes.judge_cancel(request, &self.stops),
            RequestKind::MassCancel => self.causes.judge_mass_cancel(request, &self.stops, truth),
            RequestKind::Positions => {
                self.positions.on_question(at.world, request);
                Ok(())
            }
            RequestKind::Status | RequestKind::MassStatus => Ok(()),
        };
        judged
            .and_then(|()| self.lines.judge_up(request))
            .map_err(|rule| format!("{rule}: {request:?}"))?;
        self.pace.on_message(at.world);
        Ok(())
    }

    fn judge(
        &mut self,
        at: Moment,
        request: &OrderRequest,
        truth: Truth<'_>,
    ) -> Result<(), &'static str> {
        self.checked += 1;
        if !self.ids.insert(request.client_order_id) {
            return Err("the id was used before");
        }
        let closes = self.causes.judge(request, &self.orders, truth)?;
        if request.kind == RequestKind::New {
            self.orders.insert(request.client_order_id.order(), *request);
        }
        let place = Place::of_request(request);
        if closes {
            self.stops.judge_close(place)?;
            limits::judge_close(request, truth, self.positions.are_changed(place.account))?;
        } else if self.stops.is_stopped(place) {
            return Err("trading is stopped");
        }
        self.lines.judge(request, truth)?;
        self.limits.judge_size(request)?;
        self.pace.judge_market(at.world, request)?;
        let is_known = |account: AccountId| {
            !truth.has_misled(account)
                && !truth.has_taken_over(account)
                && !self.positions.are_changed(account)
        };
        let after = limits::After::of(request, truth);
        if is_known(place.account) && after.is_more() {
            let all = (0..self.config.accounts.len() as u16).map(AccountId).all(is_known);
            self.limits.judge_position(request, truth, &after)?;
            if !after.reduces(truth) {
                let own_stop = self.causes.own_stop(request);
                self.limits.judge_exposure(request, truth, &after, (&self.pace, all), own_stop)?;
                self.pace.judge_frequency(at.world, request)?;
            }
        }
        self.pace.judge(at.world, request)
    }

    /// Looks at the venues.
    ///
    /// # Errors
    /// The rule that what works there breaks.
    pub fn inspect(&self, truth: Truth<'_>) -> Result<(), String> {
        limits::inspect(&self.config, truth)
    }

    /// Looks for orders that work although they were to be cancelled long ago.
    ///
    /// # Errors
    /// If there is one.
    pub fn expect_cancelled(&self, truth: Truth<'_>) -> Result<(), String> {
        let mut working = truth.working().into_iter();
        match working.find(|order| self.causes.is_cancelled(order.id)) {
            Some(order) => Err(format!("a cancel was forgotten: {order:?}")),
            None => Ok(()),
        }
    }

    /// Compares the positions that the engine ends with.
    ///
    /// # Errors
    /// The first that is another.
    pub fn expect_positions(
        &self,
        truth: Truth<'_>,
        ours: impl Fn(AccountId, InstrumentId) -> gannet_types::PositionReport,
        known: Known,
    ) -> Result<(), String> {
        for index in 0..self.config.accounts.len() {
            let account = AccountId(index as u16);
            for instrument in conditions::ids() {
                let ours = ours(account, instrument);
                self.positions.compare(truth, &ours, known)?;
            }
        }
        Ok(())
    }

    /// Returns whether a parent order may still send children.
    #[must_use]
    pub fn has_parents(&self) -> bool {
        self.causes.has_parents()
    }

    /// Returns how many children of parent orders were sent.
    #[must_use]
    pub fn children(&self) -> u64 {
        self.causes.children()
    }

    /// Returns how many signals a person released.
    #[must_use]
    pub const fn approved(&self) -> u64 {
        self.causes.approved()
    }

    /// Returns what others hold in an account as the drop copy told.
    #[must_use]
    pub fn foreign(&self, account: AccountId, instrument: InstrumentId) -> gannet_types::Lots {
        self.copies.foreign(account, instrument)
    }

    /// Returns the mode that people have set.
    #[must_use]
    pub fn mode(&self, strategy: StrategyId) -> GateMode {
        self.causes.mode(strategy)
    }
}
