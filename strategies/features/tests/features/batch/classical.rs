//! Definitions of the classical indicators.

use super::bars::Bars;
use super::series::*;

/// The outputs of an indicator over a whole series; `None` if its definition is not here.
pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    averages(name, a, bars)
        .or_else(|| windows(name, a, bars))
        .or_else(|| oscillators(name, a, bars))
        .or_else(|| ranges(name, a, bars))
        .or_else(|| volatilities(name, a, bars))
        .or_else(|| super::paths::definition(name, a, bars))
}

/// Whole arguments.
fn n(a: &[f64], index: usize) -> usize {
    a[index] as usize
}

fn averages(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let ema_twice = |x: &[f64], n| ema(&ema(x, n), n);
    Some(vec![match name {
        "sma" => mean(x, n(a, 0)),
        "ema" => ema(x, n(a, 0)),
        "rma" => wilder(x, n(a, 0)),
        "wma" => linear(x, n(a, 0)),
        "dema" => zip(&ema(x, n(a, 0)), &ema_twice(x, n(a, 0)), |e, ee| 2.0 * e - ee),
        "tema" => {
            let (e, ee) = (ema(x, n(a, 0)), ema_twice(x, n(a, 0)));
            add(&zip(&e, &ee, |e, ee| 3.0 * (e - ee)), &ema(&ee, n(a, 0)))
        }
        "t3" => {
            // (1 + v − v·EMA)³ of the third average, multiplied out.
            let mut stage = ema(&ema_twice(x, n(a, 0)), n(a, 0));
            let mut total = times(&stage, (1.0 + a[1]).powi(3));
            for (power, choices) in [(1, 3.0), (2, 3.0), (3, 1.0)] {
                stage = ema(&stage, n(a, 0));
                let weight = choices * (1.0 + a[1]).powi(3 - power) * (-a[1]).powi(power);
                total = add(&total, &times(&stage, weight));
            }
            total
        }
        "trima" => {
            let half = n(a, 0).div_ceil(2);
            let other = n(a, 0) + 1 - half;
            let weight = |at: usize| at.min(n(a, 0) + 1 - at).min(half.min(other)) as f64;
            weighted(x, &(1..=n(a, 0)).map(weight).collect::<Vec<_>>())
        }
        "hma" => {
            let halves = linear(x, (n(a, 0) / 2).max(1));
            let raw = zip(&halves, &linear(x, n(a, 0)), |half, full| 2.0 * half - full);
            linear(&raw, n(a, 0).isqrt())
        }
        "zlema" => ema(&zip(x, &lag(x, (n(a, 0) - 1) / 2), |x, old| 2.0 * x - old), n(a, 0)),
        "vwma" => {
            let products = zip(x, &bars.volume, |x, volume| x * volume);
            let means = zip(&sum(&products, n(a, 0)), &sum(&bars.volume, n(a, 0)), |p, v| {
                ratio_or(p, v, EITHER)
            });
            // Without volume it stays where it was; at first at the close.
            let held = |at: usize| {
                let known = (first(&means)..=at).rev().find(|&at| means[at] != EITHER);
                if means[at].is_nan() {
                    f64::NAN
                } else {
                    known.map_or(bars.close[first(&means)], |known| means[known])
                }
            };
            bars.each(held)
        }
        "trix" => {
            let smooth = ema(&ema_twice(x, n(a, 0)), n(a, 0));
            zip(&smooth, &lag(&smooth, 1), |now, before| 100.0 * (now - before) / before)
        }
        _ => return None,
    }])
}

