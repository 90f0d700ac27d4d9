//! One order at a time towards a position.
//!
//! The worker is told which position is wanted. On every change of the market it moves towards it: an
//! order rests at the best price of its own side, follows when that moved away, and crosses the spread
//! when it rested too long, or when the position must be given up at once.
//!
//! Hot: `work` is called per market message. No allocation, no float.

use gannet_pipeline::strategy::{OrderView, Signals, View};
use gannet_types::{Lots, Nanos, OrderStatus, Plan, Side, SignalAction, Text, Ticks, TimeInForce};

use crate::range::{OutOfRange, agrees};
use crate::wish::{Motive, Wish};

/// What can be chosen about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WorkerConfig {
    /// How far the best price may move before the order follows, in ticks.
    pub follow_ticks: Ticks,
    /// Least time between two changes of an order.
    pub follow_interval: Nanos,
    /// How long an order rests before it crosses the spread; zero crosses at once.
    pub patience: Nanos,
    /// Whether a position is closed before the contrary one is opened, so that no closing order is
    /// larger than the position; otherwise one order turns it.
    pub closes_first: bool,
    /// How its orders find a venue.
    pub route: Route,
}

/// How orders find a venue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Route {
    /// They are sent in the strategy's own instrument.
    #[default]
    Single,
    /// They are split over all venues where the same thing is listed.
    Split {
        /// How far behind the best price an order that crosses the spread may trade, in ticks.
        reach: Ticks,
    },
}

impl WorkerConfig {
    /// Checks the ranges.
    ///
    /// # Errors
    /// Names the key that is out of range.
    pub fn check(&self) -> Result<(), OutOfRange> {
        agrees("follow_ticks", self.follow_ticks >= Ticks::ZERO, "positive or zero")?;
        let reach = match self.route {
            Route::Single => Ticks::ZERO,
            Route::Split { reach } => reach,
        };
        agrees("split_reach_ticks", reach >= Ticks::ZERO, "positive or zero")
    }
}

