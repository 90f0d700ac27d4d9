//! Why orders were refused, counted from a journal: by the engine itself, and by the venue.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use gannet_journal::Body;
use gannet_types::{Input, Output, RejectReason};

/// How often each reason was given.
///
/// # Errors
/// If it is no journal or is damaged.
pub fn count(directory: &Path) -> anyhow::Result<BTreeMap<&'static str, u64>> {
    let name = || format!("journal {}", directory.display());
    let (mut reader, _) = super::open(directory)?;
    let mut counts: BTreeMap<&'static str, u64> = BTreeMap::new();
    while let Some(record) = reader.next().with_context(name)? {
        let reason = match record.body {
            Body::Output(Output::Reject(reject)) => reject.reason,
            Body::Input(Input::Execution(report)) => report.reason,
            _ => RejectReason::None,
        };
        if reason != RejectReason::None {
            *counts.entry(reason.text()).or_default() += 1;
        }
    }
    Ok(counts)
}
