//! Definitions of Ehlers' filters and oscillators.

use std::f64::consts::{LN_2, TAU};

use super::bars::Bars;
use super::filters::*;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    filters(name, a, bars)
        .or_else(|| knife(name, a, bars))
        .or_else(|| averages(name, a, bars))
        .or_else(|| strengths(name, a, bars))
        .or_else(|| oscillators(name, a, bars))
        .or_else(|| super::scales::definition(name, a, bars))
        .or_else(|| super::trends::definition(name, a, bars))
        .or_else(|| super::cycles::definition(name, a, bars))
        .or_else(|| super::spectra::definition(name, a, bars))
}

fn n(a: &[f64], index: usize) -> usize {
    a[index] as usize
}

/// The constants, which are the last argument where there are any.
fn c(a: &[f64]) -> Constants {
    Constants::of(*a.last().expect("it has constants"))
}

/// Whole filters.
fn filters(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let hp1 = |x: &[f64], period| high_pass_1(period).over(x);
    Some(vec![match name {
        "supersmoother" => super_smoother(a[0], c(a)).over(x),
        "supersmoother2_2004" => super_smoother_2004(a[0], c(a)).over(x),
        "supersmoother3" => three_poles(a[0], c(a), &[1.0]).over(x),
        "butter2" => butterworth(a[0], c(a)).over(x),
        "butter3" => three_poles(a[0], c(a), &[0.125, 0.375, 0.375, 0.125]).over(x),
        "hp1" => hp1(x, a[0]),
        "hp2" => high_pass(a[0], c(a)).over(x),
        "hp_2020" => high_pass_2020(a[0], c(a)).over(x),
        "ultimate" => ultimate(a[0], c(a)).over(x),
        "bandpass" => band_pass(a[0], a[1]).over(x),
        "decycler" => {
            let alpha = alpha(1.0, a[0]);
            Filter::new(&[alpha / 2.0, alpha / 2.0], &[1.0 - alpha]).over(x)
        }
        "decycler_2015" => minus(x, &high_pass(a[0], c(a)).over(x)),
        "decycler_osc" => minus(&high_pass(a[1], c(a)).over(x), &high_pass(a[0], c(a)).over(x)),
        "decycler_osc_2015" => {
            let trend = minus(x, &high_pass(a[0], c(a)).over(x));
            let line = high_pass(a[0] / 2.0, c(a)).over(&trend);
            zip(&line, x, |line, x| 100.0 * a[1] * line / x)
        }
        "roofing" => roofed(x, a[0], a[1], c(a)),
        "roofing_one_pole" => {
            let roofed = super_smoother(a[1], c(a)).over(&hp1(x, a[0]));
            if a[2] == 1.0 { hp1(&roofed, a[0]) } else { roofed }
        }
        "gauss" => {
            let beta = (1.0 - (TAU / a[0]).cos()) / (2.0_f64.powf(1.0 / a[1]) - 1.0);
            let alpha = -beta + (beta * beta + 2.0 * beta).sqrt();
            (0..n(a, 1)).fold(x.clone(), |x, _| average(alpha).over(&x))
        }
        "laguerre_filter" => {
            let stages = laguerre(x, a[0]);
            weighing_stages(&stages, &[1.0, 2.0, 2.0, 1.0])
        }
        "laguerre_filter_2025" => {
            let stages = delayed(&ultimate(a[0], c(a)).over(x), a[1], 5);
            weighing_stages(&stages, &[1.0, 4.0, 6.0, 4.0, 1.0])
        }
        "trunc_bandpass" => {
            // The answer to an impulse, cut off.
            let mut impulse = vec![0.0; n(a, 2) + 2];
            impulse[1] = 1.0;
            let band = band_pass(a[0], a[1]);
            let poles = Filter::new(&[band.b[0]], &band.a).over(&impulse);
            let differences = minus(x, &lag_or(x, 2, x[0]));
            pasts(&differences, n(a, 2), 0.0, |x| {
                x.iter().zip(&poles[1..]).map(|(x, h)| x * h).sum()
            })
        }
        _ => return None,
    }])
}

