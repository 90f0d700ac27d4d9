//! What the drop copy tells: others' trades are booked apart, ours are compared.

use gannet_types::DropCopy;

use super::*;

const LISTENER: GatewayId = GatewayId(2);

/// A script as everywhere, with `copy ACCOUNT KIND ORDER …` for what the drop copy tells, and
/// `listen up` and `listen down` for its connection. Order 0 is somebody else's.
#[track_caller]
fn check_copy(script: &str, expected: &str) {
    let config = PipelineConfig { drop_copy: Some(LISTENER), ..config(GateMode::Auto) };
    let mut runner = Runner::new(config);
    let prepared = format!("up; book 99 101; live; {script}");
    for step in prepared.split(';').map(str::trim) {
        let words: Vec<&str> = step.split_whitespace().collect();
        match words[..] {
            ["listen", how] => {
                let state = if how == "up" { GatewayState::Up } else { GatewayState::Down };
                runner.input(&Input::Gateway(GatewayStatus { gateway: LISTENER, state }));
            }
            ["copy", account, kind, order, ..] => {
                let account = AccountId(number(account) as u16);
                let id = ClientOrderId::new(order_id(order), 0);
                let mut said = report(exec_kind(kind), id);
                said.gateway = LISTENER;
                tell(&words[4..], &mut said);
                runner.input(&Input::DropCopy(DropCopy { account, report: said }));
            }
            _ => runner.step(step),
        }
    }
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(runner.transcript, lines, "\nafter: {script}");
}

#[test]
fn the_trades_of_others_are_kept_apart() {
    check_copy(
        "listen up; copy 4 fill 0 3@100 id a; copy 4 fill 0 3@100 id a; copy 5 fill 0 2@99 id b sell;
         copy 4 new 0 id c; copy 4 bust 0 ref a id d; copy 4 correct 0 1@98 ref b id e;
         copy 65535 fill 0 1@100 id f; buy 100x1",
        "Foreign 4 3
         Foreign 5 -2
         Foreign 4 0
         Foreign 5 -1
         Foreign 65535 1
         Alarm UnknownAccount
         New 1.0 Buy 1@100",
    );
}

#[test]
fn our_own_trades_are_compared_and_never_booked_twice() {
    check_copy(
        "listen up; buy 100x3; new 1; fill 1 1@100 id a; copy 0 fill 1 1@100 id a;
         copy 0 fill 1 1@100 id b; fill 1 1@100 id b; wait 100; wait 100",
        "New 1.0 Buy 3@100\n Position 1 realized 0\n Position 2 realized 0",
    );
    check_copy(
        "listen up; buy 100x3; new 1; fill 1 1@100 id a; wait 99; wait 1; wait 100",
        "New 1.0 Buy 3@100\n Position 1 realized 0\n Alarm DropCopyMissing 1.0",
    );
    check_copy(
        "listen up; buy 100x3; new 1; copy 0 fill 1 1@100 id a; wait 100",
        "New 1.0 Buy 3@100\n Alarm DropCopyOnly 1.0",
    );
}

#[test]
fn while_the_drop_copy_is_away_nothing_is_overdue() {
    check_copy(
        "buy 100x3; new 1; fill 1 1@100 id a; wait 500; listen up; wait 99; wait 1",
        "New 1.0 Buy 3@100\n Position 1 realized 0\n Alarm DropCopyMissing 1.0",
    );
    check_copy(
        "listen up; buy 100x3; new 1; fill 1 1@100 id a; listen down; wait 500; listen up; wait 50;
         copy 0 fill 1 1@100 id a; wait 500",
        "New 1.0 Buy 3@100\n Position 1 realized 0",
    );
}

/// Seed 1 of the fault simulation: a copy that is told again after its trade was told.
#[test]
fn what_is_told_again_or_late_is_no_news() {
    check_copy(
        "listen up; buy 100x3; new 1; fill 1 1@100 id a; copy 0 fill 1 1@100 id a;
         copy 0 fill 1 1@100 id a; wait 200",
        "New 1.0 Buy 3@100\n Position 1 realized 0",
    );
    check_copy(
        "listen up; buy 100x3; new 1; fill 1 1@100 id a; wait 100; copy 0 fill 1 1@100 id a; wait 200",
        "New 1.0 Buy 3@100\n Position 1 realized 0\n Alarm DropCopyMissing 1.0",
    );
    check_copy(
        "listen up; buy 100x3; new 1; copy 0 fill 1 1@100 id a; wait 100; fill 1 1@100 id a; wait 200",
        "New 1.0 Buy 3@100\n Alarm DropCopyOnly 1.0\n Position 1 realized 0",
    );
}

#[test]
fn an_id_is_its_brokers_own() {
    check_copy(
        "listen up; buy 100x1; new 1; buy 99x1; new 2; fill 1 1@100 id a; copy 0 fill 2 1@99 id a;
         copy 0 fill 1 1@100 id a; fill 2 1@99 id a; wait 200",
        "New 1.0 Buy 1@100
         New 2.0 Buy 1@99
         Position 1 realized 0
         Position 2 realized 0",
    );
}

#[test]
fn a_copy_from_a_session_that_is_none_is_ignored() {
    let mut runner = Runner::new(config(GateMode::Auto));
    let said = ExecutionReport { gateway: LISTENER, ..report(ExecKind::Trade, ClientOrderId(0)) };
    runner.input(&Input::DropCopy(DropCopy { account: AccountId(1), report: said }));
    assert_eq!(runner.pipeline.counters().bad_inputs, 1);
    assert_eq!(runner.transcript, [""; 0]);
}
