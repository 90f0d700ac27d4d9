//! Every kind of strategy trades the generated market, within its size, without an alarm, and replays.

use gannet_app::config::{self, Config};
use gannet_app::offline::explain::explain;
use gannet_app::offline::replay::replay;
use gannet_feeds::MarketSink;
use gannet_journal::{Body, Reader};
use gannet_tests::desk::{Desk, LIVELY};
use gannet_tests::market;
use gannet_tests::temp::TempDir;
use gannet_types::{
    Command, Depth, DepthKind, ExternalOpinion, ExternalSignal, FeedState, InstrumentId, Level,
    Lots, Market, MarketEvent, Nanos, Output, Rating, School, Stance, StrategyId, Text, Ticks,
    TopOfBook,
};

use super::{FRAMES, run};

/// A strategy that trades often enough to be seen in half a minute.
fn of_kind(kind: &str, overlay: &str) -> Config {
    let text = format!("[strategy]\nkind = \"{kind}\"\n{overlay}");
    config::parse(&[(LIVELY, "lively"), (&text, kind)]).expect("a configuration")
}

/// What a run did: the largest position, the decisions, the stops that were proposed.
#[derive(Debug, Default)]
struct Seen {
    largest: i64,
    decisions: usize,
    stops: usize,
    alarms: Vec<String>,
}

fn seen(journal: &std::path::Path) -> Seen {
    let mut seen = Seen::default();
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("a whole record") {
        match record.body {
            Body::Output(Output::Position(position)) => {
                seen.largest = seen.largest.max(position.lots.abs().0);
            }
            Body::Output(Output::Decision(decision)) => {
                seen.decisions += 1;
                seen.stops += usize::from(decision.stop.0 > 0);
            }
            Body::Output(Output::Alarm(alarm)) => seen.alarms.push(format!("{alarm:?}")),
            _ => {}
        }
    }
    seen
}

#[track_caller]
fn check(kind: &str, overlay: &str, lots_max: i64) -> Seen {
    let folder = TempDir::new("kinds");
    let capture = folder.join("capture.txt");
    market::record(&capture, 7, FRAMES);
    let journal = folder.join("journal");
    let tested = run(of_kind(kind, overlay), &capture, journal.clone());
    let seen = seen(&journal);
    println!("{kind}: {:?} {:?} {seen:?}", tested.pipeline.orders, tested.pipeline.fills);
    assert!(tested.pipeline.fills >= 4, "{kind}: {:?}", tested.pipeline);
    assert!(seen.alarms.is_empty(), "{kind}: {seen:?}");
    assert!((1..=lots_max).contains(&seen.largest), "{kind}: {seen:?}");
    let replayed = replay(&journal).expect("a replay");
    assert!(replayed.difference.is_none(), "{kind}: {replayed:?}");
    seen
}