/// What it remembers.
#[derive(Clone, Debug)]
pub struct Worker {
    config: WorkerConfig,
    target: Lots,
    urgent: bool,
    motive: Motive,
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
            urgent: false,
            motive: Motive::default(),
            wanted_since: None,
            last_change: Nanos::ZERO,
        }
    }

    /// Returns the position that is wanted.
    #[must_use]
    pub const fn target(&self) -> Lots {
        self.target
    }

    /// Wants a position from now on.
    pub fn want(&mut self, target: Lots, confidence: u8, reason: Text<32>) {
        if target != self.target {
            self.target = target;
            self.wanted_since = None;
        }
        self.urgent = false;
        self.motive = Motive { confidence, reason };
    }

    /// Wants no position, at once, whatever the spread costs.
    pub fn flee(&mut self, reason: Text<32>) {
        if self.urgent {
            return;
        }
        self.want(Lots::ZERO, 100, reason);
        self.urgent = true;
        self.last_change = Nanos::ZERO;
    }

    /// One step towards the target.
    #[inline]
    pub fn work(&mut self, view: &View<'_>, signals: &mut Signals) {
        let missing = self.missing(view.position.lots);
        if let Some(order) = self.open(view) {
            self.tend(view, order, missing, signals);
        } else if missing != Lots::ZERO && view.live {
            let side = if missing > Lots::ZERO { Side::Buy } else { Side::Sell };
            self.place(view, side, missing.abs(), signals);
        } else {
            self.wanted_since = None;
        }
    }

    /// The order that works, or the parent of those that do.
    fn open<'a>(&self, view: &'a View<'_>) -> Option<&'a OrderView> {
        match self.config.route {
            Route::Single => view.orders.first(),
            Route::Split { .. } => view.parent.as_ref(),
        }
    }

    fn missing(&self, held: Lots) -> Lots {
        let turns = held.0.signum() * self.target.0.signum() < 0;
        if turns && self.config.closes_first { -held } else { self.target - held }
    }

    fn place(&mut self, view: &View<'_>, side: Side, lots: Lots, signals: &mut Signals) {
        if view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let since = *self.wanted_since.get_or_insert(view.now);
        let impatient = self.urgent || view.now.since(since) >= self.config.patience;
        let (own, other) = match side {
            Side::Buy => (view.top.bid, view.top.ask),
            Side::Sell => (view.top.ask, view.top.bid),
        };
        if own.lots == Lots::ZERO || other.lots == Lots::ZERO {
            return;
        }
        let (action, reach, patient) = match self.config.route {
            Route::Single => (SignalAction::Place, Ticks::ZERO, TimeInForce::PostOnly),
            // What rests here may trade at once where the same thing is cheaper.
            Route::Split { reach } => {
                (SignalAction::Work(Plan::Split), reach, TimeInForce::GoodTillCancel)
            }
        };
        let (price, time_in_force) = if impatient {
            let worse = side.signed(Lots(reach.0)).0;
            (Ticks(other.price.0 + worse).max(Ticks(1)), TimeInForce::ImmediateOrCancel)
        } else {
            (own.price, patient)
        };
        self.say(view, Wish { action, side, price, lots, time_in_force }, signals);
    }

    fn tend(&mut self, view: &View<'_>, order: &OrderView, missing: Lots, signals: &mut Signals) {
        let settled = matches!(order.status, OrderStatus::New | OrderStatus::PartiallyFilled);
        if !settled || view.now.since(self.last_change) < self.config.follow_interval {
            return;
        }
        let remaining = order.remaining().lots;
        let unwanted = order.side.signed(remaining) != missing;
        let rested =
            self.wanted_since.is_some_and(|since| view.now.since(since) >= self.config.patience);
        let side = order.side;
        if unwanted || rested || self.urgent || !view.live {
            let action = SignalAction::Cancel(order.id);
            let (price, time_in_force) = (order.price, TimeInForce::GoodTillCancel);
            self.say(view, Wish { action, side, price, lots: remaining, time_in_force }, signals);
            return;
        }
        let price = match side {
            Side::Buy => view.top.bid.price,
            Side::Sell => view.top.ask.price,
        };
        if (price - order.price).0.abs() > self.config.follow_ticks.0 {
            let (action, time_in_force) = match self.config.route {
                Route::Single => (SignalAction::Replace(order.id), TimeInForce::PostOnly),
                // A parent is not changed: it ends, and another begins at the new price.
                Route::Split { .. } => {
                    (SignalAction::Cancel(order.id), TimeInForce::GoodTillCancel)
                }
            };
            self.say(view, Wish { action, side, price, lots: order.lots, time_in_force }, signals);
        }
    }

    fn say(&mut self, view: &View<'_>, wish: Wish, signals: &mut Signals) {
        if wish.say(view, &self.motive, signals) {
            self.last_change = view.now;
        }
    }
}

#[cfg(test)]
mod tests {
    use gannet_pipeline::strategy::SIGNALS_MAX;

    use super::*;
    use crate::testing::Desk;

    const CONFIG: WorkerConfig = WorkerConfig {
        follow_ticks: Ticks(1),
        follow_interval: Nanos::from_millis(100),
        patience: Nanos::from_millis(1_000),
        closes_first: false,
        route: Route::Single,
    };

    /// Lets time pass in steps of 100 ms; returns the largest order that was placed.
    fn work(worker: &mut Worker, desk: &mut Desk, steps: u32) -> Lots {
        let mut largest = Lots::ZERO;
        for _ in 0..steps {
            let mut signals = Signals::with_capacity(SIGNALS_MAX);
            worker.work(&desk.view(), &mut signals);
            for signal in signals.iter().filter(|it| it.action == SignalAction::Place) {
                largest = largest.max(signal.lots);
            }
            desk.obey(&signals);
            desk.now = desk.now.after(Nanos::from_millis(100));
        }
        largest
    }

