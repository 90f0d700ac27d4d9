//! Reduce-only orders, what venues are told of them and of sides, and stops that signals propose.

use gannet_types::{OrderStatus, Plan, PositionEffect};

use super::*;

fn reducing(side: Side, price: i64, lots: i64) -> Signal {
    Signal { terms: OrderTerms::REDUCING, ..signal(SignalAction::Place, side, price, lots) }
}

/// A runner in a live market of 99 to 101 that has done these steps.
fn begun(config: PipelineConfig, script: &str) -> Runner {
    let mut runner = Runner::new(config);
    for step in
        format!("up; book 99 101; live; {script}").split(';').filter(|step| !step.trim().is_empty())
    {
        runner.step(step.trim());
    }
    runner
}

/// What is said in answer to a wish, but for what is missing of others.
fn answer(runner: &mut Runner, wish: Signal) -> Vec<String> {
    let before = runner.transcript.len();
    runner.now = runner.now.after(Nanos::SECOND);
    runner.step("book 99 101");
    runner.pipeline.strategy.queue.push(wish);
    runner.input(&Input::Timer);
    let said = runner.transcript[before..].iter();
    said.filter(|line| !line.starts_with("Alarm") && !line.starts_with("Status")).cloned().collect()
}

/// The terms of the order that was sent last.
fn told(runner: &Runner) -> OrderTerms {
    let mut orders = runner.outbox.iter().filter_map(|output| match output {
        Output::Order(request) => Some(request.terms),
        _ => None,
    });
    orders.next_back().expect("an order")
}

#[test]
fn it_takes_what_is_left_and_never_passes_zero() {
    let mut runner = begun(config(GateMode::Auto), "buy 101x5; fill 1 5@101");
    let mut say = |side, price, lots| answer(&mut runner, reducing(side, price, lots)).join("");
    assert_eq!(say(Side::Buy, 98, 1), "Reject 0.0 ReduceOnly", "it would open more");
    assert_eq!(say(Side::Sell, 103, 6), "Reject 0.0 ReduceOnly", "it would turn");
    assert_eq!(say(Side::Sell, 103, 3), "New 2.0 Sell 3@103");
    assert_eq!(say(Side::Sell, 104, 3), "Reject 0.0 ReduceOnly", "three are promised");
    assert_eq!(say(Side::Sell, 104, 2), "New 3.0 Sell 2@104");
    for step in ["new 2", "new 3"] {
        runner.step(step);
    }
    let grown =
        Signal { action: SignalAction::Replace(OrderId(3)), ..reducing(Side::Sell, 104, 3) };
    assert_eq!(answer(&mut runner, grown), ["Reject 3.0 ReduceOnly"]);
    let moved = Signal { lots: Lots(2), price: Ticks(105), ..grown };
    assert_eq!(answer(&mut runner, moved), ["Replace 3.1 Sell 2@105"]);
    assert!(told(&runner).reduce_only);
}

#[test]
fn a_plain_order_of_the_side_counts_too_and_without_a_position_there_is_nothing() {
    let mut runner = begun(config(GateMode::Auto), "buy 101x5; fill 1 5@101; sell 103x4");
    assert_eq!(
        answer(&mut runner, reducing(Side::Sell, 104, 2)),
        ["Reject 0.0 ReduceOnly"],
        "one of five is left"
    );
    let mut flat = begun(config(GateMode::Auto), "");
    assert_eq!(answer(&mut flat, reducing(Side::Sell, 104, 1)), ["Reject 0.0 ReduceOnly"]);
}

#[test]
fn the_venue_is_told_where_the_position_is_the_strategys() {
    let script = "buy 101x5; fill 1 5@101";
    let mut alone = begun(config(GateMode::Auto), script);
    answer(&mut alone, reducing(Side::Sell, 103, 5));
    assert_eq!(told(&alone), OrderTerms::REDUCING);
    // Two strategies net in one account: it may be flat while one of them holds something.
    let mut together = begun(several(GateMode::Auto, 1), script);
    answer(&mut together, reducing(Side::Sell, 103, 5));
    assert_eq!(told(&together), OrderTerms::PLAIN);
    assert!(together.pipeline.open_orders().any(|order| order.terms.reduce_only));
    let mut config = several(GateMode::Auto, 1);
    config.accounts[0].is_hedged = true;
    let mut apart = begun(config, "buy 101x5");
    let open = OrderTerms { position_effect: PositionEffect::Open, ..OrderTerms::PLAIN };
    assert_eq!(told(&apart), open);
    apart.step("fill 1 5@101");
    answer(&mut apart, reducing(Side::Sell, 103, 5));
    let position_effect = PositionEffect::Close;
    assert_eq!(told(&apart), OrderTerms { position_effect, ..OrderTerms::REDUCING });
    assert_eq!(
        answer(&mut apart, Signal { strategy: StrategyId(1), ..reducing(Side::Sell, 103, 1) }),
        ["Reject 0.0 ReduceOnly"],
        "the other strategy has nothing to close"
    );
}

#[test]
fn a_trade_that_the_venue_books_to_the_other_side_is_an_alarm() {
    let script = "buy 101x5; fill 1 2@101 opens id A; fill 1 3@101 closes id B";
    let heard = |config| {
        let runner = begun(config, script);
        let alarms = runner.transcript.iter().filter(|line| line.starts_with("Alarm"));
        alarms.map(String::as_str).collect::<Vec<_>>().join("; ")
    };
    let mut hedged = config(GateMode::Auto);
    hedged.accounts[0].is_hedged = true;
    assert_eq!(heard(hedged), "Alarm FillMismatch 1.0");
    assert_eq!(heard(config(GateMode::Auto)), "", "an account that nets does not care");
}

