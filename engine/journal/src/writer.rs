//! The hot half: appending.
//!
//! Hot: called for every input and every output. Budget 40 ns for a top of book: no syscall, no
//! allocation, no lock; the record is encoded straight into the mapping. Only the change to the
//! next segment, once per 64 MiB, takes a lock and, if maintenance is late, prepares it itself.
//!
//! # Invariants
//! - There is always room for the end marker behind the last record.
//! - An append that fails has changed nothing.

use std::fs;
use std::path::Path;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, atomic};

use gannet_types::{Input, Nanos, Output};

use crate::chain::Chain;
use crate::error::{JournalError, io};
use crate::maintenance::Maintenance;
use crate::record::{self, Head, Kind, Tail};
use crate::segment::{self, HEADER_BYTES, Segment};
use crate::shared::{Desk, Finished, Options, Shared, room};
use crate::{directory, input, output};

/// Full segments that may wait for maintenance before the list has to grow: 4 GiB of records.
const FINISHED_CAPACITY: usize = 64;

/// Appends records. One to a directory.
#[derive(Debug)]
pub struct Writer {
    segment: Segment,
    /// Where the next record goes.
    offset: usize,
    /// The end of the segment without the room of the end marker.
    limit: usize,
    next_sequence: u64,
    last_time: Nanos,
    /// The first record of the current segment.
    first_sequence: u64,
    bytes: u64,
    late_segments: u64,
    shared: Arc<Shared>,
}

/// Where a writer begins.
pub(crate) struct Position {
    /// The segment to continue in, and the first free byte in it; a new one if there is none.
    pub(crate) segment: Option<(Segment, usize)>,
    pub(crate) first_sequence: u64,
    pub(crate) next_sequence: u64,
    pub(crate) last_time: Nanos,
    /// The segment to create next.
    pub(crate) next_index: u32,
    pub(crate) reserved_bytes: u64,
    pub(crate) finished: Vec<Finished>,
}

impl Writer {
    /// Creates a journal in `dir`, which is made if it does not exist. The first segment is
    /// prepared here; the second by the first [`Maintenance::work`].
    ///
    /// # Errors
    /// [`JournalError::Exists`] if there is a journal already, [`JournalError::Locked`] if it is
    /// being written, [`JournalError::DiskFull`] if there is no room for one segment.
    pub fn create(dir: &Path, options: Options) -> Result<(Self, Maintenance), JournalError> {
        fs::create_dir_all(dir).map_err(io("create the journal directory"))?;
        let lock = directory::lock(dir)?;
        if !directory::is_free(dir)? {
            return Err(JournalError::Exists);
        }
        let chain = Chain::open(dir)?;
        let position = Position {
            segment: None,
            first_sequence: 0,
            next_sequence: 0,
            last_time: Nanos::ZERO,
            next_index: 0,
            reserved_bytes: 0,
            finished: Vec::new(),
        };
        Self::begin(dir, options, lock, chain, position)
    }

    /// Makes both halves, at `position`.
    pub(crate) fn begin(
        dir: &Path,
        options: Options,
        lock: directory::Lock,
        chain: Chain,
        mut position: Position,
    ) -> Result<(Self, Maintenance), JournalError> {
        position.finished.reserve(FINISHED_CAPACITY);
        let shared = Shared {
            dir: dir.to_owned(),
            options,
            _lock: lock,
            desk: Mutex::new(Desk {
                ready: None,
                finished: position.finished,
                next_index: position.next_index,
                reserved_bytes: position.reserved_bytes,
                closed: false,
            }),
            ready_bytes: atomic::AtomicU64::new(0),
            current: atomic::AtomicU32::new(0),
            next_sequence: atomic::AtomicU64::new(position.next_sequence),
        };
        let (segment, offset) = match position.segment {
            Some(place) => place,
            None => {
                let mut segment = shared.prepare(&mut shared.desk())?;
                segment.start(position.next_sequence);
                position.first_sequence = position.next_sequence;
                (segment, HEADER_BYTES)
            }
        };
        shared.current.store(segment.index(), Ordering::Release);
        let shared = Arc::new(shared);
        let writer = Self {
            limit: segment.size() - record::HEADER_BYTES,
            segment,
            offset,
            next_sequence: position.next_sequence,
            last_time: position.last_time,
            first_sequence: position.first_sequence,
            bytes: 0,
            late_segments: 0,
            shared: Arc::clone(&shared),
        };
        Ok((writer, Maintenance::new(shared, chain)))
    }

    /// Appends the effective configuration and facts of the run: the first record of a journal,
    /// and again at every restart. Returns its sequence number.
    ///
    /// # Errors
    /// As [`Writer::append_input`].
    pub fn append_start(&mut self, now: Nanos, text: &[u8]) -> Result<u64, JournalError> {
        let tail = Tail { bytes: text, first: &[], second: &[] };
        self.append(now, Kind::Start, [0; 4], [], tail)
    }

    /// Appends an input and returns its sequence number.
    ///
    /// # Errors
    /// [`JournalError::Full`] if there is neither a prepared segment nor space for another,
    /// [`JournalError::TooLarge`] if the record would not fit into any. Nothing was written.
    #[inline]
    pub fn append_input(&mut self, now: Nanos, input: &Input<'_>) -> Result<u64, JournalError> {
        input::append(self, now, input)
    }

