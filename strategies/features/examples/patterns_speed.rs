//! Nanoseconds a candle of the patterns, with a digest of what they found.
//!
//! `cargo run --release -p gannet-features --example patterns_speed [candles]`; 1 000 000 candles
//! unless given. Each row runs five times over the same seeded walk of whole ticks, and the
//! fastest run counts: others were disturbed. The digest is the sum of all outputs, so that
//! nothing is faster for having computed less.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::patterns::{
    CandlePattern, Candlesticks, ChartPattern, ChartPatterns, Fractal, Lmw, LmwSlope,
    TrackedPattern, ZigZag,
};
use gannet_features::{HighLow, HighLowClose, Indicator, Ohlc, Outputs};

const RUNS: usize = 5;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let candles = walk(count);
    let ranges: Vec<HighLow> =
        candles.iter().map(|each| HighLow { high: each.high, low: each.low }).collect();
    let bars: Vec<HighLowClose> = candles
        .iter()
        .map(|&Ohlc { high, low, close, .. }| HighLowClose { high, low, close })
        .collect();
    let closes: Vec<f64> = candles.iter().map(|each| each.close).collect();
    println!("{:<36}{:>8}  digest", "pattern", "ns");
    report("candlesticks, all 61", Candlesticks::default(), &candles);
    single("candlesticks, the window alone", &candles, |_| 0);
    single("candlesticks, doji", &candles, |all| all.judge(CandlePattern::Doji));
    single("candlesticks, engulfing", &candles, |all| all.judge(CandlePattern::Engulfing));
    single("candlesticks, morning star", &candles, |all| all.judge(CandlePattern::MorningStar));
    report("zigzag(0.01)", ZigZag::new(0.01), &ranges);
    report("fractal(2)", Fractal::new(2), &ranges);
    report("chart_patterns(0.01,0.003), all 18", ChartPatterns::new(0.01, 0.003, 0.5), &ranges);
    let head_shoulders = TrackedPattern::new(ChartPattern::HeadShoulders, 0.01, 0.003, 0.5);
    report("chart_pattern(head_shoulders)", head_shoulders, &bars);
    report("lmw(38,1.5), all 10", Lmw::new(38, 1.5, LmwSlope::Difference), &closes);
    report("lmw(38,3), all 10", Lmw::new(38, 3.0, LmwSlope::Difference), &closes);
}

/// Runs an indicator over all samples and prints the nanoseconds an update.
fn report<I: Indicator>(name: &str, mut indicator: I, samples: &[I::Sample]) {
    let fastest = fastest(samples.len(), || {
        indicator.reset();
        for &sample in samples {
            black_box(indicator.update(black_box(sample)));
        }
    });
    let mut slots = vec![None; I::Output::NAMES.len()];
    let mut digest = 0.0;
    indicator.reset();
    for &sample in samples {
        if let Some(output) = indicator.update(sample) {
            output.write(&mut slots);
            digest += slots.iter().copied().flatten().sum::<f64>();
        }
    }
    println!("{name:<36}{fastest:>8.2}  {digest:.9e}");
}

/// Runs the candle window with one question and prints the nanoseconds a candle.
fn single(name: &str, candles: &[Ohlc], judge: impl Fn(&Candlesticks) -> i32) {
    let mut digest = 0;
    let fastest = fastest(candles.len(), || {
        let mut all = Candlesticks::default();
        digest = 0;
        for &candle in candles {
            all.push(black_box(candle));
            digest += i64::from(black_box(judge(&all)));
        }
    });
    println!("{name:<36}{fastest:>8.2}  {digest}");
}

fn fastest(count: usize, mut run: impl FnMut()) -> f64 {
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        let start = Instant::now();
        run();
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / count as f64);
    }
    fastest
}

/// A seeded random walk in ticks of 0.5, so that prices are often equal.
fn walk(count: usize) -> Vec<Ohlc> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    let round = |price: f64| (price * 2.0).round() / 2.0;
    let mut close = 4_000.0_f64;
    (0..count)
        .map(|_| {
            let open =
                if next() < 0.3 { round(close * (1.0 + 0.002 * (next() - 0.5))) } else { close };
            // Pulled back to where it began, so that long runs stay among prices.
            close = round(open * (1.0 + 0.01 * (next() - 0.5) + 1e-4 * (4_000.0 / open - 1.0)));
            let high = round(open.max(close) * (1.0 + 0.002 * next()));
            let low = round(open.min(close) * (1.0 - 0.002 * next()));
            Ohlc { open, high: high.max(open).max(close), low: low.min(open).min(close), close }
        })
        .collect()
}
