//! Several order gateways in one engine, as processes on loopback.

use gannet_journal::{Body, Reader};
use gannet_tests::desk::LIVELY;
use gannet_tests::process::Process;
use gannet_tests::temp::TempDir;
use gannet_types::{GatewayId, GatewayState, Input, Output, RequestKind};
use serde_json::Value;

use super::PATIENCE;
use super::admin::{ask, demo, status, until};
use super::run::{count, replay, summary};

/// A second session with the simulated broker, which tells what it holds there.
const SECOND: &str = "[[gateways]]\nname = \"second\"\ntarget_comp_id = \"SECOND\"\n\
                      [gateways.own_dialect.capabilities]\nposition_requests = true\n";

/// What the page says of a session.
fn session<'a>(status: &'a Value, name: &str) -> &'a Value {
    let sessions = status["sessions"].as_array().expect("a list");
    sessions.iter().find(|session| session["session"] == name).unwrap_or(&Value::Null)
}

/// The states of a gateway in the order of the journal.
fn states(journal: &std::path::Path, gateway: GatewayId) -> Vec<GatewayState> {
    let mut reader = Reader::open(journal).expect("a journal");
    let mut states = Vec::new();
    while let Some(record) = reader.next().expect("a whole record") {
        if let Body::Input(Input::Gateway(status)) = record.body
            && status.gateway == gateway
        {
            states.push(status.state);
        }
    }
    states
}

/// How many new orders each of the two gateways was sent.
fn orders(journal: &std::path::Path) -> [usize; 2] {
    requests(journal, RequestKind::New)
}

/// How many requests of a kind each of the two gateways was sent.
fn requests(journal: &std::path::Path, kind: RequestKind) -> [usize; 2] {
    let mut reader = Reader::open(journal).expect("a journal");
    let mut sent = [0; 2];
    while let Some(record) = reader.next().expect("a whole record") {
        if let Body::Output(Output::Order(request)) = record.body
            && request.kind == kind
        {
            sent[usize::from(request.gateway.0)] += 1;
        }
    }
    sent
}

fn started(folder: &TempDir, topology: &str, more: &str) -> (Process, String, String) {
    let config = folder.join("two.toml");
    let text = format!("{LIVELY}\n[engine]\ntopology = \"{topology}\"\n{more}{SECOND}");
    std::fs::write(&config, text).expect("a configuration");
    demo(&config, &folder.join("journal"))
}

#[track_caller]
fn check_two_sessions(topology: &str) {
    let folder = TempDir::new("gateways");
    let (mut engine, page, operator) = started(&folder, topology, "");
    let stands = |name: &'static str, state: &'static str| {
        until(&page, &format!("{name} {state}"), |status| session(status, name)["state"] == state);
    };
    stands("BROKER", "logged on");
    stands("second", "logged on");
    assert_eq!(ask(&page, "POST", "/api/fix/second/logout", &operator).0, 202);
    engine.wait_for_notice("gannet: gateway second: ", PATIENCE);
    stands("second", "disconnected");
    until(&page, "the other one trades on", |status| {
        let gateways = &status["engine"]["gateways"];
        gateways[0]["state"] == "up"
            && gateways[1]["state"] == "down"
            && status["engine"]["counts"]["fills"].as_u64() > Some(0)
    });
    assert_eq!(ask(&page, "POST", "/api/fix/second/logon", &operator).0, 202);
    stands("second", "logged on");
    let summary = summary(&engine.stop(PATIENCE));
    assert!(count(&summary, "orders") > 0, "{summary}");
    let journal = folder.join("journal");
    use GatewayState::{Down, Up};
    assert_eq!(states(&journal, GatewayId(0))[..1], [Up]);
    assert_eq!(states(&journal, GatewayId(1))[..3], [Up, Down, Up]);
    assert!(journal.join("fix.store").exists() && journal.join("fix-second.store").exists());
    assert_eq!(orders(&journal)[1], 0, "the account uses the first only");
    replay(&journal.display().to_string());
}

#[test]
fn two_sessions_stand_side_by_side_in_one_thread() {
    check_two_sessions("fused");
}

#[test]
fn two_sessions_stand_side_by_side_behind_rings() {
    check_two_sessions("pipelined");
}

/// Orders go to the one while the other is away, and back.
#[track_caller]
fn check_orders_find_another_way(topology: &str) {
    let folder = TempDir::new("routes");
    let routing = "[routing]\ngateways = [\"main\", \"second\"]\nlatency_ppb_per_ms = 0\n";
    let (engine, page, operator) = started(&folder, topology, routing);
    let fills = |more: u64| {
        let count = |status: &Value| status["engine"]["counts"]["fills"].as_u64();
        let before = count(&status(&page)).expect("a count");
        until(&page, "it trades", |status| count(status) >= Some(before + more));
    };
    let stands = |name: &'static str, state: &'static str| {
        until(&page, &format!("{name} {state}"), |status| session(status, name)["state"] == state);
    };
    stands("second", "logged on");
    fills(2);
    for (action, state) in [("logout", "disconnected"), ("logon", "logged on")] {
        assert_eq!(ask(&page, "POST", &format!("/api/fix/BROKER/{action}"), &operator).0, 202);
        stands("BROKER", state);
        fills(3);
    }
    // It went on trading after the reconnect: what each holds was told, and adds up.
    let check = &status(&page)["position_checks"][0];
    assert_eq!((&check["state"], &check["adjustments"]), (&"told".into(), &0.into()), "{check}");
    assert_eq!(check["differences"].as_array().map(Vec::len), Some(0), "{check}");
    let summary = summary(&engine.stop(PATIENCE));
    let journal = folder.join("journal");
    let [main, second] = orders(&journal);
    assert!(main > 0 && second > 0, "{main} and {second} orders: {summary}");
    let asked = requests(&journal, RequestKind::Positions);
    assert!(asked[0] > 1 && asked[1] > 1, "each tells its part: {asked:?}");
    replay(&journal.display().to_string());
}

#[test]
fn orders_find_another_way_in_one_thread() {
    check_orders_find_another_way("fused");
}

#[test]
fn orders_find_another_way_behind_rings() {
    check_orders_find_another_way("pipelined");
}
