//! Our positions beside the venue's: who is asked when, what is believed, what is booked.

use gannet_types::{PositionTold, VenuePosition};

use super::*;

mod gateways;
mod late;
mod waits;

/// Checks every 300 ms; what is late by less than 100 ms explains a difference.
fn asking(adjusts: bool) -> PipelineConfig {
    let mut capabilities = Capabilities::BASIC;
    capabilities.positions = true;
    let position_check = PositionCheck {
        interval: Nanos::from_millis(300),
        adjusts,
        timeout: Nanos::from_millis(100_000),
        trades_unknown: false,
    };
    let gateways = vec![GatewayConfig::new(true, capabilities)];
    PipelineConfig { gateways, position_check, ..config(GateMode::Auto) }
}

/// Returns the question among what was put out last.
fn question(outbox: &Outbox) -> Option<(ClientOrderId, GatewayId)> {
    outbox.iter().find_map(|output| match output {
        Output::Order(request) if request.kind == RequestKind::Positions => {
            Some((request.client_order_id, request.gateway))
        }
        _ => None,
    })
}

fn held(lots: i64, funding: Option<i64>) -> PositionTold {
    let funding = funding.map(|paid| Notional(i128::from(paid)));
    PositionTold::Held { instrument: InstrumentId(0), lots: Lots(lots), funding }
}

fn answer(request: ClientOrderId, told: PositionTold, reports: Option<u32>) -> VenuePosition {
    VenuePosition {
        gateway: GatewayId(0),
        account: Some(AccountId(0)),
        request,
        told,
        reports,
        session_sequence: 0,
        received: Nanos::ZERO,
    }
}

/// A script as everywhere, with `held LOTS [FUNDING]`, `flat`, `follows COUNT`, `elsewhere`, `other
/// LOTS` (of another account), `part LOTS` (of an answer that does not say how many there are) and
/// `refuse` for answers to the last question, `earlier LOTS` for one to the question before, and `unsent`
/// for a question that never left.
struct Asked {
    runner: Runner,
    questions: Vec<(ClientOrderId, GatewayId)>,
}

impl Asked {
    fn new(config: PipelineConfig) -> Self {
        Self { runner: Runner::new(config), questions: Vec::new() }
    }

    fn run(&mut self, script: &str) {
        for step in script.split(';').map(str::trim).filter(|step| !step.is_empty()) {
            self.step(step);
            self.questions.extend(question(&self.runner.outbox));
        }
    }

    fn step(&mut self, step: &str) {
        let words: Vec<&str> = step.split_whitespace().collect();
        let lots = || number(words[1]);
        let (told, reports, back) = match words[0] {
            "held" => (held(lots(), words.get(2).map(|paid| number(paid))), Some(1), 1),
            "flat" => (PositionTold::NoPositions, Some(0), 1),
            "follows" => (PositionTold::Announced, Some(lots() as u32), 1),
            "elsewhere" => (PositionTold::Elsewhere, None, 1),
            "part" | "other" => (held(lots(), None), None, 1),
            "refuse" => (PositionTold::Refused, None, 1),
            "earlier" => (held(lots(), None), Some(1), 2),
            "unsent" if words.len() == 1 => {
                let (question, _) = *self.questions.last().expect("a question");
                let unsent = report(ExecKind::Unsent, question);
                return self.runner.input(&Input::Execution(unsent));
            }
            _ => return self.runner.step(step),
        };
        let (question, gateway) = self.questions[self.questions.len() - back];
        let mut said = answer(question, told, reports);
        said.gateway = gateway;
        if words[0] == "other" {
            said.account = Some(AccountId(9));
        }
        self.runner.input(&Input::VenuePosition(said));
    }
}

/// What the account holds.
fn position(asked: &Asked) -> crate::positions::Position {
    asked.runner.pipeline.holdings.held(AccountId(0), InstrumentId(0)).position
}

/// Runs a script with a live market of 99 to 101 and the gateway up; status reports are left out.
#[track_caller]
fn check_asking(config: PipelineConfig, script: &str, expected: &str) {
    let mut asked = Asked::new(config);
    asked.run("up; book 99 101; live");
    asked.run(script);
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(asked.runner.transcript, lines, "\nafter: {script}");
}

