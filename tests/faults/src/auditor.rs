//! The auditor: books of its own, from what the engine was told, what it said and what the venue
//! did. Whatever breaks a rule ends the seed.
//!
//! # Invariants
//! The rules, of every request for a new or changed order:
//! - Its id is new.
//! - Nothing stops trading: no kill, halt or drain; a close may go on, and only reduces.
//! - Size, value, distance from the market, age of the market, rate and repetition are allowed.
//! - The mode of the gate lets it pass, and people have armed it.
//!
//! And at the venue at any time: no position beyond its limit even if everything of one side
//! trades, no more open orders than allowed, none that could trade with another.

use std::collections::{BTreeSet, VecDeque};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    Alarm, ClientOrderId, Command, ExecKind, FeedState, GateMode, GateVerdict, Input, InstrumentId,
    Level, Lots, Market, MarketEvent, Nanos, Notional, OrderId, OrderRequest, OrderType, Output,
    RequestKind, Scope, Side, Ticks, TimeInForce, TopOfBook,
};

use crate::conditions::{ACCOUNT, STRATEGY};
use crate::venue::Venue;

/// What the auditor knows of an instrument.
#[derive(Clone, Copy, Debug, Default)]
struct Desk {
    stopped: Stopped,
    is_live: bool,
    /// When the engine last heard of it, on its clock.
    heard: Nanos,
    top: TopOfBook,
}

/// What people stopped of a scope.
#[derive(Clone, Copy, Debug, Default)]
struct Stopped {
    halted: bool,
    closing: bool,
}

/// Two times: of the world, and on the engine's clock.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Of the world.
    pub world: Nanos,
    /// On the engine's clock.
    pub clock: Nanos,
}

/// The books.
#[derive(Debug)]
pub struct Auditor {
    config: PipelineConfig,
    desks: Vec<Desk>,
    account: Stopped,
    strategy: Stopped,
    killed: bool,
    /// Risk has stopped trading.
    halted: bool,
    draining: bool,
    mode: GateMode,
    /// Signals that wait for a person.
    pub waiting: Vec<OrderId>,
    /// A person has approved an order with this input.
    approves: bool,
    automated: u32,
    ids: BTreeSet<ClientOrderId>,
    messages: VecDeque<Nanos>,
    /// Orders that are to be cancelled, unless the answer was no.
    cancelled: BTreeSet<OrderId>,
    news: VecDeque<(Nanos, OrderRequest)>,
    /// When the clock was last changed.
    stepped: Option<Nanos>,
    /// Requests for new or changed orders that were checked.
    pub checked: u64,
}

impl Auditor {
    /// Begins with empty books.
    #[must_use]
    pub fn new(config: &PipelineConfig) -> Self {
        Self {
            desks: vec![Desk::default(); config.instruments.len()],
            account: Stopped::default(),
            strategy: Stopped::default(),
            killed: false,
            halted: false,
            draining: false,
            mode: config.strategies[0].gate_mode,
            waiting: Vec::new(),
            approves: false,
            automated: 0,
            ids: BTreeSet::new(),
            messages: VecDeque::new(),
            cancelled: BTreeSet::new(),
            news: VecDeque::new(),
            stepped: None,
            checked: 0,
            config: config.clone(),
        }
    }

    /// Returns whether a person must reset before anything new is sent.
    #[must_use]
    pub const fn is_stopped(&self) -> bool {
        self.killed || self.halted
    }

    /// Returns the scopes that people halted.
    #[must_use]
    pub fn halted(&self) -> Vec<Scope> {
        let desks = (0..).map(InstrumentId).zip(&self.desks);
        let desks = desks.map(|(id, desk)| (Scope::Instrument(id), desk.stopped));
        let others =
            [(Scope::Account(ACCOUNT), self.account), (Scope::Strategy(STRATEGY), self.strategy)];
        desks.chain(others).filter(|(_, it)| it.halted).map(|(scope, _)| scope).collect()
    }

    /// Notes that the clock was changed.
    pub const fn note_step(&mut self, world: Nanos) {
        self.stepped = Some(world);
    }

    /// Takes an input that the engine has recorded.
    pub fn on_input(&mut self, at: Moment, input: &Input<'_>) {
        self.approves = false;
        match input {
            Input::Market(market) => self.on_market(at.clock, market),
            Input::Command(command) => self.on_command(*command),
            Input::Execution(report) => {
                use ExecKind::{CancelRejected, Rejected, Unsent};
                if matches!(report.kind, CancelRejected | Rejected | Unsent) {
                    self.cancelled.remove(&report.client_order_id.order());
                }
            }
            Input::DropCopy(_)
            | Input::VenuePosition(_)
            | Input::Gateway(_)
            | Input::Prediction(_)
            | Input::Timer => {}
        }
    }

