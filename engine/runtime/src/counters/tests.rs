//! The table is well-formed, values merge by kind, and the text is what Prometheus reads.

use std::collections::BTreeSet;

use super::*;

#[test]
fn names_are_unique_and_end_in_their_unit() {
    let mut seen = BTreeSet::new();
    for id in CounterId::ALL {
        let CounterDefinition { name, help, kind, .. } = *id.definition();
        assert!(seen.insert(name), "{name} twice");
        assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{name}");
        assert!(help.ends_with('.') && !help.contains(['\\', '\n']), "{name}: {help}");
        assert_eq!(kind == CounterKind::Total, name.ends_with("_total"), "{name}");
        assert_eq!(kind == CounterKind::Max, name.ends_with("_max"), "{name}");
    }
    assert_eq!(CounterId::ALL.len(), CounterId::COUNT);
}

#[test]
fn nothing_is_seen_before_publication() {
    let mut counters = Counters::new();
    let mut writer = counters.writer("feed");
    writer.add(CounterId::FeedFrames, 3);
    assert_eq!(
        (counters.value(CounterId::FeedFrames), writer.value(CounterId::FeedFrames)),
        (0, 3)
    );
    writer.publish();
    assert_eq!(counters.value(CounterId::FeedFrames), 3);
}

#[test]
fn writers_merge_by_kind() {
    let mut counters = Counters::new();
    let mut writers =
        [counters.writer("feed"), counters.writer("feed"), counters.writer("gateway")];
    for (writer, value) in writers.iter_mut().zip([5, 9, 7]) {
        writer.add(CounterId::AgentCycles, value);
        writer.raise(CounterId::AgentCycleNsMax, value);
        writer.raise(CounterId::AgentCycleNsMax, 1);
        writer.publish();
    }
    assert_eq!(counters.value(CounterId::AgentCycles), 21);
    assert_eq!(counters.value_of_thread(CounterId::AgentCycles, "feed"), 14);
    assert_eq!(counters.value(CounterId::AgentCycleNsMax), 9);
    assert_eq!(counters.value_of_thread(CounterId::AgentCycleNsMax, "gateway"), 7);
    assert_eq!(counters.value_of_thread(CounterId::AgentCycles, "nobody"), 0);
}

#[test]
fn totals_stay_at_the_top() {
    let mut counters = Counters::new();
    let mut writer = counters.writer("feed");
    writer.set(CounterId::FeedFrames, u64::MAX);
    writer.add(CounterId::FeedFrames, 1);
    writer.publish();
    let other = counters.writer("feed");
    assert_eq!(counters.value(CounterId::FeedFrames), u64::MAX);
    assert_eq!(other.value(CounterId::FeedFrames), 0);
}

#[test]
fn snapshot_names_every_counter() {
    let mut counters = Counters::new();
    let mut writer = counters.writer("journal");
    writer.set(CounterId::JournalSegment, 4);
    writer.publish();
    let snapshot: Vec<_> = counters.snapshot().collect();
    assert_eq!(snapshot.len(), CounterId::COUNT);
    assert!(
        snapshot.iter().any(|(definition, value)| {
            definition.name == "journal_segment_index" && *value == 4
        })
    );
}

#[test]
fn prometheus_text() {
    let mut counters = Counters::new();
    for (thread, frames) in [("feed", 2), ("feed", 3), ("pipeline", 0)] {
        let mut writer = counters.writer(thread);
        writer.add(CounterId::FeedFrames, frames);
        writer.add(CounterId::AgentCycles, frames + 1);
        writer.publish();
    }
    let text = counters.render_prometheus();
    assert!(text.starts_with(
        "# HELP gannet_feed_frames_total Frames received from market data sockets.\n\
         # TYPE gannet_feed_frames_total counter\n\
         gannet_feed_frames_total 5\n"
    ));
    assert!(text.contains(
        "# TYPE gannet_agent_cycles_total counter\n\
         gannet_agent_cycles_total{thread=\"feed\"} 7\n\
         gannet_agent_cycles_total{thread=\"pipeline\"} 1\n#"
    ));
    assert!(text.contains("# TYPE gannet_agent_cycle_ns_max gauge\n"));
    assert!(text.ends_with('\n'));
}

#[test]
fn a_reader_never_sees_a_total_decrease() {
    const ROUNDS: u64 = 50_000;
    let mut counters = Counters::new();
    let mut writer = counters.writer("feed");
    let thread = std::thread::spawn(move || {
        for _ in 0..ROUNDS {
            writer.add(CounterId::FeedFrames, 1);
            writer.publish();
        }
    });
    let mut last = 0;
    while last < ROUNDS {
        let value = counters.value(CounterId::FeedFrames);
        assert!(value >= last);
        last = value;
        std::thread::yield_now();
    }
    thread.join().expect("the writer asserts nothing");
    assert_eq!(last, ROUNDS);
}