    #[test]
    fn it_rests_follows_and_crosses_when_it_rested_too_long() {
        let (mut worker, mut desk) = (Worker::new(CONFIG), Desk::new(1_000, 1_003));
        worker.want(Lots(5), 50, Text::default());
        work(&mut worker, &mut desk, 1);
        assert_eq!(desk.orders[0].price, Ticks(1_000));
        desk.quote(1_001, 1_004);
        work(&mut worker, &mut desk, 1);
        assert_eq!(desk.orders[0].price, Ticks(1_000), "one tick is not worth following");
        desk.quote(1_002, 1_005);
        work(&mut worker, &mut desk, 1);
        assert_eq!(desk.orders[0].price, Ticks(1_002));
        work(&mut worker, &mut desk, 10);
        assert_eq!(desk.position.lots, Lots(5));
        assert!(desk.orders.is_empty());
    }

    #[test]
    fn one_order_turns_a_position_unless_it_is_closed_first() {
        for (closes_first, largest) in [(false, Lots(10)), (true, Lots(5))] {
            let patience = Nanos::ZERO;
            let mut worker = Worker::new(WorkerConfig { closes_first, patience, ..CONFIG });
            let mut desk = Desk::new(1_000, 1_001);
            desk.hold(5, 1_000);
            worker.want(Lots(-5), 50, Text::default());
            assert_eq!(work(&mut worker, &mut desk, 3), largest);
            assert_eq!(desk.position.lots, Lots(-5));
        }
    }

    #[test]
    fn a_split_order_rests_follows_by_another_and_crosses_as_far_as_it_may() {
        let route = Route::Split { reach: Ticks(7) };
        let (mut worker, mut desk) =
            (Worker::new(WorkerConfig { route, ..CONFIG }), Desk::new(1_000, 1_003));
        let said = |worker: &mut Worker, desk: &mut Desk| {
            let mut signals = Signals::with_capacity(SIGNALS_MAX);
            worker.work(&desk.view(), &mut signals);
            desk.obey(&signals);
            desk.now = desk.now.after(Nanos::from_millis(100));
            signals.first().map(|it| (it.action, it.price, it.time_in_force))
        };
        worker.want(Lots(5), 50, Text::default());
        let split = SignalAction::Work(Plan::Split);
        let rests = TimeInForce::GoodTillCancel;
        assert_eq!(said(&mut worker, &mut desk), Some((split, Ticks(1_000), rests)));
        assert_eq!(said(&mut worker, &mut desk), None, "it is where it should be");
        desk.quote(1_002, 1_005);
        let cancel = SignalAction::Cancel(desk.parent.expect("it rests").id);
        assert_eq!(said(&mut worker, &mut desk), Some((cancel, Ticks(1_002), rests)));
        assert_eq!(said(&mut worker, &mut desk), Some((split, Ticks(1_002), rests)));
        worker.flee(Text::default());
        assert_eq!(said(&mut worker, &mut desk).map(|it| it.1), Some(Ticks(1_002)), "it ends");
        desk.hold(5, 1_000);
        let now = TimeInForce::ImmediateOrCancel;
        assert_eq!(said(&mut worker, &mut desk), Some((split, Ticks(1_002 - 7), now)));
        assert_eq!(desk.position.lots, Lots::ZERO);
        assert!(
            WorkerConfig { route: Route::Split { reach: Ticks(-1) }, ..CONFIG }.check().is_err()
        );
    }

    #[test]
    fn fleeing_does_not_wait() {
        let (mut worker, mut desk) = (Worker::new(CONFIG), Desk::new(1_000, 1_003));
        worker.want(Lots(5), 50, Text::default());
        desk.hold(3, 1_000);
        work(&mut worker, &mut desk, 1);
        assert_eq!(desk.orders.len(), 1);
        worker.flee(Text::default());
        work(&mut worker, &mut desk, 2);
        assert_eq!(desk.position.lots, Lots::ZERO);
        assert!(desk.orders.is_empty());
    }
}