#[test]
fn hybrid_trades() {
    let sizing = "sizing = { method = \"risk\", equity = \"10000\", risk_ppm = 200, quantity_max = \"0.020\" }
        protection = { stop = \"atr\", target_percent = 200 }
        hybrid = { sma_fast = 3, sma_slow = 8, macd_fast = 4, macd_slow = 9, macd_signal = 3, \
                   rsi_period = 7, lean_percent_min = 5.0 }";
    let seen = check("hybrid", sizing, 20);
    assert!(seen.stops > 0 && seen.decisions > 100, "{seen:?}");
}

#[test]
fn gann_ehlers_trades() {
    let trend = "gann_ehlers = { smoother_period = 4.0, correlation_length = 8, swing_percent = 0.01, \
                 trend_percent_min = 40.0, scale_percent = 10.0 }";
    check("gann_ehlers", trend, 10);
}

#[test]
fn cycle_reversion_trades() {
    let cycle = "cycle_reversion = { high_pass_period = 20.0, low_pass_period = 5.0, \
                 correlation_length = 10, entry_percent = 80.0, trend_percent_max = 90.0 }";
    check("cycle_reversion", cycle, 10);
}

#[test]
fn a_council_trades_with_other_bars_and_vetoes() {
    let council = "veto = { spread_bp_max = 50, contrary_percent = 95 }
        hybrid = { sma_fast = 3, sma_slow = 8, macd_fast = 4, macd_slow = 9, macd_signal = 3, rsi_period = 7 }
        gann_ehlers = { smoother_period = 4.0, correlation_length = 8, swing_percent = 0.01 }";
    check("council", council, 10);
}

#[test]
fn market_making_trades() {
    check("market_making", "market_making = { inventory_max = \"0.030\" }", 30);
}

#[test]
fn order_flow_trades() {
    let flow = "order_flow = { period = 20, entry_percent = 100.0 }
        protection = { horizon_ms = 2000 }";
    check("order_flow", flow, 10);
}

#[test]
fn a_follower_follows_commands_and_nobody_else() {
    let mut desk = Desk::start(of_kind("follower", "follower = { confidence_min = 30 }"), 7);
    let tell = |desk: &mut Desk, stance, confidence| {
        let (strategy, instrument) = (StrategyId(0), InstrumentId(0));
        let signal = ExternalSignal { strategy, instrument, stance, confidence };
        desk.command(Command::External(signal));
    };
    desk.play(2_000);
    let held = |desk: &Desk| {
        let pipeline = desk.inlet.engine.pipeline();
        pipeline.position(InstrumentId(0)).expect("an instrument").lots
    };
    assert_eq!(held(&desk), Lots::ZERO);
    tell(&mut desk, Stance::Long, 20);
    desk.play(500);
    assert_eq!(held(&desk), Lots::ZERO);
    for (stance, lots) in
        [(Stance::Long, Lots(10)), (Stance::Short, Lots(-10)), (Stance::Flat, Lots::ZERO)]
    {
        tell(&mut desk, stance, 80);
        desk.play(1_500);
        assert_eq!(held(&desk), lots, "{stance:?}");
    }
    let told = |output: &Output| match output {
        Output::Decision(decision) => {
            Some((decision.rating, decision.schools.of(School::External)))
        }
        _ => None,
    };
    let outputs = desk.outputs();
    let rated = outputs.iter().filter_map(told).filter(|(rating, _)| *rating != Rating::Hold);
    assert_eq!(rated.collect::<Vec<_>>(), [(Rating::StrongBuy, 100), (Rating::StrongSell, 100)]);
    let journal = desk.journal();
    drop(desk.inlet);
    assert!(replay(&journal).expect("a replay").difference.is_none());
}

#[test]
fn a_weight_silences_a_school_from_then_on() {
    let overlay = "council = { weights = { classical = 0, ehlers = 1, gann = 0, patterns = 1 } }
        hybrid = { sma_fast = 3, sma_slow = 8, macd_fast = 4, macd_slow = 9, macd_signal = 3 }";
    let mut desk = Desk::start(of_kind("council", overlay), 7);
    desk.play(6_000);
    let spoken = |outputs: &[Output]| {
        let patterns = |output: &Output| match output {
            Output::Decision(decision) => decision.schools.of(School::Patterns) != 0,
            _ => false,
        };
        outputs.iter().filter(|output| patterns(output)).count()
    };
    let before = spoken(&desk.outputs());
    assert!(before > 5, "{before}");
    desk.command(Command::Weight(StrategyId(0), School::Patterns, 0));
    desk.play(6_000);
    assert_eq!(spoken(&desk.outputs()), before);
}

#[test]
fn an_opinion_from_outside_is_weighed_named_and_ends() {
    let overlay = "council = { weights = { classical = 0, ehlers = 1, gann = 0, patterns = 1 } }
        hybrid = { sma_fast = 3, sma_slow = 8, macd_fast = 4, macd_slow = 9, macd_signal = 3 }";
    let mut desk = Desk::start(of_kind("council", overlay), 7);
    let opinion = ExternalOpinion {
        strategy: StrategyId(0),
        instrument: InstrumentId(0),
        source: Text::new(b"llm:news"),
        score: -100,
        confidence: 90,
        horizon: Nanos(60 * Nanos::SECOND.0),
        lifetime: Nanos(5 * Nanos::SECOND.0),
    };
    let shares = |desk: &Desk| -> Vec<(Rating, i8)> {
        let outputs = desk.outputs();
        let decided = outputs.iter().filter_map(|output| match output {
            Output::Decision(decision) => {
                Some((decision.rating, decision.schools.of(School::External)))
            }
            _ => None,
        });
        decided.filter(|(_, share)| *share != 0).collect()
    };
    desk.play(2_000);
    // Without a weight it is kept, and not heard; the weight lets it be heard.
    desk.command(Command::Opinion(opinion));
    desk.play(500);
    assert!(shares(&desk).is_empty());
    desk.command(Command::Weight(StrategyId(0), School::External, 100));
    desk.play(FRAMES);
    let heard = shares(&desk);
    assert!(heard.len() > 10 && heard.len() < 50, "five seconds of bars: {}", heard.len());
    assert!(heard.iter().all(|(rating, share)| *rating == Rating::StrongSell && *share > 50));
    let stranger = ExternalOpinion { instrument: InstrumentId(9), ..opinion };
    desk.command(Command::Opinion(stranger));
    assert_eq!(desk.inlet.engine.pipeline().counters().bad_inputs, 1);
    let journal = desk.journal();
    drop(desk.inlet);
    assert!(replay(&journal).expect("a replay").difference.is_none());
    let text = explain(&journal, 0, false).expect("explained");
    let named = text.lines().filter(|line| line.contains("Outside: llm:news -100 at 90 %"));
    assert_eq!(named.count(), heard.len());
}

#[test]
fn strategies_of_different_kinds_trade_side_by_side() {
    let text = r#"
        [[account]]
        name = "main"
        [[account]]
        name = "house"
        [[strategies]]
        id = "trend"
        [[strategies]]
        id = "maker"
        account = "house"
        kind = "market_making"
        market_making = { inventory_max = "0.030" }
        [[strategies]]
        id = "flow"
        account = "house"
        kind = "order_flow"
        patience_ms = 0
        order_flow = { period = 20, entry_percent = 100.0 }
    "#;
    let config = config::parse(&[(LIVELY, "lively"), (text, "three")]).expect("a configuration");
    let again = config::parse(&[(&config.decisive, "the journal")]).expect("a configuration");
    assert_eq!(again.strategies, config.strategies);
    let mut desk = Desk::start(config, 7);
    desk.play(FRAMES);
    let mut orders = [0; 3];
    for request in &desk.inlet.venue.sent {
        orders[usize::from(request.strategy.0)] += 1;
        assert_eq!(request.account.0, u16::from(request.strategy.0 > 0));
    }
    assert!(orders.iter().all(|count| *count > 4), "{orders:?}");
    let decided = |output: &Output| match output {
        Output::Decision(decision) => Some(decision.strategy),
        _ => None,
    };
    let outputs = desk.outputs();
    let mut deciders = outputs.iter().filter_map(decided);
    assert!(deciders.all(|strategy| strategy == StrategyId(0)), "only one has opinions");
    let journal = desk.journal();
    drop(desk.inlet);
    assert!(replay(&journal).expect("a replay").difference.is_none());
}

/// Shows a book of two levels around a bid, and its best prices.
fn quote(desk: &mut Desk, instrument: u16, update_id: u64, bid: i64) {
    let side = |price: i64, step: i64| {
        [0, 1].map(|level| Level { price: Ticks(price + step * level), lots: Lots(40) })
    };
    let (bids, asks) = (side(bid, -1), side(bid + 1, 1));
    let depth =
        Depth { update_id, kind: DepthKind::SnapshotStart, last: true, bids: &bids, asks: &asks };
    let top = TopOfBook { update_id, bid: bids[0], ask: asks[0] };
    for event in [MarketEvent::Depth(depth), MarketEvent::Top(top)] {
        let (exchange_time, received) = (desk.now, desk.now);
        let instrument = InstrumentId(instrument);
        desk.inlet.on_market(&Market { instrument, exchange_time, received, event });
    }
}

#[test]
fn an_arbitrage_takes_both_legs_and_unwinds_them() {
    let overlay = r#"
        cross_venue = { other = "BTCUSDC", entry_ticks = 20, exit_ticks = 4, pause_ms = 50 }
        [[instrument]]
        symbol = "BTCUSDT"
        tick = "0.10"
        lot = "0.001"
        [[instrument]]
        symbol = "BTCUSDC"
        tick = "0.10"
        lot = "0.001"
        [broker]
        maker_fee_ppm = 0
        taker_fee_ppm = 0
    "#;
    let mut desk = Desk::start(of_kind("cross_venue", overlay), 7);
    let live = MarketEvent::Feed(FeedState::Live);
    for instrument in [0, 1] {
        let (exchange_time, received) = (desk.now, desk.now);
        let instrument = InstrumentId(instrument);
        desk.inlet.on_market(&Market { instrument, exchange_time, received, event: live });
    }
    let positions = |desk: &Desk| {
        let pipeline = desk.inlet.engine.pipeline();
        [0, 1].map(|id| pipeline.position(InstrumentId(id)).expect("an instrument"))
    };
    let mut largest = 0;
    for step in 1..=2_000 {
        desk.now = desk.now.after(Nanos::from_millis(10));
        desk.inlet.advance(desk.now);
        // The second is dearer, as dear, cheaper and as dear again, two seconds each.
        let apart = [40, 0, -40, 0][step as usize / 200 % 4];
        // Both move together, or the exchange would remember what was taken from the same levels.
        let bid = 600_000 + 50 * (step as i64 / 200);
        quote(&mut desk, 0, step, bid);
        quote(&mut desk, 1, step, bid + apart);
        let [first, second] = positions(&desk).map(|position| position.lots.0);
        if step % 200 == 150 {
            assert_eq!(first, -second, "whole after a second and a half, in step {step}");
        }
        largest = largest.max(first.abs());
    }
    let [first, second] = positions(&desk);
    assert_eq!((largest, first.lots.0, second.lots.0), (10, 0, 0));
    // Five times 40 ticks apart, less two spreads of one tick, ten lots a leg; unwinding may cost four.
    let gained = first.realized.0 + second.realized.0;
    assert!((5 * 10 * (40 - 2 - 4)..=5 * 10 * (40 - 2)).contains(&gained), "{gained}");
    let alarms = desk.outputs().into_iter().filter(|it| matches!(it, Output::Alarm(_)));
    assert_eq!(alarms.count(), 0);
    let journal = desk.journal();
    drop(desk.inlet);
    assert!(replay(&journal).expect("a replay").difference.is_none());
}
