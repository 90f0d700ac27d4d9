//! Several accounts and strategies: whose position, whose limit, and who is stopped.
//!
//! Account 0 has strategy 0; account 1 has strategies 1 and 2.

use super::*;

fn two() -> PipelineConfig {
    several(GateMode::Auto, 2)
}

#[test]
fn each_account_has_its_position_and_shares_are_told_where_there_are_several() {
    let script =
        "buy 101x3; fill 1 3@101; 1 buy 101x2; fill 2 2@101; 2 sell 99x5; fill 3 5@99 sell";
    check_with(
        two(),
        script,
        "New 1.0 Buy 3@101
         Position 3 realized 0
         New 2.0 Buy 2@101
         Position 2 realized 0
         Of strategy 1 2
         New 3.0 Sell 5@99
         Position -3 realized -4
         Of strategy 2 -5",
    );
    let mut runner = Runner::new(two());
    for step in format!("up; book 99 101; live; {script}").split(';') {
        runner.step(step.trim());
    }
    let lots = |report: Option<gannet_types::PositionReport>| report.map(|report| report.lots.0);
    let pipeline = &runner.pipeline;
    let id = InstrumentId(0);
    let accounts = [0, 1, 2].map(|it| lots(pipeline.account_position(AccountId(it), id)));
    assert_eq!(accounts, [Some(3), Some(-3), None]);
    let shares = [0, 1, 2, 3].map(|it| lots(pipeline.strategy_position(StrategyId(it), id)));
    assert_eq!(shares, [Some(3), Some(2), Some(-5), None]);
}

#[test]
fn a_limit_is_each_accounts_own() {
    let mut config = two();
    config.limits[0].position_lots_max = Lots(3);
    config.accounts[1].limits.orders_per_day_max = 2;
    check_with(
        config,
        "buy 98x3; buy 97x1; 1 buy 98x2; 2 buy 97x2; 2 buy 97x1; 1 buy 96x1; sell 105x1",
        "New 1.0 Buy 3@98
         Reject 0.0 PositionLimit
         New 2.0 Buy 2@98
         Reject 0.0 PositionLimit
         New 3.0 Buy 1@97
         Reject 0.0 OrdersPerDay
         New 4.0 Sell 1@105",
    );
}

#[test]
fn two_strategies_may_want_the_same_but_not_meet_each_other() {
    check_with(
        two(),
        "buy 98x1; 1 buy 98x1; 1 buy 98x1; 2 sell 98x1; 2 sell 105x1",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@98
         Reject 0.0 Duplicate
         Reject 0.0 SelfTrade
         New 3.0 Sell 1@105",
    );
}

#[test]
fn a_halt_stops_its_scope_and_nothing_else() {
    check_with(
        two(),
        "buy 98x1; new 1; 1 buy 97x1; new 2; 2 buy 96x1; new 3; halt account 1; canceled 2; canceled 3;
         1 buy 95x1; buy 95x1; new 4; resume account 1; halt strategy 1; 1 buy 94x1; 2 buy 94x1; buy 94x1;
         resume strategy 1; 1 buy 93x1; halt account 9; halt strategy 9",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         New 3.0 Buy 1@96
         Alarm AccountHalted 1
         Cancel 2.1
         Cancel 3.1
         Shown Buy 1@95
         Reject 0.0 AccountHalted
         New 4.0 Buy 1@95
         Alarm StrategyHalted 1
         Shown Buy 1@94
         Reject 0.0 StrategyHalted
         New 5.0 Buy 1@94
         New 6.0 Buy 1@94
         New 7.0 Buy 1@93",
    );
}

