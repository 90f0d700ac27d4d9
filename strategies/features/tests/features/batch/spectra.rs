//! Definitions of Ehlers' spectra, and of what adapts to the cycle they measure.

use std::f64::consts::TAU;

use super::bars::Bars;
use super::filters::*;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    cycles(name, a, bars).or_else(|| adaptive(name, a, bars))
}

const CYCLES: std::ops::RangeInclusive<usize> = 10..=48;

/// Correlations of a series with itself, of lags 3 to 48, at each sample.
fn autocorrelations(x: &[f64], average: usize) -> Vec<Vec<f64>> {
    let at = |at: usize| {
        let past = past(x, at, 97, 0.0);
        let of_lag = |lag: usize| {
            let count = if average == 0 { lag } else { average };
            centred(&past[..count], &past[lag..lag + count])
        };
        (3..=48).map(of_lag).collect()
    };
    (0..x.len()).map(at).collect()
}

/// Pearson's correlation; nothing where a series stands still.
fn centred(x: &[f64], y: &[f64]) -> f64 {
    let (mean_x, mean_y) = (mean_of(x), mean_of(y));
    let (x, y) = (map(x, |x| x - mean_x), map(y, |y| y - mean_y));
    let product = |x: &[f64], y: &[f64]| zip(x, y, |x, y| x * y).iter().sum::<f64>();
    let found = product(&x, &y) / (product(&x, &x).sqrt() * product(&y, &y).sqrt());
    if found.is_finite() { found } else { 0.0 }
}

/// The power of each cycle in samples whose first has a lag of `first`.
fn powers(samples: &[f64], first: usize) -> Vec<f64> {
    let power = |period: usize| {
        let with = |wave: fn(f64) -> f64| -> f64 {
            let angle = |lag: usize| TAU * (first + lag) as f64 / period as f64;
            samples.iter().enumerate().map(|(lag, x)| x * wave(angle(lag))).sum()
        };
        with(f64::cos).powi(2) + with(f64::sin).powi(2)
    };
    CYCLES.map(power).collect()
}

/// The centre of gravity of the powers of at least half of the largest, which decays.
fn dominant(powers: &[Vec<f64>]) -> Vec<f64> {
    let (mut largest, mut cycle) = (0.0_f64, 0.0);
    let next = |powers: &Vec<f64>| {
        largest = highest_of(powers).max(0.995 * largest);
        let strong: Vec<(f64, f64)> = CYCLES
            .zip(powers)
            .filter(|(_, power)| **power >= 0.5 * largest)
            .map(|(period, power)| (period as f64, *power))
            .collect();
        let moment: f64 = strong.iter().map(|(period, power)| period * power).sum();
        let found = moment / strong.iter().map(|(_, power)| power).sum::<f64>();
        cycle = if found.is_finite() { found } else { cycle };
        cycle
    };
    powers.iter().map(next).collect()
}

fn periodogram(roofed: &[f64], average: usize) -> Vec<f64> {
    let mut smoothed = vec![0.0; CYCLES.count()];
    let correlations = autocorrelations(roofed, average);
    let all = correlations.iter().map(|correlations| {
        let squares = powers(correlations, 3);
        smoothed = zip(&squares, &smoothed, |now, last| 0.2 * now * now + 0.8 * last);
        smoothed.clone()
    });
    dominant(&all.collect::<Vec<_>>())
}

fn cycles(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let roof = |at: usize| roofed(x, a[at], a[at + 1], Constants::of(a[a.len() - 1]));
    let by_period = |powers: Vec<f64>| -> Vec<f64> {
        CYCLES.zip(powers).map(|(period, power)| power / (period * period) as f64).collect()
    };
    Some(vec![match name {
        "autocorr_periodogram" => periodogram(&roof(0), a[2] as usize),
        "autocorr_reversal" => {
            let correlations = autocorrelations(&roof(0), a[2] as usize);
            bars.each(|at| {
                let last = at.checked_sub(1).map(|last| &correlations[last]);
                let signs = last.map_or(0, |last| {
                    let pairs = correlations[at].iter().zip(last);
                    pairs.filter(|(now, last)| *now * *last < 0.0).count()
                });
                if signs > 24 { 1.0 } else { 0.0 }
            })
        }
        "dft_cycle" => {
            let roofed = roof(0);
            let at = |at: usize| by_period(powers(&past(&roofed, at, 48, 0.0), 0));
            dominant(&(0..x.len()).map(at).collect::<Vec<_>>())
        }
        "comb_cycle" => {
            let roofed = roof(1);
            // The filters stood at nothing before the first sample, as their input did.
            let bands: Vec<Vec<f64>> =
                CYCLES.map(|period| band_pass(period as f64, a[0]).over(&roofed)).collect();
            let power = |at: usize, period: usize| -> f64 {
                past(&bands[period - 10], at, period, 0.0).iter().map(|x| x * x).sum()
            };
            let at = |at: usize| by_period(CYCLES.map(|period| power(at, period)).collect());
            dominant(&(0..x.len()).map(at).collect::<Vec<_>>())
        }
        "auto_tune" => return Some(auto_tune(x, a[0] as usize, Constants::of(a[1]))),
        _ => return None,
    }])
}

