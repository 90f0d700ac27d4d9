//! A file as it is read: from its beginning, without its compression, a piece at a time.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use gannet_sim::l3::{dbn, itch};

use crate::offline::capture;

/// Longest line or message: one of LOBSTER's book file with 200 levels has 8 KiB.
const PIECE_BYTES_MAX: u64 = 1 << 16;

/// Bytes read at a time.
const BUFFER_BYTES: usize = 1 << 20;

/// What a file can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Lobster,
    Itch,
    Dbn,
}

/// An open file.
pub(super) struct Pieces {
    reader: BufReader<Box<dyn Read>>,
    /// Pieces read.
    pub(super) count: u64,
    piece: Vec<u8>,
}

impl Pieces {
    pub(super) fn open(path: &Path) -> anyhow::Result<Self> {
        let reader = BufReader::with_capacity(BUFFER_BYTES, capture::unpacked(path)?);
        Ok(Self { reader, count: 0, piece: Vec::new() })
    }

    /// Says what the file holds.
    pub(super) fn format(&mut self) -> anyhow::Result<Format> {
        let begin = self.reader.fill_buf().context("cannot read it")?;
        if begin.starts_with(dbn::MAGIC) {
            return Ok(Format::Dbn);
        }
        if let [high, low, kind, ..] = *begin
            && itch::length(kind) == Some(usize::from(u16::from_be_bytes([high, low])))
        {
            return Ok(Format::Itch);
        }
        let line = begin.split(|byte| *byte == b'\n').next().unwrap_or_default();
        if line.iter().filter(|byte| **byte == b',').count() == 5 {
            return Ok(Format::Lobster);
        }
        bail!("it is neither a LOBSTER message file, nor ITCH 5.0, nor DBN");
    }

    /// Reads the next line, without its end.
    pub(super) fn line(&mut self) -> anyhow::Result<Option<&[u8]>> {
        self.piece.clear();
        let mut limited = (&mut self.reader).take(PIECE_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut self.piece).context("cannot read on")?;
        ensure!((read as u64) < PIECE_BYTES_MAX, "a line of more than {PIECE_BYTES_MAX} bytes");
        self.count += u64::from(read > 0);
        Ok((read > 0).then(|| self.piece.trim_ascii_end()))
    }

    /// Reads the next ITCH message; two bytes before it say how long it is.
    pub(super) fn message(&mut self) -> anyhow::Result<Option<&[u8]>> {
        if self.reader.fill_buf().context("cannot read on")?.is_empty() {
            return Ok(None);
        }
        let mut length = [0; 2];
        self.reader.read_exact(&mut length).context("cut off in the length of a message")?;
        self.exactly(usize::from(u16::from_be_bytes(length))).map(Some)
    }

    /// Reads the next DBN record; its first byte says how many words of four bytes it has.
    pub(super) fn record(&mut self) -> anyhow::Result<Option<&[u8]>> {
        let Some(&words) = self.reader.fill_buf().context("cannot read on")?.first() else {
            return Ok(None);
        };
        ensure!(words > 1, "a record of {words} words");
        self.exactly(usize::from(words) * 4).map(Some)
    }

    fn exactly(&mut self, bytes: usize) -> anyhow::Result<&[u8]> {
        self.piece.resize(bytes, 0);
        self.reader.read_exact(&mut self.piece).context("it ends in the middle")?;
        self.count += 1;
        Ok(&self.piece)
    }

    /// Reads DBN's header.
    pub(super) fn header(&mut self) -> anyhow::Result<dbn::Header> {
        let mut prefix = [0; dbn::PREFIX_BYTES];
        self.reader.read_exact(&mut prefix).context("cut off in the header")?;
        let bytes = dbn::Header::rest_bytes(&prefix).context("in the header")?;
        // A header names symbols: a million of them.
        ensure!(bytes <= 128 << 20, "a header of {bytes} bytes");
        let mut rest = Vec::new();
        (&mut self.reader).take(bytes as u64).read_to_end(&mut rest).context("in the header")?;
        dbn::Header::parse(prefix[3], &rest).context("in the header")
    }
}

/// Returns the book file that belongs to a LOBSTER message file.
pub(super) fn book_of(path: &Path) -> anyhow::Result<PathBuf> {
    let name = name_of(path);
    let book = name.replace("_message_", "_orderbook_");
    ensure!(book != name, "a LOBSTER message file has `_message_` in its name");
    let book = path.with_file_name(book);
    File::open(&book).with_context(|| format!("its book file {}", book.display()))?;
    Ok(book)
}

/// Returns the name of a file.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}
