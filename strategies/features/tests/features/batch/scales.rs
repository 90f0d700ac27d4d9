//! Definitions of Ehlers' oscillators that are scaled by their usual size, and of those of bars.

use std::f64::consts::TAU;

use super::bars::Bars;
use super::ehlers::{delayed, weighing_stages};
use super::filters::*;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    scaled(name, a, bars).or_else(|| spread(name, a, bars))
}

fn n(a: &[f64], index: usize) -> usize {
    a[index] as usize
}

/// Nothing where there is nothing but what rounding left of prices.
fn rounded(x: &[f64]) -> Vec<f64> {
    map(x, |x| if x.abs() < 1e-11 { 0.0 } else { x })
}

/// What is scaled by its usual size.
fn scaled(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let c = || Constants::of(a[a.len() - 1]);
    let wave = |x: &[f64], high: f64, low: f64| {
        super_smoother(low, c()).over(&high_pass_2020(high, c()).over(x))
    };
    Some(vec![match name {
        "cybernetic_osc" => by_rms(&wave(x, a[0], a[1]), 100),
        "loops" => {
            let loops = |x: &[f64]| {
                let wave = wave(x, a[0], a[1]);
                let squares: Vec<f64> = std::iter::once(0.0).chain(map(&wave, |x| x * x)).collect();
                let power = average(0.0242).over(&squares)[1..].to_vec();
                or_nothing(&wave, &map(&power, f64::sqrt))
            };
            return Some(vec![loops(&bars.close), loops(&bars.volume)]);
        }
        "universal_osc" => {
            let noise = times(&minus(x, &lag_or(x, 2, x[0])), 0.5);
            by_peak(&super_smoother(a[0], c()).over(&noise))
        }
        "ebsw" => {
            let angle = TAU / a[0];
            let pole = (1.0 - angle.sin()) / angle.cos();
            let gain = 0.5 * (1.0 + pole);
            let high = Filter::new(&[gain, -gain], &[pole]).over(x);
            let wave = super_smoother(a[1], c()).over(&high);
            let power =
                pasts(&wave, 3, 0.0, |x| (x.iter().map(|x| x * x).sum::<f64>() / 3.0).sqrt());
            or_nothing(&times(&total(&wave, 3), 1.0 / 3.0), &power)
        }
        "reflex" | "trendflex" => {
            let smooth = super_smoother(a[0] / 2.0, c()).over(x);
            let tilt = if name == "reflex" { 1.0 } else { 0.0 };
            let deviation = bars.each(|at| {
                let past = past(&smooth, at, n(a, 0) + 1, x[0]);
                let slope = tilt * (past[n(a, 0)] - past[0]) / a[0];
                let above = (1..=n(a, 0)).map(|k| past[0] + k as f64 * slope - past[k]);
                above.sum::<f64>() / a[0]
            });
            let deviation = rounded(&deviation);
            let squares: Vec<f64> =
                std::iter::once(0.0).chain(map(&deviation, |x| x * x)).collect();
            let power = average(0.04).over(&squares)[1..].to_vec();
            or_nothing(&deviation, &map(&power, f64::sqrt))
        }
        _ => return None,
    }])
}

fn spread(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let c = || Constants::of(a[a.len() - 1]);
    Some(vec![match name {
        "laguerre_osc" => {
            let first = ultimate(a[0], c()).over(x);
            let second = Filter::new(&[-a[1], 1.0], &[a[1]]).over(&first);
            by_rms(&minus(&first, &second), 100)
        }
        "continuation_index" => {
            let stages = delayed(&ultimate(a[0], c()).over(x), a[1], n(a, 2));
            let slow = weighing_stages(&stages, &vec![1.0; n(a, 2)]);
            let difference = rounded(&minus(&ultimate(a[0] / 2.0, c()).over(x), &slow));
            let usual = times(&total(&map(&difference, f64::abs), n(a, 0)), 1.0 / a[0]);
            map(&held(&times(&difference, 2.0), &usual, 0.0), f64::tanh)
        }
        "mesa_stochastic" => {
            let share = share_of_range(&roofed(x, a[1], a[2], c()), n(a, 0), 0.0);
            super_smoother(10.0, c()).over(&share)
        }
        "am_detector" => {
            let bodies = map(&minus(&bars.close, &bars.open), f64::abs);
            times(&total(&pasts(&bodies, 4, 0.0, highest_of), n(a, 0)), 1.0 / a[0])
        }
        "fm_detector" => {
            let bodies = minus(&bars.close, &bars.open);
            super_smoother(a[0], c()).over(&map(&bodies, |body| (a[1] * body).clamp(-1.0, 1.0)))
        }
        "dmh" => {
            let movement = bars.each(|at| {
                let before = at.saturating_sub(1);
                let (up, down) =
                    (bars.high[at] - bars.high[before], bars.low[before] - bars.low[at]);
                if up > down {
                    up.max(0.0)
                } else if down > up {
                    -down.max(0.0)
                } else {
                    0.0
                }
            });
            weighing(&average(1.0 / a[0]).over(&movement), &hann(n(a, 0)), 0.0)
        }
        _ => return None,
    }])
}
