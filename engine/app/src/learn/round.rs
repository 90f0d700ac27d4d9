//! One run: from a journal's closed trades to a model in the registry.
//!
//! ```text
//! gannet samples ─▶ gannet-train analyze ─▶ gannet-train --label outcome --hold-out ─▶ compare
//!                       │ too few                                                        │
//!                       ▼                                              better: ▼         ▼ not
//!                    refused                                            shadow       candidate
//! ```
//! Each step is a program of its own that writes to a work folder in the registry's, which is emptied
//! before and after. Nothing of it counts until a whole model is renamed into its place.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use gannet_models::Family;
use serde::Deserialize;

use super::args::LearnArgs;
use super::closed::Closed;
use super::line::{Line, Lines, Outcome, learned};
use super::shelf::{self, Champion};
use super::step::{Desk, Ended, Step};
use crate::features::{FeatureSet, NO_TRADE, SHIPPED, utc};

/// How candidates are trained, before what the operator adds. The last three in ten trades are left
/// to compare on; trades end when they say, so no gap is needed beyond purging.
const TRAINING: &[&str] = &[
    "--label",
    "outcome",
    "--hold-out",
    "0.3",
    "--folds",
    "2",
    "--first-share",
    "0.6",
    "--embargo",
    "0",
    "--progress",
    "lines",
];

/// What a run works with.
pub(super) struct Round<'a> {
    /// What the operator asked for.
    pub(super) args: &'a LearnArgs,
    /// This program, for `gannet samples`.
    pub(super) gannet: &'a Path,
    /// `gannet-train`.
    pub(super) trainer: &'a Path,
    /// Runs programs.
    pub(super) desk: Desk<'a>,
    /// A folder that nobody else uses, beside the models.
    pub(super) work: PathBuf,
}

/// Why a run ends before its last step, and how.
struct Break(Outcome, String);

/// The part of a comparison that decides.
#[derive(Deserialize)]
struct Verdict {
    better: bool,
    verdict: String,
}

impl From<anyhow::Error> for Break {
    fn from(error: anyhow::Error) -> Self {
        Self(Outcome::Failed, format!("{error:#}"))
    }
}

