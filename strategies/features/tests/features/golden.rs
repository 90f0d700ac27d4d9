//! Every golden column that exists, against the columns of the catalogue.

use crate::support::{Table, candles, corpus};
use gannet_features::columns::{ColumnError, ColumnParameters, Columns};

/// How far a column may be from its golden values.
#[derive(Clone, Copy)]
enum Tolerance {
    /// Relative to the value.
    Relative(f64),
    /// As it stands.
    Absolute(f64),
    /// Of the column's standard deviation, after so many bars.
    Deviations(f64, usize),
}

/// Evaluates one column over a table of candles.
fn evaluate(name: &str, bars: &Table) -> Result<Vec<Option<f64>>, ColumnError> {
    let mut columns = Columns::new(&[name], &ColumnParameters::default())?;
    Ok(candles(bars)
        .iter()
        .map(|candle| columns.update(candle).next().expect("one column"))
        .collect())
}

fn deviation(values: &[Option<f64>]) -> f64 {
    let values: Vec<f64> = values.iter().copied().flatten().collect();
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

/// Returns the largest error; both must be present or absent together.
fn largest_error(
    name: &str,
    values: &[Option<f64>],
    golden: &[Option<f64>],
    tolerance: Tolerance,
) -> f64 {
    assert_eq!(values.len(), golden.len());
    let (scale, first): (Box<dyn Fn(f64) -> f64>, usize) = match tolerance {
        // A golden zero may be anything that rounding makes of it.
        Tolerance::Relative(_) => (Box::new(|golden| golden.abs().max(1e-6)), 0),
        Tolerance::Absolute(_) => (Box::new(|_| 1.0), 0),
        Tolerance::Deviations(_, first) => {
            let deviation = deviation(golden);
            (Box::new(move |_| deviation), first)
        }
    };
    let mut largest = 0.0_f64;
    for (row, pair) in values.iter().zip(golden).enumerate().skip(first) {
        match pair {
            (Some(value), Some(golden)) => {
                largest = largest.max((value - golden).abs() / scale(*golden));
            }
            (None, None) => {}
            pair => panic!("{name} row {row}: {pair:?}"),
        }
    }
    largest
}

/// Prints column → largest error and the tolerance. `complete` files must have every column in the catalogue.
fn check_file(file: &str, tolerance: Tolerance, complete: bool) {
    let (Some(bars), Some(golden)) =
        (corpus("bars/btcusd_coinbase_1h.csv"), corpus(&format!("golden/{file}")))
    else {
        return;
    };
    let (Tolerance::Relative(limit) | Tolerance::Absolute(limit) | Tolerance::Deviations(limit, _)) =
        tolerance;
    let mut failed = Vec::new();
    for name in &golden.header[2..] {
        let values = match evaluate(name, &bars) {
            Ok(values) => values,
            Err(ColumnError::UnknownColumn(_)) if !complete => {
                println!("{name:24} missing");
                continue;
            }
            Err(error) => panic!("{error}"),
        };
        let error = largest_error(name, &values, &golden.column(name), tolerance);
        println!("{name:24} {error:.1e} of {limit:.0e}");
        if error > limit {
            failed.push(name);
        }
    }
    assert!(failed.is_empty(), "{failed:?}");
}

#[test]
fn classical_columns_are_golden() {
    check_file("btcusd_coinbase_1h__ta_classic.csv", Tolerance::Relative(1e-9), true);
}

#[test]
fn hilbert_columns_are_golden() {
    check_file("btcusd_coinbase_1h__ehlers_talib.csv", Tolerance::Absolute(1e-7), true);
}

#[test]
fn ehlers_columns_are_golden() {
    check_file("btcusd_coinbase_1h__ehlers_ref.csv", Tolerance::Deviations(1e-6, 500), true);
}

#[test]
fn candles_are_golden() {
    check_file("btcusd_coinbase_1h__candles.csv", Tolerance::Absolute(0.0), true);
}

#[test]
fn chart_patterns_are_golden() {
    check_file("btcusd_coinbase_1h__chart_patterns.csv", Tolerance::Absolute(0.0), true);
}
