//! Definitions of Ehlers' measurements of the cycle by Hilbert transformers and by the Cyber Cycle.

use std::f64::consts::TAU;

use super::bars::Bars;
use super::ehlers::{cyber_cycle, median_of, smooth_6};
use super::filters::*;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    talib(name, a, bars)
        .or_else(|| of_2001(name, bars))
        .or_else(|| of_2004(name, a, bars))
        .or_else(|| of_2013(name, a, bars))
}

/// The phasor of a smoothed price, and what the discriminator made of it.
struct Phasor {
    i1: Vec<f64>,
    q1: Vec<f64>,
    ji: Vec<f64>,
    jq: Vec<f64>,
    period: Vec<f64>,
}

/// Transforms a price that was 0 before `begin`; `measure` says the period at a sample from the
/// phasors up to it and the periods before it.
fn transform(
    smooth: &[f64],
    begin: usize,
    mut measure: impl FnMut(&Phasor, usize) -> f64,
) -> Phasor {
    let none = vec![0.0; smooth.len()];
    let line = |x: &[f64], at: usize| {
        let x = past(x, at, 7, 0.0);
        0.0962 * x[0] + 0.5769 * x[2] - 0.5769 * x[4] - 0.0962 * x[6]
    };
    let mut smooth = smooth.to_vec();
    smooth[..begin].fill(0.0);
    let mut detrended = none.clone();
    let [i1, q1, ji, jq, period] = [0; 5].map(|_| none.clone());
    let mut phasor = Phasor { i1, q1, ji, jq, period };
    for at in begin..smooth.len() {
        let gain = 0.075 * past(&phasor.period, at, 2, 0.0)[1] + 0.54;
        detrended[at] = gain * line(&smooth, at);
        phasor.q1[at] = gain * line(&detrended, at);
        phasor.i1[at] = past(&detrended, at, 4, 0.0)[3];
        phasor.ji[at] = gain * line(&phasor.i1, at);
        phasor.jq[at] = gain * line(&phasor.q1, at);
        phasor.period[at] = measure(&phasor, at);
    }
    phasor
}

fn limited(measured: f64, last: f64) -> f64 {
    measured.min(1.5 * last).max(0.67 * last).clamp(6.0, 50.0)
}

/// The homodyne discriminator; the smoothed period beside the phasor.
fn homodyne(smooth: &[f64], begin: usize) -> (Phasor, Vec<f64>) {
    let (mut i2, mut q2) = (0.0, 0.0);
    let (mut re, mut im) = (0.0, 0.0);
    let phasor = transform(smooth, begin, |phasor, at| {
        let (last_i, last_q) = (i2, q2);
        i2 = 0.2 * (phasor.i1[at] - phasor.jq[at]) + 0.8 * i2;
        q2 = 0.2 * (phasor.q1[at] + phasor.ji[at]) + 0.8 * q2;
        re = 0.2 * (i2 * last_i + q2 * last_q) + 0.8 * re;
        im = 0.2 * (i2 * last_q - q2 * last_i) + 0.8 * im;
        let last = if at == begin { 0.0 } else { phasor.period[at - 1] };
        let is_turning = re != 0.0 && im != 0.0;
        let measured = if is_turning { TAU / (im / re).atan() } else { last };
        0.2 * limited(measured, last) + 0.8 * last
    });
    let smoothed: Vec<f64> = std::iter::once(0.0).chain(phasor.period.clone()).collect();
    let smoothed = average(0.33).over(&smoothed)[1..].to_vec();
    (phasor, smoothed)
}

fn smooth_10(x: &[f64]) -> Vec<f64> {
    weighing(x, &[4.0, 3.0, 2.0, 1.0], x[0])
}

/// Correlates the last cycle with one turn and says its phase, degrees from −45 to 315; `none` says
/// it where the cosine is nothing.
fn phase(
    x: &[f64],
    at: usize,
    cycle: usize,
    lead: f64,
    none: impl Fn(f64, f64) -> Option<f64>,
) -> f64 {
    let past = past(x, at, cycle, 0.0);
    let with = |wave: fn(f64) -> f64| -> f64 {
        let angle = |k: usize| TAU * k as f64 / cycle as f64;
        past.iter().enumerate().map(|(k, x)| wave(angle(k)) * x).sum()
    };
    let (cosine, sine) = (with(f64::cos), with(f64::sin));
    let plain = none(cosine, sine).unwrap_or_else(|| (sine / cosine).atan().to_degrees());
    let resolved = plain + lead + if cosine < 0.0 { 180.0 } else { 0.0 };
    if resolved > 315.0 { resolved - 360.0 } else { resolved }
}

