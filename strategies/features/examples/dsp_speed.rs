//! Nanoseconds an update of Ehlers' indicators, with a digest of what they computed.
//!
//! `cargo run --release -p gannet-features --example dsp_speed [samples [indicator]]`; 1 000 000
//! samples and all indicators unless given. Each indicator of one price runs with its default arguments, three times over the same
//! seeded walk, and the fastest run counts: others were disturbed. The digest is the sum of all
//! outputs, so that nothing is faster for having computed less.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::Outputs;
use gannet_features::catalog::Catalogued;
use gannet_features::dsp::*;
use gannet_features::parameter::Arguments;

const RUNS: usize = 3;

fn main() {
    let count = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let prices = walk(count);
    println!("{:<24}{:>8}  digest", "indicator", "ns");
    filters(&prices);
    oscillators(&prices);
    cycles(&prices);
}

fn filters(prices: &[f64]) {
    report::<SuperSmoother>(prices);
    report::<SuperSmoother2004>(prices);
    report::<SuperSmoother3>(prices);
    report::<Butterworth2>(prices);
    report::<Butterworth3>(prices);
    report::<Gaussian>(prices);
    report::<HighPass1>(prices);
    report::<HighPass>(prices);
    report::<HighPass2020>(prices);
    report::<UltimateSmoother>(prices);
    report::<Decycler>(prices);
    report::<SimpleDecycler>(prices);
    report::<DecyclerOscillator>(prices);
    report::<Roofing>(prices);
    report::<BandPass>(prices);
    report::<BandPassSignal>(prices);
    report::<InstantaneousTrend>(prices);
    report::<LaguerreFilter>(prices);
    report::<LaguerreFilter2025>(prices);
    report::<WindowedAverage>(prices);
    report::<DeviationScaled>(prices);
    report::<ErrorCorrected>(prices);
    report::<RecursiveMedian>(prices);
    report::<DistanceFilter>(prices);
    report::<ReverseEma>(prices);
    report::<ProjectedAverage>(prices);
    report::<SwissArmyKnife>(prices);
    report::<TruncatedBandPass>(prices);
    report::<VossPredictor>(prices);
}

fn oscillators(prices: &[f64]) {
    report::<CyberCycle>(prices);
    report::<StochasticCyberCycle>(prices);
    report::<CenterOfGravity>(prices);
    report::<StochasticCenterOfGravity>(prices);
    report::<FisherTransform>(prices);
    report::<InverseFisherRsi>(prices);
    report::<LaguerreRsi>(prices);
    report::<SmoothedRsi>(prices);
    report::<MyRsi>(prices);
    report::<NoiseElimination>(prices);
    report::<RocketRsi>(prices);
    report::<HannRsi>(prices);
    report::<EvenBetterSinewave>(prices);
    report::<Reflex>(prices);
    report::<Trendflex>(prices);
    report::<CorrelationTrend>(prices);
    report::<CorrelationCycle>(prices);
    report::<UniversalOscillator>(prices);
    report::<EmpiricalMode>(prices);
    report::<MesaStochastic>(prices);
    report::<HilbertIndicator>(prices);
    report::<UltimateStrength>(prices);
    report::<CyberneticOscillator>(prices);
    report::<PrecisionTrend>(prices);
    report::<ReversionIndex>(prices);
    report::<ContinuationIndex>(prices);
    report::<FourierSeries>(prices);
}

fn cycles(prices: &[f64]) {
    report::<Mama>(prices);
    report::<HilbertPeriod>(prices);
    report::<HilbertPhasor>(prices);
    report::<HilbertSine>(prices);
    report::<HomodynePeriod>(prices);
    report::<PhaseAccumulation>(prices);
    report::<DualDifferentiator>(prices);
    report::<CyclePeriod>(prices);
    report::<SineWave>(prices);
    report::<AutocorrelationPeriodogram>(prices);
    report::<AutocorrelationReversal>(prices);
    report::<FourierCycle>(prices);
    report::<CombCycle>(prices);
    report::<ZeroCrossingCycle>(prices);
    report::<AnalyticCycle>(prices);
    report::<HilbertCycle>(prices);
    report::<AutoTune>(prices);
    report::<AdaptiveRsi>(prices);
    report::<AdaptiveCyberCycle>(prices);
}

/// Runs an indicator over all prices and prints the nanoseconds an update.
fn report<I: Catalogued<Sample = f64>>(prices: &[f64]) {
    if std::env::args().nth(2).is_some_and(|only| only != I::ENTRY.name) {
        return;
    }
    let arguments = Arguments::new(I::ENTRY.parameters, &[]).expect("defaults are allowed");
    let mut indicator = I::build(&arguments);
    let mut fastest = f64::INFINITY;
    for _ in 0..RUNS {
        indicator.reset();
        let start = Instant::now();
        for &price in prices {
            black_box(indicator.update(black_box(price)));
        }
        fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / prices.len() as f64);
    }
    indicator.reset();
    let mut slots = vec![None; I::Output::NAMES.len()];
    let mut digest = 0.0;
    for &price in prices {
        if let Some(output) = indicator.update(price) {
            output.write(&mut slots);
            digest += slots.iter().copied().flatten().sum::<f64>();
        }
    }
    println!("{:<24}{fastest:>8.2}  {digest:.9e}", I::ENTRY.name);
}

/// A seeded random walk, pulled back to where it began.
fn walk(count: usize) -> Vec<f64> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut price = 40_000.0_f64;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let share = (state >> 11) as f64 / (1_u64 << 53) as f64;
            price *= 1.0 + 0.01 * (share - 0.5) + 1e-4 * (40_000.0 / price - 1.0);
            price
        })
        .collect()
}
