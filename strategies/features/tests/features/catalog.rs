//! What holds for every indicator of the catalogue, whoever adds it.

use std::collections::HashSet;

use crate::support::random_candles;
use gannet_features::catalog::{self, BuildError, Dynamic, Listing};
use gannet_features::columns::{self, ColumnError, ColumnParameters, Columns};
use gannet_features::formula::{Formula, FormulaError};
use gannet_features::parameter::ParameterError;
use gannet_features::{AppliedPrice, Book, BookLevel, Candle, MarketSample, Print, Quote};
use gannet_types::{Nanos, Side};
use proptest::prelude::*;

type Row = Vec<Option<f64>>;

pub(crate) fn run<O>(listing: &Listing, indicator: &mut dyn Dynamic<O>, samples: &[O]) -> Vec<Row> {
    samples
        .iter()
        .map(|sample| {
            let mut row = vec![None; listing.outputs.len()];
            indicator.update(sample, &mut row);
            row
        })
        .collect()
}

/// Indicators that run on candles.
fn on_candles() -> impl Iterator<Item = &'static Listing> {
    catalog::all().filter(|listing| !listing.is_on_market())
}

/// Indicators that run on books and trades.
fn on_market() -> impl Iterator<Item = &'static Listing> {
    catalog::all().filter(|listing| listing.is_on_market())
}

fn build(listing: &Listing, arguments: &[f64]) -> Option<Box<dyn Dynamic>> {
    match listing.build(arguments, listing.entry.price) {
        Ok(indicator) => Some(indicator),
        Err(BuildError::Parameter(ParameterError::Contradiction(_))) => None,
        Err(error) => panic!("{}: {error}", listing.entry.name),
    }
}

/// Arguments between the limits of each parameter, small enough that a test ends.
pub(crate) fn some_arguments(listing: &Listing, seed: u64) -> Vec<f64> {
    let share = |index: u64| {
        let mixed = (seed + index).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 40) as f64 / (1_u64 << 24) as f64
    };
    (0..)
        .zip(listing.entry.parameters)
        .map(|(index, parameter)| {
            let high = parameter.high.min(4.0 * parameter.default.abs().max(1.0));
            let value = parameter.low + share(index) * (high.max(parameter.low) - parameter.low);
            if parameter.unit.is_whole() { value.floor() } else { value }
        })
        .collect()
}

#[test]
fn names_are_unique_and_entries_are_filled() {
    let mut names = HashSet::new();
    for Listing { entry, outputs, .. } in catalog::all() {
        assert!(names.insert(entry.name), "{} twice", entry.name);
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        assert!(entry.name.chars().all(allowed), "{}", entry.name);
        assert!(!entry.title.is_empty() && !entry.source.author.is_empty(), "{}", entry.name);
        assert!(!entry.source.title.is_empty() && entry.source.year > 1600, "{}", entry.name);
        assert!(!outputs.is_empty());
        assert_eq!(outputs.iter().collect::<HashSet<_>>().len(), outputs.len());
        let parameters: HashSet<_> = entry.parameters.iter().map(|each| each.name).collect();
        assert_eq!(parameters.len(), entry.parameters.len(), "{}", entry.name);
        for parameter in entry.parameters {
            assert!(parameter.check(parameter.default).is_ok(), "{}: default", entry.name);
        }
    }
}

#[test]
fn values_begin_exactly_after_the_warm_up() {
    for listing in on_candles() {
        // Patterns and sessions begin when the series says so.
        if listing.entry.school == catalog::School::Patterns || listing.entry.name == "pivots" {
            continue;
        }
        for seed in 0..20 {
            let mut arguments = some_arguments(listing, seed);
            if seed == 0 {
                arguments.clear();
            }
            let Some(mut indicator) = build(listing, &arguments) else { continue };
            let warm_up = indicator.warm_up();
            let rows = run(listing, &mut *indicator, &random_candles(seed, warm_up + 150));
            for (row, values) in rows.iter().enumerate() {
                let ready = row + 1 >= warm_up;
                let name = listing.entry.name;
                assert!(
                    values.iter().all(|value| value.is_some() == ready),
                    "{name} {arguments:?} row {row} of {warm_up}: {values:?}"
                );
            }
        }
    }
}

/// One event of each kind, of ordinary numbers.
fn ordinary_events(candle: &Candle) -> [MarketSample; 3] {
    let Candle { time, low: bid, high, close, volume, .. } = *candle;
    let (ask, size) = (high + 0.01, volume + 1.0);
    [
        MarketSample::Quote(Quote { time, bid, bid_size: size, ask, ask_size: 500.0 }),
        MarketSample::Book(Book {
            time,
            bids: [BookLevel { price: bid, size }; 10],
            asks: [BookLevel { price: ask, size: 500.0 }; 10],
        }),
        MarketSample::Print(Print { time, price: close, size, aggressor: Side::Buy }),
    ]
}