impl Round<'_> {
    /// Runs once, and fills in what came of it. Whatever fails is told there, too.
    pub(super) fn run(&self, lines: &[Line], told: &mut Line) {
        let done = self.clear().map_err(Break::from).and_then(|()| self.steps(lines, told));
        if let Err(Break(outcome, reason)) = done {
            (told.outcome, told.reason) = (outcome, reason);
        }
        if let Err(error) = self.remove_work() {
            eprintln!("gannet: learn: {error:#}");
        }
    }

    fn steps(&self, lines: &[Line], told: &mut Line) -> Result<(), Break> {
        let samples = self.work.join("samples.parquet");
        self.take_samples(&samples)?;
        let trades = self.analyze(&samples)?;
        told.trades = Some(trades.clone());
        if let Some(id) = learned(lines, &told.family, &told.more, &trades) {
            told.id = Some(id.to_owned());
            return Err(Break(Outcome::Unchanged, "no trade was closed since then".to_owned()));
        }
        let made = self.work.join("candidate");
        let id = id(&told.family, &told.more, &samples)?;
        self.train(&samples, &made, &id)?;
        // Compared where it was made: a run that ends here leaves nothing behind.
        let champion = shelf::champion(&self.args.models);
        let (better, reason) = match &champion {
            Ok(champion) => self.compare(&samples, &made, champion.as_ref(), told)?,
            Err(error) => (false, format!("it was not compared: {error:#}")),
        };
        shelf::shelve(&self.args.models, &made, &id)?;
        told.id = Some(id.clone());
        (told.outcome, told.reason) = (Outcome::Candidate, reason);
        if better {
            let beaten = champion.as_ref().ok().and_then(Option::as_ref);
            let beaten = beaten.map(|champion| champion.id.as_str());
            let reason = format!("learned: {}", told.reason);
            match shelf::put_on_trial(&self.args.models, &id, beaten, &reason)? {
                None => told.outcome = Outcome::Shadow,
                Some(why) => told.reason += &format!("; not put on trial, as {why}"),
            }
        }
        Ok(())
    }

    fn take_samples(&self, output: &Path) -> Result<(), Break> {
        let mut arguments = words(&["samples", "--journal"]);
        arguments.push(self.args.journal.clone().into());
        arguments.extend(words(&["--output"]));
        arguments.push(output.into());
        if let Some(set) = &self.args.set {
            arguments.extend(words(&["--set", set]));
        }
        match self.done("samples", self.gannet, arguments) {
            Err(Break(Outcome::Failed, told)) if told.contains(NO_TRADE) => {
                Err(Break(Outcome::Refused, told))
            }
            ended => ended.map(drop),
        }
    }

    fn analyze(&self, samples: &Path) -> Result<Closed, Break> {
        let minimum = self.args.minimum.to_string();
        let mut arguments = words(&["analyze"]);
        arguments.push(samples.into());
        arguments.extend(words(&["--json", "--minimum", &minimum]));
        let answer = self.done("analyze", self.trainer, arguments)?;
        let trades = serde_json::from_str(&answer).context("the answer of gannet-train analyze")?;
        Ok(trades)
    }

    fn train(&self, samples: &Path, made: &Path, id: &str) -> Result<(), Break> {
        let set = self.set_of(samples)?;
        let mut arguments = words(&["--family", self.args.family.name(), "--set", &set]);
        arguments.extend(words(&["--id", id, "--data"]));
        arguments.push(samples.into());
        arguments.extend(words(&["--output"]));
        arguments.push(made.into());
        arguments.extend(words(&["--missing", missing(self.args.family)]));
        arguments.extend(words(TRAINING));
        arguments.extend(self.args.more.iter().cloned());
        self.done("training", self.trainer, arguments).map(drop)
    }

    /// Returns whether the candidate is better, and why.
    fn compare(
        &self,
        samples: &Path,
        made: &Path,
        champion: Option<&Champion>,
        told: &mut Line,
    ) -> Result<(bool, String), Break> {
        let mut arguments = words(&["compare", "--json", "--data"]);
        arguments.push(samples.into());
        arguments.extend(words(&["--candidate"]));
        arguments.push(made.into());
        if let Some(champion) = champion {
            arguments.extend(words(&["--champion"]));
            arguments.push(champion.folder.clone().into());
        }
        let answer = match self.done("comparison", self.trainer, arguments) {
            Ok(answer) => answer,
            Err(Break(Outcome::Refused, why)) => {
                return Ok((false, format!("it was not compared: {why}")));
            }
            Err(end) => return Err(end),
        };
        let read = || "the answer of gannet-train compare";
        let found: serde_json::Value = serde_json::from_str(&answer).with_context(read)?;
        let verdict = Verdict::deserialize(&found).with_context(read)?;
        told.comparison = Some(found);
        Ok((verdict.better, verdict.verdict))
    }

    /// Runs a program; what it answers, or the end of the run.
    fn done(
        &self,
        name: &'static str,
        program: &Path,
        arguments: Vec<OsString>,
    ) -> Result<String, Break> {
        match self.desk.run(&Step { name, program, arguments })? {
            Ended::Done(answer) => Ok(answer),
            Ended::Refused(why) => Err(Break(Outcome::Refused, why)),
            Ended::Failed(why) => Err(Break(Outcome::Failed, why)),
            Ended::Stopped => Err(Break(Outcome::Stopped, format!("asked to stop during {name}"))),
        }
    }

    /// Returns the name of the set that the samples' features are of.
    fn set_of(&self, samples: &Path) -> anyhow::Result<String> {
        if let Some(set) = &self.args.set {
            return Ok(set.clone());
        }
        let mut beside = samples.as_os_str().to_owned();
        beside.push(".schema");
        let schema = std::fs::read_to_string(&beside).context("the schema of the samples")?;
        let is_that = |name: &&str| FeatureSet::load(name).is_ok_and(|set| set.schema() == schema);
        let found = SHIPPED.iter().map(|(name, _)| *name).find(is_that);
        found.map(str::to_owned).ok_or_else(|| {
            anyhow!("the journal's features are of no shipped set: name its file with --set")
        })
    }

    fn clear(&self) -> anyhow::Result<()> {
        self.remove_work()?;
        std::fs::create_dir_all(&self.work)
            .with_context(|| format!("cannot make {}", self.work.display()))
    }

    fn remove_work(&self) -> anyhow::Result<()> {
        match std::fs::remove_dir_all(&self.work) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot empty {}", self.work.display()))
            }
            _ => Ok(()),
        }
    }
}

/// Returns one line for people.
pub(super) fn to_text(line: &Line) -> String {
    let at = utc(gannet_types::Nanos(line.at_ns));
    let id = line.id.as_deref().unwrap_or(&line.family);
    format!("{at} {} {id}: {}", line.outcome.name(), line.reason)
}

/// Returns what is done with trades that lack a feature: trees are trained on them, too.
const fn missing(family: Family) -> &'static str {
    match family {
        Family::LightGbm | Family::XgBoost | Family::RandomForest => "keep",
        Family::Mlp | Family::NeuralOde | Family::HybridMeta => "drop",
    }
}

/// Names a model by what it was made of: the same trades and the same wishes are the same model.
fn id(family: &str, more: &[String], samples: &Path) -> anyhow::Result<String> {
    let mut hasher = blake3::Hasher::new();
    let read = |path: &Path| std::fs::read(path).context("the samples");
    hasher.update(&read(samples)?);
    for word in more {
        hasher.update(word.as_bytes()).update(b"\0");
    }
    Ok(format!("{family}-learned-{}", &hasher.finalize().to_hex()[..12]))
}

fn words(words: &[&str]) -> Vec<OsString> {
    words.iter().map(OsString::from).collect()
}

/// Returns a line that tells nothing yet.
pub(super) fn begun(args: &LearnArgs, at_ns: u64) -> Line {
    Line {
        at_ns,
        seconds: 0,
        family: args.family.name().to_owned(),
        more: args.more.iter().map(|word| word.to_string_lossy().into_owned()).collect(),
        outcome: Outcome::Failed,
        reason: String::new(),
        id: None,
        trades: None,
        comparison: None,
    }
}

/// Returns the file of past runs.
pub(super) fn lines_of(args: &LearnArgs) -> Lines {
    Lines::beside(&args.models)
}
