//! What is written to a file: named columns of equal length.

use gannet_types::Nanos;

use super::{FeatureSet, Grid};

/// When something is: as text, and as a number.
pub(super) type Time = (String, Nanos);

/// A column.
pub(super) struct Column<'a> {
    pub(super) name: &'a str,
    pub(super) values: Values<'a>,
}

/// What stands in a column.
#[derive(Clone, Copy)]
pub(super) enum Values<'a> {
    /// Times.
    Times(&'a [Time]),
    /// Times, some of which are still to come.
    TimesToCome(&'a [Option<Time>]),
    /// Words.
    Words(&'a [&'a str]),
    /// Numbers, some of which are not there.
    Numbers(&'a [Option<f64>]),
}

impl Values<'_> {
    /// Returns how many there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Times(times) => times.len(),
            Self::TimesToCome(times) => times.len(),
            Self::Words(words) => words.len(),
            Self::Numbers(numbers) => numbers.len(),
        }
    }

    /// Returns the text of a cell, empty if there is nothing in it.
    pub(super) fn cell(&self, row: usize) -> String {
        match self {
            Self::Times(times) => times[row].0.clone(),
            Self::TimesToCome(times) => {
                times[row].as_ref().map_or_else(String::new, |time| time.0.clone())
            }
            Self::Words(words) => words[row].to_owned(),
            Self::Numbers(numbers) => {
                numbers[row].map_or_else(String::new, |number| number.to_string())
            }
        }
    }
}

/// Returns the columns of a grid: its times, and a column a feature.
pub(super) fn columns<'a>(grid: &'a Grid, set: &'a FeatureSet) -> Vec<Column<'a>> {
    let time = Column { name: "time", values: Values::Times(&grid.times) };
    std::iter::once(time).chain(features(&grid.columns, set)).collect()
}

/// Returns a column a feature.
pub(super) fn features<'a>(
    columns: &'a [Vec<Option<f64>>],
    set: &'a FeatureSet,
) -> impl Iterator<Item = Column<'a>> {
    set.features()
        .iter()
        .zip(columns)
        .map(|(feature, column)| Column { name: &feature.name, values: Values::Numbers(column) })
}
