//! Every indicator of the catalogue, and every shipped set, updates without an allocation.

use gannet_app::features::{FeatureSet, SHIPPED};
use gannet_features::catalog::{self, BuildError};
use gannet_features::market::BOOK_DEPTH;
use gannet_features::{Book, BookLevel, Candle, LiveSet, MarketSample, Print, Quote};
use gannet_tests::random::Random;
use gannet_types::{Nanos, Side};

use crate::allocator::{self, Allocations, counted};

/// More than the longest warm-up of the defaults, and many turns of every window.
const EVENTS: usize = 10_000;

/// A walk that at times stands still, and the events that go with it.
fn events() -> Vec<(Candle, [MarketSample; 3])> {
    let mut random = Random::new(11);
    let mut price = 50_000_i64;
    let at = |cents: i64| cents as f64 / 100.0;
    (0..EVENTS as u64)
        .map(|index| {
            let before = price;
            if index / 40 % 10 != 3 {
                price += random.below(201) as i64 - 100;
            }
            let time = Nanos(1_700_000_000_000_000_000 + index * 60_000_000_000);
            let wick = random.below(50) as i64;
            let size = random.below(1000) as f64 / 10.0 + 0.1;
            let candle = Candle {
                time,
                open: at(before),
                high: at(before.max(price) + wick),
                low: at(before.min(price) - wick),
                close: at(price),
                volume: size,
            };
            let side = |step: i64| {
                std::array::from_fn::<_, BOOK_DEPTH, _>(|depth| BookLevel {
                    price: at(price + step * (depth as i64 + 1)),
                    size,
                })
            };
            let (bids, asks) = (side(-1), side(1));
            let (bid, ask) = (bids[0].price, asks[0].price);
            let aggressor = if random.below(2) == 0 { Side::Buy } else { Side::Sell };
            let market = [
                MarketSample::Quote(Quote { time, bid, bid_size: size, ask, ask_size: 5.0 }),
                MarketSample::Book(Book { time, bids, asks }),
                MarketSample::Print(Print { time, price: at(price), size, aggressor }),
            ];
            (candle, market)
        })
        .collect()
}

#[test]
fn no_indicator_allocates_after_it_is_new() {
    let events = events();
    let mut values = [None; 64];
    for listing in catalog::all() {
        let name = listing.entry.name;
        let values = &mut values[..listing.outputs.len()];
        match listing.build(&[], listing.entry.price) {
            Ok(mut indicator) => counted(|| {
                events.iter().for_each(|(candle, _)| indicator.update(candle, values));
                indicator.reset();
                events[..100].iter().for_each(|(candle, _)| indicator.update(candle, values));
            }),
            Err(BuildError::NotOnCandles(_)) => {
                let mut indicator = listing.build_on_market(&[]).expect("the defaults");
                counted(|| {
                    for event in events.iter().flat_map(|(_, market)| market) {
                        indicator.update(event, values);
                    }
                    indicator.reset();
                });
            }
            Err(error) => panic!("{name}: {error}"),
        }
        assert_eq!(allocator::take(), Allocations::default(), "{name} must not allocate");
    }
}

#[test]
fn no_set_allocates_after_it_is_new() {
    let events = events();
    for (name, _) in SHIPPED {
        let formulas = FeatureSet::load(name).expect("shipped").formulas();
        let mut set = LiveSet::new(&formulas);
        counted(|| {
            for (candle, market) in &events {
                for event in market {
                    match *event {
                        MarketSample::Quote(quote) => set.on_quote(quote),
                        MarketSample::Book(book) => set.on_book(book),
                        MarketSample::Print(print) => set.on_print(print),
                    }
                }
                set.on_candle(candle);
            }
        });
        assert_eq!(allocator::take(), Allocations::default(), "{name} must not allocate");
        assert!(set.values().flatten().count() > 15, "{name} has values");
    }
}
