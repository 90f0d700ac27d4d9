//! Parent orders in slices: how much is offered when, at which price, and what is never exceeded.

use gannet_types::{BarKind, Pace, Plan, Schedule};

use super::*;

const SECOND: u64 = Nanos::SECOND.0;

/// Ten slices of a second, from the first second on.
const SCHEDULE: Schedule = Schedule {
    pace: Pace::Time,
    share_bp: 0,
    lasts_ms: 10_000,
    every_ms: 1_000,
    child_max_bp: 0,
    behind_percent: 25,
    jitter_percent: 0,
    seed: 1,
};

/// A pipeline and a venue that fills what pays the spread, and of the rest what it is told to.
struct Market {
    runner: Runner,
    /// Whether what waits is filled in the end.
    fills: bool,
    /// Size, price and time of every child.
    children: Vec<(i64, i64, u64)>,
    traded: i64,
    is_done: Option<String>,
}

impl Market {
    fn new(schedule: Schedule, lots: i64, worst: i64, fills: bool) -> Self {
        let mut config = config(GateMode::Auto);
        config.bars = vec![BarKind::Time(Nanos(60 * SECOND))];
        config.limits[0].order_lots_max = Lots(1_000);
        config.limits[0].position_lots_max = Lots(1_000);
        let mut runner = Runner::new(config);
        for step in ["up", "book 99 101", "live"] {
            runner.step(step);
        }
        let plan = SignalAction::Work(Plan::Sliced(schedule));
        runner.pipeline.strategy.queue.push(signal(plan, Side::Buy, worst, lots));
        let mut market = Self { runner, fills, children: Vec::new(), traded: 0, is_done: None };
        market.step("wait 0");
        market
    }

    fn step(&mut self, step: &str) {
        self.runner.step(step);
        self.take_outputs();
    }

    /// Lets so many milliseconds pass; the venue answers at once, patient orders every 300 ms.
    fn wait(&mut self, millis: u64) {
        for tick in 0..millis / 100 {
            self.step("wait 100");
            let open: Vec<_> = self.runner.pipeline.open_orders().copied().collect();
            for order in open {
                if self.fills && tick % 3 == 2 {
                    let rest = order.lots - order.cum_lots;
                    self.step(&format!("fill {} {rest}@{}", order.id.0, order.price));
                }
            }
        }
    }

    fn take_outputs(&mut self) {
        let outputs: Vec<_> = self.runner.outbox.iter().copied().collect();
        self.runner.outbox.clear();
        for output in outputs {
            match output {
                Output::Order(request) => self.answer(&request),
                Output::Parent(parent) => {
                    self.traded = parent.cum_lots.0;
                    if parent.status.is_done() {
                        self.is_done = Some(format!("{:?}", parent.status));
                    }
                }
                _ => {}
            }
        }
    }

    fn answer(&mut self, request: &gannet_types::OrderRequest) {
        let id = request.client_order_id.order().0;
        match request.kind {
            RequestKind::New => {
                let (lots, price) = (request.lots.0, request.price.0);
                self.children.push((lots, price, self.runner.now.0 / Nanos::MILLISECOND.0));
                self.step(&format!("new {id}"));
                if request.time_in_force == TimeInForce::ImmediateOrCancel {
                    self.step(&format!("fill {id} {lots}@{price}"));
                }
            }
            RequestKind::Replace => self.step(&format!("replaced {id}")),
            RequestKind::Cancel => self.step(&format!("canceled {id}")),
            RequestKind::Status | RequestKind::MassCancel | RequestKind::MassStatus => {}
        }
    }

    fn sizes(&self) -> Vec<i64> {
        self.children.iter().map(|child| child.0).collect()
    }
}

#[test]
fn time_is_cut_into_equal_parts() {
    let mut market = Market::new(SCHEDULE, 20, 105, true);
    market.wait(12_000);
    assert_eq!(market.sizes(), [2; 10]);
    // What waits joins the bid; the last slice pays the spread.
    let prices: Vec<_> = market.children.iter().map(|child| child.1).collect();
    assert_eq!(prices, [99, 99, 99, 99, 99, 99, 99, 99, 99, 101]);
    assert_eq!((market.traded, market.is_done.as_deref()), (20, Some("Filled")));
}

