//! Parent orders: instructions that stay in the engine and trade by child orders.
//!
//! A parent begins when the gate releases its signal; a person approves the parent, and its children
//! pass as released, but each through risk. It ends when it is complete, when its time is over, when
//! it is cancelled, and with everything that cancels one of its children from outside: a kill, a
//! halt, a drain, a person. It never comes back by itself.
//!
//! All of it follows from inputs, so a replay has the same parents, and after a crash they go on
//! with the children that the venue still knows.
//!
//! Hot: one comparison per input while there are no parents.
//!
//! # Invariants
//! - A parent has at most one open child in each slot, but for one that the venue revives, which is
//!   cancelled.
//! - A child never makes its parent trade more than asked for, but for the races told in `parent`.

use gannet_types::{
    Bar, Bounded, Input, InstrumentId, Lots, MarketEvent, Nanos, OrderId, OrderStatus, OrderTerms,
    OrderType, Outbox, Output, ParentReport, Plan, RejectReason, Side, Signal, StrategyId, Ticks,
    TimeInForce, TopOfBook,
};

use crate::listing::Splitter;
use crate::orders::remove_in_order;
use crate::strategy::{OrderView, Strategy, StrategyEvent};
use crate::{Pipeline, SIGNAL_ROOM};

pub use curve::{DAY_BUCKETS, DayVolume};

use curve::VolumeCurve;
use parent::{Parent, SLOTS, Slot, Work};
use part::Part;
use slicer::Slicer;
use split::Spent;

mod children;
mod curve;
mod parent;
mod part;
mod slicer;
mod split;
mod trigger;
mod venues;

/// Most parents at once.
const PARENTS_MAX: usize = 64;

/// The parents that are not done.
pub(crate) struct Parents {
    list: Bounded<Parent>,
    curves: Vec<VolumeCurve>,
    splitter: Splitter,
    /// By instrument; empty if nothing is ever split.
    spent: Vec<Spent>,
}

/// What a parent sees of the market in one input.
#[derive(Clone, Copy, Debug)]
struct Sight {
    /// What the clock says: orders of the broker's kind end by it.
    clock: Nanos,
    /// The steady time: everything else is measured by it.
    now: Nanos,
    is_live: bool,
    /// Best bid and ask; zero for a side without orders.
    bid: Ticks,
    ask: Ticks,
    /// The trade that the input is.
    last: Option<Print>,
}

/// Price and size of a trade.
#[derive(Clone, Copy, Debug)]
struct Print {
    price: Ticks,
    lots: Lots,
}

