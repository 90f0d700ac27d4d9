//! Child processes that never outlive their test: every wait has a deadline, every exit is
//! collected, and a test that fails takes its children with it.

use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use gannet_runtime::companion::lines;
use rustix::process::{Pid, Signal, kill_process};

/// How long the kernel may take to end a process.
const KILL_MAX: Duration = Duration::from_secs(30);

/// A running program and what it says.
#[derive(Debug)]
pub struct Process {
    child: Child,
    name: String,
    stdout: Receiver<String>,
    stderr: Receiver<String>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code or signal.
    pub status: ExitStatus,
    /// The lines of its standard output that nobody had waited for.
    pub stdout: Vec<String>,
    /// All lines of its standard error.
    pub stderr: Vec<String>,
}

impl Process {
    /// Starts `program` with `arguments`.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(program: &Path, arguments: &[&str]) -> Self {
        Self::start_in(program, arguments, &[])
    }

    /// Starts `program` with `arguments` and these environment variables.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start_in(program: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .envs(variables.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("cannot start {}: {error}", program.display()));
        let stdout = lines(child.stdout.take().expect("a pipe"));
        let stderr = lines(child.stderr.take().expect("a pipe"));
        let name = arguments.first().copied().unwrap_or("program").to_owned();
        Self { child, name, stdout, stderr }
    }

    /// Waits for a line of standard output that starts with `start`, and returns its rest.
    ///
    /// # Panics
    /// If it does not come in `limit`.
    pub fn wait_for(&mut self, start: &str, limit: Duration) -> String {
        found(&self.stdout, start, limit).unwrap_or_else(|reason| {
            let said: Vec<String> = self.stderr.try_iter().collect();
            panic!("`{}` did not say `{start}` ({reason}); it said: {said:#?}", self.name)
        })
    }

    /// Waits for a line of standard error that starts with `start`, and returns its rest.
    ///
    /// # Panics
    /// If it does not come in `limit`.
    pub fn wait_for_notice(&mut self, start: &str, limit: Duration) -> String {
        found(&self.stderr, start, limit)
            .unwrap_or_else(|reason| panic!("`{}` did not tell `{start}` ({reason})", self.name))
    }

    /// Lets it run for `span`, or until it ends by itself; returns whether it still runs.
    pub fn run_for(&mut self, span: Duration) -> bool {
        let deadline = Instant::now() + span;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            match self.stdout.recv_timeout(left) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return true,
                Err(RecvTimeoutError::Disconnected) => return false,
            }
        }
    }

    /// Kills it as `kill -9` does, and returns what it had said.
    ///
    /// # Panics
    /// If it cannot be collected.
    #[must_use]
    pub fn kill(mut self) -> Ended {
        // It may have ended by itself.
        let _ = self.child.kill();
        self.wait(KILL_MAX)
    }

    /// Asks it to stop, and waits.
    ///
    /// # Panics
    /// If it does not end in `limit`.
    pub fn stop(self, limit: Duration) -> Ended {
        let id = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).expect("a process id");
        // It may have ended by itself.
        let _ = kill_process(id, Signal::TERM);
        self.wait(limit)
    }

    /// Waits until it ends.
    ///
    /// # Panics
    /// If it does not end in `limit`.
    pub fn wait(mut self, limit: Duration) -> Ended {
        let deadline = Instant::now() + limit;
        // Its pipes close when it ends, so no time is lost by asking again and again.
        let (stdout, all) = rest(&self.stdout, deadline);
        let (stderr, closed) = rest(&self.stderr, deadline);
        assert!(all && closed, "`{}` did not end in {limit:?}; it said {stderr:#?}", self.name);
        let status = self.child.wait().expect("a child to collect");
        Ended { status, stdout, stderr }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads lines until one starts with `start`; returns its rest.
fn found(
    pipe: &Receiver<String>,
    start: &str,
    limit: Duration,
) -> Result<String, RecvTimeoutError> {
    let deadline = Instant::now() + limit;
    loop {
        let line = pipe.recv_timeout(deadline.saturating_duration_since(Instant::now()))?;
        if let Some(rest) = line.strip_prefix(start) {
            return Ok(rest.trim().to_owned());
        }
    }
}

/// Reads all lines until the pipe closes or time is over; returns them and whether it closed.
fn rest(pipe: &Receiver<String>, deadline: Instant) -> (Vec<String>, bool) {
    let mut found = Vec::new();
    loop {
        match pipe.recv_timeout(deadline.saturating_duration_since(Instant::now())) {
            Ok(line) => found.push(line),
            Err(RecvTimeoutError::Disconnected) => return (found, true),
            Err(RecvTimeoutError::Timeout) => return (found, false),
        }
    }
}
