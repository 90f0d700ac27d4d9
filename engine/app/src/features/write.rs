//! Columns over bars, as comma-separated values or, if the file ends `.parquet`, as such.
//!
//! A row a bar: its time as the bars write it, then the columns, empty until ready. Numbers are
//! written with the fewest digits that read back as the same number. The schema goes beside the
//! file as `FILE.schema`; its BLAKE3 hash is the schema's.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;

use super::sheet::quoted;
use super::table::{self, Column};
use super::{Bars, FeatureSet, Grid, parquet};

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
    if is_parquet(output) {
        return write_grid(&Grid::of_bars(bars, set)?, set, output);
    }
    // Before there is a file: a set that does not run on bars leaves none.
    let mut columns = set.columns()?;
    let file = File::create(output).with_context(|| place(output))?;
    let rows = bars.times.iter().zip(&bars.candles);
    let mut out = BufWriter::new(file);
    header(set, &mut out)
        .and_then(|()| {
            for (time, candle) in rows {
                row(time, columns.update(candle), &mut out)?;
            }
            out.flush()
        })
        .with_context(|| place(output))?;
    beside(set, output)?;
    Ok(Written { rows: bars.candles.len(), columns: set.features().len() })
}

/// Writes a set's values to a file.
///
/// # Errors
/// If the file cannot be written.
pub fn write_grid(grid: &Grid, set: &FeatureSet, output: &Path) -> anyhow::Result<Written> {
    write_table(&table::columns(grid, set), set, output)?;
    Ok(Written { rows: grid.times.len(), columns: set.features().len() })
}

/// Writes columns to a file, the values of a set among them.
///
/// # Errors
/// If the file cannot be written.
pub(super) fn write_table(
    columns: &[Column<'_>],
    set: &FeatureSet,
    output: &Path,
) -> anyhow::Result<()> {
    if is_parquet(output) {
        std::fs::write(output, parquet::file(columns, set)?).with_context(|| place(output))?;
    } else {
        let mut out = BufWriter::new(File::create(output).with_context(|| place(output))?);
        let rows = columns.first().map_or(0, |column| column.values.len());
        let mut line = |cells: &mut dyn Iterator<Item = String>| {
            writeln!(
                out,
                "{}",
                cells.map(|cell| quoted(&cell).into_owned()).collect::<Vec<_>>().join(",")
            )
        };
        line(&mut columns.iter().map(|column| column.name.to_owned()))
            .and_then(|()| {
                (0..rows).try_for_each(|row| {
                    line(&mut columns.iter().map(|column| column.values.cell(row)))
                })
            })
            .and_then(|()| out.flush())
            .with_context(|| place(output))?;
    }
    beside(set, output)
}

fn place(output: &Path) -> String {
    format!("cannot write {}", output.display())
}

fn is_parquet(output: &Path) -> bool {
    output.extension().is_some_and(|extension| extension == "parquet")
}

/// Writes the schema beside a file; a pipe has nothing beside it.
fn beside(set: &FeatureSet, output: &Path) -> anyhow::Result<()> {
    if !output.metadata().with_context(|| place(output))?.is_file() {
        return Ok(());
    }
    let mut schema = output.as_os_str().to_owned();
    schema.push(".schema");
    let schema = PathBuf::from(schema);
    std::fs::write(&schema, set.schema()).with_context(|| place(&schema))
}

fn header(set: &FeatureSet, out: &mut impl Write) -> std::io::Result<()> {
    write!(out, "time")?;
    for feature in set.features() {
        write!(out, ",{}", quoted(&feature.name))?;
    }
    writeln!(out)
}

fn row(
    time: &str,
    values: impl Iterator<Item = Option<f64>>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    write!(out, "{}", quoted(time))?;
    for value in values {
        match value {
            Some(value) => write!(out, ",{value}")?,
            None => write!(out, ",")?,
        }
    }
    writeln!(out)
}
