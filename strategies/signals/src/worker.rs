//! One order at a time towards a position.
//!
//! An opinion sets the position that is wanted: long or short, with a fixed size. On every change of
//! the market the worker moves towards it: an order rests at the best price of its own side, follows
//! when that moved away, and crosses the spread when it rested too long.
//!
//! Hot: `work` is called per market message. No allocation, no float.

use gannet_pipeline::strategy::{OrderView, Signals, View};
use gannet_types::{
    InstrumentId, Lots, Nanos, OrderStatus, OrderTerms, OrderType, Side, Signal, SignalAction,
    StrategyId, Text, Ticks, TimeInForce,
};

use crate::opinion::Opinion;

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerConfig {
    /// Whose orders they are.
    pub strategy: StrategyId,
    /// What is traded.
    pub instrument: InstrumentId,
    /// The position it takes, long or short.
    pub lots: Lots,
    /// How far the best price may move before the order follows, in ticks.
    pub follow_ticks: Ticks,
    /// Least time between two changes of an order.
    pub follow_interval: Nanos,
    /// How long an order rests before it crosses the spread.
    pub patience: Nanos,
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Worker {
    config: WorkerConfig,
    target: Lots,
    confidence: u8,
    reason: Text<32>,
    /// When the order now open was first wanted; it crosses the spread `patience` later.
    wanted_since: Option<Nanos>,
    last_change: Nanos,
}

impl Worker {
    /// Wants nothing yet.
    #[must_use]
    pub fn new(config: WorkerConfig) -> Self {
        Self {
            config,
            target: Lots::ZERO,
            confidence: 0,
            reason: Text::default(),
            wanted_since: None,
            last_change: Nanos::ZERO,
        }
    }

    /// Returns what is traded.
    #[must_use]
    pub const fn instrument(&self) -> InstrumentId {
        self.config.instrument
    }

    /// Wants what an opinion says from now on.
    pub fn follow(&mut self, opinion: &Opinion) {
        let target = opinion.side.signed(self.config.lots);
        if target != self.target {
            self.target = target;
            self.wanted_since = None;
        }
        self.confidence = opinion.confidence;
        self.reason = opinion.reason;
    }

    /// One step towards the target.
    pub fn work(&mut self, view: &View<'_>, signals: &mut Signals) {
        let missing = self.target - view.position.lots;
        if let Some(order) = view.orders.first() {
            self.tend(view, order, missing, signals);
        } else if missing != Lots::ZERO && view.live {
            let side = if missing > Lots::ZERO { Side::Buy } else { Side::Sell };
            self.place(view, side, missing.abs(), signals);
        } else {
            self.wanted_since = None;
        }
    }

    fn place(&mut self, view: &View<'_>, side: Side, lots: Lots, signals: &mut Signals) {
        if view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let since = *self.wanted_since.get_or_insert(view.now);
        let impatient = view.now.since(since) >= self.config.patience;
        let (own, other) = match side {
            Side::Buy => (view.top.bid, view.top.ask),
            Side::Sell => (view.top.ask, view.top.bid),
        };
        if own.lots == Lots::ZERO || other.lots == Lots::ZERO {
            return;
        }
        let (price, time_in_force) = if impatient {
            (other.price, TimeInForce::ImmediateOrCancel)
        } else {
            (own.price, TimeInForce::PostOnly)
        };
        self.signal(view, SignalAction::Place, side, price, lots, time_in_force, signals);
    }

    fn tend(&mut self, view: &View<'_>, order: &OrderView, missing: Lots, signals: &mut Signals) {
        let settled = matches!(order.status, OrderStatus::New | OrderStatus::PartiallyFilled);
        if !settled || view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let unwanted = order.side.signed(order.remaining().lots) != missing;
        let rested =
            self.wanted_since.is_some_and(|since| view.now.since(since) >= self.config.patience);
        let remaining = order.remaining().lots;
        if unwanted || rested || !view.live {
            let cancel = SignalAction::Cancel(order.id);
            let in_force = TimeInForce::GoodTillCancel;
            self.signal(view, cancel, order.side, order.price, remaining, in_force, signals);
            return;
        }
        let best = match order.side {
            Side::Buy => view.top.bid.price,
            Side::Sell => view.top.ask.price,
        };
        if (best - order.price).0.abs() > self.config.follow_ticks.0 {
            let replace = SignalAction::Replace(order.id);
            let in_force = TimeInForce::PostOnly;
            self.signal(view, replace, order.side, best, order.lots, in_force, signals);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the fields of a signal, once")]
    fn signal(
        &mut self,
        view: &View<'_>,
        action: SignalAction,
        side: Side,
        price: Ticks,
        lots: Lots,
        time_in_force: TimeInForce,
        signals: &mut Signals,
    ) {
        let signal = Signal {
            strategy: self.config.strategy,
            instrument: view.instrument.id,
            action,
            side,
            order_type: OrderType::Limit,
            price,
            lots,
            time_in_force,
            terms: OrderTerms::PLAIN,
            confidence: self.confidence,
            reason: self.reason,
            origin: view.origin,
        };
        if signals.push(signal).is_ok() {
            self.last_change = view.now;
        }
    }
}
