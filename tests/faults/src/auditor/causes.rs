//! Who wanted it: every order, replacement and cancel has a cause, and no cause has two.
//!
//! A new order is what a signal asked for that the gate released, or a person; or it is a child of a
//! parent that was; or it takes the place of one that provably never left, at another gateway; or of one
//! that was cancelled to be replaced. A cancel is a strategy's wish, a person's, or what stops trading.

use std::collections::{BTreeMap, BTreeSet};

use gannet_pipeline::PipelineConfig;
use gannet_types::{
    AccountId, ClientOrderId, Command, ExecKind, GateMode, GateVerdict, Input, InstrumentId, Lots,
    Nanos, OrderId, OrderRequest, ParentReport, Plan, Reject, RejectReason, RequestKind, Scope,
    Side, Signal, SignalAction, StrategyId, Ticks,
};

use super::Place;
use super::stops::Stops;
use crate::plans;
use crate::truth::Truth;

/// How much later than it may an approval counts: until the timers look.
const LATE: Nanos = Nanos(30 * Nanos::MILLISECOND.0);

/// A signal that was released just now.
#[derive(Clone, Copy, Debug)]
struct Grant {
    signal: Signal,
    by: By,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Mode,
    Person(OrderId),
    Close,
}

/// A signal that waits.
#[derive(Clone, Copy, Debug)]
struct Waiting {
    id: OrderId,
    since: Nanos,
    signal: Signal,
    /// Whether the engine was killed meanwhile: its clock may have been set back.
    was_dead: bool,
}

/// A parent order that may send children.
#[derive(Clone, Copy, Debug)]
struct Parent {
    /// A number of ours.
    serial: u64,
    /// Known once it was reported.
    id: Option<OrderId>,
    strategy: StrategyId,
    instrument: InstrumentId,
    side: Side,
    lots: Lots,
    plan: Plan,
    is_approved: bool,
    /// Whether an order may have been its child or another's.
    is_mixed: bool,
}

/// A child of a parent order.
#[derive(Clone, Copy, Debug)]
struct Child {
    serial: u64,
    side: Side,
    /// What of it has traded as far as the engine was told.
    told: Lots,
}

/// What somebody wanted.
#[derive(Debug)]
pub(super) struct Causes {
    config: PipelineConfig,
    modes: Vec<GateMode>,
    /// Orders of each strategy that no person released since somebody armed it.
    automated: Vec<u32>,
    waiting: Vec<Waiting>,
    approved: Option<Waiting>,
    grant: Option<Grant>,
    /// The order that this input is about, and what it says.
    about: Option<(OrderId, ExecKind, RejectReason)>,
    /// Orders whose place was taken.
    replaced: BTreeSet<OrderId>,
    /// What is to take the place of an order once it is cancelled.
    successors: BTreeMap<OrderId, Signal>,
    parents: Vec<Parent>,
    children: BTreeMap<OrderId, Child>,
    /// What strategies want cancelled.
    wishes: BTreeSet<(StrategyId, OrderId)>,
    /// Orders that somebody has wanted cancelled.
    gone: BTreeSet<OrderId>,
    /// Orders that are to be cancelled, unless the answer was no.
    cancelled: BTreeSet<OrderId>,
    released: u64,
    /// Parents so far.
    serials: u64,
}

impl Causes {
    pub(super) fn new(config: &PipelineConfig) -> Self {
        Self {
            modes: config.strategies.iter().map(|it| it.gate_mode).collect(),
            automated: vec![0; config.strategies.len()],
            waiting: Vec::new(),
            approved: None,
            grant: None,
            about: None,
            replaced: BTreeSet::new(),
            successors: BTreeMap::new(),
            parents: Vec::new(),
            children: BTreeMap::new(),
            wishes: BTreeSet::new(),
            gone: BTreeSet::new(),
            cancelled: BTreeSet::new(),
            released: 0,
            serials: 0,
            config: config.clone(),
        }
    }

    pub(super) fn waiting(&self) -> Vec<OrderId> {
        self.waiting.iter().map(|waiting| waiting.id).collect()
    }