#[test]
fn it_is_asked_at_once_then_at_its_interval_and_after_a_reconnect() {
    check_asking(
        asking(true),
        "wait 10; flat; wait 290; wait 20; flat; down; wait 1000; up; wait 10; earlier 3; flat",
        "Positions 1.0\n Positions 2.0\n Positions 3.0",
    );
}

#[test]
fn it_is_not_asked_before_the_orders_are_reconciled() {
    check_asking(
        asking(true),
        "flat; buy 100x3; new 2; down; up; wait 50; status 2; wait 10; flat",
        "Positions 1.0
         New 2.0 Buy 3@100
         Alarm GatewayDown
         Status 2.0
         Positions 3.0",
    );
}

#[test]
fn nobody_is_asked_without_an_interval_or_the_capability() {
    let mut never = asking(true);
    never.position_check.interval = Nanos::ZERO;
    let mut silent = asking(true);
    silent.gateways[0].capabilities.positions = false;
    for config in [never, silent] {
        check_asking(config, "wait 1000; down; up; wait 1000", "");
    }
}

#[test]
fn a_difference_told_twice_is_an_alarm_and_is_booked_at_the_mid() {
    check_asking(
        asking(true),
        "held 4; wait 99; wait 1; held 4; wait 300; held 4",
        "Positions 1.0
         Positions 2.0
         Alarm PositionDiffers 0 4
         Adjustment 4 for 400
         Position 4 realized 0
         Positions 3.0",
    );
}

#[test]
fn told_without_booking_it_is_an_alarm_once_and_again_when_it_changes() {
    check_asking(
        asking(false),
        "held -4; wait 100; held -4; wait 300; held -4; wait 300; held -3; wait 100; held -3;
         wait 300; flat; wait 300; held -3; wait 100; held -3",
        "Positions 1.0
         Positions 2.0
         Alarm PositionDiffers 0 -4
         Positions 3.0
         Positions 4.0
         Positions 5.0
         Alarm PositionDiffers 0 -3
         Positions 6.0
         Alarm PositionDiffers 0 0
         Positions 7.0
         Positions 8.0
         Alarm PositionDiffers 0 -3",
    );
}

#[test]
fn a_fill_in_between_explains_a_difference() {
    check_asking(
        asking(true),
        "flat; buy 100x3; new 2; wait 300; held 1; status 2; fill 2 1@100 id a; wait 100; held 2;
         status 2; fill 2 1@100 id b; wait 100; held 2",
        "Positions 1.0
         New 2.0 Buy 3@100
         Positions 3.0
         Status 2.0
         Position 1 realized 0
         Positions 4.0
         Status 2.0
         Position 2 realized 0
         Positions 5.0",
    );
}

#[test]
fn with_orders_open_there_a_difference_is_told_three_times_and_their_state_asked() {
    check_asking(
        asking(true),
        "flat; buy 100x3; new 2; wait 300; held -2; status 2; wait 100; held -2; status 2; wait 100;
         held -2; wait 100; held -2",
        "Positions 1.0
         New 2.0 Buy 3@100
         Positions 3.0
         Status 2.0
         Positions 4.0
         Status 2.0
         Positions 5.0
         Alarm PositionDiffers 0 -2
         Adjustment -2 for -200
         Position -2 realized 0",
    );
}

#[test]
fn a_lost_report_is_found_by_asking_about_the_order() {
    check_asking(
        asking(true),
        "flat; buy 100x3; new 2; wait 300; held 2; status 2 cum 2 leaves 1; wait 100; held 2",
        "Positions 1.0
         New 2.0 Buy 3@100
         Positions 3.0
         Status 2.0
         Position 2 realized 0
         Alarm FillMismatch 2.0
         Positions 4.0",
    );
}

