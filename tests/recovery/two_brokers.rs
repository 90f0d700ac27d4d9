//! `kill -9` with two brokers behind one engine: each session goes on where it was, and what both
//! brokers hold to be true adds up to what the journal says.

use super::*;

/// What was measured is soon forgotten, so that both are tried again and again.
const MAIN: &str = "[routing]\ngateways = [\"main\", \"second\"]\nmeasure_age_max_ms = 300\n\
                    breaker_failures_in_a_row = 2\nbreaker_open_ms = 500\n[gateway]\n";

const SECOND: &str = "[[gateways]]\nname = \"second\"\n";

const KILLS_OF_TWO: usize = 4;

#[test]
fn killed_with_two_brokers_both_sessions_go_on_where_they_were() {
    let seed = setting("GANNET_SEED").unwrap_or(2);
    println!("GANNET_SEED={seed}");
    // Each refuses some, so that breakers open and orders change sides.
    let scene = Scene::new("reject_ppm = 150000\n", &[MAIN, SECOND]);
    scene.kill(KILLS_OF_TWO, &mut Random::new(seed));
    let (brokers, journal, _folder) = scene.end();
    check_replays(&journal, KILLS_OF_TWO);
    check_agreement(&brokers, &journal);
    for broker in &brokers {
        assert!(broker["orders"].as_u64() > Some(5), "both carried orders: {broker}");
    }
    let stores = ["fix.store", "fix-second.store"];
    let [main, second] = stores.map(|store| check_session(&journal, store));
    assert!(main.is_disjoint(&second), "a request left by both sessions");
    println!("{} requests left by main, {} by the second", main.len(), second.len());
}
