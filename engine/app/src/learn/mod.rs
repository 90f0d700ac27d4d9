//! `gannet learn`: models learned from our own trades, while the engine trades.
//!
//! A process of its own, in the background: the lowest priority, and none of the cores that the engine
//! pins its threads to. It wakes when a run is due, does it ([`round`]), leaves a line that says what
//! came of it, and sleeps again. What it makes is a candidate, and on trial if it beats the model that
//! leads on trades new to both; who leads is decided by people, with `gannet model promote`.
//!
//! # Invariants
//! - One process learns into a registry at a time, its programs included: they inherit the lock.
//! - However it ends, registry and models are whole: a model is renamed into its place when it is on
//!   the disk, and what it was made in is emptied by the next run.

pub mod args;
mod closed;
mod line;
mod round;
mod schedule;
mod shelf;
mod step;
#[cfg(test)]
mod tests;
mod trainer;

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use gannet_runtime::background;
use gannet_runtime::clock::Clock;
use gannet_runtime::shutdown::Stop;
use gannet_runtime::thread::available_cores;
use gannet_types::Nanos;

use crate::config;
use crate::features::utc;
use crate::run::house::stop_on_signals;
use crate::topology::Layout;
use args::LearnArgs;
use line::{Line, Outcome, last_begun};
use round::Round;
use step::Desk;

/// The folder in a registry that learning works in. It has no manifest, so it holds no model.
const FOLDER: &str = ".learn";

/// How often a sleeping process looks whether it should end, or the clock was set.
const DOZE: Duration = Duration::from_millis(200);

/// `gannet learn`.
///
/// # Errors
/// If there is no trainer, the registry cannot be used, or another process learns into it.
pub fn learn(args: &LearnArgs) -> anyhow::Result<ExitCode> {
    let trainer = trainer::find(args.trainer.as_deref())?;
    let gannet = std::env::current_exe().context("this program is nowhere")?;
    let pinned = pinned_cores(args.config.as_deref())?;
    let lock = lock(&args.models)?;
    let stop = stop_on_signals()?;
    let background = background::settle(&pinned);
    eprintln!("gannet: learn: {background}; trainer {}", trainer.display());
    let learner = Learner { args, gannet: &gannet, trainer: &trainer, lock: &lock, stop: &stop };
    if args.once {
        return Ok(exit_code(learner.once()?.outcome));
    }
    learner.again_and_again()?;
    Ok(ExitCode::SUCCESS)
}

/// What all runs have in common.
struct Learner<'a> {
    args: &'a LearnArgs,
    gannet: &'a Path,
    trainer: &'a Path,
    lock: &'a File,
    stop: &'a Stop,
}

impl Learner<'_> {
    /// Runs once, and leaves a line.
    fn once(&self) -> anyhow::Result<Line> {
        let begun = Instant::now();
        let lines = round::lines_of(self.args);
        let mut told = round::begun(self.args, Clock::new().now());
        let round = Round {
            args: self.args,
            gannet: self.gannet,
            trainer: self.trainer,
            desk: Desk { lock: self.lock, stop: self.stop, limit: self.args.limit },
            work: self.args.models.join(FOLDER).join("work"),
        };
        round.run(&lines.read()?, &mut told);
        told.seconds = begun.elapsed().as_secs();
        lines.append(&told)?;
        println!("{}", round::to_text(&told));
        Ok(told)
    }

    /// Runs whenever it is due, until asked to stop.
    fn again_and_again(&self) -> anyhow::Result<()> {
        let clock = Clock::new();
        let every = u64::try_from(self.args.every.as_nanos()).unwrap_or(u64::MAX);
        let lines = round::lines_of(self.args);
        loop {
            let last = last_begun(&lines.read()?, self.args.family.name());
            let due = schedule::due(clock.now(), last, every);
            if due > clock.now() {
                eprintln!("gannet: learn: next at {}", utc(Nanos(due)));
            }
            while clock.now() < due && !self.stop.is_requested() {
                std::thread::sleep(DOZE);
            }
            if self.stop.is_requested() || self.once()?.outcome == Outcome::Stopped {
                return Ok(());
            }
        }
    }
}

fn exit_code(outcome: Outcome) -> ExitCode {
    match outcome {
        Outcome::Shadow | Outcome::Candidate | Outcome::Unchanged => ExitCode::SUCCESS,
        Outcome::Failed => ExitCode::FAILURE,
        Outcome::Refused => ExitCode::from(2),
        // As a shell tells a process that was interrupted.
        Outcome::Stopped => ExitCode::from(130),
    }
}

/// Returns the cores that an engine with this configuration pins its threads to.
fn pinned_cores(file: Option<&Path>) -> anyhow::Result<Vec<usize>> {
    let config = match file {
        Some(path) => config::load(path)?,
        None => config::parse(&[])?,
    };
    let engine = &config.engine;
    let layout = Layout::choose(engine.topology, engine.idle, &engine.cores, &available_cores());
    Ok(layout.cores.into_iter().flatten().collect())
}

/// Takes a registry to learn into; nobody else can until the lock and every copy of it is gone.
fn lock(models: &Path) -> anyhow::Result<File> {
    let folder = models.join(FOLDER);
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("cannot make {}", folder.display()))?;
    let path: PathBuf = folder.join("lock");
    let place = || format!("cannot lock {}", path.display());
    let mut options = File::options();
    // Read, as programs inherit it as their standard input.
    let options = options.create(true).truncate(false).read(true).write(true);
    let lock = options.open(&path).with_context(place)?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => {
            bail!("another process learns into {}, or what it started", models.display())
        }
        Err(TryLockError::Error(error)) => Err(error).with_context(place),
    }
}
