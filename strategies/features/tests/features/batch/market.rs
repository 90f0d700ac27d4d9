//! A tape, and definitions of what is read from it.

use super::bars::Bars;
use super::series::*;
use gannet_features::{Book, BookLevel, Candle, EventKind, MarketSample, Print, Quote};
use gannet_types::Side;

/// Events of one kind, made of candles.
pub(super) fn tape(candles: &[Candle], kind: EventKind) -> Vec<MarketSample> {
    candles.iter().map(|candle| event(candle, kind)).collect()
}

fn quote(candle: &Candle) -> Quote {
    Quote {
        time: candle.time,
        bid: candle.low,
        bid_size: 1.0 + candle.volume,
        ask: candle.high + 0.01,
        ask_size: 1.0 + 100.0 * candle.open.fract(),
    }
}

fn event(candle: &Candle, kind: EventKind) -> MarketSample {
    let Quote { time, bid, bid_size, ask, ask_size } = quote(candle);
    let level = |price: f64, size: f64, depth: usize| BookLevel {
        price: price * (1.0 + 1e-4 * depth as f64),
        size: size / (1.0 + depth as f64),
    };
    match kind {
        EventKind::Quote => MarketSample::Quote(quote(candle)),
        EventKind::Book => MarketSample::Book(Book {
            time,
            bids: std::array::from_fn(|depth| level(bid, bid_size, depth)),
            asks: std::array::from_fn(|depth| level(ask, ask_size, depth)),
        }),
        EventKind::Print | EventKind::Candle => {
            let aggressor = if candle.close >= candle.open { Side::Buy } else { Side::Sell };
            MarketSample::Print(Print { time, price: candle.close, size: bid_size, aggressor })
        }
    }
}

pub(super) fn definition(name: &str, a: &[f64], bars: &Bars) -> Option<Vec<Vec<f64>>> {
    let n = |index: usize| a[index] as usize;
    let ask: Vec<f64> = map(&bars.high, |high| high + 0.01);
    let (bid, bids) = (&bars.low, map(&bars.volume, |volume| 1.0 + volume));
    let asks = map(&bars.open, |open| 1.0 + 100.0 * open.fract());
    let signed = bars.each(|at| if bars.close[at] >= bars.open[at] { bids[at] } else { -bids[at] });
    let usual = |x: &[f64], n: usize| [mean(x, n), map(&rolling(x, n, variance_of), f64::sqrt)];
    let imbalance = |buy: &[f64], sell: &[f64]| zip(buy, sell, |b, s| (b - s) / (b + s));
    // The size at a level is that of the best one, divided.
    let depths = |levels: f64| (1..=levels as usize).map(|level| 1.0 / level as f64).sum::<f64>();
    Some(match name {
        "micro_price" => {
            let share = zip(&bids, &asks, |bid, ask| bid / (bid + ask));
            vec![add(bid, &zip(&share, &minus(&ask, bid), |share, spread| share * spread))]
        }
        "queue_imbalance" | "book_imbalance" => vec![imbalance(&bids, &asks)],
        "book_depth" => {
            let (bids, asks) = (times(&bids, depths(a[0])), times(&asks, depths(a[0])));
            let [mean, deviation] = usual(&add(&bids, &asks), n(1));
            vec![bids, asks, mean, deviation]
        }
        "spread" => {
            let spread = minus(&ask, bid);
            let [mean, deviation] = usual(&spread, n(0));
            let bps = zip(&spread, &add(bid, &ask), |spread, both| 2e4 * spread / both);
            vec![spread, bps, mean, deviation]
        }
        "order_flow" => {
            // What the queue at a price grew by; a better price is a queue of its own.
            let queue = |price: &[f64], size: &[f64], side: f64| {
                bars.each(|at| {
                    let Some(last) = at.checked_sub(1) else { return f64::NAN };
                    match (side * price[at]).total_cmp(&(side * price[last])) {
                        std::cmp::Ordering::Greater => size[at],
                        std::cmp::Ordering::Equal => size[at] - size[last],
                        std::cmp::Ordering::Less => -size[last],
                    }
                })
            };
            let events = minus(&queue(bid, &bids, 1.0), &queue(&ask, &asks, -1.0));
            let total = sum(&events, n(0));
            vec![events, total]
        }
        "trade_imbalance" => {
            let part = |sign: f64| sum(&map(&signed, |size| (sign * size).max(0.0)), n(0));
            vec![imbalance(&part(1.0), &part(-1.0))]
        }
        "trade_intensity" => {
            let decay = std::f64::consts::LN_2 / a[0];
            let side = |buys: bool| {
                bars.each(|at| {
                    let of_side = (0..=at).filter(|&each| (signed[each] > 0.0) == buys);
                    let age = |each: usize| (bars.time[at] - bars.time[each]) as f64 * 1e-9;
                    of_side.map(|each| decay * (-decay * age(each)).exp()).sum()
                })
            };
            let (buys, sells) = (side(true), side(false));
            vec![add(&buys, &sells), buys, sells]
        }
        "kyle_lambda" => vec![bars.each(|at| {
            let groups = at / n(0);
            let Some(skipped) = groups.checked_sub(n(1)) else { return f64::NAN };
            let flows: Vec<f64> = (skipped..groups)
                .map(|group| signed[group * n(0) + 1..=(group + 1) * n(0)].iter().sum())
                .collect();
            let moved: Vec<f64> = (skipped..groups)
                .map(|group| bars.close[(group + 1) * n(0)] - bars.close[group * n(0)])
                .collect();
            ratio_or(covariance_of(&flows, &moved), variance_of(&flows), 0.0)
        })],
        "vpin" => vec![vpin(&signed, a[0], n(1))],
        _ => return None,
    })
}

/// Cuts the whole tape into buckets of equal volume and averages how one-sided the last are.
fn vpin(signed: &[f64], bucket: f64, period: usize) -> Vec<f64> {
    let mut ends = vec![0.0];
    for size in signed {
        ends.push(ends[ends.len() - 1] + size.abs());
    }
    let net = |number: usize| -> f64 {
        let (low, high) = (number as f64 * bucket, (number + 1) as f64 * bucket);
        let within = |at: usize| (ends[at + 1].min(high) - ends[at].max(low)).max(0.0);
        (0..signed.len()).map(|at| signed[at].signum() * within(at)).sum()
    };
    let full = (ends[signed.len()] / bucket).floor() as usize;
    let nets: Vec<f64> = (0..full).map(|number| net(number).abs() / bucket).collect();
    let value = |at: usize| {
        let closed = (ends[at + 1] / bucket).floor() as usize;
        closed.checked_sub(period).map_or(f64::NAN, |first| mean_of(&nets[first..closed]))
    };
    (0..signed.len()).map(value).collect()
}
