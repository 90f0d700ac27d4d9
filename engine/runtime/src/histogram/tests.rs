//! The buckets tile the range, and quantiles agree with `hdrhistogram` fed directly.

use proptest::prelude::*;

use super::*;

#[test]
fn buckets_tile_the_range() {
    assert_eq!(bucket(0), 0);
    assert_eq!((bucket(511), bucket(512), bucket(513), bucket(514)), (511, 512, 512, 513));
    assert_eq!((bucket(VALUE_MAX), bucket(u64::MAX)), (BUCKETS - 1, BUCKETS - 1));
    assert_eq!(bucket_top(BUCKETS - 1), VALUE_MAX);
    for index in 0..BUCKETS {
        let top = bucket_top(index);
        assert_eq!(bucket(top), index);
        assert_eq!(bucket(top + 1), (index + 1).min(BUCKETS - 1));
    }
}

#[test]
fn an_empty_histogram_is_all_zero() {
    let (_recorder, reader) = histogram();
    assert_eq!(reader.summary(), LatencySummary::default());
    assert_eq!(reader.snapshot().len(), 0);
}

#[test]
fn small_values_and_the_maximum_are_exact() {
    let (mut recorder, reader) = histogram();
    for value in 1..=100 {
        recorder.record(value);
    }
    recorder.record(u64::MAX);
    let summary = reader.summary();
    assert_eq!((summary.count, summary.p50, summary.max), (101, 51, u64::MAX));
    assert_eq!(reader.snapshot().len(), 101);
}

/// The writer runs ahead; every copy is one that could have been, and the last is complete.
#[test]
fn reading_does_not_stop_the_writer() {
    const RECORDS: u64 = 200_000;
    let (mut recorder, reader) = histogram();
    let writer = std::thread::spawn(move || {
        for value in 1..=RECORDS {
            recorder.record(value);
        }
    });
    let mut last = 0;
    while last < RECORDS {
        let summary = reader.summary();
        assert!(summary.count >= last);
        assert!(summary.max >= summary.count, "value n is the n-th recorded");
        assert!(summary.p50 <= summary.max);
        last = summary.count;
        std::thread::yield_now();
    }
    writer.join().expect("the writer asserts nothing");
    assert_eq!((last, reader.max()), (RECORDS, RECORDS));
}

#[test]
fn every_hop_has_its_own_histogram_and_one_writer() {
    let (mut rest, readers) = hops();
    let mut feed = rest.take(&[Hop::Decode, Hop::Send]);
    feed.record(Hop::Decode, 60);
    rest.record(Hop::Pipeline, 300);
    for (hop, summary) in readers.summaries() {
        let expected = match hop {
            Hop::Decode => (1, 60),
            Hop::Pipeline => (1, 300),
            _ => (0, 0),
        };
        assert_eq!((summary.count, summary.max), expected, "{}", hop.name());
    }
    assert!(Hop::ALL.iter().enumerate().all(|(index, hop)| *hop as usize == index));
    let text = readers.render_prometheus();
    assert!(text.contains("gannet_hop_latency_ns{hop=\"decode\",quantile=\"0.5\"} 60\n"));
    assert!(text.contains("gannet_hop_total{hop=\"tick_to_trade\"} 0\n"));
}

/// Values of every magnitude that a histogram of latencies can meet.
fn latency() -> impl Strategy<Value = u64> {
    (0..VALUE_BITS, any::<u64>()).prop_map(|(bits, noise)| noise & ((1 << bits) - 1))
}

proptest! {
    // The oracle is a megabyte for every case.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn agrees_with_hdrhistogram(values in proptest::collection::vec(latency(), 1..400)) {
        let (mut recorder, reader) = histogram();
        let mut oracle = Histogram::<u64>::new_with_bounds(1, VALUE_MAX, 4).expect("constant");
        for &value in &values {
            recorder.record(value);
            oracle.record(value).expect("within bounds");
        }
        let summary = reader.summary();
        prop_assert_eq!(summary.count, values.len() as u64);
        prop_assert_eq!(summary.max, values.iter().copied().max().unwrap_or(0));
        for (ours, quantile) in [(summary.p50, 0.5), (summary.p99, 0.99), (summary.p999, 0.999)] {
            let exact = oracle.value_at_quantile(quantile).min(summary.max);
            // The oracle itself is rounded up by at most 10^-4.
            prop_assert!(ours + exact / 10_000 >= exact, "{quantile}: {ours} is below {exact}");
            prop_assert!(ours <= exact + exact / 200, "{quantile}: {ours} is above {exact}");
        }
    }
}
