//! Seeded fault simulation in virtual time: the real pipeline, the real journal and the real
//! simulated exchange, with lines between them that lie, people who press every button, a clock
//! that steps and an engine that is killed at any moment. How many accounts, strategies and gateways
//! there are, and what limits them, is the seed's.
//!
//! ```text
//!                                                  ┌▶ link ◀─▶ venue ◀─┐
//! street ─▶ feed ─▶ engine (pipeline + journal) ◀──┼▶ link ◀─▶ venue ◀─┼─ street
//!                      │                           └─ drop copy ◀──────┘
//!                      └──────────▶ auditor ◀── truth: venues and what is on its way
//! ```
//! The [`auditor`] keeps books of its own; [`run`] plays a seed, and [`explain`] finds out which
//! faults a failing one needs.
#![forbid(unsafe_code)]

pub mod auditor;
pub mod conditions;
pub mod engine;
pub mod erratic;
pub mod fault;
pub mod link;
pub mod market;
pub mod plans;
pub mod report;
pub mod trace;
pub mod truth;
pub mod venue;
pub mod world;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use fault::{Fault, Faults};
use trace::Trace;
pub use world::Counts;
use world::World;

/// Moments of a seed with faults: about two seconds of virtual time.
pub const MOMENTS: u32 = 2_000;

/// Plays a seed.
///
/// # Errors
/// What it broke.
pub fn run(seed: u64, allowed: Faults, trace: &mut Trace) -> Result<Counts, String> {
    let play = || World::new(seed, allowed, trace)?.run(MOMENTS);
    catch_unwind(AssertUnwindSafe(play)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(format!("panic: {}", text.unwrap_or("without a word")))
    })
}

/// Finds the fewest faults with which a seed still fails, and tells what happened last.
#[must_use]
pub fn explain(seed: u64, failing: Faults) -> String {
    let fails = |faults| run(seed, faults, &mut Trace::default()).is_err();
    let drop_one = |faults: Faults, fault: &Fault| {
        let fewer = faults.without(*fault);
        if fewer != faults && fails(fewer) { fewer } else { faults }
    };
    let faults = Fault::ALL.iter().fold(failing, drop_one);
    let mut trace = Trace::remembering();
    let broken = run(seed, faults, &mut trace).err().unwrap_or_default();
    let lines: Vec<&str> = trace.lines().collect();
    format!(
        "{}\nseed {seed} breaks: {broken}\n\
         FAULT_SEED={seed} FAULT_KINDS={faults} cargo test -p gannet-faults -- --nocapture",
        lines.join("\n")
    )
}
