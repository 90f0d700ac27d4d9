//! What one account does, suffers or is told never changes what another does.
//!
//! The same acts of account 0 are played with and without those of account 1, which trades the same
//! instrument at prices that never meet: wash trades are refused across accounts, on purpose. What account 0 sends, is refused and holds must be equal, but
//! for the ids of its orders.

use proptest::prelude::{ProptestConfig, any, prop, prop_assert, prop_assert_eq, proptest};

use super::*;

/// Account 0 has strategy 0, account 1 has strategies 1 and 2.
fn strict() -> PipelineConfig {
    let mut config = several(GateMode::Auto, 2);
    config.risk.open_orders_max = 128;
    config.risk.messages_max = 65_536;
    // A closing order does not reach what others have resting.
    config.risk.slippage_ppm_max = 15_000;
    config.risk.open_orders_per_instrument_max = 6;
    config.status_interval = Nanos::from_millis(50);
    config.approvals_max = 64;
    for account in &mut config.accounts {
        account.limits.losses_in_a_row_max = 3;
        account.limits.orders_per_day_max = 40;
        account.limits.gross_exposure_max = gannet_types::Money(2_500 * 10_000);
        account.limits.drawdown_max = gannet_types::Money(60 * 10_000);
    }
    for strategy in &mut config.strategies {
        strategy.automated_orders_max = 12;
    }
    config
}

/// What is seen of account 0, without the ids of its orders.
#[derive(Debug, PartialEq)]
enum Seen {
    Order(RequestKind, Side, Lots, Ticks),
    Reject(RejectReason),
    Position(gannet_types::PositionReport),
    Signal(Side, Lots, Ticks, bool),
    Halted(RejectReason),
}

fn seen(output: &Output) -> Option<Seen> {
    const MINE: (AccountId, StrategyId) = (AccountId(0), StrategyId(0));
    match *output {
        Output::Order(it) if it.account == MINE.0 => {
            Some(Seen::Order(it.kind, it.side, it.lots, it.price))
        }
        Output::Reject(it) if it.strategy == MINE.1 => Some(Seen::Reject(it.reason)),
        Output::Position(it) if it.account == MINE.0 => Some(Seen::Position(it)),
        Output::Signal(it, verdict) if it.strategy == MINE.1 => {
            let shown = verdict == GateVerdict::Shown;
            Some(Seen::Signal(it.side, it.lots, it.price, shown))
        }
        Output::Alarm(Alarm::Halted(account, reason)) if account == MINE.0 => {
            Some(Seen::Halted(reason))
        }
        _ => None,
    }
}

struct World {
    runner: Runner,
    seen: Vec<Seen>,
    /// Orders and refusals of account 1, to know that it did something.
    others: usize,
}

impl World {
    fn new() -> Self {
        let mut world = Self { runner: Runner::new(strict()), seen: Vec::new(), others: 0 };
        for step in ["up", "book 99 101", "live"] {
            world.step(step);
        }
        world
    }

    fn step(&mut self, step: &str) {
        self.runner.step(step);
        self.seen.extend(self.runner.outbox.iter().filter_map(seen));
        let other = |output: &&Output| match output {
            Output::Order(request) => request.account == AccountId(1),
            Output::Reject(reject) => reject.strategy != StrategyId(0),
            _ => false,
        };
        self.others += self.runner.outbox.iter().filter(other).count();
    }

    /// One act of a strategy, its account's venue or its operator.
    fn act(&mut self, strategy: u8, act: u8, number: u16) {
        let account = u16::from(strategy > 0);
        let (away, lots) = (number % 3, 1 + number / 3 % 4);
        let step = match act {
            0..=4 => format!("{strategy} buy {}x{lots}", 98 - away),
            5..=9 => format!("{strategy} sell {}x{lots}", 102 + away),
            10 => format!("halt account {account}"),
            11..=13 => format!("resume account {account}"),
            14 => format!("halt strategy {strategy}"),
            15 | 16 => format!("resume strategy {strategy}"),
            17 => format!("close account {account}"),
            18 => format!("close strategy {strategy}"),
            19 => format!("arm strategy {strategy} now"),
            20 => format!("mode strategy {strategy} assisted"),
            21 | 22 => format!("mode strategy {strategy} auto"),
            _ => return self.order_act(strategy, act, number),
        };
        self.step(&step);
    }

    /// One act about an open order of the strategy.
    fn order_act(&mut self, strategy: u8, act: u8, number: u16) {
        let open = self.runner.pipeline.open_orders();
        let own: Vec<_> = open.filter(|order| order.strategy == StrategyId(strategy)).collect();
        if own.is_empty() {
            return;
        }
        let order = own[usize::from(number) % own.len()];
        let (id, left) = (order.id.0, order.exposure().0);
        let (price, lots) = (order.price.0, 1 + i64::from(number / 3) % left.max(1));
        let sell = if order.side == Side::Sell { "sell" } else { "" };
        let step = match act {
            23..=30 => format!("new {id} {sell}"),
            31..=36 => format!("fill {id} {lots}@{price} {sell}"),
            37 => format!("canceled {id} {sell}"),
            38 => format!("{strategy} replace {id} {price}x{}", order.lots.0 + 1),
            39 => format!("{strategy} cancel {id}"),
            _ => format!("rejected {id} {sell}"),
        };
        self.step(&step);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn what_happens_to_one_account_changes_nothing_of_another(
        acts in prop::collection::vec((0_u8..6, 0_u8..41, any::<u16>()), 1..250),
    ) {
        let (mut together, mut alone) = (World::new(), World::new());
        for (who, act, number) in acts {
            match who {
                0 | 1 => {
                    together.act(0, act, number);
                    alone.act(0, act, number);
                }
                2..=4 => together.act(1 + who % 2, act, number),
                _ => {
                    let step = format!("wait {}", number % 30);
                    together.step(&step);
                    alone.step(&step);
                }
            }
            prop_assert_eq!(&together.seen, &alone.seen);
        }
        prop_assert_eq!(alone.others, 0);
        let held = |world: &World| {
            let pipeline = &world.runner.pipeline;
            (pipeline.account_position(AccountId(0), InstrumentId(0)),
                pipeline.strategy_position(StrategyId(0), InstrumentId(0)))
        };
        prop_assert_eq!(held(&together), held(&alone));
        let lots = |strategy| together.runner.pipeline
            .strategy_position(StrategyId(strategy), InstrumentId(0)).map(|it| it.lots);
        let both = together.runner.pipeline.account_position(AccountId(1), InstrumentId(0));
        prop_assert!(both.map(|it| it.lots) == lots(1).zip(lots(2)).map(|(one, two)| one + two));
    }
}
