//! Times models, one row at a time: `speed FILE...`, each with the rows of its `NAME.csv` if there is
//! one, with every kernel of the machine. The digest says what was predicted; it is the same for all.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use gannet_models::{Kernel, Model, generated_rows};

/// Predictions that are timed for each kernel.
const COUNT: usize = 60_000;

fn main() {
    for file in std::env::args().skip(1) {
        let model = Model::load(Path::new(&file)).expect("a model");
        let mut evaluator = model.evaluator().expect("compiled").clone();
        let rows = generated_rows(evaluator.width(), 1000);
        println!("{file}: {}", evaluator.describe());
        for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_here()) {
            evaluator.set_kernel(kernel);
            let mut digest = blake3::Hasher::new();
            for row in &rows {
                for number in evaluator.predict(row).expect("predicted") {
                    digest.update(&number.to_bits().to_le_bytes());
                }
            }
            let mut times = Vec::with_capacity(COUNT);
            let mut idle = Vec::with_capacity(COUNT);
            for row in rows.iter().cycle().take(COUNT) {
                let start = Instant::now();
                black_box(evaluator.predict(black_box(row)).is_ok());
                times.push(start.elapsed().as_nanos());
                let start = Instant::now();
                idle.push(start.elapsed().as_nanos());
            }
            times.sort_unstable();
            idle.sort_unstable();
            let clock = idle[COUNT / 2];
            let at = |share: usize| times[COUNT * share / 1000].saturating_sub(clock);
            println!(
                "  {:8} p50={} p99={} p99.9={} ns (clock {clock}) digest={}",
                kernel.name(),
                at(500),
                at(990),
                at(999),
                &digest.finalize().to_hex()[..16]
            );
        }
    }
}
