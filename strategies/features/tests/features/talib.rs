//! Every classical column against TA-Lib 0.8.1 on a series of our own (seeded random walk with a
//! stretch that stands still and bars without volume), with both sets of parameters.
//!
//! `talib_*.csv` holds the first rows of each column, which fix seeds and warm-up, and some later
//! ones.

use std::collections::BTreeMap;

use gannet_features::columns::{ColumnParameters, Columns};

use crate::support::{Table, candles};

fn check(golden: &str, parameters: &ColumnParameters) {
    let series = candles(&Table::parse(include_str!("../data/series.csv")));
    let golden = Table::parse(golden);
    let mut excerpts: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for row in &golden.rows {
        let place = (row[1].parse().expect("a row"), row[2].parse().expect("a value"));
        excerpts.entry(&row[0]).or_default().push(place);
    }
    assert!(excerpts.len() > 60, "all columns");
    for (name, excerpt) in excerpts {
        let mut columns = Columns::new(&[name], parameters).expect("a column");
        let values: Vec<Option<f64>> =
            series.iter().map(|each| columns.update(each).next().expect("one column")).collect();
        assert!(values[..excerpt[0].0].iter().all(Option::is_none), "{name} is early");
        for (row, expected) in excerpt {
            let value = values[row].unwrap_or_else(|| panic!("{name} is late: {row}"));
            // The scale of what stands still at zero is that of a percentage.
            let error = (value - expected).abs() / expected.abs().max(1e-3);
            assert!(error < 1e-9, "{name} row {row}: {value} is not {expected}");
        }
    }
}

#[test]
fn columns_equal_talib_with_the_default_parameters() {
    check(include_str!("../data/talib_default.csv"), &ColumnParameters::default());
}

#[test]
fn columns_equal_talib_with_the_alternative_parameters() {
    check(include_str!("../data/talib_alt.csv"), &ColumnParameters::alternative());
}