#[test]
fn an_order_that_was_asked_about_in_vain_explains_everything() {
    check_asking(
        asking(true),
        "flat; buy 100x3; new 2; wait 300; held 2; wait 99; wait 1; held 2; wait 100; held 2; wait 100;
         held 2",
        "Positions 1.0
         New 2.0 Buy 3@100
         Positions 3.0
         Status 2.0
         Positions 4.0
         Alarm NoAnswer 2.0
         Status 2.0
         Positions 5.0
         Positions 6.0
         Status 2.0",
    );
}

#[test]
fn booking_waits_for_a_price_and_for_what_is_told_until_then() {
    let script = "top 100 100; held 4; wait 100; held 4; wait 100";
    let said = "Positions 1.0\n Positions 2.0\n Alarm PositionDiffers 0 4\n";
    check_asking(
        asking(true),
        &format!("{script}; top 98 101; wait 1"),
        &format!("{said} Adjustment 4 for 398\n Position 4 realized 0"),
    );
    check_asking(
        asking(true),
        &format!("{script}; wait 300; flat; top 98 101; wait 1"),
        &format!("{said} Positions 3.0\n Alarm PositionDiffers 0 0"),
    );
}

#[test]
fn a_booked_difference_leaves_the_profit_as_it_was() {
    let mut asked = Asked::new(asking(true));
    asked.run("up; book 99 101; live; flat; buy 100x7; new 2; fill 2 7@95; book 100 103; wait 300");
    let profit = |asked: &Asked| {
        let position = position(asked);
        (position.lots, position.profit(Some(203)))
    };
    assert_eq!(profit(&asked), (Lots(7), Notional(45)));
    asked.run("held 4; wait 100; held 4");
    // Three lots at 101.5: a half is rounded away from us, and so is half of what is left open.
    assert_eq!(profit(&asked), (Lots(4), Notional(45)));
    asked.run("wait 300; held -1; wait 100; held -1");
    assert_eq!(profit(&asked), (Lots(-1), Notional(44)));
}

#[test]
fn corrections_of_trades_keep_adjustments_and_funding() {
    let mut asked = Asked::new(asking(true));
    asked.run(
        "up; book 99 101; live; flat; buy 100x7; new 2; fill 2 7@95 id a; wait 300; held 5 0;
         wait 100; held 5 5; wait 300; held 5 5; correct 2 7@94 ref a id b",
    );
    let position = position(&asked);
    assert_eq!((position.lots, position.funding), (Lots(5), Notional(5)));
    assert_eq!(position.realized, Notional(2 * 100 - 2 * 94));
}

#[test]
fn funding_is_what_was_told_more_than_before() {
    let mut asked = Asked::new(asking(true));
    asked.run("up; book 99 101; live");
    let funding = |asked: &Asked| position(asked).funding.0;
    // What was paid before the first question is none of ours; received is negative.
    for (step, expected) in [
        ("held 0 100", 0),
        ("wait 300; held 0 130", 30),
        ("wait 300; held 0", 30),
        ("wait 300; held 0 110", 10),
        // A position that is gone takes its sum along.
        ("wait 300; flat", 10),
        ("wait 300; held 0 7", 17),
        ("start; up; wait 1; held 0 9", 19),
    ] {
        asked.run(step);
        assert_eq!(funding(&asked), expected, "{step}");
    }
    let report = asked.runner.pipeline.position(InstrumentId(0)).expect("configured");
    assert_eq!(report.funding, Notional(19));
    assert_eq!(position(&asked).profit(None), Notional(-19));
}

#[test]
fn an_answer_is_whole_when_all_it_announced_has_come() {
    let parts = "follows 3; elsewhere; part 1; other 7";
    check_asking(
        asking(false),
        &format!("{parts}; wait 100; {parts}; wait 300; {parts}"),
        "Positions 1.0\n Positions 2.0\n Alarm PositionDiffers 0 1\n Positions 3.0",
    );
    // Without a number only what is named counts, once nothing more comes.
    check_asking(
        asking(false),
        "elsewhere; wait 100; wait 300; part 1; wait 100; wait 100; part 1; wait 100",
        "Positions 1.0\n Positions 2.0\n Positions 3.0\n Alarm PositionDiffers 0 1",
    );
}

