//! What streams equals its definition over the whole series, for every indicator of the catalogue.
//!
//! The definitions here know nothing of the indicators' code: windows are passes over their samples,
//! averages are sums of all samples' weights. An entry without one fails the test.

mod bars;
mod classical;
mod paths;
mod series;

use crate::catalog::some_arguments;
use crate::support::random_candles;
use bars::Bars;
use gannet_features::Candle;
use gannet_features::catalog::{self, BuildError, Listing, School};
use gannet_features::parameter::ParameterError;
use series::EITHER;

/// How many bars come after the first value.
const BARS: usize = 250;

fn definition(listing: &Listing, arguments: &[f64], candles: &[Candle]) -> Vec<Vec<f64>> {
    let bars = Bars::of(candles, listing.entry.price);
    let name = listing.entry.name;
    let found = match listing.entry.school {
        School::Classical => classical::definition(name, arguments, &bars),
        _ => None,
    };
    found.unwrap_or_else(|| panic!("{name} has no definition: write one"))
}

/// Compares an indicator fed bar by bar with its definition; returns whether it can be built.
fn compare(listing: &Listing, given: &[f64], seed: u64) -> bool {
    let name = listing.entry.name;
    let mut indicator = match listing.build(given, listing.entry.price) {
        Ok(indicator) => indicator,
        Err(BuildError::Parameter(ParameterError::Contradiction(_))) => return false,
        Err(error) => panic!("{name}: {error}"),
    };
    let arguments = listing.arguments(given).expect("it was built");
    let arguments = arguments.values();
    let candles = random_candles(seed, indicator.warm_up() + BARS);
    let expected = definition(listing, arguments, &candles);
    assert_eq!(expected.len(), listing.outputs.len(), "{name}");
    let largest = |column: &Vec<f64>| {
        column.iter().filter(|x| x.is_finite()).fold(0.0_f64, |largest, x| largest.max(x.abs()))
    };
    let scales: Vec<f64> = expected.iter().map(largest).collect();
    let mut row = vec![None; listing.outputs.len()];
    for (at, candle) in candles.iter().enumerate() {
        indicator.update(candle, &mut row);
        let is_ready = expected.iter().all(|column| !column[at].is_nan());
        for (index, value) in row.iter().enumerate() {
            let wanted = expected[index][at];
            let is_right = match value {
                None => !is_ready,
                Some(value) => {
                    let error = (value - wanted).abs();
                    is_ready && (wanted == EITHER || error <= TOLERANCE * scales[index])
                }
            };
            let output = listing.outputs[index];
            assert!(
                is_right,
                "{name}.{output} {arguments:?} seed {seed} bar {at}: {value:?} is not {wanted}"
            );
        }
    }
    true
}

/// Of a column's largest number.
const TOLERANCE: f64 = 1e-10;

#[test]
fn streaming_equals_the_definition_over_the_whole_series() {
    for listing in catalog::all().filter(|l| l.entry.school == School::Classical) {
        let mut compared = 0;
        for seed in 0..6 {
            let given = if seed == 0 { Vec::new() } else { some_arguments(listing, seed) };
            compared += usize::from(compare(listing, &given, seed));
        }
        assert!(compared > 0, "{}", listing.entry.name);
    }
}
