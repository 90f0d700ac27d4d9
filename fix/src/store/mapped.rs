//! A store in a memory-mapped file that survives the process being killed at any instruction.
//!
//! ```text
//! 0      magic | epoch | inbound word | outbound word            (state, one word each)
//! 4096   record | record | …                                     (appended, never moved)
//! record commit word | MsgSeqNum | hash | message, padded to 8 bytes
//! commit epoch (24 bits) | admin (8 bits) | message length (32 bits)
//! ```
//!
//! Whatever a killed process has stored into the mapping is in the page cache and stays. So
//! only order matters: payload first, then the commit word with Release. A record is believed
//! if its commit word carries the current epoch, its number is not below the one expected and
//! its hash is right; the first that is not ends the scan at open, and was never sent.
//!
//! State words carry the epoch beside the number, so a reset is one store: it raises the
//! epoch, and all words and records of the old one are void. A reset that keeps the inbound
//! number writes that with the next epoch first, and it holds in both.
//!
//! Power loss may lose what the kernel had not yet written, and disks fail: a record that is
//! not whole but has whole ones behind it is damage, and the store is refused.
//!
//! # Invariants
//! - Space is allocated before it is mapped: a full disk is an error at open or a refusal to
//!   grow, never a signal.
//! - `append` makes no system call unless `maintain` was not called for a quarter of the file.
#![expect(unsafe_code, reason = "a shared mapping cannot be made or committed to safely")]

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::num::NonZeroUsize;
use std::ops::Range;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use memmap2::{MmapMut, MmapOptions};
use rustix::fs::FallocateFlags;
use rustix::io::Errno;

use super::index::Index;
use super::{MAX_SEQ_NUM, Store, StoreError, Stored};

/// `GNTFIX` and the version of the layout.
const MAGIC: u64 = u64::from_le_bytes(*b"GNTFIX01");
const EPOCH: usize = 8;
const INBOUND: usize = 16;
const OUTBOUND: usize = 24;

/// The state has a page of its own.
const DATA: usize = 4096;

/// Commit word, number, hash.
const RECORD_HEAD: usize = 24;

/// A heartbeat's record; no message is shorter. Sizes the index, so that it never grows
/// between two calls of `maintain`.
const MIN_RECORD_BYTES: usize = RECORD_HEAD + 56;

/// 64 GiB: three hundred million orders in one session without a reset.
const MAX_FILE_BYTES: usize = 1 << 36;

const EPOCH_BITS: u32 = 24;
const LAST_EPOCH: u64 = (1 << EPOCH_BITS) - 1;
const NUMBER_BITS: u32 = 40;
const ADMIN: u64 = 1 << 32;

/// A store in a memory-mapped file.
pub struct MappedStore {
    map: MmapMut,
    file: File,
    /// The file grows by this much, rounded to pages.
    step_bytes: usize,
    /// Where the next record begins.
    tail: usize,
    epoch: u64,
    next_outbound: u64,
    next_inbound: u64,
    /// Where the records begin.
    index: Index<NonZeroUsize>,
    /// The last attempt to grow was refused.
    stuck: bool,
}

impl Drop for MappedStore {
    /// Unlocks by name, not by closing: a child that was just forked holds the same open file
    /// until it starts its program.
    fn drop(&mut self) {
        // The file closes next, which unlocks as well.
        let _ = self.file.unlock();
    }
}

