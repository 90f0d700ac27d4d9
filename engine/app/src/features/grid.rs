//! A table of features: times, and a column of values for each feature.

use gannet_types::Nanos;

use super::{Bars, FeatureSet};

/// Values by row and feature.
#[derive(Debug, Default)]
pub struct Grid {
    /// When each row is, as text and as a number.
    pub times: Vec<(String, Nanos)>,
    /// The columns in the order of the set, as long as `times`; `None` where not ready.
    pub columns: Vec<Vec<Option<f64>>>,
}

impl Grid {
    /// Evaluates a set over bars.
    ///
    /// # Errors
    /// If a feature does not run on bars.
    pub fn of_bars(bars: &Bars, set: &FeatureSet) -> anyhow::Result<Self> {
        let mut columns = set.columns()?;
        let mut grid = Self::with_columns(set.features().len());
        for (time, candle) in bars.times.iter().zip(&bars.candles) {
            grid.push((time.clone(), candle.time), columns.update(candle));
        }
        Ok(grid)
    }

    /// Makes an empty one.
    pub(super) fn with_columns(count: usize) -> Self {
        Self { times: Vec::new(), columns: vec![Vec::new(); count] }
    }

    /// Appends a row.
    pub(super) fn push(
        &mut self,
        time: (String, Nanos),
        values: impl Iterator<Item = Option<f64>>,
    ) {
        self.times.push(time);
        for (column, value) in self.columns.iter_mut().zip(values) {
            column.push(value);
        }
    }

    /// Returns a row, in the order of the set.
    ///
    /// # Panics
    /// If there are not so many rows.
    pub fn row(&self, row: usize) -> impl Iterator<Item = Option<f64>> + '_ {
        self.columns.iter().map(move |column| column[row])
    }
}
