//! Definitions of what is counted from turning points: Gann's geometry, zigzags and fractals.

use super::bars::Bars;
use super::series::*;
use gannet_features::gann::angles::{Fan, PricePerBar};
use gannet_features::gann::{Chart, SquareOf, cycles, retracements};

/// A turning point, and when it was known.
#[derive(Clone, Copy)]
pub(super) struct Turn {
    pub(super) bar: usize,
    pub(super) price: f64,
    pub(super) is_high: bool,
    pub(super) known: usize,
}

/// All turns of a series, which first rises.
pub(super) fn turns(bars: &Bars, threshold: f64) -> Vec<Turn> {
    let (mut turns, mut from, mut is_high) = (Vec::new(), 0, true);
    loop {
        let onward = if is_high { &bars.high } else { &bars.low };
        let sign = if is_high { 1.0 } else { -1.0 };
        let best = |to: usize| {
            let better = |a: &usize, b: &usize| {
                (sign * onward[*a]).total_cmp(&(sign * onward[*b])).then(b.cmp(a))
            };
            (from..=to).max_by(better).expect("a bar")
        };
        let turn = (from + 1..bars.count()).find(|&at| {
            let extreme = onward[best(at - 1)];
            let back = if is_high { bars.low[at] } else { bars.high[at] };
            let far = extreme * (1.0 - sign * threshold);
            sign * onward[at] <= sign * extreme && sign * back <= sign * far
        });
        let Some(known) = turn else { return turns };
        let bar = best(known - 1);
        turns.push(Turn { bar, price: onward[bar], is_high, known });
        (from, is_high) = (known, !is_high);
    }
}

/// What is known at a bar: the last turn, the one before it, and the extreme since.
struct Swing {
    pivot: Turn,
    before: Option<Turn>,
    extreme: f64,
    extreme_bar: usize,
}

fn swing(bars: &Bars, turns: &[Turn], at: usize) -> Swing {
    let known = turns.iter().take_while(|turn| turn.known <= at).count();
    // A series begins at the low of its first bar.
    let begin = Turn { bar: 0, price: bars.low[0], is_high: false, known: 0 };
    let turn = |index: usize| if index == 0 { begin } else { turns[index - 1] };
    let pivot = turn(known);
    let line = if pivot.is_high { &bars.low } else { &bars.high };
    let since = &line[pivot.known..=at];
    let extreme = if pivot.is_high { lowest_of(since) } else { highest_of(since) };
    let place = since.iter().position(|x| *x == extreme).expect("one of them");
    let before = (known > 0).then(|| turn(known - 1));
    Swing { pivot, before, extreme, extreme_bar: pivot.known + place }
}

impl Swing {
    fn range(&self) -> (f64, usize) {
        self.before.map_or((self.extreme - self.pivot.price, self.extreme_bar), |before| {
            ((self.pivot.price - before.price).abs(), self.pivot.bar - before.bar)
        })
    }
}

/// Price per bar by threshold, scale, factor and period, as it was when the last turn was known.
fn price_per_bar(bars: &Bars, turns: &[Turn], a: &[f64]) -> Vec<f64> {
    let range = wilder(&bars.true_range(), a[3] as usize);
    let begin = first(&range);
    let scale = |at: usize| {
        let swing = swing(bars, turns, at);
        let (moved, took) = swing.range();
        let scale = match a[1] as usize {
            1 if took > 0 => PricePerBar::Swing { range: moved, bars: took as f64 },
            2 => PricePerBar::Root { pivot: swing.pivot.price },
            3 => PricePerBar::Fixed(1.0),
            _ => PricePerBar::AverageTrueRange { atr: range[at], factor: 1.0 },
        };
        a[2] * scale.value().unwrap_or(0.0)
    };
    bars.each(|at| {
        if at < begin {
            return f64::NAN;
        }
        // Until there is one it is looked for at each bar.
        let last = turns.iter().rev().find(|turn| turn.known <= at && turn.known >= begin);
        let from = last.map_or(begin, |turn| turn.known);
        (from..=at).map(scale).find(|scale| *scale > 0.0).unwrap_or(0.0)
    })
}

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    scaled(name, a, bars).or_else(|| counted(name, a, bars))
}

/// The columns of rows that may not be there.
fn columns<const N: usize>(bars: &Bars, row: impl Fn(usize) -> Option<[f64; N]>) -> Vec<Vec<f64>> {
    let rows: Vec<[f64; N]> =
        (0..bars.count()).map(|at| row(at).unwrap_or([f64::NAN; N])).collect();
    (0..N).map(|column| rows.iter().map(|row| row[column]).collect()).collect()
}

fn fan_lines(fan: Fan, rises: bool, close: f64, age: f64) -> [f64; 7] {
    let between = fan.around(close, age);
    let (above, below) = (close - between.support, close - between.resistance);
    let distance = if above.abs() <= below.abs() { above } else { below };
    let sign = if rises { 1.0 } else { -1.0 };
    let one = fan.pivot + sign * fan.price_per_bar * age;
    [between.slope, between.support, between.resistance, distance, one, sign, age]
}

