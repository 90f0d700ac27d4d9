//! The frame around every record: header, checksum, padding.
//!
//! Hot: [`write`] fills the bytes of one append. It does not touch the commit word.

use gannet_types::{Input, Level, Nanos, Output};

use crate::error::Fault;
use crate::input::{self, InputKind};
use crate::output::{self, OutputKind};
use crate::wire::Code;

/// Size of a record's header, and of an end marker.
pub(crate) const HEADER_BYTES: usize = 32;

/// The newest version of any record kind. The first is 1; a plain order or report is still written
/// in it, and only what it has no place for takes the second.
const VERSION_MAX: u16 = 2;

/// Set in the code of a kind's second version; in the file it stands in the version instead.
pub(crate) const SECOND: u8 = 0x80;

/// One record as a reader sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Record<'a> {
    /// How many records came before it.
    pub sequence: u64,
    /// The time it was decided at: the `now` of the append.
    pub time: Nanos,
    /// What it says.
    pub body: Body<'a>,
}

/// What a record says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Body<'a> {
    /// The engine started: its configuration and facts of the run, as text.
    Start(&'a [u8]),
    /// Something the pipeline reacted to.
    Input(Input<'a>),
    /// Something the pipeline decided.
    Output(Output),
}

/// What a record is about; the high byte is the class, the low byte the code within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Start,
    Input(InputKind),
    Output(OutputKind),
    /// The segment is complete; go to the next one.
    End,
}

impl Kind {
    /// Returns code and version.
    #[inline]
    fn code(self) -> (u16, u16) {
        let (high, low) = match self {
            Self::Start => (0x0100, 1),
            Self::Input(kind) => (0x0200, kind.code()),
            Self::Output(kind) => (0x0300, kind.code()),
            Self::End => (0xff00, 1),
        };
        (high | u16::from(low & !SECOND), if low & SECOND == 0 { 1 } else { 2 })
    }

    #[inline]
    fn from_code(code: u16, version: u16) -> Result<Self, Fault> {
        let [low, high] = code.to_le_bytes();
        let find = |low: u8| match (high, low) {
            (0x01, 0x01) => Some(Self::Start),
            (0x02, low) => Code::from_code(low).map(Self::Input),
            (0x03, low) => Code::from_code(low).map(Self::Output),
            (0xff, 0x01) => Some(Self::End),
            _ => None,
        };
        let second = match version {
            1 => 0,
            2 => SECOND,
            _ => return Err(Fault::Version(version)),
        };
        if low & SECOND != 0 {
            return Err(Fault::Kind(code));
        }
        let unknown = if find(low).is_some() { Fault::Version(version) } else { Fault::Kind(code) };
        find(low | second).ok_or(unknown)
    }
}

/// A record's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// Bytes of header and payload, without padding.
    pub(crate) length: u32,
    pub(crate) sequence: u64,
    pub(crate) time: Nanos,
    pub(crate) kind: Kind,
    /// Small parts of the contents; what they mean depends on the kind.
    pub(crate) detail: [u8; 4],
}

impl Head {
    /// Returns how far away the next record is.
    #[inline]
    pub(crate) fn stride(&self) -> usize {
        padded(self.length as usize)
    }

    /// Returns the contents of the record that starts at `bytes`.
    ///
    /// # Errors
    /// [`Fault::Body`] if they mean nothing, [`Fault::Kind`] for an end marker.
    #[inline]
    pub(crate) fn body<'a>(&self, bytes: &'a [u8]) -> Result<Body<'a>, Fault> {
        let payload = bytes.get(HEADER_BYTES..self.length as usize).ok_or(Fault::Length)?;
        match self.kind {
            Kind::Start => Ok(Body::Start(payload)),
            Kind::Input(kind) => {
                input::decode(kind, self.detail, payload).map(Body::Input).ok_or(Fault::Body)
            }
            Kind::Output(kind) => {
                output::decode(kind, self.detail, payload).map(Body::Output).ok_or(Fault::Body)
            }
            Kind::End => Err(Fault::Kind(self.kind.code().0)),
        }
    }
}

