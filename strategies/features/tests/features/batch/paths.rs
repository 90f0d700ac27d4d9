//! Definitions of classical indicators that follow a path: what they say depends on every bar
//! before.

use super::bars::Bars;
use super::series::*;

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let n = |index: usize| a[index] as usize;
    let (high, low, close) = (&bars.high, &bars.low, &bars.close);
    Some(match name {
        "ad" => vec![accumulation(bars)],
        "adosc" => {
            let average = |n: usize| exponential(&accumulation(bars), 2.0 / (n as f64 + 1.0), 1);
            let mut line = minus(&average(n(0)), &average(n(1)));
            line[..n(0).max(n(1)) - 1].fill(f64::NAN);
            vec![line]
        }
        "obv" => {
            let signed = |at: usize| match at.checked_sub(1).map(|before| close[before]) {
                Some(before) if close[at] < before => -bars.volume[at],
                Some(before) if close[at] == before => 0.0,
                _ => bars.volume[at],
            };
            vec![running_sum(&bars.each(signed))]
        }
        "kama" => vec![kama(&bars.price, n(0))],
        "dmi" => {
            let [plus, minus, range] = directions(bars, n(0));
            let percent = |sum: &[f64]| zip(sum, &range, |x, y| 100.0 * ratio_or(x, y, 0.0));
            let mut dx = 0.0;
            let dx = index(&plus, &minus, &range).into_iter().map(|each| {
                dx = each.unwrap_or(dx);
                dx
            });
            vec![percent(&plus), percent(&minus), dx.collect()]
        }
        "adx" => vec![adx(bars, n(0))],
        "adxr" => {
            let adx = adx(bars, n(0));
            vec![zip(&adx, &lag(&adx, n(0) - 1), |now, before| (now + before) / 2.0)]
        }
        "sar" => vec![sar(high, low, a[0].min(a[1]), a[1])],
        "supertrend" => supertrend(bars, &wilder(&bars.true_range(), n(0)), a[1]),
        "heikin_ashi" => heikin_ashi(bars),
        "mfi" => vec![mfi(bars, n(0))],
        "ultosc" => vec![ultimate(bars, [n(0), n(1), n(2)])],
        "vwap_session" | "vwap_anchored" => {
            let first = |at: usize| match name {
                "vwap_session" => {
                    let session = |at: usize| session(bars.time[at], a);
                    (0..=at).rev().take_while(|&each| session(each) == session(at)).last()
                }
                _ => bars.time.iter().position(|&time| time as f64 / 1e9 >= a[0]),
            };
            vwap(bars, |at| first(at).filter(|&first| first <= at))
        }
        "pivots" => pivots(bars, a),
        "bar_time" => {
            let hours = |at: usize| bars.time[at] as f64 / 3.6e12;
            // 1970-01-01 was a Thursday.
            vec![
                bars.each(|at| ((hours(at) / 24.0).floor() + 3.0).rem_euclid(7.0)),
                bars.each(|at| hours(at).rem_euclid(24.0)),
            ]
        }
        _ => return None,
    })
}

pub(super) fn running_sum(x: &[f64]) -> Vec<f64> {
    (0..x.len()).map(|at| x[..=at].iter().sum()).collect()
}

fn accumulation(bars: &Bars) -> Vec<f64> {
    running_sum(&bars.each(|at| {
        let (high, low, close) = (bars.high[at], bars.low[at], bars.close[at]);
        bars.volume[at] * ratio_or(2.0 * close - high - low, high - low, 0.0)
    }))
}

/// Kaufman's average, where the efficiency of the way is that of TA-Lib: whole where the price rose
/// by more than nothing and all of the path.
fn kama(x: &[f64], n: usize) -> Vec<f64> {
    let path = sum(&map(&minus(x, &lag(x, 1)), f64::abs), n);
    let way = minus(x, &lag(x, n));
    let efficiency = zip(&path, &way, |path, way| if path == 0.0 { 1.0 } else { way.abs() / path });
    let weight = map(&efficiency, |e| (e * (2.0 / 3.0 - 2.0 / 31.0) + 2.0 / 31.0).powi(2));
    // Every sample's weight is what those after it left.
    let value = |at: usize| {
        if at < n {
            return f64::NAN;
        }
        let (mut left, mut total) = (1.0, 0.0);
        for each in (n..=at).rev() {
            total += left * weight[each] * x[each];
            left *= 1.0 - weight[each];
        }
        total + left * x[n - 1]
    };
    (0..x.len()).map(value).collect()
}

