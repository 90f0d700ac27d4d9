//! One program that does a part of a run: started, listened to, ended when asked or too late.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use anyhow::Context;
use gannet_runtime::companion::{Companion, lines};
use gannet_runtime::shutdown::Stop;

/// How often a running step is looked at.
const ROUND: Duration = Duration::from_millis(100);

/// How long a program may take to end after it was asked to.
const GRACE: Duration = Duration::from_secs(5);

/// How long the last words of a program that has ended are waited for.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The exit code of `gannet-train` for "the input or the question is wrong".
const REFUSED: i32 = 2;

/// The last lines on standard error, kept to say why a step failed.
const LINES_KEPT: usize = 12;

/// More than any answer of `gannet-train` in bytes: a comparison has some thousand.
const ANSWER_MAX: u64 = 1 << 20;

/// A program and what it is told.
pub(super) struct Step<'a> {
    /// What people call it.
    pub(super) name: &'static str,
    /// The program.
    pub(super) program: &'a Path,
    /// Its arguments.
    pub(super) arguments: Vec<OsString>,
}

/// How it ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// With an answer, on standard output.
    Done(String),
    /// The question is wrong, or the data is: why.
    Refused(String),
    /// Something is broken: what it said last.
    Failed(String),
    /// Somebody asked this process to stop.
    Stopped,
}

/// What all steps have in common.
pub(super) struct Desk<'a> {
    /// The lock of this registry's learning. Every program inherits it as its standard input, which
    /// is empty: what outlives this process keeps the next one out until it has ended.
    pub(super) lock: &'a File,
    /// Raised when the operator wants an end.
    pub(super) stop: &'a Stop,
    /// The longest that a step may take.
    pub(super) limit: Duration,
}

impl Desk<'_> {
    /// Runs a program to its end, its standard error shown.
    ///
    /// # Errors
    /// If it cannot be started or listened to.
    pub(super) fn run(&self, step: &Step<'_>) -> anyhow::Result<Ended> {
        if self.stop.is_requested() {
            return Ok(Ended::Stopped);
        }
        let begun = Instant::now();
        let mut command = Command::new(step.program);
        command.args(&step.arguments);
        command.stdin(self.lock.try_clone().context("the lock cannot be shared")?);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        eprintln!("gannet: learn: {}", step.name);
        let mut companion = Companion::start(&mut command)
            .with_context(|| format!("cannot start {}", step.program.display()))?;
        let answer = answer(companion.child_mut().stdout.take().expect("a pipe"));
        let errors = lines(companion.child_mut().stderr.take().expect("a pipe"));
        let mut kept = VecDeque::with_capacity(LINES_KEPT);
        let status = loop {
            if let Some(status) = companion.ended()? {
                break status;
            }
            if self.stop.is_requested() {
                companion.stop(GRACE)?;
                return Ok(Ended::Stopped);
            }
            if begun.elapsed() >= self.limit {
                companion.stop(GRACE)?;
                let limit = self.limit.as_secs();
                return Ok(Ended::Failed(format!("{} took more than {limit} s", step.name)));
            }
            listen(step.name, &errors, ROUND, &mut kept);
        };
        while listen(step.name, &errors, LAST_WORDS, &mut kept) {}
        let answer = answer.recv_timeout(LAST_WORDS).unwrap_or_default();
        eprintln!("gannet: learn: {} took {} s", step.name, begun.elapsed().as_secs());
        Ok(judge(step.name, status, answer, &kept))
    }
}

fn judge(name: &str, status: ExitStatus, answer: String, kept: &VecDeque<String>) -> Ended {
    let last = || kept.back().cloned().unwrap_or_else(|| format!("{name} said nothing"));
    match status.code() {
        Some(0) => Ended::Done(answer),
        Some(REFUSED) => Ended::Refused(last()),
        Some(code) => Ended::Failed(format!("{name} ended with code {code}: {}", last())),
        None => Ended::Failed(format!("{name} ended by itself ({status}): {}", last())),
    }
}

/// Shows lines for `span`; returns whether there may be more.
fn listen(
    name: &str,
    errors: &Receiver<String>,
    span: Duration,
    kept: &mut VecDeque<String>,
) -> bool {
    let line = match errors.recv_timeout(span) {
        Ok(line) => line,
        Err(RecvTimeoutError::Timeout) => return false,
        Err(RecvTimeoutError::Disconnected) => {
            // Its standard error is closed, and it is at work: do not ask in a hurry.
            std::thread::sleep(ROUND.min(span));
            return false;
        }
    };
    eprintln!("gannet: learn: {name}: {line}");
    if kept.len() == LINES_KEPT {
        kept.pop_front();
    }
    kept.push_back(line);
    true
}

/// Reads an answer in a thread, which ends with the pipe.
fn answer(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        let mut text = String::new();
        // What is no text, or too much of it, is no answer: nobody can read it.
        let read = pipe.take(ANSWER_MAX).read_to_string(&mut text);
        // Nobody listens any more if the step was stopped.
        let _ = sender.send(if read.is_ok() { text } else { String::new() });
    });
    receiver
}
