//! `kill -9` at random moments: venue, broker and engine as processes on loopback; the engine is
//! killed and started again, and in the end the broker and the journal tell the same story.
//!
//! `GANNET_KILLS` sets how often (the full run is 50), `GANNET_SEED` when.

mod moments;
mod two_brokers;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::time::Duration;

use gannet_app::offline::replay::replay;
use gannet_fix::codec::Decoded;
use gannet_fix::tag::{self, msg_type};
use gannet_fix::{Decoder, MappedStore, Store};
use gannet_journal::{Body, Reader};
use gannet_pipeline::PipelineCounters;
use gannet_tests::desk::LIVELY;
use gannet_tests::process::{Ended, Process};
use gannet_tests::random::Random;
use gannet_tests::rebuild::rebuild;
use gannet_tests::temp::TempDir;
use gannet_types::{InstrumentId, Output, RequestKind};
use serde_json::Value;

use crate::modes::PATIENCE;

const PROGRAM: &str = env!("CARGO_BIN_EXE_gannet-under-test");

const KILLS: usize = 6;

/// From the start of the process, so that start, recovery and logon are hit, too.
const LIFE_MS_MAX: usize = 2_500;

/// A minute, in steps of three seconds.
const LAST_LIFE_STEPS_MAX: usize = 20;

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name}={text}")))
}

/// A market with brokers, and an engine that does not know how often it has died.
struct Scene {
    venue: Process,
    brokers: Vec<Process>,
    engine_config: PathBuf,
    journal: PathBuf,
    // Last, so that the processes end before their folder goes.
    _folder: TempDir,
}

impl Scene {
    /// Starts a broker for each of `gateways`, the heads of the engine's sections about them;
    /// `conditions` are further ones of `[broker]`.
    fn new(conditions: &str, gateways: &[&str]) -> Self {
        let folder = TempDir::new("recovery");
        let journal = folder.join("journal");
        let program = Path::new(PROGRAM);
        let mut venue = Process::start(program, &["venue", "--speed", "5"]);
        let venue_at = venue.wait_for("venue listens on ", PATIENCE);
        // Slow enough that there is always something under way when the engine dies.
        let common = format!(
            "{LIVELY}\ndirectory = '{}'\n[feed]\nwebsocket_url = \"ws://{venue_at}\"\n\
             rest_url = \"http://{venue_at}\"\n[admin]\nlisten = \"127.0.0.1:0\"\n\
             [broker]\nlatency_in_us = 8000\nlatency_out_us = 8000\nlatency_jitter_us = 4000\n\
             {conditions}",
            journal.display(),
        );
        let write = |name: &str, text: &str| {
            let path = folder.join(name);
            std::fs::write(&path, text).expect("a configuration");
            path
        };
        let broker_config = write("broker.toml", &common).display().to_string();
        let (mut brokers, mut engine) = (Vec::new(), common);
        for gateway in gateways {
            let mut broker = Process::start(program, &["broker", "--config", &broker_config]);
            let broker_at = broker.wait_for("broker listens on ", PATIENCE);
            let (host, port) = broker_at.rsplit_once(':').expect("an address");
            engine += &format!(
                "{gateway}host = \"{host}\"\nport = {port}\nreconnect_ms_min = 10\n\
                 reconnect_ms_max = 100\n"
            );
            brokers.push(broker);
        }
        let engine_config = write("engine.toml", &engine);
        Self { venue, brokers, engine_config, journal, _folder: folder }
    }

    fn engine(&self, topology: &str) -> Process {
        let config = self.engine_config.display().to_string();
        let arguments = ["run", "--config", &config, "--topology", topology, "--summary", "json"];
        Process::start(Path::new(PROGRAM), &arguments)
    }

    /// Lets the engine live and kills it, so often, and then once more until there is something to
    /// compare. Every journal on the way replays.
    fn kill(&self, kills: usize, random: &mut Random) {
        let mut under_way = 0;
        for number in 0..kills {
            let topology = if number % 2 == 0 { "fused" } else { "pipelined" };
            let mut engine = self.engine(topology);
            let life = Duration::from_millis(random.below(LIFE_MS_MAX) as u64);
            let lives = engine.run_for(life);
            assert!(lives, "life {number} ended by itself: {:#?}", engine.wait(PATIENCE));
            under_way += unanswered(&engine.kill());
            check_replays(&self.journal, number);
        }
        let ended = last_life(self).stop(PATIENCE);
        assert!(ended.status.success(), "{ended:#?}");
        under_way += unanswered(&ended);
        println!("{under_way} requests were under way when the engine died");
    }

    /// Stops brokers and venue; returns the brokers' own accounts.
    fn end(self) -> (Vec<Value>, PathBuf, TempDir) {
        let account = |broker: Process| {
            let ended = broker.stop(PATIENCE);
            assert!(ended.status.success(), "{ended:#?}");
            serde_json::from_str(ended.stdout.last().expect("an account")).expect("JSON")
        };
        let accounts = self.brokers.into_iter().map(account).collect();
        assert!(self.venue.stop(PATIENCE).status.success());
        (accounts, self.journal, self._folder)
    }
}

#[test]
fn killed_at_any_moment_it_goes_on_where_it_was() {
    let kills = setting("GANNET_KILLS").map_or(KILLS, |kills| kills as usize);
    let seed = setting("GANNET_SEED").unwrap_or(1);
    println!("GANNET_SEED={seed} GANNET_KILLS={kills}");
    let scene = Scene::new("", &["[gateway]\n"]);
    scene.kill(kills, &mut Random::new(seed));
    let (brokers, journal, _folder) = scene.end();
    check_replays(&journal, kills);
    check_agreement(&brokers, &journal);
    assert!(check_session(&journal, "fix.store").len() > 20);
}