    /// Takes an output that the engine has recorded.
    ///
    /// # Errors
    /// The rule that it breaks.
    pub fn on_output(&mut self, at: Moment, output: &Output, venue: &Venue) -> Result<(), String> {
        match output {
            Output::Signal(_, GateVerdict::Waiting(id)) => self.waiting.push(*id),
            Output::Alarm(Alarm::Halted(_, _)) => self.halted = true,
            Output::Order(request) => {
                if matches!(request.kind, RequestKind::New | RequestKind::Replace) {
                    let judged = self.judge(at, request, venue);
                    judged.map_err(|rule| format!("{rule}: {request:?}"))?;
                }
                if request.kind == RequestKind::Cancel {
                    self.cancelled.insert(request.client_order_id.order());
                }
                self.messages.push_back(at.world);
                if self.messages.len() > 1_000 {
                    self.messages.pop_front();
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Looks at the venue.
    ///
    /// # Errors
    /// The rule that what works there breaks.
    pub fn inspect(&self, venue: &Venue) -> Result<(), String> {
        let working = venue.working();
        let risk = &self.config.risk;
        if working.len() > risk.open_orders_max {
            return Err(format!("{} orders are open", working.len()));
        }
        for (id, limits) in (0..).map(InstrumentId).zip(&self.config.limits) {
            let open = working.iter().filter(|order| order.instrument == id).count();
            if open > risk.open_orders_per_instrument_max {
                return Err(format!("{open} orders are open in {id:?}"));
            }
            let worst = venue.worst(id);
            let over = worst.iter().any(|lots| *lots > limits.position_lots_max);
            if over && !venue.has_misled() {
                return Err(format!("the position in {id:?} can become {worst:?}"));
            }
            if let (Some(bid), Some(ask)) = venue.own_best(id)
                && bid >= ask
            {
                return Err(format!("own orders meet in {id:?}: {bid} and {ask}"));
            }
        }
        Ok(())
    }

    /// Looks for orders that work although they were to be cancelled long ago.
    ///
    /// # Errors
    /// If there is one.
    pub fn expect_cancelled(&self, venue: &Venue) -> Result<(), String> {
        let working = venue.working();
        match working.iter().find(|order| self.cancelled.contains(&order.id)) {
            Some(order) => Err(format!("a cancel was forgotten: {order:?}")),
            None => Ok(()),
        }
    }

    fn on_market(&mut self, clock: Nanos, market: &Market<'_>) {
        let desk = &mut self.desks[usize::from(market.instrument.0)];
        desk.heard = clock;
        match &market.event {
            MarketEvent::Top(top) if top.update_id >= desk.top.update_id => desk.top = *top,
            MarketEvent::Depth(depth) if depth.update_id >= desk.top.update_id => {
                let best = |levels: &[Level]| levels.first().copied().unwrap_or_default();
                let (bid, ask) = (best(depth.bids), best(depth.asks));
                desk.top = TopOfBook { update_id: depth.update_id, bid, ask };
            }
            MarketEvent::Top(_)
            | MarketEvent::Depth(_)
            | MarketEvent::Trade(_)
            | MarketEvent::Status(_) => {}
            MarketEvent::Feed(FeedState::Live) => desk.is_live = true,
            MarketEvent::Feed(FeedState::Stale(_)) => {
                (desk.is_live, desk.top) = (false, TopOfBook::default());
            }
        }
    }

    fn scope(&mut self, scope: Scope) -> &mut Stopped {
        match scope {
            Scope::Instrument(id) => &mut self.desks[usize::from(id.0)].stopped,
            Scope::Account(_) => &mut self.account,
            Scope::Strategy(_) => &mut self.strategy,
        }
    }

    fn end_closes(&mut self) {
        let desks = self.desks.iter_mut().map(|desk| &mut desk.stopped);
        for scope in desks.chain([&mut self.account, &mut self.strategy]) {
            scope.closing = false;
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Kill => self.killed = true,
            Command::CloseAll => {
                self.killed = true;
                self.desks.iter_mut().for_each(|desk| desk.stopped.closing = true);
            }
            Command::KillReset => {
                (self.killed, self.halted) = (false, false);
                self.end_closes();
            }
            Command::Drain => {
                self.draining = true;
                self.end_closes();
            }
            Command::Start => {
                self.draining = false;
                for desk in &mut self.desks {
                    (desk.is_live, desk.top) = (false, TopOfBook::default());
                }
            }
            Command::Halt(scope) => self.scope(scope).halted = true,
            Command::Close(scope) => {
                let stopped = self.scope(scope);
                (stopped.halted, stopped.closing) = (true, true);
            }
            Command::Resume(scope) => {
                *self.scope(scope) = Stopped::default();
                if let Scope::Account(_) = scope {
                    self.halted = false;
                }
            }
            Command::SetGateMode(_, mode) => self.mode = mode,
            Command::Arm | Command::ArmStrategy(_) => self.automated = 0,
            Command::Approve(id) => self.approves = self.waiting.contains(&id),
            Command::Decline(_)
            | Command::CancelAll
            | Command::CancelGateway(_)
            | Command::SetLimit { .. }
            | Command::SetRate(_, _)
            | Command::Session(_, _)
            | Command::External(_)
            | Command::Weight(..)
            | Command::Opinion(_)
            | Command::PlaceOrder(_)
            | Command::ReplaceOrder(_)
            | Command::CancelOrder(_)
            | Command::Model(_, _) => {}
        }
    }

    fn judge(
        &mut self,
        at: Moment,
        request: &OrderRequest,
        venue: &Venue,
    ) -> Result<(), &'static str> {
        self.checked += 1;
        if !self.ids.insert(request.client_order_id) {
            return Err("the id was used before");
        }
        let desk = self.desks[usize::from(request.instrument.0)];
        let scopes = [desk.stopped, self.account, self.strategy];
        let halted = scopes.iter().any(|scope| scope.halted);
        let closing = scopes.iter().any(|scope| scope.closing);
        let stopped = self.is_stopped() || self.draining || halted;
        if stopped && !(closing && reduces(request, venue)) {
            return Err("trading is stopped");
        }
        self.judge_size(request)?;
        judge_market(&self.config, at, request, &desk)?;
        self.judge_pace(at.world, request)?;
        if !stopped {
            self.judge_mode(request)?;
        }
        Ok(())
    }

    fn judge_size(&self, request: &OrderRequest) -> Result<(), &'static str> {
        let limits = &self.config.limits[usize::from(request.instrument.0)];
        if request.lots <= Lots::ZERO || request.lots > limits.order_lots_max {
            return Err("the size is not allowed");
        }
        if Notional::of(request.price, request.lots) > limits.order_notional_max {
            return Err("the value is not allowed");
        }
        Ok(())
    }

    /// Judges rate and repetition by the world's time, unless the engine could not know it.
    fn judge_pace(&mut self, world: Nanos, request: &OrderRequest) -> Result<(), &'static str> {
        let risk = self.config.risk;
        let stepped = self.stepped.map_or(Nanos(u64::MAX), |stepped| world.since(stepped));
        let recent = |time: &Nanos| world.since(*time) < risk.message_window;
        let messages = self.messages.iter().filter(|time| recent(time)).count();
        if messages >= risk.messages_max as usize && stepped >= risk.message_window {
            return Err("too many messages");
        }
        if request.kind != RequestKind::New {
            return Ok(());
        }
        while self.news.front().is_some_and(|(time, _)| world.since(*time) >= risk.duplicate_window)
        {
            self.news.pop_front();
        }
        let shape = |it: &OrderRequest| (it.instrument, it.side, it.price, it.lots);
        let is_limit = request.order_type == OrderType::Limit;
        let again = self.news.iter().any(|(_, other)| shape(other) == shape(request));
        if again && is_limit && stepped >= risk.duplicate_window {
            return Err("the same was sent a moment ago");
        }
        self.news.push_back((world, *request));
        Ok(())
    }

    fn judge_mode(&mut self, request: &OrderRequest) -> Result<(), &'static str> {
        // What takes the place of a cancelled order was released when that was replaced.
        let may_succeed = !self.config.gateways[0].capabilities.replace;
        match self.mode {
            _ if self.approves || may_succeed => return Ok(()),
            GateMode::Manual | GateMode::Assisted => return Err("nobody released it"),
            GateMode::Auto | GateMode::Paper => {}
        }
        self.automated += u32::from(request.kind == RequestKind::New);
        let most = self.config.strategies[0].automated_orders_max;
        if most > 0 && self.automated > most && request.kind == RequestKind::New {
            return Err("nobody armed it");
        }
        Ok(())
    }
}

