//! What the writer and its maintenance share: settings, two counters, and the desk where
//! prepared segments go one way and full ones the other.
//!
//! The desk is behind a mutex on purpose. The writer takes it once per segment (64 MiB), and
//! finds it locked for longer than an instant only while its own next segment is being prepared,
//! which it would have to wait for anyway.
//!
//! # Invariants
//! - At most one segment is prepared ahead, and `next_index` is the one after it.

use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, AtomicU64};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::directory::Lock;
use crate::error::JournalError;
use crate::segment::{HEADER_BYTES, PAGE_BYTES, Segment};

/// What a journal survives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Durability {
    /// The death of the process: the pages belong to the kernel.
    #[default]
    Process,
    /// A power failure: what [`crate::Maintenance::sync`] reports as synced.
    Power,
}

/// Lengths in a segment have 32 bits.
const SEGMENT_BYTES_MAX: u64 = 1 << 31;

/// How a journal is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Size of a segment in bytes, rounded up to whole pages of 4 KiB; at most 2 GiB.
    pub segment_bytes: u64,
    /// The most the segment files together may take, in bytes; beyond it the disk counts as full.
    pub capacity_bytes: u64,
    /// What must be survived.
    pub durability: Durability,
    /// Whether prepared segments are touched page by page, so that the hot thread does not wait
    /// for page faults. Costs the preparing thread about 0.3 µs a page.
    pub prefault: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            // 13 s of the busiest minute recorded (49 k events/s of about 100 bytes).
            segment_bytes: 64 << 20,
            capacity_bytes: u64::MAX,
            durability: Durability::Process,
            prefault: true,
        }
    }
}

impl Options {
    /// Returns the size of a segment as whole pages.
    pub(crate) fn segment_size(&self) -> u64 {
        self.segment_bytes.clamp(1, SEGMENT_BYTES_MAX).next_multiple_of(PAGE_BYTES as u64)
    }
}

/// See the module.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) dir: PathBuf,
    pub(crate) options: Options,
    /// Held open for its lock: gone when both halves are.
    pub(crate) _lock: Lock,
    pub(crate) desk: Mutex<Desk>,
    /// Room in the prepared segment, zero if there is none.
    pub(crate) ready_bytes: AtomicU64,
    /// The segment the writer is in; stored with Release after it was started.
    pub(crate) current: AtomicU32,
    /// The sequence number of the next record; stored with Release after each commit.
    pub(crate) next_sequence: AtomicU64,
}

/// Where segments change hands.
#[derive(Debug)]
pub(crate) struct Desk {
    /// The prepared segment.
    pub(crate) ready: Option<Segment>,
    /// Full segments that are not sealed.
    pub(crate) finished: Vec<Finished>,
    /// The segment to prepare next.
    pub(crate) next_index: u32,
    /// Size of all segment files.
    pub(crate) reserved_bytes: u64,
    /// Set when the journal was sealed: nothing more is prepared.
    pub(crate) closed: bool,
}

/// A segment whose end marker is written.
#[derive(Debug)]
pub(crate) struct Finished {
    pub(crate) index: u32,
    pub(crate) first_sequence: u64,
    pub(crate) next_sequence: u64,
    pub(crate) used_bytes: u64,
    /// The writer's mapping: unmapping takes a while, so maintenance does it.
    pub(crate) memory: Option<Segment>,
}

impl Shared {
    /// Opens the desk.
    pub(crate) fn desk(&self) -> MutexGuard<'_, Desk> {
        // A thread that panicked aborts the process in release; in tests the desk is still whole.
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Creates the next segment file.
    pub(crate) fn prepare(&self, desk: &mut Desk) -> Result<Segment, JournalError> {
        let (index, bytes) = (desk.next_index, self.options.segment_size());
        let reserved = desk.reserved_bytes.saturating_add(bytes);
        if reserved > self.options.capacity_bytes {
            return Err(JournalError::DiskFull { segment: index, needed_bytes: bytes });
        }
        let segment = Segment::create(&self.dir, index, bytes, self.options.prefault)?;
        // Four billion segments of a page each are 16 TiB: the disk ends before the numbers.
        desk.next_index += 1;
        desk.reserved_bytes = reserved;
        Ok(segment)
    }
}

/// Returns how many bytes of records fit into a segment of `size` bytes beside its header and
/// end marker.
pub(crate) const fn room(size: u64) -> u64 {
    size - HEADER_BYTES as u64 - crate::record::HEADER_BYTES as u64
}
