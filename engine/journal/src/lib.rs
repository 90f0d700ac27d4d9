//! What happened: the memory-mapped, append-only record of every input and every output.
//!
//! A journal is a directory. Records go into segments of a fixed size, `00000000.gnj` and so on;
//! a full segment is sealed: trimmed to its used length and added to the hash chain in `chain`.
//!
//! ```text
//! segment   header 64 bytes | record | record | ... | end marker | zeros until it is sealed
//! record    length u32 | crc32c u32 | sequence u64 | time u64 | kind u16 | version u16
//!           | detail 4 bytes | payload | zeros up to a multiple of 8
//! ```
//!
//! All numbers are little endian. The length is the commit word: it is stored last, with
//! `Release`, so whoever loads it with `Acquire` sees the whole record, in this process or in
//! another. Zero means that nothing is there yet. A killed process loses nothing, because the
//! pages belong to the kernel; a power failure can tear what was not synced, and
//! [`recover`] cuts that off.
//!
//! Three parties: the [`Writer`] on the hot thread makes no syscall and no allocation as long as
//! [`Maintenance`], on another thread or called in between, prepares segments ahead; a [`Reader`]
//! anywhere follows the live journal or replays a finished one.
//!
//! # Invariants
//! - No wall clock, no random number, no uninitialised byte: equal inputs give equal files.
//! - Space is reserved before it is mapped, so a full disk is an error and never a signal.
//! - A damaged record is never skipped: it is the torn end of a dead journal, or an error.
//! - One writer to a directory.

mod chain;
mod decision;
mod directory;
mod error;
mod execution;
mod input;
mod maintenance;
mod manual;
mod output;
mod parent;
mod position;
mod prediction;
mod reader;
mod record;
mod recover;
mod scan;
mod segment;
mod shared;
mod view;
mod wire;
mod writer;

#[cfg(test)]
mod tests;

pub use chain::{Verified, verify_chain};
pub use error::{Fault, JournalError};
pub use maintenance::Maintenance;
pub use reader::Reader;
pub use record::{Body, Record};
pub use recover::{Recovered, recover};
pub use scan::{Decoded, decode_segment};
pub use shared::{Durability, Options};
pub use writer::Writer;

// Records are little endian and levels are read in place; a big-endian machine would need copies.
const _: () = assert!(cfg!(target_endian = "little"), "the journal is read in place");