#[test]
fn a_silent_broker_is_asked_again_and_one_that_refuses_is_not() {
    check_asking(
        asking(true),
        "wait 99; wait 1; wait 300; wait 100; wait 300; flat; wait 300; wait 100",
        "Positions 1.0
         Alarm PositionsNotTold 0
         Positions 2.0
         Positions 3.0
         Positions 4.0
         Alarm PositionsNotTold 0",
    );
    check_asking(
        asking(true),
        "refuse; wait 1000; down; up; wait 1000; start; up; wait 1; refuse",
        "Positions 1.0
         Alarm PositionsRefused 0
         Positions 2.0
         Alarm PositionsRefused 0",
    );
    check_asking(
        asking(true),
        "unsent; wait 99; wait 1; unsent; wait 100",
        "Positions 1.0\n Positions 2.0\n Positions 3.0",
    );
}

#[test]
fn what_others_hold_is_counted_and_nothing_compared_while_that_is_unknown() {
    let listener = GatewayId(1);
    let config = PipelineConfig { drop_copy: Some(listener), ..asking(false) };
    let mut asked = Asked::new(config);
    asked
        .run("up; book 99 101; live; held 5; wait 100; held 5; wait 200; held 5; wait 300; held 5");
    let up = GatewayStatus { gateway: listener, state: GatewayState::Up };
    asked.runner.input(&Input::Gateway(up));
    let mut said = report(ExecKind::Trade, ClientOrderId::default());
    said.gateway = listener;
    tell(&["3@100", "id", "a"], &mut said);
    let copy = gannet_types::DropCopy { account: AccountId(0), report: said };
    asked.runner.input(&Input::DropCopy(copy));
    asked.run("wait 300; held 5; wait 100; held 5");
    let alarms: Vec<_> =
        asked.runner.transcript.iter().filter(|line| line.starts_with("Alarm")).collect();
    assert_eq!(alarms, ["Alarm PositionDiffers 3 5"]);
}

#[test]
fn after_a_restart_a_difference_is_told_anew() {
    check_asking(
        asking(false),
        "held 4; wait 100; held 4; start; up; wait 1; held 4; wait 100; held 4",
        "Positions 1.0
         Positions 2.0
         Alarm PositionDiffers 0 4
         Positions 3.0
         Positions 4.0
         Alarm PositionDiffers 0 4",
    );
}

#[test]
fn each_account_is_asked_about_and_what_differs_goes_to_who_holds_most() {
    let strategy = |account| StrategyConfig::new("some", AccountId(account), GateMode::Auto);
    let config = PipelineConfig {
        accounts: ["one", "two"].map(|name| AccountConfig::new(name, GatewayId(0))).to_vec(),
        strategies: vec![strategy(0), strategy(1), strategy(1)],
        ..asking(true)
    };
    let mut asked = Asked::new(config);
    asked.run("up; book 99 101; live; flat; wait 1");
    let mut second = answer(ClientOrderId::default(), held(5, None), Some(1));
    second.account = Some(AccountId(1));
    for _ in 0..2 {
        second.request = asked.questions.last().expect("a question").0;
        asked.runner.input(&Input::VenuePosition(second));
        asked.run("wait 100");
    }
    let said: Vec<_> = asked.runner.transcript.iter().map(String::as_str).collect();
    assert_eq!(
        said,
        [
            "Positions 1.0",
            "Positions 2.0",
            "Positions 3.0",
            "Alarm PositionDiffers 0 5",
            "Adjustment 5 for 500",
            "Position 5 realized 0",
            "Of strategy 1 5",
        ]
    );
    let holdings = &asked.runner.pipeline.holdings;
    let lots = |account| holdings.held(AccountId(account), InstrumentId(0)).position.lots;
    assert_eq!((lots(0), lots(1)), (Lots(0), Lots(5)));
    let shares = [0, 1, 2].map(|id| holdings.share(StrategyId(id), InstrumentId(0)).lots.0);
    assert_eq!(shares, [0, 5, 0]);
}
