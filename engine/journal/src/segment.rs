//! One segment file: its name, its header, and its memory while records are written into it.
//!
//! ```text
//! header    magic u64 | version u16 | header bytes u16 | index u32 | first sequence u64
//!           | crc32c u32 of the bytes 8 to 24 | zero u32 | hash of the previous segment 32
//! ```
//!
//! The magic is the header's commit word: zero means prepared, but not started. The hash is
//! written when the previous segment has been sealed.
//!
//! # Invariants
//! - Every mapped byte has space reserved on the disk, so that writing never faults.
//! - Only bytes that are not committed are ever handed out for writing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::slice;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use memmap2::{MmapOptions, MmapRaw};
use rustix::fs::{FallocateFlags, fallocate};
use rustix::io::Errno;

use crate::error::{Fault, JournalError, io};
use crate::record;

/// Size of a segment's header.
pub(crate) const HEADER_BYTES: usize = 64;
/// Where the header has the hash of the previous segment.
pub(crate) const HASH_AT: u64 = 32;
/// Segment sizes are multiples of it.
pub(crate) const PAGE_BYTES: usize = 4096;

const MAGIC: u64 = u64::from_le_bytes(*b"GANNETJ1");
const VERSION: u16 = 1;

/// Returns the file of segment `index`.
pub(crate) fn path(dir: &Path, index: u32) -> PathBuf {
    dir.join(format!("{index:08}.gnj"))
}

/// A segment that can be written.
#[derive(Debug)]
pub(crate) struct Segment {
    map: MmapRaw,
    index: u32,
}

impl Segment {
    /// Creates a segment of `bytes` zeros. Leaves no file behind if it fails.
    pub(crate) fn create(
        dir: &Path,
        index: u32,
        bytes: u64,
        prefault: bool,
    ) -> Result<Self, JournalError> {
        let path = path(dir, index);
        let file = File::options().read(true).write(true).create_new(true).open(&path);
        let file = file.map_err(io("create a journal segment"))?;
        let created = Self::reserve(&file, index, bytes);
        match created {
            Ok(mut segment) => {
                if prefault {
                    segment.prefault(0);
                }
                Ok(segment)
            }
            Err(error) => {
                // The first error is the one to report; an empty file left behind is harmless.
                let _ = fs::remove_file(&path);
                Err(error)
            }
        }
    }

    /// Maps a segment that a dead writer left, with at least `bytes` and room for an end
    /// marker, to continue at `used`.
    /// The `torn` bytes there are made zero.
    pub(crate) fn reopen(
        dir: &Path,
        index: u32,
        bytes: u64,
        used: usize,
        torn: u64,
        prefault: bool,
    ) -> Result<Self, JournalError> {
        let file = File::options().read(true).write(true).open(path(dir, index));
        let file = file.map_err(io("open a journal segment"))?;
        let length = file.metadata().map_err(io("read the size of a journal segment"))?.len();
        // The file is never cut here: a reader may look at the place where we continue.
        let end = (used + record::HEADER_BYTES).next_multiple_of(PAGE_BYTES) as u64;
        let mut segment = Self::reserve(&file, index, bytes.max(length).max(end))?;
        segment.slot(used, torn as usize).fill(0);
        if prefault {
            segment.prefault(used);
        }
        Ok(segment)
    }

    fn reserve(file: &File, index: u32, bytes: u64) -> Result<Self, JournalError> {
        fallocate(file, FallocateFlags::empty(), 0, bytes)
            .map_err(|errno| reserve_error(errno, index, bytes))?;
        // A commit word has 32 bits; our own segments never need more.
        let length = u32::try_from(bytes).map_err(|_| JournalError::TooLarge { bytes })? as usize;
        let map = MmapOptions::new().len(length).map_raw(file);
        Ok(Self { map: map.map_err(io("map a journal segment"))?, index })
    }

    pub(crate) fn index(&self) -> u32 {
        self.index
    }

    /// Returns the size of the file.
    pub(crate) fn size(&self) -> usize {
        self.map.len()
    }

    /// Writes to every page that begins after `used`, so that the first record in it does not
    /// wait for the kernel. The bytes are zero and stay zero.
    fn prefault(&mut self, used: usize) {
        for offset in (used.next_multiple_of(PAGE_BYTES)..self.size()).step_by(PAGE_BYTES) {
            self.slot(offset, 1).fill(0);
        }
    }

