//! Panic close, one instrument stopped, and automation that runs out: through a whole engine against
//! the simulated exchange, and through the admin port of a running one.

use gannet_tests::desk::{Desk, LIVELY, lively};
use gannet_tests::temp::TempDir;
use gannet_types::{Command, InstrumentId, Lots, RequestKind, Scope};
use serde_json::Value;

use super::PATIENCE;
use super::admin::{ask, demo, status, until};
use super::run::{replay, summary};

const BTC: InstrumentId = InstrumentId(0);

/// The same as a scope.
const SCOPE: Scope = Scope::Instrument(BTC);

fn position(desk: &Desk) -> Lots {
    desk.inlet.engine.pipeline().position(BTC).expect("a position").lots
}

/// Plays until the engine holds a position.
fn until_held(desk: &mut Desk) {
    for _ in 0..200 {
        desk.play(50);
        if position(desk) != Lots::ZERO {
            return;
        }
    }
    panic!("no position in 10,000 frames");
}

fn new_orders(desk: &Desk) -> usize {
    desk.inlet.venue.sent.iter().filter(|request| request.kind == RequestKind::New).count()
}

#[test]
fn a_panic_close_leaves_nothing_open_and_nothing_held() {
    for (command, undo) in
        [(Command::CloseAll, Command::KillReset), (Command::Close(SCOPE), Command::Resume(SCOPE))]
    {
        let mut desk = Desk::start(lively("[gate]\nmode = \"auto\""), 5);
        until_held(&mut desk);
        desk.command(command);
        desk.play(1_500);
        assert_eq!(position(&desk), Lots::ZERO, "{command:?}");
        assert!(desk.inlet.engine.pipeline().is_drained(), "{command:?}");
        let closed = new_orders(&desk);
        desk.play(1_500);
        assert_eq!(new_orders(&desk), closed, "nothing is sent after it: {command:?}");
        desk.command(undo);
        until_held(&mut desk);
    }
}

#[test]
fn automation_stops_after_as_many_orders_as_are_allowed() {
    let mut desk = Desk::start(lively("[gate]\nmode = \"auto\"\nautomated_orders_max = 3"), 5);
    desk.play(6_000);
    assert_eq!(new_orders(&desk), 3);
    desk.command(Command::Arm);
    desk.play(6_000);
    assert_eq!(new_orders(&desk), 6);
}

#[test]
fn a_running_engine_is_halted_closed_and_armed_by_the_page() {
    let folder = TempDir::new("stops");
    let (config, journal) = (folder.join("engine.toml"), folder.join("journal"));
    let text = format!("{LIVELY}\n[gate]\nautomated_orders_max = 5\n");
    std::fs::write(&config, text).expect("a configuration");
    let (process, address, operator) = demo(&config, &journal);
    let post = |path: &str| {
        let (code, body) = ask(&address, "POST", path, &operator);
        assert_eq!(code, 202, "{path}: {body}");
    };
    let unarmed = |status: &Value| status["engine"]["needs_arming"] == true;
    let orders = |status: &Value| status["engine"]["counts"]["orders"].as_u64().unwrap_or(0);
    let held = |status: &Value| status["instruments"][0]["position_quantity"] != "0.000";
    let halted = |status: &Value| status["instruments"][0]["is_halted"] == true;
    let open = |status: &Value| !status["open_orders"].as_array().expect("a list").is_empty();
    until(&address, "automation runs out", unarmed);
    post("/api/arm");
    until(&address, "it is armed and runs out again", |status| {
        unarmed(status) && orders(status) >= 10
    });
    post("/api/arm");
    let (code, body) = ask(&address, "POST", "/api/halt/DOGE", &operator);
    assert_eq!(code, 404, "{body}");
    assert_eq!(ask(&address, "POST", "/api/close", "").0, 401);
    post("/api/halt/BTCUSDT");
    until(&address, "it is halted", |status| halted(status) && !open(status));
    post("/api/close/BTCUSDT");
    until(&address, "it is flat", |status| !held(status) && !open(status));
    // On a slow machine it used up its five orders before the halt: a person arms it again.
    let before = orders(&status(&address));
    post("/api/arm");
    post("/api/resume/BTCUSDT");
    until(&address, "it trades again", |status| !halted(status) && orders(status) > before);
    post("/api/close");
    until(&address, "all is closed", |status| {
        status["engine"]["is_killed"] == true && !held(status) && !open(status)
    });
    summary(&process.stop(PATIENCE));
    replay(&journal.display().to_string());
}
