//! Histories order by order: a backtest over LOBSTER files repeats byte for byte and replays, engine and venue
//! keep the same books, and what is wrong with a file is said with its place.

use std::fmt::Write as _;

use gannet_app::config;
use gannet_app::offline::backtest::backtest_by_order;
use gannet_app::offline::by_order::{History, configure};
use gannet_journal::Body;
use gannet_sim::Random;
use gannet_tests::corpus;
use gannet_types::{MarketEvent, Side, TopOfBook};

use super::conditions::check_books;
use super::*;

const MAKER: &str = r#"
    [strategy]
    kind = "market_making"
    quantity = "5"
    [strategy.market_making]
    inventory_max = "50"
    variance_period = 20
    [gate]
    mode = "auto"
    [risk]
    order_quantity_max = "1000"
    order_notional_max = "1000000"
    position_quantity_max = "1000"
"#;

/// A market of orders of which five levels are written.
struct Written {
    orders: Vec<(u64, Side, i64, i64)>,
    random: Random,
    next: u64,
    messages: String,
    books: String,
}

impl Written {
    fn new() -> Self {
        let (orders, random) = (Vec::new(), Random::new(3));
        let mut written =
            Self { orders, random, next: 0, messages: String::new(), books: String::new() };
        for away in 1..40 {
            written.add(Side::Buy, 10_000 - away % 8);
            written.add(Side::Sell, 10_001 + away % 8);
        }
        written
    }

    fn add(&mut self, side: Side, price: i64) {
        self.next += 1;
        let order = (self.next, side, price, 1 + self.random.below(9) as i64);
        self.orders.push(order);
        self.line(1, order);
    }

    /// Orders come and go around a price that wanders, and the best are traded with.
    fn turn(&mut self) {
        let side = if self.random.chance(50) { Side::Buy } else { Side::Sell };
        let other = self.best(side.opposite());
        let away = 1 + self.random.below(6) as i64;
        let pick = self.random.below(self.orders.len() as u64) as usize;
        match self.random.below(10) {
            0..5 => self.add(side, if side == Side::Buy { other - away } else { other + away }),
            5..8 => {
                let best = self.best(side);
                let first = self.orders.iter().position(|it| (it.1, it.2) == (side, best));
                self.take(4, first.expect("a best order"));
            }
            _ => self.take(3, pick),
        }
    }

    /// Takes an order out, unless its side would be empty.
    fn take(&mut self, kind: u8, index: usize) {
        let side = self.orders[index].1;
        if self.orders.iter().filter(|it| it.1 == side).count() > 10 {
            let order = self.orders.remove(index);
            self.line(kind, order);
        }
    }

    fn best(&self, side: Side) -> i64 {
        let prices = self.orders.iter().filter(|it| it.1 == side).map(|it| it.2);
        if side == Side::Buy { prices.max() } else { prices.min() }.expect("orders on both sides")
    }

    fn levels(&self, side: Side) -> Vec<(i64, i64)> {
        let mut levels = std::collections::BTreeMap::new();
        for order in self.orders.iter().filter(|it| it.1 == side) {
            *levels.entry(if side == Side::Buy { -order.2 } else { order.2 }).or_insert(0) +=
                order.3;
        }
        levels.into_iter().take(5).map(|(price, lots)| (price.abs(), lots)).collect()
    }

    /// A line of both files, if the order is within the five levels.
    fn line(&mut self, kind: u8, (id, side, price, lots): (u64, Side, i64, i64)) {
        let (bids, asks) = (self.levels(Side::Buy), self.levels(Side::Sell));
        let levels = if side == Side::Buy { &bids } else { &asks };
        let worst = levels.get(4).map_or(price, |level| level.0);
        if side.opposite().reaches(Ticks(worst), Ticks(price)) && worst != price {
            return;
        }
        let time = 34_200.0 + self.messages.len() as f64 / 2_000.0;
        let direction = if side == Side::Buy { 1 } else { -1 };
        writeln!(self.messages, "{time:.6},{kind},{id},{lots},{},{direction}", price * 100)
            .expect("a string");
        let row = (0..5).flat_map(|at| {
            let ask = asks.get(at).map_or((9_999_999_999, 0), |level| (level.0 * 100, level.1));
            let bid = bids.get(at).map_or((-9_999_999_999, 0), |level| (level.0 * 100, level.1));
            [ask.0, ask.1, bid.0, bid.1]
        });
        let row: Vec<String> = row.map(|number| number.to_string()).collect();
        writeln!(self.books, "{}", row.join(",")).expect("a string");
    }
}

/// Writes the files; returns that of the messages.
fn files(folder: &TempDir, messages: &str, books: &str) -> PathBuf {
    let path = folder.join("GNT_2024-03-06_34200000_57600000_message_5.csv");
    std::fs::write(&path, messages).expect("a file");
    let book = folder.join("GNT_2024-03-06_34200000_57600000_orderbook_5.csv");
    std::fs::write(book, books).expect("a file");
    path
}

