//! hftbacktest and our simulator on one tape, with one strategy written twice.
//!
//! `backtest agree [FRAMES [SEED]]`: fills and positions, model by model.
//! `backtest speed [FRAMES [ROUNDS [CORE]]]`: rows a second, taking turns.
//!
//! The tapes are a generated market and, with `GANNET_CORPUS`, a recording. Ends with 1 if what
//! should agree does not, or if we are less than one and a half times as fast.

mod agree;
mod corrected;
mod ours;
mod quotes;
mod speed;
mod tape;
mod theirs;

use std::path::Path;
use std::process::ExitCode;

use tape::Tape;

/// The recording in the corpus.
const RECORDING: &str = "market_data/binance_raw/usdm/btcusdt_20240808.gz";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |index: usize, otherwise: usize| {
        arguments.get(index).map_or(Some(otherwise), |text| text.parse().ok())
    };
    let what = arguments.first().map(String::as_str);
    let (Some("agree" | "speed"), Some(frames), Some(second)) =
        (what, number(1, 200_000), number(2, 7))
    else {
        eprintln!("backtest agree [FRAMES [SEED]] | speed [FRAMES [ROUNDS [CORE]]]");
        return ExitCode::from(2);
    };
    let agrees = what == Some("agree");
    if let (false, Some(core)) = (agrees, arguments.get(3)) {
        let Some(core) = core.parse().ok().and_then(known_core) else {
            eprintln!("there is no core {core}");
            return ExitCode::from(2);
        };
        core_affinity::set_for_current(core);
    }
    let seed = if agrees { second as u64 } else { 1 };
    println!("== the market of seed {seed}");
    let mut tapes = vec![Tape::generated(seed, frames)];
    let mut passed = true;
    match std::env::var_os("GANNET_CORPUS") {
        Some(corpus) => {
            let path = Path::new(&corpus).join(RECORDING);
            match Tape::recorded(&path) {
                Ok(tape) => tapes.push(tape),
                Err(error) => {
                    eprintln!("{}: {error}", path.display());
                    passed = false;
                }
            }
        }
        None => println!("no GANNET_CORPUS: the recording is skipped"),
    }
    for (index, tape) in tapes.iter().enumerate() {
        if index == 1 {
            println!("== the recording {RECORDING}");
        }
        passed &= if agrees { agree::compare(tape) } else { speed::measure(tape, second.max(1)) };
    }
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn known_core(id: usize) -> Option<core_affinity::CoreId> {
    core_affinity::get_core_ids()?.into_iter().find(|core| core.id == id)
}