#[test]
fn a_panic_close_only_closes() {
    let runner = begun(config(GateMode::Auto), "buy 101x5; fill 1 5@101; close; wait 1");
    assert!(told(&runner).reduce_only);
}

fn bracket(order_type: OrderType, price: i64) -> Signal {
    let plan = Plan::Bracket { target: Ticks(110), stop: Ticks(90), trail: 0 };
    let wish = signal(SignalAction::Work(plan), Side::Buy, price, 5);
    Signal { order_type, ..wish }
}

#[test]
fn the_exits_of_a_bracket_only_close_and_end_when_others_closed() {
    let mut config = config(GateMode::Auto);
    config.gateways[0].capabilities = gannet_types::Capabilities::ALL;
    config.risk.open_orders_max = 16;
    config.risk.open_orders_per_instrument_max = 16;
    let mut runner = begun(config, "");
    answer(&mut runner, bracket(OrderType::Limit, 101));
    for step in ["new 2", "fill 2 5@101", "new 3", "new 4"] {
        runner.step(step);
    }
    let exits = || runner.pipeline.open_orders().filter(|order| order.side == Side::Sell);
    assert_eq!(
        exits().map(|order| order.lots.0).collect::<Vec<_>>(),
        [5, 5],
        "of a pair one trades"
    );
    assert!(exits().all(|order| order.terms.reduce_only));
    // Part of the position is sold by another order: the exits follow.
    runner.transcript.clear();
    answer(&mut runner, signal(SignalAction::Place, Side::Sell, 99, 2));
    for step in ["fill 5 2@99", "replaced 3", "replaced 4"] {
        runner.step(step);
    }
    answer(&mut runner, signal(SignalAction::Place, Side::Sell, 99, 3));
    for step in ["fill 6 3@99", "canceled 3", "canceled 4"] {
        runner.step(step);
    }
    let lines = runner.transcript.iter().filter(|line| !line.starts_with("Position"));
    let lines: Vec<&str> = lines.map(String::as_str).collect();
    assert_eq!(lines.last(), Some(&"Parent 1 Canceled 5/5"), "{lines:#?}");
    assert_eq!(runner.pipeline.open_orders().count(), 0);
}

/// What the venue cuts, because it knows of a smaller position, it is asked for once more and then once a
/// second, not with every word from it.
#[test]
fn an_exit_that_the_venue_cuts_is_not_asked_for_at_once_again() {
    for replace in [true, false] {
        let mut config = config(GateMode::Auto);
        config.gateways[0].capabilities = gannet_types::Capabilities::ALL;
        config.gateways[0].capabilities.replace = replace;
        config.risk.messages_max = 1_000;
        let mut runner = begun(config, "");
        let plan = Plan::Bracket { target: Ticks(110), stop: Ticks::ZERO, trail: 0 };
        let wish = signal(SignalAction::Work(plan), Side::Buy, 101, 5);
        answer(&mut runner, wish);
        for step in ["new 2", "fill 2 5@101", "new 3"] {
            runner.step(step);
        }
        runner.transcript.clear();
        for _ in 0..20 {
            runner.step("wait 20");
            let Some(exit) = runner.pipeline.open_orders().last() else { continue };
            let (id, is_going) = (exit.id.0, exit.status == OrderStatus::PendingCancel);
            let is_new = exit.status == OrderStatus::PendingNew;
            let words = match (is_going, is_new) {
                (true, _) => format!("canceled {id}"),
                (_, true) => format!("new {id}"),
                _ if exit.status == OrderStatus::PendingReplace => format!("replaced {id}"),
                _ => format!("restated {id} leaves 3"),
            };
            runner.step(&words);
        }
        let sent = ["New", "Replace", "Cancel"];
        let is_sent = |line: &&String| sent.iter().any(|word| line.starts_with(word));
        let sent = runner.transcript.iter().filter(is_sent).count();
        assert!((1..=4).contains(&sent), "{replace}: {:#?}", runner.transcript);
    }
}

#[test]
fn a_stop_that_a_signal_proposes_is_what_its_trade_may_lose() {
    let mut config = config(GateMode::Auto);
    let portfolio = &mut config.accounts[0].limits.portfolio;
    // One percent of 5,000 ticks times lots: 50. By the worst move five at 101 may lose 51.
    portfolio.capital = gannet_types::Money(5_000 * 10_000);
    portfolio.trade_risk_ppm_max = 10_000;
    portfolio.worst_move_ppm = 100_000;
    let mut runner = begun(config, "");
    let with_stop = |stop: i64| {
        let wish = signal(SignalAction::Place, Side::Buy, 101, 5);
        Signal { terms: wish.terms.with_stop(Side::Buy, wish.price, Ticks(stop)), ..wish }
    };
    let plain = signal(SignalAction::Place, Side::Buy, 101, 5);
    assert_eq!(answer(&mut runner, plain), ["Reject 0.0 TradeRisk"]);
    assert_eq!(answer(&mut runner, with_stop(90)), ["Reject 0.0 TradeRisk"]);
    assert_eq!(answer(&mut runner, with_stop(101)), ["Reject 0.0 StopSide"]);
    assert_eq!(answer(&mut runner, with_stop(105)), ["Reject 0.0 StopSide"]);
    assert_eq!(answer(&mut runner, with_stop(91)), ["New 1.0 Buy 5@101"]);
    assert_eq!(told(&runner), OrderTerms::PLAIN, "no venue is told");
    runner.step("canceled 1");
    // The stop of a bracket, eleven away, is its entry's.
    assert_eq!(answer(&mut runner, bracket(OrderType::Limit, 101))[0], "Reject 2.0 TradeRisk");
    assert!(
        answer(&mut runner, bracket(OrderType::Limit, 100))
            .contains(&"New 4.0 Buy 5@100".to_owned())
    );
}