    /// Appends an output and returns its sequence number.
    ///
    /// # Errors
    /// As [`Writer::append_input`].
    #[inline]
    pub fn append_output(&mut self, now: Nanos, output: &Output) -> Result<u64, JournalError> {
        output::append(self, now, output)
    }

    /// Returns how many records the journal has, those before a restart included.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.next_sequence
    }

    /// Returns how many bytes of records this writer has appended.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Returns which segment is being written, counted from 0.
    #[must_use]
    pub fn segment_index(&self) -> u32 {
        self.segment.index()
    }

    /// Returns how many bytes of records certainly still fit: the rest of this segment and the
    /// prepared one. A single record may leave less than its size unused at a segment's end.
    #[must_use]
    pub fn room_bytes(&self) -> u64 {
        let ready = self.shared.ready_bytes.load(Ordering::Acquire);
        (self.limit - self.offset) as u64 + ready
    }

    /// Returns how often a segment was not prepared in time, so that the hot thread did it.
    #[must_use]
    pub fn late_segments(&self) -> u64 {
        self.late_segments
    }

    /// Ends the journal: writes the end marker and removes the segment prepared ahead. One more
    /// [`Maintenance::work`] then completes the hash chain and trims the last segment.
    ///
    /// # Errors
    /// If the prepared segment cannot be removed; the marker is written nevertheless.
    pub fn seal(mut self) -> Result<(), JournalError> {
        let shared = Arc::clone(&self.shared);
        let mut desk = shared.desk();
        desk.closed = true;
        let finished = self.end_segment();
        shared.current.store(finished.index + 1, Ordering::Release);
        desk.finished.push(Finished { memory: Some(self.segment), ..finished });
        shared.ready_bytes.store(0, Ordering::Release);
        let Some(ready) = desk.ready.take() else { return Ok(()) };
        fs::remove_file(segment::path(&shared.dir, ready.index()))
            .map_err(io("remove the prepared journal segment"))
    }

    /// Appends one record: fixed `words`, then `tail`.
    #[inline]
    pub(crate) fn append<const N: usize>(
        &mut self,
        now: Nanos,
        kind: Kind,
        detail: [u8; 4],
        words: [u64; N],
        tail: Tail<'_>,
    ) -> Result<u64, JournalError> {
        let size = record::HEADER_BYTES + 8 * N + tail.size();
        let stride = record::padded(size);
        if stride > self.limit - self.offset {
            self.change_segment(stride)?;
        }
        // A record that fits a segment fits 32 bits: `change_segment` refuses others.
        let length = size as u32;
        let sequence = self.next_sequence;
        let head = Head { length, sequence, time: now, kind, detail };
        record::write(self.segment.slot(self.offset, stride), &head, words, tail);
        self.segment.commit(self.offset, length);
        self.offset += stride;
        self.bytes += stride as u64;
        self.last_time = now;
        self.next_sequence += 1;
        self.shared.next_sequence.store(self.next_sequence, Ordering::Release);
        Ok(sequence)
    }

    /// Goes on in the next segment, in which a record of `stride` bytes fits.
    #[cold]
    #[inline(never)]
    fn change_segment(&mut self, stride: usize) -> Result<(), JournalError> {
        let bytes = stride as u64;
        let room = room(self.shared.options.segment_size());
        if bytes > room || u32::try_from(stride).is_err() {
            return Err(JournalError::TooLarge { bytes });
        }
        let shared = Arc::clone(&self.shared);
        let mut desk = shared.desk();
        let mut next = match desk.ready.take() {
            Some(segment) => segment,
            None => {
                let prepared = shared.prepare(&mut desk).map_err(|error| match error {
                    JournalError::DiskFull { .. } => JournalError::Full,
                    error => error,
                })?;
                self.late_segments += 1;
                prepared
            }
        };
        shared.ready_bytes.store(0, Ordering::Release);
        // In this order: after a crash in between, the next segment counts as not started.
        let finished = self.end_segment();
        next.start(self.next_sequence);
        shared.current.store(next.index(), Ordering::Release);
        self.limit = next.size() - record::HEADER_BYTES;
        self.offset = HEADER_BYTES;
        self.first_sequence = self.next_sequence;
        let memory = Some(std::mem::replace(&mut self.segment, next));
        desk.finished.push(Finished { memory, ..finished });
        Ok(())
    }

    /// Writes the end marker, for which there is always room.
    fn end_segment(&mut self) -> Finished {
        let head = Head {
            length: record::HEADER_BYTES as u32,
            sequence: self.next_sequence,
            time: self.last_time,
            kind: Kind::End,
            detail: [0; 4],
        };
        record::write(self.segment.slot(self.offset, head.stride()), &head, [], Tail::NONE);
        self.segment.commit(self.offset, head.length);
        Finished {
            index: self.segment.index(),
            first_sequence: self.first_sequence,
            next_sequence: self.next_sequence,
            used_bytes: (self.offset + head.stride()) as u64,
            memory: None,
        }
    }
}
