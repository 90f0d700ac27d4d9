//! The last record that was copied to a session, kept where a reset of its numbers does not reach.
//!
//! The store says it too, until a client begins again at 1; and it goes on saying it when the
//! journal is another one. So the mark names its journal, by the time of its first record, and the
//! first message that is of it.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;

use gannet_fix::codec::Decoded;
use gannet_fix::{Decoder, Store};
use gannet_gateways::fix::report;
use gannet_types::Nanos;

/// Three numbers of eight bytes.
const MARK_BYTES: usize = 24;

/// A mark in its file. Outlives the process, not the power.
pub(super) struct Mark {
    file: File,
    /// When the journal begins.
    journal: Nanos,
    /// The last record that was copied; zero, the journal's start record, if none was.
    record: u64,
    /// The number of the first message that may be a copy of this journal's.
    since: u64,
}

impl Mark {
    /// Opens the mark of a session, and brings it up to date with what its store says. Cold: reads
    /// the whole store.
    ///
    /// # Errors
    /// If the file cannot be read or written.
    pub(super) fn open(path: &Path, journal: Nanos, store: &impl Store) -> io::Result<Self> {
        let file =
            File::options().read(true).write(true).create(true).truncate(false).open(path)?;
        let mut bytes = [0; MARK_BYTES];
        let count = file.read_at(&mut bytes, 0)?;
        let [known, record, since] =
            [0, 1, 2].map(|index| u64::from_le_bytes(bytes.as_chunks().0[index]));
        let mut mark = match () {
            // From before there were marks, or of a process that ended before its first.
            () if count < MARK_BYTES => Self { file, journal, record: 0, since: 1 },
            () if known == journal.0 => Self { file, journal, record, since },
            () => Self { file, journal, record: 0, since: store.next_outbound() },
        };
        mark.record = mark.record.max(last_copied(store, mark.since));
        mark.write()?;
        Ok(mark)
    }

    pub(super) const fn record(&self) -> u64 {
        self.record
    }

    /// Moves on after a copy of `record` was sent in message `msg_seq_num`.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub(super) fn set(&mut self, record: u64, msg_seq_num: u64) -> io::Result<()> {
        self.record = record;
        // Numbers begin again at 1.
        self.since = self.since.min(msg_seq_num);
        self.write()
    }

    fn write(&self) -> io::Result<()> {
        let mut bytes = [0; MARK_BYTES];
        let numbers = [self.journal.0, self.record, self.since];
        for (to, number) in bytes.as_chunks_mut().0.iter_mut().zip(numbers) {
            *to = number.to_le_bytes();
        }
        self.file.write_all_at(&bytes, 0)
    }
}

/// Returns the record of the last copy in a store among the messages from `since` on; zero if there
/// is none.
fn last_copied(store: &impl Store, since: u64) -> u64 {
    let mut decoder = Decoder::new();
    let mut last = 0;
    for stored in store.messages().filter(|stored| !stored.admin && stored.msg_seq_num >= since) {
        if let Decoded::Message { message, .. } = decoder.decode(stored.bytes) {
            last = report::copied_record(&message).unwrap_or(last);
        }
    }
    last
}
