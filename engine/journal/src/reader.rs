//! Reading a journal, finished or live.
//!
//! # Invariants
//! - Records come out in sequence, each checked; a damaged one is an error every time.

use std::path::{Path, PathBuf};

use crate::error::{Fault, JournalError};
use crate::record::{self, Head, Kind, Record};
use crate::segment::{HEADER_BYTES, Header};
use crate::view::View;

/// Reads the records of a journal in order, and follows it while it is written.
#[derive(Debug)]
pub struct Reader {
    dir: PathBuf,
    /// The segment, once it has been started.
    view: Option<View>,
    index: u32,
    /// Where the next record starts.
    offset: usize,
    next_sequence: u64,
}

impl Reader {
    /// Opens the journal in `dir` at its first record.
    ///
    /// # Errors
    /// [`JournalError::Missing`] if there is none, [`JournalError::Corrupt`] if its first
    /// segment is not one.
    pub fn open(dir: &Path) -> Result<Self, JournalError> {
        let view = None;
        let mut reader = Self { dir: dir.to_owned(), view, index: 0, offset: 0, next_sequence: 0 };
        if View::open(dir, 0)?.is_none() {
            return Err(JournalError::Missing);
        }
        reader.find_segment()?;
        Ok(reader)
    }

    /// Returns the next record, `None` if there is none yet.
    ///
    /// Cost: no syscall and no allocation while records last; depth levels are read in place.
    ///
    /// # Errors
    /// [`JournalError::Corrupt`] where the bytes are not what a writer left. A journal whose
    /// machine lost power can end like that: [`crate::recover`] decides.
    #[expect(clippy::should_implement_trait, reason = "the record borrows the reader")]
    pub fn next(&mut self) -> Result<Option<Record<'_>>, JournalError> {
        let Some(head) = self.find_record()? else { return Ok(None) };
        let start = self.offset;
        let Some(view) = &self.view else { return Ok(None) };
        let bytes = view.bytes(start, head.length as usize);
        let body = head.body(bytes).map_err(|fault| self.corrupt(fault))?;
        self.offset = start + head.stride();
        self.next_sequence = head.sequence.wrapping_add(1);
        Ok(Some(Record { sequence: head.sequence, time: head.time, body }))
    }

    /// Goes to the next record that is not an end marker and checks it.
    fn find_record(&mut self) -> Result<Option<Head>, JournalError> {
        // Each turn but the last leaves a segment behind, so this ends with the files.
        while self.view.is_some() || self.find_segment()? {
            let Some(view) = &self.view else { return Ok(None) };
            let length = view.committed(self.offset);
            if length == 0 {
                return Ok(None);
            }
            let bytes = view.bytes(self.offset, record::padded(length as usize));
            let head = record::parse(bytes).map_err(|fault| self.corrupt(fault))?;
            if head.sequence != self.next_sequence {
                return Err(self.corrupt(Fault::Sequence));
            }
            if head.kind != Kind::End {
                return Ok(Some(head));
            }
            (self.view, self.index) = (None, self.index.saturating_add(1));
        }
        Ok(None)
    }

    /// Maps the current segment if it has been started, and checks its header.
    fn find_segment(&mut self) -> Result<bool, JournalError> {
        self.offset = 0;
        let Some(view) = View::open(&self.dir, self.index)? else { return Ok(false) };
        let Some(header) = view.header() else { return Ok(false) };
        let header = Header::parse(header).map_err(|fault| self.corrupt(fault))?;
        let Some(Header { index, first_sequence, .. }) = header else { return Ok(false) };
        if index != self.index || first_sequence != self.next_sequence {
            return Err(self.corrupt(Fault::Header));
        }
        self.view = Some(view);
        self.offset = HEADER_BYTES;
        Ok(true)
    }

    fn corrupt(&self, fault: Fault) -> JournalError {
        JournalError::Corrupt { segment: self.index, offset: self.offset as u64, fault }
    }
}
