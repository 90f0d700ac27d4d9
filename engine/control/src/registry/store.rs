//! The history as a file that is whole at every moment.
//!
//! A change writes the history anew beside the old one, syncs it, and renames it over: whoever reads,
//! and whatever fails, sees either all of the change or none. The file is small, a line a decision.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use super::history::{Change, ChangeError, History, Stage};

/// The history, in a registry's folder.
const FILE: &str = "registry.jsonl";

/// The history while it is written.
const NEW: &str = "registry.jsonl.new";

/// Held by whoever changes the registry.
const LOCK: &str = "registry.lock";

/// How long another change is waited for.
const PATIENCE: Duration = Duration::from_millis(500);

/// A registry that is open.
#[derive(Debug)]
pub struct Registry {
    folder: PathBuf,
    history: History,
    /// Present if the registry is open for changes; the system frees it however the process ends.
    lock: Option<File>,
}

/// Why a registry cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum RegistryError {
    /// The disk, or the folder: as the system says.
    #[error("cannot {act} {path}: {reason}")]
    Io {
        /// What was tried.
        act: &'static str,
        /// The file.
        path: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// Another process changes the registry: try again.
    #[error("{0} is being changed by another process")]
    Busy(String),
    /// A line is not what a registry writes: restore the file.
    #[error("{path}:{line}: {told}")]
    Damaged {
        /// The file.
        path: String,
        /// The line, from 1.
        line: usize,
        /// What is wrong.
        told: String,
    },
    /// The registry says no.
    #[error(transparent)]
    Refused(#[from] ChangeError),
}

impl Registry {
    /// Opens the registry of a folder to look at it.
    ///
    /// # Errors
    /// If there is no such folder, or the history is damaged.
    pub fn open(folder: &Path) -> Result<Self, RegistryError> {
        let at = |path: &Path| path.display().to_string();
        if !folder.is_dir() {
            let reason = std::io::ErrorKind::NotFound.into();
            return Err(RegistryError::Io { act: "open the folder", path: at(folder), reason });
        }
        let path = folder.join(FILE);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
            Err(reason) => return Err(RegistryError::Io { act: "read", path: at(&path), reason }),
        };
        let mut history = History::default();
        for (index, line) in text.split_inclusive('\n').enumerate() {
            let damaged = |told| RegistryError::Damaged { path: at(&path), line: index + 1, told };
            let Some(line) = line.strip_suffix('\n') else {
                return Err(damaged("the line has no end".to_owned()));
            };
            let change: Change =
                serde_json::from_str(line).map_err(|error| damaged(error.to_string()))?;
            history.apply(change).map_err(|error| damaged(error.to_string()))?;
        }
        Ok(Self { folder: folder.to_owned(), history, lock: None })
    }

    /// Opens the registry of a folder to change it; nobody else can until it is dropped.
    ///
    /// # Errors
    /// As [`Self::open`], or if another process has it open for changes.
    pub fn open_to_change(folder: &Path) -> Result<Self, RegistryError> {
        let path = folder.join(LOCK);
        let io = |act| {
            let path = path.display().to_string();
            move |reason| RegistryError::Io { act, path, reason }
        };
        let mut options = File::options();
        let options = options.create(true).truncate(false).write(true);
        let lock = options.open(&path).map_err(io("open"))?;
        let patience = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                // A change takes milliseconds; a process that was just forked holds the lock until it
                // becomes another program.
                Err(TryLockError::WouldBlock) if Instant::now() < patience => {
                    std::thread::sleep(PATIENCE / 50);
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(RegistryError::Busy(folder.display().to_string()));
                }
                Err(TryLockError::Error(reason)) => return Err(io("lock")(reason)),
            }
        }
        Ok(Self { lock: Some(lock), ..Self::open(folder)? })
    }

    /// Returns what happened, and where each model stands.
    #[must_use]
    pub fn history(&self) -> &History {
        &self.history
    }

    /// Makes a change; it is on the disk when this returns.
    ///
    /// # Errors
    /// If the registry says no, or the disk does; then nothing has changed.
    ///
    /// # Panics
    /// If the registry was opened only to look at.
    pub fn change(&mut self, change: Change) -> Result<Stage, RegistryError> {
        assert!(self.lock.is_some(), "the registry is open for changes");
        let mut history = self.history.clone();
        let stage = history.apply(change)?;
        self.write(&history)?;
        self.history = history;
        Ok(stage)
    }

    fn write(&self, history: &History) -> Result<(), RegistryError> {
        let (path, new) = (self.folder.join(FILE), self.folder.join(NEW));
        let io = |act, path: &Path| {
            let path = path.display().to_string();
            move |reason| RegistryError::Io { act, path, reason }
        };
        let mut text = String::new();
        for change in history.changes() {
            text += &serde_json::to_string(change).expect("a change is text and numbers");
            text.push('\n');
        }
        let mut file = File::create(&new).map_err(io("create", &new))?;
        file.write_all(text.as_bytes()).map_err(io("write", &new))?;
        file.sync_all().map_err(io("sync", &new))?;
        std::fs::rename(&new, &path).map_err(io("replace", &path))?;
        let folder = File::open(&self.folder).map_err(io("open", &self.folder))?;
        folder.sync_all().map_err(io("sync", &self.folder))
    }
}