    pub(super) fn mode(&self, strategy: StrategyId) -> GateMode {
        self.modes[usize::from(strategy.0)]
    }

    pub(super) const fn has_parents(&self) -> bool {
        !self.parents.is_empty()
    }

    pub(super) fn children(&self) -> u64 {
        self.children.len() as u64
    }

    pub(super) const fn approved(&self) -> u64 {
        self.released
    }

    pub(super) fn is_cancelled(&self, order: OrderId) -> bool {
        self.cancelled.contains(&order)
    }

    pub(super) fn note_death(&mut self) {
        self.waiting.iter_mut().for_each(|waiting| waiting.was_dead = true);
    }

    pub(super) fn on_input(&mut self, input: &Input<'_>) {
        (self.approved, self.grant, self.about) = (None, None, None);
        match input {
            Input::Command(command) => self.on_command(*command),
            Input::Execution(report) => {
                use ExecKind::{CancelRejected, Rejected, Unsent};
                let order = report.client_order_id.order();
                self.about = Some((order, report.kind, report.reason));
                if let Some(child) = self.children.get_mut(&order) {
                    child.told = child.told.max(report.cum_lots);
                }
                if matches!(report.kind, CancelRejected | Rejected | Unsent) {
                    self.cancelled.remove(&order);
                }
            }
            _ => {}
        }
    }

    fn on_command(&mut self, command: Command) {
        match command {
            Command::Approve(id) => self.approved = self.take_waiting(id),
            Command::Decline(id) => {
                let _ = self.take_waiting(id);
            }
            Command::SetGateMode(strategy, mode) => {
                let Some(known) = self.modes.get_mut(usize::from(strategy.0)) else { return };
                *known = mode;
                if mode != GateMode::Assisted {
                    self.waiting.retain(|waiting| waiting.signal.strategy != strategy);
                }
            }
            Command::Arm => self.automated.fill(0),
            Command::ArmStrategy(strategy) => {
                if let Some(count) = self.automated.get_mut(usize::from(strategy.0)) {
                    *count = 0;
                }
            }
            _ => {}
        }
    }

    /// Notes what a command stops: it is to be cancelled, and no parent of it goes on.
    pub(super) fn note_stopped(
        &mut self,
        command: Command,
        orders: &BTreeMap<OrderId, OrderRequest>,
    ) {
        match command {
            Command::Kill | Command::CloseAll | Command::Drain => {
                self.waiting.clear();
                self.stop(|_| true, orders);
            }
            Command::CancelAll => self.stop(|_| true, orders),
            Command::CancelGateway(gateway) => {
                let there = orders.iter().filter(|(_, order)| order.gateway == gateway);
                self.gone.extend(there.map(|(id, _)| *id));
            }
            Command::Halt(scope) | Command::Close(scope) => {
                let config = &self.config;
                let place = |it: &Signal| Place::of(config, it.strategy, it.instrument);
                self.waiting.retain(|waiting| !place(&waiting.signal).is_within(scope));
                self.stop(|place| place.is_within(scope), orders);
            }
            _ => {}
        }
    }

    /// Notes that risk has stopped an account.
    pub(super) fn note_halted(
        &mut self,
        account: AccountId,
        orders: &BTreeMap<OrderId, OrderRequest>,
    ) {
        self.stop(|place| place.is_within(Scope::Account(account)), orders);
    }

    fn stop(&mut self, is_meant: impl Fn(Place) -> bool, orders: &BTreeMap<OrderId, OrderRequest>) {
        let meant = orders.iter().filter(|(_, order)| is_meant(Place::of_request(order)));
        self.gone.extend(meant.map(|(id, _)| *id));
        let config = &self.config;
        self.parents.retain(|it| !is_meant(Place::of(config, it.strategy, it.instrument)));
    }

