//! What swapping models costs a running engine: frames with and without swaps, in one run.
#![forbid(unsafe_code)]

use std::path::PathBuf;

use clap::Parser;
use gannet_bench::latency::Figures;
use gannet_bench::model_swaps::{Plan, measure};
use gannet_types::Nanos;

/// Swaps champions under load and compares the latency of frames with and without, in seconds.
#[derive(Debug, Parser)]
struct Arguments {
    /// Folders of models, as `gannet-train` writes them; at least two.
    #[arg(required = true, num_args = 2..)]
    models: Vec<PathBuf>,
    /// The set of features they were trained on.
    #[arg(long, default_value = "hft64")]
    set: String,
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Seed of the market.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Windows with swaps, and as many without.
    #[arg(long, default_value_t = 50)]
    windows: usize,
    /// Frames of a window.
    #[arg(long, default_value_t = 4_000)]
    frames: usize,
    /// Swaps in a window that has some.
    #[arg(long, default_value_t = 20)]
    swaps: usize,
    /// Nanoseconds between two frames.
    #[arg(long, default_value_t = 20_000)]
    interval_ns: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let swapped = measure(&Plan {
        models: arguments.models,
        set: arguments.set,
        seed: arguments.seed,
        windows: arguments.windows,
        frames: arguments.frames,
        swaps: arguments.swaps,
        interval: Nanos(arguments.interval_ns),
    })?;
    if arguments.json {
        println!("{}", serde_json::to_string(&swapped)?);
        return Ok(());
    }
    println!("{:22} {:>9} {:>9} {:>9} {:>9} {:>10}", "ns", "count", "p50", "p99", "p99.9", "max");
    let line = |name: &str, it: &Figures| {
        println!(
            "{name:22} {:>9} {:>9} {:>9} {:>9} {:>10}",
            it.count, it.p50, it.p99, it.p999, it.max
        );
    };
    line("frames without swaps", &swapped.quiet);
    line("frames with swaps", &swapped.swapping);
    line("a swap", &swapped.swap);
    println!(
        "{} swaps, {} predictions, {} lost, digest {:016x}",
        swapped.swaps, swapped.predictions, swapped.lost, swapped.digest
    );
    Ok(())
}
