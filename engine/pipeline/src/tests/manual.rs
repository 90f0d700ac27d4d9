//! What people order themselves: released by being given, stopped by what stops, done once.

use gannet_types::{ManualChange, ManualOrder, Pace, Plan, Schedule};

use super::*;

/// The strategy's id is 0, that of the people's desk 1.
fn with_desk(mode: GateMode) -> PipelineConfig {
    let mut config = config(mode);
    config.strategies.push(StrategyConfig::manual("manual", AccountId(0), mode));
    config.risk.open_orders_max = 16;
    config.risk.open_orders_per_instrument_max = 16;
    config
}

/// An order whose name, side, price and size follow from two numbers.
pub(super) fn order(account: u64, name: u64, number: i64) -> ManualOrder {
    let number = number.rem_euclid(1_000);
    ManualOrder {
        client_ref: Text::new(format!("{}", name % 500).as_bytes()),
        account: AccountId(account as u16),
        instrument: InstrumentId(0),
        side: if number % 2 == 0 { Side::Buy } else { Side::Sell },
        order_type: OrderType::Limit,
        price: Ticks(number % 200 + 1),
        lots: Lots(number % 4 + 1),
        time_in_force: TimeInForce::GoodTillCancel,
        terms: OrderTerms::PLAIN,
        plan: (number % 5 == 0).then_some(Plan::Emulate),
    }
}

fn buy(name: &str, price: i64, lots: i64) -> ManualOrder {
    let (client_ref, side) = (Text::new(name.as_bytes()), Side::Buy);
    let (price, lots) = (Ticks(price), Lots(lots));
    ManualOrder { client_ref, side, price, lots, plan: None, ..order(0, 0, 0) }
}

fn place(order: ManualOrder) -> Step {
    Step::Command(Command::PlaceOrder(order))
}

fn change(id: u64, price: i64, lots: i64) -> Step {
    let (order, price, lots) = (OrderId(id), Ticks(price), Lots(lots));
    Step::Command(Command::ReplaceOrder(ManualChange { order, price, lots, stop_price: Ticks(0) }))
}

fn cancel(id: u64) -> Step {
    Step::Command(Command::CancelOrder(OrderId(id)))
}

