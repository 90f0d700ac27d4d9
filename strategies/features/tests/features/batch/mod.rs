//! What streams equals its definition over the whole series, for every indicator of the catalogue.
//!
//! The definitions here know nothing of the indicators' code: windows are passes over their samples,
//! averages are sums of all samples' weights, filters their answers to an impulse. Where the
//! definition is a table or a rule for a handful of bars, which golden files check, what is compared
//! is what a new indicator says of those bars alone. An entry without either fails the test.

mod bars;
mod classical;
mod cycles;
mod ehlers;
mod filters;
mod market;
mod paths;
mod scales;
mod series;
mod spectra;
mod swings;
mod trends;

use crate::catalog::{run, some_arguments};
use crate::support::random_candles;
use bars::Bars;
use gannet_features::catalog::{self, BuildError, Dynamic, Listing, School};
use gannet_features::parameter::ParameterError;
use gannet_features::{Candle, MarketSample};
use series::EITHER;

/// How many samples come after the first value.
const SAMPLES: usize = 250;

/// How many sets of arguments are tried: the defaults, then random ones.
const SEEDS: u64 = 6;

/// How far from its definition a value may be, of the largest number in its column.
const TOLERANCE: f64 = 1e-10;

/// How far times that are searched for may differ by where the search begins, days.
const SEARCHED: f64 = 1e-7;

type Row = Vec<Option<f64>>;

/// What an indicator is compared with.
enum Truth {
    /// Its definition, one column an output. NaN where there is nothing.
    Columns(Vec<Vec<f64>>),
    /// A new indicator that sees only so many of the last bars.
    Recent(usize),
    /// A new indicator that sees straight lines through the last turns, and bars from the last on.
    Turns(f64),
}

fn truth(listing: &Listing, a: &[f64], candles: &[Candle]) -> Truth {
    let bars = Bars::of(candles, listing.entry.price);
    let name = listing.entry.name;
    let recent = match name {
        "aspect" | "planet" | "planet_from_sun" | "planetary_line" | "planetary_square" => Some(1),
        "synodic_cycle" | "time_harmonic" => Some(1),
        "gann_levels" | "gann_natural_dates" | "gann_day_angle" => Some(1),
        // Five bars, the usual size of ten before each, and three to be confirmed in.
        "candlesticks" => Some(18),
        // A turn is known a bar later.
        "lmw" => Some(a[0] as usize),
        _ => None,
    };
    if let Some(bars) = recent {
        return Truth::Recent(bars);
    }
    match name {
        "chart_patterns" => return Truth::Turns(a[0]),
        "chart_pattern" => return Truth::Turns(a[1]),
        _ => {}
    }
    let columns = match listing.entry.school {
        School::Classical => classical::definition(name, a, &bars),
        School::Ehlers => ehlers::definition(name, a, &bars),
        School::Microstructure => market::definition(name, a, &bars),
        School::Gann | School::Patterns => swings::definition(name, a, &bars),
        School::Astro => None,
    };
    Truth::Columns(columns.unwrap_or_else(|| panic!("{name} has no definition: write one")))
}

/// Checks one indicator with one set of arguments; `false` if they contradict each other.
fn check(listing: &Listing, given: &[f64], seed: u64) -> bool {
    let name = listing.entry.name;
    let arguments = match listing.arguments(given) {
        Ok(arguments) => arguments,
        Err(ParameterError::Contradiction(_)) => return false,
        Err(error) => panic!("{name}: {error}"),
    };
    let price = listing.entry.price;
    if listing.is_on_market() {
        let build = || listing.build_on_market(given);
        let candles = random_candles(seed, warm_up(build()) + SAMPLES);
        let tape: Vec<MarketSample> = market::tape(&candles, listing.event);
        let rows = twice(listing, &build, &tape);
        compare(listing, arguments.values(), &candles, &rows);
    } else {
        let build = || listing.build(given, price);
        let candles = random_candles(seed, warm_up(build()) + SAMPLES);
        let rows = twice(listing, &build, &candles);
        compare(listing, arguments.values(), &candles, &rows);
    }
    true
}

fn warm_up<O>(built: Result<Box<dyn Dynamic<O>>, BuildError>) -> usize {
    built.expect("the arguments are allowed").warm_up()
}

/// Runs over all samples, again after a reset, and a new one over some of them: all say the same.
fn twice<O>(
    listing: &Listing,
    build: &dyn Fn() -> Result<Box<dyn Dynamic<O>>, BuildError>,
    samples: &[O],
) -> Vec<Row> {
    let new = || build().expect("the arguments are allowed");
    let mut indicator = new();
    let rows = run(listing, &mut *indicator, samples);
    indicator.reset();
    assert_eq!(rows, run(listing, &mut *indicator, samples), "{}: reset", listing.entry.name);
    let some = samples.len() - SAMPLES / 2;
    let begun = run(listing, &mut *new(), &samples[..some]);
    assert_eq!(rows[..some], begun, "{}: what comes later changes nothing", listing.entry.name);
    rows
}

