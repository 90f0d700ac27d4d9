//! Nanoseconds an update of Gann's indicators and calculators, with a digest of what they computed.
//!
//! `cargo run --release -p gannet-features --example gann_speed [samples]`; 1 000 000 samples unless
//! given. Each runs five times over the same seeded walk, and the fastest run counts: others were
//! disturbed. The digest is the sum of all outputs.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::gann::angles::Direction;
use gannet_features::gann::streaming::{
    AnchoredFan, LevelDistance, Levels, NaturalDates, PivotFan, PivotSquare, Retracement, Squaring,
    TimeCycles, TimeOfDay,
};
use gannet_features::gann::{Chart, SquareOfNine, hexagon, square_of_nine, sun};
use gannet_features::{AppliedPrice, Candle, Indicator, Outputs, Sample};
use gannet_types::Nanos;

const RUNS: usize = 5;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let candles = walk(count);
    println!("{:<32}{:>8}  digest", "indicator", "ns");
    for (name, chart) in Chart::NAMES.into_iter().zip(Chart::ALL) {
        report(&format!("levels({name})"), Levels::new(chart, 45.0, 1.0), &candles);
    }
    report("levels_atr", LevelDistance::new(Chart::SquareOfNineRoot, 45.0, 1.0, 14), &candles);
    report("fan", PivotFan::new(0.02, 14), &candles);
    report("fan_anchored", AnchoredFan::new(Nanos(0), Direction::Up, 10.0), &candles);
    report("square_of(144)", PivotSquare::new(144, 0.02, 14), &candles);
    report("retracement", Retracement::new(0.02), &candles);
    report("squaring", Squaring::new(0.02, 14), &candles);
    report("cycles(4)", TimeCycles::new(0.02, 4, 86_400.0), &candles);
    report("cycles(8)", TimeCycles::new(0.02, 8, 86_400.0), &candles);
    report("natural_dates(45)", NaturalDates::new(45.0), &candles);
    report("day_angle", TimeOfDay::new(0.0), &candles);

    println!("{:<32}{:>8}  digest", "calculator", "ns");
    let nine = SquareOfNine::new(45.0);
    measure("square_of_nine nearest", &candles, |candle| {
        nine.nearest(candle.close).map_or(0.0, |near| near.distance)
    });
    measure("square_of_nine level", &candles, |candle| {
        square_of_nine::level(candle.close, 90.0).unwrap_or(0.0)
    });
    measure("square_of_nine cell angle", &candles, |candle| {
        square_of_nine::cell_angle(candle.close as i64)
    });
    measure("square_of_nine cell", &candles, |candle| {
        square_of_nine::Cell::of(candle.close as u64).map_or(0.0, |cell| (cell.x + cell.y) as f64)
    });
    measure("hexagon angle", &candles, |candle| hexagon::angle(candle.close as i64));
    measure("sun longitude", &candles, |candle| sun::longitude(candle.time));
}

/// Runs an indicator over all candles and prints the nanoseconds an update.
fn report<I: Indicator<Sample: Sample<Origin = Candle>>>(
    name: &str,
    mut indicator: I,
    candles: &[Candle],
) {
    let samples: Vec<I::Sample> = candles
        .iter()
        .map(|candle| I::Sample::of(candle, AppliedPrice::Close).expect("a candle has all parts"))
        .collect();
    let mut slots = vec![None; I::Output::NAMES.len()];
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        indicator.reset();
        let start = Instant::now();
        for &sample in &samples {
            black_box(indicator.update(black_box(sample)));
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / samples.len() as f64);
    }
    indicator.reset();
    let mut digest = 0.0;
    for &sample in &samples {
        if let Some(output) = indicator.update(sample) {
            output.write(&mut slots);
            digest += slots.iter().copied().flatten().sum::<f64>();
        }
    }
    println!("{name:<32}{fastest:>8.2}  {digest:.9e}");
}

/// The same for a function of a candle.
fn measure(name: &str, candles: &[Candle], calculate: impl Fn(&Candle) -> f64) {
    let mut fastest = f64::INFINITY;
    let mut digest = 0.0;
    for _ in 0..RUNS {
        digest = 0.0;
        let start = Instant::now();
        for candle in candles {
            digest += black_box(calculate(black_box(candle)));
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / candles.len() as f64);
    }
    println!("{name:<32}{fastest:>8.2}  {digest:.9e}");
}

/// A seeded random walk of hourly candles.
fn walk(count: usize) -> Vec<Candle> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let mut close = 40_000.0_f64;
    (0..count as u64)
        .map(|index| {
            let open = close;
            // Pulled back to where it began, so that long runs stay among prices.
            close *= 1.0 + 0.01 * (next() - 0.5) + 1e-4 * (40_000.0 / close - 1.0);
            Candle {
                time: Nanos(3_600_000_000_000 * index),
                open,
                high: open.max(close) * (1.0 + 0.002 * next()),
                low: open.min(close) * (1.0 - 0.002 * next()),
                close,
                volume: 1.0 + 999.0 * next(),
            }
        })
        .collect()
}
