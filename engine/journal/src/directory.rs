//! The directory of a journal: its lock and its files.

use std::fs::{self, File};
use std::path::Path;

use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use crate::chain;
use crate::error::{Fault, JournalError, io};
use crate::segment;

/// A locked directory.
#[derive(Debug)]
pub(crate) struct Lock(File);

impl Drop for Lock {
    /// Unlocks by name, not by closing: a child that was just forked holds the same open file
    /// until it starts its program.
    fn drop(&mut self) {
        // The file closes next, which unlocks as well.
        let _ = flock(&self.0, FlockOperation::Unlock);
    }
}

/// Locks the directory itself, so that no lock file is left behind.
pub(crate) fn lock(dir: &Path) -> Result<Lock, JournalError> {
    let file = File::open(dir).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => JournalError::Missing,
        _ => io("open the journal directory")(error),
    })?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(Lock(file)),
        Err(Errno::WOULDBLOCK) => Err(JournalError::Locked),
        Err(errno) => Err(JournalError::Io {
            action: "lock the journal directory",
            code: errno.raw_os_error(),
        }),
    }
}

/// Returns whether there is nothing of a journal in `dir`.
pub(crate) fn is_free(dir: &Path) -> Result<bool, JournalError> {
    Ok(segments(dir)? == 0 && chain::sealed_segments(dir)? == 0)
}

/// Returns how many segment files there are.
///
/// # Errors
/// [`JournalError::Corrupt`] with [`Fault::Sequence`] if one is missing between them.
pub(crate) fn segments(dir: &Path) -> Result<u32, JournalError> {
    let mut indices = Vec::new();
    for entry in fs::read_dir(dir).map_err(io("list the journal directory"))? {
        let name = entry.map_err(io("list the journal directory"))?.file_name();
        let index = name.to_str().and_then(|name| name.strip_suffix(".gnj"));
        indices.extend(index.and_then(|index| index.parse::<u32>().ok()));
    }
    indices.sort_unstable();
    for (expected, index) in (0..).zip(&indices) {
        if *index != expected {
            return Err(JournalError::Corrupt {
                segment: expected,
                offset: 0,
                fault: Fault::Sequence,
            });
        }
    }
    Ok(indices.len() as u32)
}

/// Removes the segments `from..to`.
pub(crate) fn remove_segments(dir: &Path, from: u32, to: u32) -> Result<(), JournalError> {
    (from..to).try_for_each(|index| {
        fs::remove_file(segment::path(dir, index)).map_err(io("remove an unused journal segment"))
    })
}
