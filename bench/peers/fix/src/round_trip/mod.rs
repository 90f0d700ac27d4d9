//! A NewOrderSingle there and an ExecutionReport back over loopback, beside a bare echo of as many
//! bytes, and QuickFIX.
//!
//! The contestants take turns of [`TURN`] round trips in one process. The echo and our sessions are
//! driven alike: one pinned thread an end that reads without waiting. QuickFIX has its own threads
//! and waits in `poll`; that is how it is made.

mod gannet;
mod quickfix;
mod wire;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use hdrhistogram::Histogram;

use crate::allocations;

/// Round trips before the next contestant has its turn.
const TURN: usize = 250;

/// 10 s: what takes longer is a failure.
const NANOS_MAX: u64 = 10_000_000_000;

/// What is told of one contestant.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Its name.
    pub name: &'static str,
    /// Nanoseconds a round trip.
    pub p50: u64,
    pub p99: u64,
    pub p999: u64,
    pub max: u64,
    /// Round trips measured.
    pub count: u64,
    /// Heap allocations of the Rust side a round trip, both ends.
    pub allocations: f64,
}

/// The near end of a contestant.
trait Near {
    fn name(&self) -> &'static str;

    /// Sends order `number` and waits for its answer; fails if that is another one's.
    fn round(&mut self, number: u64) -> Result<(), String>;
}

/// The far end, which lives in the thread of all far ends.
trait Far: Send {
    /// Reads once, and answers what came.
    fn turn(&mut self);
}

/// Who has its turn: an index, or one of these.
const NOBODY: usize = usize::MAX;
const END: usize = usize::MAX - 1;

/// Measures `turns` turns of every contestant, on two cores.
///
/// # Errors
/// A connection or a session failed.
pub fn measure(turns: usize, cores: [usize; 2]) -> Result<Vec<Figures>, String> {
    let folder = std::env::temp_dir().join(format!("round-trip-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|error| error.to_string())?;
    let (echo, echo_far) = wire::echo().map_err(|error| error.to_string())?;
    let (ours, ours_far) = gannet::pair(&folder)?;
    let theirs = quickfix::pair()?;
    let mut near: Vec<Box<dyn Near>> = vec![Box::new(echo), Box::new(ours), Box::new(theirs)];
    let mut far: Vec<Box<dyn Far>> = vec![Box::new(echo_far), Box::new(ours_far)];

    let active = Arc::new(AtomicUsize::new(NOBODY));
    let theirs = Arc::clone(&active);
    let server = thread::spawn(move || {
        core_affinity::set_for_current(core_affinity::CoreId { id: cores[1] });
        loop {
            match theirs.load(Ordering::Acquire) {
                END => return,
                index if index < far.len() => far[index].turn(),
                // QuickFIX needs the core.
                _ => thread::park(),
            }
        }
    });
    core_affinity::set_for_current(core_affinity::CoreId { id: cores[0] });
    let switch = |to| {
        active.store(to, Ordering::Release);
        server.thread().unpark();
    };
    let result = take_turns(&mut near, turns, switch);
    switch(END);
    let ended = server.join();
    drop(near);
    let _ = std::fs::remove_dir_all(&folder);
    ended.map_err(|_| "the far end panicked".to_owned())?;
    result
}

fn take_turns(
    near: &mut [Box<dyn Near>],
    turns: usize,
    switch: impl Fn(usize),
) -> Result<Vec<Figures>, String> {
    let new = || Histogram::<u64>::new_with_bounds(1, NANOS_MAX, 3).expect("constant bounds");
    let mut times: Vec<_> = near.iter().map(|_| new()).collect();
    let mut allocated = vec![0; near.len()];
    let mut number = 0;
    // The first turn warms up.
    for turn in 0..=turns {
        for step in 0..near.len() {
            let index = (turn + step) % near.len();
            switch(index);
            let before = allocations::count();
            for _ in 0..TURN {
                number += 1;
                let start = Instant::now();
                near[index].round(number)?;
                if turn > 0 {
                    times[index].saturating_record(start.elapsed().as_nanos() as u64);
                }
            }
            if turn > 0 {
                allocated[index] += allocations::count() - before;
            }
        }
    }
    let every = near.iter().zip(times).zip(allocated);
    let figures = every.map(|((near, times), allocated)| Figures {
        name: near.name(),
        p50: times.value_at_quantile(0.5),
        p99: times.value_at_quantile(0.99),
        p999: times.value_at_quantile(0.999),
        max: times.max(),
        count: times.len(),
        allocations: allocated as f64 / times.len() as f64,
    });
    Ok(figures.collect())
}
