//! Columns as an Apache Parquet file, of the plainest kind every reader takes.
//!
//! One row group; a page a column, neither compressed nor encoded; times are nanoseconds of UTC,
//! numbers are doubles that may be null. The schema of the features and its hash are in the file's
//! metadata. The footer is Thrift's compact protocol.
//!
//! ```text
//! "PAR1"  page of time  page of column …  footer  length of footer (u32)  "PAR1"
//! page = header  [length of levels (u32)  levels]  values
//! ```

use anyhow::Context;

use super::FeatureSet;
use super::table::{Column, Values};

const MAGIC: &[u8; 4] = b"PAR1";

/// Numbers of the format's enumerations.
const INT64: i64 = 2;
const DOUBLE: i64 = 5;
const BYTES: i64 = 6;
const REQUIRED: i64 = 0;
const OPTIONAL: i64 = 1;
const PLAIN: i64 = 0;
const RUN_LENGTH: i64 = 3;

/// Returns a file of columns of equal length, the features of `set` among them.
///
/// # Errors
/// If a column is larger than a page can be (2 GiB).
pub(super) fn file(columns: &[Column<'_>], set: &FeatureSet) -> anyhow::Result<Vec<u8>> {
    let mut file = MAGIC.to_vec();
    let rows = columns.first().map_or(0, |column| column.values.len());
    let mut chunks = Vec::with_capacity(columns.len());
    for column in columns {
        chunks.push(Chunk::write(&mut file, column, rows)?);
    }
    let footer = footer(&chunks, rows, set);
    let length = u32::try_from(footer.len()).context("a footer of 4 GiB")?;
    file.extend(footer);
    file.extend(length.to_le_bytes());
    file.extend(MAGIC);
    Ok(file)
}

/// Returns the body of a page.
fn body(values: Values<'_>) -> anyhow::Result<Vec<u8>> {
    Ok(match values {
        Values::Times(times) => times.iter().flat_map(|(_, time)| time.0.to_le_bytes()).collect(),
        Values::TimesToCome(times) => {
            let mut body = levels(times)?;
            body.extend(times.iter().flatten().flat_map(|(_, time)| time.0.to_le_bytes()));
            body
        }
        Values::Numbers(numbers) => {
            let mut body = levels(numbers)?;
            body.extend(numbers.iter().flatten().flat_map(|value| value.to_le_bytes()));
            body
        }
        Values::Words(words) => {
            let mut body = Vec::new();
            for word in words {
                let length = u32::try_from(word.len()).context("a word of 4 GiB")?;
                body.extend(length.to_le_bytes());
                body.extend(word.as_bytes());
            }
            body
        }
    })
}

/// Returns which values are there, as runs of ones and zeros behind their length in bytes.
fn levels<T>(column: &[Option<T>]) -> anyhow::Result<Vec<u8>> {
    let mut runs = Thrift::default();
    for run in column.chunk_by(|a, b| a.is_some() == b.is_some()) {
        runs.unsigned((run.len() as u64) << 1);
        runs.bytes.push(u8::from(run[0].is_some()));
    }
    let length = u32::try_from(runs.bytes.len()).context("levels of 4 GiB")?;
    Ok([&length.to_le_bytes(), runs.bytes.as_slice()].concat())
}

/// A column in the file.
struct Chunk<'a> {
    column: &'a Column<'a>,
    offset: usize,
    size: usize,
}

impl<'a> Chunk<'a> {
    fn write(file: &mut Vec<u8>, column: &'a Column<'a>, rows: usize) -> anyhow::Result<Self> {
        let too_large = || format!("column \"{}\" is too large for a page", column.name);
        let body = body(column.values)?;
        let size = i64::from(i32::try_from(body.len()).with_context(too_large)?);
        let rows = i64::from(i32::try_from(rows).with_context(too_large)?);
        let mut header = Thrift::default();
        let data_page = |page: &mut Thrift| {
            page.integer(1, rows);
            page.integer(2, PLAIN);
            page.integer(3, RUN_LENGTH);
            page.integer(4, RUN_LENGTH);
        };
        header.structure(|header| {
            header.integer(1, 0);
            header.integer(2, size);
            header.integer(3, size);
            header.field(5, STRUCT);
            header.structure(data_page);
        });
        let offset = file.len();
        file.extend(header.bytes);
        file.extend(body);
        Ok(Self { column, offset, size: file.len() - offset })
    }

    fn kind(&self) -> i64 {
        match self.column.values {
            Values::Times(_) | Values::TimesToCome(_) => INT64,
            Values::Words(_) => BYTES,
            Values::Numbers(_) => DOUBLE,
        }
    }

    fn describe(&self, rows: usize, out: &mut Thrift) {
        out.long(2, self.offset as i64);
        out.field(3, STRUCT);
        out.structure(|column| {
            column.integer(1, self.kind());
            column.list(2, INTEGER, &[PLAIN, RUN_LENGTH], |out, &encoding| out.signed(encoding));
            column.list(3, TEXT, &[self.column.name], |out, name| out.text(name));
            column.integer(4, 0);
            column.long(5, rows as i64);
            column.long(6, self.size as i64);
            column.long(7, self.size as i64);
            column.long(9, self.offset as i64);
        });
    }

