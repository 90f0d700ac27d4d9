//! Findings by family and case, with a column for each target: the table of `docs/models.md`.

use std::collections::BTreeMap;

use crate::Finding;

/// What a model learns, as its name says; see `tests/parity/matrix.py`.
const TARGETS: [&str; 3] = ["binary", "three", "value"];

/// The findings whose names are FAMILY_TARGET_CASE.
#[derive(Default)]
pub(crate) struct Matrix {
    /// For each family and case: trees and depth as told, rows, and both differences by target.
    cells: BTreeMap<(String, String), Row>,
}

#[derive(Default)]
struct Row {
    trees: [String; 3],
    rows: usize,
    differences: [Option<(Option<f32>, f32)>; 3],
}

impl Matrix {
    pub(crate) fn add(&mut self, name: &str, found: &Finding) {
        let parts = TARGETS.iter().enumerate().find_map(|(index, target)| {
            let (family, case) = name.split_once(&format!("_{target}_"))?;
            Some((index, family.to_owned(), case.to_owned()))
        });
        let Some((target, family, case)) = parts else { return };
        let row = self.cells.entry((family, case)).or_default();
        row.rows = found.rows;
        row.trees[target] = trees_and_depth(&found.how);
        row.differences[target] = Some((found.library, found.runtime));
    }
}

/// "200 × 9" of "200 trees of depth 9 as …"; nothing for a network.
fn trees_and_depth(how: &str) -> String {
    let mut words = how.split([' ', ',']);
    match (words.next(), words.next(), words.nth(2)) {
        (Some(trees), Some("trees"), Some(depth)) => format!("{trees} × {depth}"),
        _ => String::new(),
    }
}

impl std::fmt::Display for Matrix {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(out, "| family | case | trees × depth | rows | binary | three classes | value |")?;
        writeln!(out, "|---|---|---|---|---|---|---|")?;
        for ((family, case), row) in &self.cells {
            let mut trees: Vec<&str> = row.trees.iter().map(String::as_str).collect();
            trees.retain(|trees| !trees.is_empty());
            trees.dedup();
            write!(out, "| {family} | {case} | {} | {} |", trees.join(", "), row.rows)?;
            for difference in row.differences {
                match difference {
                    None => write!(out, " |")?,
                    Some((None, runtime)) => write!(out, " – / {runtime:.0e} |")?,
                    Some((Some(library), runtime)) => {
                        write!(out, " {library:.0e} / {runtime:.0e} |")?;
                    }
                }
            }
            writeln!(out)?;
        }
        Ok(())
    }
}