fn sines(phase: &[f64]) -> [Vec<f64>; 2] {
    [0.0, 45.0].map(|lead| map(phase, |phase| (phase + lead).to_radians().sin()))
}

/// As in TA-Lib.
fn talib(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let begin = if name == "ht_sine" { 37 } else { 12 };
    let from = |x: &[f64], at: usize| {
        let mut x = x.to_vec();
        x[..at].fill(f64::NAN);
        x
    };
    let x = &bars.price;
    let smooth = smooth_10(x);
    let (phasor, period) = homodyne(&smooth, begin);
    Some(match name {
        "ht_dcperiod" => vec![from(&period, 32)],
        "ht_phasor" => vec![from(&phasor.i1, 32), from(&phasor.q1, 32)],
        "mama" => {
            let degrees = zip(&phasor.q1, &phasor.i1, |q, i| {
                if i == 0.0 { 0.0 } else { (q / i).atan().to_degrees() }
            });
            let (mut mama, mut fama, mut lines) = (0.0, 0.0, [Vec::new(), Vec::new()]);
            for at in 0..x.len() {
                if at >= begin {
                    let turned = (past(&degrees, at, 2, 0.0)[1] - degrees[at]).max(1.0);
                    let weight = if turned > 1.0 { (a[0] / turned).max(a[1]) } else { a[0] };
                    mama += weight * (x[at] - mama);
                    fama += 0.5 * weight * (mama - fama);
                }
                lines[0].push(mama);
                lines[1].push(fama);
            }
            lines.map(|line| from(&line, 32)).to_vec()
        }
        "ht_sine" => sine_wave(x, &smooth, &period, begin).iter().map(|x| from(x, 63)).collect(),
        _ => return None,
    })
}

fn sine_wave(x: &[f64], smooth: &[f64], period: &[f64], begin: usize) -> [Vec<f64>; 5] {
    let mut smooth = smooth.to_vec();
    smooth[..begin].fill(0.0);
    let cycle = |at: usize| ((period[at] + 0.5) as usize).min(50);
    let phases: Vec<f64> = (0..x.len())
        .map(|at| {
            if at < begin {
                0.0
            } else {
                phase(&smooth, at, cycle(at), 90.0 + 360.0 / period[at], |_, _| None)
            }
        })
        .collect();
    let means: Vec<f64> = (0..x.len())
        .map(|at| if at < begin { 0.0 } else { mean_of(&past(x, at, cycle(at), 0.0)) })
        .collect();
    let trendline = weighing(&means, &[4.0, 3.0, 2.0, 1.0], 0.0);
    let [sine, lead] = sines(&phases);
    let (mut days, mut mode) = (0.0, vec![0.0; begin]);
    let (mut last_phase, mut last_sine, mut last_lead) = (0.0, 0.0, 0.0);
    for at in begin..x.len() {
        let crossed = (sine[at] > lead[at] && last_sine <= last_lead)
            || (sine[at] < lead[at] && last_sine >= last_lead);
        days = if crossed { 1.0 } else { days + 1.0 };
        let (turned, pace) = (phases[at] - last_phase, 360.0 / period[at]);
        let in_step = turned > 0.67 * pace && turned < 1.5 * pace;
        let is_far = ((smooth[at] - trendline[at]) / trendline[at]).abs() >= 0.015;
        let is_trend = !crossed && days >= 0.5 * period[at] && !in_step;
        mode.push(if is_trend || is_far { 1.0 } else { 0.0 });
        (last_phase, last_sine, last_lead) = (phases[at], sine[at], lead[at]);
    }
    [phases, sine, lead, trendline, mode]
}

