//! Accounts on several gateways: each tells its part, or the whole.

use super::*;
use crate::{GatewayList, PositionsTold};

/// An account on two gateways, as a script with both up and a live market.
fn two(positions: PositionsTold) -> PipelineConfig {
    let mut config = asking(true);
    config.gateways.push(config.gateways[0]);
    let gateways = GatewayList::new(&[GatewayId(0), GatewayId(1)]).expect("a list");
    config.accounts[0] = AccountConfig { gateways, positions, ..config.accounts[0] };
    config
}

#[track_caller]
fn check_two(positions: PositionsTold, script: &str, expected: &str) {
    check_asking(two(positions), script, expected);
}

#[test]
fn parts_are_asked_for_once_all_are_up_and_added_up() {
    check_two(
        PositionsTold::InParts,
        "wait 10; up 1; wait 1; held 3; wait 1; held -1; wait 100; held 3; wait 1; held -1; wait 300;
         held 0; wait 1; held 2",
        "Positions 1.0
         Positions 2.0 via 1
         Positions 3.0
         Positions 4.0 via 1
         Alarm PositionDiffers 0 2
         Adjustment 2 for 200
         Position 2 realized 0
         Positions 5.0
         Positions 6.0 via 1",
    );
}

#[test]
fn new_positions_wait_for_every_part() {
    check_two(
        PositionsTold::InParts,
        "buy 98x1; up 1; wait 1; flat; buy 98x1; wait 1; flat; buy 98x1",
        "Reject 0.0 PositionsNotCompared
         Positions 1.0
         Reject 0.0 PositionsNotCompared
         Positions 2.0 via 1
         New 3.0 Buy 1@98",
    );
}

#[test]
fn a_gateway_that_stays_away_is_an_alarm_once_and_stops_no_trading_that_was_compared() {
    check_two(
        PositionsTold::InParts,
        "up 1; wait 1; flat; wait 1; flat; down 1; wait 99; wait 1; wait 100; buy 98x1; new 3; wait 300; up 1;
         wait 1; flat; wait 1; flat",
        "Positions 1.0
         Positions 2.0 via 1
         Alarm PositionsNotTold 0
         New 3.0 Buy 1@98
         Positions 4.0
         Positions 5.0 via 1",
    );
}

#[test]
fn a_part_that_is_cut_off_begins_the_question_anew() {
    check_two(
        PositionsTold::InParts,
        "up 1; wait 1; held 3; wait 1; down 1; up 1; earlier 5; wait 1; flat; wait 1; held 5; wait 1; flat;
         buy 98x1",
        "Positions 1.0
         Positions 2.0 via 1
         Positions 3.0
         Positions 4.0 via 1
         Reject 0.0 PositionsNotCompared",
    );
    // One of two is silent: the other's word alone is nothing.
    check_two(
        PositionsTold::InParts,
        "up 1; wait 1; held 3; wait 1; wait 99; wait 1; wait 100; held 3; wait 1; wait 100; wait 100",
        "Positions 1.0
         Positions 2.0 via 1
         Alarm PositionsNotTold 0
         Positions 3.0
         Positions 4.0 via 1
         Positions 5.0",
    );
}

#[test]
fn a_broker_that_refuses_its_part_ends_it() {
    check_two(
        PositionsTold::InParts,
        "up 1; wait 1; held 3; wait 1; refuse; wait 1000",
        "Positions 1.0\n Positions 2.0 via 1\n Alarm PositionsRefused 0",
    );
}

#[test]
fn whoever_is_up_tells_the_whole() {
    check_two(
        PositionsTold::Everywhere,
        "flat; up 1; wait 1; flat; down; wait 1; flat; buy 98x1; new 4; down 1; up 0; wait 300",
        "Positions 1.0
         Positions 2.0
         Positions 3.0 via 1
         New 4.0 Buy 1@98 via 1
         Alarm GatewayDown
         Positions 5.0",
    );
}

#[test]
fn of_the_whole_one_may_refuse() {
    check_two(
        PositionsTold::Everywhere,
        "refuse; up 1; wait 1; flat; buy 98x1; new 3; wait 300; refuse",
        "Positions 1.0
         Positions 2.0 via 1
         New 3.0 Buy 1@98
         Positions 4.0 via 1
         Alarm PositionsRefused 0",
    );
}

#[test]
fn nobody_is_asked_where_one_of_the_parts_does_not_tell_or_nothing_is_to_be_compared() {
    let mut silent = two(PositionsTold::InParts);
    silent.gateways[1].capabilities.positions = false;
    for config in [silent, two(PositionsTold::Nowhere)] {
        check_asking(config, "up 1; wait 1000; buy 98x1", "New 1.0 Buy 1@98");
    }
    let mut second = two(PositionsTold::Everywhere);
    second.gateways[0].capabilities.positions = false;
    check_asking(second, "wait 1; up 1; wait 1", "Positions 1.0 via 1");
}

#[test]
fn what_comes_twice_counts_once() {
    let mut asked = Asked::new(two(PositionsTold::InParts));
    asked.run("up; up 1; book 99 101; live; wait 1");
    for _ in 0..2 {
        for (lots, sequence) in [(2, 7), (1, 4)] {
            let (question, gateway) = *asked.questions.last().expect("a question");
            for again in [0, 0, 1] {
                let mut said = answer(question, held(lots, None), Some(2));
                (said.gateway, said.session_sequence) = (gateway, sequence + again);
                asked.runner.input(&Input::VenuePosition(said));
            }
            asked.run("wait 1");
        }
        asked.run("wait 100");
    }
    let alarms = asked.runner.transcript.iter().filter(|line| line.starts_with("Alarm"));
    assert_eq!(alarms.collect::<Vec<_>>(), ["Alarm PositionDiffers 0 6"]);
}
