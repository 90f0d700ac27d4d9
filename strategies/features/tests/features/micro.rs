//! Microstructure against numbers worked out by hand, and against a pass over all events.

use gannet_features::micro::{
    BookDepth, BookImbalance, KyleLambda, MicroPrice, OrderFlow, QueueImbalance, Spread,
    TradeImbalance, TradeIntensity, Vpin,
};
use gannet_features::{Book, BookLevel, Indicator, Print, Quote};
use gannet_types::{Nanos, Side};
use proptest::prelude::*;

fn quote(bid: f64, bid_size: f64, ask: f64, ask_size: f64) -> Quote {
    Quote { time: Nanos(0), bid, bid_size, ask, ask_size }
}

fn print(price: f64, signed_size: f64) -> Print {
    let aggressor = if signed_size > 0.0 { Side::Buy } else { Side::Sell };
    Print { time: Nanos(0), price, size: signed_size.abs(), aggressor }
}

#[test]
fn the_micro_price_leans_towards_the_thin_side() {
    let thin_ask = quote(100.0, 9.0, 101.0, 1.0);
    assert_eq!(MicroPrice::new().update(thin_ask), Some(100.9));
    assert_eq!(QueueImbalance::new().update(thin_ask), Some(0.8));
    assert_eq!(MicroPrice::new().update(quote(100.0, 0.0, 101.0, 1.0)), None);
    assert_eq!(MicroPrice::new().update(quote(101.0, 1.0, 100.0, 1.0)), None);
}

#[test]
fn order_flow_counts_what_came_and_went_at_the_best_prices() {
    let mut flow = OrderFlow::new(2);
    let mut step = |quote| flow.update(quote).map(|lines| (lines.event, lines.sum));
    assert_eq!(step(quote(100.0, 5.0, 101.0, 7.0)), None);
    // The bid grows by 3.
    assert_eq!(step(quote(100.0, 8.0, 101.0, 7.0)), None);
    // The bid improves: all of its 2 are new; the ask shrinks by 3.
    assert_eq!(step(quote(100.5, 2.0, 101.0, 4.0)), Some((5.0, 8.0)));
    // The bid falls away: its 2 are gone; the ask improves by 6.
    assert_eq!(step(quote(100.0, 9.0, 100.5, 6.0)), Some((-8.0, -3.0)));
}

#[test]
fn spreads_and_depths_have_means_and_deviations() {
    let mut spread = Spread::new(2);
    assert_eq!(spread.update(quote(99.0, 1.0, 101.0, 1.0)), None);
    let lines = spread.update(quote(98.0, 1.0, 102.0, 1.0)).expect("two");
    assert_eq!((lines.spread, lines.bps), (4.0, 400.0));
    assert_eq!((lines.mean, lines.deviation), (3.0, 1.0));

    let level = |price, size| BookLevel { price, size };
    let mut book =
        Book { time: Nanos(0), bids: [BookLevel::default(); 10], asks: [BookLevel::default(); 10] };
    (book.bids[0], book.bids[1]) = (level(99.0, 4.0), level(98.0, 2.0));
    (book.asks[0], book.asks[1]) = (level(101.0, 1.0), level(102.0, 1.0));
    assert_eq!(BookImbalance::new(1).update(book), Some(0.6));
    assert_eq!(BookImbalance::new(2).update(book), Some(0.5));
    let depth = BookDepth::new(10, 1).update(book).expect("one");
    assert_eq!((depth.bid, depth.ask, depth.mean, depth.deviation), (6.0, 2.0, 8.0, 0.0));
}

#[test]
fn trades_lean_to_the_side_that_crosses_the_spread() {
    let mut imbalance = TradeImbalance::new(3);
    let values = [3.0, -1.0, 4.0, -5.0].map(|size| imbalance.update(print(100.0, size)));
    assert_eq!(values, [None, None, Some(0.75), Some(-0.2)]);
}

#[test]
fn kyles_lambda_is_the_price_of_a_unit() {
    let mut lambda = KyleLambda::new(2, 3);
    let mut price = 100.0;
    let mut last = lambda.update(print(price, 1.0));
    for sizes in [[3.0, 1.0], [-2.0, 1.0], [5.0, -1.0], [-4.0, -4.0]] {
        price += 0.25 * (sizes[0] + sizes[1]);
        lambda.update(print(price - 1.0, sizes[0]));
        last = lambda.update(print(price, sizes[1]));
    }
    assert!((last.expect("three groups") - 0.25).abs() < 1e-12);
}

#[test]
fn intensity_halves_after_the_half_life() {
    let mut intensity = TradeIntensity::new(2.0);
    let at = |seconds: u64| Nanos(seconds * 1_000_000_000);
    let first = intensity.update(Print { time: at(10), ..print(1.0, 1.0) }).expect("at once");
    assert!((first.buys - std::f64::consts::LN_2 / 2.0).abs() < 1e-15);
    assert!((intensity.at(at(12)).all - first.all / 2.0).abs() < 1e-15);
    // Ten trades a second for a while settle at ten a second.
    let mut now = 10_000_000_000;
    let mut all = 0.0;
    for _ in 0..1000 {
        now += 100_000_000;
        all = intensity.update(Print { time: Nanos(now), ..print(1.0, -1.0) }).expect("one").all;
    }
    assert!((all - 10.0).abs() < 0.2, "{all}");
}

proptest! {
    /// Whole sizes and buckets, so that every bucket closes exactly.
    #[test]
    fn vpin_equals_cutting_the_whole_tape_into_buckets(
        sizes in prop::collection::vec((1..40_u32, any::<bool>()), 1..100),
        bucket in 1..20_usize,
        period in 1..6_usize,
    ) {
        let mut vpin = Vpin::new(bucket as f64, period);
        let mut tape: Vec<f64> = Vec::new();
        for (size, buy) in sizes {
            let sign = if buy { 1.0 } else { -1.0 };
            let value = vpin.update(print(1.0, sign * f64::from(size)));
            tape.extend(std::iter::repeat_n(sign, size as usize));
            let buckets: Vec<f64> = tape
                .chunks_exact(bucket)
                .map(|units| units.iter().sum::<f64>().abs() / bucket as f64)
                .collect();
            let expected = (buckets.len() >= period).then(|| {
                buckets[buckets.len() - period..].iter().sum::<f64>() / period as f64
            });
            match (value, expected) {
                (Some(value), Some(expected)) => prop_assert!((value - expected).abs() < 1e-12),
                pair => prop_assert_eq!(pair.0, pair.1),
            }
        }
    }
}
