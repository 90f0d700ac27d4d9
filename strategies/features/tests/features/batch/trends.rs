//! Definitions of Ehlers' trends, correlations and band-pass indicators.

use std::f64::consts::TAU;

use super::bars::Bars;
use super::filters::*;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    trends(name, a, bars).or_else(|| bands(name, a, bars))
}

fn n(a: &[f64], index: usize) -> usize {
    a[index] as usize
}

fn trends(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let difference = |short: &[f64], long: &[f64]| {
        vec![zip(short, long, |short, long| 100.0 * (short - long) / long)]
    };
    Some(match name {
        "mad" => difference(&pasts(x, n(a, 0), x[0], mean_of), &pasts(x, n(a, 1), x[0], mean_of)),
        "madh" => {
            let window = |n| weighing(x, &hann(n), x[0]);
            difference(&window(n(a, 0)), &window(n(a, 0) + n(a, 1) / 2))
        }
        "pma" => {
            // The newest first, so that the slope is that of going back.
            let slope = pasts(x, n(a, 0), x[0], |x| -line_of(x).0);
            let pma =
                zip(&pasts(x, n(a, 0), x[0], mean_of), &slope, |m, slope| m + slope * a[0] / 2.0);
            let turned = minus(&slope, &lag_or(&slope, 2, 0.0));
            let predict = zip(&pma, &turned, |pma, turned| pma + 0.5 * a[0] * turned);
            vec![pma, predict]
        }
        "precision_trend" => {
            let high = |period| high_pass_2020(period, Constants::of(a[2])).over(x);
            let trend = minus(&high(a[0]), &high(a[1]));
            let roc = times(&minus(&trend, &lag_or(&trend, 1, 0.0)), a[1] / TAU);
            vec![trend, roc]
        }
        "cti" => {
            let back: Vec<f64> = (0..n(a, 0)).map(|age| -(age as f64)).collect();
            let mut last = 0.0;
            vec![
                pasts(x, n(a, 0), x[0], |x| {
                    if is_still(x) { f64::NAN } else { correlation_of(x, &back) }
                })
                .into_iter()
                .map(|found| {
                    last = if found.is_nan() { last } else { found };
                    last
                })
                .collect(),
            ]
        }
        "corr_cycle" => correlation_cycle(x, n(a, 0)),
        _ => return None,
    })
}

fn correlation_cycle(x: &[f64], n: usize) -> Vec<Vec<f64>> {
    let angles: Vec<f64> = (0..n).map(|k| TAU * k as f64 / n as f64).collect();
    let (cosine, sine) = (map(&angles, f64::cos), map(&angles, |angle| -angle.sin()));
    let with = |wave: &[f64]| {
        let still = |x: &[f64]| if is_still(x) { f64::NAN } else { correlation_of(x, wave) };
        let mut last = 0.0;
        let hold = |found: f64| {
            last = if found.is_nan() { last } else { found };
            last
        };
        pasts(x, n, x[0], still).into_iter().map(hold).collect::<Vec<_>>()
    };
    let (real, imag) = (with(&cosine), with(&sine));
    let (mut angle, mut angles, mut states) = (0.0_f64, Vec::new(), Vec::new());
    for (real, imag) in real.iter().zip(&imag) {
        let last = angle;
        let mut now = if *imag == 0.0 { last } else { 90.0 + (real / imag).atan().to_degrees() };
        now -= if *imag > 0.0 { 180.0 } else { 0.0 };
        angle = if now < last && last - now < 270.0 { last } else { now };
        angles.push(angle);
        let still = (angle - last).abs() < 9.0;
        states.push(if still { if angle < 0.0 { -1.0 } else { 1.0 } } else { 0.0 });
    }
    vec![real, imag, angles, states]
}

/// A band-pass of 2013: its high-pass, its gain control, and the trigger.
pub(super) fn band_2013(x: &[f64], a: &[f64]) -> [Vec<f64>; 3] {
    let high = |scale: f64| {
        let alpha = alpha(scale * a[1], a[0]);
        Filter::new(&[1.0 + alpha / 2.0, -(1.0 + alpha / 2.0)], &[1.0 - alpha])
    };
    let band = band_pass(a[0], a[1]).over(&high(0.25).over(x));
    let signal = by_peak(&band);
    let trigger = high(1.5).over(&signal);
    [band, signal, trigger]
}

fn bands(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    Some(match name {
        "bandpass_2013" => band_2013(x, a).to_vec(),
        "zero_crossing_cycle" => {
            let signal = band_2013(x, a)[1].clone();
            let before = lag_or(&signal, 1, 0.0);
            let (mut period, mut last) = (6.0_f64, -1.0);
            vec![bars.each(|at| {
                let (now, before) = (signal[at], before[at]);
                if (now > 0.0 && before <= 0.0) || (now < 0.0 && before >= 0.0) {
                    let half = at as f64 - last;
                    period = (2.0 * half).clamp(0.8 * period, 1.25 * period).max(6.0);
                    last = at as f64;
                }
                period
            })]
        }
        "emd" => {
            let cycle = band_pass(a[0], 2.0 * a[1]).over(x);
            let turn = |sign: f64| {
                let mut last = 0.0;
                let each = bars.each(|at| {
                    let [now, middle, old] = [0, 1, 2].map(|k| past(&cycle, at, 3, 0.0)[k]);
                    if sign * middle > sign * now && sign * middle > sign * old {
                        last = middle;
                    }
                    last
                });
                times(&total(&each, 50), a[2] / 50.0)
            };
            let mean = times(&total(&cycle, 2 * n(a, 0)), 0.5 / a[0]);
            vec![mean, turn(1.0), turn(-1.0)]
        }
        "voss" => {
            let filt = band_pass(a[0], a[2]).after(x, &[0.0; 5]);
            let order = 3 * n(a, 1);
            let mut voss: Vec<f64> = Vec::new();
            for filt in &filt {
                // The last ones, weighted by how new they are.
                let back = voss.iter().rev().take(order).enumerate();
                let sum: f64 = back.map(|(age, v)| (order - age) as f64 / order as f64 * v).sum();
                voss.push((3.0 + order as f64) / 2.0 * filt - sum);
            }
            vec![filt, voss]
        }
        "fourier_series" => {
            let harmonic = |number: f64| {
                let wave = band_pass(a[0] / number, 0.1).over(x);
                let quadrature = times(&minus(&wave, &lag_or(&wave, 1, 0.0)), a[0] / TAU);
                let power = zip(&wave, &quadrature, |w, q| w * w + q * q);
                (wave, total(&power, n(a, 0)))
            };
            let (first, first_power) = harmonic(1.0);
            let mut wave = first;
            for number in [2.0, 3.0] {
                let (other, power) = harmonic(number);
                let share = map(&or_nothing(&power, &first_power), f64::sqrt);
                wave = add(&wave, &zip(&other, &share, |other, share| other * share));
            }
            let roc = times(&minus(&wave, &lag_or(&wave, 2, 0.0)), a[0] / (2.0 * TAU));
            vec![wave, roc]
        }
        _ => return None,
    })
}