/// Wilder's sums of movements up and down and of true ranges: `n` − 1 bars, then each keeps
/// (n − 1) / n.
fn directions(bars: &Bars, n: usize) -> [Vec<f64>; 3] {
    let moved = |at: usize| (bars.high[at] - bars.high[at - 1], bars.low[at - 1] - bars.low[at]);
    let of = |pick: &dyn Fn(f64, f64) -> f64| {
        bars.each(|at| if at == 0 { f64::NAN } else { pick(moved(at).0, moved(at).1) })
    };
    let plus = of(&|up, down| if up > down { up.max(0.0) } else { 0.0 });
    let minus = of(&|up, down| if down > up { down.max(0.0) } else { 0.0 });
    [plus, minus, bars.true_range()].map(|x| {
        let kept = 1.0 - 1.0 / n as f64;
        let value = |at: usize| {
            if at < n {
                return f64::NAN;
            }
            let whole: f64 = x[1..n].iter().sum();
            let later: f64 = (n..=at).map(|each| x[each] * kept.powi((at - each) as i32)).sum();
            later + whole * kept.powi((at - n + 1) as i32)
        };
        bars.each(value)
    })
}

/// The index of directional movement; none where nothing moved, NaN before the sums.
fn index(plus: &[f64], minus: &[f64], range: &[f64]) -> Vec<Option<f64>> {
    let index = |at: usize| {
        let both = plus[at] + minus[at];
        if both.is_nan() {
            return Some(f64::NAN);
        }
        (both > 1e-16 * range[at]).then(|| 100.0 * (plus[at] - minus[at]).abs() / both)
    };
    (0..range.len()).map(index).collect()
}

fn adx(bars: &Bars, n: usize) -> Vec<f64> {
    let [plus, minus, range] = directions(bars, n);
    let index = index(&plus, &minus, &range);
    let mut value = f64::NAN;
    bars.each(|at| {
        if at == 2 * n - 1 {
            value = index[n..=at].iter().map(|each| each.unwrap_or(0.0)).sum::<f64>() / n as f64;
        } else if at >= 2 * n
            && let Some(index) = index[at]
        {
            value = (value * (n as f64 - 1.0) + index) / n as f64;
        }
        value
    })
}

/// Wilder's stop and reverse, long and short written out.
fn sar(high: &[f64], low: &[f64], step: f64, maximum: f64) -> Vec<f64> {
    let mut shown = vec![f64::NAN];
    let (up, down) = (high[1] - high[0], low[0] - low[1]);
    let mut long = !(down > up && down > 0.0);
    let mut stop = if long { low[0] } else { high[0] };
    let mut extreme = if long { high[1] } else { low[1] };
    let mut factor = step;
    for at in 1..high.len() {
        // The bar before the first counts as the first itself.
        let before = (at - 1).max(1);
        let (lowest, highest) = (low[at].min(low[before]), high[at].max(high[before]));
        let broken = if long { low[at] <= stop } else { high[at] >= stop };
        if broken {
            long = !long;
            stop = if long { extreme.min(lowest) } else { extreme.max(highest) };
            extreme = if long { high[at] } else { low[at] };
            factor = step;
        } else if (long && high[at] > extreme) || (!long && low[at] < extreme) {
            extreme = if long { high[at] } else { low[at] };
            factor = (factor + step).min(maximum);
        }
        shown.push(stop);
        stop += factor * (extreme - stop);
        stop = if long { stop.min(lowest) } else { stop.max(highest) };
    }
    shown
}

fn supertrend(bars: &Bars, range: &[f64], multiplier: f64) -> Vec<Vec<f64>> {
    let begin = first(range);
    let (mut lines, mut sides) = (vec![f64::NAN; begin], vec![f64::NAN; begin]);
    let median = bars.median();
    let (mut upper, mut lower, mut is_up) = (f64::INFINITY, f64::NEG_INFINITY, true);
    for at in begin..bars.count() {
        let (basic_upper, basic_lower) =
            (median[at] + multiplier * range[at], median[at] - multiplier * range[at]);
        let (is_first, close) = (at == begin, bars.close[at]);
        let before = if is_first { close } else { bars.close[at - 1] };
        // A band moves towards the price, or anew once the price has left it.
        upper = if is_first || before > upper { basic_upper } else { upper.min(basic_upper) };
        lower = if is_first || before < lower { basic_lower } else { lower.max(basic_lower) };
        is_up = is_first || if is_up { close >= lower } else { close > upper };
        lines.push(if is_up { lower } else { upper });
        sides.push(if is_up { 1.0 } else { -1.0 });
    }
    vec![lines, sides]
}