    fn declare(&self, out: &mut Thrift) {
        let values = self.column.values;
        let is_whole = matches!(values, Values::Times(_) | Values::Words(_));
        out.integer(1, self.kind());
        out.integer(3, if is_whole { REQUIRED } else { OPTIONAL });
        out.field(4, TEXT);
        out.text(self.column.name);
        match values {
            // A timestamp, adjusted to UTC, whose unit is the nanosecond.
            Values::Times(_) | Values::TimesToCome(_) => out.nested(&[10, 8], |timestamp| {
                timestamp.field(1, TRUE);
                timestamp.nested(&[2, 3], |_| {});
            }),
            // UTF-8.
            Values::Words(_) => out.nested(&[10, 1], |_| {}),
            Values::Numbers(_) => {}
        }
    }
}

fn footer(chunks: &[Chunk<'_>], rows: usize, set: &FeatureSet) -> Vec<u8> {
    let mut footer = Thrift::default();
    footer.structure(|file| {
        file.integer(1, 1);
        let root = std::iter::once(None);
        let elements: Vec<Option<&Chunk<'_>>> = root.chain(chunks.iter().map(Some)).collect();
        file.list(2, STRUCT, &elements, |out, element| {
            out.structure(|out| match element {
                Some(chunk) => chunk.declare(out),
                None => {
                    out.field(4, TEXT);
                    out.text("features");
                    out.integer(5, chunks.len() as i64);
                }
            });
        });
        file.long(3, rows as i64);
        file.list(4, STRUCT, &[chunks], |out, chunks| {
            out.structure(|group| {
                group.list(1, STRUCT, chunks, |out, chunk| {
                    out.structure(|out| chunk.describe(rows, out));
                });
                group.long(2, chunks.iter().map(|chunk| chunk.size as i64).sum());
                group.long(3, rows as i64);
            });
        });
        let metadata = [("gannet.schema", set.schema()), ("gannet.schema_hash", set.schema_hash())];
        file.list(5, STRUCT, &metadata, |out, (key, value)| {
            out.structure(|out| {
                out.field(1, TEXT);
                out.text(key);
                out.field(2, TEXT);
                out.text(value);
            });
        });
        file.field(6, TEXT);
        file.text("gannet");
    });
    footer.bytes
}

/// Types of the compact protocol.
const TRUE: u8 = 1;
const INTEGER: u8 = 5;
const LONG: u8 = 6;
const TEXT: u8 = 8;
const LIST: u8 = 9;
const STRUCT: u8 = 12;

/// Thrift's compact protocol, as much of it as a footer needs.
#[derive(Default)]
struct Thrift {
    bytes: Vec<u8>,
    /// The last field of the structure being written.
    last: u8,
}

impl Thrift {
    /// Writes a structure; the fields must be in rising order.
    fn structure(&mut self, fields: impl FnOnce(&mut Self)) {
        let last = std::mem::take(&mut self.last);
        fields(self);
        self.bytes.push(0);
        self.last = last;
    }

    /// Writes structures within each other, of one field each, and the fields of the innermost.
    fn nested(&mut self, path: &[u8], fields: impl FnOnce(&mut Self)) {
        match path {
            [] => fields(self),
            [field, rest @ ..] => {
                self.field(*field, STRUCT);
                let last = std::mem::take(&mut self.last);
                self.nested(rest, fields);
                self.bytes.push(0);
                self.last = last;
            }
        }
    }

    /// Begins a field, at most fifteen after the one before.
    fn field(&mut self, field: u8, kind: u8) {
        self.bytes.push((field - self.last) << 4 | kind);
        self.last = field;
    }

    fn integer(&mut self, field: u8, value: i64) {
        self.field(field, INTEGER);
        self.signed(value);
    }

    fn long(&mut self, field: u8, value: i64) {
        self.field(field, LONG);
        self.signed(value);
    }

    fn list<T>(&mut self, field: u8, kind: u8, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.field(field, LIST);
        match u8::try_from(items.len()) {
            Ok(short @ 0..15) => self.bytes.push(short << 4 | kind),
            _ => {
                self.bytes.push(0xf0 | kind);
                self.unsigned(items.len() as u64);
            }
        }
        for item in items {
            write(self, item);
        }
    }

    fn text(&mut self, text: &str) {
        self.unsigned(text.len() as u64);
        self.bytes.extend(text.as_bytes());
    }

    /// Zigzag: small magnitudes are short, whatever their sign.
    fn signed(&mut self, value: i64) {
        self.unsigned((value << 1 ^ value >> 63) as u64);
    }

    /// Seven bits a byte, the lowest first.
    fn unsigned(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.bytes.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.bytes.push(value as u8);
    }
}
