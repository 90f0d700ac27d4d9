//! What waits for a person outlives the process: the journal's inputs bring it back.

use super::*;

fn assisted() -> PipelineConfig {
    several(GateMode::Assisted, 1)
}

#[test]
fn what_waits_survives_a_start_and_names_its_strategy() {
    check_with(
        assisted(),
        "buy 98x1; 1 buy 97x1; start; approve 1; up; book 99 101; live; approve 2; wait 10; new 2",
        "Waiting 1
         Waiting 2
         Reject 1.0 GatewayDown
         New 2.0 Buy 1@97",
    );
    let mut runner = Runner::new(assisted());
    for step in
        "up; book 99 101; live; 1 buy 97x1; start; up; book 99 101; live; approve 1".split(';')
    {
        runner.step(step.trim());
    }
    let order = runner.pipeline.open_orders().next().expect("it was approved");
    assert_eq!((order.strategy, order.account), (StrategyId(1), AccountId(0)));
}

#[test]
fn a_newer_wish_takes_the_place_of_the_older_one() {
    // Another side, another strategy and the very same wish are none that is newer.
    check_with(
        assisted(),
        "buy 98x1; buy 97x2; buy 97x2; sell 103x1; 1 buy 98x1; decline 3; 1 buy 98x1; approve 1; approve 2",
        "Waiting 1
         Reject 1.0 WishReplaced
         Waiting 2
         Shown Buy 2@97
         Reject 0.0 Duplicate
         Waiting 3
         Shown Buy 1@98
         Reject 0.0 ApprovalsFull
         Reject 3.0 Declined
         Waiting 4
         Reject 0.0 UnknownOrder
         New 2.0 Buy 2@97",
    );
    check_with(
        assisted(),
        "buy 98x1; approve 1; new 1; replace 1 97x1; buy 96x1; replace 1 95x1; approve 1",
        "Waiting 1
         New 1.0 Buy 1@98
         Waiting 1
         Waiting 2
         Reject 1.0 WishReplaced
         Waiting 1
         Replace 1.1 Buy 1@95",
    );
}

#[test]
fn it_expires_on_the_clock_of_before_and_risk_looks_at_it_again() {
    check_with(
        assisted(),
        "buy 98x1; wait 600; 1 buy 99x5; start; up; book 120 122; live; approve 2; wait 500; approve 1",
        "Waiting 1
         Waiting 2
         Reject 2.0 PriceCollar
         Reject 1.0 ApprovalExpired
         Reject 0.0 UnknownOrder",
    );
}

#[test]
fn a_scope_that_is_halted_forgets_what_waits_of_it() {
    check_with(
        assisted(),
        "buy 98x1; 1 buy 97x1; halt strategy 1; approve 2; approve 1; 1 buy 96x1",
        "Waiting 1
         Waiting 2
         Alarm StrategyHalted 1
         Reject 2.0 StrategyHalted
         Reject 0.0 UnknownOrder
         New 1.0 Buy 1@98
         Shown Buy 1@96
         Reject 0.0 StrategyHalted",
    );
}

#[test]
fn the_same_inputs_bring_the_same_approvals_back() {
    let script = "up; book 99 101; live; buy 98x1; 1 buy 97x1; wait 5; decline 1; 1 sell 103x1";
    let play = || {
        let mut runner = Runner::new(assisted());
        script.split(';').for_each(|step| runner.step(step.trim()));
        runner
    };
    let (mut before, mut after) = (play(), play());
    assert_eq!(before.transcript, after.transcript);
    for runner in [&mut before, &mut after] {
        let restart = ["start", "up", "book 99 101", "live", "approve 2"];
        restart.into_iter().for_each(|step| runner.step(step));
    }
    assert_eq!(before.transcript, after.transcript);
    assert!(after.transcript.ends_with(&["New 2.0 Buy 1@97".to_owned()]));
}
