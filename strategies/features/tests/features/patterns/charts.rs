//! Chart patterns: zigzags drawn for each of them, and what every zigzag must be.

use gannet_features::patterns::{
    ChartFinding, ChartPattern, ChartPatterns, Fractal, Pivot, PivotSide, TrackedPattern, ZigZag,
};
use gannet_features::{HighLow, HighLowClose, Indicator};
use proptest::prelude::*;

use super::candles;

/// Draws a zigzag through prices, the first one a high, ten bars a leg, and a last leg that
/// confirms the last price; returns what is found there.
fn found(prices: &[f64]) -> Vec<ChartFinding> {
    let mut charts = ChartPatterns::new(0.001, 0.01, 0.5);
    let mut findings = Vec::new();
    for bar in path(prices) {
        charts.update(HighLow { high: bar, low: bar });
        let now: Vec<ChartFinding> = charts.findings().collect();
        if !now.is_empty() {
            findings = now;
        }
    }
    findings
}

fn path(prices: &[f64]) -> Vec<f64> {
    let back = prices[prices.len() - 2];
    let ends = prices.iter().copied().chain([back]).collect::<Vec<_>>();
    let mut path = vec![ends[0]];
    for leg in ends.windows(2) {
        path.extend((1..10).map(|step| leg[0] + (leg[1] - leg[0]) * f64::from(step) / 10.0));
        path.push(leg[1]);
    }
    path
}

#[track_caller]
fn check(prices: &[f64], pattern: ChartPattern, sign: i32) -> ChartFinding {
    let findings = found(prices);
    let finding = findings.iter().find(|found| found.pattern == pattern);
    let finding = *finding.unwrap_or_else(|| panic!("{pattern:?} not among {findings:?}"));
    assert_eq!(finding.sign, sign);
    let pivots: Vec<f64> = finding.pivots().map(|pivot| pivot.price).collect();
    assert_eq!(pivots, prices[prices.len() - pattern.pivots()..]);
    finding
}

#[test]
fn classical_patterns_are_found_with_their_geometry() {
    let top = check(&[110.0, 100.0, 120.0, 100.0, 110.0], ChartPattern::HeadShoulders, -1);
    assert_eq!((top.line.at(top.bar), top.target), (100.0, 80.0));
    // Forty bars of pattern, one to confirm it.
    assert_eq!((top.span(), top.bar), (41, 41));
    let bottom = check(&[120.0, 90.0, 100.0, 80.0, 100.0, 90.0], ChartPattern::HeadShoulders, 1);
    assert_eq!(bottom.target, 120.0);
    let double = check(&[110.0, 100.0, 110.0], ChartPattern::Double, -1);
    assert_eq!((double.line.price, double.target), (100.0, 90.0));
    check(&[120.0, 100.0, 110.0, 100.5], ChartPattern::Double, 1);
    check(&[110.0, 100.0, 110.5, 101.0, 110.0], ChartPattern::Triple, -1);
    let ascending = check(&[110.0, 100.0, 110.0, 105.0], ChartPattern::Triangle, 1);
    assert_eq!(ascending.line.at(ascending.bar), 110.0);
    check(&[120.0, 100.0, 110.0, 100.0], ChartPattern::Triangle, -1);
    check(&[120.0, 100.0, 115.0, 105.0], ChartPattern::Triangle, 1);
    check(&[130.0, 100.0, 120.0, 105.0, 115.0], ChartPattern::Triangle, -1);
    let rectangle = check(&[110.0, 100.0, 110.0, 100.0], ChartPattern::Rectangle, 1);
    assert_eq!((rectangle.line.price, rectangle.target), (110.0, 120.0));
    check(&[110.0, 100.0, 111.0, 104.0], ChartPattern::Wedge, -1);
    check(&[110.0, 100.0, 104.0, 98.0], ChartPattern::Wedge, 1);
    let flag = check(&[110.0, 100.0, 120.0, 113.0], ChartPattern::Flag, 1);
    assert_eq!(flag.target, 133.0);
    let cup = check(&[110.0, 100.0, 110.0, 106.0], ChartPattern::CupHandle, 1);
    assert_eq!((cup.line.price, cup.target), (110.0, 120.0));
    check(&[120.0, 100.0, 110.0, 100.0, 104.0], ChartPattern::CupHandle, -1);
}

/// X at 100, A at 200, then points by their share of the leg before; D a low.
fn legs(ab_to_xa: f64, bc_to_ab: f64, d_below_a: f64) -> [f64; 6] {
    let b = 200.0 - 100.0 * ab_to_xa;
    let c = b + (200.0 - b) * bc_to_ab;
    [250.0, 100.0, 200.0, b, c, 200.0 - 100.0 * d_below_a]
}

