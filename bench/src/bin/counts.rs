//! Runs one stage of the tick's way for so many ticks: `counts STAGE TICKS`. Meant for valgrind;
//! `cargo xtask counts` does the rest.
#![forbid(unsafe_code)]

use anyhow::{Context, bail};
use gannet_bench::stages::{self, Stage};

fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [stage, ticks] = &words[..] else {
        let names = Stage::ALL.map(Stage::name).join(" | ");
        bail!("usage: counts {names} TICKS, at most {}", stages::TICKS_MAX);
    };
    let stage = Stage::named(stage).with_context(|| format!("there is no stage `{stage}`"))?;
    let ticks = ticks.parse().with_context(|| format!("`{ticks}` is no number of ticks"))?;
    println!("digest={:016x}", stages::run(stage, ticks)?);
    Ok(())
}
