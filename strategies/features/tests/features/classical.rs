//! Classical indicators against other implementations, on a series of our own: a seeded random walk
//! with a stretch that stands still and bars without volume.
//!
//! `talib_*.csv` holds every classical column as TA-Lib 0.8.1 computes it with both sets of
//! parameters; `extras.csv` the other indicators, from TA-Lib where it has them, otherwise from a
//! direct computation in Python over each window. Each holds the first rows of each column, which fix seeds and warm-up, and some later
//! ones.

use std::collections::BTreeMap;

use gannet_features::columns::{ColumnParameters, Columns};
use gannet_features::formula::Formula;
use gannet_features::{Candle, catalog};

use crate::support::{Table, candles, random_candles};

fn check(golden: &str, parameters: &ColumnParameters) {
    let series = candles(&Table::parse(include_str!("../data/series.csv")));
    let mut excerpts: BTreeMap<&str, Vec<(usize, f64)>> = BTreeMap::new();
    for line in golden.lines().skip(1) {
        let (rest, value) = line.rsplit_once(';').expect("three fields");
        let (name, row) = rest.rsplit_once(';').expect("three fields");
        let place = (row.parse().expect("a row"), value.parse().expect("a value"));
        excerpts.entry(name).or_default().push(place);
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

#[test]
fn other_indicators_equal_a_computation_over_each_window() {
    check(include_str!("../data/extras.csv"), &ColumnParameters::default());
}

/// Indicators that remember no more than their warm-up.
const FORGETFUL: &[&str] = &[
    "aroon",
    "beta",
    "bollinger",
    "bop",
    "cci",
    "correl",
    "donchian",
    "garman_klass",
    "hma",
    "hurst",
    "ichimoku",
    "linreg",
    "linreg_angle",
    "max",
    "mfi",
    "midpoint",
    "midprice",
    "min",
    "mom",
    "parkinson",
    "realised_volatility",
    "roc",
    "rogers_satchell",
    "sma",
    "stddev",
    "stoch",
    "stochf",
    "trange",
    "trima",
    "typprice",
    "ultosc",
    "var",
    "vwma",
    "wclprice",
    "willr",
    "wma",
    "yang_zhang",
    "zscore",
];

/// What a fresh indicator says after the last `count` candles.
fn batch(formula: &Formula, candles: &[Candle], count: usize) -> Vec<Option<f64>> {
    let mut indicator = formula.build().expect("on candles");
    let mut row = vec![None; formula.listing.outputs.len()];
    for candle in &candles[candles.len() - count..] {
        indicator.update(candle, &mut row);
    }
    row
}

#[test]
fn streaming_equals_a_batch_over_the_window() {
    for seed in 1..4 {
        let mut series = random_candles(seed, 3000);
        // Prices of another magnitude for a while, which must leave nothing behind.
        for candle in &mut series[1000..1010] {
            for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
                *price *= 1000.0;
            }
        }
        for name in FORGETFUL {
            let listing = catalog::find(name).expect(name);
            let output = listing.outputs[0];
            let formula = Formula::parse(&format!("{name}.{output}")).expect("defaults");
            let mut stream = formula.build().expect("on candles");
            let warm_up = stream.warm_up();
            let mut row = vec![None; listing.outputs.len()];
            for (end, candle) in (1..).zip(&series) {
                stream.update(candle, &mut row);
                if end % 97 != 0 || end < warm_up {
                    continue;
                }
                for (value, expected) in row.iter().zip(batch(&formula, &series[..end], warm_up)) {
                    let pair = value.zip(expected);
                    let (value, expected) = pair.unwrap_or_else(|| panic!("{name} {end}"));
                    let error = (value - expected).abs() / expected.abs().max(1.0);
                    assert!(error < 1e-7, "{name} row {end}: {value} is not {expected}");
                }
            }
        }
    }
}
