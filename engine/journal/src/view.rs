//! A segment as a reader sees it, possibly while it is written.
//!
//! # Invariants
//! - Bytes are handed out only after their commit word has been seen; they never change again.

use std::fs::File;
use std::path::Path;
use std::slice;
use std::sync::atomic::{AtomicU32, Ordering, fence};

use memmap2::{MmapOptions, MmapRaw};

use crate::error::{JournalError, io};
use crate::record;
use crate::segment;

/// A segment mapped for reading. A file that somebody else cuts short under us raises SIGBUS;
/// our own writer cuts only behind the end marker, where no reader looks.
#[derive(Debug)]
pub(crate) struct View {
    map: MmapRaw,
}

impl View {
    /// Maps segment `index`; `None` if there is no such file, or not enough of it yet.
    pub(crate) fn open(dir: &Path, index: u32) -> Result<Option<Self>, JournalError> {
        let file = match File::open(segment::path(dir, index)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(io("open a journal segment")(error)),
        };
        let length = file.metadata().map_err(io("read the size of a journal segment"))?.len();
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length < segment::HEADER_BYTES {
            return Ok(None);
        }
        let map = MmapOptions::new().len(length).map_raw_read_only(&file);
        Ok(Some(Self { map: map.map_err(io("map a journal segment"))? }))
    }

    /// Returns the size of the mapping.
    pub(crate) fn size(&self) -> usize {
        self.map.len()
    }

    /// Returns the header's bytes if the segment was started.
    pub(crate) fn header(&self) -> Option<&[u8]> {
        // The low half of the magic tells it: it is stored as one word.
        (self.committed(0) != 0).then(|| self.bytes(0, segment::HEADER_BYTES))
    }

    /// Returns the commit word at `offset`: the length of the record there, zero if there is
    /// none yet or if no header fits behind it.
    #[inline]
    pub(crate) fn committed(&self, offset: usize) -> u32 {
        assert!(offset.is_multiple_of(8), "records are aligned to 8");
        if self.size() < record::HEADER_BYTES || offset > self.size() - record::HEADER_BYTES {
            return 0;
        }
        // SAFETY: `offset` is inside the mapping, checked above.
        let word = unsafe { self.map.as_mut_ptr().add(offset) }.cast::<u32>();
        // SAFETY: four mapped bytes, aligned to 8 because mappings begin at a page. The memory
        // is read-only: relaxed loads of this size are allowed on it, others are not, hence the
        // fence below. The writer stores atomically.
        let word = unsafe { AtomicU32::from_ptr(word) };
        let length = word.load(Ordering::Relaxed);
        // Pairs with the Release store of `Segment::commit`.
        fence(Ordering::Acquire);
        length
    }

    /// Returns up to `length` committed bytes at `offset`, fewer where the file ends.
    #[inline]
    pub(crate) fn bytes(&self, offset: usize, length: usize) -> &[u8] {
        assert!(offset <= self.size(), "readers stay inside their segment");
        let length = length.min(self.size() - offset);
        // SAFETY: `offset` is inside the mapping, checked above.
        let start = unsafe { self.map.as_mut_ptr().add(offset) };
        // SAFETY: the range is mapped, limited above, and lives as long as `self.map`, which the
        // result borrows. The caller has seen the commit word, after which the writer never
        // writes these bytes. (The hash in a header is the exception: the kernel
        // copies it in once; a reader's copy of it may be half of it and is never used.)
        unsafe { slice::from_raw_parts(start, length) }
    }
}