fn auto_tune(x: &[f64], window: usize, c: Constants) -> Vec<Vec<f64>> {
    let high = high_pass_2020(window as f64, c).over(x);
    let (mut lines, mut period) = ([Vec::new(), Vec::new(), Vec::new()], 0.0_f64);
    let (mut y1, mut y2) = (0.0, 0.0);
    for at in 0..x.len() {
        let past = past(&high, at, 2 * window + 1, 0.0);
        let (mut lag, mut least) = (1, 1.0);
        for each in 1..=window {
            let found = centred(&past[..window], &past[each..each + window]);
            if found < least {
                (lag, least) = (each, found);
            }
        }
        period = (2.0 * lag as f64).clamp(period - 2.0, period + 2.0).max(2.0);
        let band = band_pass(period, 0.25);
        (y1, y2) = (band.b[0] * (past[0] - past[2]) + band.a[0] * y1 + band.a[1] * y2, y1);
        for (line, value) in lines.iter_mut().zip([period, y1, least]) {
            line.push(value);
        }
    }
    lines.to_vec()
}

/// Those that adapt to the autocorrelation periodogram.
fn adaptive(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    if !["adaptive_rsi", "adaptive_stochastic", "adaptive_cci", "adaptive_bandpass"].contains(&name)
    {
        return None;
    }
    let c = Constants::of(a[2]);
    let roofed = roofed(&bars.price, a[0], a[1], c);
    let measured = periodogram(&roofed, 3);
    let cycle = map(&measured, |cycle| cycle.clamp(10.0, 48.0));
    if name == "adaptive_bandpass" {
        let (mut y1, mut y2) = (0.0, 0.0);
        let wave = bars.each(|at| {
            let band = band_pass(0.9 * cycle[at], 0.3);
            let x = past(&roofed, at, 3, 0.0);
            (y1, y2) = (band.b[0] * (x[0] - x[2]) + band.a[0] * y1 + band.a[1] * y2, y1);
            y1
        });
        return Some(vec![by_peak(&wave)]);
    }
    let parts = |at: usize| {
        let window = past(&roofed, at, cycle[at] as usize, 0.0);
        match name {
            "adaptive_rsi" => {
                let moves = past(&roofed, at, (cycle[at] / 2.0) as usize + 1, 0.0);
                let moves: Vec<f64> = moves.windows(2).map(|pair| pair[0] - pair[1]).collect();
                let rises: f64 = moves.iter().filter(|each| **each > 0.0).sum();
                (rises, moves.iter().map(|each| each.abs()).sum())
            }
            "adaptive_stochastic" => {
                let low = lowest_of(&window);
                (window[0] - low, highest_of(&window) - low)
            }
            _ => (window[0] - mean_of(&window), 0.015 * variance_of(&window).sqrt()),
        }
    };
    let share = held(&bars.each(|at| parts(at).0), &bars.each(|at| parts(at).1), 0.0);
    let mut smooth = super_smoother(10.0, c).over(&share);
    // Where a single cycle has all the power, rounding decides what is cut off its whole number of
    // samples; the smoother forgets it within 60.
    let halves = if name == "adaptive_rsi" { 2.0 } else { 1.0 };
    let is_whole = |at: &usize| {
        let cycle = measured[*at] / halves;
        measured[*at] > 0.0 && (cycle - cycle.round()).abs() < 1e-9
    };
    for at in (0..bars.count()).filter(is_whole) {
        let end = bars.count().min(at + 60);
        smooth[at..end].fill(EITHER);
    }
    Some(vec![smooth])
}
