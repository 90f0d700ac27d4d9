//! Prints what a message costs each engine to decode and to encode.
//!
//! `codec [ROUNDS [CORE]]`: by default 400 rounds over 1024 messages, pinned to core 1. With
//! GANNET_CORPUS the captured messages under `market_data/fix` are decoded as well.
//! `codec count ENGINE decode|read|encode ROUNDS` does only that, for an instruction counter: the
//! difference between two numbers of rounds is what 1024 messages cost.
//!
//! Ends with 1 if engines disagree about what was read or written.

use std::path::Path;
use std::process::ExitCode;

use peers_fix::allocations::Counting;
use peers_fix::codec::{BATCH, Figures, Inputs, Task, all, captured, measure, single};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const SEED: u64 = 20_261_125;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [command, engine, task, rounds] = &arguments[..]
        && command == "count"
    {
        return count(engine, task, rounds);
    }
    let number = |index: usize, default| {
        arguments.get(index).map_or(Ok(default), |text| text.parse::<usize>())
    };
    let (Ok(rounds), Ok(core)) = (number(0, 400), number(1, 1)) else {
        eprintln!("usage: codec [ROUNDS [CORE]] | codec count ENGINE decode|read|encode ROUNDS");
        return ExitCode::from(2);
    };
    let pinned = core_affinity::set_for_current(core_affinity::CoreId { id: core });
    println!("core {core}{}, {rounds} rounds", if pinned { "" } else { " (not pinned)" });
    let inputs = Inputs::generated(SEED);
    let mut engines = all();
    let mut agree = true;
    for (task, title) in [
        (Task::Decode, "decode ExecutionReports of 170 to 250 B, CheckSum checked, fields indexed"),
        (Task::DecodeAndRead, "the same, and eight fields looked up"),
        (Task::Encode, "encode a NewOrderSingle of 160 to 180 B"),
    ] {
        agree &= print(title, &measure(&mut engines, &inputs, task, rounds));
    }
    match std::env::var_os("GANNET_CORPUS") {
        None => println!("captured messages: skipped, GANNET_CORPUS is not set"),
        Some(corpus) => {
            let found = captured(&Path::new(&corpus).join("market_data/fix"));
            if found.len() < BATCH {
                println!("captured messages: skipped, there are {}", found.len());
            } else {
                let bytes: usize = found.iter().map(Vec::len).sum();
                let (count, mean) = (found.len(), bytes / found.len());
                let messages = found.into_iter().cycle().take(inputs.messages.len()).collect();
                let inputs = Inputs { messages, ..inputs };
                let title = format!("decode {count} captured messages of {mean} B on average");
                // Some engines refuse some of them, so there is no agreement to ask for.
                print(&title, &measure(&mut engines, &inputs, Task::Decode, rounds));
            }
        }
    }
    println!("digests {}", if agree { "agree" } else { "DIFFER" });
    ExitCode::from(u8::from(!agree))
}

/// Prints a table; returns whether all digests are those of the first engine.
fn print(title: &str, figures: &[Figures]) -> bool {
    println!("\n{title} (ns a message, of batches of {BATCH})");
    println!(
        "  {:26}{:>9}{:>9}{:>9}{:>10}{:>8}{:>9}  {:16}",
        "engine", "p50", "p99", "p99.9", "max", "allocs", "x ours", "digest"
    );
    let ours = figures[0].p50;
    for row in figures {
        println!(
            "  {:26}{:>9.1}{:>9.1}{:>9.1}{:>10.1}{:>8.2}{:>9.2}  {:016x}",
            row.engine,
            row.p50,
            row.p99,
            row.p999,
            row.max,
            row.allocations,
            row.p50 / ours,
            row.digest
        );
    }
    figures.iter().all(|row| row.digest == figures[0].digest)
}

fn count(engine: &str, task: &str, rounds: &str) -> ExitCode {
    let task = match task {
        "decode" => Task::Decode,
        "read" => Task::DecodeAndRead,
        "encode" => Task::Encode,
        _ => return ExitCode::from(2),
    };
    let Ok(rounds) = rounds.parse::<usize>() else { return ExitCode::from(2) };
    let inputs = Inputs::generated(SEED);
    let mut engines = all();
    let Some(engine) = engines.iter_mut().find(|known| known.name().starts_with(engine)) else {
        return ExitCode::from(2);
    };
    let digest = (0..rounds).fold(0, |_, _| single(engine.as_mut(), &inputs, task));
    println!("{digest:016x}");
    ExitCode::SUCCESS
}
