//! The run modes as processes: what a demo decided, a replay decides again.

use std::path::Path;

use gannet_tests::desk::LIVELY;
use gannet_tests::market;
use gannet_tests::process::{Ended, Process};
use gannet_tests::temp::TempDir;
use serde_json::Value;

use super::PATIENCE;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_gannet-under-test");

/// Every key of a summary; those with a dot are in an object.
const SUMMARY_KEYS: &[&str] = &[
    "frames",
    "market_events",
    "gaps",
    "crossed_books",
    "orders",
    "fills",
    "rejects",
    "refusals",
    "position_lots",
    "pnl",
    "fees",
    "funding",
    "journal_records",
    "journal_dir",
    "seconds",
    "tick_to_trade_ns",
    "hops_ns",
];
const LATENCY_KEYS: &[&str] = &["count", "p50", "p99", "p999", "max"];
const HOP_KEYS: &[&str] = &["decode", "ring_in", "pipeline", "ring_out", "encode", "send"];

/// Returns the object that ends standard output, with every key checked.
pub(crate) fn summary(ended: &Ended) -> Value {
    assert!(ended.status.success(), "{ended:#?}");
    let last = ended.stdout.last().unwrap_or_else(|| panic!("no summary: {ended:#?}"));
    let summary: Value = serde_json::from_str(last).unwrap_or_else(|error| {
        panic!("{error}: {last}");
    });
    let check = |object: &Value, keys: &[&str]| {
        let object = object.as_object().expect("an object");
        let found: Vec<&str> = object.keys().map(String::as_str).collect();
        let mut wanted = keys.to_vec();
        wanted.sort_unstable();
        assert_eq!(found, wanted);
    };
    check(&summary, SUMMARY_KEYS);
    check(&summary["tick_to_trade_ns"], LATENCY_KEYS);
    check(&summary["hops_ns"], HOP_KEYS);
    summary
}

pub(super) fn count(summary: &Value, key: &str) -> u64 {
    summary[key].as_u64().unwrap_or_else(|| panic!("{key}: {summary}"))
}

/// Replays a journal in a process of its own, which must find no difference.
pub(crate) fn replay(journal: &str) {
    let ended = Process::start(Path::new(PROGRAM), &["replay", journal]).wait(PATIENCE);
    let said = ended.stdout.join("\n");
    assert!(ended.status.success(), "{ended:#?}");
    assert!(said.contains("differences=0") && said.contains("inputs="), "{said}");
}

#[track_caller]
fn demo(topology: &str, arguments: &[&str]) -> Value {
    demo_with(LIVELY, topology, arguments)
}

#[track_caller]
fn demo_with(differences: &str, topology: &str, arguments: &[&str]) -> Value {
    let folder = TempDir::new("demo");
    let config = folder.join("demo.toml");
    std::fs::write(&config, differences).expect("a configuration");
    let (config, journal) =
        (config.display().to_string(), folder.join("journal").display().to_string());
    let mut all = vec!["demo", "--topology", topology, "--config", &config];
    all.extend(["--journal", &journal, "--admin", "127.0.0.1:0", "--summary", "json"]);
    all.extend(arguments);
    let summary = summary(&Process::start(Path::new(PROGRAM), &all).wait(PATIENCE));
    assert_eq!(count(&summary, "gaps"), 0, "{summary}");
    assert_eq!(count(&summary, "crossed_books"), 0, "{summary}");
    assert_eq!(summary["journal_dir"], journal.as_str());
    assert!(count(&summary, "journal_records") > count(&summary, "market_events"), "{summary}");
    replay(&journal);
    summary
}

#[track_caller]
fn check_traded(summary: &Value) {
    assert!(count(summary, "frames") > 500, "{summary}");
    assert!(count(summary, "orders") > 3, "{summary}");
    assert!(count(summary, "fills") > 0, "{summary}");
    assert!(count(&summary["tick_to_trade_ns"], "count") > 3, "{summary}");
    assert!(count(&summary["hops_ns"]["decode"], "count") > 500, "{summary}");
}

#[test]
fn a_fused_demo_trades_and_replays() {
    check_traded(&demo("fused", &["--seconds", "5"]));
}

#[test]
fn a_pipelined_demo_trades_and_replays() {
    check_traded(&demo("pipelined", &["--seconds", "5"]));
}

#[test]
fn orders_that_wait_for_the_disk_trade_and_replay() {
    // The lively differences end with the journal's section.
    let durable = format!("{LIVELY}    durability = \"power\"\n");
    check_traded(&demo_with(&durable, "fused", &["--seconds", "5"]));
}

#[test]
fn a_demo_ends_with_its_recording() {
    let folder = TempDir::new("recording");
    let capture = folder.join("capture.txt");
    market::record(&capture, 3, 4_000);
    for topology in ["fused", "pipelined"] {
        let capture = capture.display().to_string();
        let summary = demo(topology, &["--capture", &capture, "--speed", "max"]);
        assert_eq!(count(&summary, "frames"), 4_000, "{summary}");
    }
}

#[test]
fn a_backtest_sums_up_like_a_demo() {
    let folder = TempDir::new("backtest");
    let (capture, journal) = (folder.join("capture.txt"), folder.join("journal"));
    market::record(&capture, 3, 4_000);
    let (capture, journal) = (capture.display().to_string(), journal.display().to_string());
    let arguments = ["backtest", "--capture", &capture, "--journal", &journal, "--summary", "json"];
    let summary = summary(&Process::start(Path::new(PROGRAM), &arguments).wait(PATIENCE));
    assert_eq!(count(&summary, "frames"), 4_000);
    replay(&journal);
}

#[test]
fn a_demo_stops_in_order_when_told() {
    let folder = TempDir::new("demo");
    let journal = folder.join("journal").display().to_string();
    let arguments = ["demo", "--journal", &journal, "--admin", "127.0.0.1:0", "--summary", "json"];
    let mut process = Process::start(Path::new(PROGRAM), &arguments);
    assert!(process.run_for(std::time::Duration::from_secs(2)), "it runs until it is told");
    summary(&process.stop(PATIENCE));
    replay(&journal);
}
