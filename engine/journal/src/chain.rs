//! The hash chain over sealed segments, and its file.
//!
//! A sealed segment carries the BLAKE3 hash of the previous one in its header; its own hash is
//! that of its whole file, as `b3sum` prints it. The file `chain` has a line for each:
//! `index first-sequence next-sequence hash`. Whoever keeps the last hash elsewhere can prove
//! that nothing before it was changed.
//!
//! # Invariants
//! - A line is written after the segment is final; sealing again after a crash gives the same.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::directory;
use crate::error::{Fault, JournalError, io};
use crate::scan::{Stop, scan};
use crate::segment::{self, Header};
use crate::shared::Finished;

/// What [`verify_chain`] found to be true.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verified {
    /// Sealed segments.
    pub sealed_segments: u32,
    /// Records in them.
    pub records: u64,
    /// Segments that are not sealed yet and were not looked at.
    pub open_segments: u32,
    /// The hash of the last sealed segment; zeros if there is none.
    pub head: [u8; 32],
}

/// Recomputes the hash chain of the journal in `dir` and checks every sealed record.
///
/// # Errors
/// [`JournalError::Corrupt`] naming the first segment that is not as it was sealed,
/// [`JournalError::Missing`] if there is no journal.
pub fn verify_chain(dir: &Path) -> Result<Verified, JournalError> {
    if !dir.exists() {
        return Err(JournalError::Missing);
    }
    let segments = directory::segments(dir)?;
    let lines = read_lines(dir)?.0;
    if segments == 0 && lines.is_empty() {
        return Err(JournalError::Missing);
    }
    let mut verified = Verified { sealed_segments: 0, records: 0, open_segments: 0, head: [0; 32] };
    for line in &lines {
        let bytes = match fs::read(segment::path(dir, line.index)) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(broken(line.index, 0, Fault::Chain));
            }
            Err(error) => return Err(io("read a journal segment")(error)),
        };
        verify_segment(line, &bytes, verified.head, verified.records)?;
        verified.sealed_segments += 1;
        verified.records = line.next_sequence;
        verified.head = line.hash;
    }
    verified.open_segments = segments.saturating_sub(verified.sealed_segments);
    Ok(verified)
}

/// Checks one sealed segment against its line and what came before it.
fn verify_segment(
    line: &Line,
    bytes: &[u8],
    previous_hash: [u8; 32],
    first_sequence: u64,
) -> Result<(), JournalError> {
    let index = line.index;
    let header = Header::parse(bytes).map_err(|fault| broken(index, 0, fault))?;
    if header != Some(Header { index, first_sequence, previous_hash }) {
        return Err(broken(index, 0, Fault::Header));
    }
    let scan = scan(bytes, first_sequence, |head, bytes| head.body(bytes).map(|_| ()));
    match scan.stop {
        Stop::End => {}
        Stop::Open => return Err(broken(index, scan.used, Fault::Unfinished)),
        Stop::Fault(fault) => return Err(broken(index, scan.used, fault)),
    }
    let whole = *blake3::hash(bytes).as_bytes() == line.hash;
    let same = line.first_sequence == first_sequence && line.next_sequence == scan.next_sequence;
    if whole && same { Ok(()) } else { Err(broken(index, 0, Fault::Chain)) }
}

/// The chain while a journal is written.
#[derive(Debug)]
pub(crate) struct Chain {
    file: File,
    next_index: u32,
    head: [u8; 32],
}

impl Chain {
    /// Opens the chain file, or makes an empty one; cuts off a line that a crash left unfinished.
    pub(crate) fn open(dir: &Path) -> Result<Self, JournalError> {
        let (lines, whole_bytes) = read_lines(dir)?;
        let file = File::options().append(true).create(true).open(path(dir));
        let file = file.map_err(io("open the journal's hash chain"))?;
        file.set_len(whole_bytes).map_err(io("cut the journal's hash chain"))?;
        let head = lines.last().map_or([0; 32], |line| line.hash);
        Ok(Self { file, next_index: lines.len() as u32, head })
    }

    /// Returns the segment to seal next.
    pub(crate) fn next_index(&self) -> u32 {
        self.next_index
    }

    /// Seals the next segment: links it to the previous one, trims it, hashes it.
    /// With `sync`, it is on the disk before its line is written.
    pub(crate) fn seal(
        &mut self,
        dir: &Path,
        finished: &Finished,
        sync: bool,
    ) -> Result<(), JournalError> {
        assert!(finished.index == self.next_index, "segments are sealed in order");
        let path = segment::path(dir, finished.index);
        let file = File::options().read(true).write(true).open(path);
        let file = file.map_err(io("open a journal segment"))?;
        let action = "seal a journal segment";
        file.write_all_at(&self.head, segment::HASH_AT).map_err(io(action))?;
        file.set_len(finished.used_bytes).map_err(io(action))?;
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(&file).map_err(io(action))?;
        let line = Line {
            index: finished.index,
            first_sequence: finished.first_sequence,
            next_sequence: finished.next_sequence,
            hash: *hasher.finalize().as_bytes(),
        };
        if sync {
            file.sync_data().map_err(io(action))?;
        }
        self.file.write_all(line.print().as_bytes()).map_err(io("extend the hash chain"))?;
        self.head = line.hash;
        self.next_index += 1;
        Ok(())
    }
}

/// Returns how many segments are sealed.
pub(crate) fn sealed_segments(dir: &Path) -> Result<u32, JournalError> {
    Ok(read_lines(dir)?.0.len() as u32)
}

fn path(dir: &Path) -> PathBuf {
    dir.join("chain")
}

/// One line of the chain file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Line {
    index: u32,
    first_sequence: u64,
    next_sequence: u64,
    hash: [u8; 32],
}

impl Line {
    fn print(&self) -> String {
        let Self { index, first_sequence, next_sequence, hash } = self;
        let mut line = format!("{index:08} {first_sequence} {next_sequence} ");
        for byte in hash {
            let _ = write!(line, "{byte:02x}");
        }
        line.push('\n');
        line
    }

    /// Reads a line without its end; `None` if it is not exactly what [`Line::print`] writes.
    fn parse(text: &str) -> Option<Self> {
        let mut words = text.split(' ');
        let line = Self {
            index: words.next()?.parse().ok()?,
            first_sequence: words.next()?.parse().ok()?,
            next_sequence: words.next()?.parse().ok()?,
            hash: *blake3::Hash::from_hex(words.next()?).ok()?.as_bytes(),
        };
        (line.print().strip_suffix('\n') == Some(text)).then_some(line)
    }
}

/// Reads the chain file: its whole lines, and how many bytes they are.
fn read_lines(dir: &Path) -> Result<(Vec<Line>, u64), JournalError> {
    let text = match fs::read(path(dir)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(io("read the journal's hash chain")(error)),
    };
    let whole = text.iter().rposition(|&byte| byte == b'\n').map_or(0, |end| end + 1);
    let mut lines = Vec::new();
    for (index, text) in (0..).zip(text[..whole].split_inclusive(|&byte| byte == b'\n')) {
        let text = text.strip_suffix(b"\n").and_then(|text| str::from_utf8(text).ok());
        match text.and_then(Line::parse) {
            Some(line) if line.index == index => lines.push(line),
            _ => return Err(broken(index, 0, Fault::Chain)),
        }
    }
    Ok((lines, whole as u64))
}

fn broken(segment: u32, offset: usize, fault: Fault) -> JournalError {
    JournalError::Corrupt { segment, offset: offset as u64, fault }
}