#[test]
fn harmonic_patterns_are_found_at_their_ideal_ratios() {
    check(&legs(0.618, 0.6, 0.786), ChartPattern::Gartley, 1);
    check(&legs(0.45, 0.65, 0.886), ChartPattern::Bat, 1);
    check(&legs(0.382, 0.8, 1.13), ChartPattern::AlternateBat, 1);
    check(&legs(0.786, 0.6, 1.4), ChartPattern::Butterfly, 1);
    check(&legs(0.6, 0.8, 1.618), ChartPattern::Crab, 1);
    check(&legs(0.886, 0.6, 1.618), ChartPattern::DeepCrab, 1);
    check(&legs(0.5, 1.3, 1.0), ChartPattern::Shark, 1);
    let shifted = [250.0, 100.0, 200.0, 60.0, 325.0, 100.0];
    check(&shifted, ChartPattern::SharkShifted, 1);
    check(&[250.0, 100.0, 200.0, 150.0, 235.0, 129.0], ChartPattern::Cypher, 1);
    let equal = check(&[200.0, 100.0, 160.0, 60.0], ChartPattern::Abcd, 1);
    assert_eq!((equal.line.price, equal.target), (60.0, 60.0 + 0.618 * 140.0));
}

#[test]
fn a_mirrored_harmonic_pattern_is_bearish() {
    // The mirrored X is a high, so the zigzag may begin with it.
    let prices = legs(0.618, 0.6, 0.786).map(|price| 300.0 - price);
    check(&prices[1..], ChartPattern::Gartley, -1);
}

#[test]
fn a_tracked_pattern_ages_and_is_broken_at_its_line() {
    let mut tracked = TrackedPattern::new(ChartPattern::HeadShoulders, 0.001, 0.01, 0.5);
    let mut points = Vec::new();
    for price in path(&[110.0, 100.0, 120.0, 100.0, 110.0, 95.0]) {
        let bar = HighLowClose { high: price, low: price, close: price };
        points.push(tracked.update(bar));
    }
    // Confirmed one bar after the right shoulder, at bar 40.
    assert!(points[..41].iter().all(Option::is_none));
    let first = points[41].expect("completed");
    assert_eq!((first.sign, first.age, first.span, first.broken), (-1.0, 0.0, 41.0, 0.0));
    assert_eq!((first.line, first.target), (100.0, 80.0));
    let (before, after) = (points[46].expect("held"), points[47].expect("held"));
    assert_eq!((before.age, before.broken, after.broken), (5.0, 0.0, 1.0));
}

/// All pivots of a whole series at once, by looking ahead for the reversal of each extreme.
fn batch_pivots(bars: &[HighLow], threshold: f64) -> Vec<Pivot> {
    let mut pivots = Vec::new();
    let (mut first, mut side) = (0, PivotSide::High);
    while first < bars.len() {
        let price = |bar: usize| match side {
            PivotSide::High => bars[bar].high,
            PivotSide::Low => bars[bar].low,
        };
        let mut extreme = first;
        let confirming = (first + 1..bars.len()).find(|&bar| {
            let extends = match side {
                PivotSide::High => price(bar) > price(extreme),
                PivotSide::Low => price(bar) < price(extreme),
            };
            if extends {
                extreme = bar;
            }
            !extends
                && match side {
                    PivotSide::High => bars[bar].low <= price(extreme) * (1.0 - threshold),
                    PivotSide::Low => bars[bar].high >= price(extreme) * (1.0 + threshold),
                }
        });
        let Some(confirming) = confirming else { break };
        pivots.push(Pivot { price: price(extreme), bar: extreme, side });
        side = if side == PivotSide::High { PivotSide::Low } else { PivotSide::High };
        first = confirming;
    }
    pivots
}

#[test]
fn a_fractal_is_passed_by_no_bar_near_it() {
    let bars: Vec<HighLow> =
        candles(9, 300).iter().map(|each| HighLow { high: each.high, low: each.low }).collect();
    for side in [1, 2, 5] {
        let mut fractal = Fractal::new(side);
        for (bar, &range) in bars.iter().enumerate() {
            let point = fractal.update(range);
            assert_eq!(point.is_some(), bar >= 2 * side);
            let Some(point) = point else { continue };
            let (near, middle) = (&bars[bar - 2 * side..=bar], bars[bar - side]);
            let high = near.iter().all(|each| each.high <= middle.high);
            let low = near.iter().all(|each| each.low >= middle.low);
            let expected = |found, price, pivot_side| {
                let pivot = Pivot { price, bar: bar - side, side: pivot_side };
                Some(pivot).filter(|_| found)
            };
            assert_eq!(point.high, expected(high, middle.high, PivotSide::High));
            assert_eq!(point.low, expected(low, middle.low, PivotSide::Low));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn pivots_are_those_of_the_whole_series_and_alternate(
        seed in 0..1000_u64,
        threshold in 0.002..0.05_f64,
    ) {
        let bars: Vec<HighLow> = candles(seed, 500)
            .iter()
            .map(|each| HighLow { high: each.high, low: each.low })
            .collect();
        let mut zigzag = ZigZag::new(threshold);
        let pivots: Vec<Pivot> = bars
            .iter()
            .filter_map(|&bar| zigzag.update(bar).expect("ready").confirmed)
            .collect();
        prop_assert_eq!(&pivots, &batch_pivots(&bars, threshold));
        for pair in pivots.windows(2) {
            prop_assert!(pair[0].bar < pair[1].bar);
            prop_assert!(pair[0].side != pair[1].side);
        }
    }
}
