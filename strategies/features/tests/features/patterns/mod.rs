//! Patterns: candlesticks against TA-Lib's values, chart patterns on pivots made for them.

mod candles;
mod charts;
mod smoothed;

use gannet_features::patterns::{
    Candlesticks, ChartPatterns, Finder, Finding, Lmw, LmwSlope, PivotSide,
};
use gannet_features::{Candle, HighLow, Indicator, Ohlc, Outputs};
use proptest::prelude::*;

use crate::support::random_candles;

/// Walks that fall into swings of a few percent.
fn candles(seed: u64, count: usize) -> Vec<Candle> {
    random_candles(seed, count)
}

fn ohlc(candle: &Candle) -> Ohlc {
    let Candle { open, high, low, close, .. } = *candle;
    Ohlc { open, high, low, close }
}

fn scaled(candle: &Candle, factor: f64) -> Candle {
    let Candle { time, open, high, low, close, volume } = *candle;
    let [open, high, low, close] = [open, high, low, close].map(|price| price * factor);
    Candle { time, open, high, low, close, volume }
}

/// Feeds candles and returns everything written.
fn run<I: Indicator>(
    mut indicator: I,
    candles: &[Candle],
    sample: impl Fn(&Candle) -> I::Sample,
) -> Vec<Vec<Option<f64>>> {
    candles
        .iter()
        .map(|candle| {
            let mut slots = vec![None; I::Output::NAMES.len()];
            indicator.update(sample(candle)).expect("patterns are always ready").write(&mut slots);
            slots
        })
        .collect()
}

fn finder() -> Finder {
    let lmw = Lmw::new(38, 1.5, LmwSlope::Difference);
    Finder::new(Candlesticks::default(), ChartPatterns::new(0.02, 0.01, 0.5), lmw)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn patterns_do_not_depend_on_the_unit_of_the_price(seed in 0..1000_u64, power in -20..20_i32) {
        // A power of two, so that no rounding changes.
        let factor = 2.0_f64.powi(power);
        let plain = candles(seed, 300);
        let other: Vec<Candle> = plain.iter().map(|each| scaled(each, factor)).collect();
        let range = |each: &Candle| HighLow { high: each.high, low: each.low };
        let charts = || ChartPatterns::new(0.01, 0.01, 0.5);
        let lmw = || Lmw::new(38, 1.5, LmwSlope::Difference);
        prop_assert_eq!(
            run(Candlesticks::default(), &plain, ohlc),
            run(Candlesticks::default(), &other, ohlc)
        );
        prop_assert_eq!(run(charts(), &plain, range), run(charts(), &other, range));
        let close = |each: &Candle| each.close;
        prop_assert_eq!(run(lmw(), &plain, close), run(lmw(), &other, close));
    }

    #[test]
    fn findings_are_the_flags_and_lie_within_what_was_seen(seed in 0..1000_u64) {
        let series = candles(seed, 400);
        let mut finder = finder();
        let mut all = Candlesticks::default();
        let mut charts = ChartPatterns::new(0.02, 0.01, 0.5);
        for (bar, candle) in series.iter().enumerate() {
            let findings = finder.update(candle);
            let flags = all.update(ohlc(candle)).expect("ready").found().count();
            let of_candles =
                findings.iter().filter(|found| found.name.starts_with("cdl")).count();
            prop_assert_eq!(flags, of_candles);
            charts.update(HighLow { high: candle.high, low: candle.low });
            let of_charts = findings.iter().filter(|found| found.line.is_some()).count();
            prop_assert_eq!(charts.findings().count(), of_charts);
            for Finding { value, first, last, known, pivots, target, .. } in findings {
                prop_assert!(value != 0 && known == bar);
                prop_assert!(first <= last && last <= known);
                prop_assert!(target.is_none_or(f64::is_finite));
                for pair in pivots.windows(2) {
                    // Snapped to prices, neighbours may change places.
                    prop_assert!(pair[0].bar <= pair[1].bar + 1);
                }
                for pivot in pivots {
                    prop_assert!((first..=last).contains(&pivot.bar));
                    let Candle { high, low, close, .. } = series[pivot.bar];
                    let extreme = if pivot.side == PivotSide::High { high } else { low };
                    prop_assert!(pivot.price == extreme || pivot.price == close);
                }
            }
        }
    }
}

#[test]
fn a_smoothed_pattern_is_found_once_though_it_stays_in_the_window() {
    let mut finder = finder();
    let mut occurrences = std::collections::HashSet::new();
    let mut count = 0;
    for candle in candles(3, 5_000) {
        for found in finder.update(&candle).iter().filter(|found| found.name.starts_with("lmw")) {
            count += 1;
            assert!(occurrences.insert((found.name, found.last)), "{found:?} twice");
            assert!(found.known - found.first < 38, "{found:?} is within the window");
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn a_candle_that_is_not_valid_is_not_counted() {
    let mut finder = finder();
    let mut holed = finder.clone();
    for candle in candles(5, 300) {
        let hole = Candle { close: f64::NAN, ..candle };
        assert!(holed.update(&hole).is_empty());
        assert_eq!(finder.update(&candle), holed.update(&candle));
    }
}