#[test]
fn risk_halts_one_account_and_a_resumption_or_a_reset_ends_it() {
    let mut config = two();
    config.accounts[1].limits.losses_in_a_row_max = 1;
    check_with(
        config,
        "1 buy 101x1; fill 1 1@101; buy 98x1; new 2; 2 buy 97x1; new 3; 1 sell 99x1; fill 4 1@99 sell; wait 1;
         canceled 3; 2 buy 96x1; buy 96x1; new 5; resume account 1; 2 buy 95x1",
        "New 1.0 Buy 1@101
         Position 1 realized 0
         Of strategy 1 1
         New 2.0 Buy 1@98
         New 3.0 Buy 1@97
         New 4.0 Sell 1@99
         Position 0 realized -2
         Of strategy 1 0
         Alarm Halted LossesInARow of 1
         Cancel 3.1
         Shown Buy 1@96
         Reject 0.0 LossesInARow
         New 5.0 Buy 1@96
         New 6.0 Buy 1@95",
    );
}

#[test]
fn a_panic_close_is_of_one_account_or_one_strategy() {
    let mut config = two();
    config.order_timeout = Nanos::from_millis(60_000);
    check_with(
        config,
        "buy 101x1; fill 1 1@101; 1 buy 101x2; fill 2 2@101; 2 buy 101x3; fill 3 3@101; close strategy 2; wait 1;
         fill 4 3@99; wait 300; close account 1; wait 1; fill 5 2@99; wait 300; buy 98x1; 1 buy 98x1",
        "New 1.0 Buy 1@101
         Position 1 realized 0
         New 2.0 Buy 2@101
         Position 2 realized 0
         Of strategy 1 2
         New 3.0 Buy 3@101
         Position 5 realized 0
         Of strategy 2 3
         Alarm StrategyHalted 2
         New 4.0 Sell 3@90
         Position 2 realized -6
         Of strategy 2 0
         Alarm AccountHalted 1
         New 5.0 Sell 2@90
         Position 0 realized -10
         Of strategy 1 0
         New 6.0 Buy 1@98
         Shown Buy 1@98
         Reject 0.0 AccountHalted",
    );
}

#[test]
fn a_panic_close_goes_around_what_others_have_resting() {
    let mut config = two();
    config.order_timeout = Nanos::from_millis(60_000);
    check_with(
        config,
        "sell 99x2; fill 1 2@99 sell; 1 sell 104x1; new 2; close account 0; wait 1; new 3; fill 3 2@101",
        "New 1.0 Sell 2@99
         Position -2 realized 0
         New 2.0 Sell 1@104
         Alarm AccountHalted 0
         New 3.0 Buy 2@103
         Position 0 realized -4",
    );
}

#[test]
fn each_strategy_has_its_gate() {
    let mut config = two();
    config.strategies[1].automated_orders_max = 1;
    check_with(
        config,
        "1 buy 98x1; 1 buy 97x1; 2 buy 97x1; buy 97x1; arm strategy 1; 1 buy 96x1; mode strategy 2 assisted; 2 buy 95x1;
         mode strategy 1 manual; 1 buy 94x1; buy 95x1; mode strategy 2 auto; mode strategy 7 auto; arm strategy 7",
        "New 1.0 Buy 1@98
         Alarm NotArmed of 1
         Shown Buy 1@97
         Reject 0.0 NotArmed
         New 2.0 Buy 1@97
         New 3.0 Buy 1@97
         New 4.0 Buy 1@96
         Alarm NotArmed of 1
         Waiting 5
         Shown Buy 1@94
         New 6.0 Buy 1@95
         Reject 5.0 GateClosed",
    );
}

#[test]
fn nobody_speaks_for_another_or_touches_anothers_order() {
    struct Liar;
    impl Strategy for Liar {
        fn on_event(&mut self, view: &View<'_>, event: StrategyEvent<'_>, signals: &mut Signals) {
            if matches!(event, StrategyEvent::Timer) && view.strategy == StrategyId(1) {
                assert!(signals.push(signal(SignalAction::Place, Side::Buy, 98, 1)).is_ok());
            }
        }
    }
    let mut pipeline = Pipeline::new(two(), Liar);
    let mut outbox = Outbox::with_capacity(OUTBOX_CAPACITY);
    pipeline.on_input(Nanos::SECOND, &Input::Timer, &mut outbox);
    let said: Vec<_> = outbox.iter().filter_map(describe).collect();
    assert_eq!(said, ["Reject 0.0 ForeignStrategy"]);
    check_with(
        two(),
        "buy 98x1; new 1; 1 cancel 1; 2 replace 1 97x1; cancel 1",
        "New 1.0 Buy 1@98
         Reject 0.0 UnknownOrder
         Reject 0.0 UnknownOrder
         Cancel 1.1",
    );
}