/// The seven blades of the Swiss army knife.
fn knife(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    if name != "swiss_army_knife" {
        return None;
    }
    let beta = 2.415 * (1.0 - (TAU / a[0]).cos());
    let two = -beta + (beta * beta + 2.0 * beta).sqrt();
    let twice = |x: &[f64]| average(two).over(&average(two).over(x));
    let halves = |x: &[f64]| zip(x, &lag_or(x, 1, x[0]), |x, before| (x + before) / 2.0);
    let band = band_pass(a[0], 2.0 * a[2]);
    Some(vec![match n(a, 1) {
        0 => band.over(x),
        1 => minus(x, &band.over(x)),
        2 => average(alpha(1.0, a[0])).over(x),
        3 => twice(x),
        4 => twice(&halves(&halves(x))),
        5 => high_pass_1(a[0]).over(x),
        _ => twice_high(two).over(x),
    }])
}

/// The four stages of a Laguerre filter.
fn laguerre(x: &[f64], gamma: f64) -> Vec<Vec<f64>> {
    let all_pass = Filter::new(&[-gamma, 1.0], &[gamma]);
    let mut stages = vec![average(1.0 - gamma).over(x)];
    for stage in 0..3 {
        stages.push(all_pass.over(&stages[stage]));
    }
    stages
}

/// A series and averages of it, each one sample later.
pub(super) fn delayed(x: &[f64], gamma: f64, count: usize) -> Vec<Vec<f64>> {
    let next = |x: &Vec<f64>| Some(average(1.0 - gamma).over(&lag_or(x, 1, x[0])));
    std::iter::successors(Some(x.to_vec()), next).take(count).collect()
}

pub(super) fn weighing_stages(stages: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let all: f64 = weights.iter().sum();
    let weighed = stages.iter().zip(weights).map(|(stage, weight)| times(stage, weight / all));
    weighed.reduce(|x, y| add(&x, &y)).expect("stages")
}

/// Averages with windows, and those that adapt.
fn averages(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    Some(vec![match name {
        "windowed" => {
            let count = n(a, 0);
            let weights = match n(a, 1) {
                0 => hann(count),
                1 => (0..count)
                    .map(|k| 10.0 + 160.0 * k as f64 / (count as f64 - 1.0))
                    .map(|degrees| degrees.to_radians().sin())
                    .collect(),
                _ => (1..=count).map(|k| k.min(count + 1 - k) as f64).collect(),
            };
            weighing(x, &weights, x[0])
        }
        "recursive_median" => recursive_median(x, a[0]),
        "recursive_median_osc" => high_pass(a[1], c(a)).over(&recursive_median(x, a[0])),
        "ehlers_distance_filter" => {
            let weights = pasts(x, n(a, 0), x[0], |x| x.iter().map(|y| (x[0] - y).powi(2)).sum());
            let pairs = |at: usize| {
                past(&weights, at, n(a, 0), 0.0).into_iter().zip(past(x, at, n(a, 0), x[0]))
            };
            let moment = bars.each(|at| pairs(at).map(|(w, x)| w * x).sum());
            held(&moment, &total(&weights, n(a, 0)), x[0])
        }
        "dsma" => {
            let smooth = super_smoother(a[0] / 2.0, c(a)).over(&minus(x, &lag_or(x, 2, x[0])));
            let weight = map(&by_rms(&smooth, n(a, 0)), |scaled| 5.0 * scaled.abs() / a[0]);
            following(x, &weight)
        }
        "frama" => fractal(bars, n(a, 0)),
        "reverse_ema" => {
            let kept = 1.0 - a[0];
            let line = average(a[0]).over(x);
            // Eight stages, each of which looks back twice as far.
            let mut stage = line.clone();
            for power in 0..8 {
                let before = lag_or(&stage, 1, stage[0]);
                stage = zip(&stage, &before, |now, before| kept.powi(1 << power) * now + before);
            }
            zip(&line, &stage, |line, stage| line - a[0] * stage)
        }
        _ => return None,
    }])
}

/// An average whose weight is another one at each sample.
fn following(x: &[f64], weight: &[f64]) -> Vec<f64> {
    let value = |at: usize| {
        let (mut left, mut total) = (1.0, 0.0);
        for each in (0..=at).rev() {
            total += left * weight[each] * x[each];
            left *= 1.0 - weight[each];
        }
        total + left * x[0]
    };
    (0..x.len()).map(value).collect()
}

pub(super) fn median_of(x: &[f64]) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[x.len() / 2]
}

fn recursive_median(x: &[f64], period: f64) -> Vec<f64> {
    average(alpha(1.0, period)).over(&pasts(x, 5, x[0], median_of))
}

