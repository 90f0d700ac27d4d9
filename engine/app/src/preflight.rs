//! `gannet preflight`: what the machine is, and what it lacks for low latency.

use gannet_runtime::clock::Clock;
use gannet_runtime::host::{self, Verdict};
use gannet_runtime::thread;

use crate::topology;

/// Returns the report, a fact a line.
#[must_use]
pub fn report() -> String {
    let facts = host::inspect();
    let width = facts.iter().map(|fact| fact.name.len()).max().unwrap_or_default();
    let mut text = String::new();
    for fact in &facts {
        text += &format!("{:width$}  {}\n", fact.name, fact.value);
        if let Verdict::Advice(advice) = fact.verdict {
            text += &format!("{:width$}  -> {advice}\n", "");
        }
    }
    let cores = thread::available_cores();
    let layout = topology::Layout::choose(None, None, &[], &cores);
    text += &format!("\nGannet would run {layout}.\n");
    if !Clock::new().is_tsc_invariant() {
        text += "The time stamp counter is not invariant: latencies are not to be trusted.\n";
    }
    text
}
