//! What can go wrong with a journal, and what the caller can do about it.

use std::io;

/// Why a journal operation failed. `Copy`, because the hot thread passes it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JournalError {
    /// Cancel and stop, or free space: the next segment could not be reserved. Records still fit
    /// into [`crate::Writer::room_bytes`].
    #[error("disk full: {needed_bytes} bytes for journal segment {segment} cannot be reserved")]
    DiskFull {
        /// The segment that could not be prepared.
        segment: u32,
        /// Its size.
        needed_bytes: u64,
    },
    /// Stop: no record, no trade. Nothing was written.
    #[error("journal full: no prepared segment left and no space for another")]
    Full,
    /// Our own record is larger than a segment; raise `segment_bytes`. Nothing was written.
    #[error("a record of {bytes} bytes does not fit into a segment")]
    TooLarge {
        /// Size of the record.
        bytes: u64,
    },
    /// Recover the journal that is there, or choose another directory.
    #[error("the directory already has a journal")]
    Exists,
    /// Create a journal, or correct the directory.
    #[error("no journal in this directory")]
    Missing,
    /// Stop the other engine first.
    #[error("another process writes this journal")]
    Locked,
    /// Do not trust this journal before a person has looked at it.
    #[error("corrupt journal: segment {segment}, offset {offset}: {fault}")]
    Corrupt {
        /// Which segment.
        segment: u32,
        /// Byte offset in it.
        offset: u64,
        /// What is wrong there.
        fault: Fault,
    },
    /// The operating system refused.
    #[error("cannot {action}: {}", io::Error::from_raw_os_error(*.code))]
    Io {
        /// What was tried.
        action: &'static str,
        /// The system's error number.
        code: i32,
    },
}

/// What is wrong at a place of a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Not a segment, or not this one.
    #[error("bad segment header")]
    Header,
    /// The length is impossible or leads out of the segment.
    #[error("bad record length")]
    Length,
    /// The bytes are not those that were written.
    #[error("checksum mismatch")]
    Checksum,
    /// Written by a newer Gannet.
    #[error("unknown version {0}")]
    Version(u16),
    /// Written by a newer Gannet, or nonsense.
    #[error("unknown record kind {0:#06x}")]
    Kind(u16),
    /// A record is missing or repeated.
    #[error("record out of sequence")]
    Sequence,
    /// The checksum holds, the contents mean nothing.
    #[error("record contents are not valid")]
    Body,
    /// Bytes are missing, but later ones are there.
    #[error("unfinished, but followed by more")]
    Unfinished,
    /// The hash chain does not fit the segment.
    #[error("hash chain does not match")]
    Chain,
}

/// Attaches what was tried to an error of the standard library.
pub(crate) fn io(action: &'static str) -> impl Fn(io::Error) -> JournalError {
    // Errors without a number (a read that ends early) become EIO.
    move |error| JournalError::Io { action, code: error.raw_os_error().unwrap_or(5) }
}
