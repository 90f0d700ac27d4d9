//! Candle patterns: TA-Lib's values on a series of ours, and ties made on purpose.

use std::collections::{BTreeMap, HashSet};

use gannet_features::patterns::{CandlePattern, Candlesticks};
use gannet_features::{Indicator, Ohlc};

/// `candles.csv` holds coarse prices in which every pattern fires with every value it has, and
/// what TA-Lib 0.8.1 finds: 160 candles of a walk, then stretches around the rarer patterns.
#[test]
fn every_pattern_has_talibs_values() {
    let mut all = Candlesticks::default();
    let mut seen = HashSet::new();
    for (row, line) in include_str!("../../data/candles.csv").lines().skip(1).enumerate() {
        let fields: Vec<&str> = line.split(',').collect();
        let price = |field: usize| fields[field].parse::<f64>().expect("a price");
        let candle = Ohlc { open: price(0), high: price(1), low: price(2), close: price(3) };
        let expected: BTreeMap<&str, i32> = fields[4]
            .split_whitespace()
            .map(|found| found.split_once(':').expect("name and value"))
            .map(|(name, value)| (name, value.parse().expect("a value")))
            .collect();
        let signs = all.update(candle).expect("ready");
        let found: BTreeMap<&str, i32> = signs
            .found()
            .map(|(pattern, value)| (CandlePattern::NAMES[pattern as usize], value))
            .collect();
        assert_eq!(found, expected, "row {row}");
        seen.extend(expected.into_iter().map(|(name, value)| (name.to_owned(), value)));
    }
    assert_eq!(seen.len(), 98, "every pattern in every direction and strength");
    let names: HashSet<&str> = seen.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names.len(), CandlePattern::ALL.len());
}

/// Feeds quiet candles, then these, and returns what one pattern says of the last.
fn judge(pattern: CandlePattern, candles: &[[f64; 4]]) -> i32 {
    let mut all = Candlesticks::default();
    let quiet = (0..20).map(|index| [5.0, 5.03, 4.97, if index % 2 == 0 { 4.99 } else { 5.01 }]);
    for [open, high, low, close] in quiet.chain(candles.iter().copied()) {
        all.push(Ohlc { open, high, low, close });
    }
    all.judge(pattern)
}

#[test]
fn a_close_exactly_at_the_penetration_is_decided_by_a_single_rounding() {
    // 1.3 + 0.3 · (2.3 − 1.3): in two roundings 1.6, in one the number below it.
    let body = 2.3_f64 - 1.3;
    let (fused, plain) = (body.mul_add(0.3, 1.3), 1.3 + body * 0.3);
    assert!(fused < plain);
    let morning = |close: f64| {
        let candles = [[2.3, 2.3, 1.3, 1.3], [1.1, 1.1, 1.09, 1.095], [1.12, close, 1.1, close]];
        judge(CandlePattern::MorningStar, &candles)
    };
    assert_eq!((morning(fused), morning(plain)), (0, 100));
}

#[test]
fn candles_without_range_are_dojis_and_harm_nothing() {
    let flat = [[7.0; 4]; 30];
    assert_eq!(judge(CandlePattern::Doji, &flat), 100);
    assert_eq!(judge(CandlePattern::Marubozu, &flat), 0);
    assert_eq!(judge(CandlePattern::Engulfing, &flat), 0);
    assert_eq!(judge(CandlePattern::MatchingLow, &flat), 0, "nothing is black");
}

#[test]
fn a_hikkake_is_confirmed_once_within_three_candles() {
    let inside = [[5.0, 6.0, 4.0, 5.0], [5.0, 5.5, 4.5, 5.0], [4.6, 5.4, 4.2, 4.8]];
    let with = |after: &[[f64; 4]]| {
        let candles: Vec<[f64; 4]> = inside.iter().chain(after).copied().collect();
        judge(CandlePattern::Hikkake, &candles)
    };
    let (wait, passes) = ([4.8, 5.4, 4.2, 5.0], [5.0, 5.8, 4.9, 5.6]);
    assert_eq!(with(&[]), 100);
    assert_eq!(with(&[passes]), 200);
    assert_eq!(with(&[wait, wait]), 0);
    assert_eq!(with(&[wait, wait, passes]), 200);
    assert_eq!(with(&[wait, wait, wait, passes]), 0);
    assert_eq!(with(&[passes, [5.6, 5.8, 4.9, 5.7]]), 0);
}

#[test]
fn names_and_lengths_are_those_of_the_list() {
    for pattern in CandlePattern::ALL {
        assert!((1..=5).contains(&pattern.bars()));
        assert!(pattern.lookback() + 1 >= pattern.bars());
        assert_eq!(pattern.column(), format!("cdl{}", CandlePattern::NAMES[pattern as usize]));
        assert!(!pattern.title().is_empty());
    }
}
