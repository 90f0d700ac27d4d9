//! Turns, and what is told of them.

use std::hint::black_box;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;

use crate::engines::Engine;

/// What is told of an engine, in nanoseconds; the time that looking at the clock takes is taken off.
pub struct Figures {
    pub p50: u64,
    pub p99: u64,
    pub p999: u64,
    /// Predictions that were timed.
    pub count: u64,
}

/// A turn ends when all rows were asked, or after this: slow engines need not ask all in each.
const TURN: Duration = Duration::from_millis(20);

/// Predictions of a turn that only warm the caches.
const WARM: usize = 20;

/// 10 s: what takes longer is a failure.
const NANOS_MAX: u64 = 10_000_000_000;

/// Where an engine is in the rows, and its times.
struct Track {
    next: usize,
    times: Histogram<u64>,
}

/// Lets the engines take turns until the time is over.
pub fn measure(engines: &mut [Box<dyn Engine>], rows: &[Vec<f32>], time: Duration) -> Vec<Figures> {
    let histogram = || Histogram::new_with_bounds(1, NANOS_MAX, 3).expect("constant bounds");
    let mut tracks: Vec<Track> =
        engines.iter().map(|_| Track { next: 0, times: histogram() }).collect();
    let mut clock = histogram();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut dice = 0x9e37_79b9_7f4a_7c15_u64;
    let start = Instant::now();
    let mut round = 0;
    while start.elapsed() < time || round < engines.len() {
        shuffle(&mut order, &mut dice);
        for turn in 0..engines.len() {
            let index = (turn + round) % engines.len();
            take_turn(engines[index].as_mut(), rows, &order, &mut tracks[index], &mut clock);
        }
        round += 1;
    }
    let idle = clock.value_at_quantile(0.5);
    let figures = tracks.iter().map(|track| {
        let at = |quantile| track.times.value_at_quantile(quantile).saturating_sub(idle).max(1);
        Figures { p50: at(0.5), p99: at(0.99), p999: at(0.999), count: track.times.len() }
    });
    figures.collect()
}

fn take_turn(
    engine: &mut dyn Engine,
    rows: &[Vec<f32>],
    order: &[usize],
    track: &mut Track,
    clock: &mut Histogram<u64>,
) {
    let turn = Instant::now();
    for count in 0..rows.len() + WARM {
        let row = &rows[order[track.next]];
        track.next = (track.next + 1) % order.len();
        let start = Instant::now();
        black_box(engine.predict(black_box(row)));
        let end = Instant::now();
        if count >= WARM {
            record(&mut track.times, end - start);
            record(clock, end.elapsed());
        }
        if end - turn > TURN && count > WARM {
            return;
        }
    }
}

fn record(times: &mut Histogram<u64>, time: Duration) {
    let nanos = u64::try_from(time.as_nanos()).expect("less than ten seconds");
    times.saturating_record(nanos.max(1));
}

/// Fisher and Yates, with Marsaglia's xorshift.
fn shuffle(order: &mut [usize], dice: &mut u64) {
    for index in (1..order.len()).rev() {
        *dice ^= *dice << 13;
        *dice ^= *dice >> 7;
        *dice ^= *dice << 17;
        let bound = u64::try_from(index + 1).expect("an index fits 64 bits");
        order.swap(index, usize::try_from((*dice >> 16) % bound).expect("below an index"));
    }
}