enum Step {
    Script(&'static str),
    Command(Command),
}

/// Runs what people order between steps of a script.
fn run(config: PipelineConfig, steps: &[Step]) -> Runner {
    let mut runner = Runner::new(config);
    let prepared = [Step::Script("up; book 99 101; live")];
    for step in prepared.iter().chain(steps) {
        match step {
            Step::Script(script) => script.split(';').for_each(|step| runner.step(step.trim())),
            Step::Command(command) => runner.input(&Input::Command(*command)),
        }
    }
    runner
}

#[track_caller]
fn check(config: PipelineConfig, steps: &[Step], expected: &str) {
    let lines: Vec<_> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(run(config, steps).transcript, lines);
}

#[test]
fn an_order_is_released_by_being_given_in_every_mode() {
    for mode in [GateMode::Manual, GateMode::Assisted, GateMode::Auto, GateMode::Paper] {
        let steps = [place(buy("a", 98, 2)), Step::Script("new 1"), change(1, 97, 0), cancel(1)];
        check(
            with_desk(mode),
            &steps,
            "New 1.0 Buy 2@98
             Replace 1.1 Buy 2@97",
        );
        let steps = [place(buy("a", 98, 2)), Step::Script("new 1"), cancel(1), change(1, 0, 3)];
        check(
            with_desk(mode),
            &steps,
            "New 1.0 Buy 2@98
             Cancel 1.1
             Reject 1.1 OrderNotReady",
        );
    }
}

#[test]
fn paper_stays_paper() {
    let mut config = with_desk(GateMode::Paper);
    config.gateways[0].simulated = false;
    check(config, &[place(buy("a", 98, 2))], "Shown Buy 2@98\n Reject 1.0 GateClosed");
}

#[test]
fn what_stops_trading_stops_people() {
    let steps = [
        Step::Script("kill"),
        place(buy("a", 98, 1)),
        Step::Script("reset; halt"),
        place(buy("b", 98, 1)),
        Step::Script("resume; halt strategy 1"),
        place(buy("c", 98, 1)),
        Step::Script("resume strategy 1; halt account 0"),
        place(buy("d", 98, 1)),
        Step::Script("resume account 0; drain"),
        place(buy("e", 98, 1)),
    ];
    check(
        with_desk(GateMode::Auto),
        &steps,
        "Alarm Killed
         Shown Buy 1@98
         Reject 1.0 KillSwitch
         Alarm InstrumentHalted 0
         Shown Buy 1@98
         Reject 2.0 InstrumentHalted
         Alarm StrategyHalted 1
         Shown Buy 1@98
         Reject 3.0 StrategyHalted
         Alarm AccountHalted 0
         Shown Buy 1@98
         Reject 4.0 AccountHalted
         Shown Buy 1@98
         Reject 5.0 Draining",
    );
    // A halt cancels what people have open, and a change waits for the end of it.
    let steps = [
        place(buy("a", 98, 1)),
        Step::Script("new 1; halt strategy 1; refused 1"),
        change(1, 97, 0),
        cancel(1),
    ];
    check(
        with_desk(GateMode::Auto),
        &steps,
        "New 1.0 Buy 1@98
         Alarm StrategyHalted 1
         Cancel 1.1
         Reject 1.1 Venue
         Reject 1.1 StrategyHalted
         Cancel 1.2",
    );
}

#[test]
fn risk_looks_at_it() {
    let steps = [
        place(buy("size", 98, 11)),
        place(buy("collar", 50, 1)),
        place(ManualOrder { lots: Lots(0), ..buy("nothing", 98, 1) }),
        place(buy("good", 98, 1)),
        place(buy("twice", 98, 1)),
    ];
    check(
        with_desk(GateMode::Auto),
        &steps,
        "Reject 1.0 OrderSize
         Reject 2.0 PriceCollar
         Reject 3.0 BadSize
         New 4.0 Buy 1@98
         Reject 5.0 Duplicate",
    );
}

#[test]
fn a_name_given_twice_does_nothing_twice_also_after_a_start() {
    let steps = [
        place(buy("a", 98, 1)),
        place(buy("a", 97, 5)),
        Step::Script("start; up; book 99 101; live; status 1"),
        place(buy("a", 98, 1)),
        place(buy("b", 97, 1)),
    ];
    let said = run(with_desk(GateMode::Auto), &steps).transcript;
    let refused = "Reject 1.0 KnownReference";
    assert_eq!(said.iter().filter(|line| *line == refused).count(), 2, "{said:?}");
    let new: Vec<_> = said.iter().filter(|line| line.starts_with("New")).collect();
    assert_eq!(new, ["New 1.0 Buy 1@98", "New 2.0 Buy 1@97"]);
}

#[test]
fn where_there_is_no_desk_nothing_is_placed() {
    let elsewhere = ManualOrder { account: AccountId(7), ..buy("a", 98, 1) };
    let nothing = ManualOrder { instrument: InstrumentId(9), ..buy("b", 98, 1) };
    let steps = [place(elsewhere), place(nothing), change(9, 1, 1), cancel(9)];
    check(
        with_desk(GateMode::Auto),
        &steps,
        "Reject 0.0 NoDesk
         Reject 0.0 UnknownInstrument
         Reject 9.0 UnknownOrder
         Reject 9.0 UnknownOrder",
    );
    check(config(GateMode::Auto), &[place(buy("a", 98, 1))], "Reject 0.0 NoDesk");
}

#[test]
fn a_strategys_order_is_cancelled_by_a_person_and_not_changed() {
    let steps = [Step::Script("buy 98x1; new 1"), change(1, 97, 0), cancel(1)];
    check(
        with_desk(GateMode::Auto),
        &steps,
        "New 1.0 Buy 1@98
         Reject 1.0 StrategysOrder
         Cancel 1.1",
    );
}

#[test]
fn a_parent_is_worked_and_cancelled_as_a_whole() {
    let schedule = Schedule {
        pace: Pace::Time,
        share_bp: 0,
        lasts_ms: 4_000,
        every_ms: 1_000,
        child_max_bp: 0,
        behind_percent: 100,
        jitter_percent: 0,
        seed: 0,
    };
    let twap = ManualOrder { plan: Some(Plan::Sliced(schedule)), ..buy("twap", 0, 8) };
    let steps = [
        place(twap),
        Step::Script("new 2; fill 2 2@99"),
        change(1, 0, 9),
        change(2, 98, 0),
        Step::Script("wait 1000; new 3"),
        cancel(3),
        Step::Script("canceled 3"),
    ];
    check(
        with_desk(GateMode::Manual),
        &steps,
        "New 2.0 Buy 2@99
         Parent 1 New 0/8
         Position 2 realized 0
         Of strategy 1 2
         Parent 1 PartiallyFilled 2/8
         Reject 1.0 ChildOrder
         Reject 2.0 ChildOrder
         New 3.0 Buy 2@99
         Cancel 3.1
         Parent 1 PendingCancel 2/8
         Parent 1 Canceled 2/8",
    );
}

#[test]
fn the_strategy_keeps_its_part_and_does_not_hear_of_people() {
    let steps = [
        Step::Script("buy 100x2; new 1; fill 1 2@100 id a"),
        place(ManualOrder { side: Side::Sell, ..buy("mine", 100, 3) }),
        Step::Script("new 2; fill 2 3@100 id b; bust 1 ref a"),
    ];
    let runner = run(with_desk(GateMode::Auto), &steps);
    assert_eq!(
        runner.transcript,
        [
            "New 1.0 Buy 2@100",
            "Position 2 realized 0",
            "Of strategy 0 2",
            "New 2.0 Sell 3@100",
            "Position -1 realized 0",
            "Of strategy 1 -3",
            "Alarm TradeCorrected 1.0",
            "Position -3 realized 0",
            "Of strategy 0 0",
        ]
    );
    let told = &runner.pipeline.strategy.events;
    assert!(told.iter().all(|event| !event.starts_with("2 ")), "{told:?}");
    let part = |id| runner.pipeline.strategy_position(StrategyId(id), InstrumentId(0));
    assert_eq!([part(0), part(1)].map(|it| it.map(|it| it.lots.0)), [Some(0), Some(-3)]);
}

#[test]
fn a_hedged_accounts_orders_are_cut_to_what_is_left() {
    let mut config = with_desk(GateMode::Auto);
    config.accounts[0].is_hedged = true;
    let steps = [
        Step::Script("buy 100x2; new 1; fill 1 2@100"),
        place(ManualOrder { side: Side::Sell, ..buy("short", 100, 3) }),
        Step::Script("new 2; fill 2 3@100"),
        place(buy("close", 100, 5)),
    ];
    let runner = run(config, &steps);
    // The desk's short is its own: it is closed, and the strategy's long stays.
    assert_eq!(runner.transcript.last().map(String::as_str), Some("New 3.0 Buy 3@100"));
    let held = runner.pipeline.holdings.held(AccountId(0), InstrumentId(0));
    assert_eq!((held.long, held.short), (Lots(2), Lots(3)));
}

#[test]
fn a_close_of_the_account_closes_what_people_hold() {
    let steps =
        [place(buy("a", 101, 2)), Step::Script("new 1; fill 1 2@101; close account 0; wait 1")];
    let said = run(with_desk(GateMode::Auto), &steps).transcript;
    assert!(said.iter().any(|line| line.starts_with("New 2.0 Sell 2@")), "{said:?}");
}
