//! Columns over bars, as comma-separated values or, if the file ends `.parquet`, as such.
//!
//! A row a bar: its time as the bars write it, then the columns, empty until ready. Numbers are
//! written with the fewest digits that read back as the same number. The schema goes beside the
//! file as `FILE.schema`; its BLAKE3 hash is the schema's.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use gannet_features::columns::Columns;

use super::sheet::quoted;
use super::{Bars, FeatureSet, parquet};

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// One per bar.
    pub rows: usize,
    /// Without the time.
    pub columns: usize,
}

/// Evaluates a set over bars and writes it to a file.
///
/// # Errors
/// If a feature does not run on bars, or the file cannot be written.
pub fn write_columns(bars: &Bars, set: &FeatureSet, output: &Path) -> anyhow::Result<Written> {
    let place = || format!("cannot write {}", output.display());
    if output.extension().is_some_and(|extension| extension == "parquet") {
        std::fs::write(output, parquet::file(bars, set)?).with_context(place)?;
    } else {
        // Before there is a file: a set that does not run on bars leaves none.
        let mut columns = set.columns()?;
        let file = File::create(output).with_context(place)?;
        rows(bars, &mut columns, BufWriter::new(file)).with_context(place)?;
    }
    // A pipe has nothing beside it.
    if output.metadata().with_context(place)?.is_file() {
        let mut schema = output.as_os_str().to_owned();
        schema.push(".schema");
        let schema = PathBuf::from(schema);
        std::fs::write(&schema, set.schema())
            .with_context(|| format!("cannot write {}", schema.display()))?;
    }
    Ok(Written { rows: bars.candles.len(), columns: set.features().len() })
}

fn rows(bars: &Bars, columns: &mut Columns, mut out: impl Write) -> std::io::Result<()> {
    write!(out, "time")?;
    for name in columns.names() {
        write!(out, ",{}", quoted(name))?;
    }
    writeln!(out)?;
    for (time, candle) in bars.times.iter().zip(&bars.candles) {
        write!(out, "{}", quoted(time))?;
        for value in columns.update(candle) {
            match value {
                Some(value) => write!(out, ",{value}")?,
                None => write!(out, ",")?,
            }
        }
        writeln!(out)?;
    }
    out.flush()
}