impl Parents {
    /// Reserves all memory; `days` are the curves that need not be learned, `splits` says whether
    /// orders may be split over venues.
    pub(crate) fn new(instruments: usize, days: &[Option<DayVolume>], splits: bool) -> Self {
        let curve = |index| match days.get(index) {
            Some(Some(day)) => VolumeCurve::known(day),
            Some(None) | None => VolumeCurve::new(),
        };
        let curves = (0..instruments).map(curve).collect();
        let list = Bounded::with_capacity(PARENTS_MAX);
        let spent = vec![Spent::default(); if splits { instruments } else { 0 }];
        Self { list, curves, splitter: Splitter::new(splits), spent }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Learns when in the day how much is traded.
    pub(crate) fn on_bar(&mut self, bar: &Bar) {
        if let Some(curve) = self.curves.get_mut(usize::from(bar.instrument.0)) {
            curve.on_bar(bar);
        }
    }

    /// Ends every parent that `is_meant`, as soon as its children are gone; they are cancelled if
    /// nobody did so.
    pub(crate) fn end(&mut self, is_meant: impl Fn(&Signal) -> bool) {
        for parent in self.list.as_mut_slice() {
            if is_meant(&parent.signal) {
                parent.end(OrderStatus::Canceled);
            }
        }
    }

    /// Returns whether a strategy has a parent in an instrument.
    pub(crate) fn has_any_of(&self, strategy: StrategyId, instrument: InstrumentId) -> bool {
        let whose = |signal: &Signal| (signal.strategy, signal.instrument);
        self.list.iter().any(|parent| whose(&parent.signal) == (strategy, instrument))
    }

    /// Returns whether a parent has this id.
    pub(crate) fn has(&self, id: OrderId) -> bool {
        self.list.iter().any(|parent| parent.id == id)
    }

    /// Returns the oldest parent of a strategy in an instrument, as the strategy sees it.
    pub(crate) fn oldest_of(
        &self,
        strategy: StrategyId,
        instrument: InstrumentId,
    ) -> Option<OrderView> {
        let whose = |signal: &Signal| (signal.strategy, signal.instrument);
        let parent = self.list.iter().find(|it| whose(&it.signal) == (strategy, instrument))?;
        Some(view(parent, parent.report(None).status))
    }

    /// Returns whether an order is a parent's child.
    pub(crate) fn has_child(&self, order: OrderId) -> bool {
        self.list.iter().any(|parent| parent.has_child(order))
    }

    /// Ends the parent of this id, or of a child of this id, if it is the `strategy`'s; returns
    /// whether there is one.
    pub(crate) fn cancel(&mut self, strategy: StrategyId, id: OrderId) -> bool {
        self.cancel_meant(id, |parent| parent.signal.strategy == strategy)
    }

    /// Ends the parent of this id, or of a child of this id, whoever's it is; returns whether there
    /// is one.
    pub(crate) fn cancel_any(&mut self, id: OrderId) -> bool {
        self.cancel_meant(id, |_| true)
    }

    fn cancel_meant(&mut self, id: OrderId, is_meant: impl Fn(&Parent) -> bool) -> bool {
        let is_it =
            |parent: &&mut Parent| is_meant(parent) && (parent.id == id || parent.has_child(id));
        let found = self.list.as_mut_slice().iter_mut().find(is_it);
        let is_there = found.is_some();
        if let Some(parent) = found {
            parent.end(OrderStatus::Canceled);
        }
        is_there
    }
}

impl<S: Strategy> Pipeline<S> {
    /// Begins a parent that the gate has released; it gets `id` if it waited under one.
    ///
    /// # Errors
    /// The plan makes no sense at this broker, or there are too many.
    #[cold]
    #[inline(never)]
    pub(crate) fn begin_parent(
        &mut self,
        signal: &Signal,
        plan: Plan,
        id: Option<OrderId>,
    ) -> Result<(), RejectReason> {
        let account = self.config.account_of(signal.strategy, signal.instrument);
        let account = self.config.account(account);
        let broker = self.config.capabilities(account.gateways.first());
        let broker = broker.ok_or(RejectReason::GatewayDown)?;
        if signal.lots <= Lots::ZERO {
            return Err(RejectReason::BadSize);
        }
        if signal.order_type.has_limit() && signal.price <= Ticks::ZERO && !is_sliced(plan) {
            return Err(RejectReason::BadPrice);
        }
        let work = match plan {
            Plan::Emulate => Work::One(Part::of(signal, broker)?),
            Plan::Touched(at) => {
                let part = Part::of(signal, broker)?;
                let sent = matches!(signal.order_type, OrderType::Market | OrderType::Limit);
                if at <= Ticks::ZERO || !sent {
                    return Err(RejectReason::BadPlan);
                }
                Work::One(part.touched(at))
            }
            Plan::Either { side, order_type, price, stop_price, trail } => {
                let prices = [price, stop_price, Ticks(i64::from(trail))];
                let other = Part::other(signal, (side, order_type), prices, broker)?;
                Work::Either([Part::of(signal, broker)?, other])
            }
            Plan::Bracket { target, stop, trail } => {
                bracket(signal, [target, stop, Ticks(i64::from(trail))], broker)?
            }
            Plan::Split => self.begin_split(signal)?,
            Plan::Sliced(schedule) => {
                if signal.order_type != OrderType::Limit || !signal.terms.is_simple() {
                    return Err(RejectReason::BadPlan);
                }
                broker.check(signal.order_type, signal.time_in_force, &signal.terms)?;
                let can_pay = broker.has_time_in_force(TimeInForce::ImmediateOrCancel);
                Work::Sliced(Slicer::new(self.steady.time(), schedule, signal, can_pay)?)
            }
        };
        if self.parents.list.room() == 0 {
            return Err(RejectReason::ParentsFull);
        }
        let parent = Parent {
            id: id.unwrap_or_else(|| self.take_order_id()),
            signal: *signal,
            goal: signal.lots,
            is_approved: id.is_some(),
            work,
            slots: [Slot::default(); SLOTS],
            ends: None,
            children: 0,
            is_alarmed: false,
            told: None,
        };
        assert!(self.parents.list.push(parent).is_ok(), "there was room");
        Ok(())
    }

