//! Ehlers' indicators against direct computations, waves of known period, and their own past.
//!
//! `ehlers_*.csv` holds some rows of every column over the series of our own, as a program without
//! any running sum computes them from the published formulas, with both sets of parameters. The
//! series stands still for a while.

use std::f64::consts::TAU;

use gannet_features::catalog::{self, Listing, School};
use gannet_features::columns::{ColumnParameters, Columns};
use gannet_features::dsp::{Constants, SuperSmoother};
use gannet_features::formula::Formula;
use gannet_features::{AppliedPrice, Candle, Indicator};
use gannet_types::Nanos;

use crate::support::{Table, candles, random_candles};

fn deviation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64).sqrt()
}

fn check(golden: &str, parameters: &ColumnParameters) {
    let series = candles(&Table::parse(include_str!("../data/series.csv")));
    let mut checked = 0;
    for line in golden.lines().skip(1) {
        let fields: Vec<&str> = line.split(';').collect();
        let (name, row): (_, usize) = (fields[0], fields[1].parse().expect("a row"));
        let expected: f64 = fields[2].parse().expect("a value");
        let mut columns = Columns::new(&[name], parameters).expect("a column");
        let values: Vec<f64> =
            series.iter().filter_map(|candle| columns.update(candle).next().flatten()).collect();
        let value = values[row + values.len() - series.len()];
        let error = (value - expected).abs() / deviation(&values).max(1e-9);
        assert!(error < 1e-6, "{name} row {row}: {value} is not {expected}");
        checked += 1;
    }
    assert!(checked > 400, "all columns");
}

#[test]
fn columns_equal_a_direct_computation_with_the_default_parameters() {
    check(include_str!("../data/ehlers_default.csv"), &ColumnParameters::default());
}

#[test]
fn columns_equal_a_direct_computation_with_the_alternative_parameters() {
    check(include_str!("../data/ehlers_alt.csv"), &ColumnParameters::alternative());
}

/// A wave around 1000 and its trend, as candles without a range.
fn wave(period: f64, count: usize) -> Vec<Candle> {
    (0..count)
        .map(|index| {
            let price = 1000.0 + 10.0 * (TAU * index as f64 / period).sin();
            let time = Nanos(index as u64);
            Candle { time, open: price, high: price, low: price, close: price, volume: 1.0 }
        })
        .collect()
}

#[test]
fn measured_cycles_are_those_of_a_wave() {
    for period in [14.0, 20.0, 28.0] {
        for (formula, tolerance) in [
            ("homodyne", 0.02),
            ("ht_dcperiod", 0.02),
            ("phase_accumulation", 0.08),
            ("dual_differentiator", 0.06),
            ("cycle_period_2004", 0.08),
            ("autocorr_periodogram", 0.08),
            ("autocorr_periodogram(average=0)", 0.08),
            ("autocorr_periodogram(average=4)", 0.08),
            ("dft_cycle", 0.08),
            ("comb_cycle", 0.15),
            ("zero_crossing_cycle", 0.08),
            ("analytic_cycle", 0.15),
            ("hilbert_cycle(dual_differentiator)", 0.15),
            ("hilbert_cycle(phase_accumulation)", 0.15),
            ("hilbert_cycle(homodyne)", 0.15),
            ("auto_tune.period", 0.15),
        ] {
            let mut columns =
                Columns::new(&[formula], &ColumnParameters::default()).expect(formula);
            let values: Vec<f64> = wave(period, 1200)
                .iter()
                .filter_map(|candle| columns.update(candle).next().flatten())
                .skip(1000)
                .collect();
            let mean = values.iter().sum::<f64>() / values.len() as f64;
            let error = (mean / period - 1.0).abs();
            println!("{formula:36} {period} {mean:.2}");
            assert!(error < tolerance, "{formula}: {mean} on a cycle of {period}");
        }
    }
}

/// What a fresh indicator says after the last `count` candles.
fn fresh(formula: &Formula, candles: &[Candle], count: usize) -> Vec<Option<f64>> {
    let mut indicator = formula.build().expect("on candles");
    let mut row = vec![None; formula.listing.outputs.len()];
    for candle in &candles[candles.len() - count..] {
        indicator.update(candle, &mut row);
    }
    row
}

#[test]
fn what_is_long_ago_is_forgotten() {
    let mut series = random_candles(5, 8000);
    // Prices of another magnitude for a while, which must leave nothing behind.
    for candle in &mut series[1000..1010] {
        for price in [&mut candle.open, &mut candle.high, &mut candle.low, &mut candle.close] {
            *price *= 1000.0;
        }
    }
    let ours = |listing: &&Listing| listing.entry.school == School::Ehlers;
    for listing in catalog::all().filter(ours) {
        let name = listing.entry.name;
        let formula = Formula::parse(&format!("{name}.{}", listing.outputs[0])).expect(name);
        let mut stream = formula.build().expect("on candles");
        let mut row = vec![None; listing.outputs.len()];
        for (end, candle) in (1..).zip(&series) {
            stream.update(candle, &mut row);
            if end != 7000 && end != 7777 {
                continue;
            }
            for (value, expected) in row.iter().zip(fresh(&formula, &series[..end], 5000)) {
                let (value, expected) = value.zip(expected).expect(name);
                let error = (value - expected).abs() / expected.abs().max(1.0);
                assert!(error < 1e-7, "{name} row {end}: {value} is not {expected}");
            }
        }
    }
}

#[test]
fn exact_constants_are_another_filter_by_as_much_as_stated() {
    let prices: Vec<f64> = random_candles(3, 3000).iter().map(|each| each.close).collect();
    let smooth = |constants| -> Vec<f64> {
        let mut filter = SuperSmoother::new(20.0, constants);
        prices.iter().filter_map(|&price| filter.update(price)).collect()
    };
    let (published, exact) = (smooth(Constants::Published), smooth(Constants::Exact));
    let differences: Vec<f64> = published.iter().zip(&exact).map(|(p, e)| p - e).collect();
    let share = deviation(&differences) / deviation(&prices);
    assert!(share > 1e-6 && share < 1e-3, "{share}");
    assert!(catalog::find("supersmoother").is_some_and(|listing| {
        listing.build(&[20.0, 1.0], AppliedPrice::Close).is_ok()
            && listing.build(&[20.0, 2.0], AppliedPrice::Close).is_err()
    }));
}
