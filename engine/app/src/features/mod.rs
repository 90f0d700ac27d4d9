//! Features, Gann's calculators and patterns on the command line.
//!
//! `gannet features` computes columns over a file of bars with the same indicators that trade, and
//! writes beside the result its schema, so that what was learned from it can be refused elsewhere.

pub mod args;
mod astro;
mod bars;
mod gann;
mod grid;
mod journal;
mod labels;
mod list;
mod nearest;
mod params;
mod parquet;
mod patterns;
mod plot;
mod samples;
mod set;
pub(crate) mod sheet;
mod svg;
mod table;
mod time;
mod write;

pub use astro::astro;
pub use bars::Bars;
pub use gann::gann;
pub use grid::Grid;
pub use journal::journal;
pub use params::{load as load_parameters, parse as parse_parameters};
pub use patterns::patterns;
pub(crate) use samples::NO_TRADE;
pub use samples::samples;
pub use set::{Feature, FeatureSet, SHIPPED};
pub use time::utc;
pub use write::{Written, write_columns, write_grid};

use std::io::{ErrorKind, Write};

use anyhow::{Context, bail};
use gannet_features::columns::{self, ColumnParameters};

use args::{FeaturesArgs, FeaturesCommand};

/// `gannet features`.
///
/// # Errors
/// If a file, column, set or parameter is wrong; says which and where.
pub fn features(args: &FeaturesArgs) -> anyhow::Result<()> {
    match &args.command {
        Some(FeaturesCommand::List(list)) => answer(&list::list(list.school))?,
        Some(FeaturesCommand::Show(show)) => answer(&list::show(&show.name)?)?,
        None => table(args)?,
    }
    Ok(())
}

fn table(args: &FeaturesArgs) -> anyhow::Result<()> {
    if let (Some(directory), Some(output)) = (&args.journal, &args.output) {
        let chosen =
            if args.set.is_some() || args.columns.is_some() { Some(chosen(args)?) } else { None };
        let (set, grid) = journal(directory, chosen, args.instrument.as_deref())?;
        return report(write_grid(&grid, &set, output)?, &set);
    }
    let Some(bars) = &args.bars else {
        bail!("--bars is needed, or --journal, or one of the commands list and show");
    };
    if args.output.is_none() && args.plot.is_none() {
        bail!("--output or --plot is needed");
    }
    let set = chosen(args)?;
    let bars = Bars::read(bars)?;
    if let Some(output) = &args.output {
        report(write_columns(&bars, &set, output)?, &set)?;
    }
    if let Some(output) = &args.plot {
        std::fs::write(output, plot::features(&bars, &set, args.last)?)
            .with_context(|| format!("cannot write {}", output.display()))?;
    }
    Ok(())
}

fn report(written: Written, set: &FeatureSet) -> anyhow::Result<()> {
    let Written { rows, columns } = written;
    answer(&format!("rows={rows} columns={columns} schema={}\n", set.schema_hash()))
}

/// Prints a text; a reader that has seen enough is no error.
pub(crate) fn answer(text: &str) -> anyhow::Result<()> {
    match std::io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(error).context("cannot print the answer")
        }
        _ => Ok(()),
    }
}

/// Returns the set that was asked for by name or by columns, every column if by neither.
fn chosen(args: &FeaturesArgs) -> anyhow::Result<FeatureSet> {
    if let Some(set) = &args.set {
        return FeatureSet::load(set);
    }
    let parameters = match &args.params {
        Some(name) => params::load(name)?,
        None => ColumnParameters::default(),
    };
    match args.columns.as_deref() {
        None | Some("all") => FeatureSet::of_columns(&columns::names(&parameters)?, &parameters),
        Some(list) => FeatureSet::of_columns(&separated(list), &parameters),
    }
}

/// Splits a list at the commas outside of parentheses.
fn separated(list: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    list.split(|c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .map(str::trim)
    .collect()
}

#[cfg(test)]
mod tests;
