//! What `hft64` costs per event of the market, beside many instruments that nothing happens to.
//!
//! `cargo run --release -p gannet-features --example set_speed -- config/features/hft64.toml`
//!
//! Prints nanoseconds per event (the fastest of several runs) for 1, 100 and 1000 instruments of
//! which one is busy, by kind of event and for a mixture as a venue sends it, and a digest.

use std::hint::black_box;
use std::time::Instant;

use gannet_features::formula::Formula;
use gannet_features::market::BOOK_DEPTH;
use gannet_features::{Book, BookLevel, Candle, LiveSet, Print, Quote};
use gannet_types::{Nanos, Side};

/// Events of a run.
const EVENTS: usize = 2_000;

/// Runs, of which the fastest counts: short and many, for machines that do other work.
const RUNS: usize = 300;

fn main() {
    let path = std::env::args().nth(1).expect("a set: config/features/hft64.toml");
    let text = std::fs::read_to_string(path).expect("a readable set");
    let formulas: Vec<Formula> = text
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .flat_map(|line| line.split('"').skip(1).step_by(2))
        .map(|formula| Formula::parse(formula).expect("a formula"))
        .collect();
    println!("{} features; ns per event", formulas.len());
    println!(
        "{:<12}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "instruments", "quote", "book", "print", "bar", "mixed"
    );
    let tape = Tape::new();
    for instruments in [1, 100, 1000] {
        let mut sets: Vec<LiveSet> = (0..instruments).map(|_| LiveSet::new(&formulas)).collect();
        // Every set has lived, so that its memory is its own.
        for set in &mut sets {
            (0..200).for_each(|index| tape.mixed(index, set));
        }
        let busy = instruments / 2;
        let mut line = format!("{instruments:<12}");
        let kinds: [fn(&Tape, usize, &mut LiveSet); 5] =
            [Tape::quote, Tape::book, Tape::print, Tape::bar, Tape::mixed];
        for kind in kinds {
            let mut fastest = f64::INFINITY;
            for run in 0..RUNS {
                let start = Instant::now();
                for index in 0..EVENTS {
                    kind(&tape, run * EVENTS + index, black_box(&mut sets[busy]));
                }
                fastest = fastest.min(start.elapsed().as_secs_f64() * 1e9 / EVENTS as f64);
            }
            line += &format!("{fastest:>10.1}");
        }
        let digest: f64 = sets[busy].values().flatten().sum();
        println!("{line}  {digest:.9e}");
    }
}

/// A market that is prepared.
struct Tape {
    quotes: Vec<Quote>,
    books: Vec<Book>,
    prints: Vec<Print>,
    candles: Vec<Candle>,
}

/// Different events of each kind.
const PREPARED: usize = 4096;

impl Tape {
    fn new() -> Self {
        let mut state = 0x9e37_79b9_7f4a_7c15_u64;
        let mut random = move |below: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % below
        };
        let mut price = 400_000_i64;
        let mut tape =
            Self { quotes: Vec::new(), books: Vec::new(), prints: Vec::new(), candles: Vec::new() };
        for index in 0..PREPARED as u64 {
            let time = Nanos(1_800_000_000_000_000_000 + index * 20_000_000);
            price += random(5) as i64 - 2;
            let at = |ticks: i64| ticks as f64 / 10.0;
            let mut level = |ticks: i64| BookLevel {
                price: at(ticks),
                size: (1 + random(5000)) as f64 / 1000.0,
            };
            let side = |direction: i64, first: i64, level: &mut dyn FnMut(i64) -> BookLevel| {
                std::array::from_fn::<_, BOOK_DEPTH, _>(|depth| {
                    level(first + direction * depth as i64)
                })
            };
            let bids = side(-1, price, &mut level);
            let asks = side(1, price + 1, &mut level);
            tape.books.push(Book { time, bids, asks });
            let ([bid, ..], [ask, ..]) = (bids, asks);
            tape.quotes.push(Quote {
                time,
                bid: bid.price,
                bid_size: bid.size,
                ask: ask.price,
                ask_size: ask.size,
            });
            let aggressor = if random(2) == 0 { Side::Buy } else { Side::Sell };
            let size = (1 + random(900)) as f64 / 1000.0;
            tape.prints.push(Print { time, price: at(price), size, aggressor });
            let (up, down) = (random(20) as i64, random(20) as i64);
            tape.candles.push(Candle {
                time,
                open: at(price - down / 2),
                high: at(price + up),
                low: at(price - down),
                close: at(price + up / 2),
                volume: (1 + random(100_000)) as f64 / 1000.0,
            });
        }
        tape
    }

    fn quote(&self, index: usize, set: &mut LiveSet) {
        set.on_quote(self.quotes[index % PREPARED]);
    }

    fn book(&self, index: usize, set: &mut LiveSet) {
        set.on_book(self.books[index % PREPARED]);
    }

    fn print(&self, index: usize, set: &mut LiveSet) {
        set.on_print(self.prints[index % PREPARED]);
    }

    fn bar(&self, index: usize, set: &mut LiveSet) {
        set.on_candle(&self.candles[index % PREPARED]);
    }

    /// Of a hundred events 60 are quotes, 25 books, 14 trades, and one is a bar.
    fn mixed(&self, index: usize, set: &mut LiveSet) {
        match index % 100 {
            99 => self.bar(index, set),
            kind if kind % 20 < 12 => self.quote(index, set),
            kind if kind % 20 < 17 => self.book(index, set),
            _ => self.print(index, set),
        }
    }
}