#[test]
fn one_entry_one_decision_at_a_time() {
    let mut config = two();
    config.strategies[1].single_entry = true;
    check_with(
        config,
        "1 buy 98x2; 1 buy 97x2; 2 buy 97x2; new 1; 1 buy 96x2; replace 1 98x2; 1 replace 1 99x2; replaced 1;
         fill 1 2@99; 1 buy 98x1; 1 sell 103x1; 1 sell 104x1; new 3; 1 sell 104x3; new 4; 1 sell 105x1",
        "New 1.0 Buy 2@98
         Shown Buy 2@97
         Reject 0.0 DecisionPending
         New 2.0 Buy 2@97
         Shown Buy 2@96
         Reject 0.0 EntryActive
         Reject 0.0 UnknownOrder
         Replace 1.1 Buy 2@99
         Position 2 realized 0
         Of strategy 1 2
         Shown Buy 1@98
         Reject 0.0 EntryActive
         New 3.0 Sell 1@103
         Shown Sell 1@104
         Reject 0.0 DecisionPending
         New 4.0 Sell 1@104
         Shown Sell 1@105
         Reject 0.0 EntryActive",
    );
}

#[test]
fn what_waits_for_a_person_is_a_decision_too() {
    let mut config = several(GateMode::Assisted, 1);
    config.strategies[0].single_entry = true;
    check_with(
        config,
        "buy 98x1; buy 97x1; 1 buy 98x1; approve 1; new 1; buy 96x1; approve 2",
        "Waiting 1
         Shown Buy 1@97
         Reject 0.0 DecisionPending
         Waiting 2
         New 1.0 Buy 1@98
         Shown Buy 1@96
         Reject 0.0 EntryActive
         New 2.0 Buy 1@98",
    );
}

#[test]
fn a_mass_cancel_is_sent_only_if_it_ends_nothing_else() {
    let mut config = two();
    config.gateways[0].capabilities.mass_cancel = true;
    check_with(
        config,
        "1 buy 98x1; new 1; 2 buy 97x1; new 2; buy 96x1; new 3; halt account 1; canceled 1; canceled 2; canceled 3;
         resume account 1; 1 buy 95x1; new 4; 2 buy 94x1; new 5; halt account 1",
        "New 1.0 Buy 1@98
         New 2.0 Buy 1@97
         New 3.0 Buy 1@96
         Alarm AccountHalted 1
         Cancel 1.1
         Cancel 2.1
         New 4.0 Buy 1@95
         New 5.0 Buy 1@94
         Alarm AccountHalted 1
         MassCancel 6.0",
    );
}

#[test]
fn status_reports_come_in_parts_and_name_what_other_accounts_hold() {
    let mut config = several(GateMode::Auto, 100);
    let first = config.instruments[0];
    config.instruments = (0..64).map(|id| Instrument { id: InstrumentId(id), ..first }).collect();
    config.limits = vec![config.limits[0]; 64];
    config.status_interval = Nanos::from_millis(100);
    let mut runner = Runner::new(config);
    for step in "up; book 99 101; live; 1 buy 98x1; buy 98x1".split(';') {
        runner.step(step.trim());
    }
    let mut rounds = Vec::new();
    for _ in 0..103 {
        runner.step("wait 1");
        let statuses = runner.outbox.iter().filter_map(|output| match output {
            Output::Status(status) => Some((status.position.account.0, status.open_orders)),
            _ => None,
        });
        let statuses: Vec<_> = statuses.collect();
        if !statuses.is_empty() {
            rounds.push(statuses);
        }
    }
    let first: Vec<_> = (0..64).map(|id| (0, u32::from(id == 0))).collect();
    assert_eq!(rounds[..2], [first, vec![(1, 1)]]);
}
