//! Finding the end of a journal whose writer died, and going on from there.
//!
//! # Invariants
//! - Only what follows the last whole record of the last segment is ever cut off, and only if
//!   no whole record follows it; everything else that is damaged is an error.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use gannet_types::Nanos;

use crate::chain::{self, Chain};
use crate::directory;
use crate::error::{Fault, JournalError, io};
use crate::maintenance::Maintenance;
use crate::scan::{Stop, bytes_in_use_from, holds_record_from, scan};
use crate::segment::{self, Header, Segment};
use crate::shared::{Finished, Options};
use crate::writer::{Position, Writer};

/// What was found in a journal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recovered {
    /// Whole records.
    pub records: u64,
    /// Time of the last one; zero if there is none.
    pub last_time: Nanos,
    /// Bytes of torn records that were cut off.
    pub truncated_bytes: u64,
    /// Segments with records.
    pub segments: u32,
}

/// Finds the last whole record of the journal in `dir` and continues after it. Reads and checks
/// every record; to rebuild the state, feed them from a [`crate::Reader`] afterwards.
///
/// # Errors
/// [`JournalError::Corrupt`] if a damaged record is followed by whole ones or stands in a
/// segment that was completed, [`JournalError::Missing`] if there is no journal,
/// [`JournalError::Locked`] if it is being written. Nothing was changed then.
pub fn recover(
    dir: &Path,
    options: Options,
) -> Result<(Recovered, Writer, Maintenance), JournalError> {
    let lock = directory::lock(dir)?;
    let files = directory::segments(dir)?;
    if files == 0 {
        return Err(JournalError::Missing);
    }
    let survey = Survey::of(dir, files, chain::sealed_segments(dir)?)?;
    let chain = Chain::open(dir)?;
    directory::remove_segments(dir, survey.segments, files)?;
    let recovered = Recovered {
        records: survey.next_sequence,
        last_time: survey.last_time,
        truncated_bytes: survey.torn_bytes,
        segments: survey.segments,
    };
    let segment = match survey.open {
        None => None,
        Some(Open { index, used, torn }) => {
            let bytes = options.segment_size();
            let segment = Segment::reopen(dir, index, bytes, used, torn, options.prefault)?;
            Some((segment, used))
        }
    };
    let open_bytes = segment.as_ref().map_or(0, |(segment, _)| segment.size() as u64);
    let position = Position {
        segment,
        first_sequence: survey.first_sequence,
        next_sequence: survey.next_sequence,
        last_time: survey.last_time,
        next_index: survey.segments,
        reserved_bytes: survey.complete_bytes + open_bytes,
        finished: survey.finished,
    };
    let (writer, maintenance) = Writer::begin(dir, options, lock, chain, position)?;
    Ok((recovered, writer, maintenance))
}

/// What all segments together are.
#[derive(Debug, Default)]
struct Survey {
    /// Segments that were started.
    segments: u32,
    /// The first record of the last segment.
    first_sequence: u64,
    next_sequence: u64,
    last_time: Nanos,
    torn_bytes: u64,
    /// Size of the complete segments.
    complete_bytes: u64,
    /// Complete segments that are not in the chain yet.
    finished: Vec<Finished>,
    /// The segment to continue in, if the last one is not complete.
    open: Option<Open>,
}

#[derive(Clone, Copy, Debug)]
struct Open {
    index: u32,
    used: usize,
    torn: u64,
}

impl Survey {
    fn of(dir: &Path, files: u32, sealed: u32) -> Result<Self, JournalError> {
        let mut survey = Self::default();
        let mut bytes = Vec::new();
        let mut unstarted = None;
        for index in 0..files {
            bytes.clear();
            File::open(segment::path(dir, index))
                .and_then(|mut file| file.read_to_end(&mut bytes))
                .map_err(io("read a journal segment"))?;
            let header = Header::parse(&bytes).map_err(|fault| corrupt(index, 0, fault))?;
            let Some(header) = header else {
                // Prepared only, or its start was lost: then nothing in it may be a record.
                if index < sealed || holds_record_from(&bytes, 0) {
                    return Err(corrupt(index, 0, Fault::Header));
                }
                survey.torn_bytes += bytes_in_use_from(&bytes, 0);
                unstarted = Some(index);
                continue;
            };
            // A started segment after one that is not complete: something is missing between.
            if let Some(open) = survey.open {
                return Err(corrupt(open.index, open.used, Fault::Unfinished));
            }
            if let Some(unstarted) = unstarted {
                return Err(corrupt(unstarted, 0, Fault::Header));
            }
            if header.index != index || header.first_sequence != survey.next_sequence {
                return Err(corrupt(index, 0, Fault::Header));
            }
            survey.add(index, &bytes, sealed)?;
        }
        if sealed > survey.segments {
            return Err(corrupt(survey.segments, 0, Fault::Chain));
        }
        Ok(survey)
    }

    /// Adds a started segment.
    fn add(&mut self, index: u32, bytes: &[u8], sealed: u32) -> Result<(), JournalError> {
        let scan = scan(bytes, self.next_sequence, |_, _| Ok(()));
        if let Stop::Fault(fault) = scan.stop {
            let torn = index >= sealed && !holds_record_from(bytes, scan.used);
            let newer = matches!(fault, Fault::Version(_) | Fault::Kind(_));
            if newer || !torn {
                return Err(corrupt(index, scan.used, fault));
            }
        }
        self.first_sequence = self.next_sequence;
        self.next_sequence = scan.next_sequence;
        self.last_time = scan.last_time.unwrap_or(self.last_time);
        self.segments = index + 1;
        if scan.stop == Stop::End {
            self.complete_bytes += bytes.len() as u64;
            if index >= sealed {
                self.finished.push(Finished {
                    index,
                    first_sequence: self.first_sequence,
                    next_sequence: self.next_sequence,
                    used_bytes: scan.used as u64,
                    memory: None,
                });
            }
            return Ok(());
        }
        if index < sealed {
            return Err(corrupt(index, scan.used, Fault::Unfinished));
        }
        let torn = bytes_in_use_from(bytes, scan.used);
        self.torn_bytes += torn;
        self.open = Some(Open { index, used: scan.used, torn });
        Ok(())
    }
}

fn corrupt(segment: u32, offset: usize, fault: Fault) -> JournalError {
    JournalError::Corrupt { segment, offset: offset as u64, fault }
}