fn generated_files(folder: &TempDir) -> PathBuf {
    let mut written = Written::new();
    (0..20_000).for_each(|_| written.turn());
    files(folder, &written.messages, &written.books)
}

/// Runs a backtest; an error is the text that a person reads.
fn run_history(paths: &[PathBuf], overlay: &str, journal: PathBuf) -> Result<Backtested, String> {
    let text = |error| format!("{error:#}");
    let mut config = configure(&[(overlay, "the test")], paths).map_err(text)?;
    config.journal.directory = journal;
    let mut history = History::open(paths, None, &config.pipeline.instruments).map_err(text)?;
    backtest_by_order(&config, &mut history).map_err(text)
}

#[test]
fn a_history_order_by_order_repeats_replays_and_keeps_books() {
    let folder = TempDir::new("by-order");
    let paths = [generated_files(&folder)];
    let run = |name: &str| {
        let journal = folder.join(name);
        let tested = run_history(&paths, MAKER, journal.clone()).expect("a backtest");
        check_books(&tested);
        (journal, tested)
    };
    let (journal, tested) = run("first");
    let (again, _) = run("again");
    assert!(contents(&journal) == contents(&again), "the journals differ");
    assert!(tested.pipeline.fills > 8 && tested.pipeline.trades > 80, "{:?}", tested.pipeline);
    assert_eq!(tested.pipeline.crossed_books, 0);
    let replayed = replay(&journal).expect("a journal");
    assert!(replayed.difference.is_none(), "{:?}", replayed.difference);
    // 2024-03-06T14:30Z: half past nine in New York.
    let mut reader = Reader::open(&journal).expect("a journal");
    let first = reader.next().expect("a record").expect("a record");
    assert_eq!(first.time.0 / 1_000_000_000, 1_709_735_400);
}

#[track_caller]
fn check_refused(messages: &str, books: &str, expected: &str) {
    let folder = TempDir::new("by-order");
    let path = files(&folder, messages, books);
    let error = run_history(&[path], MAKER, folder.join("journal")).expect_err("a bad file");
    assert!(error.ends_with(expected), "{error}");
}

#[test]
fn a_bad_history_is_refused_with_its_place() {
    let (message, book) = ("34200.1,1,1,5,1000000,1\n", "1000200,5,1000000,5\n");
    let twice = |line: &str| line.repeat(2);
    let longer = "message_5.csv, line 1: the book file has more lines";
    check_refused(message, &twice(book), longer);
    let shorter = "message_5.csv, line 2: the book file has fewer lines";
    check_refused(&twice(message), book, shorter);
    let again = "message_5.csv, line 2: order 1 cannot have done that: what came before it is \
                 missing, or this is there twice";
    check_refused(&twice(message), &twice(book), again);
    let unknown = "it is neither a LOBSTER message file, nor ITCH 5.0, nor DBN";
    check_refused("hello\n", book, unknown);
    let off = "34200.1,1,1,5,1000050,1\n";
    check_refused(off, book, "message_5.csv, line 1: the price: not a multiple of the step");
    let folder = TempDir::new("by-order");
    let path = files(&folder, message, book);
    std::fs::remove_file(folder.join("GNT_2024-03-06_34200000_57600000_orderbook_5.csv"))
        .expect("a file");
    let error = run_history(&[path], MAKER, folder.join("journal")).expect_err("no book file");
    assert!(error.contains("its book file"), "{error}");
}

/// An ITCH message about stock 7, with its length before it.
fn itch(kind: u8, nanos: u64, fields: &[&[u8]]) -> Vec<u8> {
    let mut message = vec![kind, 0, 7, 0, 0];
    message.extend_from_slice(&nanos.to_be_bytes()[2..]);
    fields.iter().for_each(|field| message.extend_from_slice(field));
    let length = u16::try_from(message.len()).expect("short").to_be_bytes();
    [&length[..], &message].concat()
}