/// The discriminators of "Rocket Science for Traders".
fn of_2001(name: &str, bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let smooth = smooth_10(&bars.price);
    Some(vec![match name {
        "homodyne" => homodyne(&smooth, 5).1,
        "dual_differentiator" => {
            let (mut i, mut q) = (0.0, 0.0);
            let measure = |phasor: &Phasor, at: usize| {
                let (last_i, last_q) = (i, q);
                i = 0.15 * (phasor.i1[at] - phasor.jq[at]) + 0.85 * i;
                q = 0.15 * (phasor.q1[at] + phasor.ji[at]) + 0.85 * q;
                let last = if at == 0 { 0.0 } else { phasor.period[at - 1] };
                let turned = q * (i - last_i) - i * (q - last_q);
                let measured = if turned > 0.0 { TAU * (i * i + q * q) / turned } else { last };
                0.15 * limited(measured, last) + 0.85 * last
            };
            transform(&smooth, 0, measure).period
        }
        "phase_accumulation" => {
            let (mut turns, mut measured) = (Turns::default(), 0.0);
            let measure = |phasor: &Phasor, at: usize| {
                measured = turns.period(phasor.i1[at], phasor.q1[at], [7.0, 60.0], measured);
                let last = if at == 0 { 0.0 } else { phasor.period[at - 1] };
                0.25 * measured + 0.75 * last
            };
            transform(&smooth, 0, measure).period
        }
        _ => return None,
    }])
}

/// By how much the phase turned at each sample.
#[derive(Default)]
struct Turns {
    phase: f64,
    turned: Vec<f64>,
}

impl Turns {
    /// How many samples back a whole turn is, `otherwise` if it is more than 40.
    fn period(&mut self, real: f64, imag: f64, [least, most]: [f64; 2], otherwise: f64) -> f64 {
        let phase = imag.atan2(real).to_degrees().rem_euclid(360.0);
        let whole = if self.phase < 90.0 && phase > 270.0 { 360.0 } else { 0.0 };
        self.turned.push((whole + self.phase - phase).clamp(least, most));
        self.phase = phase;
        let newest_first = self.turned.iter().rev().take(41);
        let sums = newest_first.scan(0.0, |sum, turn| {
            *sum += turn;
            Some(*sum)
        });
        sums.enumerate().find(|(_, sum)| *sum > 360.0).map_or(otherwise, |(back, _)| back as f64)
    }
}

/// The period of the Cyber Cycle of 2004.
fn cycle_period(x: &[f64], alpha: f64) -> Vec<f64> {
    let cycle = cyber_cycle(x, alpha);
    let transform =
        pasts(&cycle, 7, 0.0, |c| 0.0962 * c[0] + 0.5769 * c[2] - 0.5769 * c[4] - 0.0962 * c[6]);
    let in_phase = lag_or(&cycle, 3, 0.0);
    let (mut instant, mut period, mut turned) = (0.0, 0.0, 0.0);
    let (mut last_q, mut turns, mut periods) = (0.0, Vec::new(), Vec::new());
    for at in 0..x.len() {
        let q = transform[at] * (0.5 + 0.08 * instant);
        if q != 0.0 && last_q != 0.0 {
            let (now, last) = (in_phase[at] / q, in_phase[at - 1] / last_q);
            turned = (now - last) / (1.0 + now * last);
        }
        turned = f64::clamp(turned, 0.1, 1.1);
        last_q = q;
        turns.push(turned);
        let median = median_of(&past(&turns, at, 5, 0.0));
        #[expect(clippy::approx_constant, reason = "as printed")]
        let measured = if median == 0.0 { 15.0 } else { 6.28318 / median + 0.5 };
        instant = 0.33 * measured + 0.67 * instant;
        period = 0.15 * instant + 0.85 * period;
        periods.push(period);
    }
    periods
}

fn of_2004(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let period = cycle_period(x, *a.first()?);
    Some(match name {
        "cycle_period_2004" => vec![period],
        "sinewave_2004" => {
            let cycle = cyber_cycle(x, a[0]);
            let vanishing = |cosine: f64, sine: f64| {
                let angle = if sine == 0.0 { 0.0 } else { 90.0 * sine.signum() };
                (cosine.abs() <= 0.001).then_some(angle)
            };
            let phases = bars.each(|at| phase(&cycle, at, period[at] as usize, 90.0, vanishing));
            let [sine, lead] = sines(&phases);
            vec![phases, sine, lead]
        }
        "adaptive_cyber_cycle" => {
            let smooth = smooth_6(x);
            let (mut y1, mut y2) = (0.0, 0.0);
            vec![bars.each(|at| {
                let filter = twice_high(2.0 / (period[at] + 1.0));
                let s = past(&smooth, at, 3, smooth[0]);
                let fed: f64 = filter.b.iter().zip(&s).map(|(b, s)| b * s).sum();
                (y1, y2) = (fed + filter.a[0] * y1 + filter.a[1] * y2, y1);
                y1
            })]
        }
        "adaptive_cg" => {
            let mut value = 0.0;
            vec![bars.each(|at| {
                let half = (period[at] / 2.0) as usize;
                let past = past(x, at, half, x[0]);
                let moment: f64 = past.iter().enumerate().map(|(k, x)| (k as f64 + 1.0) * x).sum();
                if half > 0 {
                    value = (half as f64 + 1.0) / 2.0 - moment / past.iter().sum::<f64>();
                }
                value
            })]
        }
        "adaptive_momentum" => {
            let moved = bars.each(|at| {
                let back = (period[at] - 1.0).max(0.0) as usize;
                x[at] - past(x, at, back + 1, x[0])[back]
            });
            vec![three_poles(a[1], Constants::of(a[2]), &[1.0]).over(&moved)]
        }
        _ => return None,
    })
}

