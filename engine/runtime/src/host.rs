//! What this machine is and what it lacks for trading: facts for `gannet preflight`.
//!
//! Reads, never changes. Each fact has a function from the system's text to the judgement, tested
//! without the system; [`inspect`] only fetches the texts.

use std::fs;

use crate::{memory, thread};

mod judge;
#[cfg(test)]
mod tests;

pub use judge::cpu_list;

/// One thing about the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// What it is about.
    pub name: &'static str,
    /// How it is here.
    pub value: String,
    /// Whether that is good for low latency.
    pub verdict: Verdict,
}

/// Whether a fact is good for low latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing to do.
    Fine,
    /// The engine runs, but this would make it faster or steadier.
    Advice(&'static str),
}

/// Collects all facts, in a fixed order. What the system does not tell is "unknown".
///
/// Cost: reads some small files.
#[must_use]
pub fn inspect() -> Vec<Fact> {
    let cpuinfo = read("/proc/cpuinfo").unwrap_or_default();
    let limits = memory::limits();
    vec![
        judge::cpu_model(&cpuinfo),
        judge::cores(thread::available_cores().len()),
        judge::isolated(read("/sys/devices/system/cpu/isolated").as_deref()),
        judge::governor(read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor").as_deref()),
        judge::counter(&cpuinfo),
        judge::clock_source(
            read("/sys/devices/system/clocksource/clocksource0/current_clocksource").as_deref(),
        ),
        judge::huge_pages(read("/sys/kernel/mm/transparent_hugepage/enabled").as_deref()),
        judge::locked_memory(limits.locked_bytes),
        judge::open_files(limits.open_files),
        judge::kernel(&rustix::system::uname().release().to_string_lossy()),
        judge::hypervisor(&cpuinfo),
    ]
}

fn read(path: &str) -> Option<String> {
    fs::read_to_string(path).ok()
}