fn windows(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let deviation = |n| map(&rolling(x, n, variance_of), f64::sqrt);
    let band = |mid: &[f64], width: &[f64]| vec![add(mid, width), mid.to_vec(), minus(mid, width)];
    Some(match name {
        "var" => vec![rolling(x, n(a, 0), variance_of)],
        "stddev" => vec![times(&deviation(n(a, 0)), a[1])],
        "bollinger" => band(&mean(x, n(a, 0)), &times(&deviation(n(a, 0)), a[1])),
        "zscore" => {
            let score =
                |x: &[f64]| ratio_or(x[x.len() - 1] - mean_of(x), variance_of(x).sqrt(), 0.0);
            vec![rolling(x, n(a, 0), score)]
        }
        "max" => vec![highest(x, n(a, 0))],
        "min" => vec![lowest(x, n(a, 0))],
        "midpoint" => {
            vec![rolling(x, n(a, 0), |x| (highest_of(x) + lowest_of(x)) / 2.0)]
        }
        "midprice" => vec![middle(bars, n(a, 0))],
        "donchian" => {
            let (high, low) = (highest(&bars.high, n(a, 0)), lowest(&bars.low, n(a, 0)));
            vec![high, middle(bars, n(a, 0)), low]
        }
        "ichimoku" => {
            let [conversion, base, lead_b] = [0, 1, 2].map(|each| middle(bars, n(a, each)));
            let lead_a = zip(&conversion, &base, |c, b| (c + b) / 2.0);
            let (span_a, span_b) = (lag(&lead_a, n(a, 3)), lag(&lead_b, n(a, 3)));
            let lagging = minus(&bars.close, &lag(&bars.close, n(a, 3)));
            vec![conversion, base, span_a, span_b, lead_a, lead_b, lagging]
        }
        "linreg" => {
            let (slope, end) =
                (rolling(x, n(a, 0), |x| line_of(x).0), rolling(x, n(a, 0), |x| line_of(x).1));
            vec![end.clone(), slope.clone(), add(&end, &slope)]
        }
        "linreg_angle" => vec![rolling(x, n(a, 0), |x| line_of(x).0.atan().to_degrees())],
        "correl" => vec![rolling_pair(&bars.high, &bars.low, n(a, 0), correlation_of)],
        "beta" => {
            let change = |x: &[f64]| zip(x, &lag(x, 1), |now, before| now / before - 1.0);
            let slope = |x: &[f64], y: &[f64]| ratio_or(covariance_of(x, y), variance_of(x), 0.0);
            vec![rolling_pair(&change(&bars.high), &change(&bars.low), n(a, 0), slope)]
        }
        "hurst" => vec![rolling(&map(x, f64::ln), n(a, 0), hurst)],
        "sma_ratio" => vec![zip(x, &mean(x, n(a, 0)), |x, mean| x / mean - 1.0)],
        "sma_trend" => {
            let (fast, slow) = (mean(x, n(a, 0)), mean(x, n(a, 1)));
            let sides = zip(&fast, &slow, |fast, slow| side(fast - slow, slow));
            vec![zip(&fast, &slow, |fast, slow| fast / slow - 1.0), sides]
        }
        _ => return None,
    })
}

/// The middle of the highest and the lowest price of `n` bars.
fn middle(bars: &Bars, n: usize) -> Vec<f64> {
    zip(&highest(&bars.high, n), &lowest(&bars.low, n), |high, low| (high + low) / 2.0)
}

/// Half the slope of the logarithm of the mean square move over that of the time it took.
fn hurst(logarithms: &[f64]) -> f64 {
    let count = ((logarithms.len() / 8).ilog2() as usize + 1).min(12);
    let moves = |power: usize| {
        let lag = 1 << power;
        let squares: Vec<f64> =
            logarithms.windows(lag + 1).map(|each| (each[lag] - each[0]).powi(2)).collect();
        mean_of(&squares)
    };
    let moves: Vec<f64> = (0..count).map(moves).collect();
    if moves.iter().any(|each| *each <= 1e-26) {
        return 0.5;
    }
    line_of(&map(&moves, f64::log2)).0 / 2.0
}

/// The fast average less the slow one; both begin with the slow one's first value.
fn macd(x: &[f64], a: &[f64]) -> Vec<f64> {
    let (fast, slow) = (n(a, 0).min(n(a, 1)), n(a, 0).max(n(a, 1)));
    let mut late = x.to_vec();
    late[..slow - fast].fill(f64::NAN);
    minus(&ema(&late, fast), &ema(x, slow))
}

/// Wilder's averages of what was gained and of what was lost.
fn gains_and_losses(x: &[f64], n: usize) -> (Vec<f64>, Vec<f64>) {
    let change = minus(x, &lag(x, 1));
    (wilder(&map(&change, |c| c.max(0.0)), n), wilder(&map(&change, |c| (-c).max(0.0)), n))
}

pub(super) fn rsi(x: &[f64], n: usize) -> Vec<f64> {
    let (gains, losses) = gains_and_losses(x, n);
    zip(&gains, &losses, |gain, loss| ratio_or(100.0 * gain, gain + loss, 0.0))
}