/// What needs a price per bar.
fn scaled(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let scale = match name {
        "gann_fan" | "gann_squaring" => a,
        "gann_square_of" => &a[1..],
        _ => return None,
    };
    let turns = turns(bars, scale[0]);
    let price_per_bar = price_per_bar(bars, &turns, scale);
    let at_bar = |at: usize| {
        let swing = swing(bars, &turns, at);
        let age = (at - swing.pivot.bar) as f64;
        (!price_per_bar[at].is_nan()).then_some((swing, age, price_per_bar[at]))
    };
    Some(match name {
        "gann_fan" => columns(bars, |at| {
            let (swing, age, price_per_bar) = at_bar(at)?;
            let fan = Fan { pivot: swing.pivot.price, price_per_bar };
            Some(fan_lines(fan, !swing.pivot.is_high, bars.close[at], age))
        }),
        "gann_square_of" => columns(bars, |at| {
            let (swing, age, price_per_bar) = at_bar(at)?;
            let square = SquareOf::new(a[0], price_per_bar, 1.0).expect("positive");
            let place = square.place(age, bars.close[at] - swing.pivot.price).expect("numbers");
            let eighths = [place.time_eighth, place.price_eighth].map(f64::from);
            let from = [place.from_time_division, place.from_price_division, place.from_diagonal];
            Some([place.time, place.price, from[0], from[1], from[2], eighths[0], eighths[1]])
        }),
        _ => columns(bars, |at| {
            let (swing, age, price_per_bar) = at_bar(at)?;
            let to_go = |amount: f64| amount / price_per_bar - age;
            let square = cycles::bars_to_nearest_square(age as u64);
            Some([to_go(swing.range().0), to_go(swing.pivot.price), square])
        }),
    })
}

fn counted(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let turns = || turns(bars, a[0]);
    let day = |at: usize| bars.time[at] as f64 / 86_400e9;
    Some(match name {
        "gann_retracement" => {
            let turns = turns();
            columns(bars, |at| {
                let Swing { pivot, extreme, .. } = swing(bars, &turns, at);
                let range = extreme - pivot.price;
                let share = ratio_or(extreme - bars.close[at], range, 0.0);
                let level = extreme - retracements::nearest(share) * range;
                Some([share, level, bars.close[at] - level, pivot.price, extreme])
            })
        }
        "gann_cycles" => {
            let turns = turns();
            columns(bars, |at| {
                let known = turns.iter().rev().filter(|turn| turn.known <= at);
                let begin =
                    (a[1] as usize > turns.iter().filter(|t| t.known <= at).count()).then_some(0);
                let ages: Vec<f64> = known
                    .map(|turn| turn.bar)
                    .chain(begin)
                    .take(a[1] as usize)
                    .map(|bar| day(at) - day(bar))
                    .collect();
                let cluster = cycles::cluster(&ages, a[2] / 86_400.0 + 1e-9) as f64;
                Some([ages[0], cycles::days_to_nearest(ages[0]), cluster])
            })
        }
        "gann_fan_anchored" => {
            let begin = bars.time.iter().position(|&time| time as f64 / 1e9 >= a[0])?;
            columns(bars, |at| {
                let age = at.checked_sub(begin).filter(|age| *age > 0)? as f64;
                let pivot = if a[1] == 0.0 { bars.low[begin] } else { bars.high[begin] };
                let fan = Fan { pivot, price_per_bar: a[2] };
                Some(fan_lines(fan, a[1] == 0.0, bars.close[at], age))
            })
        }
        "gann_levels_atr" => {
            let range = wilder(&bars.true_range(), a[3] as usize);
            let chart = Chart::ALL[a[0] as usize];
            vec![bars.each(|at| {
                let near = chart.nearest(bars.close[at] / a[2], a[1]);
                near.map_or(f64::NAN, |near| near.distance * a[2] / range[at])
            })]
        }
        "zigzag" => zigzag(bars, &turns()),
        "fractal" => {
            let n = a[0] as usize;
            let middle = |x: &[f64], best: fn(&[f64]) -> f64| {
                rolling(x, 2 * n + 1, |x| if x[n] == best(x) { x[n] } else { f64::NAN })
            };
            vec![middle(&bars.high, highest_of), middle(&bars.low, lowest_of)]
        }
        _ => return None,
    })
}

fn zigzag(bars: &Bars, turns: &[Turn]) -> Vec<Vec<f64>> {
    let side = |turn: &Turn| if turn.is_high { 1.0 } else { -1.0 };
    columns(bars, |at| {
        let now = turns.iter().find(|turn| turn.known == at);
        let last = turns.iter().rev().find(|turn| turn.known <= at);
        let age = |turn: &Turn| (at - turn.bar) as f64;
        let swing = swing(bars, turns, at);
        Some([
            now.map_or(f64::NAN, |turn| turn.price),
            now.map_or(0.0, side),
            now.map_or(0.0, age),
            last.map_or(f64::NAN, |turn| turn.price),
            last.map_or(0.0, side),
            last.map_or(f64::NAN, age),
            swing.extreme,
            (at - swing.extreme_bar) as f64,
        ])
    })
}
