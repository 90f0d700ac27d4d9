//! The rounds, and what is told of them.

use std::hint::black_box;
use std::time::Instant;

use hdrhistogram::Histogram;

use super::BATCH;
use super::engines::Engine;
use super::inputs::Inputs;
use crate::allocations;

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// BodyLength and CheckSum checked, all fields indexed.
    Decode,
    /// The same, and eight fields looked up.
    DecodeAndRead,
    /// A NewOrderSingle written, BodyLength and CheckSum included.
    Encode,
}

/// What is told of an engine.
#[derive(Clone, Debug)]
pub struct Figures {
    /// Its name and version.
    pub engine: &'static str,
    /// Nanoseconds a message.
    pub p50: f64,
    pub p99: f64,
    pub p999: f64,
    pub max: f64,
    /// Heap allocations of the Rust side a message.
    pub allocations: f64,
    /// Of what was read or written; 0 for [`Task::Decode`], which shows nothing.
    pub digest: u64,
}

/// Times of one engine, in tenths of a nanosecond a message.
struct Samples(Histogram<u64>);

/// 10 ms a message: what takes longer is a failure.
const TENTHS_MAX: u64 = 100_000_000;

impl Samples {
    fn new() -> Self {
        Self(Histogram::new_with_bounds(1, TENTHS_MAX, 3).expect("constant bounds"))
    }

    fn figures(&self, engine: &'static str, allocations: f64, digest: u64) -> Figures {
        let at = |quantile| self.0.value_at_quantile(quantile) as f64 / 10.0;
        let max = self.0.max() as f64 / 10.0;
        Figures { engine, p50: at(0.5), p99: at(0.99), p999: at(0.999), max, allocations, digest }
    }
}

/// Lets every engine do the task `rounds` times over all inputs.
pub fn measure(
    engines: &mut [Box<dyn Engine>],
    inputs: &Inputs,
    task: Task,
    rounds: usize,
) -> Vec<Figures> {
    let mut samples: Vec<_> = engines.iter().map(|_| Samples::new()).collect();
    let mut allocated = vec![0; engines.len()];
    let mut digests = vec![0; engines.len()];
    let mut messages = 0;
    // The first round warms up.
    for round in 0..=rounds {
        messages += if round == 0 { 0 } else { inputs.messages.len() / BATCH * BATCH };
        for turn in 0..engines.len() {
            let index = (turn + round) % engines.len();
            let before = allocations::count();
            let digest = one_round(engines[index].as_mut(), inputs, task, &mut samples[index]);
            if round == 0 {
                samples[index] = Samples::new();
                digests[index] = digest;
            } else {
                allocated[index] += allocations::count() - before;
                assert_eq!(digest, digests[index], "the same work in every round");
            }
        }
    }
    let every = engines.iter().zip(samples).zip(allocated).zip(digests);
    let figures = every.map(|(((engine, samples), allocated), digest)| {
        samples.figures(engine.name(), allocated as f64 / f64::from(messages as u32), digest)
    });
    figures.collect()
}

/// Does the task once over all inputs, without looking at the clock: for counting instructions.
pub fn single(engine: &mut dyn Engine, inputs: &Inputs, task: Task) -> u64 {
    one_round(engine, inputs, task, &mut Samples::new())
}

fn one_round(engine: &mut dyn Engine, inputs: &Inputs, task: Task, samples: &mut Samples) -> u64 {
    let mut digest = 0_u64;
    let batches = inputs.messages.chunks_exact(BATCH).zip(inputs.orders.chunks_exact(BATCH));
    for (messages, orders) in batches {
        let start = Instant::now();
        let result = match task {
            Task::Decode => {
                black_box(engine.decode(black_box(messages)));
                0
            }
            Task::DecodeAndRead => engine.decode_and_read(black_box(messages)),
            Task::Encode => engine.encode(black_box(orders)),
        };
        let nanos = start.elapsed().as_nanos() as u64;
        samples.0.saturating_record((nanos * 10 / BATCH as u64).max(1));
        digest = digest.wrapping_mul(31).wrapping_add(black_box(result));
    }
    digest
}

#[cfg(test)]
mod tests {
    use super::super::engines;
    use super::*;

    #[test]
    fn every_engine_reads_and_writes_the_same() {
        let mut inputs = Inputs::generated(7);
        inputs.messages.truncate(64);
        let mut engines = engines::all();
        for task in [Task::DecodeAndRead, Task::Encode] {
            let figures = measure(&mut engines, &inputs, task, 1);
            for other in &figures[1..] {
                assert_eq!(other.digest, figures[0].digest, "{} {task:?}", other.engine);
            }
            assert_ne!(figures[0].digest, 0);
        }
    }
}