fn compare(listing: &Listing, a: &[f64], candles: &[Candle], rows: &[Row]) {
    match truth(listing, a, candles) {
        Truth::Columns(columns) => compare_columns(listing, a, rows, &columns),
        Truth::Recent(bars) => {
            let mut new = listing.build(a, listing.entry.price).expect("it was built before");
            for at in (bars - 1..candles.len()).step_by(7) {
                new.reset();
                let seen = run(listing, &mut *new, &candles[at + 1 - bars..=at]);
                let name = listing.entry.name;
                for (value, wanted) in rows[at].iter().zip(&seen[bars - 1]) {
                    let is_right = match (value, wanted) {
                        (Some(value), Some(wanted)) => (value - wanted).abs() <= SEARCHED,
                        pair => pair == (&None, &None),
                    };
                    assert!(is_right, "{name} {a:?} bar {at}: {value:?} is not {wanted:?}");
                }
            }
        }
        Truth::Turns(threshold) => compare_turns(listing, a, candles, rows, threshold),
    }
}

fn compare_columns(listing: &Listing, a: &[f64], rows: &[Row], columns: &[Vec<f64>]) {
    let name = listing.entry.name;
    assert_eq!(columns.len(), listing.outputs.len(), "{name}");
    let finite = |column: &Vec<f64>| -> Vec<f64> {
        column.iter().copied().filter(|x| x.is_finite()).collect()
    };
    let largest = |x: &Vec<f64>| finite(x).into_iter().fold(0.0_f64, |max, x| max.max(x.abs()));
    let scales: Vec<f64> = columns.iter().map(largest).collect();
    // Outputs of a pattern come one by one, all others together.
    let is_alone = listing.entry.school == School::Patterns;
    let mut decided = 0;
    for (at, row) in rows.iter().enumerate() {
        let is_whole = columns.iter().all(|column| !column[at].is_nan());
        for (index, value) in row.iter().enumerate() {
            let wanted = columns[index][at];
            let is_there = if is_alone { !wanted.is_nan() } else { is_whole };
            let is_near = |value: f64| (value - wanted).abs() <= TOLERANCE * scales[index];
            let is_right = match *value {
                Some(value) => is_there && (wanted == EITHER || is_near(value)),
                None => !is_there,
            };
            let output = listing.outputs[index];
            assert!(is_right, "{name}.{output} {a:?} bar {at}: {value:?} is not {wanted}");
        }
        decided += usize::from(is_whole && columns.iter().all(|column| column[at] != EITHER));
    }
    assert!(is_alone || decided > 0, "{name} {a:?}: no row says anything");
}

/// A reversal that happens often on these bars.
const TURNING: f64 = 0.02;

/// As many turns as a pattern has, and two for a new zigzag to find its way.
const TURNS: usize = 7;

/// A bar without a range.
fn standing(candle: &Candle, price: f64) -> Candle {
    Candle { open: price, high: price, low: price, close: price, ..*candle }
}

fn compare_turns(listing: &Listing, a: &[f64], candles: &[Candle], rows: &[Row], threshold: f64) {
    let bars = Bars::of(candles, listing.entry.price);
    let turns = swings::turns(&bars, threshold);
    let mut new = listing.build(a, listing.entry.price).expect("it was built before");
    assert!(threshold > TURNING || turns.len() > 2 * TURNS, "{threshold}: {}", turns.len());
    for (index, last) in turns.iter().enumerate().skip(TURNS) {
        let mut path: Vec<Candle> = Vec::new();
        for pair in turns[index - TURNS..=index].windows(2) {
            path.extend((pair[0].bar..pair[1].bar).map(|bar| {
                let share = (bar - pair[0].bar) as f64 / (pair[1].bar - pair[0].bar) as f64;
                standing(&candles[bar], pair[0].price + share * (pair[1].price - pair[0].price))
            }));
        }
        // After the last turn the bars are the market's, up to where the next one is known.
        path.push(standing(&candles[last.bar], last.price));
        let end = turns.get(index + 1).map_or(candles.len(), |next| next.known);
        path.extend(&candles[last.bar + 1..end]);
        new.reset();
        let seen = run(listing, &mut *new, &path);
        let name = listing.entry.name;
        let after = &seen[seen.len() - (end - last.known)..];
        // A pattern that was found earlier was known earlier on the straight lines.
        let is_found_here = listing.outputs[1] != "age" || after[0][1] == Some(0.0);
        for (back, (row, seen)) in rows[last.known..end].iter().zip(after).enumerate() {
            assert!(!is_found_here || row == seen, "{name} {a:?} bar {}", last.known + back);
        }
    }
}

#[test]
fn streaming_equals_the_definition_over_the_whole_series() {
    for listing in catalog::all() {
        let sets = (0..SEEDS).filter(|&seed| {
            let mut given = if seed == 0 { Vec::new() } else { some_arguments(listing, seed) };
            for (argument, parameter) in given.iter_mut().zip(listing.entry.parameters) {
                if parameter.name == "threshold" {
                    *argument *= TURNING;
                }
            }
            check(listing, &given, seed)
        });
        assert!(sets.count() > 1, "{}", listing.entry.name);
    }
}