impl MappedStore {
    /// Opens or creates the file with room for at least `capacity_bytes` and reads it.
    ///
    /// Grows by `capacity_bytes` whenever a quarter of that is left. Cost: O(file), allocates.
    ///
    /// # Errors
    /// The file cannot be opened, allocated (a full disk) or mapped; another process has it
    /// open; it is no store of this version, or damaged.
    pub fn open(path: &Path, capacity_bytes: usize) -> Result<Self, StoreError> {
        let step_bytes = capacity_bytes.clamp(DATA, MAX_FILE_BYTES).next_multiple_of(DATA);
        let mut options = OpenOptions::new();
        let mut file = options.read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked),
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let found = usize::try_from(file.metadata()?.len()).map_err(|_| StoreError::Foreign)?;
        let mut magic = [0; 8];
        let count = file.read(&mut magic)?;
        let magic = u64::from_le_bytes(magic);
        // 0: empty, or its creator was killed before it wrote anything.
        if magic != MAGIC && (magic != 0 || matches!(count, 1..8)) {
            return Err(StoreError::Foreign);
        }
        let size = found.max(DATA + step_bytes).next_multiple_of(DATA);
        allocate(&mut file, found, size)?;
        let map = map(&file)?;
        let mut store = Self {
            map,
            file,
            step_bytes,
            tail: DATA,
            epoch: 0,
            next_outbound: 1,
            next_inbound: 1,
            index: Index::new(),
            stuck: false,
        };
        if magic == 0 {
            store.commit(0, MAGIC);
        }
        store.recover()?;
        Ok(store)
    }

    /// Reads the state and every whole record.
    fn recover(&mut self) -> Result<(), StoreError> {
        self.epoch = self.read_word(EPOCH);
        if self.epoch > LAST_EPOCH {
            return Err(StoreError::Damaged { offset: EPOCH as u64 });
        }
        self.next_inbound = self.state(INBOUND)?;
        // One written for the next epoch that never began must not hold in a later one.
        self.set_state(INBOUND, self.next_inbound);
        self.reserve_index();
        while let Some((number, length)) = self.record_at(self.tail) {
            self.index_record(number);
            self.tail += record_bytes(length);
            self.next_outbound = number + 1;
        }
        let rest = (self.tail + 8..self.map.len()).step_by(8);
        if rest.into_iter().any(|at| self.record_at(at).is_some()) {
            return Err(StoreError::Damaged { offset: self.tail as u64 });
        }
        self.next_outbound = self.next_outbound.max(self.state(OUTBOUND)?);
        Ok(())
    }

    /// Returns a state word's number, 1 if it belongs to an older epoch.
    fn state(&self, offset: usize) -> Result<u64, StoreError> {
        let word = self.read_word(offset);
        let number = word & MAX_SEQ_NUM;
        // Modulo the number of epochs: 0 this one, 1 the next, large an older one.
        match ((word >> NUMBER_BITS) + LAST_EPOCH + 1 - self.epoch) & LAST_EPOCH {
            0 => Ok(number.max(1)),
            1 if offset == INBOUND => Ok(number.max(1)),
            age if age > LAST_EPOCH / 2 => Ok(1),
            _ => Err(StoreError::Damaged { offset: offset as u64 }),
        }
    }

    fn set_state(&mut self, offset: usize, number: u64) {
        self.commit(offset, self.epoch << NUMBER_BITS | number.min(MAX_SEQ_NUM));
    }

    /// Returns number and length of a whole record of this epoch.
    fn record_at(&self, at: usize) -> Option<(u64, usize)> {
        if at + RECORD_HEAD > self.map.len() {
            return None;
        }
        let commit = self.read_word(at);
        let length = (commit & u64::from(u32::MAX)) as usize;
        let number = self.read_word(at + 8);
        let fits = length > 0 && length <= self.map.len() - at - RECORD_HEAD;
        let current = commit >> NUMBER_BITS == self.epoch;
        if !fits || !current || number < self.next_outbound || number > MAX_SEQ_NUM {
            return None;
        }
        let message = &self.map[at + RECORD_HEAD..at + RECORD_HEAD + length];
        (hash(commit ^ number, message) == self.read_word(at + 16)).then_some((number, length))
    }

    fn index_record(&mut self, number: u64) {
        let place = NonZeroUsize::new(self.tail).expect("records lie behind the state");
        self.index.push(number, place);
    }

    fn reserve_index(&mut self) {
        self.index.reserve(self.map.len() / MIN_RECORD_BYTES);
    }

    /// Voids all records, and the state but for what is written for the next epoch.
    fn begin_epoch(&mut self) {
        self.epoch = (self.epoch + 1) & LAST_EPOCH;
        self.commit(EPOCH, self.epoch);
        self.index.clear();
        self.tail = DATA;
        self.next_outbound = 1;
        self.stuck = false;
    }

    #[cold]
    fn grow(&mut self) -> Result<(), StoreError> {
        let size = self.map.len() + self.step_bytes;
        self.stuck = true;
        if size > MAX_FILE_BYTES {
            return Err(StoreError::Full);
        }
        allocate(&mut self.file, self.map.len(), size)?;
        self.map = map(&self.file)?;
        self.reserve_index();
        self.stuck = false;
        Ok(())
    }

    fn read_word(&self, offset: usize) -> u64 {
        let bytes = self.map[offset..].first_chunk::<8>();
        u64::from_le_bytes(*bytes.expect("words lie inside the file"))
    }

    /// Stores a word after everything that was written before it.
    fn commit(&mut self, offset: usize, word: u64) {
        let place = self.map[offset..offset + 8].as_mut_ptr().cast::<u64>();
        assert!(place.is_aligned(), "words lie on 8-byte boundaries of a page-aligned map");
        // SAFETY: `place` points to 8 bytes inside the mapping (sliced above), is aligned
        // (asserted above) and borrowed mutably, so nothing else in this process uses it.
        let place = unsafe { AtomicU64::from_ptr(place) };
        // Release: the payload's stores come first in the order in which they reach the page.
        place.store(word.to_le(), Ordering::Release);
    }
}

