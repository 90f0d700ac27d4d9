//! Limits that a person changes while trading.

use super::*;

#[test]
fn a_limit_is_tightened_and_loosened_up_to_the_file() {
    check(
        "auto",
        "buy 98x5; limit order_quantity_max instrument 4; buy 97x5; buy 97x4;
         limit order_quantity_max instrument 11; limit order_quantity_max instrument 10; buy 96x10;
         limit order_quantity_max main 1; limit order_quantity_max nobody 1; buy 95x1",
        "New 1.0 Buy 5@98
         Reject 0.0 OrderSize
         New 2.0 Buy 4@97
         Reject 0.0 LimitRefused
         New 3.0 Buy 10@96
         Reject 0.0 LimitRefused
         Reject 0.0 LimitRefused
         New 4.0 Buy 1@95",
    );
}

/// What is worth 100 is 1,000,000 units of money here.
#[test]
fn where_the_file_has_no_limit_a_person_may_set_and_lift_one() {
    check(
        "auto",
        "limit gross_exposure_max main 9800000; buy 98x10; buy 97x1;
         limit gross_exposure_max main 18446744073709551615; buy 97x1; new 1;
         limit net_exposure_max main 10000000; buy 96x1; cancel 1",
        "New 1.0 Buy 10@98
         Reject 0.0 GrossExposure
         New 2.0 Buy 1@97
         Reject 0.0 NetExposure
         Cancel 1.1",
    );
}

#[test]
fn the_same_inputs_lead_to_the_same_limits() {
    let mut runners = [Runner::new(config(GateMode::Auto)), Runner::new(config(GateMode::Auto))];
    let script = "up; book 99 101; live; limit strategy_open_orders_max first 0; buy 98x1;
        limit loss_max instrument 5; limit credit main 7";
    let steps: Vec<_> = script.split(';').map(str::trim).collect();
    for runner in &mut runners {
        steps.iter().for_each(|step| runner.step(step));
    }
    for runner in &runners {
        let (account, instrument) = (AccountId(0), InstrumentId(0));
        let risk = &runner.pipeline.risk;
        let credit = risk.account(account).limits().get(gannet_types::LimitKind::Credit);
        let loss = risk.of_instrument(instrument).get(gannet_types::LimitKind::Loss);
        assert_eq!((credit, loss), (Some(7), Some(5)));
        assert_eq!(runner.transcript, ["Reject 0.0 StrategyOpenOrders"]);
    }
}