/// The part of a payload that has no fixed length.
#[derive(Clone, Copy)]
pub(crate) struct Tail<'a> {
    pub(crate) bytes: &'a [u8],
    pub(crate) first: &'a [Level],
    pub(crate) second: &'a [Level],
}

impl Tail<'_> {
    pub(crate) const NONE: Self = Self { bytes: &[], first: &[], second: &[] };

    #[inline]
    pub(crate) fn size(&self) -> usize {
        let levels = self.first.len() + self.second.len();
        self.bytes.len() + levels * size_of::<Level>()
    }
}

/// Returns where the next record starts after one of `length` bytes.
#[inline]
pub(crate) const fn padded(length: usize) -> usize {
    length.next_multiple_of(8)
}

/// Writes everything of a record but its commit word into `slot`, which has its padded size.
#[inline]
pub(crate) fn write<const N: usize>(slot: &mut [u8], head: &Head, words: [u64; N], tail: Tail<'_>) {
    assert!(slot.len() == head.stride(), "the slot has the padded size of the record");
    let (header, payload) = slot.split_at_mut(HEADER_BYTES);
    header[8..16].copy_from_slice(&head.sequence.to_le_bytes());
    header[16..24].copy_from_slice(&head.time.0.to_le_bytes());
    let (code, version) = head.kind.code();
    header[24..26].copy_from_slice(&code.to_le_bytes());
    header[26..28].copy_from_slice(&version.to_le_bytes());
    header[28..32].copy_from_slice(&head.detail);
    let (fixed, rest) = payload.split_at_mut(8 * N);
    for (bytes, word) in fixed.as_chunks_mut().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
    write_tail(rest, tail);
    let checksum = crc32c::crc32c(&slot[8..]);
    slot[4..8].copy_from_slice(&checksum.to_le_bytes());
}

/// Writes the tail and zeros behind it.
#[inline]
fn write_tail(rest: &mut [u8], tail: Tail<'_>) {
    let (first, rest) = rest.split_at_mut(size_of_val(tail.first));
    let (second, rest) = rest.split_at_mut(size_of_val(tail.second));
    for (target, levels) in [(first, tail.first), (second, tail.second)] {
        for (bytes, level) in target.as_chunks_mut::<16>().0.iter_mut().zip(levels) {
            let (price, lots) = (level.price.0 as u64, level.lots.0 as u64);
            *bytes = (u128::from(price) | u128::from(lots) << 64).to_le_bytes();
        }
    }
    let (bytes, padding) = rest.split_at_mut(tail.bytes.len());
    bytes.copy_from_slice(tail.bytes);
    padding.fill(0);
}

/// Reads the header of the committed record at the start of `bytes` and checks the whole record.
#[inline]
pub(crate) fn parse(bytes: &[u8]) -> Result<Head, Fault> {
    let header: &[u8; HEADER_BYTES] = bytes.first_chunk().ok_or(Fault::Length)?;
    let length = u32::from_le_bytes(field(header, 0));
    if (length as usize) < HEADER_BYTES || padded(length as usize) > bytes.len() {
        return Err(Fault::Length);
    }
    let checksum = u32::from_le_bytes(field(header, 4));
    if crc32c::crc32c(&bytes[8..padded(length as usize)]) != checksum {
        return Err(Fault::Checksum);
    }
    let version = u16::from_le_bytes(field(header, 26));
    let code = u16::from_le_bytes(field(header, 24));
    Ok(Head {
        length,
        sequence: u64::from_le_bytes(field(header, 8)),
        time: Nanos(u64::from_le_bytes(field(header, 16))),
        kind: Kind::from_code(code, version)?,
        detail: field(header, 28),
    })
}

/// Returns whether a whole record starts at `bytes`; cheap where none does.
pub(crate) fn is_record(bytes: &[u8]) -> bool {
    let version = |bytes: &[u8]| u16::from_le_bytes([bytes[0], bytes[1]]);
    bytes.get(26..28).map(version).is_some_and(|version| (1..=VERSION_MAX).contains(&version))
        && parse(bytes).is_ok()
}

#[inline]
fn field<const N: usize>(header: &[u8; HEADER_BYTES], at: usize) -> [u8; N] {
    std::array::from_fn(|index| header[at + index])
}