impl Store for MappedStore {
    fn next_outbound(&self) -> u64 {
        self.next_outbound
    }

    fn next_inbound(&self) -> u64 {
        self.next_inbound
    }

    fn set_inbound(&mut self, next: u64) {
        self.next_inbound = next;
        self.set_state(INBOUND, next);
    }

    fn set_outbound(&mut self, next: u64) {
        self.next_outbound = next;
        self.set_state(OUTBOUND, next);
    }

    fn append(&mut self, bytes: &[u8], admin: bool) -> Result<(), StoreError> {
        let size = record_bytes(bytes.len());
        if size > self.map.len() - self.tail {
            // Once refused, growing is left to `maintain`: no system call for each message.
            if self.stuck || self.grow().is_err() || size > self.map.len() - self.tail {
                return Err(StoreError::Full);
            }
        }
        let length = u32::try_from(bytes.len()).map_err(|_| StoreError::Full)?;
        let flag = if admin { ADMIN } else { 0 };
        let commit = self.epoch << NUMBER_BITS | flag | u64::from(length);
        let number = self.next_outbound;
        let record = &mut self.map[self.tail..self.tail + size];
        record[8..16].copy_from_slice(&number.to_le_bytes());
        record[16..24].copy_from_slice(&hash(commit ^ number, bytes).to_le_bytes());
        record[RECORD_HEAD..RECORD_HEAD + bytes.len()].copy_from_slice(bytes);
        self.commit(self.tail, commit);
        self.index_record(number);
        self.tail += size;
        self.next_outbound = number + 1;
        Ok(())
    }

    fn get(&self, msg_seq_num: u64) -> Option<Stored<'_>> {
        let at = self.index.get(msg_seq_num)?.get();
        let commit = self.read_word(at);
        let length = (commit & u64::from(u32::MAX)) as usize;
        let bytes = &self.map[at + RECORD_HEAD..at + RECORD_HEAD + length];
        Some(Stored { msg_seq_num, admin: commit & ADMIN != 0, bytes })
    }

    fn reset(&mut self) {
        self.begin_epoch();
        self.next_inbound = 1;
    }

    fn reset_outbound(&mut self) {
        let next_epoch = (self.epoch + 1) & LAST_EPOCH;
        self.commit(INBOUND, next_epoch << NUMBER_BITS | self.next_inbound);
        self.begin_epoch();
    }

    fn kept(&self) -> Range<u64> {
        self.index.range()
    }

    /// The last attempt to grow was refused.
    fn is_full(&self) -> bool {
        self.stuck
    }

    fn maintain(&mut self) {
        if self.map.len() - self.tail < self.step_bytes / 4 {
            // A refusal is remembered in `stuck`; appends go on into what is left.
            self.grow().unwrap_or(());
        }
    }
}

fn record_bytes(length: usize) -> usize {
    (RECORD_HEAD + length).next_multiple_of(8)
}

fn map(file: &File) -> Result<MmapMut, StoreError> {
    // SAFETY: the file is locked for this process and only `MappedStore` changes it, through
    // the one mapping it keeps; it is never shortened while mapped.
    Ok(unsafe { MmapOptions::new().populate().map_mut(file) }?)
}

/// Makes the file `to` bytes long with every block really there; `from` is its length.
fn allocate(file: &mut File, from: usize, to: usize) -> Result<(), StoreError> {
    match rustix::fs::fallocate(&*file, FallocateFlags::empty(), 0, to as u64) {
        Ok(()) => return Ok(()),
        Err(Errno::OPNOTSUPP) => {}
        Err(error) => return Err(StoreError::Io(error.into())),
    }
    // A file system without allocation: write the zeros.
    file.seek(SeekFrom::Start(from as u64))?;
    let zeros = [0; DATA];
    let mut at = from;
    while at < to {
        let count = zeros.len().min(to - at);
        file.write_all(&zeros[..count])?;
        at += count;
    }
    Ok(())
}

/// A 64-bit mix of the message, two words at a time; against torn records, not against people.
fn hash(seed: u64, bytes: &[u8]) -> u64 {
    // 2^64 divided by the golden ratio, made odd.
    const K: u64 = 0x9E37_79B9_7F4A_7C15;
    let mix = |state: u64, word: u64| (state ^ word).wrapping_mul(K).rotate_left(29);
    let (pairs, rest) = bytes.as_chunks::<16>();
    let (mut even, mut odd) = (seed ^ K, bytes.len() as u64);
    let word = |bytes: &[u8]| bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
    for pair in pairs {
        let value = u128::from_le_bytes(*pair);
        even = mix(even, value as u64);
        odd = mix(odd, (value >> 64) as u64);
    }
    let (low, high) = rest.split_at(rest.len().min(8));
    mix(mix(mix(even, word(low)), word(high)), odd)
}
