//! Sets on events as they come, against their indicators one by one.

use gannet_features::catalog;
use gannet_features::formula::Formula;
use gannet_features::market::BOOK_DEPTH;
use gannet_features::{
    Book, BookLevel, Candle, EventKind, LiveSet, MarketSample, Print, Quote, catalog::Dynamic,
};
use gannet_types::{Nanos, Side};

use crate::support::random_candles;

/// Every indicator of the catalogue with its defaults, and every output of each.
fn formulas() -> Vec<Formula> {
    let outputs = catalog::all().flat_map(|listing| {
        listing.outputs.iter().map(|output| format!("{}.{output}", listing.entry.name))
    });
    outputs.map(|text| Formula::parse(&text).expect("defaults are allowed")).collect()
}

/// Events as a market sends them, and some that no market should.
fn events(seed: u64, count: usize) -> Vec<(MarketSample, Candle)> {
    let candles = random_candles(seed, count);
    let mut state = seed | 1;
    let mut random = move |below: u64| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state % below
    };
    candles
        .into_iter()
        .map(|mut candle| {
            let (time, mid) = (candle.time, candle.close);
            let mut size = || match random(50) {
                0 => f64::NAN,
                1 => 0.0,
                2 => -1.0,
                _ => random(1000) as f64 / 10.0 + 0.1,
            };
            let bids = std::array::from_fn::<_, BOOK_DEPTH, _>(|depth| BookLevel {
                price: mid - 0.01 * (depth + 1) as f64,
                size: size(),
            });
            let asks = std::array::from_fn::<_, BOOK_DEPTH, _>(|depth| BookLevel {
                price: mid + 0.01 * (depth + 1) as f64,
                size: size(),
            });
            let (bid, ask) = (bids[0], asks[0]);
            let crossed = if random(40) == 0 { 1.0 } else { 0.0 };
            let sample = match random(3) {
                0 => MarketSample::Quote(Quote {
                    time,
                    bid: bid.price + crossed,
                    bid_size: bid.size,
                    ask: ask.price,
                    ask_size: ask.size,
                }),
                1 => MarketSample::Book(Book { time, bids, asks }),
                _ => MarketSample::Print(Print {
                    time,
                    price: mid,
                    size: bid.size,
                    aggressor: if random(2) == 0 { Side::Buy } else { Side::Sell },
                }),
            };
            if random(60) == 0 {
                candle.volume = f64::INFINITY;
            }
            (sample, candle)
        })
        .collect()
}

const fn kind(sample: &MarketSample) -> EventKind {
    match sample {
        MarketSample::Quote(_) => EventKind::Quote,
        MarketSample::Book(_) => EventKind::Book,
        MarketSample::Print(_) => EventKind::Print,
    }
}

/// One indicator by itself, and its newest values.
struct Alone {
    formula: Formula,
    on_market: Option<Box<dyn Dynamic<MarketSample>>>,
    on_candles: Option<Box<dyn Dynamic>>,
    values: Vec<Option<f64>>,
}

#[test]
fn a_set_has_the_values_of_its_indicators() {
    let formulas = formulas();
    let mut set = LiveSet::new(&formulas);
    assert_eq!(set.len(), formulas.len());
    for kind in [EventKind::Candle, EventKind::Quote, EventKind::Book, EventKind::Print] {
        assert!(set.reads(kind));
    }
    let mut alone: Vec<Alone> = formulas
        .into_iter()
        .map(|formula| Alone {
            on_market: formula.build_on_market().ok(),
            on_candles: formula.build().ok(),
            values: vec![None; formula.listing.outputs.len()],
            formula,
        })
        .collect();
    for (sample, candle) in events(5, 1500) {
        match sample {
            MarketSample::Quote(quote) => set.on_quote(quote),
            MarketSample::Book(book) => set.on_book(book),
            MarketSample::Print(print) => set.on_print(print),
        }
        // A set reads whole bars: one that is not valid in any part is none.
        let whole = candle.volume.is_finite();
        set.on_candle(&candle);
        for (index, each) in alone.iter_mut().enumerate() {
            let event = each.formula.listing.event;
            if let Some(indicator) = each.on_market.as_mut().filter(|_| event == kind(&sample)) {
                indicator.update(&sample, &mut each.values);
            }
            if let Some(indicator) = &mut each.on_candles {
                each.values.fill(None);
                if whole {
                    indicator.update(&candle, &mut each.values);
                }
            }
            let expected = each.values[each.formula.output].map(f64::to_bits);
            assert_eq!(set.value(index).map(f64::to_bits), expected, "{}", each.formula);
        }
    }
    let ready = set.values().flatten().count();
    assert!(ready > set.len() * 2 / 3, "{ready} of {}", set.len());
    assert!(set.values().flatten().all(f64::is_finite));
}

#[test]
fn a_set_of_bars_reads_nothing_else() {
    let formula = Formula::parse("rsi(14)").expect("known");
    let mut set = LiveSet::new([&formula]);
    assert!(set.reads(EventKind::Candle) && !set.reads(EventKind::Book) && !set.is_empty());
    let time = Nanos(1);
    set.on_print(Print { time, price: 1.0, size: 1.0, aggressor: Side::Buy });
    assert_eq!(set.value(0), None);
    assert!(LiveSet::new([]).is_empty());
}
