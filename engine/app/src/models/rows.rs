//! Rows of features from a CSV file, in the order of a model's input.

use std::path::Path;

use anyhow::bail;
use gannet_models::Model;

use crate::features::sheet::Sheet;

/// Reads the rows that a model needs: its columns by name if its manifest names them, else all
/// columns in order, where a first column `time` is no feature. Empty fields are missing values.
///
/// # Errors
/// If a column is missing or a field is no number; says where.
pub(super) fn read(path: &Path, model: &Model) -> anyhow::Result<Vec<Vec<f32>>> {
    let sheet = Sheet::read(path)?;
    let columns = columns(&sheet, model, path)?;
    let mut rows = Vec::new();
    for row in sheet.rows() {
        let row = row?;
        let number = |column: &usize| match row.get(*column) {
            "" => Ok(f32::NAN),
            text => text
                .parse::<f32>()
                .map_err(|_| row.error(*column, format!("\"{text}\" is not a number"))),
        };
        rows.push(columns.iter().map(number).collect::<anyhow::Result<_>>()?);
    }
    Ok(rows)
}

fn columns(sheet: &Sheet, model: &Model, path: &Path) -> anyhow::Result<Vec<usize>> {
    if let Some(manifest) = model.manifest() {
        return manifest
            .feature_names()
            .map(|name| sheet.column(&name.to_ascii_lowercase()))
            .collect();
    }
    let header = sheet.header();
    let first = usize::from(header.first().is_some_and(|name| name == "time"));
    if header.len() - first != model.width() {
        bail!(
            "{} has {} columns of features, the model needs {}",
            path.display(),
            header.len() - first,
            model.width()
        );
    }
    Ok((first..header.len()).collect())
}