    pub(super) fn on_signal(
        &mut self,
        world: Nanos,
        signal: &Signal,
        verdict: GateVerdict,
        stops: &Stops,
    ) -> Result<(), &'static str> {
        self.grant = None;
        let mode = self.mode(signal.strategy);
        match verdict {
            GateVerdict::Shown => return Ok(()),
            GateVerdict::Waiting(id) => {
                let signal = *signal;
                // A newer wish about an order takes the place of the older.
                self.waiting.retain(|waiting| waiting.id != id);
                self.waiting.push(Waiting { id, since: world, signal, was_dead: false });
                let waits = mode == GateMode::Assisted;
                return if waits { Ok(()) } else { Err("nobody is to decide about it") };
            }
            GateVerdict::Released => {}
        }
        if let SignalAction::Cancel(order) = signal.action {
            self.wishes.insert((signal.strategy, order));
            self.parents.retain(|it| it.id != Some(order) || it.strategy != signal.strategy);
            return Ok(());
        }
        let by = self.released_by(world, signal, mode)?;
        let place = Place::of(&self.config, signal.strategy, signal.instrument);
        if by == By::Mode && stops.is_stopped(place) {
            return Err("it was released while trading is stopped");
        }
        if let SignalAction::Work(plan) = signal.action {
            let Signal { strategy, instrument, side, lots, .. } = *signal;
            let parent = Parent {
                serial: self.serials,
                id: None,
                strategy,
                instrument,
                side,
                lots,
                plan,
                is_approved: by != By::Mode,
                is_mixed: false,
            };
            self.serials += 1;
            self.parents.push(parent);
        }
        self.grant = Some(Grant { signal: *signal, by });
        Ok(())
    }

    fn released_by(
        &mut self,
        world: Nanos,
        signal: &Signal,
        mode: GateMode,
    ) -> Result<By, &'static str> {
        if signal.reason.as_bytes() == b"panic close" {
            return Ok(By::Close);
        }
        if let Some(waiting) = self.approved.take() {
            let same = Signal { lots: signal.lots, ..waiting.signal } == *signal;
            if !same || signal.lots > waiting.signal.lots {
                return Err("a person approved something else");
            }
            let waited = world.since(waiting.since);
            if waited > self.config.approval_timeout.after(LATE) && !waiting.was_dead {
                return Err("the approval came too late");
            }
            self.released += 1;
            return Ok(By::Person(waiting.id));
        }
        match mode {
            GateMode::Auto => {}
            GateMode::Paper if self.config.gateways[0].simulated => {}
            GateMode::Paper => return Err("paper went to a real venue"),
            GateMode::Manual | GateMode::Assisted => return Err("nobody released it"),
        }
        let index = usize::from(signal.strategy.0);
        let most = self.config.strategies[index].automated_orders_max;
        let opens = !matches!(signal.action, SignalAction::Replace(_));
        if opens && most > 0 && self.automated[index] >= most {
            return Err("nobody armed it");
        }
        Ok(By::Mode)
    }

    /// A parent that is refused sends nothing, and what expired waits no more.
    pub(super) fn on_reject(&mut self, reject: &Reject) {
        if matches!(reject.reason, RejectReason::ApprovalExpired | RejectReason::WishReplaced) {
            let _ = self.take_waiting(reject.client_order_id.order());
        }
        let refused = self.grant.take_if(|grant| {
            let Signal { strategy, instrument, action, .. } = grant.signal;
            // What is refused of a parent's children is told under its id.
            let works = matches!(action, SignalAction::Work(_)) && grant.by == By::Mode;
            let is_of_none = reject.client_order_id == ClientOrderId::default();
            works && is_of_none && (strategy, instrument) == (reject.strategy, reject.instrument)
        });
        if refused.is_some() {
            self.parents.pop();
        }
    }

    /// Learns the id of a parent, or that it is done.
    pub(super) fn on_parent(&mut self, report: &ParentReport) {
        if report.status.is_done() {
            self.parents.retain(|parent| parent.id != Some(report.id));
            return;
        }
        if self.parents.iter().any(|parent| parent.id == Some(report.id)) {
            return;
        }
        let shape = (report.strategy, report.instrument, report.side, report.lots);
        let is_it = |it: &&mut Parent| {
            it.id.is_none() && (it.strategy, it.instrument, it.side, it.lots) == shape
        };
        if let Some(parent) = self.parents.iter_mut().find(is_it) {
            parent.id = Some(report.id);
        }
    }

    /// Finds the cause of a new order or a replacement; returns whether it closes a position.
    pub(super) fn judge(
        &mut self,
        request: &OrderRequest,
        orders: &BTreeMap<OrderId, OrderRequest>,
        truth: Truth<'_>,
    ) -> Result<bool, &'static str> {
        let id = request.client_order_id.order();
        if let Some(grant) = self.grant.take_if(|grant| asks_for(&grant.signal, request)) {
            let opens = request.kind == RequestKind::New;
            match grant.by {
                By::Person(approved) if approved != id => return Err("a person approved another"),
                By::Person(_) | By::Close => {}
                By::Mode => {
                    self.automated[usize::from(request.strategy.0)] += u32::from(opens);
                }
            }
            return Ok(grant.by == By::Close);
        }
        let is_caused = match request.kind {
            RequestKind::New => {
                self.takes_place(request, orders)? || self.is_child(request, truth)?
            }
            _ => self.children.contains_key(&id) && self.parents_of(request).next().is_some(),
        };
        if is_caused { Ok(false) } else { Err("nobody wanted it") }
    }

    /// Returns whether a new order takes the place of the one that the input has ended.
    fn takes_place(
        &mut self,
        request: &OrderRequest,
        orders: &BTreeMap<OrderId, OrderRequest>,
    ) -> Result<bool, &'static str> {
        let Some((id, kind, reason)) = self.about else { return Ok(false) };
        let Some(old) = orders.get(&id).filter(|old| is_like(old, request)) else {
            return Ok(false);
        };
        let never_left = kind == ExecKind::Unsent && reason != RejectReason::NotSent;
        let is_same = (old.price, old.lots) == (request.price, request.lots);
        let successor = self.successors.get(&id);
        let succeeds =
            successor.is_some_and(|wish| wish.price == request.price && wish.lots >= request.lots);
        let fails_over = never_left && is_same && !self.children.contains_key(&id);
        if !fails_over && !succeeds {
            return Ok(false);
        }
        if !self.replaced.insert(id) {
            // The child of a parent may look the same.
            let is_child = self.parents_of(request).next().is_some();
            return if is_child { Ok(false) } else { Err("its place was taken before") };
        }
        if succeeds != (old.gateway == request.gateway) {
            return Err("it takes a place at the wrong gateway");
        }
        Ok(true)
    }

    /// Returns whether a parent may have sent it.
    fn is_child(&mut self, request: &OrderRequest, truth: Truth<'_>) -> Result<bool, &'static str> {
        let Some(&parent) = self.parents_of(request).next() else { return Ok(false) };
        let is_automated = self.parents_of(request).all(|parent| !parent.is_approved);
        let place = (request.strategy, request.instrument);
        let mut there = self.parents.iter_mut();
        let others = there.by_ref().filter(|it| (it.strategy, it.instrument) == place).count();
        if others > 1 {
            let there = self.parents.iter_mut();
            there
                .filter(|it| (it.strategy, it.instrument) == place)
                .for_each(|it| it.is_mixed = true);
        } else if !parent.is_mixed {
            self.judge_exit(&parent, request, truth)?;
        }
        self.automated[usize::from(request.strategy.0)] += u32::from(is_automated);
        let child = Child { serial: parent.serial, side: request.side, told: Lots::ZERO };
        self.children.insert(request.client_order_id.order(), child);
        Ok(true)
    }

    /// An exit of a bracket is for what was entered, less what the engine knows to have left.
    fn judge_exit(
        &self,
        parent: &Parent,
        request: &OrderRequest,
        truth: Truth<'_>,
    ) -> Result<(), &'static str> {
        if !matches!(parent.plan, Plan::Bracket { .. }) || request.side == parent.side {
            return Ok(());
        }
        let own = || self.children.iter().filter(|(_, child)| child.serial == parent.serial);
        let (entries, exits): (Vec<_>, Vec<_>) =
            own().partition(|(_, child)| child.side == parent.side);
        let entered: Lots = entries.iter().map(|(id, _)| truth.filled(**id)).sum();
        let left: Lots = exits.iter().map(|(_, child)| child.told).sum();
        let fits = request.lots <= entered - left || truth.has_misled(request.account);
        if fits { Ok(()) } else { Err("an exit is larger than what was entered") }
    }

    /// How far from its price the exit of an entry stands, which is what it may lose: of all brackets whose
    /// entry it may be the nearest.
    pub(super) fn own_stop(&self, request: &OrderRequest) -> Option<i64> {
        if !self.children.contains_key(&request.client_order_id.order()) {
            return None;
        }
        let distance = |parent: &Parent| match parent.plan {
            Plan::Bracket { stop, trail, .. } if parent.side == request.side => {
                match (stop > Ticks::ZERO, trail > 0) {
                    (true, _) => Some((request.price.0 - stop.0).abs()),
                    (false, true) => Some(i64::from(trail)),
                    (false, false) => None,
                }
            }
            _ => None,
        };
        self.parents_of(request).filter_map(distance).min()
    }

    fn parents_of(&self, request: &OrderRequest) -> impl Iterator<Item = &Parent> {
        let OrderRequest { strategy, instrument, side, .. } = *request;
        self.parents.iter().filter(move |parent| {
            (parent.strategy, parent.instrument) == (strategy, instrument)
                && plans::trades(parent.plan, parent.side, side)
        })
    }

    pub(super) fn judge_cancel(
        &mut self,
        request: &OrderRequest,
        stops: &Stops,
    ) -> Result<(), &'static str> {
        let id = request.client_order_id.order();
        self.cancelled.insert(id);
        let replaces = self.grant.take_if(|grant| grant.signal.action == SignalAction::Replace(id));
        let can = self.config.gateways[usize::from(request.gateway.0)].capabilities.replace;
        if let Some(grant) = replaces.filter(|_| !can) {
            self.successors.insert(id, grant.signal);
            self.gone.insert(id);
            return Ok(());
        }
        let is_wanted = self.gone.contains(&id)
            || self.children.contains_key(&id)
            || self.wishes.contains(&(request.strategy, id))
            || stops.is_stopped(Place::of_request(request));
        if !is_wanted {
            return Err("nobody wanted it cancelled");
        }
        self.gone.insert(id);
        Ok(())
    }

    /// A request that cancels everything at a venue ends nothing that was not meant.
    pub(super) fn judge_mass_cancel(
        &self,
        request: &OrderRequest,
        stops: &Stops,
        truth: Truth<'_>,
    ) -> Result<(), &'static str> {
        let there = truth.at_venues().filter(|order| order.gateway == request.gateway);
        let mut others = there.filter(|order| !truth.has_misled(order.account));
        let is_meant = others.all(|order| {
            let instrument = order.working.instrument;
            let place = Place { strategy: order.strategy, account: order.account, instrument };
            self.gone.contains(&order.working.id) || stops.is_stopped(place)
        });
        if is_meant { Ok(()) } else { Err("it cancels what nobody wanted cancelled") }
    }

    fn take_waiting(&mut self, id: OrderId) -> Option<Waiting> {
        let index = self.waiting.iter().position(|waiting| waiting.id == id)?;
        Some(self.waiting.remove(index))
    }
}

/// Returns whether a request is what a signal asks for.
fn asks_for(signal: &Signal, request: &OrderRequest) -> bool {
    let is_action = match signal.action {
        SignalAction::Place => request.kind == RequestKind::New,
        SignalAction::Replace(id) => {
            request.kind == RequestKind::Replace && id == request.client_order_id.order()
        }
        SignalAction::Cancel(_) | SignalAction::Work(_) => false,
    };
    let new = request.kind == RequestKind::New;
    let same_kind = !new
        || (signal.instrument, signal.side, signal.order_type)
            == (request.instrument, request.side, request.order_type);
    is_action
        && same_kind
        && (signal.strategy, signal.price, signal.lots)
            == (request.strategy, request.price, request.lots)
}

/// Returns whether two new orders are of one place and kind.
fn is_like(left: &OrderRequest, right: &OrderRequest) -> bool {
    let kind = |it: &OrderRequest| (it.strategy, it.instrument, it.side, it.order_type);
    kind(left) == kind(right)
}