fn heikin_ashi(bars: &Bars) -> Vec<Vec<f64>> {
    let close =
        bars.each(|at| (bars.open[at] + bars.high[at] + bars.low[at] + bars.close[at]) / 4.0);
    // The open halves the weight of everything before.
    let open = bars.each(|at| {
        let begin = (bars.open[0] + bars.close[0]) / 2.0 * 0.5_f64.powi(at as i32);
        begin + (0..at).map(|each| close[each] * 0.5_f64.powi((at - each) as i32)).sum::<f64>()
    });
    let high = bars.each(|at| bars.high[at].max(open[at]).max(close[at]));
    let low = bars.each(|at| bars.low[at].min(open[at]).min(close[at]));
    vec![open, high, low, close]
}

fn mfi(bars: &Bars, n: usize) -> Vec<f64> {
    let price = bars.typical();
    let flow = |sign: f64| {
        bars.each(|at| {
            if at == 0 {
                return f64::NAN;
            }
            let change = sign * (price[at] - price[at - 1]);
            if change > 1e-14 * price[at] { price[at] * bars.volume[at] } else { 0.0 }
        })
    };
    zip(&sum(&flow(1.0), n), &sum(&flow(-1.0), n), |rose, fell| {
        100.0 * ratio_or(rose, rose + fell, 0.0)
    })
}

fn ultimate(bars: &Bars, mut periods: [usize; 3]) -> Vec<f64> {
    periods.sort_unstable();
    let range = bars.true_range();
    let pressure = bars.each(|at| {
        if at == 0 { f64::NAN } else { bars.close[at] - bars.low[at].min(bars.close[at - 1]) }
    });
    let share = |n: usize, weight: f64| {
        zip(&sum(&pressure, n), &sum(&range, n), |p, r| weight * ratio_or(p, r, 0.0))
    };
    let [fast, middle, slow] = periods;
    let all = add(&add(&share(fast, 4.0), &share(middle, 2.0)), &share(slow, 1.0));
    times(&all, 100.0 / 7.0)
}

/// The number of the session a time is in; −1 before the first.
fn session(time: u64, a: &[f64]) -> i64 {
    // The last two arguments are length and offset.
    let [.., length, offset] = a else { unreachable!("a session has a length and an offset") };
    let (length, offset) = ((length * 1e9) as u64, (offset * 1e9) as u64);
    time.checked_sub(offset).map_or(-1, |since| (since / length).cast_signed())
}

/// Prices weighted by volume since the bar that `begin` names, and their deviation.
fn vwap(bars: &Bars, begin: impl Fn(usize) -> Option<usize>) -> Vec<Vec<f64>> {
    let price = bars.typical();
    let line = |at: usize| {
        let Some(begin) = begin(at) else { return (f64::NAN, f64::NAN) };
        let total = |f: &dyn Fn(usize) -> f64| -> f64 {
            (begin..=at).map(|each| bars.volume[each] * f(each)).sum()
        };
        let volume = total(&|_| 1.0);
        if volume == 0.0 {
            return (price[begin], 0.0);
        }
        let mean = total(&|each| price[each]) / volume;
        (mean, (total(&|each| (price[each] - mean).powi(2)) / volume).sqrt())
    };
    vec![bars.each(|at| line(at).0), bars.each(|at| line(at).1)]
}

fn pivots(bars: &Bars, a: &[f64]) -> Vec<Vec<f64>> {
    let levels = |at: usize| {
        let now = session(bars.time[at], &a[1..]);
        let last = (0..at).rev().find(|&each| session(bars.time[each], &a[1..]) != now)?;
        let which = session(bars.time[last], &a[1..]);
        let whole: Vec<usize> =
            (0..=last).rev().take_while(|&e| session(bars.time[e], &a[1..]) == which).collect();
        let high = whole.iter().map(|&each| bars.high[each]).fold(f64::MIN, f64::max);
        let low = whole.iter().map(|&each| bars.low[each]).fold(f64::MAX, f64::min);
        let (close, range) = (bars.close[last], high - low);
        let typical = (high + low + close) / 3.0;
        let floor = |p: f64| {
            let [r1, s1] = [p + (p - low), p - (high - p)];
            [p, r1, p + range, r1 + range, s1, p - range, s1 - range]
        };
        let even = |p: f64, m: f64, [x, y, z]: [f64; 3]| {
            [
                p,
                m + x * range,
                m + y * range,
                m + z * range,
                m - x * range,
                m - y * range,
                m - z * range,
            ]
        };
        Some(match a[0] as usize {
            0 => floor(typical),
            1 => even(typical, typical, [0.382, 0.618, 1.0]),
            2 => even(typical, close, [1.1 / 12.0, 1.1 / 6.0, 1.1 / 4.0]),
            _ => floor((high + low + close + close) / 4.0),
        })
    };
    (0..7).map(|line| bars.each(|at| levels(at).map_or(f64::NAN, |levels| levels[line]))).collect()
}