fn fractal(bars: &Bars, length: usize) -> Vec<f64> {
    let half = length / 2;
    let span = |n: usize, late: usize, at: usize| {
        let window = at + 1 - late - n..at + 1 - late;
        (highest_of(&bars.high[window.clone()]) - lowest_of(&bars.low[window])) / n as f64
    };
    let mut dimension = 1.0;
    let weight = bars.each(|at| {
        if at + 1 >= length {
            let (newer, older, whole) =
                (span(half, 0, at), span(half, half, at), span(length, 0, at));
            if newer > 0.0 && older > 0.0 && whole > 0.0 {
                dimension = ((newer + older) / whole).ln() / LN_2;
            }
        }
        if at < length { 1.0 } else { (-4.6_f64 * (dimension - 1.0)).exp().clamp(0.01, 1.0) }
    });
    following(&bars.median(), &weight)
}

/// What was gained and what was lost in `n` moves.
fn gains(x: &[f64], n: usize) -> [Vec<f64>; 2] {
    [1.0, -1.0].map(|sign| total(&map(&moves(x), |x| (sign * x).max(0.0)), n))
}

pub(super) fn smooth_6(x: &[f64]) -> Vec<f64> {
    weighing(x, &[1.0, 2.0, 2.0, 1.0], x[0])
}

fn my_rsi(x: &[f64], n: usize) -> Vec<f64> {
    let [up, down] = gains(x, n);
    held(&minus(&up, &down), &add(&up, &down), 0.0)
}

pub(super) fn fisher(x: f64) -> f64 {
    x.atanh()
}

/// Relative strengths.
fn strengths(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    Some(vec![match name {
        "my_rsi" => my_rsi(x, n(a, 0)),
        "smoothed_rsi" => {
            let [up, down] = gains(&smooth_6(x), n(a, 0));
            held(&up, &add(&up, &down), 0.0)
        }
        "net_myrsi" => {
            let order = |x: &[f64]| {
                let sign = |x: f64, y: f64| f64::from(i8::from(x > y) - i8::from(x < y));
                let all =
                    (0..x.len()).flat_map(|new| (new + 1..x.len()).map(move |old| (new, old)));
                all.map(|(new, old)| sign(x[new], x[old])).sum::<f64>()
            };
            let pairs = 0.5 * a[0] * (a[0] - 1.0);
            pasts(&my_rsi(x, n(a, 0)), n(a, 0), 0.0, |x| order(x) / pairs)
        }
        "rsih" => {
            let (weights, moves) = (hann(n(a, 0)), moves(x));
            let net = weighing(&moves, &weights, 0.0);
            held(&net, &weighing(&map(&moves, f64::abs), &weights, 0.0), 0.0)
        }
        "rocket_rsi" => {
            let momentum = minus(x, &lag_or(x, n(a, 0) - 1, x[0]));
            let strength = my_rsi(&super_smoother(a[1], c(a)).over(&momentum), n(a, 0));
            map(&strength, |share| fisher(share.clamp(-0.999, 0.999)))
        }
        "laguerre_rsi" => {
            let stages = laguerre(x, a[0]);
            let sum = |sign: f64| {
                let steps = stages.windows(2);
                let steps =
                    steps.map(|pair| zip(&pair[0], &pair[1], |x, y| (sign * (x - y)).max(0.0)));
                steps.reduce(|x, y| add(&x, &y)).expect("three steps")
            };
            let up = sum(1.0);
            held(&up, &add(&up, &sum(-1.0)), 0.0)
        }
        "usi" => {
            let [up, down] = gains(x, 4).map(|sum| ultimate(a[0], c(a)).over(&times(&sum, 0.25)));
            let both =
                zip(&up, &down, |up, down| if up > 0.0 && down > 0.0 { up + down } else { 0.0 });
            held(&minus(&up, &down), &both, 0.0)
        }
        "reversion_index" => {
            let moves = moves(x);
            let way = total(&moves, n(a, 0));
            let share = held(&way, &total(&map(&moves, f64::abs), n(a, 0)), 0.0);
            let smooth = |period| super_smoother(period, c(a)).over(&share);
            return Some(vec![smooth(8.0), smooth(4.0)]);
        }
        "inv_fisher_rsi" => {
            let rsi = super::classical::rsi(x, n(a, 0));
            map(&linear(&map(&rsi, |rsi| 0.1 * (rsi - 50.0)), n(a, 1)), f64::tanh)
        }
        _ => return None,
    }])
}

/// The difference equation of the Cyber Cycle, after six samples of a second difference.
pub(super) fn cyber_cycle(x: &[f64], alpha: f64) -> Vec<f64> {
    let begin = pasts(x, 3, x[0], |x| (x[0] - 2.0 * x[1] + x[2]) / 4.0);
    twice_high(alpha).after(&smooth_6(x), &begin[..6])
}