/// Runs the engine once more, until there is something to compare: on a busy machine that takes
/// a while.
fn last_life(scene: &Scene) -> Process {
    let mut engine = scene.engine("fused");
    for _ in 0..LAST_LIFE_STEPS_MAX {
        let lives = engine.run_for(Duration::from_secs(3));
        assert!(lives, "the last life ended by itself: {:#?}", engine.wait(PATIENCE));
        if proves_something(rebuild(&scene.journal).replayer.pipeline().counters()) {
            break;
        }
    }
    engine
}

fn proves_something(counted: &PipelineCounters) -> bool {
    counted.orders > 20 && counted.fills > 10
}

/// The journal of a dead engine has no difference.
fn check_replays(journal: &Path, life: usize) {
    // Killed before it had a journal.
    if Reader::open(journal).is_err() {
        return;
    }
    let replayed = replay(journal).expect("a readable journal");
    assert!(replayed.difference.is_none(), "life {life}: {:#?}", replayed.difference);
}

/// How many requests a life found without an answer when it began.
fn unanswered(ended: &Ended) -> u64 {
    let line = ended.stderr.iter().find(|line| line.starts_with("gannet: recovered "));
    line.map_or(0, |line| {
        let words: Vec<&str> = line.split(' ').collect();
        words.iter().rev().nth(2).and_then(|count| count.parse().ok()).expect("a count")
    })
}

/// Position, orders and fills are what the brokers together say they are.
fn check_agreement(brokers: &[Value], journal: &Path) {
    let sum = |of: &dyn Fn(&Value) -> i64| brokers.iter().map(|broker| of(broker)).sum::<i64>();
    for key in ["duplicates", "business_rejects", "unsendable"] {
        assert_eq!(sum(&|broker| broker[key].as_i64().expect("a count")), 0, "{key}: {brokers:?}");
    }
    let rebuilt = rebuild(journal);
    let pipeline = rebuilt.replayer.pipeline();
    let counted = pipeline.counters();
    assert!(proves_something(counted), "too little to prove anything: {counted:?}");
    let fills = sum(&|broker| broker["fills"].as_i64().expect("a count"));
    assert_eq!(fills, counted.fills.cast_signed(), "every fill is booked once");
    let position = pipeline.position(InstrumentId(0)).expect("a position").lots.0;
    // A broker that never heard of the account has no position of it.
    let held = sum(&|broker| broker["positions"][0]["lots"].as_i64().unwrap_or(0));
    assert_eq!(held, position, "{brokers:?}");
    let ours: BTreeSet<u64> = pipeline.open_orders().map(|order| order.accepted.0).collect();
    let theirs = brokers.iter().flat_map(|it| it["open_orders"].as_array().expect("a list"));
    let theirs: BTreeSet<u64> =
        theirs.map(|order| order["client_order_id"].as_u64().expect("an id")).collect();
    assert_eq!(ours, theirs, "{brokers:?}");
}

/// The session was continued, and begun by the first Logon only: every message since has its number,
/// every request its own id, and nothing left that is not in the journal.
/// Returns the requests.
fn check_session(journal: &Path, store: &str) -> BTreeSet<u64> {
    let mut recorded = BTreeSet::new();
    let mut reader = Reader::open(journal).expect("a journal");
    while let Some(record) = reader.next().expect("a whole record") {
        if let Body::Output(Output::Order(request)) = record.body
            && request.kind != RequestKind::Status
        {
            assert!(recorded.insert(request.client_order_id.0), "{request:?} was sent twice");
        }
    }
    let store = MappedStore::open(&journal.join(store), 1 << 20).expect("a store");
    let mut decoder = Decoder::new();
    let (mut numbers, mut requests, mut logons) = (0, BTreeSet::new(), 0);
    for stored in store.messages() {
        let Decoded::Message { message, .. } = decoder.decode(stored.bytes) else {
            panic!("message {} is garbled", stored.msg_seq_num);
        };
        numbers += 1;
        assert_eq!(stored.msg_seq_num, numbers, "a number is missing");
        assert_eq!(message.msg_seq_num(), Some(numbers));
        match message.msg_type() {
            msg_type::LOGON => {
                logons += 1;
                let resets = message.get(RESET_SEQ_NUM_FLAG) == Some(&b"Y"[..]);
                assert_eq!(resets, numbers == 1, "reset by message {numbers}");
            }
            msg_type::LOGOUT => {
                let text = message.get(tag::TEXT).map(String::from_utf8_lossy);
                assert_eq!(text, None, "a Logout in anger");
            }
            msg_type::NEW_ORDER_SINGLE
            | msg_type::ORDER_CANCEL_REQUEST
            | msg_type::ORDER_CANCEL_REPLACE_REQUEST => {
                let id = message.get_u64(tag::CL_ORD_ID).expect("a ClOrdID");
                assert!(requests.insert(id), "ClOrdID {id} left twice");
                assert!(recorded.contains(&id), "ClOrdID {id} left without a record");
            }
            _ => {}
        }
    }
    assert_eq!(store.next_outbound(), numbers + 1);
    assert!(logons > 1, "the session was not continued");
    requests
}

/// ResetSeqNumFlag(141).
const RESET_SEQ_NUM_FLAG: u32 = 141;
