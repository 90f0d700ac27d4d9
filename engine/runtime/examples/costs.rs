//! Prints what a hot thread pays for each call into this crate: `costs [rounds]`.

use std::error::Error;
use std::hint::black_box;

use gannet_runtime::clock::Clock;
use gannet_runtime::counters::{CounterId, Counters};
use gannet_runtime::histogram::histogram;
use gannet_runtime::ring::{Overflow, ring};

fn main() -> Result<(), Box<dyn Error>> {
    let rounds: u64 = std::env::args().nth(1).map_or(Ok(ROUNDS), |text| text.parse())?;
    let clock = Clock::new();
    println!("invariant counter: {}", clock.is_tsc_invariant());
    println!("ns per call: the best of {REPETITIONS} runs of {rounds}");

    measure(&clock, rounds, "empty loop", |round| round);
    measure(&clock, rounds, "Clock::raw", |_| clock.raw());
    measure(&clock, rounds, "Clock::now", |_| clock.now());

    let (mut recorder, reader) = histogram();
    measure(&clock, rounds, "record, spread", |round| {
        recorder.record(round & 0xfff);
        0
    });
    measure(&clock, rounds, "record, one bucket", |_| {
        recorder.record(black_box(600));
        0
    });
    let cold_rounds = rounds / 1_000;
    measure(&clock, cold_rounds, "Reader::summary", |_| reader.summary().count);
    let mut slewed = clock.clone();
    measure(&clock, cold_rounds, "Clock::resync", |_| slewed.resync().unsigned_abs());
    let mut counters = Counters::new();
    let mut writer = counters.writer("costs");
    measure(&clock, rounds, "CounterWriter::add", |_| {
        writer.add(CounterId::FeedFrames, 1);
        0
    });
    measure(&clock, rounds, "add and publish", |_| {
        writer.add(CounterId::FeedFrames, 1);
        writer.publish();
        0
    });
    let (mut sender, mut receiver) = ring::<[u64; 8]>(64, Overflow::Reject);
    measure(&clock, rounds, "push and pop", |round| {
        let is_sent = sender.push([round; 8]).is_ok();
        receiver.pop().map_or(0, |message| message[7]) + u64::from(is_sent)
    });
    println!(
        "digest: {} recorded, {} frames, {} sent",
        reader.summary().count,
        counters.value(CounterId::FeedFrames),
        sender.sent_total(),
    );
    Ok(())
}

fn measure(clock: &Clock, rounds: u64, name: &str, mut call: impl FnMut(u64) -> u64) {
    let mut best_ns = u64::MAX;
    for _ in 0..REPETITIONS {
        let started = clock.raw();
        for round in 0..rounds {
            black_box(call(black_box(round)));
        }
        best_ns = best_ns.min(clock.ns_between(started, clock.raw()));
    }
    println!("{name:<20}{:>8.2}", best_ns as f64 / rounds.max(1) as f64);
}

const ROUNDS: u64 = 1_000_000;
const REPETITIONS: u32 = 10;