fn oscillators(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let x = &bars.price;
    let histogram = |a: &[f64]| {
        let line = macd(x, a);
        let signal = ema(&line, n(a, 2));
        [line.clone(), signal.clone(), minus(&line, &signal)]
    };
    let slower = |a: &[f64]| ema(x, n(a, 0).max(n(a, 1)));
    let plain = |a: &[f64]| minus(&ema(x, n(a, 0).min(n(a, 1))), &slower(a));
    let scale = highest_of(x);
    Some(match name {
        "macd" => histogram(a).to_vec(),
        "macd_side" => vec![map(&histogram(a)[2], |line| side(line, scale))],
        "apo" => vec![plain(a)],
        "ppo" => vec![zip(&plain(a), &slower(a), |line, slow| 100.0 * line / slow)],
        "mom" => vec![minus(x, &lag(x, n(a, 0)))],
        "roc" => vec![zip(x, &lag(x, n(a, 0)), |now, before| 100.0 * (now - before) / before)],
        "rsi" => vec![rsi(x, n(a, 0))],
        "cmo" => {
            let (gains, losses) = gains_and_losses(x, n(a, 0));
            vec![zip(&gains, &losses, |g, l| ratio_or(100.0 * (g - l), g + l, 0.0))]
        }
        "rsi_state" => {
            let rsi = rsi(x, n(a, 0));
            let change = minus(&rsi, &lag(&rsi, 1));
            let zone = |rsi: f64| match (side(rsi - a[1], 100.0), side(rsi - a[2], 100.0)) {
                (low, high) if low == EITHER || high == EITHER => EITHER,
                (low, high) => (low + high) / 2.0,
            };
            vec![zip(&map(&rsi, zone), &change, |zone, _| zone), change]
        }
        "stochrsi" => {
            let rsi = rsi(x, n(a, 0));
            let k = rolling(&rsi, n(a, 1), |x| {
                let (high, low) = (highest_of(x), lowest_of(x));
                let nothing = high - low <= 1e-9 * high;
                if nothing { EITHER } else { 100.0 * (x[x.len() - 1] - low) / (high - low) }
            });
            let d = mean(&k, n(a, 2));
            vec![zip(&k, &d, |k, _| k), d]
        }
        "technical_confidence" => {
            let vote = |line: &[f64], scale| map(line, |line| side(line, scale));
            let trend = vote(&minus(&mean(x, n(a, 0)), &mean(x, n(a, 1))), scale);
            let macd = vote(&histogram(&a[2..5])[2], scale);
            let rsi = vote(&map(&rsi(x, n(a, 5)), |rsi| rsi - 50.0), 100.0);
            vec![times(&add(&add(&trend, &macd), &rsi), 1.0 / 3.0)]
        }
        _ => return None,
    })
}

/// Where the close stands in the range of `n` bars, percent.
fn place(bars: &Bars, n: usize) -> Vec<f64> {
    let (high, low) = (highest(&bars.high, n), lowest(&bars.low, n));
    bars.each(|at| {
        if high[at].is_nan() {
            return f64::NAN;
        }
        ratio_or(100.0 * (bars.close[at] - low[at]), high[at] - low[at], 0.0)
    })
}

