//! The four gate modes end to end: generated market, real strategy, journal, simulated exchange.

use gannet_tests::desk::{Desk, lively};
use gannet_types::{
    Command, GateMode, GateVerdict, Nanos, OrderId, Output, RejectReason, RequestKind, StrategyId,
};

/// Ten seconds of market.
const FRAMES: usize = 3_000;

fn desk(mode: &str, simulated: bool) -> Desk {
    let overlay = format!(
        "[gate]\nmode = \"{mode}\"\napproval_timeout_ms = 2000\n[gateway]\nsimulated = {simulated}"
    );
    Desk::start(lively(&overlay), 1)
}

fn new_orders(desk: &Desk) -> usize {
    desk.inlet.venue.sent.iter().filter(|request| request.kind == RequestKind::New).count()
}

fn verdicts(desk: &Desk) -> Vec<GateVerdict> {
    let verdict = |output: Output| match output {
        Output::Signal(_, verdict) => Some(verdict),
        _ => None,
    };
    desk.outputs().into_iter().filter_map(verdict).collect()
}

fn rejects(desk: &Desk, wanted: RejectReason) -> usize {
    let is_wanted =
        |output: &&Output| matches!(output, Output::Reject(reject) if reject.reason == wanted);
    desk.outputs().iter().filter(is_wanted).count()
}

/// The last of what the engine said.
fn last(desk: &Desk) -> Vec<Output> {
    let outputs = desk.outputs();
    outputs[outputs.len().saturating_sub(5)..].to_vec()
}

/// Plays until a signal waits for a person, and returns its id.
fn wait_for_signal(desk: &mut Desk) -> OrderId {
    let before = verdicts(desk).len();
    for _ in 0..100 {
        desk.play(100);
        if let Some(GateVerdict::Waiting(id)) =
            verdicts(desk)[before..].iter().find(|v| matches!(v, GateVerdict::Waiting(_)))
        {
            return *id;
        }
    }
    panic!("no signal in 10,000 frames");
}

#[test]
fn manual_shows_and_sends_nothing() {
    let mut desk = desk("manual", true);
    desk.play(FRAMES);
    let verdicts = verdicts(&desk);
    assert!(verdicts.len() > 10, "{} signals", verdicts.len());
    assert!(verdicts.iter().all(|verdict| *verdict == GateVerdict::Shown));
    assert_eq!(desk.inlet.venue.sent, []);
}

#[test]
fn auto_sends_to_any_gateway() {
    for simulated in [true, false] {
        let mut desk = desk("auto", simulated);
        desk.play(FRAMES);
        assert!(new_orders(&desk) > 3, "{} orders", new_orders(&desk));
        assert!(verdicts(&desk).iter().all(|verdict| *verdict == GateVerdict::Released));
        assert!(desk.inlet.engine.pipeline().counters().fills > 0);
    }
}

#[test]
fn paper_sends_to_a_simulated_gateway_only() {
    let mut simulated = desk("paper", true);
    simulated.play(FRAMES);
    assert!(new_orders(&simulated) > 3, "{} orders", new_orders(&simulated));

    let mut real = desk("paper", false);
    real.play(FRAMES);
    assert_eq!(real.inlet.venue.sent, []);
    assert!(rejects(&real, RejectReason::GateClosed) > 10);
}

#[test]
fn assisted_sends_what_a_person_approves() {
    let mut desk = desk("assisted", false);
    let id = wait_for_signal(&mut desk);
    assert_eq!(desk.inlet.venue.sent, [], "it waits");
    desk.command(Command::Approve(id));
    let sent: Vec<OrderId> =
        desk.inlet.venue.sent.iter().map(|request| request.client_order_id.order()).collect();
    assert_eq!(sent, [id], "it was sent under the id it waited under");
    desk.command(Command::Approve(id));
    assert_eq!(desk.inlet.venue.sent.len(), 1, "a second click sends nothing");
}

#[test]
fn assisted_drops_what_a_person_declines() {
    let mut desk = desk("assisted", false);
    let id = wait_for_signal(&mut desk);
    desk.command(Command::Decline(id));
    assert_eq!(rejects(&desk, RejectReason::Declined), 1);
    desk.command(Command::Approve(id));
    assert_eq!(desk.inlet.venue.sent, [], "what was declined cannot be approved");
}

#[test]
fn assisted_drops_what_nobody_decides_about() {
    let mut desk = desk("assisted", false);
    let id = wait_for_signal(&mut desk);
    let until = desk.now.after(Nanos(2_500_000_000));
    while desk.now < until {
        desk.play(100);
    }
    // Its time runs out, or a newer wish has taken its place.
    let dropped = [RejectReason::ApprovalExpired, RejectReason::WishReplaced];
    assert!(dropped.into_iter().any(|reason| rejects(&desk, reason) > 0));
    desk.command(Command::Approve(id));
    let sent = &desk.inlet.venue.sent;
    assert!(sent.iter().all(|request| request.client_order_id.order() != id));
}

#[test]
fn what_waits_survives_the_process_and_passes_risk_again() {
    let overlay = "[gate]\nmode = \"assisted\"\napproval_timeout_ms = 60000";
    let mut desk = Desk::start(lively(overlay), 1);
    let id = wait_for_signal(&mut desk);
    let mut desk = desk.restart();
    desk.play(1_000);
    desk.command(Command::Approve(id));
    let sent: Vec<OrderId> =
        desk.inlet.venue.sent.iter().map(|request| request.client_order_id.order()).collect();
    assert_eq!(sent, [id], "another process sent it as it waited: {:?}", last(&desk));
    let id = wait_for_signal(&mut desk);
    let mut desk = desk.restart();
    desk.command(Command::Approve(id));
    assert_eq!(rejects(&desk, RejectReason::StaleBook), 1, "there is no market yet to judge it by");
    desk.play(1_000);
    desk.command(Command::Approve(id));
    assert!(desk.inlet.venue.sent.iter().all(|request| request.client_order_id.order() != id));
}

#[test]
fn the_mode_can_be_changed_while_it_trades() {
    let mut desk = desk("manual", true);
    desk.play(FRAMES);
    desk.command(Command::SetGateMode(StrategyId(0), GateMode::Auto));
    desk.play(FRAMES);
    let traded = new_orders(&desk);
    assert!(traded > 3, "{traded} orders");
    desk.command(Command::SetGateMode(StrategyId(0), GateMode::Manual));
    desk.play(FRAMES);
    assert_eq!(new_orders(&desk), traded);
}

#[test]
fn the_kill_switch_stops_every_mode_and_resets() {
    let mut desk = desk("auto", true);
    desk.play(FRAMES);
    desk.command(Command::Kill);
    let before = new_orders(&desk);
    desk.play(FRAMES);
    assert_eq!(new_orders(&desk), before);
    assert!(desk.inlet.engine.pipeline().is_drained(), "what was open is cancelled");
    assert!(desk.inlet.engine.pipeline().is_killed());
    desk.command(Command::KillReset);
    desk.play(FRAMES);
    assert!(new_orders(&desk) > before);
}
