//! Values against hand-made series, published numbers, and the golden files where they exist.

use gannet_features::dsp::SuperSmoother;
use gannet_features::gann::SquareOfNine;
use gannet_features::ta::{Atr, Ema};
use gannet_features::{HighLowClose, Indicator};
use proptest::prelude::*;

fn run<I: Indicator>(indicator: &mut I, samples: &[I::Sample]) -> Vec<Option<f64>> {
    samples.iter().map(|&sample| indicator.update(sample)).collect()
}

#[test]
fn ema_is_seeded_with_the_mean() {
    let values = run(&mut Ema::new(3), &[1.0, 2.0, 3.0, 4.0, 8.0]);
    assert_eq!(values, [None, None, Some(2.0), Some(3.0), Some(5.5)]);
}

#[test]
fn atr_skips_the_first_bar_and_then_smooths_like_wilder() {
    let bars = [(10.0, 8.0, 9.0), (11.0, 9.0, 10.0), (14.0, 10.0, 13.0), (13.0, 12.0, 12.5)]
        .map(|(high, low, close)| HighLowClose { high, low, close });
    assert_eq!(run(&mut Atr::new(2), &bars), [None, None, Some(3.0), Some(2.0)]);
}

#[test]
fn square_of_nine_angles_and_levels_are_the_published_ones() {
    let angle = |price| SquareOfNine::new(45.0).nearest(price).expect("positive").degrees;
    for (price, degrees) in
        [(23_055.0, 105.9714), (2_305.0, 136.8748), (390.0, 89.7152), (25.0, 315.0), (16.0, 135.0)]
    {
        assert!((angle(price) - degrees).abs() < 1e-4, "{price}: {}", angle(price));
    }
    let nearest = SquareOfNine::new(45.0).nearest(31.0).expect("positive");
    // 25 + 90 degrees is (5 + 0.5)² = 30.25.
    assert!((nearest.level - 30.25).abs() < 1e-12);
    assert!((nearest.distance - 0.75).abs() < 1e-12);
    assert_eq!(SquareOfNine::new(90.0).nearest(f64::NAN), None);
    assert_eq!(SquareOfNine::new(90.0).nearest(0.0), None);
}

fn corpus(file: &str) -> Option<Vec<Vec<String>>> {
    let Ok(root) = std::env::var("GANNET_CORPUS") else {
        println!("skipped: GANNET_CORPUS is not set");
        return None;
    };
    let text = std::fs::read_to_string(format!("{root}/indicators/{file}")).expect("golden file");
    Some(text.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect())
}

#[track_caller]
fn check_column(file: &str, column: &str, values: &[Option<f64>], tolerance: f64) {
    let Some(rows) = corpus(file) else { return };
    let index = rows[0].iter().position(|name| name == column).expect("column");
    assert_eq!(rows.len() - 1, values.len());
    for (row, value) in rows[1..].iter().zip(values) {
        match (row[index].parse::<f64>().ok(), value) {
            (Some(expected), Some(value)) => assert!(
                ((value - expected) / expected).abs() < tolerance,
                "{column} {}: {value} is not {expected}",
                row[1]
            ),
            (expected, value) => assert_eq!(expected, *value, "{column} {}", row[1]),
        }
    }
}

#[test]
fn indicators_equal_the_golden_files() {
    let Some(rows) = corpus("bars/btcusd_coinbase_1h.csv") else { return };
    let bars: Vec<HighLowClose> = rows[1..]
        .iter()
        .map(|row| {
            let number = |column: usize| row[column].parse().expect("a price");
            HighLowClose { high: number(2), low: number(3), close: number(4) }
        })
        .collect();
    let closes: Vec<f64> = bars.iter().map(|bar| bar.close).collect();
    let classic = "golden/btcusd_coinbase_1h__ta_classic.csv";
    check_column(classic, "ema_20", &run(&mut Ema::new(20), &closes), 1e-10);
    check_column(classic, "atr_14", &run(&mut Atr::new(14), &bars), 1e-9);
    let smooth = run(&mut SuperSmoother::new(10.0), &closes);
    check_column("golden/btcusd_coinbase_1h__ehlers_ref.csv", "supersmoother", &smooth, 1e-9);
}

proptest! {
    #[test]
    fn reset_is_new_and_nothing_infinite_leaves(
        prices in prop::collection::vec(
            prop_oneof![20 => 0.01..1e6_f64, 1 => Just(f64::NAN), 1 => Just(f64::INFINITY)], 1..200),
        period in 2_usize..50,
    ) {
        let mut ema = Ema::new(period);
        let mut smoother = SuperSmoother::new(period as f64);
        let first = (run(&mut ema, &prices), run(&mut smoother, &prices));
        for value in first.0.iter().chain(&first.1).flatten() {
            prop_assert!(value.is_finite());
        }
        ema.reset();
        smoother.reset();
        prop_assert_eq!(first, (run(&mut ema, &prices), run(&mut smoother, &prices)));
    }

    #[test]
    fn the_nearest_level_is_within_half_a_step(price in 0.2..1e7_f64, step in 1.0..360.0_f64) {
        let nearest = SquareOfNine::new(step).nearest(price).expect("positive");
        let roots = (price.sqrt() - nearest.level.sqrt()).abs();
        prop_assert!(roots <= step / 360.0 + 1e-9);
    }
}