#[test]
fn who_is_behind_catches_up_by_paying_the_spread() {
    let mut market = Market::new(SCHEDULE, 20, 105, false);
    market.wait(2_900);
    assert_eq!(market.traded, 0, "what waits has not traded");
    assert_eq!(market.runner.pipeline.open_orders().count(), 1, "one child, grown slice by slice");
    market.wait(1_000);
    // Six of twenty behind: more than a quarter. It buys what should have traded by the end.
    assert_eq!(market.traded, 8);
    market.wait(8_000);
    assert_eq!((market.traded, market.is_done.as_deref()), (20, Some("Filled")));
    assert!(market.children.iter().all(|child| child.1 <= 101));
}

#[test]
fn no_slice_goes_beyond_the_worst_price_and_the_end_is_the_end() {
    let mut market = Market::new(SCHEDULE, 20, 100, false);
    market.wait(10_900);
    assert_eq!(market.traded, 0);
    assert!(market.children.iter().all(|child| child.1 <= 100), "{:?}", market.children);
    market.wait(1_000);
    assert_eq!(market.is_done.as_deref(), Some("Expired"));
    assert_eq!(market.runner.pipeline.open_orders().count(), 0);
}

#[test]
fn a_child_is_no_larger_than_allowed() {
    let mut market = Market::new(Schedule { child_max_bp: 400, ..SCHEDULE }, 60, 0, true);
    market.wait(12_000);
    assert!(market.sizes().iter().all(|&lots| lots <= 3), "{:?}", market.sizes());
    assert_eq!(market.runner.pipeline.open_orders().count(), 0);
}

#[test]
fn participation_follows_what_trades_and_never_leads() {
    let (pace, share_bp) = (Pace::Participation, 1_000);
    let schedule = Schedule { pace, share_bp, behind_percent: 100, ..SCHEDULE };
    let mut market = Market::new(schedule, 20, 105, true);
    market.wait(1_900);
    assert_eq!(market.children, [], "nothing trades");
    let mut volume = 0;
    for lots in [40, 15, 5, 0, 60, 200] {
        if lots > 0 {
            market.step(&format!("trade 100x{lots}"));
        }
        volume += lots;
        market.wait(1_000);
        assert!(market.traded * 10 <= volume, "{} of {volume}", market.traded);
    }
    market.wait(4_000);
    assert_eq!((market.traded, market.is_done.as_deref()), (20, Some("Filled")));
}

#[test]
fn the_seed_and_nothing_else_draws_the_slices() {
    let run = |seed| {
        let mut market =
            Market::new(Schedule { jitter_percent: 50, seed, ..SCHEDULE }, 200, 105, true);
        market.wait(12_000);
        assert_eq!((market.traded, market.is_done.as_deref()), (200, Some("Filled")), "{seed}");
        market.children
    };
    assert_eq!(run(7), run(7));
    assert_ne!(run(7), run(8));
    for seed in 0..50 {
        let children = run(seed);
        assert!(children.iter().all(|child| child.0 < 80), "{children:?}");
    }
}

#[test]
fn the_volume_of_the_day_before_is_followed() {
    const HOUR: u64 = 3_600 * SECOND;
    let (lasts_ms, every_ms) = (3_600_000, 1_800_000);
    let schedule = Schedule { pace: Pace::Volume, lasts_ms, every_ms, ..SCHEDULE };
    let mut market = Market::new(SCHEDULE, 1, 105, true);
    market.wait(12_000);
    market.children.clear();
    // Of the second hour's volume a quarter trades in its first half.
    for (time, lots) in [(HOUR, 25), (HOUR + HOUR / 2, 75), (24 * HOUR, 1)] {
        market.runner.now = Nanos(time + SECOND);
        market.step(&format!("trade 100x{lots}"));
        market.step("wait 60000");
    }
    market.runner.now = Nanos(25 * HOUR);
    market.step("book 99 101");
    let plan = SignalAction::Work(Plan::Sliced(schedule));
    market.runner.pipeline.strategy.queue.push(signal(plan, Side::Buy, 105, 100));
    market.step("wait 0");
    market.wait(1_000);
    market.runner.now = Nanos(25 * HOUR + HOUR / 2);
    market.step("book 99 101");
    assert_eq!(market.sizes(), [25, 75]);
}

#[test]
fn a_market_that_cannot_be_seen_gets_no_slices() {
    let mut market = Market::new(SCHEDULE, 20, 105, false);
    market.step("stale");
    market.wait(3_000);
    assert_eq!(market.runner.pipeline.open_orders().count(), 0, "what was offered is taken back");
    market.step("live");
    market.step("book 99 101");
    assert_eq!(market.traded, 8, "it is behind by more than a quarter");
}
