//! `gannet explain`: what an engine thought, and why, from its journal.

use std::collections::VecDeque;
use std::path::Path;

use anyhow::Context;
use gannet_control::projections::decisions;
use gannet_journal::Body;
use gannet_types::{Decision, Nanos, Output};

use crate::features::utc;

/// Returns the last decisions of a journal, a line each; all of them if `last` is zero.
///
/// # Errors
/// If it is no journal or is damaged.
pub fn explain(directory: &Path, last: usize, json: bool) -> anyhow::Result<String> {
    let name = || format!("journal {}", directory.display());
    let (mut reader, config) = super::open(directory)?;
    let mut kept: VecDeque<(Nanos, Decision)> = VecDeque::new();
    while let Some(record) = reader.next().with_context(name)? {
        if let Body::Output(Output::Decision(decision)) = record.body {
            if last > 0 && kept.len() == last {
                kept.pop_front();
            }
            kept.push_back((record.time, decision));
        }
    }
    let mut lines = String::new();
    for (time, decision) in &kept {
        let instrument = config.pipeline.instruments.get(usize::from(decision.instrument.0));
        let strategy = config.pipeline.strategies.get(usize::from(decision.strategy.0));
        let strategy = strategy.map(|strategy| strategy.name.to_string()).unwrap_or_default();
        let view = decisions::show(time.0 / 1_000_000, instrument, strategy, decision);
        if json {
            lines += &serde_json::to_string(&view)?;
        } else {
            lines += &format!("{}  {}", utc(*time), view.text);
        }
        lines.push('\n');
    }
    Ok(lines)
}