#[test]
fn an_itch_file_is_of_its_stocks_and_its_day() {
    let second = 1_000_000_000;
    let add = |id: u64, at, side: &[u8], price: u32| {
        let (id, price) = (id.to_be_bytes(), price.to_be_bytes());
        itch(b'A', at * second, &[&id, side, &[0, 0, 0, 9], b"GNT     ", &price])
    };
    let mut file = itch(b'S', 0, &[b"O"]);
    file.extend(itch(b'R', second, &[b"GNT     ", &[b' '; 20]]));
    file.extend(itch(b'H', second, &[b"GNT     ", b"T ", b"    "]));
    file.extend(add(1, 34_200, b"B", 1_000_000));
    file.extend(add(2, 34_201, b"S", 1_000_200));
    file.extend(itch(b'H', 34_202 * second, &[b"GNT     ", b"H ", b"    "]));
    file.extend(add(3, 34_203, b"B", 1_000_100));
    file.extend(itch(b'H', 34_204 * second, &[b"GNT     ", b"T ", b"    "]));
    file.extend(itch(b'E', 34_205 * second, &[&3_u64.to_be_bytes(), &[0, 0, 0, 4], &[0; 8]]));
    let folder = TempDir::new("by-order");
    let path = folder.join("12302019.NASDAQ_ITCH50");
    std::fs::write(&path, &file).expect("a file");
    let named = "[[instrument]]\nsymbol = \"GNT\"\ntick = \"0.01\"\nlot = \"1\"\n";
    let overlay = format!("{MAKER}{named}");
    let journal = folder.join("journal");
    let paths = [path.clone()];
    let tested = run_history(&paths, &overlay, journal.clone()).expect("a backtest");
    assert_eq!((tested.lines, tested.pipeline.trades), (9, 1));
    let bids: Vec<_> = tops(&journal).iter().map(|top| (top.bid.price.0, top.bid.lots.0)).collect();
    assert_eq!(bids, [(10_000, 9), (10_000, 9), (10_001, 9), (10_001, 5)]);
    let mut reader = Reader::open(&journal).expect("a journal");
    let first = reader.next().expect("a record").expect("a record");
    // 2019-12-30T14:30Z: half past nine in New York.
    assert_eq!(first.time.0 / second, 1_577_716_200);
    let unnamed = run_history(&paths, MAKER, folder.join("other")).expect_err("no instrument");
    assert!(unnamed.starts_with("an ITCH file is of a whole exchange"), "{unnamed}");
    std::fs::write(&path, &file[..file.len() - 3]).expect("a file");
    let cut = run_history(&paths, &overlay, folder.join("cut")).expect_err("a short file");
    assert!(cut.contains("NASDAQ_ITCH50, message 8: it ends in the middle"), "{cut}");
}

/// Returns the best prices in a journal, in order, each once.
fn tops(journal: &Path) -> Vec<TopOfBook> {
    let mut reader = Reader::open(journal).expect("a journal");
    let mut tops = Vec::new();
    while let Some(record) = reader.next().expect("a record") {
        if let Body::Input(Input::Market(market)) = record.body
            && let MarketEvent::Top(top) = market.event
        {
            tops.push(TopOfBook { update_id: 0, ..top });
        }
    }
    tops
}

#[test]
fn the_real_lobster_file_shows_the_best_prices_of_its_lines() {
    let name = "market_data/l3/LOBSTER_AMZN_2012-06-21_34200000_57600000_message_1.csv.gz";
    let Some(path) = corpus::path(name) else { return };
    let folder = TempDir::new("by-order");
    let journal = folder.join("journal");
    let tested =
        run_history(std::slice::from_ref(&path), MAKER, journal.clone()).expect("a backtest");
    assert_eq!(tested.lines, 57_515);
    let rows = corpus::gunzip(&name.replace("message", "orderbook")).expect("the book file");
    let text = String::from_utf8(rows).expect("text");
    let mut expected: Vec<[i64; 4]> = Vec::new();
    for row in text.lines() {
        let numbers: Vec<i64> =
            row.split(',').map(|field| field.trim().parse().expect("a number")).collect();
        let row = [numbers[0] / 100, numbers[1], numbers[2] / 100, numbers[3]];
        if expected.last() != Some(&row) {
            expected.push(row);
        }
    }
    let shown =
        |top: &TopOfBook| [top.ask.price.0, top.ask.lots.0, top.bid.price.0, top.bid.lots.0];
    let seen: Vec<[i64; 4]> = tops(&journal).iter().map(shown).collect();
    assert!(seen == expected, "{} tops for {} rows", seen.len(), expected.len());
    check_books(&tested);
}

#[test]
fn the_real_dbn_file_is_read_whole() {
    let Some(path) = corpus::path("market_data/l3/esh4-glbx-mdp3-20231225.mbo.dbn.zst") else {
        return;
    };
    let folder = TempDir::new("by-order");
    let journal = folder.join("journal");
    let tested = run_history(&[path], MAKER, journal.clone()).expect("a backtest");
    assert_eq!(tested.lines, 68_792);
    let last = *tops(&journal).last().expect("best prices");
    let price = last.ask.price.0 - last.bid.price.0;
    assert_eq!(price, 1, "a market one tick wide: {last:?}");
    let config = config::parse(&[(&config_text(&journal), "the journal")]).expect("it was written");
    let traded = config.pipeline.instruments[0];
    assert_eq!((traded.symbol.as_bytes(), traded.tick.parts()), (&b"ESH4"[..], (25, 2)));
    check_books(&tested);
}

/// Returns the configuration that a journal was written with.
fn config_text(journal: &Path) -> String {
    let mut reader = Reader::open(journal).expect("a journal");
    let first = reader.next().expect("a record").expect("a record");
    let Body::Start(text) = first.body else { panic!("it does not begin with a start record") };
    let (_, config) = recovery::Origin::parse(text).expect("it was written");
    config.decisive
}