pub(super) fn centre_of_gravity(x: &[f64], n: usize) -> Vec<f64> {
    let middle = (n as f64 + 1.0) / 2.0;
    let centre = |x: &[f64]| {
        let moment: f64 = x.iter().enumerate().map(|(age, x)| (age as f64 + 1.0) * x).sum();
        middle - moment / x.iter().sum::<f64>()
    };
    pasts(x, n, x[0], centre)
}

fn vigor(bars: &Bars, n: usize) -> Vec<f64> {
    let smooth = |x: &[f64]| total(&smooth_6(x), n);
    held(&smooth(&minus(&bars.close, &bars.open)), &smooth(&minus(&bars.high, &bars.low)), 0.0)
}

/// Oscillators, and what stochastics and Fisher's transform make of them.
fn oscillators(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let inner = |name: &str| match name {
        "cyber_cycle" => cyber_cycle(x, a[0]),
        "cg" => centre_of_gravity(x, n(a, 0)),
        _ => vigor(bars, n(a, 0)),
    };
    let stochastic = |name: &str| {
        let share = share_of_range(&inner(name), n(a, 1), 0.0);
        map(&weighing(&share, &[4.0, 3.0, 2.0, 1.0], 0.0), |mean| 2.0 * (mean - 0.5))
    };
    let of_stochastic = |name| {
        let v = stochastic(name);
        let trigger = map(&lag_or(&v, 1, -1.0), |last| 0.96 * (last + 0.02));
        vec![v, trigger]
    };
    let of_fisher = |name| {
        let v = map(&stochastic(name), |v| fisher(0.99 * v));
        let trigger = lag_or(&v, 1, 0.0);
        vec![v, trigger]
    };
    Some(match name {
        "cyber_cycle" | "cg" | "rvi" => vec![inner(name)],
        "inv_fisher_cyber_cycle" => vec![map(&inner("cyber_cycle"), f64::tanh)],
        "stoch_cyber_cycle" => of_stochastic("cyber_cycle"),
        "stoch_cg" => of_stochastic("cg"),
        "stoch_rvi" => of_stochastic("rvi"),
        "fisher_cyber_cycle" => of_fisher("cyber_cycle"),
        "fisher_stoch_cg" => of_fisher("cg"),
        "fisher_rvi" => of_fisher("rvi"),
        "fisher_2002" | "fisher_2004" => {
            let (place, back, limit, cut, scale) = match name {
                "fisher_2002" => (0.66, 0.67, 0.99, 0.999, 1.0),
                _ => (1.0, 0.5, 0.9999, 0.9999, 0.5),
            };
            let mut value = 0.0;
            let bounded = map(&share_of_range(x, n(a, 0), 0.5), |share| place * (share - 0.5));
            let fishers = bounded.into_iter().map(|share| {
                value = share + back * value;
                value = if f64::abs(value) > limit { cut * f64::signum(value) } else { value };
                scale * fisher(value)
            });
            // Half of each is left at the next sample.
            let fishers: Vec<f64> = std::iter::once(0.0).chain(fishers).collect();
            vec![Filter::new(&[1.0], &[0.5]).over(&fishers)[1..].to_vec()]
        }
        "itrend_2004" => {
            let begin = weighing(x, &[1.0, 2.0, 1.0], x[0]);
            let (alpha, square) = (a[0], a[0] * a[0]);
            let forward = [alpha - square / 4.0, square / 2.0, -(alpha - 0.75 * square)];
            let filter = Filter::new(&forward, &twice_high(alpha).a);
            let line = filter.after(x, &begin[..6]);
            let trigger = zip(&line, &lag_or(&line, 2, line[0]), |now, old| 2.0 * now - old);
            vec![line, trigger]
        }
        "zero_lag_ec" => {
            let (alpha, limit) = (2.0 / (a[0] + 1.0), a[1] as i64);
            let ema = average(alpha).over(x);
            let mut ec = x[0];
            let line = bars.each(|at| {
                // The gain, in tenths, that leaves the least error; the smallest of equals.
                let with = |tenths: i64| {
                    alpha * (ema[at] + tenths as f64 / 10.0 * (x[at] - ec)) + (1.0 - alpha) * ec
                };
                let error = |tenths: &i64| (x[at] - with(*tenths)).abs();
                let all = -limit..=limit;
                ec = with(all.min_by(|s, t| error(s).total_cmp(&error(t))).expect("a gain"));
                ec
            });
            vec![line, ema]
        }
        _ => return None,
    })
}
