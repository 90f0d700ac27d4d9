//! `gannet learn` as a process: one at a time, ended by a signal with what it started, and killed.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use gannet_tests::process::{Ended, Process};
use gannet_tests::temp::TempDir;
use rustix::process::{Pid, Signal, kill_process};

use super::super::modes::PATIENCE;
use super::generated;

/// A trainer that is at work until it is ended, and refuses once `refuse` is there.
const TRAINER: &str = r#"#!/bin/sh
[ -e "$0.refuse" ] && { echo "gannet-train: too few" >&2; exit 2; }
echo $$ > "$0.pid"
echo "at work" >&2
exec sleep 600
"#;

struct School {
    folder: TempDir,
    journal: PathBuf,
    trainer: PathBuf,
}

impl School {
    fn new() -> Self {
        let (folder, journal, _) = generated();
        let trainer = folder.join("trainer");
        std::fs::write(&trainer, TRAINER).expect("written");
        let executable = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(&trainer, executable).expect("executable");
        Self { folder, journal, trainer }
    }

    fn start(&self, when: &[&str]) -> Process {
        let [journal, models, trainer] =
            [&self.journal, &self.folder.join("models"), &self.trainer].map(|path| text(path));
        let mut words = vec!["learn", "--journal", &journal, "--models", &models];
        words.extend(["--trainer", &trainer, "--family", "lightgbm"]);
        words.extend(when);
        Process::start(Path::new(env!("CARGO_BIN_EXE_gannet-under-test")), &words)
    }

    fn at_work(&self, when: &[&str]) -> Process {
        let mut process = self.start(when);
        process.wait_for_notice("gannet: learn: analyze: at work", PATIENCE);
        process
    }

    fn once(&self) -> Ended {
        self.start(&["--once"]).wait(PATIENCE)
    }

    fn lines(&self) -> String {
        std::fs::read_to_string(self.folder.join("models/learn.jsonl")).unwrap_or_default()
    }
}

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[test]
fn one_process_learns_and_a_signal_ends_it_with_what_it_started() {
    let school = School::new();
    let first = school.at_work(&["--every", "1h"]);
    let second = school.once();
    assert_eq!(second.status.code(), Some(1));
    let said = second.stderr.join("\n");
    assert!(said.contains("another process learns into"), "{said}");
    let first = first.stop(PATIENCE);
    assert_eq!(first.status.code(), Some(0), "{first:?}");
    let said = first.stdout.join("\n");
    assert!(said.ends_with(" stopped lightgbm: asked to stop during analyze"), "{said}");
    assert!(school.lines().contains("\"outcome\":\"stopped\""), "{}", school.lines());
    // The trainer went with it, so the lock is free.
    std::fs::write(text(&school.trainer) + ".refuse", "").expect("written");
    let third = school.once();
    assert_eq!(third.status.code(), Some(2), "{third:?}");
    assert!(third.stdout.join("\n").ends_with(" refused lightgbm: gannet-train: too few"));
}

#[test]
fn after_a_kill_the_next_one_waits_for_what_was_left_and_finds_everything_whole() {
    let school = School::new();
    let killed = school.at_work(&["--once"]).kill();
    assert!(!killed.status.success());
    let refused = school.once();
    assert_eq!(refused.status.code(), Some(1), "the trainer still works there: {refused:?}");
    let pid = std::fs::read_to_string(text(&school.trainer) + ".pid").expect("it said");
    let pid = pid.trim().parse().ok().and_then(Pid::from_raw).expect("a process id");
    kill_process(pid, Signal::KILL).expect("it runs");
    std::fs::write(text(&school.trainer) + ".refuse", "").expect("written");
    let begun = Instant::now();
    let after = loop {
        let after = school.once();
        // The system frees the lock when it has cleared the process away.
        if after.status.code() != Some(1) || begun.elapsed() > PATIENCE {
            break after;
        }
    };
    assert_eq!(after.status.code(), Some(2), "{after:?}");
    assert_eq!(school.lines().lines().count(), 1, "only the last has come to an end");
    let left: Vec<_> = std::fs::read_dir(school.folder.join("models")).expect("a folder").collect();
    assert_eq!(left.len(), 2, "the lines, and the folder of the lock: {left:?}");
}
