//! `gannet model predict`: a row of features in, a row of predictions out.

use std::fs::File;
use std::io::{BufWriter, Write};

use anyhow::{Context, anyhow};
use gannet_models::{Model, Output, PredictError};

use super::args::PredictArgs;
use super::{load, rows};
use crate::features::sheet::quoted;

/// Predicts the rows of a file; returns what to tell.
///
/// # Errors
/// If the model is refused, its engine cannot be used, or a file is wrong.
pub(super) fn predict(args: &PredictArgs) -> anyhow::Result<String> {
    let mut model = load(&args.model.file)?;
    if let Some(engine) = args.engine {
        model.set_engine(engine.into()).map_err(|reason| anyhow!("{reason}"))?;
    }
    let rows = rows::read(&args.input, &model)?;
    let place = || format!("cannot write {}", args.output.display());
    let mut out = BufWriter::new(File::create(&args.output).with_context(place)?);
    let without = write(&mut model, &rows, &mut out).with_context(place)?;
    out.flush().with_context(place)?;
    Ok(format!(
        "rows={} without_prediction={without} engine={}\n",
        rows.len(),
        model.engine().name()
    ))
}

/// Writes a row for each row; one that has no prediction is empty fields. Returns how many.
fn write(model: &mut Model, rows: &[Vec<f32>], out: &mut impl Write) -> anyhow::Result<usize> {
    // The shape of the outputs is known once the model has run.
    let _ = model.predict(&vec![0.0; model.width()]);
    let order = order(model);
    let header = order.iter().flat_map(|index| names(model, *index)).collect::<Vec<_>>();
    writeln!(out, "{}", header.join(","))?;
    let mut without = 0;
    for row in rows {
        match model.predict(row).map(|_| ()) {
            Ok(()) => {
                let fields = order.iter().flat_map(|index| fields(model, *index));
                writeln!(out, "{}", fields.collect::<Vec<_>>().join(","))?;
            }
            Err(PredictError::Missing { .. } | PredictError::NotFinite) => {
                without += 1;
                writeln!(out, "{}", ",".repeat(header.len() - 1))?;
            }
            Err(error @ (PredictError::Width { .. } | PredictError::Engine)) => {
                return Err(error.into());
            }
        }
    }
    Ok(without)
}

/// The outputs in the order in which they are written: the main one last.
fn order(model: &Model) -> Vec<usize> {
    let others = (0..model.outputs().len()).filter(|index| *index != model.primary());
    others.chain([model.primary()]).collect()
}

fn names(model: &Model, index: usize) -> Vec<String> {
    let name = &model.outputs()[index];
    match model.output(index) {
        Some(Output::Numbers(numbers)) if numbers.len() > 1 => {
            (0..numbers.len()).map(|column| quoted(&format!("{name}_{column}")).into()).collect()
        }
        _ => vec![quoted(name).into()],
    }
}

fn fields(model: &Model, index: usize) -> Vec<String> {
    match model.output(index) {
        Some(Output::Numbers(numbers)) => numbers.iter().map(|number| number.to_string()).collect(),
        Some(Output::Label(label)) => vec![quoted(&label.to_string()).into()],
        None => vec![String::new()],
    }
}