    /// Works the parents that an input may concern, after everything else about it was done.
    #[cold]
    #[inline(never)]
    pub(crate) fn work_parents(&mut self, now: Nanos, input: &Input<'_>, outbox: &mut Outbox) {
        let mut index = 0;
        while index < self.parents.list.len() {
            if self.concerns(input, &self.parents.list[index])
                && self.work_parent(now, index, input, outbox)
            {
                remove_in_order(&mut self.parents.list, index);
            } else {
                index += 1;
            }
        }
    }

    /// Looks after one parent; returns whether it is done.
    fn work_parent(
        &mut self,
        now: Nanos,
        index: usize,
        input: &Input<'_>,
        outbox: &mut Outbox,
    ) -> bool {
        let mut parent = self.parents.list[index];
        let sight = self.sight(now, parent.signal.instrument, input);
        self.count_children(&mut parent, input);
        parent.watch(&sight);
        let mut done = None;
        if outbox.room() >= SIGNAL_ROOM {
            if let Work::Split(split) = parent.work {
                self.work_split(now, &mut parent, &split, outbox);
            } else {
                let curve = &self.parents.curves[usize::from(parent.signal.instrument.0)];
                let wants = parent.wants(&sight, curve);
                self.work_children(now, &mut parent, &wants, outbox);
            }
            done = parent.outcome();
            if parent.is_over() && !std::mem::replace(&mut parent.is_alarmed, true) {
                let about = gannet_types::ClientOrderId::new(parent.id, 0);
                self.alarm(gannet_types::Alarm::FillMismatch(about), outbox);
            }
        }
        let report = parent.report(done);
        // That a child was sent shows in the child.
        let children = report.children;
        let is_known = parent.told.is_some_and(|told| ParentReport { children, ..told } == report);
        let is_news = outbox.room() > 0 && !is_known;
        if is_news {
            parent.told = Some(report);
        }
        self.parents.list.as_mut_slice()[index] = parent;
        if is_news {
            self.emit(Output::Parent(report), outbox);
            let view = view(&parent, report.status);
            let event = StrategyEvent::Order(&view);
            let Signal { strategy, instrument, .. } = parent.signal;
            self.tell_one(now, strategy, instrument, event, outbox);
        }
        done.is_some() && is_news
    }

    /// Returns whether an input may concern a parent.
    fn concerns(&self, input: &Input<'_>, parent: &Parent) -> bool {
        match input {
            Input::Market(message) => match parent.work {
                Work::Split(split) => {
                    self.config.listings.group_of(message.instrument) == Some(split.group)
                }
                Work::One(_) | Work::Either(_) | Work::Bracket { .. } | Work::Sliced(_) => {
                    message.instrument == parent.signal.instrument
                }
            },
            Input::Execution(_)
            | Input::Gateway(_)
            | Input::Command(_)
            | Input::Prediction(_)
            | Input::Timer => true,
            Input::DropCopy(_) | Input::VenuePosition(_) => false,
        }
    }

    fn sight(&self, now: Nanos, instrument: InstrumentId, input: &Input<'_>) -> Sight {
        let market = &self.desks[usize::from(instrument.0)].market;
        let TopOfBook { bid, ask, .. } = market.top;
        let last = match input {
            Input::Market(message) => match &message.event {
                MarketEvent::Trade(trade)
                    if trade.price > Ticks::ZERO && trade.lots > Lots::ZERO =>
                {
                    Some(Print { price: trade.price, lots: trade.lots })
                }
                MarketEvent::Trade(_)
                | MarketEvent::Top(_)
                | MarketEvent::Depth(_)
                | MarketEvent::Feed(_)
                | MarketEvent::Status(_) => None,
            },
            Input::Execution(_)
            | Input::DropCopy(_)
            | Input::Gateway(_)
            | Input::Command(_)
            | Input::Prediction(_)
            | Input::VenuePosition(_)
            | Input::Timer => None,
        };
        let price = |level: gannet_types::Level| match level.lots {
            Lots::ZERO => Ticks::ZERO,
            _ => level.price,
        };
        let (clock, now) = (now, self.steady.time());
        let is_live = market.is_live(now, self.config.risk.book_age_max);
        Sight { clock, now, is_live, bid: price(bid), ask: price(ask), last }
    }
}

impl Sight {
    /// The best price of an order's own side.
    const fn near(&self, side: Side) -> Ticks {
        match side {
            Side::Buy => self.bid,
            Side::Sell => self.ask,
        }
    }

