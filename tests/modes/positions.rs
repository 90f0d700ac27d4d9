//! Our positions beside the broker's: a whole engine against the simulated exchange, whose books
//! change behind its back, and a demo that asks its own broker.

use gannet_tests::desk::{Desk, LIVELY, lively};
use gannet_tests::rebuild::rebuild;
use gannet_tests::temp::TempDir;
use gannet_types::{AccountId, Alarm, Command, InstrumentId, Lots, Notional, Output, RequestKind};

use super::PATIENCE;
use super::admin::{demo, until};
use super::run::{replay, summary};

const BTC: InstrumentId = InstrumentId(0);
const ACCOUNT: AccountId = AccountId(0);

/// Asks every second; what is late by less than 300 ms explains a difference.
const ASKING: &str = r#"
    [gate]
    mode = "auto"
    [dialect.capabilities]
    position_requests = true
    [risk]
    position_check_interval_s = 1
    order_timeout_ms = 300
    [broker]
    funding_ppm = 500
    funding_interval_s = 60
"#;

/// What we have: lots, and the funding paid.
fn ours(desk: &Desk) -> (Lots, Notional) {
    let position = desk.inlet.engine.pipeline().position(BTC).expect("a position");
    (position.lots, position.funding)
}

/// What the exchange has.
fn theirs(desk: &Desk) -> (Lots, Notional) {
    let statement = desk.inlet.venue.exchange.statement(ACCOUNT, BTC);
    (statement.position, statement.funding)
}

/// What was said of positions that differ.
fn differences(desk: &Desk) -> Vec<String> {
    let outputs = desk.outputs();
    let said = outputs.iter().filter_map(|output| match output {
        Output::Alarm(Alarm::PositionDiffers(it)) => Some(format!("{} {}", it.ours, it.venue)),
        Output::Alarm(alarm @ (Alarm::PositionsNotTold(_) | Alarm::PositionsRefused(_))) => {
            Some(format!("{alarm:?}"))
        }
        Output::Adjustment(adjustment) => Some(format!("adjusted {}", adjustment.lots)),
        _ => None,
    });
    said.collect()
}

#[test]
fn what_changes_behind_our_back_is_an_alarm_and_an_adjustment() {
    let mut desk = Desk::start(lively(ASKING), 5);
    while theirs(&desk).1 == Notional::ZERO {
        desk.play(500);
    }
    // Three checks later, trading all the time, nothing differs and funding is told.
    desk.play(1_000);
    assert_eq!(ours(&desk).1, theirs(&desk).1, "funding is the broker's word");
    assert_eq!(differences(&desk), [""; 0]);
    desk.command(Command::Kill);
    desk.play(500);
    let (before, _) = ours(&desk);
    assert_eq!(ours(&desk), theirs(&desk));
    for moved in [7, -12] {
        desk.inlet.venue.exchange.transfer(ACCOUNT, BTC, Lots(moved));
        desk.play(1_000);
        assert_eq!(ours(&desk), theirs(&desk));
    }
    let [first, second] = [before, before + Lots(7)].map(|lots| lots.0);
    let expected = [
        format!("{first} {}", first + 7),
        "adjusted 7".to_owned(),
        format!("{second} {}", second - 12),
        "adjusted -12".to_owned(),
    ];
    assert_eq!(differences(&desk), expected);
    let asked = desk.inlet.venue.sent.iter().filter(|it| it.kind == RequestKind::Positions).count();
    assert!(asked > 20, "{asked} questions");
    let (lots, funding) = ours(&desk);
    let rebuilt = rebuild(&desk.journal());
    let position = rebuilt.replayer.pipeline().position(BTC).expect("a position");
    assert_eq!((position.lots, position.funding), (lots, funding));
}

#[test]
fn without_adjusting_it_is_an_alarm_once_until_it_agrees() {
    let alarms_only = ASKING.replace("[risk]", "[risk]\n    position_differences = \"alarm\"");
    let mut desk = Desk::start(lively(&alarms_only), 5);
    desk.play(1_500);
    desk.command(Command::Kill);
    desk.play(500);
    let (Lots(before), _) = ours(&desk);
    for moved in [3, -3] {
        desk.inlet.venue.exchange.transfer(ACCOUNT, BTC, Lots(moved));
        desk.play(2_000);
    }
    assert_eq!(ours(&desk).0, Lots(before));
    let expected = [format!("{before} {}", before + 3), format!("{before} {before}")];
    assert_eq!(differences(&desk), expected);
}

#[test]
fn a_demo_shows_that_its_broker_agrees() {
    let folder = TempDir::new("positions");
    let (config, journal) = (folder.join("engine.toml"), folder.join("journal"));
    let often = LIVELY.replace("[risk]", "[risk]\n    position_check_interval_s = 1");
    std::fs::write(&config, often).expect("a configuration");
    let (process, address, _) = demo(&config, &journal);
    let told = |at_least: u64| {
        until(&address, "the broker tells its positions", |status| {
            let check = &status["position_checks"][0];
            let fills = status["engine"]["counts"]["fills"].as_u64().unwrap_or_default();
            assert_eq!(check["adjustments"].as_u64().unwrap_or_default(), 0, "{check}");
            check["state"] == "told"
                && check["told_ms"].as_u64().is_some_and(|told| told > at_least)
                && check["differences"].as_array().is_some_and(Vec::is_empty)
                && fills > 2
        });
        let status = super::admin::status(&address);
        status["position_checks"][0]["told_ms"].as_u64().expect("a time")
    };
    let first = told(0);
    told(first + 1_500);
    summary(&process.stop(PATIENCE));
    replay(&journal.display().to_string());
}
