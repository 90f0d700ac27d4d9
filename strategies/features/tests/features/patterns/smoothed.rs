//! Smoothed chart patterns: shapes drawn for each, and the window against a batch over it.

use gannet_features::Indicator;
use gannet_features::patterns::{Lmw, LmwPattern, LmwSlope, PivotSide};
use proptest::prelude::*;

use super::candles;

/// Draws straight legs of `bars` bars through prices, five to the last one, and returns the
/// patterns in the last window.
fn found(prices: &[f64], bars: u32) -> Vec<LmwPattern> {
    let mut lmw = Lmw::new(38, 1.0, LmwSlope::Difference);
    let mut path = vec![prices[0]; 40];
    for (index, leg) in prices.windows(2).enumerate() {
        let bars = if index + 2 == prices.len() { 5 } else { bars };
        let rise = (leg[1] - leg[0]) / f64::from(bars);
        path.extend((1..=bars).map(|step| leg[0] + rise * f64::from(step)));
    }
    let last = path.into_iter().map(|price| lmw.update(price)).last();
    let flags = last.flatten().expect("ready");
    LmwPattern::ALL.into_iter().filter(|&pattern| flags.get(pattern)).collect()
}

#[track_caller]
fn check(prices: &[f64], expected: &[LmwPattern]) {
    assert_eq!(found(prices, 5), expected);
    let mirrored: Vec<f64> = prices.iter().map(|price| 200.0 - price).collect();
    let bottoms = expected.iter().map(|&top| LmwPattern::ALL[top as usize + 1]).collect::<Vec<_>>();
    assert_eq!(found(&mirrored, 5), bottoms, "mirrored");
}

#[test]
fn shapes_are_found_and_their_mirrors() {
    use LmwPattern as P;
    check(&[95.0, 104.0, 100.0, 108.0, 100.0, 104.0, 95.0], &[P::HeadShoulders]);
    check(&[97.0, 102.0, 98.0, 104.0, 96.0, 106.0, 99.0], &[P::BroadeningTop]);
    check(&[93.0, 107.0, 95.0, 104.0, 97.0, 101.0, 99.0], &[P::TriangleTop]);
    check(&[98.0, 101.0, 99.0, 100.9, 99.0, 101.0, 98.0], &[P::RectangleTop]);
    // Tops of one height are no broadening, no triangle, and no head stands out.
    check(&[95.0, 105.0, 95.0, 103.0, 97.0, 109.0, 95.0], &[]);
}

#[test]
fn a_double_top_lies_a_month_apart() {
    let prices = [95.0, 105.0, 95.0, 105.0, 95.0];
    assert_eq!(found(&prices, 8), [], "16 bars apart");
    assert_eq!(found(&[100.0, 104.0, 90.0, 104.5, 103.0], 12), [LmwPattern::DoubleTop]);
    assert_eq!(found(&[100.0, 96.0, 110.0, 95.5, 97.0], 12), [LmwPattern::DoubleBottom]);
}

#[test]
fn prices_that_stand_still_have_no_patterns() {
    for slope in [LmwSlope::Difference, LmwSlope::Derivative] {
        let mut lmw = Lmw::new(38, 1.5, slope);
        for _ in 0..100 {
            let flags = lmw.update(0.1).expect("ready");
            assert!(LmwPattern::ALL.into_iter().all(|pattern| !flags.get(pattern)));
        }
    }
}

/// Extrema of the window by the formula, bar by bar: (bar in the window, price, side).
fn batch_extrema(prices: &[f64], bandwidth: f64) -> Vec<(usize, f64, PivotSide)> {
    let weight = |distance: f64| (-0.5 * (distance / bandwidth).powi(2)).exp();
    let smooth = |at: usize| {
        let weights = (0..prices.len()).map(|bar| weight(bar as f64 - at as f64));
        let sum: f64 = weights.clone().zip(prices).map(|(weight, price)| weight * price).sum();
        sum / weights.sum::<f64>()
    };
    let curve: Vec<f64> = (0..prices.len()).map(smooth).collect();
    let mut extrema = Vec::new();
    for bar in 1..prices.len() - 1 {
        let near = bar - 1..=bar + 1;
        let price = |&bar: &usize| prices[bar];
        if curve[bar] > curve[bar - 1] && curve[bar] > curve[bar + 1] {
            let highest = near.clone().map(|bar| prices[bar]).fold(f64::MIN, f64::max);
            let at = near.clone().find(|bar| price(bar) == highest).expect("one of them");
            extrema.push((at, highest, PivotSide::High));
        } else if curve[bar] < curve[bar - 1] && curve[bar] < curve[bar + 1] {
            let lowest = near.clone().map(|bar| prices[bar]).fold(f64::MAX, f64::min);
            let at = near.clone().find(|bar| price(bar) == lowest).expect("one of them");
            extrema.push((at, lowest, PivotSide::Low));
        }
    }
    extrema
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn a_finding_is_made_of_the_extrema_of_the_window(
        seed in 0..1000_u64,
        bandwidth in 0.5..4.0_f64,
    ) {
        // Prices that never stand still, so that the curve has no flat steps.
        let prices: Vec<f64> = candles(seed, 200)
            .iter()
            .zip(1..)
            .map(|(each, row)| each.close + 1e-4 * f64::from(row % 7))
            .collect();
        let mut lmw = Lmw::new(38, bandwidth, LmwSlope::Difference);
        for (bar, &price) in prices.iter().enumerate() {
            lmw.update(price);
            let Some(first) = (bar + 1).checked_sub(38) else { continue };
            let expected = batch_extrema(&prices[first..=bar], bandwidth);
            for found in lmw.findings() {
                for pivot in found.extrema {
                    let extremum = (pivot.bar - first, pivot.price, pivot.side);
                    prop_assert!(expected.contains(&extremum), "{:?} of {:?}", pivot, expected);
                }
            }
        }
    }

    #[test]
    fn streaming_is_a_new_indicator_over_the_window(
        seed in 0..1000_u64,
        window in 7..60_usize,
        derivative: bool,
    ) {
        let slope = if derivative { LmwSlope::Derivative } else { LmwSlope::Difference };
        let prices: Vec<f64> = candles(seed, 200).iter().map(|each| each.close).collect();
        let mut streaming = Lmw::new(window, 1.2, slope);
        for (bar, &price) in prices.iter().enumerate() {
            let flags = streaming.update(price);
            if bar % 11 == 0 && bar + 1 >= window {
                let mut batch = Lmw::new(window, 1.2, slope);
                let of_batch =
                    prices[bar + 1 - window..=bar].iter().map(|&price| batch.update(price));
                prop_assert_eq!(flags, of_batch.last().flatten());
            }
        }
    }
}