    /// Returns `size` bytes at `offset` for writing a record that is not committed yet.
    #[inline]
    pub(crate) fn slot(&mut self, offset: usize, size: usize) -> &mut [u8] {
        assert!(offset <= self.map.len(), "the writer stays inside its segment");
        assert!(size <= self.map.len() - offset, "a record ends inside its segment");
        // SAFETY: `offset` is within the mapping, checked above.
        let start = unsafe { self.map.as_mut_ptr().add(offset) };
        // SAFETY: the range is mapped, checked above, and lives as long as `self.map`, which the
        // result borrows. No one else touches it: this process has the directory's lock and one
        // `Segment` per file, and readers load the commit word before they look at a record;
        // it is zero until `commit`.
        unsafe { slice::from_raw_parts_mut(start, size) }
    }

    /// Makes the record at `offset` visible to readers.
    #[inline]
    pub(crate) fn commit(&mut self, offset: usize, length: u32) {
        assert!(offset.is_multiple_of(8), "records are aligned to 8");
        let word = self.slot(offset, size_of::<u32>()).as_mut_ptr().cast::<u32>();
        // SAFETY: the slot is four mapped bytes, aligned to 8 because mappings begin at a page.
        // All other accesses to them while they are shared are atomic loads (`view`).
        let word = unsafe { AtomicU32::from_ptr(word) };
        // Release: whoever sees the length sees the record. Pairs with the fence in `view`.
        word.store(length, Ordering::Release);
    }

    /// Writes the header: from now on readers find the segment.
    pub(crate) fn start(&mut self, first_sequence: u64) {
        let header = encode_header(self.index, first_sequence);
        let slot = self.slot(8, header.len());
        slot.copy_from_slice(&header);
        let word = self.slot(0, size_of::<u64>()).as_mut_ptr().cast::<u64>();
        // SAFETY: as in `commit`: eight mapped bytes at the start of a page.
        let word = unsafe { AtomicU64::from_ptr(word) };
        word.store(MAGIC, Ordering::Release);
    }
}

/// The header without its magic, up to the hash.
fn encode_header(index: u32, first_sequence: u64) -> [u8; 24] {
    let mut header = [0; 24];
    header[0..2].copy_from_slice(&VERSION.to_le_bytes());
    header[2..4].copy_from_slice(&(HEADER_BYTES as u16).to_le_bytes());
    header[4..8].copy_from_slice(&index.to_le_bytes());
    header[8..16].copy_from_slice(&first_sequence.to_le_bytes());
    let checksum = crc32c::crc32c(&header[..16]);
    header[16..20].copy_from_slice(&checksum.to_le_bytes());
    header
}

/// What the header of a started segment says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) index: u32,
    pub(crate) first_sequence: u64,
    pub(crate) previous_hash: [u8; 32],
}

impl Header {
    /// Reads a header; `None` if the segment was prepared, but not started.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let Some(header) = bytes.first_chunk::<HEADER_BYTES>() else { return Ok(None) };
        let number = |at: usize| -> [u8; 8] { std::array::from_fn(|index| header[at + index]) };
        match u64::from_le_bytes(number(0)) {
            0 => return Ok(None),
            MAGIC => {}
            _ => return Err(Fault::Header),
        }
        let [v0, v1, _, _, index @ ..] = number(8);
        let version = u16::from_le_bytes([v0, v1]);
        if version != VERSION {
            return Err(Fault::Version(version));
        }
        let index = u32::from_le_bytes(index);
        let first_sequence = u64::from_le_bytes(number(16));
        if header[8..32] != encode_header(index, first_sequence) {
            return Err(Fault::Header);
        }
        let previous_hash = std::array::from_fn(|index| header[HASH_AT as usize + index]);
        Ok(Some(Self { index, first_sequence, previous_hash }))
    }
}

/// Says what a failed reservation means.
pub(crate) fn reserve_error(errno: Errno, segment: u32, needed_bytes: u64) -> JournalError {
    match errno {
        // Over a quota or over the largest file is as full as full.
        Errno::NOSPC | Errno::DQUOT | Errno::FBIG => {
            JournalError::DiskFull { segment, needed_bytes }
        }
        errno => JournalError::Io {
            action: "reserve space for a journal segment",
            code: errno.raw_os_error(),
        },
    }
}
