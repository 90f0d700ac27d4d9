//! `kill -9` with two brokers behind one engine: each session goes on where it was, and what both
//! brokers hold to be true adds up to what the journal says.

use super::*;

const SECOND_STORE: &str = "fix-second.store";

/// Each broker refuses some, so that breakers open and orders change sides; what was measured is soon
/// forgotten, so that both are tried again and again.
const ROUTING: &str = "[routing]\ngateways = [\"main\", \"second\"]\nmeasure_age_max_ms = 300\n\
                       breaker_failures_in_a_row = 2\nbreaker_open_ms = 500\n";

struct TwoBrokers {
    venue: Process,
    brokers: [Process; 2],
    engine_config: PathBuf,
    journal: PathBuf,
    // Last, so that the processes end before their folder goes.
    _folder: TempDir,
}

impl TwoBrokers {
    fn new() -> Self {
        let folder = TempDir::new("two-brokers");
        let journal = folder.join("journal");
        let program = Path::new(PROGRAM);
        let mut venue = Process::start(program, &["venue", "--speed", "5"]);
        let venue_at = venue.wait_for("venue listens on ", PATIENCE);
        let common = format!(
            "{LIVELY}\ndirectory = '{}'\n[feed]\nwebsocket_url = \"ws://{venue_at}\"\n\
             rest_url = \"http://{venue_at}\"\n[admin]\nlisten = \"127.0.0.1:0\"\n\
             [broker]\nlatency_in_us = 8000\nlatency_out_us = 8000\nlatency_jitter_us = 4000\n\
             reject_ppm = 150000\n",
            journal.display(),
        );
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a configuration");
            path
        };
        let config = write("broker.toml", &common).display().to_string();
        let mut brokers = [0, 1].map(|_| Process::start(program, &["broker", "--config", &config]));
        let places =
            brokers.each_mut().map(|broker| broker.wait_for("broker listens on ", PATIENCE));
        let [main, second] = places.map(|place| {
            let (host, port) = place.rsplit_once(':').expect("an address");
            format!(
                "host = \"{host}\"\nport = {port}\nreconnect_ms_min = 10\nreconnect_ms_max = 100\n"
            )
        });
        let engine =
            format!("{common}{ROUTING}[gateway]\n{main}[[gateways]]\nname = \"second\"\n{second}");
        let engine_config = write("engine.toml", &engine);
        Self { venue, brokers, engine_config, journal, _folder: folder }
    }

    fn engine(&self, topology: &str) -> Process {
        let config = self.engine_config.display().to_string();
        let arguments = ["run", "--config", &config, "--topology", topology, "--summary", "json"];
        Process::start(Path::new(PROGRAM), &arguments)
    }

    /// Stops brokers and venue; returns the brokers' own accounts.
    fn end(self) -> ([Value; 2], PathBuf, TempDir) {
        let accounts = self.brokers.map(|broker| {
            let ended = broker.stop(PATIENCE);
            assert!(ended.status.success(), "{ended:#?}");
            serde_json::from_str(ended.stdout.last().expect("an account")).expect("JSON")
        });
        assert!(self.venue.stop(PATIENCE).status.success());
        (accounts, self.journal, self._folder)
    }
}

fn sum(brokers: &[Value; 2], of: impl Fn(&Value) -> i64) -> i64 {
    brokers.iter().map(of).sum()
}

/// Position, orders and fills are what both brokers together say they are.
fn check_both(brokers: &[Value; 2], journal: &Path) {
    for key in ["duplicates", "business_rejects", "unsendable"] {
        assert_eq!(sum(brokers, |broker| broker[key].as_i64().expect("a count")), 0, "{key}");
    }
    let rebuilt = rebuild(journal);
    let pipeline = rebuilt.replayer.pipeline();
    let counted = pipeline.counters();
    assert!(proves_something(counted), "too little to prove anything: {counted:?}");
    for broker in brokers {
        assert!(broker["orders"].as_u64() > Some(5), "{broker}");
    }
    let fills = sum(brokers, |broker| broker["fills"].as_i64().expect("a count"));
    assert_eq!(fills, counted.fills.cast_signed(), "every fill is booked once");
    let held = sum(brokers, |broker| broker["positions"][0]["lots"].as_i64().unwrap_or(0));
    let position = pipeline.position(InstrumentId(0)).expect("a position").lots.0;
    assert_eq!(held, position, "{brokers:?}");
    let ours: BTreeSet<u64> = pipeline.open_orders().map(|order| order.accepted.0).collect();
    let theirs =
        brokers.iter().flat_map(|broker| broker["open_orders"].as_array().expect("a list"));
    let theirs: BTreeSet<u64> =
        theirs.map(|order| order["client_order_id"].as_u64().expect("an id")).collect();
    assert_eq!(ours, theirs, "{brokers:?}");
}

#[test]
fn killed_with_two_brokers_both_sessions_go_on_where_they_were() {
    let seed = setting("GANNET_SEED").unwrap_or(2);
    println!("GANNET_SEED={seed}");
    let mut random = Random::new(seed);
    let scene = TwoBrokers::new();
    let mut under_way = 0;
    for number in 0..4 {
        let topology = if number % 2 == 0 { "fused" } else { "pipelined" };
        let mut engine = scene.engine(topology);
        // Long enough to be logged on now and then.
        let life = Duration::from_millis(300 + random.below(LIFE_MS_MAX) as u64);
        let lives = engine.run_for(life);
        assert!(lives, "life {number} ended by itself: {:#?}", engine.wait(PATIENCE));
        under_way += unanswered(&engine.kill());
        check_replays(&scene.journal, number);
    }
    let mut engine = scene.engine("fused");
    for _ in 0..LAST_LIFE_STEPS_MAX {
        let lives = engine.run_for(Duration::from_secs(3));
        assert!(lives, "the last life ended by itself: {:#?}", engine.wait(PATIENCE));
        if proves_something(rebuild(&scene.journal).replayer.pipeline().counters()) {
            break;
        }
    }
    let ended = engine.stop(PATIENCE);
    assert!(ended.status.success(), "{ended:#?}");
    under_way += unanswered(&ended);
    println!("{under_way} requests were under way when the engine died");
    let (brokers, journal, _folder) = scene.end();
    check_replays(&journal, 4);
    check_both(&brokers, &journal);
    let main = check_session(&journal, "fix.store");
    let second = check_session(&journal, SECOND_STORE);
    assert!(main.is_disjoint(&second), "a request left by both sessions");
    println!("{} requests by main, {} by the second", main.len(), second.len());
}
