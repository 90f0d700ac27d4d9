//! A program that works for this one, and does not outlive its purpose.
//!
//! It runs in a process group of its own, so that what it starts ends with it, and so that a Ctrl-C
//! on the terminal reaches this process only, which then decides.

use std::io::{self, BufRead as _, BufReader, Read};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitStatus};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// How often a program that was asked to end is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(10);

/// A running program; dropped while it runs, it is killed.
#[derive(Debug)]
pub struct Companion {
    child: Child,
    status: Option<ExitStatus>,
}

impl Companion {
    /// Starts a program in a process group of its own.
    ///
    /// # Errors
    /// If the system cannot: there is no such program, or it may not be run.
    pub fn start(command: &mut Command) -> io::Result<Self> {
        Ok(Self { child: command.process_group(0).spawn()?, status: None })
    }

    /// Returns the process, for the ends of its pipes.
    pub fn child_mut(&mut self) -> &mut Child {
        &mut self.child
    }

    /// Returns how it ended, if it has.
    ///
    /// # Errors
    /// If the system will not say.
    pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
        if self.status.is_none() {
            self.status = self.child.try_wait()?;
        }
        Ok(self.status)
    }

    /// Asks it and all that it started to end, and kills what has not ended after `grace`.
    ///
    /// # Errors
    /// If the system will not say how it ended.
    pub fn stop(&mut self, grace: Duration) -> io::Result<ExitStatus> {
        let deadline = Instant::now() + grace;
        self.signal(Signal::TERM);
        while self.ended()?.is_none() && Instant::now() < deadline {
            std::thread::sleep(LOOK_INTERVAL);
        }
        match self.ended()? {
            Some(status) => Ok(status),
            None => {
                self.signal(Signal::KILL);
                let status = self.child.wait()?;
                self.status = Some(status);
                Ok(status)
            }
        }
    }

    fn signal(&self, signal: Signal) {
        // Once it was collected, its number may be somebody else's.
        if self.status.is_none()
            && let Some(group) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw)
        {
            // It may have ended a moment ago; then there is nobody to hear it.
            let _ = kill_process_group(group, signal);
        }
    }
}

impl Drop for Companion {
    fn drop(&mut self) {
        self.signal(Signal::KILL);
        if self.status.is_none() {
            // Collected, so that no zombie is left; after a kill it ends at once.
            let _ = self.child.wait();
        }
    }
}

/// Reads lines of text in a thread of its own, which ends with the pipe, or when nobody listens.
pub fn lines(pipe: impl Read + Send + 'static) -> Receiver<String> {
    let (sender, receiver) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                return;
            }
        }
    });
    receiver
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::Stdio;

    use super::*;

    /// More than any test waits.
    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str) -> Companion {
        let mut command = Command::new("sh");
        command.args(["-c", script]).stdin(Stdio::null()).stdout(Stdio::piped());
        Companion::start(&mut command).expect("a shell")
    }

    /// Reads until every process that holds the pipe has ended.
    fn said(companion: &mut Companion) -> String {
        let mut text = String::new();
        let mut pipe = companion.child_mut().stdout.take().expect("a pipe");
        pipe.read_to_string(&mut text).expect("text");
        text
    }

    fn wait_until_ready(companion: &mut Companion) {
        let pipe = companion.child_mut().stdout.as_mut().expect("a pipe");
        pipe.read_exact(&mut [0; 6]).expect("it says ready");
    }

    #[test]
    fn it_ends_by_itself_and_says_how() {
        let mut companion = shell("echo done; exit 3");
        assert_eq!(said(&mut companion), "done\n");
        let status = companion.stop(LONG).expect("a status");
        assert_eq!(status.code(), Some(3));
        assert_eq!(companion.ended().expect("known").and_then(|status| status.code()), Some(3));
    }

    #[test]
    fn what_it_says_comes_line_by_line() {
        let mut companion = shell("echo one; echo two; printf three");
        let said = lines(companion.child_mut().stdout.take().expect("a pipe"));
        assert_eq!(said.iter().collect::<Vec<_>>(), ["one", "two", "three"]);
    }

    #[test]
    fn what_it_started_ends_with_it() {
        let mut companion = shell("sleep 600 & echo ready; wait");
        wait_until_ready(&mut companion);
        assert!(companion.ended().expect("known").is_none());
        let status = companion.stop(LONG).expect("a status");
        assert_eq!(status.signal(), Some(Signal::TERM.as_raw()));
        assert_eq!(said(&mut companion), "", "the sleeper held the pipe and is gone");
    }

    #[test]
    fn what_does_not_listen_is_killed() {
        let mut companion = shell("trap '' TERM; echo ready; while :; do sleep 600; done");
        wait_until_ready(&mut companion);
        let status = companion.stop(Duration::ZERO).expect("a status");
        assert_eq!(status.signal(), Some(Signal::KILL.as_raw()));
        assert_eq!(said(&mut companion), "");
    }

    #[test]
    fn dropped_it_is_gone() {
        let mut companion = shell("echo ready; while :; do sleep 600; done");
        wait_until_ready(&mut companion);
        let mut pipe = companion.child_mut().stdout.take().expect("a pipe");
        drop(companion);
        assert_eq!(pipe.read(&mut [0; 8]).expect("the end"), 0);
    }

    #[test]
    fn a_program_that_is_not_there_is_an_error() {
        assert!(Companion::start(&mut Command::new("/nowhere/at-all")).is_err());
    }
}