#[test]
fn market_values_begin_exactly_after_the_warm_up() {
    for listing in on_market().filter(|listing| listing.entry.name != "vpin") {
        let mut kinds = 0;
        for kind in 0..3 {
            let mut indicator = listing.build_on_market(&[]).expect("defaults");
            let warm_up = indicator.warm_up();
            let candles = random_candles(1, warm_up + 50);
            let events: Vec<MarketSample> =
                candles.iter().map(|candle| ordinary_events(candle)[kind]).collect();
            let rows = run(listing, &mut *indicator, &events);
            let Some(first) = rows.iter().position(|row| row[0].is_some()) else { continue };
            kinds += 1;
            assert_eq!(first + 1, warm_up, "{}", listing.entry.name);
            assert!(rows[first..].iter().flatten().all(Option::is_some));
        }
        assert_eq!(kinds, 1, "{} reads one kind of event", listing.entry.name);
    }
}

#[test]
fn an_indicator_can_be_built_at_the_limits_of_every_argument_and_not_beyond() {
    for listing in catalog::all() {
        let defaults: Vec<f64> =
            listing.entry.parameters.iter().map(|parameter| parameter.default).collect();
        for (index, parameter) in listing.entry.parameters.iter().enumerate() {
            let with = |value: f64| {
                let mut arguments = defaults.clone();
                arguments[index] = value;
                if listing.is_on_market() {
                    listing.build_on_market(&arguments).map(drop)
                } else {
                    listing.build(&arguments, AppliedPrice::Close).map(drop)
                }
            };
            for value in [parameter.low, parameter.high] {
                if let Err(error) = with(value) {
                    let contradiction = ParameterError::Contradiction("");
                    let contradiction = std::mem::discriminant(&contradiction);
                    let BuildError::Parameter(error) = error else { panic!("{error}") };
                    assert_eq!(std::mem::discriminant(&error), contradiction, "{error}");
                }
            }
            let beyond = [parameter.low - 1.0, parameter.high + 1.0, f64::NAN, f64::INFINITY];
            for value in beyond {
                assert!(with(value).is_err(), "{} {value}", listing.entry.name);
            }
            let whole = parameter.unit.is_whole();
            assert!(!whole || with(parameter.low + 0.5).is_err());
        }
        let too_many = vec![1.0; defaults.len() + 1];
        assert!(listing.arguments(&too_many).is_err());
    }
}

#[test]
fn every_column_resolves_with_both_sets_of_parameters() {
    for parameters in [ColumnParameters::default(), ColumnParameters::alternative()] {
        let names = columns::names(&parameters).expect("all keys exist");
        assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
        let mut columns = Columns::new(&names, &parameters).expect("every column");
        let candles = random_candles(1, 10);
        let first: Vec<Row> = candles.iter().map(|each| columns.update(each).collect()).collect();
        columns.reset();
        let again: Vec<Row> = candles.iter().map(|each| columns.update(each).collect()).collect();
        assert_eq!(first, again);
    }
}

#[test]
fn formulas_and_columns_say_what_is_wrong() {
    let check = |text: &str, expected: &str| match Formula::parse(text) {
        Ok(formula) => panic!("{text}: {formula:?}"),
        Err(error) => assert_eq!(error.to_string(), expected),
    };
    check("emma(3)", "no indicator is called \"emma\"");
    check("ema(3", "\"ema(3\" lacks a closing parenthesis, or has something after it");
    check("ema(3)x", "\"ema(3)x\" lacks a closing parenthesis, or has something after it");
    check("ema(0)", "ema: period = 0 is not within 1 to 100000");
    check("ema(2.5)", "ema: period = 2.5 is not a whole number");
    check("ema(1,2)", "ema: 2 arguments where 1 are allowed");
    check("ema(x)", "period cannot be \"x\"");
    check("ema(length=3)", "ema has no parameter \"length\"");
    check("ema(3).up", "ema has no output \"up\"; it has value");
    check("ema(3) of cloze", "no price is called \"cloze\"");
    let formula = Formula::parse(" ema( period = 3 ) . value of hl2 ").expect("a formula");
    assert_eq!(formula.arguments.values(), [3.0]);
    assert_eq!((formula.price, formula.output), (AppliedPrice::Median, 0));

    let mut parameters = ColumnParameters::default();
    assert!(parameters.set("classic.nn", "1").is_err());
    parameters.set("classic.ma", "0").expect("a key");
    assert!(matches!(
        Columns::new(&["ema_0"], &parameters).err(),
        Some(ColumnError::Formula { source: FormulaError::Argument { .. }, .. })
    ));
    assert!(matches!(
        Columns::new(&["micro_price"], &parameters).err(),
        Some(ColumnError::Build { .. })
    ));
    assert!(matches!(
        Columns::new(&["nothing"], &parameters).err(),
        Some(ColumnError::UnknownColumn(_))
    ));
}