/// The real and the imaginary component of 2013, each at its own gain.
fn components(x: &[f64], high: f64, low: f64, c: Constants) -> [Vec<f64>; 2] {
    let real = by_peak(&roofed(x, high, low, c));
    let imag = by_peak(&minus(&real, &lag_or(&real, 1, 0.0)));
    [real, imag]
}

fn of_2013(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let c = || Constants::of(a[a.len() - 1]);
    Some(match name {
        "hilbert_indicator" => {
            let [real, imag] = components(x, a[0], a[1], c());
            let ind = super_smoother(10.0, c()).over(&imag);
            vec![real, imag, ind]
        }
        "hilbert_classic" => {
            let real = by_peak(&roofed(x, a[0], a[1], c()));
            let taps = [0.091, 0.0, 0.111, 0.0, 0.143, 0.0, 0.2, 0.0, 0.333, 0.0, 1.0];
            let imag = pasts(&real, 23, 0.0, |x| {
                (0..11).map(|k| taps[k] * (x[k] - x[22 - k])).sum::<f64>() / 1.865
            });
            vec![real, imag]
        }
        "hilbert_cycle" => {
            let [real, imag] = components(x, a[1], a[2], c());
            let (mut turns, mut period) = (Turns::default(), 0.0_f64);
            #[expect(clippy::approx_constant, reason = "as printed")]
            let circle = 6.28318;
            let measured = bars.each(|at| {
                let (r, i) = (past(&real, at, 2, 0.0), past(&imag, at, 2, 0.0));
                let finite = |period: f64| period.is_finite().then_some(period);
                period = match a[0] as usize {
                    0 => {
                        let speed = i[0] * (r[0] - r[1]) - r[0] * (i[0] - i[1]);
                        let found = finite(circle * (r[0] * r[0] + i[0] * i[0]) / speed);
                        found.unwrap_or(period).clamp(8.0, 48.0)
                    }
                    1 => turns.period(r[0], i[0], [10.0, 48.0], period),
                    _ => {
                        let turned = i[0] * r[1] - r[0] * i[1];
                        let found = finite(circle * (r[0] * r[1] + i[0] * i[1]) / turned);
                        let found = found.filter(|found| *found != 0.0).unwrap_or(period);
                        found.abs().clamp(10.0, 48.0)
                    }
                };
                period
            });
            vec![super_smoother(10.0, c()).over(&measured)]
        }
        "analytic_cycle" => {
            let wave = super_smoother(a[1], c()).over(&high_pass_2020(a[0], c()).over(x));
            let real = by_rms(&wave, 100);
            let imag = by_rms(&minus(&real, &lag_or(&real, 1, 0.0)), 100);
            let (mut angle, mut period) = (0.0_f64, 8.0);
            let periods = bars.each(|at| {
                let (last, tangent) = (angle, real[at] / imag[at]);
                let mut now =
                    if imag[at] == 0.0 { last } else { 90.0 + tangent.atan().to_degrees() };
                now -= if imag[at] > 0.0 { 180.0 } else { 0.0 };
                let is_wrapped = last - now >= 270.0;
                now = if now < last && !is_wrapped { last } else { now };
                let turned = now - last + if is_wrapped { 360.0 } else { 0.0 };
                angle = now;
                period = if turned > 0.0 { (360.0 / turned).clamp(8.0, 50.0) } else { period };
                period
            });
            vec![weighing(&periods, &hann(a[2] as usize), periods[0])]
        }
        _ => return None,
    })
}
