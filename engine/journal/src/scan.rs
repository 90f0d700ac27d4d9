//! Walking over the bytes of a segment that nobody writes: recovery, verification, fuzzing.

use gannet_types::Nanos;

use crate::error::{Fault, JournalError};
use crate::record::{self, Head, Kind, Record};
use crate::segment::{self, Header};

/// What a walk over a segment found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Scan {
    /// The sequence number of the record after the last one.
    pub(crate) next_sequence: u64,
    /// Time of the last record.
    pub(crate) last_time: Option<Nanos>,
    /// Where the walk stopped: behind the last whole record, or behind the end marker.
    pub(crate) used: usize,
    /// Why it stopped there.
    pub(crate) stop: Stop,
}

/// Why a walk stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The segment is complete.
    End,
    /// Nothing but zeros follows: this is where the writer was.
    Open,
    /// What follows is no record.
    Fault(Fault),
}

/// Walks over all records behind the header and shows each, with its bytes, to `visit`, which
/// may refuse it.
pub(crate) fn scan(
    bytes: &[u8],
    first_sequence: u64,
    mut visit: impl FnMut(&Head, &[u8]) -> Result<(), Fault>,
) -> Scan {
    let mut scan = Scan {
        next_sequence: first_sequence,
        last_time: None,
        used: segment::HEADER_BYTES,
        stop: Stop::Open,
    };
    loop {
        let rest = bytes.get(scan.used..).unwrap_or_default();
        if rest.first_chunk().is_none_or(|length| u32::from_le_bytes(*length) == 0) {
            let clean = rest.iter().all(|&byte| byte == 0);
            scan.stop = if clean { Stop::Open } else { Stop::Fault(Fault::Unfinished) };
            return scan;
        }
        let checked = record::parse(rest).and_then(|head| {
            if head.sequence != scan.next_sequence {
                return Err(Fault::Sequence);
            }
            if head.kind != Kind::End {
                visit(&head, rest)?;
            }
            Ok(head)
        });
        match checked {
            Ok(head) => {
                scan.used += head.stride();
                if head.kind == Kind::End {
                    scan.stop = Stop::End;
                    return scan;
                }
                // A foreign header may start anywhere.
                scan.next_sequence = scan.next_sequence.wrapping_add(1);
                scan.last_time = Some(head.time);
            }
            Err(fault) => {
                scan.stop = Stop::Fault(fault);
                return scan;
            }
        }
    }
}

/// Returns whether a whole record stands anywhere from `offset` on.
pub(crate) fn holds_record_from(bytes: &[u8], offset: usize) -> bool {
    (offset..bytes.len()).step_by(8).any(|offset| record::is_record(&bytes[offset..]))
}

/// Returns how many bytes from `offset` on are in use: up to the last one that is not zero.
pub(crate) fn bytes_in_use_from(bytes: &[u8], offset: usize) -> u64 {
    let rest = bytes.get(offset..).unwrap_or_default();
    rest.iter().rposition(|&byte| byte != 0).map_or(0, |last| last as u64 + 1)
}

/// What [`decode_segment`] found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// Records shown.
    pub records: u64,
    /// Bytes of the header, the records and the end marker.
    pub used_bytes: u64,
    /// Whether an end marker was found.
    pub ended: bool,
}

/// Decodes the bytes of one segment and shows every record to `visit`. Never panics, whatever
/// the bytes are; copies them if they are not aligned to 8.
///
/// # Errors
/// [`JournalError::Corrupt`] at the first place that is not what a writer leaves behind; the
/// records before it have been shown. A segment that was not started is [`Fault::Header`].
pub fn decode_segment(
    bytes: &[u8],
    mut visit: impl FnMut(Record<'_>),
) -> Result<Decoded, JournalError> {
    // The copy can be shifted to an aligned place without unsafe code.
    let mut copy = Vec::new();
    let bytes = if bytes.as_ptr().addr().is_multiple_of(8) {
        bytes
    } else {
        copy.resize(bytes.len() + 8, 0);
        let shift = copy.as_ptr().addr().wrapping_neg() % 8;
        let aligned = &mut copy[shift..shift + bytes.len()];
        aligned.copy_from_slice(bytes);
        aligned
    };
    let corrupt = |segment, offset: usize, fault| {
        Err(JournalError::Corrupt { segment, offset: offset as u64, fault })
    };
    let header = match Header::parse(bytes) {
        Ok(Some(header)) => header,
        Ok(None) => return corrupt(0, 0, Fault::Header),
        Err(fault) => return corrupt(0, 0, fault),
    };
    let mut records = 0;
    let scan = scan(bytes, header.first_sequence, |head, bytes| {
        let (sequence, time) = (head.sequence, head.time);
        visit(Record { sequence, time, body: head.body(bytes)? });
        records += 1;
        Ok(())
    });
    match scan.stop {
        Stop::Fault(fault) => corrupt(header.index, scan.used, fault),
        stop @ (Stop::End | Stop::Open) => {
            Ok(Decoded { records, used_bytes: scan.used as u64, ended: stop == Stop::End })
        }
    }
}