/// Numbers that no market should print, one for each field of a candle.
fn hostile() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        20 => 0.01..1e6_f64,
        2 => Just(0.0),
        1 => Just(-1.0),
        1 => Just(f64::NAN),
        1 => Just(f64::INFINITY),
        1 => Just(f64::NEG_INFINITY),
        1 => Just(f64::MIN_POSITIVE),
        1 => Just(f64::MAX),
        1 => Just(1e30),
        1 => Just(-1e30),
        1 => Just(1e-300),
    ]
}

fn hostile_candles() -> impl Strategy<Value = Vec<Candle>> {
    let candle = (hostile(), hostile(), hostile(), hostile(), hostile(), any::<u64>());
    let candle = candle.prop_map(|(open, high, low, close, volume, time)| Candle {
        time: Nanos(time),
        open,
        high,
        low,
        close,
        volume,
    });
    prop::collection::vec(candle, 1..150)
}

/// Quotes, books and prints of hostile numbers; a good one among them now and then.
fn market(hostile: impl Strategy<Value = f64> + Clone) -> impl Strategy<Value = Vec<MarketSample>> {
    let side = prop_oneof![Just(Side::Buy), Just(Side::Sell)];
    let number = move || hostile.clone();
    let sample = (number(), number(), number(), number(), any::<u64>(), side, 0..3_usize);
    let sample = sample.prop_map(|(bid, bid_size, ask, ask_size, time, aggressor, kind)| {
        let time = Nanos(time);
        match kind {
            0 => MarketSample::Quote(Quote { time, bid, bid_size, ask, ask_size }),
            1 => MarketSample::Book(Book {
                time,
                bids: [BookLevel { price: bid, size: bid_size }; 10],
                asks: [BookLevel { price: ask, size: ask_size }; 10],
            }),
            _ => MarketSample::Print(Print { time, price: bid, size: bid_size, aggressor }),
        }
    });
    prop::collection::vec(sample, 1..300)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn reset_is_new_and_nothing_infinite_leaves(candles in hostile_candles(), seed in 0..1000_u64) {
        for listing in on_candles() {
            let Some(mut indicator) = build(listing, &some_arguments(listing, seed)) else {
                continue;
            };
            let first = run(listing, &mut *indicator, &candles);
            for value in first.iter().flatten().flatten() {
                prop_assert!(value.is_finite(), "{}", listing.entry.name);
            }
            indicator.reset();
            prop_assert_eq!(first, run(listing, &mut *indicator, &candles));
        }
    }

    #[test]
    fn a_bad_sample_changes_nothing(seed in 0..1000_u64, bad in 0..200_usize) {
        for listing in on_candles() {
            let arguments = some_arguments(listing, seed);
            let Some(mut indicator) = build(listing, &arguments) else { continue };
            let candles = random_candles(seed, 200);
            let clean = run(listing, &mut *indicator, &candles);
            let mut holed = candles.clone();
            let nan = f64::NAN;
            let hole = Candle {
                open: nan, high: nan, low: nan, close: nan, volume: nan, ..candles[bad]
            };
            holed.insert(bad, hole);
            indicator.reset();
            let mut rows = run(listing, &mut *indicator, &holed);
            prop_assert!(rows.remove(bad).iter().all(Option::is_none));
            prop_assert_eq!(clean, rows, "{}", listing.entry.name);
        }
    }

    #[test]
    fn market_indicators_reset_to_new_and_nothing_infinite_leaves(
        samples in market(hostile()),
        seed in 0..1000_u64,
    ) {
        for listing in on_market() {
            let arguments = some_arguments(listing, seed);
            let mut indicator = listing.build_on_market(&arguments).expect("arguments");
            let first = run(listing, &mut *indicator, &samples);
            for value in first.iter().flatten().flatten() {
                prop_assert!(value.is_finite(), "{}", listing.entry.name);
            }
            indicator.reset();
            prop_assert_eq!(&first, &run(listing, &mut *indicator, &samples));
        }
    }

    #[test]
    fn market_indicators_ignore_what_is_not_theirs(
        samples in market(1.0..100.0_f64),
        seed in 0..1000_u64,
    ) {
        let bad = [
            MarketSample::Quote(Quote {
                time: Nanos(1), bid: 2.0, bid_size: 1.0, ask: 1.0, ask_size: 1.0,
            }),
            MarketSample::Print(Print {
                time: Nanos(1), price: 2.0, size: 0.0, aggressor: Side::Buy,
            }),
        ];
        let holed: Vec<MarketSample> =
            samples.iter().flat_map(|&sample| [sample, bad[0], bad[1]]).collect();
        for listing in on_market() {
            let arguments = some_arguments(listing, seed);
            let mut indicator = listing.build_on_market(&arguments).expect("arguments");
            let clean = run(listing, &mut *indicator, &samples);
            indicator.reset();
            let rows = run(listing, &mut *indicator, &holed);
            let kept: Vec<Row> = rows.iter().step_by(3).cloned().collect();
            prop_assert_eq!(clean, kept, "{}", listing.entry.name);
        }
    }
}
