//! `learn.jsonl`: what each run of `gannet learn` did, a line each, beside the registry.
//!
//! A line is appended with one write and synced. A crash can tear the last one: what does not read is
//! passed over, and the next line begins on its own.

use std::fs::File;
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::closed::Closed;

/// What came of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Outcome {
    /// There is too little to learn from, or it cannot be learned from.
    Refused,
    /// The same trades as at the last time.
    Unchanged,
    /// A model was made; nothing shows that it is better.
    Candidate,
    /// A model was made, beat what leads, and is on trial.
    Shadow,
    /// Something is broken.
    Failed,
    /// Somebody asked it to stop.
    Stopped,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Line {
    /// When it began, in nanoseconds since 1970 UTC.
    pub(super) at_ns: u64,
    /// How long it took.
    pub(super) seconds: u64,
    /// What was trained.
    pub(super) family: String,
    /// What more the trainer was asked for.
    pub(super) more: Vec<String>,
    /// What came of it.
    pub(super) outcome: Outcome,
    /// Why, in one sentence.
    pub(super) reason: String,
    /// The model, if one was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<String>,
    /// The trades, if they could be counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) trades: Option<Closed>,
    /// What `gannet-train compare` found, if it came to that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) comparison: Option<serde_json::Value>,
}

impl Outcome {
    /// Returns the name for people and their tools.
    #[must_use]
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Unchanged => "unchanged",
            Self::Candidate => "candidate",
            Self::Shadow => "shadow",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }

    /// Returns whether a model stands in the registry for the trades there were.
    const fn is_learned(self) -> bool {
        match self {
            Self::Unchanged | Self::Candidate | Self::Shadow => true,
            Self::Refused | Self::Failed | Self::Stopped => false,
        }
    }
}

/// The file.
#[derive(Clone, Debug)]
pub(super) struct Lines(PathBuf);

impl Lines {
    /// The lines beside a registry.
    pub(super) fn beside(models: &Path) -> Self {
        Self(models.join("learn.jsonl"))
    }

    /// Appends a line; it is on the disk when this returns.
    ///
    /// # Errors
    /// If the disk says so.
    pub(super) fn append(&self, line: &Line) -> anyhow::Result<()> {
        let place = || format!("cannot write {}", self.0.display());
        let mut file = File::options()
            .create(true)
            .read(true)
            .append(true)
            .open(&self.0)
            .with_context(place)?;
        let mut text = serde_json::to_string(line).context("a line is text and numbers")?;
        text.push('\n');
        if is_torn(&mut file).with_context(place)? {
            text.insert(0, '\n');
        }
        file.write_all(text.as_bytes()).with_context(place)?;
        file.sync_all().with_context(place)
    }

    /// Returns the lines that read, the oldest first.
    ///
    /// # Errors
    /// If the file is there and cannot be read.
    pub(super) fn read(&self) -> anyhow::Result<Vec<Line>> {
        match std::fs::read(&self.0) {
            Ok(bytes) => Ok(bytes
                .split(|byte| *byte == b'\n')
                .filter_map(|line| serde_json::from_slice(line).ok())
                .collect()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.0.display())),
        }
    }
}

/// Returns when the last run of a family began that was not stopped.
pub(super) fn last_begun(lines: &[Line], family: &str) -> Option<u64> {
    let mut runs = lines.iter().rev();
    let last = runs.find(|line| line.family == family && line.outcome != Outcome::Stopped);
    last.map(|line| line.at_ns)
}

/// Returns the model that the same question about the same trades has led to.
pub(super) fn learned<'a>(
    lines: &'a [Line],
    family: &str,
    more: &[String],
    trades: &Closed,
) -> Option<&'a str> {
    let same = |line: &&Line| {
        line.outcome.is_learned()
            && line.family == family
            && line.more == more
            && line.trades.as_ref() == Some(trades)
    };
    lines.iter().rev().find(same).and_then(|line| line.id.as_deref())
}

fn is_torn(file: &mut File) -> std::io::Result<bool> {
    if file.seek(SeekFrom::End(0))? == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}