/// Judges an order by the market that the engine has seen.
fn judge_market(
    config: &PipelineConfig,
    at: Moment,
    request: &OrderRequest,
    desk: &Desk,
) -> Result<(), &'static str> {
    if !desk.is_live || at.clock.since(desk.heard) > config.risk.book_age_max {
        return Err("the market is not known");
    }
    let twice_mid = i128::from(desk.top.bid.price.0) + i128::from(desk.top.ask.price.0);
    let distance = (2 * i128::from(request.price.0) - twice_mid).abs() * 1_000_000;
    let is_limit = request.order_type == OrderType::Limit;
    if is_limit && distance > twice_mid * i128::from(config.risk.price_collar_ppm) {
        return Err("the price is too far from the market");
    }
    if is_limit && request.price <= Ticks::ZERO {
        return Err("there is no price");
    }
    Ok(())
}

/// Returns whether an order can only make the position smaller. While the engine cannot know the
/// position its own word has to do.
fn reduces(request: &OrderRequest, venue: &Venue) -> bool {
    let position = venue.position(request.instrument);
    let held = match request.side {
        Side::Buy => -position,
        Side::Sell => position,
    };
    let at_once = request.time_in_force == TimeInForce::ImmediateOrCancel;
    let is_known = !venue.has_misled() && venue.takeovers == 0;
    at_once && (request.lots <= held || !is_known)
}
