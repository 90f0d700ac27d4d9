//! The cold half: prepares segments ahead, seals full ones, syncs.
//!
//! # Invariants
//! - Segments are sealed in order.

use std::collections::VecDeque;
use std::fs::File;
use std::io::ErrorKind;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::chain::Chain;
use crate::error::{JournalError, io};
use crate::segment;
use crate::shared::{Durability, Finished, Shared, room};

/// Does everything slow for one [`crate::Writer`], on a thread of its own or in between.
#[derive(Debug)]
pub struct Maintenance {
    shared: Arc<Shared>,
    chain: Chain,
    /// Taken from the desk, not yet sealed.
    unsealed: VecDeque<Finished>,
    /// All records before this one are on the disk.
    synced_sequence: u64,
    /// The first segment that may hold records that are not.
    synced_segment: u32,
}

impl Maintenance {
    pub(crate) fn new(shared: Arc<Shared>, chain: Chain) -> Self {
        let synced_segment = chain.next_index();
        Self { shared, chain, unsealed: VecDeque::new(), synced_sequence: 0, synced_segment }
    }

    /// Prepares the next segment if there is none, seals what is full, and under
    /// [`Durability::Power`] syncs. Returns how many of these it did; zero means that there was
    /// nothing to do.
    ///
    /// Call it at least once per segment; a few times a second is plenty.
    ///
    /// # Errors
    /// [`JournalError::DiskFull`] if no segment could be prepared: cancel and stop while
    /// [`crate::Writer::room_bytes`] lasts. Full segments were sealed nevertheless. Every call
    /// tries again.
    pub fn work(&mut self) -> Result<usize, JournalError> {
        // First what the hot thread may be waiting for.
        let prepared = self.prepare();
        let mut done = self.seal()?;
        if self.shared.options.durability == Durability::Power {
            let before = self.synced_sequence;
            done += usize::from(self.sync()? > before);
        }
        Ok(done + prepared?)
    }

    /// Writes everything appended so far to the disk. All records before the returned sequence
    /// number survive a power failure.
    ///
    /// # Errors
    /// If the operating system cannot; nothing may then be taken for synced.
    pub fn sync(&mut self) -> Result<u64, JournalError> {
        // In this order: the records below `sequence` are in segments up to `current`.
        let sequence = self.shared.next_sequence.load(Ordering::Acquire);
        let current = self.shared.current.load(Ordering::Acquire);
        if sequence == self.synced_sequence {
            return Ok(sequence);
        }
        for index in self.synced_segment..=current {
            match File::open(segment::path(&self.shared.dir, index)) {
                Ok(file) => file.sync_data().map_err(io("sync a journal segment"))?,
                // The journal ended; there is no next segment.
                Err(error) if index == current && error.kind() == ErrorKind::NotFound => {}
                Err(error) => return Err(io("open a journal segment")(error)),
            }
        }
        if current != self.synced_segment || self.synced_sequence == 0 {
            // A new file is only safe with its name.
            let dir = File::open(&self.shared.dir).map_err(io("open the journal directory"))?;
            dir.sync_all().map_err(io("sync the journal directory"))?;
        }
        (self.synced_sequence, self.synced_segment) = (sequence, current);
        Ok(sequence)
    }

    fn prepare(&self) -> Result<usize, JournalError> {
        let mut desk = self.shared.desk();
        if desk.closed || desk.ready.is_some() {
            return Ok(0);
        }
        desk.ready = Some(self.shared.prepare(&mut desk)?);
        let bytes = room(self.shared.options.segment_size());
        self.shared.ready_bytes.store(bytes, Ordering::Release);
        Ok(1)
    }

    fn seal(&mut self) -> Result<usize, JournalError> {
        self.unsealed.extend(self.shared.desk().finished.drain(..));
        let sync = self.shared.options.durability == Durability::Power;
        let mut sealed = 0;
        while let Some(finished) = self.unsealed.front_mut() {
            finished.memory = None;
            self.chain.seal(&self.shared.dir, finished, sync)?;
            self.unsealed.pop_front();
            sealed += 1;
        }
        Ok(sealed)
    }
}
