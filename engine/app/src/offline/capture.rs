//! Recordings: files of `<local ns> <json>` lines, plain, gzip or zstd, merged by time.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};
use gannet_feeds::capture::{CaptureKind, CaptureLine};
use gannet_types::Nanos;

/// Largest recording read into memory, after decompression.
const BYTES_MAX: u64 = 8 << 30;

/// All lines of some recordings, in order of their local time.
#[derive(Debug)]
pub struct Capture {
    files: Vec<Recording>,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Recording {
    bytes: Vec<u8>,
    /// What the venue calls the instrument its frames are about: snapshots do not say.
    symbol: Vec<u8>,
}

/// Where a line lies.
#[derive(Clone, Copy, Debug)]
struct Line {
    received: Nanos,
    kind: CaptureKind,
    file: usize,
    start: usize,
    end: usize,
}

/// One recorded message.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// When it was received, on the recorder's clock.
    pub received: Nanos,
    /// Frame or snapshot.
    pub kind: CaptureKind,
    /// The JSON.
    pub payload: &'a [u8],
    /// The symbol of the recording it is from.
    pub symbol: &'a [u8],
}

impl Capture {
    /// Reads the files whole. Lines of one file keep their order; ties between files go to the
    /// file named first.
    ///
    /// # Errors
    /// If a file cannot be read, is no recording, or its time runs backwards.
    pub fn load(paths: &[PathBuf]) -> anyhow::Result<Self> {
        let mut files = Vec::new();
        let mut lines = Vec::new();
        for (file, path) in paths.iter().enumerate() {
            let bytes = read(path).with_context(|| format!("recording {}", path.display()))?;
            index(&bytes, file, &mut lines)
                .with_context(|| format!("recording {}", path.display()))?;
            let symbol = symbol_of(&bytes).to_vec();
            files.push(Recording { bytes, symbol });
        }
        if paths.len() > 1 {
            lines.sort_by_key(|line| (line.received, line.file));
        }
        ensure!(!lines.is_empty(), "the recordings have no lines");
        Ok(Self { files, lines })
    }

    /// Returns how many lines there are.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.lines.len()
    }

    /// Returns line `index`, in order of time.
    #[must_use]
    pub fn get(&self, index: usize) -> Option<Entry<'_>> {
        self.lines.get(index).map(|line| self.entry(line))
    }

    /// Returns all lines in order of time.
    pub fn iter(&self) -> impl Iterator<Item = Entry<'_>> {
        self.lines.iter().map(|line| self.entry(line))
    }

    /// Returns what the venue calls the instruments, in the order of the files, each once.
    #[must_use]
    pub fn symbols(&self) -> Vec<&[u8]> {
        let mut symbols: Vec<&[u8]> = Vec::new();
        for symbol in self.files.iter().map(|file| file.symbol.as_slice()) {
            if !symbol.is_empty() && !symbols.contains(&symbol) {
                symbols.push(symbol);
            }
        }
        symbols
    }

    fn entry(&self, line: &Line) -> Entry<'_> {
        let file = &self.files[line.file];
        Entry {
            received: line.received,
            kind: line.kind,
            payload: &file.bytes[line.start..line.end],
            symbol: &file.symbol,
        }
    }
}

fn index(bytes: &[u8], file: usize, lines: &mut Vec<Line>) -> anyhow::Result<()> {
    let mut start = 0;
    let mut last = Nanos::ZERO;
    for (number, text) in bytes.split(|&byte| byte == b'\n').enumerate() {
        let end = start + text.trim_ascii_end().len();
        if end > start {
            let Ok(line) = CaptureLine::parse(&bytes[start..end]) else {
                bail!("line {} is not `<local ns> <json>`", number + 1);
            };
            ensure!(line.received >= last, "line {}: time runs backwards", number + 1);
            last = line.received;
            let payload_start = end - line.payload.len();
            lines.push(Line {
                received: line.received,
                kind: line.kind,
                file,
                start: payload_start,
                end,
            });
        }
        start += text.len() + 1;
    }
    Ok(())
}

/// Returns the first symbol a frame names; empty if none does.
fn symbol_of(bytes: &[u8]) -> &[u8] {
    const KEY: &[u8] = b"\"s\":\"";
    let Some(at) = bytes.windows(KEY.len()).position(|window| window == KEY) else {
        return b"";
    };
    let rest = &bytes[at + KEY.len()..];
    rest.split(|&byte| byte == b'"').next().unwrap_or_default()
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    let reader = unpacked(path)?;
    reader.take(BYTES_MAX + 1).read_to_end(&mut bytes).context("cannot read it to its end")?;
    ensure!(bytes.len() as u64 <= BYTES_MAX, "it is larger than {BYTES_MAX} bytes; split it");
    Ok(bytes)
}

/// Opens a file and undoes its compression, gzip or zstd, while it is read.
///
/// # Errors
/// If it cannot be opened.
pub(super) fn unpacked(path: &Path) -> anyhow::Result<Box<dyn Read>> {
    let mut file = File::open(path).context("cannot open it")?;
    let mut magic = [0; 4];
    let read = file.read(&mut magic).context("cannot read it")?;
    let file = File::open(path).context("cannot open it")?;
    Ok(match magic[..read] {
        [0x1f, 0x8b, ..] => Box::new(flate2::read::MultiGzDecoder::new(file)),
        [0x28, 0xb5, 0x2f, 0xfd] => Box::new(zstd::Decoder::new(file).context("bad zstd")?),
        _ => Box::new(file),
    })
}