fn ranges(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let per = |f: &dyn Fn(f64, f64, f64, f64) -> f64| {
        bars.each(|at| f(bars.open[at], bars.high[at], bars.low[at], bars.close[at]))
    };
    let (high, low, close) = (&bars.high, &bars.low, &bars.close);
    Some(match name {
        "trange" => vec![bars.true_range()],
        "atr" => vec![wilder(&bars.true_range(), n(a, 0))],
        "natr" => {
            let range = wilder(&bars.true_range(), n(a, 0));
            vec![zip(&range, close, |range, close| 100.0 * range / close)]
        }
        "typprice" => vec![bars.typical()],
        "wclprice" => vec![per(&|_, h, l, c| (h + l + c + c) / 4.0)],
        "bop" => vec![per(&|o, h, l, c| ratio_or(c - o, h - l, 0.0))],
        "willr" => vec![zip(
            &place(bars, n(a, 0)),
            &zip(&highest(high, n(a, 0)), &lowest(low, n(a, 0)), |h, l| h - l),
            |place, range| if range == 0.0 { 0.0 } else { place - 100.0 },
        )],
        "stochf" => {
            let k = place(bars, n(a, 0));
            let d = mean(&k, n(a, 1));
            vec![zip(&k, &d, |k, _| k), d]
        }
        "stoch" => {
            let k = mean(&place(bars, n(a, 0)), n(a, 1));
            let d = mean(&k, n(a, 2));
            vec![zip(&k, &d, |k, _| k), d]
        }
        "aroon" => {
            let since = |x: &[f64], best: fn(&[f64]) -> f64| {
                let extreme = best(x);
                x.iter().rev().position(|x| *x == extreme).expect("it is one of them") as f64
            };
            let percent = |since: f64| 100.0 * (a[0] - since) / a[0];
            let dn = rolling(low, n(a, 0) + 1, |x| percent(since(x, lowest_of)));
            vec![dn, rolling(high, n(a, 0) + 1, |x| percent(since(x, highest_of)))]
        }
        "cci" => {
            let cci = |x: &[f64]| {
                let mean = mean_of(x);
                let deviation = mean_of(&map(x, |x| (x - mean).abs()));
                if is_still(x) { 0.0 } else { (x[x.len() - 1] - mean) / (0.015 * deviation) }
            };
            vec![rolling(&bars.typical(), n(a, 0), cci)]
        }
        "keltner" => {
            let range = wilder(&bars.true_range(), n(a, 1));
            let late = first(&range).saturating_sub(n(a, 0) - 1);
            let mut typical = bars.typical();
            typical[..late].fill(f64::NAN);
            let mid = ema(&typical, n(a, 0));
            // Both begin with the first value of the later one.
            let mut ranges = bars.true_range();
            ranges[..(first(&mid) + 1).saturating_sub(n(a, 1))].fill(f64::NAN);
            let width = times(&wilder(&ranges, n(a, 1)), a[2]);
            vec![add(&mid, &width), zip(&mid, &width, |mid, _| mid), minus(&mid, &width)]
        }
        _ => return None,
    })
}

fn volatilities(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let per = |f: &dyn Fn(f64, f64, f64, f64) -> f64| {
        bars.each(|at| f(bars.open[at], bars.high[at], bars.low[at], bars.close[at]))
    };
    let root = |x: &[f64], scale: f64| map(x, |x| x.max(0.0).sqrt() * scale);
    let (x, close) = (&bars.price, &bars.close);
    let ln_2 = std::f64::consts::LN_2;
    let rogers = per(&|o, h, l, c| (h / o).ln() * (h / c).ln() + (l / o).ln() * (l / c).ln());
    Some(match name {
        "realised_volatility" => {
            let moves = zip(x, &lag(x, 1), |now, before| (now / before).ln().powi(2));
            vec![root(&mean(&moves, n(a, 0)), a[1].sqrt())]
        }
        "parkinson" => {
            let squares = per(&|_, h, l, _| (h / l).ln().powi(2) / (4.0 * ln_2));
            vec![root(&mean(&squares, n(a, 0)), a[1].sqrt())]
        }
        "garman_klass" => {
            let term = per(&|o, h, l, c| {
                (h / l).ln().powi(2) / 2.0 - (2.0 * ln_2 - 1.0) * (c / o).ln().powi(2)
            });
            vec![root(&mean(&term, n(a, 0)), a[1].sqrt())]
        }
        "rogers_satchell" => vec![root(&mean(&rogers, n(a, 0)), a[1].sqrt())],
        "yang_zhang" => {
            let gaps = zip(&bars.open, &lag(close, 1), |open, before| (open / before).ln());
            let bodies = per(&|o, _, _, c| (c / o).ln());
            let sample = a[0] / (a[0] - 1.0);
            let part = 0.34 / (1.34 + (a[0] + 1.0) / (a[0] - 1.0));
            let variance = |x: &[f64]| times(&rolling(x, n(a, 0), variance_of), sample);
            let around = add(&variance(&gaps), &times(&variance(&bodies), part));
            let all = add(&around, &times(&mean(&rogers, n(a, 0)), 1.0 - part));
            vec![root(&all, a[1].sqrt())]
        }
        _ => return None,
    })
}
