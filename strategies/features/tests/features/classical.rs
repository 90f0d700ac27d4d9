//! Classical indicators against other implementations, on a series of our own: a seeded random walk
//! with a stretch that stands still and bars without volume.
//!
//! `talib_*.csv` holds every classical column as TA-Lib 0.8.1 computes it with both sets of
//! parameters, `talib_still_*.csv` those over prices that stand still or move evenly, with the
//! default parameters and with extreme ones; `extras.csv` the other indicators, from TA-Lib where it has them, otherwise from a
//! direct computation in Python over each window. Each holds the first rows of each column, which fix seeds and warm-up, and some later
//! ones.

use std::collections::BTreeMap;

use gannet_features::columns::{ColumnParameters, Columns};
use gannet_features::formula::Formula;
use gannet_features::{Candle, catalog};
use gannet_types::Nanos;

use crate::support::{Table, candles, random_candles};

fn check(golden: &str, parameters: &ColumnParameters) {
    check_over(&candles(&Table::parse(include_str!("../data/series.csv"))), golden, parameters);
}

fn check_over(series: &[Candle], golden: &str, parameters: &ColumnParameters) {
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

/// Hundreds of bars that walk, stand still, rise evenly, stand still half of the time, and swing.
/// There the indicators divide what rounding left.
fn still_candles() -> Vec<Candle> {
    let (mut state, mut price) = (12_345_u64, 10_000_i64);
    let mut next = move |below: u64| {
        state = (state * 1_103_515_245 + 12_345) % (1 << 31);
        i64::try_from((state / 65_536) % below).expect("a small number")
    };
    let mut candles = Vec::new();
    for index in 0..700_u64 {
        let before = price;
        let walks = matches!(index / 100, 0 | 4);
        price += match index / 100 {
            0 | 4 => next(201) - 100,
            1 | 5 => 0,
            2 => 50,
            3 => (next(41) - 20) * next(2),
            _ => 20 * (2 * (index % 2) as i64 - 1),
        };
        let wicks = if walks { [next(50), next(50)] } else { [0, 0] };
        let volume = if walks || index / 100 == 3 { next(100) } else { 10 };
        let cents = |cents: i64| cents as f64 / 100.0;
        candles.push(Candle {
            time: Nanos(3_600_000_000_000 * index),
            open: cents(before),
            high: cents(before.max(price) + wicks[0]),
            low: cents(before.min(price) - wicks[1]),
            close: cents(price),
            volume: volume as f64,
        });
    }
    candles
}

#[test]
fn columns_equal_talib_where_prices_stand_still() {
    let golden = include_str!("../data/talib_still_default.csv");
    check_over(&still_candles(), golden, &ColumnParameters::default());
}

#[test]
fn columns_equal_talib_with_extreme_parameters() {
    let mut extreme = ColumnParameters::default();
    for (key, value) in [
        ("classic.ma", "2,3,50,150"),
        ("classic.t3", "3"),
        ("classic.macd", "26,12,1"),
        ("classic.n", "2"),
        ("classic.bb", "2,0.5"),
        ("classic.cci", "2"),
        ("classic.stoch", "1,2,3"),
        ("classic.sar", "0.1,0.1"),
        ("classic.aroon", "2"),
        ("hilbert.source", "hl2"),
        ("hilbert.fast_limit", "0.99"),
        ("hilbert.slow_limit", "0.01"),
    ] {
        extreme.set(key, value).expect("a known key");
    }
    let golden = include_str!("../data/talib_still_extreme.csv");
    check_over(&still_candles(), golden, &extreme);
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

#[test]
fn confidence_is_the_mean_of_three_votes() {
    let parts = ["sma(20)", "sma(50)", "macd(12,26,9).hist", "rsi(14)", "technical_confidence"];
    let mut columns = Columns::new(&parts, &ColumnParameters::default()).expect("known");
    let mut seen = std::collections::BTreeSet::new();
    for candle in random_candles(3, 2000) {
        let row: Vec<Option<f64>> = columns.update(&candle).collect();
        let [fast, slow, hist, rsi, confidence] = row[..] else { panic!("five columns") };
        let (Some(fast), Some(slow), Some(hist), Some(rsi)) = (fast, slow, hist, rsi) else {
            assert_eq!(confidence, None);
            continue;
        };
        let vote = |number: f64| if number == 0.0 { 0.0 } else { number.signum() };
        let expected = (vote(fast - slow) + vote(hist) + vote(rsi - 50.0)) / 3.0;
        assert_eq!(confidence, Some(expected));
        seen.insert((3.0 * expected) as i8);
    }
    assert!(seen.contains(&3) && seen.contains(&-3) && seen.contains(&1), "{seen:?}");
}