    /// The best price that an order of `side` can trade at.
    const fn far(&self, side: Side) -> Ticks {
        self.near(side.opposite())
    }
}

/// A bracket's three orders.
fn bracket(
    signal: &Signal,
    [target, stop, trail]: [Ticks; 3],
    broker: &gannet_types::Capabilities,
) -> Result<Work, RejectReason> {
    let is_set = |price: Ticks| price > Ticks::ZERO;
    let entry = if signal.order_type.has_limit() { signal.price } else { Ticks::ZERO };
    // From the worst price to the best, as far as they are there, each strictly after the other.
    let mut last = Ticks::ZERO;
    let rising = match signal.side {
        Side::Buy => [stop, entry, target],
        Side::Sell => [target, entry, stop],
    };
    let in_order = rising.into_iter().filter(|&price| is_set(price)).all(|price| {
        let follows = price > last;
        last = price;
        follows
    });
    let some = is_set(target) || is_set(stop) || is_set(trail);
    let is_exit = signal.terms.reduce_only;
    if !in_order || !some || is_exit || rising.into_iter().any(|price| price < Ticks::ZERO) {
        return Err(RejectReason::BadPlan);
    }
    let gtc = broker.has_time_in_force(TimeInForce::GoodTillCancel);
    let exit = |order_type, price, terms| {
        let time_in_force = if gtc { TimeInForce::GoodTillCancel } else { TimeInForce::Day };
        let side = signal.side.opposite();
        Part::of(&Signal { side, order_type, price, time_in_force, terms, ..*signal }, broker)
    };
    let target = is_set(target).then(|| exit(OrderType::Limit, target, OrderTerms::REDUCING));
    let stop_price = stop;
    let terms = OrderTerms { stop_price, offset: trail, ..OrderTerms::REDUCING };
    let stop = match (is_set(trail), is_set(stop)) {
        (true, _) => Some(exit(OrderType::TrailingStop, Ticks::ZERO, terms)),
        (false, true) => Some(exit(OrderType::Stop, Ticks::ZERO, terms)),
        (false, false) => None,
    };
    let entry = Signal { terms: entry_terms(signal, entry, stop_price, trail), ..*signal };
    Ok(Work::Bracket {
        entry: Part::of(&entry, broker)?,
        target: target.transpose()?,
        stop: stop.transpose()?,
    })
}

/// The entry's terms: without a stop of the signal's own, that of its exit is what it may lose. Of an
/// entry at the market it is not known how far away that is.
fn entry_terms(signal: &Signal, limit: Ticks, stop: Ticks, trail: Ticks) -> OrderTerms {
    let terms = signal.terms;
    let entry = if limit > Ticks::ZERO { limit } else { terms.stop_price };
    if terms.stop_distance != 0 || entry <= Ticks::ZERO {
        return terms;
    }
    let stop = match (stop, trail) {
        (Ticks::ZERO, Ticks::ZERO) => return terms,
        (Ticks::ZERO, trail) => signal.side.opposite().towards_worse(entry, trail),
        (stop, _) => stop,
    };
    terms.with_stop(signal.side, entry, stop)
}

fn is_sliced(plan: Plan) -> bool {
    matches!(plan, Plan::Sliced(_))
}

/// A parent as its strategy sees it: like an order of its own.
fn view(parent: &Parent, status: OrderStatus) -> OrderView {
    let Signal { side, price, lots, .. } = parent.signal;
    OrderView { id: parent.id, status, side, price, lots, cum_lots: parent.report(None).cum_lots }
}
