//! How long from a tick to an order: in process, and over loopback sockets beside a bare echo.
#![forbid(unsafe_code)]

use clap::Parser;
use gannet_bench::report::{self, Effort};
use gannet_types::Nanos;

/// Measures tick to trade on this machine, in about fifteen seconds.
#[derive(Debug, Parser)]
struct Arguments {
    /// Print one JSON object instead of a table.
    #[arg(long)]
    json: bool,
    /// Seed of the market.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Frames sent through the engine in process; the first tenth warms up.
    #[arg(long, default_value_t = 200_000)]
    frames: usize,
    /// Nanoseconds between two of them.
    #[arg(long, default_value_t = 20_000)]
    frame_interval_ns: u64,
    /// Blocks over the wire, of the engine and of the echo each.
    #[arg(long, default_value_t = 200)]
    blocks: usize,
    /// Rounds in a block.
    #[arg(long, default_value_t = 100)]
    rounds: usize,
    /// Nanoseconds between two of them.
    #[arg(long, default_value_t = 50_000)]
    round_interval_ns: u64,
    /// Rounds for the floor of a hop between threads.
    #[arg(long, default_value_t = 1_000_000)]
    hops: u64,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let report = report::measure(&Effort {
        seed: arguments.seed,
        frames: arguments.frames,
        frame_interval: Nanos(arguments.frame_interval_ns),
        blocks: arguments.blocks,
        rounds: arguments.rounds,
        round_interval: Nanos(arguments.round_interval_ns),
        hops: arguments.hops,
    })?;
    if arguments.json {
        println!("{}", serde_json::to_string(&report)?);
    } else {
        print!("{report}");
    }
    Ok(())
}
